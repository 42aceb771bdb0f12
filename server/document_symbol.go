package server

import (
	"context"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/navigate"
	"github.com/specls/specls/analysis/syntax"
	"github.com/specls/specls/analysis/text"
)

// DocumentSymbol returns the outline of a specification: as a tree where the
// client knows one, else as a list (LSP 3.17, textDocument/documentSymbol).
func (s *Server) DocumentSymbol(ctx context.Context, params *protocol.DocumentSymbolParams) (protocol.DocumentSymbolResult, error) {
	p := s.specification(ctx, params.TextDocument.URI)
	if p == nil {
		return nil, nil
	}
	items := navigate.Outline(p.result.Tree)
	if !s.caps.hierarchicalSymbols {
		return protocol.SymbolInformationSlice(s.symbolList(p.doc.uri, p.doc.mapper, items, "")), nil
	}
	return protocol.DocumentSymbolSlice(p.symbolTree(items)), nil
}

func (p *specification) symbolTree(items []navigate.Item) []protocol.DocumentSymbol {
	symbols := []protocol.DocumentSymbol{}
	for _, item := range items {
		symbols = append(symbols, protocol.DocumentSymbol{
			Name: orUnnamed(item.Name), Kind: symbolKind(item),
			Range: p.rangeOf(item.Node.Span()), SelectionRange: p.rangeOf(inside(item.NameSpan(), item.Node.Span())),
			Children: p.symbolTree(item.Children),
		})
	}
	return symbols
}

// inside returns inner, or the start of outer where inner does not lie in it:
// LSP demands that it does.
func inside(inner, outer finding.Span) finding.Span {
	if inner.Start < outer.Start || inner.End > outer.End {
		return finding.Span{Start: outer.Start, End: outer.Start}
	}
	return inner
}

// orUnnamed returns a name that may be shown: LSP demands one.
func orUnnamed(name string) string {
	if name == "" {
		return "(no name)"
	}
	return name
}

// symbolList flattens an outline.
func (s *Server) symbolList(u uri.URI, m *text.Mapper, items []navigate.Item, container string) []protocol.SymbolInformation {
	symbols := []protocol.SymbolInformation{}
	for _, item := range items {
		symbol := protocol.SymbolInformation{
			BaseSymbolInformation: protocol.BaseSymbolInformation{Name: orUnnamed(item.Name), Kind: symbolKind(item)},
			Location:              protocol.Location{URI: u, Range: s.rangeOf(m, item.NameSpan())},
		}
		if container != "" {
			symbol.ContainerName = ptr(container)
		}
		symbols = append(symbols, symbol)
		symbols = append(symbols, s.symbolList(u, m, item.Children, item.Name)...)
	}
	return symbols
}

func symbolKind(item navigate.Item) protocol.SymbolKind {
	switch item.Unit.Kind() {
	case syntax.KindModule:
		return protocol.SymbolKindModule
	case syntax.KindVariables:
		return protocol.SymbolKindVariable
	case syntax.KindConstants:
		return protocol.SymbolKindConstant
	case syntax.KindModuleDefinition:
		return protocol.SymbolKindNamespace
	case syntax.KindAssume, syntax.KindTheorem:
		return protocol.SymbolKindProperty
	}
	return protocol.SymbolKindFunction
}
