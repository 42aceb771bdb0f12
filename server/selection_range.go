package server

import (
	"context"

	"go.lsp.dev/protocol"

	"github.com/specls/specls/analysis/navigate"
)

// SelectionRange returns what lies around each place, to widen a selection by
// (LSP 3.17, textDocument/selectionRange).
func (s *Server) SelectionRange(ctx context.Context, params *protocol.SelectionRangeParams) ([]protocol.SelectionRange, error) {
	p := s.specification(ctx, params.TextDocument.URI)
	if p == nil {
		return nil, nil
	}
	result := make([]protocol.SelectionRange, len(params.Positions))
	for i, at := range params.Positions {
		spans := navigate.Around(p.result.Tree, p.offset(at))
		next := &result[i]
		for j, span := range spans {
			next.Range = p.rangeOf(span)
			if j < len(spans)-1 {
				next.Parent = new(protocol.SelectionRange)
				next = next.Parent
			}
		}
	}
	return result, nil
}
