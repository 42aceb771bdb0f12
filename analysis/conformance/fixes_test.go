package conformance

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/analysis/syntax"
)

// fixCase is a text that findings with fixes are expected in.
type fixCase struct {
	name    string
	in      analysis.Input
	modules map[string]string // by name
}

// fixCases are the golden cases of the rules of contracts and of those on names.
func fixCases(t *testing.T) []fixCase {
	t.Helper()
	users, problems := profile.LoadDir(os.DirFS("../profile/testdata"), "../profile/testdata", profile.OriginUser)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	var cases []fixCase
	for _, path := range append(glob(t, "../contract/testdata/*.txtar"), glob(t, "../module/testdata/*.txtar")...) {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		c := fixCase{name: strings.TrimSuffix(filepath.Base(path), ".txtar"), modules: map[string]string{}}
		c.in.Profiles, c.in.Profile = append(profile.Builtin(), users...), "etcd"
		for line := range strings.Lines(string(archive.Comment)) {
			switch key, value, _ := strings.Cut(strings.TrimSpace(line), ": "); key {
			case "profile":
				c.in.Profile = value
			case "file":
				c.in.Path = value
			case "modules":
				for _, name := range strings.Fields(value) {
					c.modules[name] = "---- MODULE " + name + " ----\n====\n"
				}
			}
		}
		if strings.Contains(path, "module/testdata") {
			c.in.Profile = analysis.NoProfile
		}
		for i, f := range archive.Files {
			switch name, isTLA := strings.CutSuffix(f.Name, ".tla"); {
			case f.Name == "spec" || i == 0:
				text := strings.NewReplacer(`\r`, "\r", `\ufeff`, "\uFEFF").Replace(string(f.Data))
				c.in.Text = strings.TrimSuffix(text, "\n\\n\n")
			case f.Name == "cfg":
				c.in.Config = string(f.Data)
			case isTLA:
				c.modules[name] = string(f.Data)
			}
		}
		c.in.Source = func(name string) (string, bool) {
			text, ok := c.modules[name]
			return text, ok
		}
		cases = append(cases, c)
	}
	return cases
}

// mended is what a fix makes of a text.
type mended struct {
	name          string
	fix           finding.Fix
	before, after analysis.Input
	modules       map[string]string
}

// TestFixes makes each fix of each finding in the golden cases, and wants that the
// finding is gone, that no error of another kind came, and that the actions, the
// initial predicates and the variables are what they were: the trees of their
// definitions, with each name replaced by what it means. Then it asks SANY, if there
// is one: what it accepted before, it must accept after.
func TestFixes(t *testing.T) {
	var all []mended
	compared := 0
	for _, c := range fixCases(t) {
		before, err := analysis.Check(c.in)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, f := range before.Findings {
			for _, fix := range f.Fixes {
				key := fmt.Sprint(fix.Edits)
				if seen[key] {
					continue
				}
				seen[key] = true
				m := mended{name: fmt.Sprintf("%s: %s: %s", c.name, f.Rule, fix.Title), fix: fix, before: c.in, after: c.in, modules: c.modules}
				if m.after.Text, err = finding.Apply(c.in.Text, fix.Edits); err != nil {
					t.Errorf("%s: %v", m.name, err)
					continue
				}
				all = append(all, m)
				after, err := analysis.Check(m.after)
				if err != nil {
					t.Fatal(err)
				}
				if countRule(after.Findings, f.Rule) >= countRule(before.Findings, f.Rule) {
					t.Errorf("%s: the finding is still there:\n%s", m.name, m.after.Text)
				}
				if finding.HasErrors(before.Tree.Findings()) {
					continue // what could not be read had no meaning, and hid other faults
				}
				for rule, n := range errorsByRule(after.Findings) {
					if was := errorsByRule(before.Findings)[rule]; n > was {
						t.Errorf("%s: there were %d errors of %s and are %d:\n%s", m.name, was, rule, n, m.after.Text)
					}
				}
				if f.Rule == module.RuleArity && f.Severity == finding.Warning {
					continue // the tools take no notice of what is removed, but the trees have it
				}
				if before.Names.Module != nil {
					compared++
					m.compareMeanings(t, before, after)
				}
			}
		}
	}
	t.Logf("%d fixes made, the meanings compared of %d", len(all), compared)
	if compared < 50 {
		t.Error("too few fixes were compared")
	}
	askAboutFixes(t, all)
}

func countRule(found []finding.Finding, rule string) int {
	n := 0
	for _, f := range found {
		if f.Rule == rule {
			n++
		}
	}
	return n
}

func errorsByRule(found []finding.Finding) map[string]int {
	counts := map[string]int{}
	for _, f := range found {
		if f.Severity == finding.Error {
			counts[f.Rule]++
		}
	}
	return counts
}

// compareMeanings compares what must not change.
func (m mended) compareMeanings(t *testing.T, before, after analysis.Result) {
	t.Helper()
	renamed := map[string]string{}
	for _, e := range m.fix.Edits {
		if was := m.before.Text[e.Span.Start:e.Span.End]; isWord(was) && isWord(e.NewText) {
			renamed[e.NewText] = was
		}
	}
	was, is := meanings(before, renamed), meanings(after, renamed)
	for name, tree := range was {
		if is[name] != tree {
			t.Errorf("%s: %s was\n\t%s\nand is\n\t%s", m.name, name, tree, is[name])
		}
	}
	for name := range is {
		if _, ok := was[name]; !ok {
			t.Errorf("%s: %s is new", m.name, name)
		}
	}
}

func isWord(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == ""
}

// meanings returns the trees of the actions and initial predicates, by their names,
// and the variables under an empty name. Names that were renamed keep their old one.
func meanings(r analysis.Result, renamed map[string]string) map[string]string {
	all := map[string]string{}
	m, _ := r.Tree.Module()
	for _, d := range m.Definitions() {
		s := r.Names.Symbol(d.Node)
		if s == nil || s.Level() != module.Action && d.Name() != "Init" {
			continue
		}
		all[oldName(d.Name(), renamed)] = tree(d.Node, r.Names, renamed)
	}
	for _, v := range m.Variables() {
		all[""] += v.Name() + " "
	}
	return all
}

func oldName(name string, renamed map[string]string) string {
	if was := renamed[name]; was != "" {
		return was
	}
	return name
}

// tree writes the tree of an expression: of a name what it stands for, so that two
// trees are the same only if the names in them mean the same.
func tree(n syntax.Node, names *module.Result, renamed map[string]string) string {
	var b strings.Builder
	b.WriteString(n.Kind().String())
	switch s := names.Symbol(n); {
	case s != nil && (renamed[s.Name] != "" || slices.Contains(slices.Collect(maps.Values(renamed)), s.Name)):
		// A definition that an imported one has taken the name of means itself.
		b.WriteString(":" + oldName(s.Name, renamed))
	case s != nil:
		// Whether a constant value is declared or chosen makes no difference here.
		kind := strings.Replace(s.Kind.String(), "constant", "definition", 1)
		fmt.Fprintf(&b, ":%s %s/%d@%d", kind, oldName(s.Name, renamed), s.Arity, s.Level())
		if s.Module != nil && s.Module != names.Module {
			b.WriteString(" of " + s.Module.Name)
		}
	default:
		b.WriteString(":" + n.Token().Text())
	}
	b.WriteString("(")
	for c := range n.Children() {
		b.WriteString(tree(c, names, renamed))
	}
	return b.String() + ")"
}

// askAboutFixes compares SANY's verdicts on texts before and after.
func askAboutFixes(t *testing.T, all []mended) {
	if os.Getenv(toolsVariable) == "" {
		t.Logf("NOT COMPARED WITH SANY: set %s and %s to the paths of the jars", toolsVariable, communityVariable)
		return
	}
	s := newSANY(t)
	var files []file
	for _, m := range all {
		for _, text := range []string{m.before.Text, m.after.Text} {
			dir := t.TempDir()
			root, _ := syntax.Parse(text).Module()
			path := filepath.Join(dir, root.Name()+".tla")
			if root.Name() == "" {
				path = filepath.Join(dir, "Nameless.tla")
			}
			write(t, path, text)
			for _, name := range slices.Sorted(maps.Keys(m.modules)) {
				write(t, filepath.Join(dir, name+".tla"), m.modules[name])
			}
			files = append(files, file{path: path})
		}
	}
	answers := s.ask(t, files)
	verdicts := map[string]int{}
	for i, m := range all {
		was, is := answers[2*i], answers[2*i+1]
		verdicts[was.verdict+", then "+is.verdict]++
		if was.verdict == "accepted" && is.verdict != "accepted" {
			t.Errorf("%s: SANY accepted it and now says %v:\n%s", m.name, is.messages, m.after.Text)
		}
	}
	t.Logf("SANY: %v", verdicts)
}
