// Rule comments: no comments.
//
// The specification holds no comments, neither \* to the end of the line nor
// (* … *). The prompt asks for code alone; comments in generated specifications
// tend to explain the Go source, or what the model left out, rather than the
// specification. Removing them changes nothing: the fix leaves every token in
// its column, on which lists of /\ and \/ depend.
//
// Comments that follow one another are one finding.
//
// Asked for by: etcd prompt, critical output requirement 3 ("Do not include any
// explanations, comments, or formatting markers"); raftkvs prompt, the same.
//
// Broken:
//
//	---- MODULE etcdraft ----
//	EXTENDS Naturals
//	VARIABLE x
//	\* The initial state.
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
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/syntax"
)

func checkComments(p *Pass) {
	runs := commentRuns(p.Tree)
	// There may be hundreds, and a finding is large.
	p.findings = slices.Grow(p.findings, len(runs))
	all := make([]finding.Edit, 0, len(runs))
	edits := make([]finding.Edit, len(runs))
	fixes := make([]finding.Fix, 0, 2*len(runs))
	for i, run := range runs {
		if run.closed {
			edits[i] = withoutComments(p.Tree, run.span)
			all = append(all, edits[i])
		}
	}
	for i, run := range runs {
		f := finding.Finding{
			Span: run.span, Unnecessary: true,
			Message: "This is a comment. The contract wants a specification without comments",
		}
		if run.count > 1 {
			f.Message = fmt.Sprintf("These are %d comments. The contract wants a specification without comments", run.count)
		}
		if run.closed {
			first := len(fixes)
			fixes = append(fixes, finding.Fix{Title: "Remove the comment", Preferred: true, Safe: true, Edits: edits[i : i+1]})
			if run.count > 1 {
				fixes[first].Title = fmt.Sprintf("Remove the %d comments", run.count)
			}
			if len(all) > 1 {
				fixes = append(fixes, finding.Fix{Title: "Remove all comments of the module", Edits: all})
			}
			f.Fixes = fixes[first:len(fixes):len(fixes)]
		}
		p.Report(f)
	}
}

// commentRun is a run of comments with nothing but white space between them.
type commentRun struct {
	span  finding.Span
	count int
	// closed is false for the comment that runs to the end of the text for
	// want of a "*)": removing it would remove what it swallowed.
	closed bool
}

func commentRuns(tree *syntax.Tree) []commentRun {
	runs := make([]commentRun, 0, len(tree.Comments()))
	for i, c := range tree.Comments() {
		closed := i < len(tree.Comments())-1 || isClosed(tree, c)
		if n := len(runs); n > 0 && closed && isBlank(tree.Text()[runs[n-1].span.End:c.Span.Start]) {
			runs[n-1].span.End = c.Span.End
			runs[n-1].count++
			continue
		}
		runs = append(runs, commentRun{span: c.Span, count: 1, closed: closed})
	}
	return runs
}

// withoutComments returns the edit that removes a run of comments and leaves
// every token in its column. Lines that held nothing else go as a whole.
func withoutComments(tree *syntax.Tree, run finding.Span) finding.Edit {
	text := tree.Text()
	next := tree.TokenAt(run.End)
	var previous syntax.Token
	if next.Index() > 0 {
		previous = tree.Token(next.Index() - 1)
	}
	lineStart := strings.LastIndexAny(text[:run.Start], "\r\n") + 1
	lineEnd := run.End + len(lineFrom(text, run.End))
	behind := previous.Valid() && previous.Span().End > lineStart // code stands before the run on its line
	ahead := next.Kind() != syntax.EndOfText && next.Span().Start < lineEnd

	from := lineStart
	if behind {
		from = previous.Span().End
	}
	switch {
	case ahead && behind && !strings.ContainsAny(text[from:next.Span().Start], "\r\n"):
		width := next.Column() - previous.Column() - len(utf16.Encode([]rune(previous.Text())))
		return replace(from, next.Span().Start, strings.Repeat(" ", max(1, width)))
	case ahead && behind:
		return replace(from, next.Span().Start, newline(text)+strings.Repeat(" ", next.Column()))
	case ahead && next.Kind() == syntax.Footer:
		return replace(from, next.Span().Start, "")
	case ahead:
		return replace(from, next.Span().Start, strings.Repeat(" ", next.Column()))
	case behind:
		return replace(from, run.End, "")
	case !isBlank(text[lineStart:run.Start]) || !isBlank(text[run.End:lineEnd]):
		return replace(run.Start, run.End, "") // prose shares the line
	}
	return replace(lineStart, lineEnd, "")
}

func replace(start, end int, by string) finding.Edit {
	return finding.Edit{Span: finding.Span{Start: start, End: end}, NewText: by}
}
