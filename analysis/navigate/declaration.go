package navigate

import (
	"strings"

	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/syntax"
)

// Declaration returns the text by which a symbol is declared or defined, cut
// down to what concerns it: "VARIABLE x", a definition, "d \in S". It is empty
// for symbols of the language and the library.
func Declaration(s *module.Symbol) string {
	s = s.Source()
	n := s.Node
	if !n.Valid() {
		return ""
	}
	switch n.Kind() {
	case syntax.KindName, syntax.KindParameter:
		switch p := n.Parent(); p.Kind() {
		case syntax.KindVariables:
			return "VARIABLE " + n.Text()
		case syntax.KindConstants:
			return "CONSTANT " + n.Text()
		case syntax.KindBound, syntax.KindNew:
			return p.Text()
		case syntax.KindPattern:
			return p.Parent().Text()
		}
	}
	return n.Text()
}

// Comment returns the comment right above the declaration of a symbol, or
// behind it on its line, without its delimiters; empty where there is none.
func Comment(s *module.Symbol) string {
	n := s.Source().Node
	if !n.Valid() {
		return ""
	}
	for p := n.Parent(); p.Valid() && p.Kind() != syntax.KindModule && p.Kind() != syntax.KindLet; p = p.Parent() {
		n = p
	}
	text := n.Tree().Text()
	var lines []string
	start := n.Span().Start
	comments := n.Tree().Comments()
	for i := len(comments) - 1; i >= 0; i-- {
		c := comments[i]
		if c.Span.End > start {
			continue
		}
		between := text[c.Span.End:start]
		if strings.TrimSpace(between) != "" || strings.Count(between, "\n") > 1 || startsBehindCode(text, c.Span.Start) {
			break
		}
		lines = append([]string{undelimited(text[c.Span.Start:c.Span.End])}, lines...)
		start = c.Span.Start
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// startsBehindCode reports whether something else stands before an offset on
// its line.
func startsBehindCode(text string, offset int) bool {
	line := text[strings.LastIndexByte(text[:offset], '\n')+1 : offset]
	return strings.TrimSpace(line) != ""
}

// undelimited returns what a comment says, without \*, (* and *), and the stars
// that frame it.
func undelimited(comment string) string {
	var lines []string
	for line := range strings.Lines(comment) {
		line = strings.TrimSpace(line)
		line = strings.TrimPrefix(line, `\*`)
		line = strings.Trim(strings.TrimSuffix(strings.TrimPrefix(line, "(*"), "*)"), "*")
		lines = append(lines, strings.TrimSpace(line))
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
