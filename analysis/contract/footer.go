// Rule footer: the module is closed by ====.
//
// The last line of the module is a row of at least four equals signs. Where it
// is missing, the reply that the text came from was most likely cut off, and
// what is there may be half of a specification: without the footer no TLA+ tool
// reads it. A footer that was merely forgotten can be added; where the text
// breaks off in the middle of something, only another reply helps.
//
// Asked for by: etcd prompt, critical output requirement 5 ("End your response
// with the closing ===="); raftkvs prompt, the same.
//
// Broken:
//
//	---- MODULE etcdraft ----
//	EXTENDS Naturals
//	VARIABLE x
//	Init == x = 0
//	Next == x' = 1 - x
//	Spec == Init /\ [][Next]_x /\ WF_x(Next)
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
	"strings"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/syntax"
)

func checkFooter(p *Pass) {
	m, ok := p.Tree.Module()
	if !ok {
		return
	}
	if footer := m.Footer(); footer.Valid() {
		if !isFooter(footer) {
			p.reportShort(footer)
		}
		return
	}
	f := finding.Finding{Span: lastReadable(p.Tree)}
	if inner, ok := closedLast(p.Tree); ok {
		f.Related = []finding.Related{{Span: f.Span, Message: "This ==== closes the module " + inner}}
	}
	switch {
	case openComment(p.Tree).End > 0:
		f.Span = openComment(p.Tree)
		f.Message = "The module has no closing ====, because this comment never ends and everything behind it belongs to it. Close the comment with *)"
	case p.breaksOff():
		f.Message = "The text breaks off here, before the closing ====: the reply it came from was cut off. Convert again with a higher output limit or a narrower focus"
	default:
		f.Message = "The closing ==== is missing: the contract wants the text to end with it. If the reply was cut off here, definitions may be missing too"
		end := len(strings.TrimRight(p.text(), blanks))
		f.Fixes = []finding.Fix{{
			Title: "End the module with ====", Preferred: true,
			Edits: []finding.Edit{{Span: finding.Span{Start: end, End: len(p.text())}, NewText: newline(p.text()) + newline(p.text()) + "====" + newline(p.text())}},
		}}
	}
	p.Report(f)
}

// isFooter reports whether a footer is one to TLA+.
func isFooter(footer syntax.Node) bool {
	return footer.Token().Kind() == syntax.Footer && len(footer.Text()) >= 4
}

func (p *Pass) reportShort(footer syntax.Node) {
	p.Report(finding.Finding{
		Span:    footer.Span(),
		Message: "This row is too short to close the module: TLA+ wants at least four equals signs, and the contract wants the text to end with ====",
		Fixes: []finding.Fix{{
			Title: "Write ====", Preferred: true, Safe: true,
			Edits: []finding.Edit{{Span: footer.Span(), NewText: "===="}},
		}},
	})
}

// lastReadable returns the span of the last token that TLA+ knows.
func lastReadable(tree *syntax.Tree) finding.Span {
	for i := tree.NumTokens() - 1; i >= 0; i-- {
		if t := tree.Token(i); t.Kind() != syntax.Invalid {
			return t.Span()
		}
	}
	return finding.Span{}
}

// closedLast returns the name of the nested module whose footer ends the text.
func closedLast(tree *syntax.Tree) (name string, ok bool) {
	for _, m := range tree.Modules() {
		if footer := m.Footer(); footer.Valid() && footer.Span() == lastReadable(tree) {
			return m.Name(), true
		}
	}
	return "", false
}

// breaksOff reports whether the text ends in the middle of something. Where it
// does not, the parser itself offers to end the module.
func (p *Pass) breaksOff() bool {
	for _, f := range p.Tree.Findings() {
		if f.Span == lastToken(p.Tree) && len(f.Fixes) == 0 {
			return true
		}
	}
	return false
}

// openComment returns the opening of a comment that never ends, or an empty
// span.
func openComment(tree *syntax.Tree) finding.Span {
	comments := tree.Comments()
	if len(comments) == 0 {
		return finding.Span{}
	}
	last := comments[len(comments)-1]
	if isClosed(tree, last) {
		return finding.Span{}
	}
	return finding.Span{Start: last.Span.Start, End: last.Span.Start + len("(*")}
}

// isClosed reports whether a comment has its end. Only a block comment at the
// end of the text can lack it.
func isClosed(tree *syntax.Tree, c syntax.Comment) bool {
	if !c.Block {
		return true
	}
	for _, f := range tree.Findings() {
		if f.Span.Start == c.Span.Start && f.Span.End <= c.Span.Start+len("(*") {
			return false
		}
	}
	return true
}
