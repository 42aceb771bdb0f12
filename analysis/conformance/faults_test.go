package conformance

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/text"
)

// TestGeneralFaults counts what the rules on general faults say of the examples
// that have no errors otherwise, without a profile, each with the .cfg file beside
// it. Those of the severity error are listed; docs/general-faults.md says which of
// them were found to be true, and how.
func TestGeneralFaults(t *testing.T) {
	c := new(checker)
	counts := map[string]int{}
	files := examples(t)
	accepted, extended := 0, 0
	for _, f := range files {
		content := read(t, f.path)
		config, _ := os.ReadFile(strings.TrimSuffix(f.path, ".tla") + ".cfg")
		result, err := analysis.Check(analysis.Input{
			Path: filepath.ToSlash(f.path), Text: content, Profile: analysis.NoProfile, Source: c.source(f),
			Config: string(config), Modules: &c.modules,
		})
		if err != nil {
			t.Fatal(err)
		}
		general := slices.DeleteFunc(result.Findings, func(g finding.Finding) bool { return ofTLA[g.Rule] })
		if len(c.check(t, f, finding.Error)) > 0 {
			continue
		}
		accepted++
		extended += c.withoutUnused(t, f, result)
		mapper := text.NewMapper(content)
		for _, g := range general {
			counts[g.Rule+" "+g.Severity.String()]++
			if line, column := mapper.LineColumn(g.Span.Start); g.Severity <= finding.Warning || testing.Verbose() {
				t.Logf("%s:%d:%d: %s: %s [%s]", f.path, line, column, g.Severity, g.Message, g.Rule)
			}
		}
	}
	t.Logf("%d files, %d without errors of TLA+; %d do without the modules that nothing uses", len(files), accepted, extended)
	for _, key := range slices.Sorted(maps.Keys(counts)) {
		t.Logf("%5d %s", counts[key], key)
	}
}

// withoutUnused takes the modules that are said to be unused out of EXTENDS, and
// wants that the text has no errors still. It returns 1 where there were any.
func (c *checker) withoutUnused(t *testing.T, f file, result analysis.Result) int {
	t.Helper()
	m, _ := result.Tree.Module()
	var kept []string
	for _, e := range m.Extends() {
		if !slices.ContainsFunc(result.Findings, func(g finding.Finding) bool { return g.Rule == "unused" && g.Span == e.Span() }) {
			kept = append(kept, e.Name())
		}
	}
	if len(kept) == len(m.Extends()) {
		return 0
	}
	clause := "EXTENDS " + strings.Join(kept, ", ")
	if len(kept) == 0 {
		clause = ""
	}
	span := m.ExtendsClause().Span()
	text := result.Tree.Text()[:span.Start] + clause + result.Tree.Text()[span.End:]
	after, err := analysis.Check(analysis.Input{Path: filepath.ToSlash(f.path), Text: text, Profile: analysis.NoProfile, Source: c.source(f), Modules: &c.modules})
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range after.Findings {
		if g.Severity == finding.Error && ofTLA[g.Rule] {
			t.Errorf("%s: with %s alone: %s", f.path, clause, g.Message)
		}
	}
	return 1
}
