package server

import (
	"context"

	"go.lsp.dev/protocol"

	"github.com/specls/specls/analysis/navigate"
)

// References returns where a symbol is named, in this module and in those that
// extend or instantiate it (LSP 3.17, textDocument/references).
func (s *Server) References(ctx context.Context, params *protocol.ReferenceParams) ([]protocol.Location, error) {
	p := s.specification(ctx, params.TextDocument.URI)
	if p == nil {
		return nil, nil
	}
	symbol := p.symbolAt(params.Position)
	if symbol == nil {
		return nil, nil
	}
	declaring, _, ok := p.declaring(symbol)
	if !ok {
		return nil, nil
	}
	locations := []protocol.Location{}
	origin := navigate.OriginOf(symbol)
	for _, reader := range p.readers(declaring, symbol.Source().Name) {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		for _, o := range reader.occurrences(origin) {
			if !o.Declares || params.Context.IncludeDeclaration {
				locations = append(locations, reader.location(reader.doc, o.Span))
			}
		}
	}
	return locations, nil
}
