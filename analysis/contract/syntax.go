// Rule syntax: the text is TLA+.
//
// The parser reads the text as SANY, the reference parser of TLA+, would, and
// says where it is not TLA+. A text with a syntax error is of no use to any
// TLA+ tool. Where another rule has more to say about the same place, as header,
// footer and fence have, the parser's finding gives way to that rule's.
//
// Asked for by: etcd prompt, critical output requirement 2 ("Return ONLY pure
// TLA+ specification code"); raftkvs prompt, the same.
//
// Broken:
//
//	---- MODULE etcdraft ----
//	VARIABLE x
//	Init == x = 0;
//	Next == x' = 1 - x
//	Spec == Init /\ [][Next]_x /\ WF_x(Next)
//	====
//
// Mended:
//
//	---- MODULE etcdraft ----
//	EXTENDS Naturals
//	VARIABLE x
//	Init == x = 0
//	Next == x' = 1 - x
//	Spec == Init /\ [][Next]_x /\ WF_x(Next)
//	====

package contract

import (
	"slices"
	"strings"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/syntax"
)

func checkSyntax(p *Pass) {
	elsewhere := p.saidElsewhere()
	for _, f := range p.Tree.Findings() {
		if !elsewhere(f) {
			f.Severity = max(f.Severity, p.Severity)
			f.Fixes = slices.Clone(f.Fixes)
			for i := range f.Fixes {
				// What cannot be read has no meaning that a mend could change.
				f.Fixes[i].Safe = f.Fixes[i].Preferred
			}
			p.Report(f)
		}
	}
}

// saidElsewhere returns a function that tells whether one of the rules about
// form says what a finding of the parser says.
func (p *Pass) saidElsewhere() func(finding.Finding) bool {
	m, found := p.Tree.Module()
	var header, footer, comment finding.Span
	headed, fenced := p.holds("header"), p.holds("fence")
	if found {
		header = headerPlace(p.Tree, m)
	}
	if found && p.holds("footer") {
		switch end := m.Footer(); {
		case !end.Valid():
			footer, comment = lastToken(p.Tree), openComment(p.Tree)
		case !isFooter(end):
			footer = end.Span()
		}
	}
	return func(f finding.Finding) bool {
		switch {
		case fenced && strings.HasPrefix(p.text()[f.Span.Start:f.Span.End], "```"):
			return true
		case headed && (!found || within(f.Span, header)):
			return true
		}
		return f.Span.Start < f.Span.End && (f.Span == footer || f.Span == comment)
	}
}

// headerPlace returns where the header rule reports a faulty header, and an
// empty span where the header is TLA+.
func headerPlace(tree *syntax.Tree, m syntax.Module) finding.Span {
	header := m.Header()
	switch {
	case !header.Valid():
		return tree.Token(0).Span()
	case !isHeader(header):
		return header.Span()
	}
	return finding.Span{}
}

func within(inner, outer finding.Span) bool {
	return outer.Start < outer.End && outer.Start <= inner.Start && inner.End <= outer.End
}

// lastToken returns the span of the last token, where the parser reports that
// the text ends too early.
func lastToken(tree *syntax.Tree) finding.Span {
	if tree.NumTokens() == 0 {
		return finding.Span{}
	}
	return tree.Token(tree.NumTokens() - 1).Span()
}
