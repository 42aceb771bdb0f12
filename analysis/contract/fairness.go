// Rule fairness: Spec includes fairness.
//
// Without fairness a system may do nothing for ever and still keep to its
// specification, so nothing can be shown about what it will do. A fairness
// condition, WF_vars(A) or SF_vars(A), says that the action A is not put off for
// ever. Spec must assume one: it stands in Spec itself, or in a definition that
// Spec names, by whatever detour: an operator with parameters, LET, an instance.
// One in a comment or a string does not count, nor one behind ~, left of =>,
// under \/ or right of =>, where it need not hold, nor one in a definition that
// Spec does not reach. Each of these is told apart.
//
// A condition that is assumed must mean something, too. It must be of an action,
// and of one that Next includes: fairness of another one asks for steps that no
// behaviour has. What it is quantified over must be constant, since TLC evaluates
// it once. And its subscript should be that of [][Next]_vars, as a warning,
// because a condition on other variables is seldom what was meant.
//
// The fix adds fairness of the next-state action as a whole, or the definition
// with the fairness where there is one. It changes no action.
//
// Asked for by: etcd prompt, critical output requirement 7 ("The Spec definition
// MUST include appropriate fairness assumptions (e.g., WF_vars/SF_vars for
// action operations) to ensure liveness properties"); raftkvs prompt,
// requirement 8.
//
// Broken:
//
//	---- MODULE etcdraft ----
//	EXTENDS Naturals
//	VARIABLE x
//	Init == x = 0
//	Next == x' = 1 - x
//	Spec == Init /\ [][Next]_x
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
	"fmt"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/syntax"
)

func checkFairness(p *Pass) {
	if _, ok := p.judged(); !ok {
		return
	}
	b := p.theBehaviour()
	spec := b.spec
	if spec == nil {
		spec = b.likeliest() // that it is not called Spec is said elsewhere
	}
	if spec == nil || !spec.parameterless() || p.breaksOff() && spec.Span().End == lastToken(p.Tree).End {
		return
	}
	search := p.table().fairnessOf(spec.Body())
	if search.opaque {
		return
	}
	p.checkConditions(spec, search)
	if !search.assumes() {
		p.reportNoFairness(spec, search)
	}
}

// reportNoFairness reports a specification that assumes no fairness, and says
// why the fairness there is does not count.
func (p *Pass) reportNoFairness(spec *definition, search *fairness) {
	f := finding.Finding{Span: spec.NameSpan()}
	name := spec.Name()
	elsewhere := p.table().fairnessElsewhere(spec)
	switch c, found := search.likeliest(); {
	case found && c.negated:
		f.Message = fmt.Sprintf("%s mentions this fairness condition only where it is not assumed: behind ~, left of => or within <=>. The contract wants it as a conjunct of %s", name, name)
		p.pointTo(&f, c.node, spec)
	case found:
		f.Message = fmt.Sprintf("%s includes this fairness condition only under \\/, IF, CASE or <>, or right of =>, so it need not hold. The contract wants it as a conjunct of %s", name, name)
		p.pointTo(&f, c.node, spec)
	case len(elsewhere) > 0:
		f.Message = fmt.Sprintf("%s includes no fairness: %s has a WF_ or SF_ condition, but %s does not refer to it. The contract wants it in %s, to ensure liveness",
			name, elsewhere[0].Name(), name, name)
		for _, def := range elsewhere {
			f.Related = append(f.Related, finding.Related{Span: def.NameSpan(), Message: "Fairness that " + name + " does not reach"})
		}
		if fix, ok := p.conjoinDefinition(spec, elsewhere[0]); ok {
			f.Fixes = append(f.Fixes, fix)
		}
	default:
		f.Message = fmt.Sprintf("%s includes no fairness, so the system may stand still for ever. The contract wants a WF_ or SF_ condition in it, to ensure liveness", name)
	}
	if fix, ok := p.conjoinNext(spec); ok && (len(f.Fixes) == 0 || f.Fixes[0].Title != fix.Title) {
		fix.Preferred, fix.Safe = len(f.Fixes) == 0, len(f.Fixes) == 0
		f.Fixes = append(f.Fixes, fix)
	}
	p.Report(f)
}

// pointTo moves a finding to a place, if that is in the text, and relates the
// specification.
func (p *Pass) pointTo(f *finding.Finding, at syntax.Node, spec *definition) {
	if at.Tree() != p.Tree {
		return
	}
	f.Span = at.Span()
	f.Related = append(f.Related, finding.Related{Span: spec.NameSpan(), Message: spec.Name()})
}

// fairnessElsewhere returns the parameterless definitions of the outermost
// module that assume fairness. Those that are nothing but fairness go first,
// and of them those that no other one refers to.
func (d *definitions) fairnessElsewhere(spec *definition) []*definition {
	var pure, mixed []*definition
	inner := map[*definition]bool{}
	using := d.using(spec)
	for _, def := range d.all {
		if def == spec || !def.outermost || !def.parameterless() || !d.assumesFairness(def) {
			continue
		}
		if using[def] || len(d.partsOf(def.Body()).always) > 0 {
			mixed = append(mixed, def)
			continue
		}
		pure = append(pure, def)
		for _, ref := range def.refs {
			inner[ref.to] = true
		}
	}
	var outer []*definition
	for _, def := range pure {
		if !inner[def] {
			outer = append(outer, def)
		}
	}
	return append(outer, mixed...)
}

// assumesFairness reports whether a definition is fairness, or a specification
// with fairness, rather than a property.
func (d *definitions) assumesFairness(def *definition) bool {
	return d.levelOf(def) == module.Temporal && d.fairnessOf(def.Body()).assumes()
}

// condition is a WF_ or SF_ that a formula mentions.
type condition struct {
	node syntax.Node // a KindFairness
	// negated says that it stands behind ~ or its like, and weak that it stands
	// under \/ or its like. With neither it holds wherever the formula does.
	negated, weak bool
	bounds        []syntax.Node // of the quantifiers around it, each a KindBound
	env           *argument
}

// assumed reports whether the condition holds wherever the formula does.
func (c condition) assumed() bool { return !c.negated && !c.weak }

// argument says what a parameter stands for in a definition that was gone into.
type argument struct {
	param *module.Symbol
	value syntax.Node
	next  *argument
}

// fairness is what a search for fairness through a formula finds.
type fairness struct {
	conditions []condition
	// opaque says that some of the formula cannot be seen through.
	opaque bool
	visits int
}

// assumes reports whether some condition is assumed.
func (f *fairness) assumes() bool {
	for _, c := range f.conditions {
		if c.assumed() {
			return true
		}
	}
	return false
}

// likeliest returns the condition that comes nearest to being assumed.
func (f *fairness) likeliest() (best condition, found bool) {
	for _, c := range f.conditions {
		if !found || best.negated && !c.negated {
			best, found = c, true
		}
	}
	return best, found
}

// maxFairnessVisits bounds how many parts of a formula are searched; one with
// more is opaque.
const maxFairnessVisits = 10000

// fairnessOf searches a formula that is assumed, once.
func (d *definitions) fairnessOf(n syntax.Node) *fairness {
	if f, ok := d.searches[n]; ok {
		return f
	}
	f := &fairness{}
	d.searches[n] = f
	search := fairnessSearch{d, f, map[syntax.Node]bool{}}
	search.formula(n, condition{})
	return f
}

// fairnessSearch goes through a formula. Actions and what is no formula it passes
// by, for no fairness can be in them.
type fairnessSearch struct {
	*definitions
	*fairness
	inside map[syntax.Node]bool // the definitions around the place reached
}

// formula searches n; around is what is known of the place where it stands.
func (s *fairnessSearch) formula(n syntax.Node, around condition) {
	if s.visits++; s.visits > maxFairnessVisits {
		s.opaque = true
		return
	}
	weaker := around
	weaker.weak = true
	switch n.Kind() {
	case syntax.KindFairness:
		around.node = n
		s.conditions = append(s.conditions, around)
	case syntax.KindConjunction, syntax.KindItem, syntax.KindParens:
		for c := range n.Children() {
			s.formula(c, around)
		}
	case syntax.KindDisjunction:
		for c := range n.Children() {
			s.formula(c, weaker)
		}
	case syntax.KindLabel, syntax.KindLet, syntax.KindLambda:
		s.formula(n.Last(), around)
	case syntax.KindQuantifier:
		for c := range n.Children() {
			if c.Kind() == syntax.KindBound {
				around.bounds = append(around.bounds[:len(around.bounds):len(around.bounds)], c)
			}
		}
		s.formula(n.Last(), around)
	case syntax.KindInfix:
		s.infix(n, around)
	case syntax.KindPrefix:
		switch n.Token().Kind() {
		case syntax.OpNot:
			around.negated = !around.negated
			s.formula(n.Child(0), around)
		case syntax.OpBox:
			s.formula(n.Child(0), around)
		case syntax.OpDiamond:
			s.formula(n.Child(0), weaker)
		}
	case syntax.KindIf:
		s.formula(n.Child(1), weaker)
		s.formula(n.Child(2), weaker)
	case syntax.KindCase:
		for c := range n.Children() {
			s.formula(c.Last(), weaker)
		}
	case syntax.KindIdentifier, syntax.KindApply, syntax.KindSelection:
		s.name(n, around)
	case syntax.KindError:
		s.opaque = true
	}
}

func (s *fairnessSearch) infix(n syntax.Node, around condition) {
	left, right := around, around
	switch n.Token().Kind() {
	case syntax.OpAnd, syntax.OpLand:
	case syntax.OpOr, syntax.OpLor:
		left.weak, right.weak = true, true
	case syntax.OpImplies, syntax.OpLeadsTo, syntax.OpGuarantees:
		left.negated, right.weak = !around.negated, true
	case syntax.OpEquivalent, syntax.OpEquals:
		left.negated, right.negated = true, true
	default:
		return
	}
	s.formula(n.Child(0), left)
	s.formula(n.Child(1), right)
}

// name goes into the definition of a name, with the arguments that it is given.
func (s *fairnessSearch) name(n syntax.Node, around condition) {
	symbol := s.names.Symbol(n)
	if symbol == nil {
		s.opaque = true
		return
	}
	if value, env := around.env.lookup(symbol); value.Valid() {
		around.env = env
		s.formula(value, around)
		return
	}
	params, args := symbol.Source().Params, n.Arguments()
	level := symbol.Level()
	for i := range min(len(params), len(args)) {
		level = max(level, s.levelOfExpression(args[i]))
		around.env = &argument{params[i], args[i], around.env}
	}
	if symbol.Kind != module.KindOperator || level < module.Temporal {
		return
	}
	body, _ := s.lookup(n)
	if !body.Valid() {
		s.opaque = true
		return
	}
	if !s.inside[body] {
		s.inside[body] = true
		s.formula(body, around)
		delete(s.inside, body)
	}
}

func (a *argument) lookup(param *module.Symbol) (syntax.Node, *argument) {
	for ; a != nil; a = a.next {
		if a.param == param {
			return a.value, a.next
		}
	}
	return syntax.Node{}, nil
}
