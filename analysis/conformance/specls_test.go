package conformance

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/syntax"
	"github.com/specls/specls/analysis/text"
)

// checker checks files as "specls check --profile none" does.
type checker struct {
	modules analysis.Modules
	texts   map[string]*string // by path; nil for a file that is not there
}

// found is an error that the check found; the lines are 1-based.
type found struct {
	finding.Finding
	first, last int
}

// source looks for modules in the directory of the file and in the others that
// it has. What SANY finds elsewhere must be in the embedded library.
func (c *checker) source(f file) analysis.Source {
	return func(name string) (string, bool) {
		for _, dir := range append([]string{filepath.Dir(f.path)}, f.directories...) {
			if text := c.text(filepath.Join(dir, name+".tla")); text != nil {
				return *text, true
			}
		}
		return "", false
	}
}

func (c *checker) text(path string) *string {
	text, known := c.texts[path]
	if !known {
		if data, err := os.ReadFile(path); err == nil {
			s := string(data)
			text = &s
		}
		if c.texts == nil {
			c.texts = map[string]*string{}
		}
		c.texts[path] = text
	}
	return text
}

// ofTLA are the rules that SANY checks too: not those of what TLC would stop at.
var ofTLA = func() map[string]bool {
	rules := map[string]bool{syntax.Rule: true, "module-name": true}
	for _, r := range module.Rules() {
		rules[r.ID] = true
	}
	return rules
}()

// check returns the findings of a severity that SANY might report too, in the
// order of the text.
func (c *checker) check(t testing.TB, f file, severity finding.Severity) []found {
	t.Helper()
	content := read(t, f.path)
	result, err := analysis.Check(analysis.Input{
		Path: filepath.ToSlash(f.path), Text: content, Profile: analysis.NoProfile, Source: c.source(f), Modules: &c.modules,
	})
	if err != nil {
		t.Fatal(err)
	}
	mapper := text.NewMapper(content)
	var list []found
	for _, g := range result.Findings {
		if g.Severity == severity && ofTLA[g.Rule] {
			first, _ := mapper.LineColumn(g.Span.Start)
			last, _ := mapper.LineColumn(g.Span.End)
			list = append(list, found{g, first, last})
		}
	}
	return list
}
