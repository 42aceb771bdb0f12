package contract

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
	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/analysis/syntax"
	"github.com/specls/specls/analysis/text"
)

var update = flag.Bool("update", false, "rewrite the expected files in testdata")

func TestMain(m *testing.M) {
	flag.Parse()
	recoverPanics = false // a rule that panics must fail its test
	os.Exit(m.Run())
}

// golden is one archive of testdata, called <rule>-broken-<what>.txtar or
// <rule>-innocent-<what>.txtar. Its comment may hold lines "profile: raftkvs"
// (etcd without, none for no contract), "file: name.tla" and "modules: A B",
// empty modules that can be found besides the library's. The file "spec" is the
// text, "cfg" the .cfg file beside it, and files such as "A.tla" are modules that
// can be found, too. In the text "\r" stands for a carriage return, "\ufeff" for a byte-order
// mark, and a line "\n" at the end says that the text ends
// without a line end. "findings" holds what is expected (see told), and "fix N: title"
// the text with each fix of the archive's rule made.
type golden struct {
	file, rule, kind string
	archive          *txtar.Archive
	text             string
	in               Input
	source           module.Source
}

func goldens(t testing.TB) []golden {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	var all []golden
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		g := golden{file: file, archive: archive}
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		for _, kind := range []string{"broken", "innocent"} {
			if rule, _, ok := strings.Cut(name, "-"+kind+"-"); ok {
				g.rule, g.kind = rule, kind
			}
		}
		if !slices.Contains(profile.RuleIDs(), g.rule) {
			t.Fatalf("%s is not named after a rule", file)
		}
		settings := map[string]string{"profile": "etcd"}
		for line := range strings.Lines(string(archive.Comment)) {
			if key, value, ok := strings.Cut(strings.TrimSpace(line), ": "); ok {
				settings[key] = value
			}
		}
		g.in.Path = settings["file"]
		known := strings.Fields(settings["modules"])
		g.source = func(name string) (string, bool) {
			for _, f := range archive.Files {
				if f.Name == name+".tla" {
					return string(f.Data), true
				}
			}
			return "---- MODULE " + name + " ----\n====\n", slices.Contains(known, name)
		}
		if settings["profile"] != "none" {
			if g.in.Profile, err = profile.Lookup(allProfiles(t), settings["profile"]); err != nil {
				t.Fatal(err)
			}
		}
		for _, f := range archive.Files {
			switch f.Name {
			case "spec":
				g.text = unescape(string(f.Data))
			case "cfg":
				g.in.Config = string(f.Data)
			}
		}
		all = append(all, g)
	}
	return all
}

// allProfiles are the built-in profiles and those that package profile keeps for
// tests.
func allProfiles(t testing.TB) []*profile.Profile {
	own, problems := profile.LoadDir(os.DirFS("../profile/testdata"), "testdata", profile.OriginUser)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return append(profile.Builtin(), own...)
}

func (g golden) check(text string) []finding.Finding {
	in := g.in
	in.Tree = syntax.Parse(text)
	in.Names = module.Analyze(in.Tree, g.source)
	return Check(in)
}

func TestGolden(t *testing.T) {
	count := map[string]int{}
	for _, g := range goldens(t) {
		count[g.rule+" "+g.kind]++
		t.Run(strings.TrimSuffix(filepath.Base(g.file), ".txtar"), func(t *testing.T) {
			found := g.check(g.text)
			given := slices.IndexFunc(g.archive.Files, func(f txtar.File) bool { return f.Name == "findings" })
			files := append(slices.Clone(g.archive.Files[:given]), txtar.File{Name: "findings", Data: []byte(describe(g.text, told(found, g.rule)))})
			own := only(found, g.rule)
			if broken := g.kind == "broken"; broken != (len(own) > 0) {
				t.Errorf("%d findings of %s on a spec that is %s:\n%s", len(own), g.rule, g.kind, describe(g.text, own))
			}
			titles := map[string]bool{}
			for _, f := range own {
				for _, fix := range f.Fixes {
					if titles[fix.Title] {
						continue
					}
					titles[fix.Title] = true
					fixed, err := finding.Apply(g.text, fix.Edits)
					if err != nil {
						t.Fatalf("%s: %v", fix.Title, err)
					}
					name := fmt.Sprintf("fix %d: %s", len(files)-given, fix.Title)
					if g.rule == "syntax" {
						name = fmt.Sprintf("fix %d", len(files)-given)
					}
					files = append(files, txtar.File{
						Name: name, Data: []byte(escape(fixed)),
					})
				}
			}
			g.compare(t, files)
		})
	}
	for _, id := range profile.RuleIDs() {
		for _, kind := range []string{"broken", "innocent"} {
			if n := count[id+" "+kind]; n < 3 {
				t.Errorf("%d specs are %s by the rule %s, want at least 3", n, kind, id)
			}
		}
	}
}

func (g golden) compare(t *testing.T, files []txtar.File) {
	g.archive.Files[0].Data = files[0].Data
	got := txtar.Format(&txtar.Archive{Comment: g.archive.Comment, Files: files})
	want := txtar.Format(g.archive)
	if string(got) == string(want) {
		return
	}
	if *update {
		if err := os.WriteFile(g.file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("got:\n%s\nwant:\n%s", got, want)
}

// TestFixes makes the fixes of each archive's rule, one after the other, until
// no finding of the rule has one. No fix may add a syntax error, change what
// the variables are, or leave its own finding; and where every finding had a
// fix, the rule must be silent in the end.
func TestFixes(t *testing.T) {
	for _, g := range goldens(t) {
		if g.kind != "broken" {
			continue
		}
		t.Run(strings.TrimSuffix(filepath.Base(g.file), ".txtar"), func(t *testing.T) {
			for _, f := range only(g.check(g.text), g.rule) {
				for _, fix := range f.Fixes {
					g.apply(t, g.text, fix)
				}
			}
			text := g.text
			for range 30 {
				left := only(g.check(text), g.rule)
				i := slices.IndexFunc(left, func(f finding.Finding) bool { return len(f.Fixes) > 0 })
				if i < 0 {
					if all := only(g.check(g.text), g.rule); len(left) > 0 && !slices.ContainsFunc(all, func(f finding.Finding) bool { return len(f.Fixes) == 0 }) {
						t.Errorf("every finding had a fix, but these are left:\n%s\n%s", describe(text, left), text)
					}
					return
				}
				text = g.apply(t, text, left[i].Fixes[0])
			}
			t.Errorf("30 fixes did not mend:\n%s", text)
		})
	}
}

// told returns the findings that an archive of a rule tells of: its own, and those
// of the rules on form and Spec, which make way for each other. The others are
// about what a specification models, and most archives model next to nothing.
func told(found []finding.Finding, rule string) []finding.Finding {
	ids := profile.RuleIDs()
	formal := ids[:1+slices.Index(ids, "no-invariant")]
	return slices.DeleteFunc(slices.Clone(found), func(f finding.Finding) bool {
		return f.Rule != rule && !slices.Contains(formal, f.Rule)
	})
}

// apply makes a fix and checks what it did.
func (g golden) apply(t *testing.T, before string, fix finding.Fix) string {
	t.Helper()
	after, err := finding.Apply(before, fix.Edits)
	if err != nil {
		t.Fatalf("%s: %v", fix.Title, err)
	}
	if after == before {
		t.Fatalf("%s: changes nothing", fix.Title)
	}
	old, mended := syntax.Parse(before), syntax.Parse(after)
	if len(mended.Findings()) > len(old.Findings()) {
		t.Errorf("%s: adds syntax errors: %v\n%s", fix.Title, mended.Findings(), after)
	}
	m, _ := old.Module()
	n, _ := mended.Module()
	if was, is := fmt.Sprint(names(m.Variables())), fmt.Sprint(names(n.Variables())); was != is && m.Valid() {
		t.Errorf("%s: the variables were %s and are %s", fix.Title, was, is)
	}
	if was, is := len(only(g.check(before), g.rule)), len(only(g.check(after), g.rule)); is >= was {
		t.Errorf("%s: leaves %d findings of %d:\n%s", fix.Title, is, was, after)
	}
	return after
}

func names(nodes []syntax.Node) []string {
	var names []string
	for _, n := range nodes {
		names = append(names, n.Name())
	}
	return names
}

func only(found []finding.Finding, rule string) []finding.Finding {
	var own []finding.Finding
	for _, f := range found {
		if f.Rule == rule {
			own = append(own, f)
		}
	}
	return own
}

func describe(input string, found []finding.Finding) string {
	m := text.NewMapper(input)
	place := func(s finding.Span) string {
		l, c := m.LineColumn(s.Start)
		l2, c2 := m.LineColumn(s.End)
		return fmt.Sprintf("%d:%d-%d:%d", l, c, l2, c2)
	}
	var b strings.Builder
	for _, f := range found {
		if f.Rule == "syntax" {
			// Where and how the parser says it is its own tests' business.
			fmt.Fprintf(&b, "%s: … [syntax]\n", f.Severity)
			continue
		}
		fmt.Fprintf(&b, "%s: %s: %s [%s]", place(f.Span), f.Severity, f.Message, f.Rule)
		if f.Unnecessary {
			b.WriteString(" unnecessary")
		}
		b.WriteString("\n")
		for _, r := range f.Related {
			if r.PromptLine > 0 {
				fmt.Fprintf(&b, "  see line %d of the prompt\n", r.PromptLine)
				continue
			}
			fmt.Fprintf(&b, "  see %s: %s\n", place(r.Span), r.Message)
		}
		for _, fix := range f.Fixes {
			fmt.Fprintf(&b, "  fix: %s", fix.Title)
			if fix.Preferred {
				b.WriteString(" (preferred)")
			}
			if fix.Safe {
				b.WriteString(" (safe)")
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

var escapes = []string{"\r", `\r`, "\uFEFF", `\ufeff`}

func escape(s string) string {
	s = strings.NewReplacer(escapes...).Replace(s)
	if s != "" && !strings.HasSuffix(s, "\n") {
		s += "\n\\n\n"
	}
	return s
}

func unescape(s string) string {
	s = strings.NewReplacer(`\r`, "\r", `\ufeff`, "\uFEFF").Replace(s)
	if rest, ok := strings.CutSuffix(s, "\n\\n\n"); ok {
		s = rest
	}
	return s
}

// TestTable holds the table of rules against the ids that a profile may name.
func TestTable(t *testing.T) {
	var ids []string
	for _, r := range Rules() {
		ids = append(ids, r.ID)
		if r.Title == "" || r.Check == nil {
			t.Errorf("the rule %s is incomplete", r.ID)
		}
	}
	if !slices.Equal(ids, profile.RuleIDs()) {
		t.Errorf("the rules are\n%v, but a profile may name\n%v", ids, profile.RuleIDs())
	}
}

func TestAPanickingRuleHurtsNoOther(t *testing.T) {
	defer func(saved []Rule) { rules, recoverPanics = saved, false }(rules)
	recoverPanics = true
	rules = slices.Clone(rules)
	i := slices.IndexFunc(rules, func(r Rule) bool { return r.ID == "footer" })
	rules[i].Check = func(p *Pass) {
		p.Report(finding.Finding{Message: "half done"})
		panic("boom")
	}
	in := Input{Tree: syntax.Parse("---- MODULE other ----\n"), Profile: profile.Builtin()[0]}
	found := Check(in)
	if own := only(found, "footer"); len(own) != 1 || !strings.Contains(own[0].Message, "boom") {
		t.Errorf("footer: %v", own)
	}
	if len(only(found, "module-name")) != 1 {
		t.Errorf("the other rules did not run: %v", found)
	}
}
