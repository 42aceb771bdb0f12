package analysis

import (
	"github.com/specls/specls/analysis/contract"
	"github.com/specls/specls/analysis/module"
)

// Rule is a rule whose breach a check may report.
type Rule struct {
	// ID is what findings, settings and pages call it.
	ID string
	// Title says in a few words what the rule wants.
	Title string
	// Contract says that it is a rule of contracts; TLA+ itself wants the others.
	Contract bool
}

// Rules returns all rules: those of contracts, then those of TLA+ itself, each
// kind in the order in which a person should read them. No two have the same
// id, and every finding of [Check] is of one of them.
func Rules() []Rule {
	var rules []Rule
	for _, r := range contract.Rules() {
		rules = append(rules, Rule{r.ID, r.Title, true})
	}
	for _, r := range module.Rules() {
		rules = append(rules, Rule{r.ID, r.Title, false})
	}
	return rules
}

// RuleIDs returns the ids of [Rules], in their order.
func RuleIDs() []string {
	var ids []string
	for _, r := range Rules() {
		ids = append(ids, r.ID)
	}
	return ids
}

// Title returns the title of the rule of the given id, empty where there is none.
func Title(id string) string {
	for _, r := range Rules() {
		if r.ID == id {
			return r.Title
		}
	}
	return ""
}
