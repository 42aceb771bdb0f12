package server

import (
	"context"
	"fmt"
	"strings"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
	"go.uber.org/zap"
)

// didChangeParams are LSP's DidChangeTextDocumentParams with the range as a
// pointer: a change without a range, or with null, replaces the whole text.
type didChangeParams struct {
	TextDocument   protocol.VersionedTextDocumentIdentifier `json:"textDocument"`
	ContentChanges []contentChange                          `json:"contentChanges"`
}

type contentChange struct {
	Range *protocol.Range `json:"range"`
	Text  string          `json:"text"`
}

// DidOpen takes over a document from the client (LSP 3.17,
// textDocument/didOpen).
func (s *Server) DidOpen(_ context.Context, params *protocol.DidOpenTextDocumentParams) error {
	item := params.TextDocument
	// Decoded strings alias the whole message, so what is kept is copied.
	u := cloneURI(item.URI)
	doc := newDocument(u, languageOf(string(item.LanguageID), u), item.Version, strings.Clone(item.Text))
	s.provenance.forget(u)
	s.publisher.scheduleAll(s.update(func(snap *snapshot) { snap.put(doc) }), doc)
	return nil
}

// didChange applies the changes in order, each to the text that the one before
// it left (LSP 3.17, textDocument/didChange).
func (s *Server) didChange(params *didChangeParams) error {
	old, ok := s.current.Load().documents[params.TextDocument.URI]
	if !ok {
		return fmt.Errorf("change to %s, which is not open", params.TextDocument.URI)
	}
	doc := old
	for _, change := range params.ContentChanges {
		content := change.Text
		if change.Range != nil {
			span := s.spanOf(doc.mapper, *change.Range)
			content = doc.text()[:span.Start] + change.Text + doc.text()[span.End:]
		} else {
			content = strings.Clone(content)
		}
		doc = newDocument(old.uri, old.language, params.TextDocument.Version, content)
	}
	if doc == old {
		doc = newDocument(old.uri, old.language, params.TextDocument.Version, old.text())
	}
	s.publisher.scheduleAll(s.update(func(snap *snapshot) { snap.put(doc) }), doc)
	return nil
}

// DidClose gives a document back to the client, and takes its diagnostics off
// the screen.
func (s *Server) DidClose(_ context.Context, params *protocol.DidCloseTextDocumentParams) error {
	u := params.TextDocument.URI
	old, ok := s.current.Load().documents[u]
	if !ok {
		return fmt.Errorf("close of %s, which is not open", u)
	}
	s.forgetStatus(u)
	s.publisher.scheduleAll(s.update(func(snap *snapshot) { snap.drop(old) }), old)
	return nil
}

// DidSave needs no work for a specification: its text came with didChange, and
// modules that extend it see it through the watched-files notification. Profiles
// and configurations are read from disk.
func (s *Server) DidSave(_ context.Context, params *protocol.DidSaveTextDocumentParams) error {
	if s.isSurrounding(params.TextDocument.URI) {
		s.refreshSurroundings()
	}
	s.sourceSaved(params.TextDocument.URI)
	return nil
}

// DidChangeWatchedFiles checks the open specifications again, since a module
// that they extend, a profile or a setting may have come or gone.
func (s *Server) DidChangeWatchedFiles(_ context.Context, params *protocol.DidChangeWatchedFilesParams) error {
	s.log.Debug("files changed on disk", zap.Int("files", len(params.Changes)))
	for _, change := range params.Changes {
		if s.isSurrounding(change.URI) {
			s.refreshSurroundings()
			return nil
		}
	}
	onlySources := true
	for _, change := range params.Changes {
		onlySources = onlySources && strings.HasSuffix(change.URI.Path(), ".go")
		s.sourceSaved(change.URI)
	}
	if !onlySources {
		s.recheck()
	}
	return nil
}

// cloneURI copies a URI out of the message that it was decoded from.
func cloneURI(u uri.URI) uri.URI { return uri.URI(strings.Clone(string(u))) }
