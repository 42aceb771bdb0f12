package syntax

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"
)

// FuzzParse checks of any text that parsing ends, does not panic, covers every
// byte and keeps its findings inside.
func FuzzParse(f *testing.F) {
	archives, _ := filepath.Glob("testdata/*.txtar")
	for _, path := range archives {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			if strings.HasSuffix(file.Name, ".tla") {
				f.Add(string(file.Data))
			}
		}
	}
	f.Add(sample)
	f.Add(corpus(60))
	f.Fuzz(func(t *testing.T, text string) {
		start := time.Now()
		tree := Parse(text)
		if d := time.Since(start); d > 5*time.Second {
			t.Fatalf("parsing %d bytes took %v", len(text), d)
		}
		checkTree(t, tree)
	})
}

// TestDeep parses texts that nest deeper than any stack-bound parser reads,
// and ones that are errors from end to end, for which recovery must stay
// linear. A parser that is not would not end within the test's time.
func TestDeep(t *testing.T) {
	const header, footer = "---- MODULE M ----\nA == ", "\n====\n"
	repeat := func(s string, n int) string { return strings.Repeat(s, n) }
	lists := func(n int) string {
		b := strings.Builder{}
		b.WriteString("\n")
		for i := range n {
			b.WriteString(repeat(" ", i) + "/\\\n")
		}
		return b.String()
	}
	for name, test := range map[string]struct {
		body string
		ok   bool
	}{
		"parentheses":     {repeat("(", 10000) + "1" + repeat(")", 10000), true},
		"braces":          {repeat("{", 10000) + repeat("}", 10000), true},
		"tuples":          {repeat("<<", 10000) + repeat(">>", 10000), true},
		"applications":    {repeat("f(", 10000) + "1" + repeat(")", 10000), true},
		"indices":         {repeat("f[", 10000) + "1" + repeat("]", 10000), true},
		"conditions":      {repeat("IF x THEN y ELSE ", 10000) + "z", true},
		"quantifiers":     {repeat("\\A x : ", 10000) + "x", true},
		"lets":            {repeat("LET x == 1 IN ", 10000) + "x", true},
		"negations":       {repeat("~", 100000) + "x", true},
		"sums":            {repeat("1 + ", 100000) + "1", true},
		"items":           {repeat("/\\ x ", 10000), true},
		"nested lists":    {lists(2000) + repeat(" ", 2000) + "x", true},
		"too deep":        {repeat("(", 200000) + "1" + repeat(")", 200000), false},
		"never closed":    {repeat("(", 15000), false},
		"mixed open":      {repeat("([{<<f(", 3000) + repeat("x ", 20000), false},
		"never opened":    {repeat(")", 100000), false},
		"adjacent names":  {repeat("x ", 100000), false},
		"errors in lists": {repeat("\n  /\\ x y", 20000), false},
		"operators":       {repeat("= ", 100000), false},
		"sets of tuples":  {repeat("{<<", 5000) + repeat("x ", 50000), false},
		"bad definitions": {"1" + repeat("\n1 == f(x y", 20000), false},
		"modules":         {"1\n" + repeat("---- MODULE M ----\n", 15000), false},
		"headers on line": {"1\n" + repeat("---- MODULE M ", 15000), false},
		"comments":        {repeat("(*", 100000), false},
		"steps":           {"1\nTHEOREM x\n" + repeat("<1>1. x y\n", 20000), false},
		"lower case let":  {repeat("let x == 1 ", 20000), false},
		"missing IN":      {repeat("LET x == (", 8000), false},
	} {
		t.Run(name, func(t *testing.T) {
			tree := Parse(header + test.body + footer)
			checkTree(t, tree)
			if ok := len(tree.Findings()) == 0; ok != test.ok {
				t.Errorf("%d findings; want some: %v", len(tree.Findings()), !test.ok)
			}
		})
	}
}

// TestBytes parses every prefix of a module, and the module with every byte
// left out, doubled or replaced: what an editor shows while one types.
func TestBytes(t *testing.T) {
	text := sample
	if b, err := os.ReadFile("testdata/tree.txtar"); err == nil {
		a := txtar.Parse(b)
		text = string(a.Files[0].Data)
	}
	for i := range len(text) {
		checkTree(t, Parse(text[:i]))
		checkTree(t, Parse(text[:i]+text[i+1:]))
		checkTree(t, Parse(text[:i]+text[i:i+1]+text[i:]))
		for _, c := range []string{"(", ")", "\"", "\n", "=", "`", "/\\", "é", "\xff", "]_", "\t"} {
			checkTree(t, Parse(text[:i]+c+text[i+1:]))
		}
	}
}
