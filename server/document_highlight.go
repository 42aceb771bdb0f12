package server

import (
	"context"

	"go.lsp.dev/protocol"

	"github.com/specls/specls/analysis/navigate"
)

// DocumentHighlight marks where the document names the symbol at a place: as
// written where it is declared or primed, else as read (LSP 3.17,
// textDocument/documentHighlight).
func (s *Server) DocumentHighlight(ctx context.Context, params *protocol.DocumentHighlightParams) ([]protocol.DocumentHighlight, error) {
	p := s.specification(ctx, params.TextDocument.URI)
	if p == nil {
		return nil, nil
	}
	symbol := p.symbolAt(params.Position)
	if symbol == nil {
		return nil, nil
	}
	var highlights []protocol.DocumentHighlight
	for _, o := range p.occurrences(navigate.OriginOf(symbol)) {
		kind := protocol.DocumentHighlightKindRead
		if o.Declares || o.Primed {
			kind = protocol.DocumentHighlightKindWrite
		}
		highlights = append(highlights, protocol.DocumentHighlight{Range: p.rangeOf(o.Span), Kind: kind})
	}
	return highlights, nil
}
