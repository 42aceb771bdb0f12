package finding

import (
	"slices"
	"testing"
)

func edit(start, end int, text string) Edit { return Edit{Span{start, end}, text} }

func TestApply(t *testing.T) {
	for _, test := range []struct {
		name  string
		edits []Edit
		want  string
		fails bool
	}{
		{"none", nil, "abcdef", false},
		{"unsorted", []Edit{edit(4, 6, "EF"), edit(0, 1, "")}, "bcdEF", false},
		{"insertions at one place keep their order", []Edit{edit(2, 2, "1"), edit(2, 2, "2")}, "ab12cdef", false},
		{"touching", []Edit{edit(0, 3, "x"), edit(3, 6, "y")}, "xy", false},
		{"at the end", []Edit{edit(6, 6, "!")}, "abcdef!", false},
		{"overlapping", []Edit{edit(0, 3, ""), edit(2, 4, "")}, "", true},
		{"beyond the end", []Edit{edit(5, 7, "")}, "", true},
		{"before the start", []Edit{edit(-1, 1, "")}, "", true},
		{"ending before it starts", []Edit{edit(3, 2, "")}, "", true},
	} {
		before := slices.Clone(test.edits)
		got, err := Apply("abcdef", test.edits)
		if got != test.want || (err != nil) != test.fails {
			t.Errorf("%s: got %q, %v; want %q, failure %v", test.name, got, err, test.want, test.fails)
		}
		if !slices.Equal(test.edits, before) {
			t.Errorf("%s: the caller's edits were changed", test.name)
		}
	}
}

func TestSort(t *testing.T) {
	want := []Finding{
		{Rule: "b", Severity: Error, Span: Span{1, 2}},
		{Rule: "a", Severity: Warning, Span: Span{1, 2}},
		{Rule: "c", Severity: Warning, Span: Span{1, 2}},
		{Rule: "a", Severity: Error, Span: Span{1, 3}},
		{Rule: "a", Severity: Error, Span: Span{4, 4}},
	}
	got := slices.Clone(want)
	slices.Reverse(got)
	Sort(got)
	for i := range want {
		if got[i].Rule != want[i].Rule || got[i].Severity != want[i].Severity || got[i].Span != want[i].Span {
			t.Errorf("place %d: got %+v, want %+v", i, got[i], want[i])
		}
	}
}

func TestHasErrors(t *testing.T) {
	if HasErrors([]Finding{{Severity: Warning}, {Severity: Hint}}) {
		t.Error("a warning and a hint count as errors")
	}
	if !HasErrors([]Finding{{Severity: Hint}, {Severity: Error}}) {
		t.Error("an error does not count as one")
	}
}
