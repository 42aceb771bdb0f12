package server

import (
	"context"
	"fmt"
	"strings"

	"go.lsp.dev/protocol"

	"github.com/specls/specls/analysis/library"
	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/navigate"
)

// maxHoverLines is how much of a definition a hover shows.
const maxHoverLines = 25

// Hover says what a name means (LSP 3.17, textDocument/hover).
func (s *Server) Hover(ctx context.Context, params *protocol.HoverParams) (*protocol.Hover, error) {
	p := s.specification(ctx, params.TextDocument.URI)
	if p == nil {
		return nil, nil
	}
	name, ok := p.nameAt(params.Position)
	if !ok {
		return nil, nil
	}
	var text string
	switch {
	case name.Header:
		text = p.describeSpecification()
	case name.Symbol == nil:
		text = p.describeModule(name.Module)
	default:
		text = p.describeSymbol(name.Symbol)
	}
	if text == "" {
		return nil, nil
	}
	return &protocol.Hover{Contents: s.markup(text), Range: ptr(p.rangeOf(name.Span))}, nil
}

// markup returns Markdown for a client that shows it, and else the same as
// plain text, which it is readable as.
func (s *Server) markup(markdown string) *protocol.MarkupContent {
	if s.caps.markdown {
		return &protocol.MarkupContent{Kind: protocol.MarkupKindMarkdown, Value: markdown}
	}
	plain := strings.NewReplacer("```tla\n", "", "```\n", "", "```", "", "**", "", "`", "").Replace(markdown)
	return &protocol.MarkupContent{Kind: protocol.MarkupKindPlainText, Value: plain}
}

// describeSpecification says what the module is checked against.
func (p *specification) describeSpecification() string {
	profile := p.result.Profile
	if profile == nil {
		return "No profile: checked as TLA+, without a contract."
	}
	text := fmt.Sprintf("**%s** (profile `%s`): checked against the contract of its prompt.", profile.Title, profile.Name)
	met, all := p.requirementsMet()
	if all == 0 {
		return text
	}
	text += fmt.Sprintf("\n\n%d of %d requirements met.", met, all)
	for _, r := range p.result.Requirements {
		if !r.Met {
			text += fmt.Sprintf("\n- %s `%s`: %s", r.Kind, r.Name, r.Why)
		}
	}
	return text
}

// describeModule says where a module comes from.
func (p *specification) describeModule(name string) string {
	if doc, ok := p.find(name); ok {
		return fmt.Sprintf("module `%s` in %s", name, p.snap.relativePath(doc.uri))
	}
	m, ok := library.Lookup(name)
	if !ok {
		return ""
	}
	text := fmt.Sprintf("%s `%s`\n\n%s", originInProse(m.Origin), name, m.Doc)
	if len(m.Extends) > 0 {
		text += "\n\nExtends " + strings.Join(m.Extends, ", ") + "."
	}
	return text
}

func originInProse(o library.Origin) string {
	switch o {
	case library.Community:
		return "community module"
	case library.ProofSystem:
		return "module of the TLA+ proof system"
	case library.Apalache:
		return "module of Apalache"
	}
	return "standard module"
}

// describeSymbol says what a symbol is: how it is defined, what it takes, what
// it depends on, and where it comes from.
func (p *specification) describeSymbol(s *module.Symbol) string {
	source := s.Source()
	if s.Kind == module.KindBuiltin {
		return describeBuiltin(s)
	}
	code := navigate.Declaration(s)
	var facts []string
	if entry := libraryEntry(source); entry != nil {
		code = entry.Signature()
		facts = append(facts, entry.Doc)
	} else if comment := navigate.Comment(s); comment != "" && !isLocal(s.Kind) {
		facts = append(facts, comment)
	}
	facts = append(facts, kindInProse(s)+p.originInProse(s))
	return "```tla\n" + firstLines(code, maxHoverLines) + "\n```\n" + strings.Join(facts, "\n\n")
}

// libraryEntry returns what the library says of a symbol; nil for one that has
// a text.
func libraryEntry(s *module.Symbol) *library.Symbol {
	if s.Module == nil || s.Node.Valid() {
		return nil
	}
	m, ok := library.Lookup(s.Module.Name)
	if !ok {
		return nil
	}
	return m.Symbol(s.Name)
}

// isLocal reports whether a symbol is one of the names that stand for
// something inside a definition only.
func isLocal(k module.Kind) bool { return k == module.KindParameter || k == module.KindBound }

// kindInProse says what a symbol is: "definition with 2 parameters, action
// level".
func kindInProse(s *module.Symbol) string {
	words := s.Kind.String()
	switch {
	case s.Function:
		words = "definition of a function"
	case s.Recursive:
		words = "recursive definition"
	}
	switch {
	case s.Arity == 1:
		words += " with 1 parameter"
	case s.Arity > 1:
		words += fmt.Sprintf(" with %d parameters", s.Arity)
	}
	if isLocal(s.Kind) || s.Kind == module.KindInstance {
		return words
	}
	return words + ", " + s.Level().String() + " level"
}

// originInProse says where a symbol comes from, if not from the text itself.
func (p *specification) originInProse(s *module.Symbol) string {
	source := s.Source()
	if source.Module == nil || source.Module == p.result.Names.Module {
		return ""
	}
	if source.Node.Valid() {
		if source.Node.Tree() == p.result.Tree && isLocal(s.Kind) {
			return ""
		}
		return ", from module " + source.Module.Name
	}
	return fmt.Sprintf(", from the %s `%s`, which specls knows without a file", originInProse(library.OriginOf(source.Module.Name)), source.Module.Name)
}

// firstLines returns at most n lines of a text, and says where it leaves off.
func firstLines(text string, n int) string {
	lines := strings.SplitAfter(text, "\n")
	if len(lines) <= n {
		return text
	}
	return strings.Join(lines[:n], "") + "…"
}

// describeBuiltin says what an operator of the language means.
func describeBuiltin(s *module.Symbol) string {
	text := fmt.Sprintf("`%s`: operator of TLA+", s.Name)
	if meaning := builtinMeanings[s.Name]; meaning != "" {
		text += "\n\n" + meaning
	}
	return text
}

// builtinMeanings are what the operators of the language mean, by their
// canonical spelling; see Specifying Systems, chapter 16.
var builtinMeanings = map[string]string{
	"'":          "`x'` is the value of `x` in the next state.",
	"UNCHANGED":  "`UNCHANGED e` is `e' = e`: the step leaves `e` as it is.",
	"ENABLED":    "`ENABLED A` is true in a state from which a step of the action `A` is possible.",
	"DOMAIN":     "`DOMAIN f` is the set of values to which the function `f` can be applied; of a sequence, `1..Len(f)`.",
	"SUBSET":     "`SUBSET S` is the set of all subsets of `S`.",
	"UNION":      "`UNION S` is the set of all elements of the elements of `S`.",
	"[]":         "`[]F`: `F` holds now and at all times to come.",
	"<>":         "`<>F`: `F` holds now or at some time to come.",
	"~>":         "`F ~> G`: whenever `F` holds, `G` holds then or later.",
	"\\in":       "`e \\in S`: `e` is an element of `S`.",
	"\\notin":    "`e \\notin S`: `e` is no element of `S`.",
	"\\subseteq": "`S \\subseteq T`: every element of `S` is one of `T`.",
	"\\cup":      "`S \\cup T` has the elements of both.",
	"\\cap":      "`S \\cap T` has the elements that are in both.",
	"\\":         "`S \\ T` has the elements of `S` that are not in `T`.",
	"\\X":        "`S \\X T` is the set of pairs `<<s, t>>` with `s` from `S` and `t` from `T`.",
	"#":          "`a # b`: `a` and `b` differ.",
	"=>":         "`F => G`: if `F` holds, so does `G`.",
	"<=>":        "`F <=> G`: both hold, or neither does.",
	"BOOLEAN":    "`BOOLEAN` is `{TRUE, FALSE}`.",
	"STRING":     "`STRING` is the set of all strings.",
	"\\cdot":     "`A \\cdot B`: a step of `A` and then one of `B`, as one step.",
	"-+->":       "`F -+-> G`: `G` holds for at least one step longer than `F` does.",
	"WF_":        "`WF_v(A)`: if steps of `A` that change `v` stay possible, one is taken.",
	"SF_":        "`SF_v(A)`: if steps of `A` that change `v` become possible again and again, one is taken.",
}
