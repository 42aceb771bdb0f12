package syntax

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/text"
)

var update = flag.Bool("update", false, "rewrite the expectations under testdata")

// TestGolden parses each file name.tla of testdata/*.txtar and compares with
// the file name.tree, which holds a dump of the tree, and with name.findings,
// which holds the findings and what their fixes change. A source without
// name.findings must have no findings.
func TestGolden(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no testdata: %v", err)
	}
	for _, path := range archives {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var out []txtar.File
		for _, f := range archive.Files {
			name, isSource := strings.CutSuffix(f.Name, ".tla")
			if !isSource {
				continue
			}
			source := strings.TrimSuffix(string(f.Data), "\n")
			tree := Parse(source)
			got := []txtar.File{f}
			if strings.HasPrefix(filepath.Base(path), "tree") {
				got = append(got, txtar.File{Name: name + ".tree", Data: []byte(dump(tree))})
			}
			if len(tree.Findings()) > 0 {
				got = append(got, txtar.File{Name: name + ".findings", Data: []byte(dumpFindings(tree))})
			}
			out = append(out, got...)
			t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar")+"/"+name, func(t *testing.T) {
				checkTree(t, tree)
				checkFixes(t, source, tree)
				if *update {
					return
				}
				for _, g := range got[1:] {
					if w := fileOf(archive, g.Name); w != string(g.Data) {
						t.Errorf("%s\ngot:\n%s\nwant:\n%s", g.Name, g.Data, w)
					}
				}
				if len(tree.Findings()) == 0 && fileOf(archive, name+".findings") != "" {
					t.Errorf("no findings, want:\n%s", fileOf(archive, name+".findings"))
				}
			})
		}
		if *update {
			archive.Files = out
			if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func fileOf(a *txtar.Archive, name string) string {
	i := slices.IndexFunc(a.Files, func(f txtar.File) bool { return f.Name == name })
	if i < 0 {
		return ""
	}
	return string(a.Files[i].Data)
}

// dump writes one line a node: its kind, its token, and its text if it is a
// leaf that its token does not tell whole.
func dump(tree *Tree) string {
	var b strings.Builder
	depth := map[int]int{}
	for n := range tree.Root().Walk() {
		if p := n.Parent(); p.Valid() {
			depth[n.ID()] = depth[p.ID()] + 1
		}
		fmt.Fprintf(&b, "%s%s", strings.Repeat("  ", depth[n.ID()]), n.Kind())
		if n.Token().Valid() {
			fmt.Fprintf(&b, " %s", n.Token().Text())
		}
		if n.NumChildren() == 0 && n.Text() != n.Token().Text() {
			fmt.Fprintf(&b, " %q", n.Text())
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// dumpFindings writes each finding as line:column, the text it covers and the
// message, and below it what its fixes make of the lines they touch.
func dumpFindings(tree *Tree) string {
	var b strings.Builder
	m := text.NewMapper(tree.Text())
	place := func(s finding.Span) string {
		line, column := m.LineColumn(s.Start)
		return fmt.Sprintf("%d:%d %q", line, column, tree.Text()[s.Start:s.End])
	}
	for _, f := range tree.Findings() {
		fmt.Fprintf(&b, "%s\n  %s\n", place(f.Span), f.Message)
		for _, r := range f.Related {
			fmt.Fprintf(&b, "  see %s %s\n", place(r.Span), r.Message)
		}
		for _, fix := range f.Fixes {
			fmt.Fprintf(&b, "  fix: %s\n", fix.Title)
			after, err := finding.Apply(tree.Text(), fix.Edits)
			if err != nil {
				fmt.Fprintf(&b, "  fix fails: %v\n", err)
				continue
			}
			before := strings.Split(tree.Text(), "\n")
			for _, line := range strings.Split(after, "\n") {
				if !slices.Contains(before, line) {
					fmt.Fprintf(&b, "  > %s\n", line)
				}
			}
		}
	}
	return b.String()
}

// checkTree checks what is true of every tree: tokens are in order, what lies
// between them is white space, comments or prose, children lie in their
// parent in order, and findings lie inside the text.
func checkTree(t *testing.T, tree *Tree) {
	t.Helper()
	at := tree.Before().End
	comments := tree.Comments()
	for i := range tree.NumTokens() {
		s := tree.Token(i).Span()
		if s.End <= s.Start || s.Start < at {
			t.Fatalf("token %d at %v overlaps what ends at %d", i, s, at)
		}
		comments = checkGap(t, tree, at, s.Start, comments)
		at = s.End
	}
	comments = checkGap(t, tree, at, tree.After().Start, comments)
	if len(comments) > 0 {
		t.Fatalf("comment at %v is not between tokens", comments[0].Span)
	}
	seen := 0
	for n := range tree.Root().Walk() {
		seen++
		s := n.Span()
		if s.Start < 0 || s.End < s.Start || s.End > len(tree.Text()) {
			t.Fatalf("%v has span %v", n.Kind(), s)
		}
		first := n.node().first
		for c := range n.Children() {
			if c.Parent() != n {
				t.Fatalf("%v %q has the parent %v, not %v", c.Kind(), c.Text(), c.Parent().Kind(), n.Kind())
			}
			if c.node().first < first || c.node().last > n.node().last || c.node().last < c.node().first {
				t.Fatalf("%v %q does not lie in order in %v %q", c.Kind(), c.Text(), n.Kind(), n.Text())
			}
			first = c.node().last
		}
		if tok := n.node().token; tok >= 0 && (tok < n.node().first || tok >= n.node().last) {
			t.Fatalf("token %q of %v %q lies outside it", n.Token().Text(), n.Kind(), n.Text())
		}
	}
	if seen != len(tree.nodes) {
		t.Fatalf("walked %d of %d nodes", seen, len(tree.nodes))
	}
	for _, f := range tree.Findings() {
		if f.Span.Start < 0 || f.Span.End < f.Span.Start || f.Span.End > len(tree.Text()) {
			t.Fatalf("finding %q has span %v in a text of %d bytes", f.Message, f.Span, len(tree.Text()))
		}
		for _, fix := range f.Fixes {
			if _, err := finding.Apply(tree.Text(), fix.Edits); err != nil {
				t.Fatalf("fix %q: %v", fix.Title, err)
			}
		}
	}
}

// checkGap checks that text[from:to] is white space and comments, and returns
// the comments behind it.
func checkGap(t *testing.T, tree *Tree, from, to int, comments []Comment) []Comment {
	t.Helper()
	for len(comments) > 0 && comments[0].Span.Start < to {
		s := comments[0].Span
		if s.Start < from || s.End > to {
			t.Fatalf("comment at %v overlaps a token", s)
		}
		checkWhite(t, tree, from, s.Start)
		from = s.End
		comments = comments[1:]
	}
	checkWhite(t, tree, from, to)
	return comments
}

func checkWhite(t *testing.T, tree *Tree, from, to int) {
	t.Helper()
	if from > to || strings.Trim(tree.Text()[from:to], " \t\r\n") != "" {
		t.Fatalf("bytes %d to %d belong to nothing", from, to)
	}
}

// checkFixes checks that each preferred fix mends something: there are fewer
// findings with it applied.
func checkFixes(t *testing.T, source string, tree *Tree) {
	t.Helper()
	for _, f := range tree.Findings() {
		for _, fix := range f.Fixes {
			after, err := finding.Apply(source, fix.Edits)
			if err != nil {
				t.Errorf("fix %q: %v", fix.Title, err)
			} else if n := len(Parse(after).Findings()); n >= len(tree.Findings()) {
				t.Errorf("fix %q leaves %d findings of %d:\n%s", fix.Title, n, len(tree.Findings()), after)
			}
		}
	}
}
