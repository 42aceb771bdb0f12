// Package step says what a formula does to the variables: which of them each
// branch of an initial predicate or of a next-state action sets, which it sets
// twice, and which it reads before it has set them. It follows the formula as
// TLC, the model checker, does: conjuncts from left to right, a disjunct, a value
// of \E and an arm of IF or CASE at a time, through operators, their arguments,
// LET and INSTANCE, so that what it reports is where TLC would stop.
//
// It knows no values. A guard is taken to be true in some state and false in
// another, but for two occurrences of one condition of IF, which agree. Where a
// branch is made of several choices that stand beside each other, there may be no
// state in which all of them are made; [Branch.Choices] tells.
//
// What cannot be followed (a syntax error, a name that means nothing, a part of a
// definition selected by its number, recursion) makes a branch opaque: nothing is
// known of what it sets.
//
// TLC's rules are those of getInitStates and getNextStates in its class Tool.
package step

import (
	"slices"

	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/syntax"
)

// MaxVariables is how many variables a Set can hold.
const MaxVariables = 128

// Set is a set of variables, by their numbers in [Variables].
type Set [MaxVariables / 64]uint64

// Has reports whether the set holds variable i.
func (s Set) Has(i int) bool { return s[i/64]&(1<<(i%64)) != 0 }

// Add adds variable i.
func (s *Set) Add(i int) { s[i/64] |= 1 << (i % 64) }

// Union returns the variables of either set.
func (s Set) Union(t Set) Set {
	for i := range s {
		s[i] |= t[i]
	}
	return s
}

// Without returns the variables of s that t does not hold.
func (s Set) Without(t Set) Set {
	for i := range s {
		s[i] &^= t[i]
	}
	return s
}

// Empty reports whether the set holds nothing.
func (s Set) Empty() bool { return s == Set{} }

// Variables are the variables of a module: its own and those that it gets by
// EXTENDS. Their numbers are their places in the list.
type Variables []*module.Symbol

// VariablesOf returns the variables of a module, those beyond MaxVariables left
// out, and whether none was.
func VariablesOf(m *module.Module) (Variables, bool) {
	var vars Variables
	if m == nil {
		return nil, true
	}
	for _, s := range m.Symbols {
		if s.Kind == module.KindVariable {
			vars = append(vars, s)
		}
	}
	if len(vars) > MaxVariables {
		return vars[:MaxVariables], false
	}
	return vars, true
}

// All returns the set of all the variables.
func (v Variables) All() Set {
	var s Set
	for i := range v {
		s.Add(i)
	}
	return s
}

// index returns the number of a variable, -1 for what is none of them.
func (v Variables) index(s *module.Symbol) int {
	for i, known := range v {
		if known == s {
			return i
		}
	}
	return -1
}

// Choice is a branch that was taken: a disjunct, an arm of IF or CASE, or the
// definition that an operator stands for.
type Choice struct {
	// Node is the expression chosen, or the application of the operator.
	Node syntax.Node
	// Called is the definition, where the choice is an operator's application.
	Called *module.Symbol
	// Call is the application in whose definition the choice is made, nil for none.
	Call *Call
	// Before is the choice made before this one, nil for none: it lies around
	// this one, or in a conjunct before.
	Before *Choice
	// Sets are the variables that are set inside the choice, on any branch, and
	// GroupSets those that are set inside it or an alternative to it.
	Sets  Set
	group *Set
}

// GroupSets returns the variables that are set inside the choice or inside one
// of the alternatives to it.
func (c *Choice) GroupSets() Set { return *c.group }

// Branch is one way through the formula.
type Branch struct {
	// Sets are the variables that it sets; Changes are those that it sets
	// otherwise than by UNCHANGED x or x' = x.
	Sets, Changes Set
	// Path is the last choice made, nil for none.
	Path *Choice
	// Choices is how many choices the branch consists of that stand beside each
	// other: with one at most, each branch is one that the author wrote down.
	Choices int
	// Opaque says that some of the branch could not be followed.
	Opaque bool
}

// Form is how a variable is set.
type Form uint8

// The forms.
const (
	Equals    Form = iota // x' = e
	Member                // x' \in S, x' \subseteq S
	Unchanged             // UNCHANGED x
)

// Again is a variable set where the branch has set it already, so that the second
// is a test of whether the values are equal.
type Again struct {
	Variable *module.Symbol
	// Node is the second place, and First the first one.
	Node, First     syntax.Node
	Form, FirstForm Form
	// Call and FirstCall are the applications of operators that led there, nil for
	// none.
	Call, FirstCall *Call
	Choices         int  // of the branch; see Branch
	InForall        bool // the two are one place, set for each value of a \A
}

// Call is the application of an operator whose definition was gone into.
type Call struct {
	Node   syntax.Node
	Called *module.Symbol
	Around *Call // the one whose definition the application stands in
}

// Read is a variable whose new value is read where the branch has not set it.
type Read struct {
	Variable *module.Symbol
	// Node is what is primed, with the prime, or the expression that must not
	// change; in an initial predicate, the variable's name.
	Node syntax.Node
	Call *Call // that led there, nil for none
	// Conditional says that the place may not be evaluated, even if the branch is.
	Conditional bool
	Choices     int // of the branch; see Branch
}

// Result is what a formula does.
type Result struct {
	Branches []Branch
	Again    []Again
	Reads    []Read
	// Called are the definitions that were gone into, and whether any branch came
	// out of them.
	Called map[*module.Symbol]bool
	// Complete is false where the formula has too many branches, or is too large,
	// to be followed to its end.
	Complete bool
}

// Bounds on the work: branches that are followed at a time, expressions visited,
// and definitions inside each other.
const (
	maxBranches = 2000
	maxVisits   = 100000
	maxDepth    = 60
)

// Follower follows the formulas of a text. It is not for several goroutines.
type Follower struct {
	names *module.Result
	// Variables are those of the text's outermost module.
	Variables Variables
	// active holds for each tree which nodes may set or read variables.
	active map[*syntax.Tree][]bool
}

// NewFollower returns a follower for the text that names belong to. It is false
// where there are too many variables.
func NewFollower(names *module.Result) (*Follower, bool) {
	vars, ok := VariablesOf(names.Module)
	return &Follower{names: names, Variables: vars, active: map[*syntax.Tree][]bool{}}, ok
}

// Next follows an action.
func (f *Follower) Next(action syntax.Node) Result { return f.follow(false, action) }

// Init follows the conjuncts of an initial predicate.
func (f *Follower) Init(conjuncts ...syntax.Node) Result { return f.follow(true, conjuncts...) }

// Held returns the variables that an expression is made of, such as vars or a
// tuple of tuples, by whatever names. It is false where the expression holds
// something else too.
func (f *Follower) Held(expression syntax.Node) (Set, bool) {
	w := &walker{Follower: f, complete: true, called: map[*module.Symbol]bool{}}
	in := w.unchanged(expression, expression, nil, []state{{}})
	if len(in) != 1 {
		return Set{}, false
	}
	return in[0].sets, w.complete && !in[0].opaque && len(w.reads) == 0
}

func (f *Follower) follow(init bool, conjuncts ...syntax.Node) Result {
	w := &walker{Follower: f, init: init, complete: true, called: map[*module.Symbol]bool{}}
	states := []state{{}}
	for i, n := range conjuncts {
		states = w.conjunct(n, nil, states, i == len(conjuncts)-1)
	}
	r := Result{Again: w.again, Reads: w.reads, Called: w.called, Complete: w.complete}
	for _, s := range states {
		r.Branches = append(r.Branches, Branch{Sets: s.sets, Changes: s.changes, Path: s.path, Choices: s.choices, Opaque: s.opaque})
	}
	return r
}

// state is what is known at a place of a branch.
type state struct {
	sets, changes Set
	path          *Choice
	choices       int
	opaque        bool
	where         *setAt
	facts         *fact
}

// setAt notes where a variable was set.
type setAt struct {
	variable int
	node     syntax.Node
	form     Form
	call     *Call
	before   *setAt
}

// fact is a condition of IF that the branch holds to be true or false.
type fact struct {
	condition syntax.Node
	env       *binding
	truth     bool
	before    *fact
}

// walker follows one formula.
type walker struct {
	*Follower
	init     bool      // an initial predicate: variables are set without a prime
	nested   []*Choice // the choices around the place reached
	floor    int       // how many choices it takes at least to be inside them
	call     *Call     // the innermost application that was gone into
	called   map[*module.Symbol]bool
	again    []Again
	reads    []Read
	visits   int
	depth    int
	complete bool
	// places and taken hold what the histories of the states consist of.
	places   slab[setAt]
	taken    slab[Choice]
	bindings slab[binding]
}

// slab hands out values from arrays of some, since there is one for each variable
// of each branch and much of the time would go into allocating them one by one.
type slab[T any] struct{ free []T }

func (s *slab[T]) add(v T) *T {
	if len(s.free) == cap(s.free) {
		s.free = make([]T, 0, min(max(16, 2*cap(s.free)), 256))
	}
	s.free = append(s.free, v)
	return &s.free[len(s.free)-1]
}

// stop counts a visit in so many states, and notes when there is too much to
// follow.
func (w *walker) stop(states int) bool {
	if w.visits += 1 + states/8; w.visits > maxVisits {
		w.complete = false
	}
	return !w.complete
}

// conjunct follows a formula; where others follow it, branches that set the same
// variables become one.
func (w *walker) conjunct(n syntax.Node, env *binding, in []state, last bool) []state {
	out := w.formula(n, env, in)
	if last || len(out) < 2 {
		return out
	}
	merged := out[:0:0]
next:
	for _, s := range out {
		for i := range merged {
			if m := &merged[i]; m.sets == s.sets && m.opaque == s.opaque {
				m.choices = max(m.choices, s.choices)
				m.facts = commonFacts(m.facts, s.facts)
				m.changes = m.changes.Union(s.changes)
				continue next
			}
		}
		merged = append(merged, s)
	}
	return merged
}

// commonFacts returns the facts that two branches share: those from before they
// parted.
func commonFacts(a, b *fact) *fact {
	for x := a; x != nil; x = x.before {
		for y := b; y != nil; y = y.before {
			if x == y {
				return x
			}
		}
	}
	return nil
}

// formula follows a formula that stands where it sets variables. The states given
// are used up: those returned may be the same ones, changed. Where they are needed
// again, as for each of several alternatives, fork copies them.
func (w *walker) formula(n syntax.Node, env *binding, in []state) []state {
	n = n.Unparen()
	if len(in) == 0 || w.stop(len(in)) {
		return in
	}
	if !w.isActive(n) && !env.isHot() && n.Kind() != syntax.KindIdentifier {
		return in
	}
	switch n.Kind() {
	case syntax.KindConjunction:
		last := n.NumChildren() - 1
		for i := range n.NumChildren() {
			in = w.conjunct(itemOf(n.Child(i)), env, in, i == last)
		}
		return in
	case syntax.KindDisjunction:
		return w.alternatives(env, in, items(n))
	case syntax.KindInfix, syntax.KindPrefix:
		return w.operation(n, env, in)
	case syntax.KindQuantifier:
		return w.quantifier(n, env, in)
	case syntax.KindIf:
		return w.conditional(n, env, in)
	case syntax.KindCase:
		return w.cases(n, env, in)
	case syntax.KindLet:
		return w.formula(n.Last(), env, in)
	case syntax.KindBoxAction:
		stutter := func(in []state) []state { return w.unchanged(n.Child(1), n, env, in) }
		return w.fork(in, func(i int, in []state) (syntax.Node, []state, bool) {
			switch i {
			case 0:
				return n.Child(0), w.formula(n.Child(0), env, in), true
			case 1:
				return n.Child(1), stutter(in), true
			}
			return n, nil, false
		})
	case syntax.KindAngleAction:
		in = w.formula(n.Child(0), env, in)
		w.evaluate(n.Last(), env, in, true)
		return in
	case syntax.KindIdentifier, syntax.KindApply, syntax.KindSelection:
		return w.name(n, env, in)
	case syntax.KindError:
		return opaque(in)
	}
	w.evaluate(n, env, in, false)
	return in
}

// itemOf returns the expression of an item of a list.
func itemOf(n syntax.Node) syntax.Node {
	if n.Kind() == syntax.KindItem {
		return n.Child(0)
	}
	return n
}

func items(n syntax.Node) []syntax.Node {
	var list []syntax.Node
	for c := range n.Children() {
		list = append(list, itemOf(c))
	}
	return list
}

func opaque(in []state) []state {
	out := make([]state, len(in))
	for i, s := range in {
		s.opaque = true
		out[i] = s
	}
	return out
}

// fork follows alternatives, which take is asked for by number until there are no
// more: each is the expression chosen and the states it leads to.
func (w *walker) fork(in []state, take func(i int, in []state) (syntax.Node, []state, bool)) []state {
	group := &Set{}
	least := in[0].choices
	for _, s := range in {
		least = min(least, s.choices)
	}
	around := w.floor
	w.floor = least + 1
	defer func() { w.floor = around }()
	var out []state
	for i := 0; ; i++ {
		left, ok := w.enter(slices.Clone(in), group, nil, func(in []state) (syntax.Node, []state, bool) { return take(i, in) })
		if !ok {
			break
		}
		if out == nil {
			out = left // nobody else uses it
		} else {
			out = append(out, left...)
		}
		if len(out) > maxBranches {
			w.complete = false
			return out[:maxBranches]
		}
	}
	for i := range out {
		out[i].choices = max(out[i].choices, least+1)
	}
	return out
}

// enter follows one alternative of a group, and uses up the states. Each has a
// history, and so a Choice, of its own.
func (w *walker) enter(in []state, group *Set, called *module.Symbol, take func(in []state) (syntax.Node, []state, bool)) ([]state, bool) {
	mark := len(w.nested)
	for i := range in {
		s := &in[i]
		s.path = w.taken.add(Choice{Called: called, Call: w.call, Before: s.path, group: group})
		w.nested = append(w.nested, s.path)
	}
	node, left, ok := take(in)
	for _, c := range w.nested[mark:] {
		c.Node = node
		*group = group.Union(c.Sets)
	}
	w.nested = w.nested[:mark]
	return left, ok
}

// alternatives follows the disjuncts of a disjunction.
func (w *walker) alternatives(env *binding, in []state, list []syntax.Node) []state {
	return w.fork(in, func(i int, in []state) (syntax.Node, []state, bool) {
		if i == len(list) {
			return syntax.Node{}, nil, false
		}
		return list[i], w.formula(list[i], env, in), true
	})
}

func (w *walker) operation(n syntax.Node, env *binding, in []state) []state {
	left, right := n.Child(0), n.Child(1)
	switch n.Token().Kind() {
	case syntax.OpAnd, syntax.OpLand:
		return w.formula(right, env, w.conjunct(left, env, in, false))
	case syntax.OpOr, syntax.OpLor:
		return w.alternatives(env, in, []syntax.Node{left, right})
	case syntax.OpEquals:
		return w.assignment(n, env, in, Equals)
	case syntax.OpIn, syntax.OpSubseteq:
		return w.assignment(n, env, in, Member)
	case syntax.OpImplies:
		w.evaluate(left, env, in, false)
		return w.fork(in, func(i int, in []state) (syntax.Node, []state, bool) {
			switch i {
			case 0:
				return right, w.formula(right, env, in), true
			case 1:
				return left, in, true
			}
			return n, nil, false
		})
	case syntax.OpUnchanged:
		return w.unchanged(left, left, env, in)
	case syntax.OpCdot:
		return opaque(in)
	}
	if s := w.names.Symbol(n); s != nil && s.Kind == module.KindOperator {
		if s.Name == ":=" && s.Module != nil && s.Module.Name == "Apalache" {
			return w.assignment(n, env, in, Equals)
		}
		return w.name(n, env, in)
	}
	w.evaluate(n, env, in, false)
	return in
}

// assignment follows x' = e and x' \in S, or x = e and x \in S in an initial
// predicate.
func (w *walker) assignment(n syntax.Node, env *binding, in []state, form Form) []state {
	left, right := n.Child(0), n.Child(1)
	v := -1
	if w.init {
		v = w.variable(left, env, 0)
	} else {
		v = w.primedVariable(left, env, 0)
	}
	if v < 0 {
		if w.isUnknown(left) {
			return opaque(in)
		}
		w.evaluate(n, env, in, false)
		return in
	}
	w.evaluate(right, env, in, false)
	same := form == Equals && !w.init && w.variable(right, env, 0) == v
	return w.set(v, n, env, in, form, same)
}

// isUnknown reports whether an expression is a name that means nothing, with or
// without a prime.
func (w *walker) isUnknown(n syntax.Node) bool {
	n = n.Unparen()
	if n.Kind() == syntax.KindPostfix {
		n = n.Child(0).Unparen()
	}
	return n.Kind() == syntax.KindError || n.Kind() == syntax.KindIdentifier && w.names.Symbol(n) == nil
}

// set notes that a place sets a variable.
func (w *walker) set(v int, n syntax.Node, env *binding, in []state, form Form, same bool) []state {
	for _, c := range w.nested {
		c.Sets.Add(v)
	}
	for i := range in {
		s := &in[i]
		if s.sets.Has(v) {
			w.noteAgain(v, n, form, s)
		} else {
			s.where = w.places.add(setAt{v, n, form, w.call, s.where})
		}
		s.sets.Add(v)
		if form != Unchanged && !same {
			s.changes.Add(v)
		}
	}
	return in
}

func (w *walker) noteAgain(v int, n syntax.Node, form Form, s *state) {
	for i := range w.again {
		if a := &w.again[i]; a.Node == n && a.Call == w.call && a.Variable == w.Variables[v] {
			a.Choices = min(a.Choices, w.choices(s))
			return
		}
	}
	for at := s.where; at != nil; at = at.before {
		if at.variable == v {
			w.again = append(w.again, Again{Variable: w.Variables[v], Node: n, First: at.node, Form: form, FirstForm: at.form,
				Call: w.call, FirstCall: at.call, Choices: w.choices(s)})
			return
		}
	}
}

// choices returns how many choices beside each other a state is the outcome of,
// the one that the place reached lies in counted too.
func (w *walker) choices(s *state) int { return max(s.choices, w.floor) }

// unchanged follows UNCHANGED e; n is the place to report.
func (w *walker) unchanged(e, n syntax.Node, env *binding, in []state) []state {
	e = e.Unparen()
	if len(in) == 0 || w.stop(len(in)) {
		return in
	}
	if v := w.variable(e, env, 0); v >= 0 {
		return w.set(v, n, env, in, Unchanged, true)
	}
	switch e.Kind() {
	case syntax.KindTuple:
		own := n == e
		for c := range e.Children() {
			if own {
				n = c
			}
			in = w.unchanged(c, n, env, in)
		}
		return in
	case syntax.KindIdentifier, syntax.KindSelection:
		if body, inner := w.unfold(e, env); body.Valid() {
			if w.depth++; w.depth > maxDepth {
				w.complete = false
			} else {
				in = w.unchanged(body, n, inner, in)
			}
			w.depth--
			return in
		}
		if w.names.Symbol(e) == nil {
			return opaque(in)
		}
	case syntax.KindError:
		return opaque(in)
	}
	w.evaluate(e, env, in, true)
	return in
}

// quantifier follows \E and \A. The second sets the same variables for each of
// its values.
func (w *walker) quantifier(n syntax.Node, env *binding, in []state) []state {
	for c := range n.Children() {
		if c.Kind() == syntax.KindBound {
			w.evaluate(syntax.Bound{Node: c}.Set(), env, in, false)
		}
	}
	before, where := len(w.again), in[0].where
	out := w.formula(n.Last(), env, in)
	if n.Token().Kind() == syntax.Forall && len(w.again) == before && len(out) > 0 {
		for at := out[0].where; at != nil && at != where; at = at.before {
			if w.mentionsBound(at.node, n) {
				w.again = append(w.again, Again{Variable: w.Variables[at.variable], Node: at.node, First: at.node,
					Form: at.form, FirstForm: at.form, Call: at.call, FirstCall: at.call, Choices: w.choices(&out[0]), InForall: true})
			}
		}
	}
	return out
}

// mentionsBound reports whether an expression has a name that a quantifier binds.
func (w *walker) mentionsBound(n, quantifier syntax.Node) bool {
	for c := range n.Walk() {
		if c.Kind() != syntax.KindIdentifier {
			continue
		}
		if s := w.names.Symbol(c); s != nil && s.Kind == module.KindBound && s.Node.Ancestor(syntax.KindQuantifier) == quantifier {
			return true
		}
	}
	return false
}

func (w *walker) conditional(n syntax.Node, env *binding, in []state) []state {
	condition := n.Child(0)
	w.evaluate(condition, env, in, false)
	return w.fork(in, func(i int, in []state) (syntax.Node, []state, bool) {
		if i == 2 {
			return n, nil, false
		}
		return n.Child(i + 1), w.formula(n.Child(i+1), env, assume(in, condition, env, i == 0)), true
	})
}

func (w *walker) cases(n syntax.Node, env *binding, in []state) []state {
	var arms []syntax.Node
	for c := range n.Children() {
		arms = append(arms, c)
		if c.Kind() == syntax.KindCaseArm {
			w.evaluate(c.Child(0), env, in, false)
		}
	}
	return w.fork(in, func(i int, in []state) (syntax.Node, []state, bool) {
		if i == len(arms) {
			return n, nil, false
		}
		arm := arms[i]
		if arm.Kind() == syntax.KindCaseArm {
			in = assume(in, arm.Child(0), env, true)
		}
		return arm.Last(), w.formula(arm.Last(), env, in), true
	})
}

// assume returns the states in which a condition may have a truth value.
func assume(in []state, condition syntax.Node, env *binding, truth bool) []state {
	var out []state
	text := condition.Unparen().Text()
states:
	for _, s := range in {
		for f := s.facts; f != nil; f = f.before {
			if f.env == env && f.truth != truth && f.condition.Unparen().Text() == text {
				continue states
			}
		}
		s.facts = &fact{condition, env, truth, s.facts}
		out = append(out, s)
	}
	return out
}

// name follows an operator's application, or a name.
func (w *walker) name(n syntax.Node, env *binding, in []state) []state {
	s := w.names.Symbol(n)
	if s == nil || n.Kind() == syntax.KindSelection && w.names.Symbol(n.Last()) != s {
		return opaque(in)
	}
	if s.Kind == module.KindBuiltin {
		if s.Name == "FALSE" {
			return nil
		}
		return in
	}
	if isFailedAssertion(s, n) {
		return nil
	}
	body, inner := w.unfold(n, env)
	switch {
	case body.Valid():
	case s.Kind == module.KindConstant && s.Arity > 0:
		return opaque(in) // what is put in its place may set its arguments
	default:
		w.evaluate(n, env, in, false)
		return in
	}
	if w.depth++; w.depth > maxDepth {
		w.depth--
		return opaque(in)
	}
	if s.Kind == module.KindOperator && !w.isActive(body) && !inner.isHot() {
		w.depth--
		return in
	}
	around := w.call
	out, _ := w.enter(in, &Set{}, s, func(in []state) (syntax.Node, []state, bool) {
		w.call = &Call{n, s, around}
		return n, w.formula(body, inner, in), true
	})
	w.called[s] = w.called[s] || len(out) > 0
	w.call = around
	w.depth--
	return out
}

// isFailedAssertion reports whether an application is Assert(FALSE, …) of TLC,
// behind which nothing is evaluated.
func isFailedAssertion(s *module.Symbol, n syntax.Node) bool {
	return s.Name == "Assert" && s.Module != nil && s.Module.Name == "TLC" && n.NumChildren() == 2 && n.Child(0).Unparen().Name() == "FALSE"
}
