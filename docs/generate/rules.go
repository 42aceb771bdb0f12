package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/contract"
	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/analysis/syntax"
	"github.com/specls/specls/analysis/text"
)

const notEdited = "<!-- Made by go run ./docs/generate of the comments on the rules; do not edit. -->\n"

// rulePages makes a page for each rule, and their index.
func rulePages(root string) (map[string]string, error) {
	pages, err := readPages(root)
	if err != nil {
		return nil, err
	}
	mended, err := fixesInCorpus(root)
	if err != nil {
		return nil, err
	}
	files := map[string]string{"docs/rules/README.md": index(pages, mended), "docs/rules/prompts.md": promptsPage()}
	for _, r := range analysis.Rules() {
		files["docs/rules/"+r.ID+".md"] = pages[r.ID].markdown(r)
	}
	return files, nil
}

// check checks an example: against the contract of the profile whose module it
// is, and where there is none, an example for a rule of contracts against
// etcd's.
func (p page) check(r analysis.Rule, example string) []finding.Finding {
	in := analysis.Input{Text: example, Config: p.config, Profiles: profile.Builtin()}
	m, _ := syntax.Parse(example).Module()
	if r.Contract && profile.ForModule(in.Profiles, m.Name(), "") == nil {
		in.Profile = in.Profiles[0].Name
	}
	result, err := analysis.Check(in)
	if err != nil {
		panic(err) // the profile is one of those that are given
	}
	return result.Findings
}

// own returns the rule's own finding on its broken example.
func (p page) own(r analysis.Rule) finding.Finding {
	for _, f := range p.check(r, p.broken) {
		if f.Rule == r.ID {
			return f
		}
	}
	return finding.Finding{} // a test sees to it that there is one
}

// markdown returns the page.
func (p page) markdown(r analysis.Rule) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# `%s`: %s\n\n%s\n%s\n\n", r.ID, prose(p.title), notEdited, prose(p.body))
	fmt.Fprintf(&b, "**Asked for by:** %s\n\n", prose(p.askedBy))
	if p.config != "" {
		fmt.Fprintf(&b, "## The `.cfg` file of the examples\n\n%s\n", code("", p.config))
	}
	fmt.Fprintf(&b, "## Broken\n\n%s\n%s\n", code("tla", p.broken), p.says(r))
	fmt.Fprintf(&b, "## Mended\n\n%s\n", code("tla", p.mended))
	fmt.Fprintf(&b, "## Severity\n\n%s\n[All rules](README.md)\n", severityTable(r, p))
	return b.String()
}

// says tells what the check says of the broken example.
func (p page) says(r analysis.Rule) string {
	f := p.own(r)
	line, column := text.NewMapper(p.broken).LineColumn(f.Span.Start)
	said := code("", fmt.Sprintf("%d:%d: %s: %s [%s]", line, column, f.Severity, f.Message, f.Rule))
	switch {
	case len(f.Fixes) == 0:
		return said
	case f.Fixes[0].Safe:
		return said + "\nFix, which is safe to make unasked: *" + prose(f.Fixes[0].Title) + "*\n"
	}
	return said + "\nFix: *" + prose(f.Fixes[0].Title) + "*\n"
}

// severityTable says how severe a breach is, and how to change that.
func severityTable(r analysis.Rule, p page) string {
	var b strings.Builder
	if !r.Contract {
		fmt.Fprintf(&b, "`%s`, in every `.tla` file.\n\n", p.own(r).Severity)
	} else {
		b.WriteString("| under the contract of | |\n| --- | --- |\n")
		for _, pr := range profile.Builtin() {
			fmt.Fprintf(&b, "| `%s` | %s |\n", pr.Name, severityWord(pr, r))
		}
		fmt.Fprintf(&b, "| none | %s |\n\nIn a profile of your own: `[contract]`, `%s = \"warning\"`. ", severityWord(nil, r), r.ID)
	}
	fmt.Fprintf(&b, "Everywhere: the setting `specls.rules`, `{\"%s\": \"off\"}`, or on the command line `specls check --rule %s=off`.\n", r.ID, r.ID)
	return b.String()
}

// severityWord returns how severe a breach of a rule of contracts is under a
// profile, nil for none.
func severityWord(p *profile.Profile, r analysis.Rule) string {
	if p != nil {
		if severity, ok := p.Contract.Severity(r.ID); ok && severity != profile.Off {
			return severity.String()
		} else if ok {
			return "–"
		}
	}
	for _, c := range contract.Rules() {
		if c.ID == r.ID && c.General {
			return c.Severity.String()
		}
	}
	return "–"
}

const indexHead = `# The rules

` + notEdited + `
Each finding names its rule, and editors link to the rule's page. How severe a breach is can be changed: by a profile of your
own, by the setting ` + "`specls.rules`, or by `specls check --rule ID=SEVERITY`" + `; comments that switch a rule off inside a
module are not offered, for most contracts forbid comments. *Fix* says whether a quick fix is offered, and whether it is *safe*,
on the page's example at least: "fix all" and ` + "`specls check --fix`" + ` make those that are.

[What the prompts ask for](prompts.md) lists every sentence of the built-in prompts' requirements with the rule that checks it.

`

// index returns the table of all rules. mended are the rules of which some
// finding in the corpus has a fix.
func index(pages map[string]page, mended map[string]bool) string {
	var b strings.Builder
	b.WriteString(indexHead)
	b.WriteString("## Rules of the contracts\n\n| rule | wants |")
	for _, p := range profile.Builtin() {
		fmt.Fprintf(&b, " `%s` |", p.Name)
	}
	b.WriteString(" no profile | fix |\n| --- | --- | --- |" + strings.Repeat(" --- |", len(profile.Builtin())+1) + "\n")
	for _, r := range analysis.Rules() {
		if r.Contract {
			fmt.Fprintf(&b, "| [`%s`](%s.md) | %s |", r.ID, r.ID, prose(r.Title))
			for _, p := range append(profile.Builtin(), nil) {
				fmt.Fprintf(&b, " %s |", severityWord(p, r))
			}
			fmt.Fprintf(&b, " %s |\n", pages[r.ID].fix(r, mended[r.ID]))
		}
	}
	b.WriteString("\n## Rules of TLA+ itself\n\nThey hold in every `.tla` file.\n\n| rule | wants | severity | fix |\n| --- | --- | --- | --- |\n")
	for _, r := range analysis.Rules() {
		if !r.Contract {
			fmt.Fprintf(&b, "| [`%s`](%s.md) | %s | %s | %s |\n", r.ID, r.ID, prose(r.Title), pages[r.ID].own(r).Severity, pages[r.ID].fix(r, mended[r.ID]))
		}
	}
	return b.String()
}

// fix says whether a quick fix is offered: on the rule's broken example, or, as
// told, on others.
func (p page) fix(r analysis.Rule, onOthers bool) string {
	fixes := p.own(r).Fixes
	switch {
	case len(fixes) > 0 && fixes[0].Safe:
		return "safe"
	case len(fixes) > 0:
		return "yes"
	case onOthers:
		return "for some"
	}
	return "no"
}

var (
	corpusFinding = regexp.MustCompile(`^\S.* \[([a-z-]+)\]( unnecessary| deprecated)*$`)
	corpusFix     = regexp.MustCompile(`^  fix: `)
)

// fixesInCorpus returns the rules of contracts of which a finding in their tests'
// archives has a fix.
func fixesInCorpus(root string) (map[string]bool, error) {
	archives, err := filepath.Glob(filepath.Join(root, "analysis", "contract", "testdata", "*-broken-*.txtar"))
	if err != nil {
		return nil, err
	}
	mended := map[string]bool{}
	for _, archive := range archives {
		text, err := os.ReadFile(archive)
		if err != nil {
			return nil, err
		}
		rule := ""
		for line := range strings.Lines(string(text)) {
			line = strings.TrimRight(line, "\r\n")
			if m := corpusFinding.FindStringSubmatch(line); m != nil {
				rule = m[1]
			} else if corpusFix.MatchString(line) {
				mended[rule] = true
			}
		}
	}
	return mended, nil
}

// special are the signs that Markdown may read as something else.
var special = regexp.MustCompile("[\\\\`*_\\[\\]<>|~#]")

// prose returns text of a comment as Markdown: its lines as they are, each sign
// as itself, and what is indented as code.
func prose(s string) string {
	var b strings.Builder
	for i, paragraph := range strings.Split(s, "\n\n") {
		if i > 0 {
			b.WriteString("\n\n")
		}
		if strings.HasPrefix(paragraph, "\t") {
			b.WriteString(strings.TrimSuffix(code("", strings.TrimRight(unindent(paragraph), "\n")), "\n"))
			continue
		}
		b.WriteString(special.ReplaceAllString(paragraph, `\$0`))
	}
	return b.String()
}

// code returns a fenced block; the fence is longer than any in the text.
func code(language, s string) string {
	fence := "```"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	return fence + language + "\n" + s + "\n" + fence + "\n"
}
