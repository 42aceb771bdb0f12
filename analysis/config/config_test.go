package config

import (
	"fmt"
	"strings"
	"testing"
)

func describe(c *Config) string {
	var b strings.Builder
	for _, k := range c.Constants {
		fmt.Fprintf(&b, "%s %s %s; ", k.Name, k.Substitute, k.Module)
	}
	for _, n := range c.Names {
		fmt.Fprintf(&b, "%s %s; ", n.Statement, n.Name)
	}
	for _, p := range c.Problems {
		fmt.Fprintf(&b, "! %s; ", p.Message)
	}
	return b.String()
}

func TestParse(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"empty", "", ""},
		{"comments only", "\\* a\n(* b (* c *) *)", ""},
		{"constants", "CONSTANTS N = 3 \\* three\n  S = {a, {b}, \"}\"} M = -1 Nil = Nil\nCONSTANT F <- G H(x, y) = 3 I <- [Mod] J",
			"N  ; S  ; M  ; Nil  ; F G ; H  ; I J Mod; "},
		{"statements", "SPECIFICATION Spec\nINVARIANTS A B\nINVARIANT M!C PROPERTY P CONSTRAINTS D CHECK_DEADLOCK FALSE",
			"SPECIFICATION Spec; INVARIANT A; INVARIANT B; INVARIANT M!C; PROPERTY P; CONSTRAINT D; CHECK_DEADLOCK FALSE; "},
		{"twice", "INIT A\nINIT B", "INIT A; ! There is a second INIT; "},
		{"nothing named", "NEXT", "! NEXT names nothing; "},
		{"no value", "CONSTANT N =\nINIT I", "INIT I; ! Behind = stands the value that N is to have; "},
		{"no sign", "CONSTANT N M = 1", "M  ; ! Behind N stands = and a value, or <- and a definition; "},
		{"no definition", "CONSTANT N <-", "! Behind <- stands the definition that N is to be; "},
		{"never closed", "CONSTANT N = {1, (* 2", "N  ; "},
	} {
		if got := describe(Parse(test.text)); got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
	c := Parse("CONSTANT F <- [M] G\nCONSTANT N = 3")
	if c.Binds("F") || !c.Binds("N") {
		t.Error("only N is bound everywhere")
	}
	if problem := Parse("nonsense INIT A").Problems; len(problem) != 1 || problem[0].Span.End != len("nonsense") {
		t.Errorf("problems %v", problem)
	}
}

// FuzzParse reads anything: nothing may panic or go on for ever, and all places
// must lie in the text.
func FuzzParse(f *testing.F) {
	f.Add("CONSTANTS N = {1, \"a\"} F <- [M] G \\* c\nINIT I (* ( *)")
	f.Add("CONSTANT F( = { (* SPECIFICATION ! !")
	f.Fuzz(func(t *testing.T, text string) {
		c := Parse(text)
		for _, n := range c.Names {
			if n.Span.Start < 0 || n.Span.Start > len(text) {
				t.Fatalf("%v", n)
			}
		}
		for _, p := range c.Problems {
			if p.Span.Start < 0 || p.Span.End > len(text) || p.Span.Start > p.Span.End {
				t.Fatalf("%v", p)
			}
		}
	})
}
