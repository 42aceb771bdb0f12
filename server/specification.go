package server

import (
	"context"
	"slices"
	"strings"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/navigate"
	"github.com/specls/specls/analysis/syntax"
	"github.com/specls/specls/commands"
)

// specification is an open .tla document with what its check says, as the
// requests about it need it.
type specification struct {
	server *Server
	snap   *snapshot
	doc    *document
	result *analysis.Result
}

// specification returns the document of a request as it stood when that came.
// It is nil where the document is not open, or is no specification; such
// requests have an empty answer.
func (s *Server) specification(ctx context.Context, u uri.URI) *specification {
	snap := s.snapshotOf(ctx)
	doc, open := snap.documents[u]
	if !open || doc.language != tlaLanguage {
		return nil
	}
	return s.specificationOf(snap, doc)
}

func (s *Server) specificationOf(snap *snapshot, doc *document) *specification {
	result := s.check(doc, snap)
	if result.Tree == nil || result.Names == nil {
		return nil
	}
	return &specification{server: s, snap: snap, doc: doc, result: result}
}

// offset returns the place of an LSP position.
func (p *specification) offset(at protocol.Position) int {
	return p.doc.mapper.Offset(fromLSP(at), p.server.encoding)
}

// rangeOf returns the LSP range of a span.
func (p *specification) rangeOf(span finding.Span) protocol.Range {
	return p.server.rangeOf(p.doc.mapper, span)
}

// nameAt returns the name at an LSP position.
func (p *specification) nameAt(at protocol.Position) (navigate.Name, bool) {
	return navigate.At(p.result.Tree, p.result.Names, p.offset(at))
}

// symbolAt returns the symbol at an LSP position, or nil.
func (p *specification) symbolAt(at protocol.Position) *module.Symbol {
	name, _ := p.nameAt(at)
	return name.Symbol
}

// occurrences returns where the document names a symbol.
func (p *specification) occurrences(origin navigate.Origin) []navigate.Occurrence {
	return navigate.Occurrences(p.result.Tree, p.result.Names, origin)
}

// find returns the document of a module that this one extends or instantiates.
func (p *specification) find(name string) (*document, bool) {
	return p.snap.findModule(p.snap.moduleDirectories(p.doc.uri), name)
}

// declaring returns the document that declares a symbol, and where its name
// stands there. It is false for what the language and the library define, which
// have no file.
func (p *specification) declaring(s *module.Symbol) (*document, finding.Span, bool) {
	node := s.Source().Node
	if !node.Valid() {
		return nil, finding.Span{}, false
	}
	return p.documentOf(node.Tree(), s.Source().NameSpan())
}

// documentOf returns the document that a tree was made of, and a span of the
// tree as one of the document.
func (p *specification) documentOf(tree *syntax.Tree, span finding.Span) (*document, finding.Span, bool) {
	if tree == p.result.Tree {
		return p.doc, span, true
	}
	outer, _ := tree.Module()
	if doc, ok := p.find(outer.Name()); ok {
		return doc, span, doc.text() == tree.Text()
	}
	// A module without a file may stand behind the first one in this text.
	if at := strings.Index(p.doc.text(), tree.Text()); at >= 0 {
		return p.doc, finding.Span{Start: span.Start + at, End: span.End + at}, true
	}
	return nil, finding.Span{}, false
}

// location returns a place in a document, this one or another.
func (p *specification) location(doc *document, span finding.Span) protocol.Location {
	return protocol.Location{URI: doc.uri, Range: p.server.rangeOf(doc.mapper, span)}
}

// readers returns the specifications that can name what a document declares,
// itself first: those that are open, and those on disk beside it and where
// modules are looked up, as far as one of the given names stands in them at all.
func (p *specification) readers(declaring *document, names ...string) []*specification {
	seen := map[uri.URI]bool{}
	var found []*specification
	outer := strings.TrimSuffix(uri.Basename(declaring.uri), ".tla")
	add := func(doc *document) {
		if seen[doc.uri] || doc.language != tlaLanguage {
			return
		}
		seen[doc.uri] = true
		if !slices.ContainsFunc(names, func(name string) bool { return strings.Contains(doc.text(), name) }) {
			return
		}
		reader := p
		if doc.uri != p.doc.uri {
			reader = p.server.specificationOf(p.snap, doc)
		}
		if reader == nil {
			return
		}
		// A module of the same name elsewhere is another one.
		if doc.uri != declaring.uri {
			if extended, ok := reader.find(outer); !ok || extended.uri != declaring.uri {
				return
			}
		}
		found = append(found, reader)
	}
	add(declaring)
	for _, doc := range sortedDocuments(p.snap) {
		add(doc)
	}
	directories := append(p.snap.moduleDirectories(declaring.uri), p.snap.moduleDirectories(p.doc.uri)...)
	for i, dir := range directories {
		for _, other := range commands.ModulesIn(dir) {
			if doc, ok := p.snap.findModule(directories[i:i+1], other); ok {
				add(doc)
			}
		}
	}
	return found
}
