package server

import (
	"context"
	"strings"
	"unicode/utf16"

	"go.lsp.dev/protocol"

	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/navigate"
)

// SignatureHelp shows the parameters of the operator whose arguments are being
// written (LSP 3.17, textDocument/signatureHelp).
func (s *Server) SignatureHelp(ctx context.Context, params *protocol.SignatureHelpParams) (*protocol.SignatureHelp, error) {
	p := s.specification(ctx, params.TextDocument.URI)
	if p == nil {
		return nil, nil
	}
	call, ok := navigate.CallAt(p.result.Tree, p.result.Names, p.offset(params.Position))
	if !ok {
		return nil, nil
	}
	label, places := applied(call.Symbol)
	information := protocol.SignatureInformation{Label: label}
	for _, place := range places {
		information.Parameters = append(information.Parameters, protocol.ParameterInformation{Label: place})
	}
	if entry := libraryEntry(call.Symbol.Source()); entry != nil && entry.Doc != "" {
		information.Documentation = protocol.String(entry.Doc)
	} else if comment := navigate.Comment(call.Symbol); comment != "" {
		information.Documentation = protocol.String(comment)
	}
	return &protocol.SignatureHelp{
		Signatures: []protocol.SignatureInformation{information}, ActiveSignature: ptr(uint32(0)),
		ActiveParameter: protocol.NewNullable(uint32(call.Argument)),
	}, nil
}

// applied returns a symbol with its parameters, f(a, G(_)), and the places of
// these in UTF-16 units.
func applied(s *module.Symbol) (label string, places []protocol.ParameterInformationLabelTuple) {
	var b strings.Builder
	length := func() uint32 { return uint32(len(utf16.Encode([]rune(b.String())))) }
	b.WriteString(s.Name + "(")
	for i, param := range s.Params {
		if i > 0 {
			b.WriteString(", ")
		}
		start := length()
		b.WriteString(paramName(param))
		places = append(places, protocol.ParameterInformationLabelTuple{start, length()})
	}
	b.WriteString(")")
	return b.String(), places
}

func paramName(p *module.Symbol) string {
	name := p.Name
	if name == "" {
		name = "_"
	}
	if p.Arity > 0 {
		name += "(" + strings.TrimSuffix(strings.Repeat("_, ", p.Arity), ", ") + ")"
	}
	return name
}
