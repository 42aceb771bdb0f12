package server

import (
	"context"

	"go.lsp.dev/protocol"

	"github.com/specls/specls/analysis/finding"
)

// Definition leads to where a name is declared or defined, in this module or
// another, and from a module's name to its file (LSP 3.17,
// textDocument/definition). What the language and the library define has no
// file.
func (s *Server) Definition(ctx context.Context, params *protocol.DefinitionParams) (protocol.DefinitionResult, error) {
	p := s.specification(ctx, params.TextDocument.URI)
	if p == nil {
		return nil, nil
	}
	name, ok := p.nameAt(params.Position)
	switch {
	case !ok || name.Header:
		return nil, nil
	case name.Symbol == nil:
		if doc, ok := p.find(name.Module); ok {
			return ptr(p.location(doc, finding.Span{})), nil
		}
		return nil, nil
	}
	doc, span, ok := p.declaring(name.Symbol)
	if !ok {
		return nil, nil
	}
	return ptr(p.location(doc, span)), nil
}
