package module

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/syntax"
)

// FuzzAnalyze holds the analysis to what is true of every text: it ends, it does
// not panic, its findings lie inside the text and their fixes apply, and what a
// node refers to can be asked for.
func FuzzAnalyze(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, part := range txtar.Parse(data).Files {
			if strings.HasSuffix(part.Name, ".tla") {
				f.Add(string(part.Data))
			}
		}
	}
	f.Add(actions(2))
	f.Fuzz(func(t *testing.T, text string) {
		tree := syntax.Parse(text)
		// The text is its own library, so that cycles and INSTANCE are met.
		source := func(name string) (string, bool) {
			switch name {
			case "Self":
				return text, true
			case "Channel":
				return "---- MODULE Channel ----\nCONSTANTS Data, Send(_)\nVARIABLE chan\nInit == chan \\in Data\nNext == chan' = Send(chan)\n====\n", true
			}
			return "", false
		}
		result := Analyze(tree, source)
		for _, found := range result.Findings {
			if s := found.Span; s.Start < 0 || s.Start > s.End || s.End > len(text) {
				t.Errorf("finding outside of the text: %+v", found)
			}
			if found.Message == "" || found.Rule == "" {
				t.Errorf("finding without words: %+v", found)
			}
			for _, fix := range found.Fixes {
				if _, err := finding.Apply(text, fix.Edits); err != nil {
					t.Errorf("fix %q: %v", fix.Title, err)
				}
			}
		}
		for n := range tree.Root().Walk() {
			if s := result.Symbol(n); s != nil && s.Node.Tree() == tree {
				if span := s.NameSpan(); span.End > len(text) || span.Start > span.End {
					t.Errorf("symbol %s outside of the text: %v", s.Name, span)
				}
			}
		}
	})
}

// TestNesting analyses what is nested deeply.
func TestNesting(t *testing.T) {
	const depth = 5000
	for _, pair := range [][2]string{{"(", ")"}, {"{", "}"}, {"<<", ">>"}, {"f[", "]"}, {"F(", ")"}, {"LET a == 1 IN (", ")"}, {"[f EXCEPT ![1] = ", "]"},
		{"\\E x \\in {1} : (", ")"}, {"IF TRUE THEN 1 ELSE (", ")"}, {"1 + (", ")"}, {"~", ""}, {"[x \\in {1} |-> ", "]"}, {"LAMBDA y : (", ")"}} {
		text := "---- MODULE M ----\nEXTENDS Naturals\nCONSTANT f, F(_)\na0 == " + strings.Repeat(pair[0], depth) + "1" + strings.Repeat(pair[1], depth) + "\n====\n"
		Analyze(syntax.Parse(text), nil)
	}
}
