package step

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/syntax"
	"github.com/specls/specls/analysis/text"
)

var update = flag.Bool("update", false, "rewrite the expected files in testdata")

// TestGolden follows each definition of the first module of an archive whose name
// begins with Init or Next, and compares what it does with the file "result".
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			last := &archive.Files[len(archive.Files)-1]
			got := describe(t, archive)
			if *update {
				last.Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want := string(last.Data); last.Name != "result" || got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

func describe(t *testing.T, archive *txtar.Archive) string {
	input := string(archive.Files[0].Data)
	tree := syntax.Parse(input)
	names := module.Analyze(tree, func(name string) (string, bool) {
		for _, f := range archive.Files {
			if f.Name == name+".tla" {
				return string(f.Data), true
			}
		}
		return "", false
	})
	for _, f := range append(tree.Findings(), names.Findings...) {
		t.Log(f)
	}
	mapper := text.NewMapper(input)
	at := func(n syntax.Node) string {
		line, column := mapper.LineColumn(n.Span().Start)
		if n.Tree() != tree {
			return "elsewhere " + n.Text()
		}
		return fmt.Sprintf("%d:%d %s", line, column, n.Text())
	}
	follower, _ := NewFollower(names)
	var b strings.Builder
	m, _ := tree.Module()
	for _, d := range m.Definitions() {
		var r Result
		switch {
		case strings.HasPrefix(d.Name(), "Init"):
			r = follower.Init(d.Body())
		case strings.HasPrefix(d.Name(), "Next"):
			r = follower.Next(d.Body())
		default:
			continue
		}
		fmt.Fprintf(&b, "%s:\n", d.Name())
		for _, branch := range r.Branches {
			fmt.Fprintf(&b, "  sets %s, changes %s, choices %d%s\n", list(follower, branch.Sets), list(follower, branch.Changes),
				branch.Choices, map[bool]string{true: ", opaque"}[branch.Opaque])
		}
		for _, a := range r.Again {
			fmt.Fprintf(&b, "  %s sets %s again after %s (choices %d, for all %v)\n", at(a.Node), a.Variable.Name, at(a.First), a.Choices, a.InForall)
		}
		for _, r := range r.Reads {
			fmt.Fprintf(&b, "  %s reads %s too early (choices %d, conditional %v)\n", at(r.Node), r.Variable.Name, r.Choices, r.Conditional)
		}
		if !r.Complete {
			b.WriteString("  incomplete\n")
		}
	}
	return b.String()
}

func list(f *Follower, s Set) string {
	var names []string
	for i, v := range f.Variables {
		if s.Has(i) {
			names = append(names, v.Name)
		}
	}
	return "{" + strings.Join(names, " ") + "}"
}

// TestBounded follows a formula with far more branches than can be followed: it must
// say so, and soon.
func TestBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString("---- MODULE Wide ----\nEXTENDS Naturals\nVARIABLES x")
	for i := range 40 {
		fmt.Fprintf(&b, ", v%d", i)
	}
	b.WriteString("\nNext == /\\ x' = 1\n")
	for i := range 40 {
		fmt.Fprintf(&b, "        /\\ (v%d' = 1 \\/ TRUE)\n", i)
	}
	b.WriteString("====\n")
	tree := syntax.Parse(b.String())
	names := module.Analyze(tree, nil)
	follower, ok := NewFollower(names)
	m, _ := tree.Module()
	if r := follower.Next(m.Definitions()[0].Body()); !ok || r.Complete || len(r.Branches) > maxBranches {
		t.Errorf("%d branches, complete %v", len(r.Branches), r.Complete)
	}
}
