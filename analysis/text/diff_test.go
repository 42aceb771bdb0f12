package text

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestUnified(t *testing.T) {
	before := "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n"
	for _, test := range []struct{ name, after, want string }{
		{"nothing", before, ""},
		{"a line", strings.Replace(before, "8\n", "eight\n", 1), "--- a\n+++ b\n@@ -5,7 +5,7 @@\n 5\n 6\n 7\n-8\n+eight\n 9\n 10\n 11\n"},
		{"at the start", "0\n" + before, "--- a\n+++ b\n@@ -1,3 +1,4 @@\n+0\n 1\n 2\n 3\n"},
		{"at the end", strings.TrimSuffix(before, "15\n"), "--- a\n+++ b\n@@ -12,4 +12,3 @@\n 12\n 13\n 14\n-15\n"},
		{"far apart", strings.Replace(strings.Replace(before, "1\n", "one\n", 1), "15\n", "fifteen\n", 1),
			"--- a\n+++ b\n@@ -1,4 +1,4 @@\n-1\n+one\n 2\n 3\n 4\n@@ -12,4 +12,4 @@\n 12\n 13\n 14\n-15\n+fifteen\n"},
		{"close", strings.Replace(strings.Replace(before, "5\n", "", 1), "8\n", "", 1),
			"--- a\n+++ b\n@@ -2,10 +2,8 @@\n 2\n 3\n 4\n-5\n 6\n 7\n-8\n 9\n 10\n 11\n"},
		{"everything", "", "--- a\n+++ b\n@@ -1,15 +0,0 @@\n-" + strings.ReplaceAll(strings.TrimSuffix(before, "\n"), "\n", "\n-") + "\n"},
	} {
		if got := Unified("a", "b", before, test.after); got != test.want {
			t.Errorf("%s: got\n%s\nwant\n%s", test.name, got, test.want)
		}
	}
}

// Whatever two texts are, the hunks make the one of the other.
func TestDiffLinesApplies(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		a, b := randomLines(random), randomLines(random)
		var got []string
		at := 0
		for _, h := range DiffLines(a, b) {
			if h.OldStart < at || h.OldStart == h.OldEnd && h.NewStart == h.NewEnd {
				t.Fatalf("%q to %q has the hunk %+v behind line %d", a, b, h, at)
			}
			got = append(append(got, a[at:h.OldStart]...), b[h.NewStart:h.NewEnd]...)
			at = h.OldEnd
		}
		if got = append(got, a[at:]...); !slices.Equal(got, b) {
			t.Fatalf("%q to %q gives %q", a, b, got)
		}
	}
}

func randomLines(random *rand.Rand) []string {
	lines := make([]string, random.IntN(12))
	for i := range lines {
		lines[i] = string(rune('a' + random.IntN(4)))
	}
	return lines
}
