package module

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/syntax"
	"github.com/specls/specls/analysis/text"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

// TestGolden analyses the first module of each archive in testdata, with the
// others as its source, and compares what is found with the file "findings" of
// the archive: a line each, with the line and columns (1-based, in bytes), the
// severity, the rule, the text that is marked, and the message; and indented
// below, what its fixes do.
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
			got := describe(t, archive)
			last := &archive.Files[len(archive.Files)-1]
			if last.Name != "findings" {
				t.Fatalf("the last file is %q, not findings", last.Name)
			}
			if *update {
				last.Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want := string(last.Data); got != want {
				t.Errorf("findings differ; run go test -update to accept them\ngot:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// sourceOf returns the modules of an archive.
func sourceOf(archive *txtar.Archive) Source {
	return func(name string) (string, bool) {
		for _, f := range archive.Files {
			if f.Name == name+".tla" {
				return string(f.Data), true
			}
		}
		return "", false
	}
}

func describe(t *testing.T, archive *txtar.Archive) string {
	t.Helper()
	root := string(archive.Files[0].Data)
	tree := syntax.Parse(root)
	result := Analyze(tree, sourceOf(archive))
	mapper := text.NewMapper(root)
	var out strings.Builder
	for _, f := range result.Findings {
		if f.Span.Start < 0 || f.Span.End > len(root) || f.Span.Start > f.Span.End {
			t.Fatalf("finding outside of the text: %+v", f)
		}
		line, column := mapper.LineColumn(f.Span.Start)
		fmt.Fprintf(&out, "%d:%d %s %s %q: %s\n", line, column, f.Severity, f.Rule, root[f.Span.Start:f.Span.End], f.Message)
		for _, r := range f.Related {
			line, column := mapper.LineColumn(r.Span.Start)
			fmt.Fprintf(&out, "\t%d:%d %s\n", line, column, r.Message)
		}
		for _, x := range f.Fixes {
			fixed, err := finding.Apply(root, x.Edits)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&out, "\tfix %q leaves %d\n", x.Title, len(Analyze(syntax.Parse(fixed), sourceOf(archive)).Findings))
		}
	}
	return out.String()
}
