package server

import (
	"context"
	"fmt"
	"maps"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/navigate"
	"github.com/specls/specls/analysis/syntax"
)

// PrepareRename says whether the name at a place can be changed (LSP 3.17,
// textDocument/prepareRename).
func (s *Server) PrepareRename(ctx context.Context, params *protocol.PrepareRenameParams) (protocol.PrepareRenameResult, error) {
	p := s.specification(ctx, params.TextDocument.URI)
	if p == nil {
		return nil, nil
	}
	name, _, err := p.renamable(params.Position)
	if err != nil {
		return nil, err
	}
	return &protocol.PrepareRenamePlaceholder{Range: p.rangeOf(name.Span), Placeholder: name.Symbol.Source().Name}, nil
}

// Rename gives a symbol another name, here and in the modules that extend or
// instantiate this one (LSP 3.17, textDocument/rename). Whether the new name is
// free is not guessed: the renamed texts are analysed, and where one has a new
// error, or the name means something else anywhere, the rename is refused.
func (s *Server) Rename(ctx context.Context, params *protocol.RenameParams) (*protocol.WorkspaceEdit, error) {
	p := s.specification(ctx, params.TextDocument.URI)
	if p == nil {
		return nil, refused("%s is not an open specification", uri.Basename(params.TextDocument.URI))
	}
	name, declaring, err := p.renamable(params.Position)
	if err != nil {
		return nil, err
	}
	if !isIdentifier(params.NewName) {
		return nil, refused("%q is no name of TLA+: those are letters, digits and _, with one letter at least, and no keyword", params.NewName)
	}
	origin, old := navigate.OriginOf(name.Symbol), name.Symbol.Source().Name
	if params.NewName == old {
		return &protocol.WorkspaceEdit{}, nil
	}
	var renames []*renamed
	for _, reader := range p.readers(declaring, old, params.NewName) {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		r, err := reader.rename(origin, params.NewName)
		if err != nil {
			return nil, refused("%v", err)
		}
		renames = append(renames, r)
	}
	if err := p.checkRenamed(renames); err != nil {
		return nil, err
	}
	return s.renameEdit(renames), nil
}

// refused is the error of a request that cannot be fulfilled, for the person to
// read.
func refused(format string, args ...any) error {
	return jsonrpc2.Errorf(jsonrpc2.Code(protocol.LSPErrorCodesRequestFailed), format, args...)
}

// renamable returns the name at a place and the document that declares it, or
// says why it cannot be renamed.
func (p *specification) renamable(at protocol.Position) (navigate.Name, *document, error) {
	name, ok := p.nameAt(at)
	switch {
	case !ok:
		return name, nil, refused("there is no name here that specls knows")
	case name.Symbol == nil:
		return name, nil, refused("%s is a module's name, which is its file's too; rename the file", name.Module)
	case name.Symbol.Kind == module.KindBuiltin:
		return name, nil, refused("%s is an operator of the language", name.Symbol.Name)
	case !isIdentifier(name.Symbol.Source().Name):
		return name, nil, refused("%s is a sign, not a name", name.Symbol.Source().Name)
	}
	declaring, _, ok := p.declaring(name.Symbol)
	if !ok {
		source := name.Symbol.Source()
		return name, nil, refused("%s is defined by the library's module %s", source.Name, source.Module.Name)
	}
	return name, declaring, nil
}

// isIdentifier reports whether a text is a name that can be declared.
func isIdentifier(name string) bool {
	tree := syntax.Parse("---- MODULE M ----\nVARIABLE " + name + "\n====\n")
	m, ok := tree.Module()
	return ok && len(tree.Findings()) == 0 && len(m.Variables()) == 1 && m.Variables()[0].Name() == name
}

// renamed is a document with a symbol renamed. One that does not name the
// symbol has no edits, and is checked all the same: its own names may be in the
// way of the new one.
type renamed struct {
	before *specification
	edits  []finding.Edit
	after  *document
}

// rename renames the symbol of an origin in one document.
func (p *specification) rename(origin navigate.Origin, name string) (*renamed, error) {
	var edits []finding.Edit
	for _, o := range p.occurrences(origin) {
		edits = append(edits, finding.Edit{Span: o.Span, NewText: name})
	}
	text, err := finding.Apply(p.doc.text(), edits)
	if err != nil {
		return nil, fmt.Errorf("renaming in %s: %w", uri.Basename(p.doc.uri), err)
	}
	return &renamed{before: p, edits: edits, after: newDocument(p.doc.uri, tlaLanguage, p.doc.version, text)}, nil
}

// checkRenamed analyses the renamed texts together and refuses them where they
// do not mean what they did.
func (p *specification) checkRenamed(renames []*renamed) error {
	next := *p.snap
	next.world = new(world)
	next.documents = maps.Clone(p.snap.documents)
	for _, r := range renames {
		next.documents[r.after.uri] = r.after
	}
	for _, r := range renames {
		after := p.server.specificationOf(&next, r.after)
		if after == nil {
			return refused("the renamed text of %s could not be analysed", uri.Basename(r.after.uri))
		}
		if fault := newError(r.before, after); fault != nil {
			line, _ := r.after.mapper.LineColumn(fault.Span.Start)
			return refused("the name is taken: in line %d of %s, %s", line, uri.Basename(r.after.uri), fault.Message)
		}
		if line := after.captured(r.edits); line > 0 {
			return refused("the name would mean something else in line %d of %s", line, uri.Basename(r.after.uri))
		}
	}
	return nil
}

// newError returns an error of language that a renamed text has and the old one
// had not, or nil. Messages quote names, so that errors are counted by rule.
func newError(before, after *specification) *finding.Finding {
	count := map[string]int{}
	for _, f := range before.languageErrors() {
		count[f.Rule]++
	}
	for _, f := range after.languageErrors() {
		if count[f.Rule]--; count[f.Rule] < 0 {
			return &f
		}
	}
	return nil
}

// languageErrors returns the errors of syntax and of names, without those of a
// contract.
func (p *specification) languageErrors() []finding.Finding {
	var errors []finding.Finding
	for _, list := range [][]finding.Finding{p.result.Tree.Findings(), p.result.Names.Findings} {
		for _, f := range list {
			if f.Severity == finding.Error {
				errors = append(errors, f)
			}
		}
	}
	return errors
}

// captured returns the line, 1-based, of a place that was renamed and now means
// something else than the others, or of one that means the same without having
// been renamed; 0 where there is none.
func (p *specification) captured(edits []finding.Edit) int {
	shift := 0
	var places []int
	for _, e := range edits {
		places = append(places, e.Span.Start+shift)
		shift += len(e.NewText) - (e.Span.End - e.Span.Start)
	}
	var origin navigate.Origin
	for i, place := range places {
		line, _ := p.doc.mapper.LineColumn(place)
		name, ok := navigate.At(p.result.Tree, p.result.Names, place)
		if !ok || name.Symbol == nil {
			return line
		}
		if i == 0 {
			origin = navigate.OriginOf(name.Symbol)
		}
		if navigate.OriginOf(name.Symbol) != origin {
			return line
		}
	}
	if found := p.occurrences(origin); len(found) > len(places) {
		line, _ := p.doc.mapper.LineColumn(found[0].Span.Start)
		return line
	}
	return 0
}

// renameEdit returns the edits as the client takes them.
func (s *Server) renameEdit(renames []*renamed) *protocol.WorkspaceEdit {
	edit := &protocol.WorkspaceEdit{}
	for _, r := range renames {
		if len(r.edits) == 0 {
			continue
		}
		doc := r.before.doc
		edits := s.textEdits(doc.mapper, r.edits)
		if !s.caps.documentChanges {
			if edit.Changes == nil {
				edit.Changes = map[uri.URI][]protocol.TextEdit{}
			}
			edit.Changes[doc.uri] = edits
			continue
		}
		var version *int32
		if _, open := r.before.snap.documents[doc.uri]; open {
			version = &doc.version
		}
		edit.DocumentChanges = append(edit.DocumentChanges, versionedEdit(doc.uri, version, edits))
	}
	return edit
}
