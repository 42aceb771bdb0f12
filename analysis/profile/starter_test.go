package profile

import (
	"regexp"
	"strings"
	"testing"
)

// A new profile is one, holds every rule, and is still one with what it has as
// comments made true.
func TestStarter(t *testing.T) {
	config, prompt := Starter("spin-lock", func(id string) string { return "wants " + id })
	p, err := Parse(Source{Name: "spin-lock", Config: config, Prompt: prompt})
	if err != nil {
		t.Fatalf("%v\n%s", err, config)
	}
	if p.Module != "spin_lock" || p.Title != "spin-lock" || !strings.Contains(prompt, `"spin_lock" (---- MODULE spin_lock ----)`) {
		t.Errorf("module %s, title %s, prompt\n%s", p.Module, p.Title, prompt)
	}
	for _, id := range RuleIDs() {
		if _, ok := p.Contract.Severity(id); !ok {
			t.Errorf("the rule %s does not hold", id)
		}
	}

	full := regexp.MustCompile(`(?m)^# (\w+ = )`).ReplaceAllString(config, "$1")
	p, err = Parse(Source{Name: "spin-lock", Config: full, Prompt: prompt})
	if err != nil {
		t.Fatalf("%v\n%s", err, full)
	}
	if !p.Reply.Config || len(p.Extends)*len(p.Match.Files)*len(p.Match.Imports)*len(p.Match.Declares)*len(p.Match.Supports)*
		len(p.Vocabulary.Roles)*len(p.Vocabulary.Messages) == 0 {
		t.Errorf("not every key is there: %+v", p)
	}
	for line := range strings.Lines(config) {
		if len(line) > 150 {
			t.Errorf("a long line: %s", line)
		}
	}
}
