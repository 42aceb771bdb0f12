// Package finding holds what a check reports. Checks append findings to a
// list; the server turns them into LSP diagnostics and the command line into
// text or JSON. A finding is data: it knows neither LSP nor files, and its
// places are byte offsets into the text that was checked.
package finding

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Severity says how bad a finding is. The order is LSP's: a smaller value is
// worse.
type Severity uint8

// The four severities of LSP 3.17, DiagnosticSeverity.
const (
	Error Severity = iota + 1
	Warning
	Information
	Hint
)

// String returns the word used on the command line and in configuration:
// error, warning, information or hint.
func (s Severity) String() string {
	switch s {
	case Error:
		return "error"
	case Warning:
		return "warning"
	case Information:
		return "information"
	case Hint:
		return "hint"
	}
	return fmt.Sprintf("severity(%d)", uint8(s))
}

// Span is a half-open range [Start, End) of byte offsets, 0-based, into the
// text that was checked. Start <= End always holds; an empty span is a place
// between two bytes.
type Span struct{ Start, End int }

// Related is a second place that explains a finding: in the same text, or in
// the prompt of the profile whose contract was checked.
type Related struct {
	// Span is the place in the text that was checked. It is empty for a place in
	// the prompt.
	Span    Span
	Message string
	// PromptLine is the line of the profile's prompt that asks for what the
	// finding misses, 1-based; 0 for a place in the text.
	PromptLine int
}

// Edit replaces the bytes of Span by NewText.
type Edit struct {
	Span    Span
	NewText string
}

// Fix is a mechanical repair. It may mend form, never meaning: it does not add
// or remove an action, change a guard, a write set or the variables.
type Fix struct {
	// Title is what the editor's menu shows, in the imperative: "Rename the
	// module to etcdraft".
	Title string
	// Edits do not overlap and are sorted by Span.Start.
	Edits []Edit
	// Preferred marks the fix an editor may apply without asking which.
	Preferred bool
	// Safe marks a fix that may be applied without asking at all, by "fix all"
	// and by what repairs a reply: there is nothing to choose, and nothing that a
	// person would miss is lost.
	Safe bool
}

// Finding is one thing that a check reports.
type Finding struct {
	// Rule is the stable id of the rule, such as "module-name".
	Rule     string
	Severity Severity
	Span     Span
	// Message says what was found and what the contract or the language wants.
	// It is one or two sentences, without a full stop at the end of the last.
	Message string
	Related []Related
	Fixes   []Fix
	// Unnecessary marks text that can go, which editors show faded.
	Unnecessary bool
	// Deprecated marks text that works but should be written otherwise, which
	// editors strike through.
	Deprecated bool
}

// Sort orders findings by place, then severity, then rule, then message, so
// that the same text always gives the same list.
func Sort(fs []Finding) {
	slices.SortStableFunc(fs, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.Span.Start, b.Span.Start),
			cmp.Compare(a.Span.End, b.Span.End),
			cmp.Compare(a.Severity, b.Severity),
			cmp.Compare(a.Rule, b.Rule),
			cmp.Compare(a.Message, b.Message),
		)
	})
}

// Page returns the address of a rule's page in the documentation.
func Page(rule string) string {
	return "https://github.com/specls/specls/blob/main/docs/rules/" + rule + ".md"
}

// HasErrors reports whether any finding is an error.
func HasErrors(fs []Finding) bool {
	return slices.ContainsFunc(fs, func(f Finding) bool { return f.Severity == Error })
}

// Apply returns text with edits made. It fails, and returns no text, when an
// edit lies outside the text or two edits overlap; edits need not be sorted.
func Apply(text string, edits []Edit) (string, error) {
	sorted := slices.Clone(edits)
	slices.SortStableFunc(sorted, func(a, b Edit) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	var out strings.Builder
	done := 0
	for _, e := range sorted {
		if e.Span.Start < 0 || e.Span.End < e.Span.Start || e.Span.End > len(text) {
			return "", fmt.Errorf("edit of bytes %d to %d lies outside a text of %d bytes", e.Span.Start, e.Span.End, len(text))
		}
		if e.Span.Start < done {
			return "", fmt.Errorf("edit of bytes %d to %d overlaps the one before it", e.Span.Start, e.Span.End)
		}
		out.WriteString(text[done:e.Span.Start])
		out.WriteString(e.NewText)
		done = e.Span.End
	}
	out.WriteString(text[done:])
	return out.String(), nil
}
