// Rule no-invariant: no invariants or properties.
//
// The specification models what the system does and nothing else. What should
// be true of it is for whoever checks it to say. An invariant shows itself as a
// definition without parameters that is true or false of a state and that the
// behaviour (Init, Next, Spec and its fairness) never uses; a temporal property
// as such a definition with [], <> or ~>. A definition that the behaviour uses,
// as a guard say, is not an invariant, whatever its name; nor is a set, a
// number, a tuple of variables or an operator with parameters. Theorems about
// properties go with them.
//
// TypeOK and its kin merely say what values the variables have. The prompt does
// not speak of them, so they are information. So are definitions whose names
// say that they start or bound a model rather than judge it. A profile's
// contract may allow definitions by name, as in
//
//	no-invariant = { severity = "error", allow = ["TypeOK"] }
//
// Asked for by: etcd prompt, critical output requirement 6 ("DO NOT define
// invariants (like MutualExclusion, Invariant, etc.) - focus on modeling the
// system behavior"); raftkvs prompt, the same.
//
// Broken:
//
//	---- MODULE etcdraft ----
//	EXTENDS Naturals
//	VARIABLE x
//	Init == x = 0
//	Next == x' = 1 - x
//	Spec == Init /\ [][Next]_x /\ WF_x(Next)
//	Invariant == x < 2
//	====
//
// Mended:
//
//	---- MODULE etcdraft ----
//	EXTENDS Naturals
//	VARIABLE x
//	Init == x = 0
//	Next == x' = 1 - x
//	Spec == Init /\ [][Next]_x /\ WF_x(Next)
//	====

package contract

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/syntax"
)

func checkNoInvariant(p *Pass) {
	if _, ok := p.judged(); !ok {
		return
	}
	d := p.table()
	roots := p.behaviourRoots()
	if roots == nil {
		return // nothing is known of the behaviour, so nothing is outside it
	}
	for _, def := range d.all {
		if p.allows(def.Name()) {
			roots = append(roots, def) // what it uses serves something, too
		}
	}
	reached := d.reach(roots)
	flagged := map[*definition]bool{}
	var found []*definition
	for _, def := range d.all {
		if def.parameterless() && !reached.has(def) && d.isProperty(def) {
			flagged[def] = true
			found = append(found, def)
		}
	}
	var theorems []*referrer
	for _, o := range d.others {
		if o.node.Kind() == syntax.KindTheorem && d.statesProperty(o, flagged) {
			theorems = append(theorems, o)
		}
	}
	goes := maps.Clone(flagged)
	maps.DeleteFunc(goes, func(def *definition, _ bool) bool { return p.isInConfig(def) })
	removable := d.removable(goes, theorems)
	removeAll := p.removeAll(found, theorems, removable)
	for _, def := range found {
		p.reportProperty(def, removable, removeAll)
	}
	for _, o := range theorems {
		p.reportTheorem(o, flagged, removeAll)
	}
}

// behaviourRoots returns the definitions from which the behaviour is reached.
// It is nil where there are none: then the definitions that use the others were
// not read, or stand in another module.
func (p *Pass) behaviourRoots() []*definition {
	d := p.table()
	var roots, beside []*definition
	for _, def := range d.all {
		switch {
		case def.Name() == specName || def.Name() == "Init" || def.Name() == "Next":
			roots = append(roots, def)
		case def.Kind() == syntax.KindModuleDefinition, d.assumesFairness(def):
			beside = append(beside, def)
		}
	}
	roots = append(roots, p.theBehaviour().alternatives...)
	if len(roots) == 0 || d.byName["Next"] == nil && p.breaksOff() {
		return nil
	}
	for _, o := range d.others {
		if o.node.Kind() == syntax.KindTheorem {
			continue
		}
		for _, ref := range o.refs {
			beside = append(beside, ref.to)
		}
	}
	// What could not be read within a definition may be what reaches it.
	for _, def := range d.all {
		for _, ref := range def.refs {
			if ref.at.Kind() == syntax.KindError {
				beside = append(beside, ref.to)
			}
		}
	}
	return append(roots, beside...)
}

// isProperty reports whether a definition is of the kind that invariants and
// properties are.
func (d *definitions) isProperty(def *definition) bool {
	if !d.isBoolean(def) || isTruthValue(def.Body().Unparen()) {
		return false
	}
	switch d.levelOf(def) {
	case module.Constant, module.State:
		return true
	case module.Temporal:
		return !d.hasErrors(def.Body()) && !d.partsOf(def.Body()).opaque
	}
	return false
}

// statesProperty reports whether a theorem is about a property.
func (d *definitions) statesProperty(o *referrer, flagged map[*definition]bool) bool {
	for _, ref := range o.refs {
		if flagged[ref.to] {
			return true
		}
	}
	return d.levelOfExpression(o.node) == module.Temporal
}

// The names that raise or lower the confidence that a definition is an
// invariant or a property.
var (
	typeName      = regexp.MustCompile(`(?i)^_?(types?_?(ok|inv|invariant|invariants|correct|correctness|safe|safety)|type_?okay|well_?typed)$`)
	auxiliaryName = nameWords{
		anywhere: []string{"constraint", "symmetry", "view", "alias", "assumption", "bounded", "limit"},
		first:    []string{"init"}, last: []string{"init"},
	}
	modelName = nameWords{
		exactFirst: []string{"const_", "def_"},
		anywhere:   []string{"debug", "print", "trace", "postcondition", "post_condition"},
	}
	propertyName = nameWords{
		anywhere: []string{"safe", "live", "mutual", "exclusion", "election", "logmatching", "completeness", "consisten",
			"correct", "agreement", "deadlock", "eventually", "always"},
		first: []string{"inv"}, last: []string{"inv", "invs", "invariant", "invariants", "prop", "property", "properties"},
	}
)

// nameWords are the words that tell what kind of definition a name is of. They
// count in any case, but for those of exactFirst. A regular expression for them
// would take a good part of the time that all rules take.
type nameWords struct{ exactFirst, first, last, anywhere []string }

func (w *nameWords) in(name string) bool {
	has := func(words []string, in func(name, word string) bool) bool {
		return slices.ContainsFunc(words, func(word string) bool { return in(name, word) })
	}
	if has(w.exactFirst, strings.HasPrefix) {
		return true
	}
	name = strings.ToLower(name)
	return has(w.first, strings.HasPrefix) || has(w.last, strings.HasSuffix) || has(w.anywhere, strings.Contains)
}

// isModelName reports whether a name is one of what is there for a model checker:
// MCInit, const_1234, PrintState.
func isModelName(name string) bool {
	rest, ok := strings.CutPrefix(name, "MC")
	if !ok {
		rest, ok = strings.CutPrefix(name, "mc")
	}
	if ok && rest != "" && (rest[0] == '_' || 'A' <= rest[0] && rest[0] <= 'Z') {
		return true
	}
	return modelName.in(name)
}

// severityOf returns how severe the finding on a definition is.
func (p *Pass) severityOf(def *definition) finding.Severity {
	switch name := def.Name(); {
	case typeName.MatchString(name):
		return p.atMost(finding.Information)
	case propertyName.in(name):
		return p.Severity
	case auxiliaryName.in(name):
		return p.atMost(finding.Information)
	case p.table().levelOf(def) == module.Constant:
		return p.atMost(finding.Warning)
	}
	return p.Severity
}

func (p *Pass) reportProperty(def *definition, removable map[*definition]bool, removeAll *finding.Fix) {
	f := finding.Finding{
		Span: def.NameSpan(), Severity: p.severityOf(def), Unnecessary: removable[def],
		Message: p.propertyMessage(def),
	}
	uses := p.table().usesOf(def)
	for _, u := range uses {
		f.Related = append(f.Related, finding.Related{Span: u.at.Span(), Message: "Used here"})
	}
	if spec := p.theBehaviour().spec; spec != nil {
		f.Related = append(f.Related, finding.Related{Span: spec.NameSpan(), Message: "Spec does not use it"})
	}
	if len(uses) == 0 && !p.isInConfig(def) {
		fix := p.removal(fmt.Sprintf("Remove the definition of %s", def.Name()), def.Node)
		fix.Safe = f.Severity == finding.Error
		f.Fixes = append(f.Fixes, fix)
	}
	if removable[def] && removeAll != nil {
		f.Fixes = append(f.Fixes, *removeAll)
	}
	p.Report(f)
}

func (p *Pass) propertyMessage(def *definition) string {
	name := def.Name()
	switch {
	case typeName.MatchString(name):
		return fmt.Sprintf("%s says which values the variables may have, and the behaviour does not use it. The prompt asks not to define invariants; whether it means this kind it leaves open", name)
	case p.table().levelOf(def) == module.Temporal:
		return fmt.Sprintf("%s is a temporal property that Spec does not include. The contract wants the behaviour of the system modelled, and no properties of it", name)
	case p.table().levelOf(def) == module.Constant:
		return fmt.Sprintf("%s is a statement that Init, Next and Spec never use. The contract wants no invariants or properties; without a use it can go", name)
	}
	if auxiliaryName.in(name) && !propertyName.in(name) {
		return fmt.Sprintf("%s is true or false of a state, and Init, Next and Spec never use it. If it is there to start or bound a model for checking, it belongs into a module of its own: the contract wants the behaviour of the system and nothing else", name)
	}
	return fmt.Sprintf("%s looks like an invariant: it is true or false of a state, and Init, Next and Spec never use it. The contract wants the behaviour of the system modelled, and no invariants", name)
}

func (p *Pass) reportTheorem(o *referrer, flagged map[*definition]bool, removeAll *finding.Fix) {
	f := finding.Finding{
		Span:     finding.Span{Start: o.node.Span().Start, End: statementEnd(o.node)},
		Severity: finding.Hint, Unnecessary: true,
		Message: "This theorem states a property of the behaviour. The contract wants the behaviour of the system modelled, and no properties of it",
	}
	mentioned := false
	for _, ref := range o.refs {
		if flagged[ref.to] {
			mentioned = true
			f.Severity = min(f.Severity, p.severityOf(ref.to))
		}
	}
	if !mentioned {
		f.Severity = p.Severity
	}
	fix := p.removal("Remove the theorem", o.node)
	fix.Safe = f.Severity == finding.Error
	f.Fixes = append(f.Fixes, fix)
	if removeAll != nil {
		f.Fixes = append(f.Fixes, *removeAll)
	}
	p.Report(f)
}

// statementEnd returns where a theorem ends, its proof not counted.
func statementEnd(theorem syntax.Node) int {
	end := theorem.Span().End
	for c := range theorem.Children() {
		switch c.Kind() {
		case syntax.KindProof, syntax.KindTerminalProof, syntax.KindBy:
		default:
			end = c.Span().End
		}
	}
	return end
}

// removable returns those flagged definitions that nothing refers to but other
// ones of them and the theorems.
func (d *definitions) removable(flagged map[*definition]bool, theorems []*referrer) map[*definition]bool {
	goes := map[*referrer]bool{}
	for _, o := range theorems {
		goes[o] = true
	}
	// What is not flagged stays, and so does what anything that stays uses.
	var stays []*definition
	for _, def := range d.all {
		if !flagged[def] {
			stays = append(stays, def)
		}
	}
	for _, o := range d.others {
		if !goes[o] {
			for _, ref := range o.refs {
				stays = append(stays, ref.to)
			}
		}
	}
	kept := d.reach(stays)
	removable := map[*definition]bool{}
	for def := range flagged {
		removable[def] = !kept.has(def)
	}
	return removable
}

// removal returns the fix that removes a definition or theorem.
func (p *Pass) removal(title string, n syntax.Node) finding.Fix {
	start, end := definitionLines(p.text(), n)
	return finding.Fix{Title: title, Preferred: true, Edits: []finding.Edit{replace(start, end, "")}}
}

// removeAll returns the fix that removes all that is removable, or nil where
// that is a single one.
func (p *Pass) removeAll(found []*definition, theorems []*referrer, removable map[*definition]bool) *finding.Fix {
	fix := &finding.Fix{Title: "Remove all invariants and properties"}
	remove := func(n syntax.Node) {
		start, end := definitionLines(p.text(), n)
		fix.Edits = append(fix.Edits, replace(start, end, ""))
	}
	for _, def := range found {
		if removable[def] {
			remove(def.Node)
		}
	}
	for _, o := range theorems {
		remove(o.node)
	}
	if len(fix.Edits) < 2 {
		return nil
	}
	slices.SortFunc(fix.Edits, func(a, b finding.Edit) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	return fix
}
