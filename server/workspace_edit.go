package server

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/text"
	"github.com/specls/specls/commands"
)

// documentEdit returns a workspace edit of one open document, bound to its
// version where the client knows versions.
func (s *Server) documentEdit(doc *document, edits []finding.Edit) *protocol.WorkspaceEdit {
	textEdits := s.textEdits(doc.mapper, edits)
	if !s.caps.documentChanges {
		return &protocol.WorkspaceEdit{Changes: map[uri.URI][]protocol.TextEdit{doc.uri: textEdits}}
	}
	return &protocol.WorkspaceEdit{DocumentChanges: []protocol.DocumentChange{versionedEdit(doc.uri, &doc.version, textEdits)}}
}

func (s *Server) textEdits(m *text.Mapper, edits []finding.Edit) []protocol.TextEdit {
	result := make([]protocol.TextEdit, len(edits))
	for i, e := range edits {
		result[i] = protocol.TextEdit{Range: s.rangeOf(m, e.Span), NewText: e.NewText}
	}
	return result
}

// versionedEdit returns the edits as a document change; a nil version means
// the text on disk.
func versionedEdit(u uri.URI, version *int32, edits []protocol.TextEdit) *protocol.TextDocumentEdit {
	elements := make([]protocol.TextDocumentEditElement, len(edits))
	for i := range edits {
		elements[i] = &edits[i]
	}
	return &protocol.TextDocumentEdit{
		TextDocument: protocol.OptionalVersionedTextDocumentIdentifier{
			TextDocumentIdentifier: protocol.TextDocumentIdentifier{URI: u},
			Version:                version,
		},
		Edits: elements,
	}
}

// target is a file that a module is to be written to, as it stands now.
type target struct {
	uri  uri.URI
	path string
	// open is the document, where the client has it open.
	open *document
	// content is what the file, or the open document, holds; exists says
	// whether there is one at all.
	content string
	exists  bool
}

// readTarget looks what a file holds now: in the editor if it is open there,
// else on disk.
func (snap *snapshot) readTarget(path string) (*target, error) {
	t := &target{uri: uri.File(path), path: path}
	if doc, ok := snap.documents[t.uri]; ok {
		t.open, t.content, t.exists = doc, doc.text(), true
		return t, refuseLink(path)
	}
	if err := refuseLink(path); err != nil {
		return nil, err
	}
	content, err := os.ReadFile(path)
	switch {
	case err == nil:
		t.content, t.exists = string(content), true
	case !errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("looking whether %s exists: %w", filepath.Base(path), err)
	}
	return t, nil
}

// write puts content into the target: through the editor, so that undo works,
// and on disk where the editor applies no edits.
func (s *Server) write(ctx context.Context, t *target, label, content string) error {
	if !s.caps.applyEdit {
		_, err := commands.WriteFile(filepath.Dir(t.path), filepath.Base(t.path), content, true)
		return err
	}
	edit, err := s.replaceContent(t, content)
	if err != nil {
		return err
	}
	result, err := s.client.ApplyEdit(ctx, &protocol.ApplyWorkspaceEditParams{Label: &label, Edit: *edit})
	if err != nil {
		return fmt.Errorf("the editor did not apply the edit: %w", err)
	}
	if !result.Applied {
		reason := "it gave no reason"
		if result.FailureReason != nil {
			reason = *result.FailureReason
		}
		return fmt.Errorf("the editor did not apply the edit: %s", reason)
	}
	return nil
}

// replaceContent returns the edit that makes content the whole of the target.
// Where the file does not exist and the client cannot create files by an edit,
// an empty one is made on disk first.
func (s *Server) replaceContent(t *target, content string) (*protocol.WorkspaceEdit, error) {
	m := text.NewMapper(text.Sanitise(t.content))
	edits := s.textEdits(m, []finding.Edit{{Span: finding.Span{Start: 0, End: len(m.Text())}, NewText: content}})
	var changes []protocol.DocumentChange
	switch {
	case t.exists:
	case s.caps.createFile:
		changes = append(changes, &protocol.CreateFile{
			Kind:    string(protocol.ResourceOperationKindCreate),
			URI:     t.uri,
			Options: &protocol.CreateFileOptions{IgnoreIfExists: ptr(true)},
		})
	default:
		_, err := commands.WriteFile(filepath.Dir(t.path), filepath.Base(t.path), "", false)
		if err != nil && !errors.Is(err, commands.ErrExists) {
			return nil, err
		}
	}
	if !s.caps.documentChanges {
		return &protocol.WorkspaceEdit{Changes: map[uri.URI][]protocol.TextEdit{t.uri: edits}}, nil
	}
	var version *int32
	if t.open != nil {
		version = &t.open.version
	}
	return &protocol.WorkspaceEdit{DocumentChanges: append(changes, versionedEdit(t.uri, version, edits))}, nil
}
