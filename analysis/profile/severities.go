package profile

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/specls/specls/analysis/finding"
)

// Severities say how severe breaches of rules are, by the rules' ids, in place
// of what a contract or the rules themselves say: a person's setting, which
// outranks every profile.
type Severities map[string]finding.Severity

// Off is the severity of a rule that is not to hold.
const Off finding.Severity = 0

// ParseSeverities reads severities from words by rule id. ids are the rules
// there are. Its error says of every rule and severity that is none what is
// allowed; the others are returned all the same.
func ParseSeverities(words map[string]string, ids []string) (Severities, error) {
	set := Severities{}
	var errs []error
	for _, id := range slices.Sorted(maps.Keys(words)) {
		severity, ok := parseSeverity(words[id])
		switch {
		case !slices.Contains(ids, id):
			errs = append(errs, fmt.Errorf("unknown rule %q; the rules are %s", id, strings.Join(ids, ", ")))
		case !ok:
			errs = append(errs, fmt.Errorf("the rule %s: unknown severity %q; the severities are %s", id, words[id], strings.Join(SeverityWords(), ", ")))
		default:
			set[id] = severity
		}
	}
	return set, errors.Join(errs...)
}

// Apply returns findings with the severities in place of their own, without
// those of rules that are off. It leaves found as it is.
func (s Severities) Apply(found []finding.Finding) []finding.Finding {
	if len(s) == 0 {
		return found
	}
	var applied []finding.Finding
	for _, f := range found {
		severity, ok := s[f.Rule]
		if ok && severity == Off {
			continue
		}
		if ok {
			f.Severity = severity
		}
		applied = append(applied, f)
	}
	return applied
}
