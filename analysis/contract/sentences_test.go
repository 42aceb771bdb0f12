package contract

import (
	"slices"
	"strings"
	"testing"

	"github.com/specls/specls/analysis/profile"
)

// TestSentences holds the table of sentences against the prompts: from the line
// that begins the requirements on, the parts of each line are the line, and each
// is checked by a rule that there is and that the profile holds, or says why not.
func TestSentences(t *testing.T) {
	for _, p := range profile.Builtin() {
		parts := map[int]string{}
		for _, s := range Sentences(p.Name) {
			parts[s.Line] += s.Text
			if (len(s.Rules) == 0) == (s.Because == "") {
				t.Errorf("%s: line %d: %q has neither rules nor a reason, or both", p.Name, s.Line, s.Text)
			}
			for _, rule := range s.Rules {
				if !slices.Contains(profile.RuleIDs(), rule) {
					t.Errorf("%s: line %d: there is no rule %s", p.Name, s.Line, rule)
				} else if _, holds := p.Contract.Severity(rule); !holds {
					t.Errorf("%s: line %d: the profile does not hold the rule %s", p.Name, s.Line, rule)
				}
			}
		}
		lines := strings.Split(p.Template.Text(), "\n")
		begin := slices.IndexFunc(lines, func(line string) bool { return strings.Contains(line, "modeling requirements:") })
		for i, line := range lines {
			want := line
			if i < begin {
				want = ""
			}
			if bare(parts[i+1]) != bare(want) {
				t.Errorf("%s: line %d is %q, but the table has %q", p.Name, i+1, line, parts[i+1])
			}
		}
		for _, rule := range []string{"core-actions", "behavioural-scope", "excluded"} {
			if _, holds := p.Contract.Severity(rule); holds && !slices.ContainsFunc(Sentences(p.Name), func(s Sentence) bool { return slices.Contains(s.Rules, rule) }) {
				t.Errorf("%s: no sentence asks for %s", p.Name, rule)
			}
		}
	}
}

// bare returns a text without spaces and the commas between its parts.
func bare(s string) string { return strings.NewReplacer(" ", "", ",", "").Replace(s) }
