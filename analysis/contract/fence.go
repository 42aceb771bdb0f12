// Rule fence: no markdown fences.
//
// Models like to wrap code into ``` lines, as for a chat window. A
// specification is a file for TLA+ tools: around the module fences are clutter,
// and inside it they are a syntax error. Fences inside comments and strings do
// not count.
//
// Asked for by: etcd prompt, critical output requirement 2 ("no markdown code
// blocks (no ```tla or ```)"); raftkvs prompt, the same.
//
// Broken:
//
//	```tla
//	---- MODULE etcdraft ----
//	EXTENDS Naturals
//	VARIABLE x
//	Init == x = 0
//	Next == x' = 1 - x
//	Spec == Init /\ [][Next]_x /\ WF_x(Next)
//	====
//	```
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
	"cmp"
	"slices"
	"strings"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/syntax"
)

func checkFence(p *Pass) {
	isFence := func(s segment) bool { return s.kind == fence }
	edits := cutAll(p.outside(), isFence)
	var places []finding.Span
	for _, s := range p.outside() {
		if isFence(s) {
			places = append(places, s.span)
		}
	}
	for _, at := range fencesInside(p.Tree) {
		places = append(places, at)
		edits = append(edits, finding.Edit{Span: wholeLines(p.text(), at)})
	}
	slices.SortFunc(edits, func(a, b finding.Edit) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	title := "Remove the markdown fence"
	if len(places) > 1 {
		title = "Remove all markdown fences"
	}
	for _, at := range places {
		p.Report(finding.Finding{
			Span: at, Unnecessary: true,
			Message: "This is a markdown fence. The contract wants pure TLA+, without markdown code blocks",
			Fixes:   []finding.Fix{{Title: title, Preferred: true, Safe: true, Edits: edits}},
		})
	}
}

// fencesInside returns the fences that stand among the module's tokens.
func fencesInside(tree *syntax.Tree) []finding.Span {
	var found []finding.Span
	for i := range tree.NumTokens() {
		if t := tree.Token(i); t.Kind() == syntax.Invalid && strings.HasPrefix(t.Text(), "```") {
			found = append(found, t.Span())
		}
	}
	return found
}

// wholeLines widens a span to the lines it is on, if nothing else is on them.
func wholeLines(text string, s finding.Span) finding.Span {
	start := strings.LastIndexAny(text[:s.Start], "\r\n") + 1
	end := s.End + len(lineFrom(text, s.End))
	if isBlank(text[start:s.Start]) && isBlank(text[s.End:end]) {
		return finding.Span{Start: start, End: end}
	}
	return s
}
