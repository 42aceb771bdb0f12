package server

import (
	"context"

	"go.lsp.dev/protocol"

	"github.com/specls/specls/analysis/navigate"
)

// FoldingRanges returns what can be folded away and is longer than a line (LSP
// 3.17, textDocument/foldingRange).
func (s *Server) FoldingRanges(ctx context.Context, params *protocol.FoldingRangeParams) ([]protocol.FoldingRange, error) {
	p := s.specification(ctx, params.TextDocument.URI)
	if p == nil {
		return nil, nil
	}
	folds := []protocol.FoldingRange{}
	last := map[uint32]uint32{}
	for _, fold := range navigate.Folds(p.result.Tree) {
		r := p.rangeOf(fold.Span)
		end, known := last[r.Start.Line]
		if r.Start.Line == r.End.Line || known && end == r.End.Line {
			continue
		}
		last[r.Start.Line] = r.End.Line
		item := protocol.FoldingRange{StartLine: r.Start.Line, EndLine: r.End.Line}
		if fold.Comment {
			item.Kind = protocol.FoldingRangeKindComment
		}
		folds = append(folds, item)
	}
	return folds, nil
}
