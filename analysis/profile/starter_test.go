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

	full := config
	for id := range ruleOptions { // is there twice: with options it is a comment
		full = regexp.MustCompile(`(?m)^`+id+` = .*$`).ReplaceAllString(full, "")
	}
	full = regexp.MustCompile(`(?m)^# ([a-z-]+ = )`).ReplaceAllString(full, "$1")
	p, err = Parse(Source{Name: "spin-lock", Config: full, Prompt: prompt})
	if err != nil {
		t.Fatalf("%v\n%s", err, full)
	}
	if !p.Reply.Config || len(p.Extends) == 0 || len(p.Behaviour.PreviousTerm) == 0 {
		t.Errorf("not every key is there: %+v", p)
	}
	for _, section := range sections {
		for _, k := range section.keys {
			if _, rule := k.value.(ruleValue); k.about == "" && !rule || k.start == "" && !rule {
				t.Errorf("the key %s.%s says nothing about itself, or has no value to start with", section.name, k.name)
			}
		}
	}
	for line := range strings.Lines(config) {
		if len(line) > 150 {
			t.Errorf("a long line: %s", line)
		}
	}
}
