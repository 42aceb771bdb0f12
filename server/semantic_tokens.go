package server

import (
	"context"

	"go.lsp.dev/protocol"

	"github.com/specls/specls/analysis/navigate"
)

// tokenTypes are what [navigate.Class] is called in LSP, in its order.
var tokenTypes = []protocol.SemanticTokenTypes{
	navigate.ClassKeyword: protocol.SemanticTokenTypesKeyword, navigate.ClassOperator: protocol.SemanticTokenTypesOperator,
	navigate.ClassString: protocol.SemanticTokenTypesString, navigate.ClassNumber: protocol.SemanticTokenTypesNumber,
	navigate.ClassComment: protocol.SemanticTokenTypesComment, navigate.ClassModule: protocol.SemanticTokenTypesNamespace,
	navigate.ClassVariable: protocol.SemanticTokenTypesVariable, navigate.ClassConstant: protocol.SemanticTokenTypesEnumMember,
	navigate.ClassDefinition: protocol.SemanticTokenTypesFunction, navigate.ClassParameter: protocol.SemanticTokenTypesParameter,
	navigate.ClassField: protocol.SemanticTokenTypesProperty,
}

// The modifiers, as bits in the order of the legend.
const (
	modifierDefinition = 1 << iota
	modifierLibrary
)

func semanticTokensOptions() *protocol.SemanticTokensOptions {
	legend := protocol.SemanticTokensLegend{TokenModifiers: []string{
		string(protocol.SemanticTokenModifiersDefinition), string(protocol.SemanticTokenModifiersDefaultLibrary),
	}}
	for _, t := range tokenTypes {
		legend.TokenTypes = append(legend.TokenTypes, string(t))
	}
	return &protocol.SemanticTokensOptions{Legend: legend, Full: protocol.Boolean(true)}
}

// SemanticTokensFull colours a specification, for editors that have no grammar
// for it and as an addition to one (LSP 3.17, textDocument/semanticTokens/full).
func (s *Server) SemanticTokensFull(ctx context.Context, params *protocol.SemanticTokensParams) (*protocol.SemanticTokens, error) {
	p := s.specification(ctx, params.TextDocument.URI)
	if p == nil {
		return nil, nil
	}
	tokens := navigate.Tokens(p.result.Tree, p.result.Names)
	data := make([]uint32, 0, 5*len(tokens))
	last := protocol.Position{}
	for _, token := range tokens {
		r := p.rangeOf(token.Span)
		if r.Start.Line != r.End.Line {
			continue
		}
		column := r.Start.Character
		if r.Start.Line == last.Line {
			column -= last.Character
		}
		var modifiers uint32
		if token.Declares {
			modifiers |= modifierDefinition
		}
		if token.Library {
			modifiers |= modifierLibrary
		}
		data = append(data, r.Start.Line-last.Line, column, r.End.Character-r.Start.Character, uint32(token.Class), modifiers)
		last = r.Start
	}
	return &protocol.SemanticTokens{Data: data}, nil
}
