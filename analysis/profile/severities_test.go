package profile

import (
	"maps"
	"testing"

	"github.com/specls/specls/analysis/finding"
)

func TestParseSeverities(t *testing.T) {
	ids := []string{"fence", "footer", "arity"}
	got, err := ParseSeverities(map[string]string{"fence": "off", "arity": "hint", "footer": "Error", "fences": "error"}, ids)
	if want := (Severities{"fence": Off, "arity": finding.Hint}); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	const want = "unknown rule \"fences\"; the rules are fence, footer, arity\n" +
		"the rule footer: unknown severity \"Error\"; the severities are error, warning, information, hint, off"
	if err == nil || err.Error() != want {
		t.Errorf("got the error\n%v\nwant\n%s", err, want)
	}
	if _, err := ParseSeverities(nil, ids); err != nil {
		t.Errorf("of nothing: %v", err)
	}
}

func TestApplySeverities(t *testing.T) {
	found := []finding.Finding{{Rule: "a", Severity: finding.Error}, {Rule: "b", Severity: finding.Error}, {Rule: "c", Severity: finding.Error}}
	got := Severities{"a": Off, "b": finding.Hint}.Apply(found)
	if len(got) != 2 || got[0].Rule != "b" || got[0].Severity != finding.Hint || got[1].Severity != finding.Error {
		t.Errorf("got %v", got)
	}
	if len(found) != 3 || found[1].Severity != finding.Error {
		t.Errorf("the findings given were changed: %v", found)
	}
}
