package analysis

import (
	"slices"

	"github.com/specls/specls/analysis/finding"
)

// maxFixRounds bounds how often FixAll checks again what it has mended. One
// mend may bring another fault to light, but hardly ever more than a few.
const maxFixRounds = 20

// maxSingly bounds how many fixes of a round are tried one by one where all of
// them together did harm.
const maxSingly = 20

// FixAll makes all fixes of the text that are marked as safe, checks the result,
// and goes on until nothing safe is left to mend. It returns the mended text,
// which is in.Text where there was nothing to do, and the fixes in the order in
// which they were made; the edits of each are places in the text as it then was.
// A fix that leaves more errors than there were is not made. FixAll fails as
// [Check] does, and returns the text unchanged then.
func FixAll(in Input) (text string, applied []finding.Fix, err error) {
	if in.Modules == nil {
		in.Modules = new(Modules)
	}
	checked, err := Check(in)
	if err != nil {
		return in.Text, nil, err
	}
	for range maxFixRounds {
		fixes := safeFixes(checked.Findings)
		mended, result, ok := in.tryFixes(fixes, checked)
		for i := 0; !ok && i < min(len(fixes), maxSingly); i++ {
			if mended, result, ok = in.tryFixes(fixes[i:i+1], checked); ok {
				fixes = fixes[i : i+1]
			}
		}
		if !ok {
			break
		}
		in.Text, checked, applied = mended, result, append(applied, fixes...)
	}
	return in.Text, applied, nil
}

// tryFixes makes fixes that do not meet. It is false where there is none, or
// where they change nothing or leave more errors than before.
func (in Input) tryFixes(fixes []finding.Fix, before Result) (mended string, after Result, ok bool) {
	var edits []finding.Edit
	for _, fix := range fixes {
		edits = append(edits, fix.Edits...)
	}
	mended, err := finding.Apply(in.Text, edits)
	if err != nil || mended == in.Text {
		return in.Text, before, false
	}
	in.Text = mended
	after, err = Check(in)
	return mended, after, err == nil && countErrors(after.Findings) <= countErrors(before.Findings)
}

func countErrors(found []finding.Finding) int {
	n := 0
	for _, f := range found {
		if f.Severity == finding.Error {
			n++
		}
	}
	return n
}

// safeFixes returns the first safe fix of each finding, as many as can be made
// at once.
func safeFixes(found []finding.Finding) []finding.Fix {
	var fixes []finding.Fix
	var taken []finding.Span // sorted
	for _, f := range found {
		i := slices.IndexFunc(f.Fixes, func(fix finding.Fix) bool { return fix.Safe })
		if i < 0 || slices.ContainsFunc(f.Fixes[i].Edits, func(e finding.Edit) bool { return meets(taken, e.Span) }) {
			continue
		}
		fixes = append(fixes, f.Fixes[i])
		for _, e := range f.Fixes[i].Edits {
			at, _ := slices.BinarySearchFunc(taken, e.Span.Start, startsBefore)
			taken = slices.Insert(taken, at, e.Span)
		}
	}
	return fixes
}

// meets reports whether a span touches one of others, which are sorted and do
// not overlap.
func meets(others []finding.Span, s finding.Span) bool {
	i, _ := slices.BinarySearchFunc(others, s.Start, startsBefore)
	return i < len(others) && others[i].Start <= s.End || i > 0 && others[i-1].End >= s.Start
}

func startsBefore(s finding.Span, at int) int { return s.Start - at }
