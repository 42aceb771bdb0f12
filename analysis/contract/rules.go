package contract

import (
	"regexp"
	"slices"

	"github.com/specls/specls/analysis/finding"
)

// Rule is one check of a contract.
type Rule struct {
	// ID is stable: settings, findings and pages go by it. The ids are those
	// of profile.RuleIDs, in the same order.
	ID string
	// Title says in a few words what the rule wants.
	Title string
	// General says that the rule holds for every module, whether it belongs to
	// a profile or not. Severity is how severe its breach is where no profile
	// says so.
	General  bool
	Severity finding.Severity
	// Asks matches what a prompt says, in lower case, to ask for what the rule
	// checks; nil where
	// none of the built-in prompts asks for it.
	Asks *regexp.Regexp
	// Check reports what breaks the rule.
	Check func(*Pass)
}

// Rules returns all rules, in the order in which a person should read them.
func Rules() []Rule { return slices.Clone(rules) }

var rules []Rule

// asks compiles what a prompt in lower case is searched for.
func asks(expression string) *regexp.Regexp { return regexp.MustCompile(expression) }

// The table is filled here because the rules ask it which of them hold.
func init() {
	rules = []Rule{
		{ID: "syntax", Title: "the text is TLA+", General: true, Severity: finding.Error, Asks: asks(`only (pure )?tla\+`), Check: checkSyntax},
		{ID: "header", Title: "the module's header comes first", Asks: asks(`start your (response|reply|answer)`), Check: checkHeader},
		{ID: "footer", Title: "the module is closed by ====", Asks: asks(`end your (response|reply|answer)`), Check: checkFooter},
		{ID: "outside-text", Title: "no text before or after the module", Asks: asks(`(do not|don\'t) include any explanations`), Check: checkOutsideText},
		{ID: "fence", Title: "no markdown fences", Asks: asks(`no markdown`), Check: checkFence},
		{ID: "comments", Title: "no comments", Asks: asks(`(do not|don\'t|no)\b[^\n]*\bcomments\b`), Check: checkComments},
		{ID: "one-module", Title: "one module and no other", Check: checkOneModule},
		{ID: "module-name", Title: "the module has the name that is asked for", General: true, Severity: finding.Error, Asks: asks(`module name must be`), Check: checkModuleName},
		{ID: "extends", Title: "the modules that are asked for are extended", Asks: asks(`must (include )?extend`), Check: checkExtends},
		{ID: "spec", Title: "Spec defines the behaviour", Asks: asks(`\bspec definition\b`), Check: checkSpec},
		{ID: "fairness", Title: "Spec includes fairness", Asks: asks(`\bfairness\b`), Check: checkFairness},
		{ID: "no-invariant", Title: "no invariants or properties", Asks: asks(`(do not|don\'t) define invariants`), Check: checkNoInvariant},
		{ID: "core-actions", Title: "the core actions are modelled", Asks: asks(`mandatory core actions`), Check: checkCoreActions},
		{ID: "behavioural-scope", Title: "the behaviour has the parts that Raft's safety rests on", Asks: asks(`required behaviou?ral scope`), Check: checkBehaviouralScope},
		{ID: "excluded", Title: "nothing is modelled that is out of scope", Asks: asks(`explicitly excluded`), Check: checkExcluded},
		{ID: "unassigned", Title: "every branch of Next says what each variable becomes", General: true, Severity: finding.Error, Check: checkUnassigned},
		{ID: "assigned-twice", Title: "no branch sets a variable twice", General: true, Severity: finding.Warning, Check: checkAssignedTwice},
		{ID: "uninitialised", Title: "Init says what each variable is", General: true, Severity: finding.Error, Check: checkUninitialised},
		{ID: "read-before-set", Title: "a primed variable is read only behind what sets it", General: true, Severity: finding.Error, Check: checkReadBeforeSet},
		{ID: "incomplete-vars", Title: "the subscript of [Next]_vars holds every variable", General: true, Severity: finding.Warning, Check: checkIncompleteVars},
		{ID: "unbounded-choose", Title: "CHOOSE chooses from a set", General: true, Severity: finding.Warning, Check: checkUnboundedChoose},
		{ID: "config", Title: "the .cfg file fits the module", General: true, Severity: finding.Error, Check: checkConfig},
		{ID: "no-effect", Title: "every action can change something", General: true, Severity: finding.Information, Check: checkNoEffect},
		{ID: "unused", Title: "what is declared is used", General: true, Severity: finding.Hint, Check: checkUnused},
	}
}
