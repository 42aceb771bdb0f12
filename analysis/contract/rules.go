package contract

import "slices"

// Rule is one check of a contract.
type Rule struct {
	// ID is stable: settings, findings and pages go by it. The ids are those
	// of profile.RuleIDs, in the same order.
	ID string
	// Title says in a few words what the rule wants.
	Title string
	// General says that the rule holds for every module, whether it belongs to
	// a profile or not. Its breach is then an error.
	General bool
	// Check reports what breaks the rule.
	Check func(*Pass)
}

// Rules returns all rules, in the order in which a person should read them.
func Rules() []Rule { return slices.Clone(rules) }

var rules []Rule

// The table is filled here because the rules ask it which of them hold.
func init() {
	rules = []Rule{
		{ID: "syntax", Title: "the text is TLA+", General: true, Check: checkSyntax},
		{ID: "header", Title: "the module's header comes first", Check: checkHeader},
		{ID: "footer", Title: "the module is closed by ====", Check: checkFooter},
		{ID: "outside-text", Title: "no text before or after the module", Check: checkOutsideText},
		{ID: "fence", Title: "no markdown fences", Check: checkFence},
		{ID: "comments", Title: "no comments", Check: checkComments},
		{ID: "one-module", Title: "one module and no other", Check: checkOneModule},
		{ID: "module-name", Title: "the module has the name that is asked for", General: true, Check: checkModuleName},
		{ID: "unknown-module", Title: "EXTENDS and INSTANCE name modules that exist", General: true, Check: checkUnknownModule},
		{ID: "extends", Title: "the modules that are asked for are extended", Check: checkExtends},
		{ID: "spec", Title: "Spec defines the behaviour", Check: checkSpec},
		{ID: "fairness", Title: "Spec includes fairness", Check: checkFairness},
		{ID: "no-invariant", Title: "no invariants or properties", Check: checkNoInvariant},
	}
}
