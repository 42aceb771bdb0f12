package text

import (
	"fmt"
	"slices"
	"strings"
)

// Hunk says that the lines [OldStart, OldEnd) of one text stand where the lines
// [NewStart, NewEnd) of another do; 0-based, either may be empty.
type Hunk struct{ OldStart, OldEnd, NewStart, NewEnd int }

// maxDiffCells bounds the work of [DiffLines]: beyond it, all that lies between
// the first and the last line that differ is one hunk. It is 4,000 lines against
// as many.
const maxDiffCells = 16_000_000

// Lines splits a text after each "\n".
func Lines(text string) []string { return slices.Collect(strings.Lines(text)) }

// DiffLines returns what must be changed to make the lines b of the lines a, in
// order, with as many lines kept as can be.
func DiffLines(a, b []string) []Hunk {
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	endA, endB := len(a), len(b)
	for endA > start && endB > start && a[endA-1] == b[endB-1] {
		endA, endB = endA-1, endB-1
	}
	if start == endA && start == endB {
		return nil
	}
	if (endA-start)*(endB-start) > maxDiffCells {
		return []Hunk{{start, endA, start, endB}}
	}
	hunks := diffMiddle(a[start:endA], b[start:endB])
	for i := range hunks {
		h := &hunks[i]
		h.OldStart, h.OldEnd, h.NewStart, h.NewEnd = h.OldStart+start, h.OldEnd+start, h.NewStart+start, h.NewEnd+start
	}
	return hunks
}

// diffMiddle goes along a longest common subsequence.
func diffMiddle(a, b []string) []Hunk {
	// common[i][j] is the length of the longest one of a[i:] and b[j:].
	width := len(b) + 1
	common := make([]int32, (len(a)+1)*width)
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i*width+j] = common[(i+1)*width+j+1] + 1
			} else {
				common[i*width+j] = max(common[(i+1)*width+j], common[i*width+j+1])
			}
		}
	}
	var hunks []Hunk
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		if i < len(a) && j < len(b) && a[i] == b[j] {
			i, j = i+1, j+1
			continue
		}
		h := Hunk{OldStart: i, NewStart: j}
		for (i < len(a) || j < len(b)) && (i == len(a) || j == len(b) || a[i] != b[j]) {
			if j == len(b) || i < len(a) && common[(i+1)*width+j] >= common[i*width+j+1] {
				i++
			} else {
				j++
			}
		}
		h.OldEnd, h.NewEnd = i, j
		hunks = append(hunks, h)
	}
	return hunks
}

// unifiedContext is how many lines stand around a change in a unified diff.
const unifiedContext = 3

// Unified returns the difference of two texts in the unified format, under the
// two names; empty where they are alike.
func Unified(oldName, newName, before, after string) string {
	a, b := Lines(before), Lines(after)
	hunks := DiffLines(a, b)
	if len(hunks) == 0 {
		return ""
	}
	var out strings.Builder
	fmt.Fprintf(&out, "--- %s\n+++ %s\n", oldName, newName)
	for len(hunks) > 0 {
		n := 1
		for n < len(hunks) && hunks[n].OldStart-hunks[n-1].OldEnd <= 2*unifiedContext {
			n++
		}
		writeHunks(&out, a, b, hunks[:n])
		hunks = hunks[n:]
	}
	return out.String()
}

// writeHunks writes hunks that are close to each other as one.
func writeHunks(out *strings.Builder, a, b []string, hunks []Hunk) {
	first, last := hunks[0], hunks[len(hunks)-1]
	before := min(unifiedContext, first.OldStart)
	after := min(unifiedContext, len(a)-last.OldEnd)
	fmt.Fprintf(out, "@@ -%s +%s @@\n",
		unifiedRange(first.OldStart-before, last.OldEnd+after), unifiedRange(first.NewStart-before, last.NewEnd+after))
	write := func(mark string, lines []string) {
		for _, line := range lines {
			out.WriteString(mark + strings.TrimSuffix(line, "\n") + "\n")
		}
	}
	at := first.OldStart - before
	for _, h := range hunks {
		write(" ", a[at:h.OldStart])
		write("-", a[h.OldStart:h.OldEnd])
		write("+", b[h.NewStart:h.NewEnd])
		at = h.OldEnd
	}
	write(" ", a[at:at+after])
}

// unifiedRange writes the lines [start, end) as the format has them: the number
// of the first, 1-based, or of the one before an empty range, and how many.
func unifiedRange(start, end int) string {
	if start == end {
		return fmt.Sprintf("%d,0", start)
	}
	return fmt.Sprintf("%d,%d", start+1, end-start)
}
