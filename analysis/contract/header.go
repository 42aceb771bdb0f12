// Rule header: the module's header comes first.
//
// The text begins, with its very first character, with the module's header:
// four dashes, MODULE, the module's name and four dashes. No blank line and no
// byte-order mark goes before it. Longer rows of dashes mean the same to TLA+
// but are not what the prompt writes, so they are a hint.
//
// Text before the header is the business of the rules outside-text and fence.
//
// Asked for by: etcd prompt, critical output requirements 1 and 4 ("Start your
// response directly with: ---- MODULE etcdraft ----"); raftkvs prompt, the same.
//
// Broken:
//
//	MODULE etcdraft
//	EXTENDS Naturals
//	VARIABLE x
//	Init == x = 0
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
	"fmt"
	"strings"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/syntax"
)

func checkHeader(p *Pass) {
	want := canonicalHeader(p.moduleName())
	m, ok := p.Tree.Module()
	if !ok {
		p.Report(finding.Finding{
			Span:    firstLine(p.text()),
			Message: fmt.Sprintf("There is no TLA+ module here. The contract wants the text to start with “%s”", want),
		})
		return
	}
	header := m.Header()
	before := p.Tree.Before()
	switch {
	case !header.Valid():
		p.reportHeadless(want)
	case !isHeader(header):
		name := m.Name()
		if name == "" {
			name = p.moduleName()
		}
		p.Report(finding.Finding{
			Span: header.Span(),
			Message: fmt.Sprintf("This is not a module header: the contract wants “%s”, with at least four dashes on either side",
				canonicalHeader(name)),
			Fixes: []finding.Fix{headerFix(header, name)},
		})
	case before.Start < before.End && isBlank(p.text()[before.Start:before.End]):
		p.reportBlankBefore(before)
	case header.Text() != canonicalHeader(m.Name()):
		p.Report(finding.Finding{
			Span:     header.Span(),
			Severity: p.atMost(finding.Hint),
			Message:  fmt.Sprintf("The prompt writes the header as “%s”; to TLA+ this one means the same", canonicalHeader(m.Name())),
			Fixes:    []finding.Fix{headerFix(header, m.Name())},
		})
	}
}

// isHeader reports whether a header is one to TLA+.
func isHeader(header syntax.Node) bool {
	return header.FirstToken().Kind() == syntax.HeaderDashes && header.LastToken().Kind() == syntax.Separator &&
		header.Child(0).Kind() == syntax.KindName
}

func headerFix(header syntax.Node, name string) finding.Fix {
	return finding.Fix{
		Title: "Write the header as " + canonicalHeader(name), Preferred: true, Safe: true,
		Edits: []finding.Edit{{Span: header.Span(), NewText: canonicalHeader(name)}},
	}
}

// reportHeadless reports a module that has definitions but no header. A header
// put before prose would mend nothing, so it is offered only where the text
// begins as a module does.
func (p *Pass) reportHeadless(want string) {
	first := p.Tree.Token(0)
	f := finding.Finding{
		Span:    first.Span(),
		Message: fmt.Sprintf("The module has no header. The contract wants the text to start with “%s”", want),
	}
	m, _ := p.Tree.Module()
	if m.Child(0).Kind() != syntax.KindError {
		f.Fixes = []finding.Fix{{
			Title: "Insert " + want, Preferred: true, Safe: true,
			Edits: []finding.Edit{{Span: finding.Span{Start: 0, End: leadingBlank(p.text())}, NewText: want + newline(p.text())}},
		}}
	}
	p.Report(f)
}

func (p *Pass) reportBlankBefore(before finding.Span) {
	what := "white space"
	if strings.Contains(p.text()[before.Start:before.End], byteOrderMark) {
		what = "a byte-order mark"
	}
	p.Report(finding.Finding{
		Span: before, Unnecessary: true,
		Message: fmt.Sprintf("There is %s before the module header. The contract wants the header to be the very first thing in the text", what),
		Fixes: []finding.Fix{{
			Title: "Start with the module header", Preferred: true, Safe: true,
			Edits: []finding.Edit{{Span: before}},
		}},
	})
}

const byteOrderMark = "\uFEFF"

// blanks are white space, and the byte-order mark that some editors write.
const blanks = " \t\r\n\v\f\u00A0" + byteOrderMark

func isBlank(s string) bool { return strings.Trim(s, blanks) == "" }

// leadingBlank returns how many bytes of white space s begins with.
func leadingBlank(s string) int { return len(s) - len(strings.TrimLeft(s, blanks)) }

// newline returns how the lines of a text end.
func newline(text string) string {
	if strings.Contains(text, "\r\n") {
		return "\r\n"
	}
	return "\n"
}

// firstLine returns the span of the first line that is not blank.
func firstLine(text string) finding.Span {
	start := leadingBlank(text)
	return finding.Span{Start: start, End: start + len(strings.TrimRight(lineFrom(text, start), blanks))}
}
