package navigate

import (
	"cmp"
	"slices"
	"strings"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/syntax"
)

// Class says what a token is to someone who colours it.
type Class uint8

// The classes.
const (
	ClassKeyword Class = iota
	ClassOperator
	ClassString
	ClassNumber
	ClassComment
	ClassModule
	ClassVariable
	ClassConstant
	ClassDefinition
	ClassParameter
	ClassField
)

// Token is a coloured stretch of a text, within one line.
type Token struct {
	Span  finding.Span
	Class Class
	// Declares says that the name is declared or defined there, Library that it
	// is one of the language's or the library's.
	Declares, Library bool
}

// Tokens returns the coloured stretches of a text, in order: comments, and the
// tokens of which something can be said.
func Tokens(tree *syntax.Tree, names *module.Result) []Token {
	meant := meanings(tree, names)
	var tokens []Token
	for i := range tree.NumTokens() {
		if token, ok := classify(tree.Token(i), meant[i]); ok {
			tokens = append(tokens, token)
		}
	}
	for _, c := range tree.Comments() {
		tokens = append(tokens, linesOf(tree.Text(), c.Span)...)
	}
	slices.SortFunc(tokens, func(a, b Token) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	return tokens
}

// linesOf returns the lines of a comment.
func linesOf(text string, span finding.Span) []Token {
	var tokens []Token
	start := span.Start
	for line := range strings.Lines(text[span.Start:span.End]) {
		end := start + len(strings.TrimRight(line, "\r\n"))
		if end > start {
			tokens = append(tokens, Token{Span: finding.Span{Start: start, End: end}, Class: ClassComment})
		}
		start += len(line)
	}
	return tokens
}

// meanings returns for each token the name or field that it is.
func meanings(tree *syntax.Tree, names *module.Result) []Token {
	meant := make([]Token, tree.NumTokens()+1)
	for n := range tree.Root().Walk() {
		t := n.Token()
		if !t.Valid() || t.Kind() != syntax.Identifier {
			continue
		}
		m := Token{Span: t.Span()}
		s := names.Symbol(n)
		switch n.Kind() {
		case syntax.KindField, syntax.KindUpdateField, syntax.KindSelect:
			m.Class = ClassField
		case syntax.KindModule:
			m.Class = ClassModule
		default:
			switch {
			case s != nil:
				m.Class, m.Declares, m.Library = classOf(s), declares(n), !s.Source().Node.Valid()
			case n.Kind() == syntax.KindName && namesModule(n):
				m.Class = ClassModule
			default:
				continue
			}
		}
		meant[t.Index()] = m
	}
	return meant
}

// namesModule reports whether a KindName is that of a module.
func namesModule(n syntax.Node) bool {
	switch n.Parent().Kind() {
	case syntax.KindHeader, syntax.KindExtends, syntax.KindInstance, syntax.KindModuleFact:
		return true
	}
	return false
}

func classOf(s *module.Symbol) Class {
	switch s.Kind {
	case module.KindVariable, module.KindNewVariable:
		return ClassVariable
	case module.KindConstant, module.KindNewConstant:
		return ClassConstant
	case module.KindParameter, module.KindBound, module.KindNewState, module.KindNewAction, module.KindNewTemporal:
		return ClassParameter
	case module.KindInstance:
		return ClassModule
	case module.KindBuiltin:
		return ClassKeyword
	}
	return ClassDefinition
}

// classify returns how a token is coloured, meant being what the analysis knows
// of it.
func classify(t syntax.Token, meant Token) (Token, bool) {
	token := Token{Span: t.Span()}
	switch kind := t.Kind(); {
	case kind == syntax.Identifier:
		return meant, meant.Span != finding.Span{}
	case kind == syntax.String:
		token.Class = ClassString
	case kind == syntax.Number:
		token.Class = ClassNumber
	case isWord(t):
		token.Class = ClassKeyword
	case t.Operator() != "" || kind == syntax.Define:
		token.Class = ClassOperator
	default:
		return Token{}, false
	}
	return token, true
}

// isWord reports whether a token is written in letters, such as CHOOSE, or is
// the beginning of a quantifier.
func isWord(t syntax.Token) bool {
	switch t.Kind() {
	case syntax.Exists, syntax.Forall, syntax.TemporalExists, syntax.TemporalForall, syntax.HeaderDashes, syntax.Separator, syntax.Footer:
		return true
	}
	c := t.Text()[:min(1, len(t.Text()))]
	return c >= "A" && c <= "Z"
}
