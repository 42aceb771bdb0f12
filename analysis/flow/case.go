package flow

import (
	"slices"

	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/syntax"
)

// Subject is what conditions are about: the expressions that hold one of the
// values, such as state[i] or m.type.
type Subject struct {
	// Values are all that there are, Other among them where there may be more.
	Values Set
	// Variable is the variable that holds the value, nil where it is in a field
	// or bound name.
	Variable *module.Symbol
}

// Cases tells in which cases a place of the specification is reached: which
// values the subject can have, by the conditions on the way from Next.
type Cases struct {
	s       *Flow
	subject Subject
	known   map[caseOf]Set
	// mentions says whether a definition mentions the subject's variable.
	mentions map[int]bool
	// quantified are the names bound by the conditions that are looked into: what
	// is said of them is not said of the subject.
	quantified []*module.Symbol
	// call is the application whose arguments stand for the parameters of the
	// definition that is looked at, nil where that may be any.
	call   *call
	budget int
	// Unsure says that some answer was not worked out in full, because there are
	// too many conditions.
	Unsure bool
}

// caseOf is a definition and whose value is asked about.
type caseOf struct {
	def   int
	index *module.Symbol
}

// maxConditions bounds how many conditions are looked at for one answer.
const maxConditions = 20000

// Cases returns the cases of a subject.
func (s *Flow) Cases(subject Subject) *Cases {
	return &Cases{s: s, subject: subject, known: map[caseOf]Set{}, mentions: map[int]bool{}}
}

// Of returns the values that the subject can have where a value reaches a sink.
func (c *Cases) Of(sink Sink) Set {
	c.budget = maxConditions
	index := c.indexSymbol(sink.Index)
	at, found := sink.start, c.subject.Values
	defer func() { c.call = nil }()
	for calls := sink.calls; ; calls = calls.outer {
		c.call = calls
		here, def := c.local(at, index)
		found &= here
		if calls == nil {
			return found & c.above(def, index)
		}
		index = c.argumentFor(index, calls.at)
		at = calls.start
	}
}

// maxPaths bounds how many ways from Next to a place are looked at.
const maxPaths = 500

// Paths calls visit with the values that the subject can have on each way from
// Next to n, until one call is true. It reports whether one was.
func (c *Cases) Paths(n syntax.Node, visit func(Set) bool) bool {
	c.budget = maxConditions
	left := maxPaths
	return c.paths(n, c.subject.Values, visit, &left, nil)
}

func (c *Cases) paths(n syntax.Node, so Set, visit func(Set) bool, left *int, around []int) bool {
	here, def := c.local(n, nil)
	if so &= here; so == 0 {
		return false
	}
	if *left--; *left < 0 {
		return false
	}
	sym := c.s.Symbol(def)
	if !def.Valid() || def.Last() == c.s.next || sym == nil {
		return visit(so)
	}
	if slices.Contains(around, def.ID()) {
		return false
	}
	found := false
	c.s.uses(sym.Node, func(use syntax.Node) {
		found = found || c.paths(use, so, visit, left, append(around, def.ID()))
	})
	return found
}

// local returns what the conditions within the definition around n allow, and
// that definition.
func (c *Cases) local(n syntax.Node, index *module.Symbol) (Set, syntax.Node) {
	found := c.subject.Values
	for {
		parent := n.Parent()
		switch parent.Kind() {
		case syntax.KindNone, syntax.KindModule:
			return found, syntax.Node{}
		case syntax.KindDefinition, syntax.KindFunction:
			return found, parent
		case syntax.KindBoxAction:
			if n == c.s.next {
				return found, syntax.Node{}
			}
		default:
			found &= c.beside(n, parent, index)
		}
		n = parent
	}
}

// beside returns what an expression allows where its operand n is what matters.
func (c *Cases) beside(n, parent syntax.Node, index *module.Symbol) Set {
	found := c.subject.Values
	switch parent.Kind() {
	case syntax.KindConjunction:
		for item := range parent.Children() {
			if item != n {
				found &= c.allowed(item, true, index, 0)
			}
		}
	case syntax.KindInfix:
		left, right := parent.Child(0), parent.Child(1)
		switch parent.Token().Kind() {
		case syntax.OpAnd, syntax.OpLand:
			if n == left {
				left = right
			}
			return c.allowed(left, true, index, 0)
		case syntax.OpImplies:
			if n == right {
				return c.allowed(left, true, index, 0)
			}
		}
	case syntax.KindIf:
		switch n {
		case parent.Child(0): // what is asked for is whether it holds
			return c.allowed(parent.Child(1), true, index, 0)
		case parent.Child(1):
			return c.allowed(parent.Child(0), true, index, 0)
		case parent.Child(2):
			return c.allowed(parent.Child(0), false, index, 0)
		}
	case syntax.KindCaseArm:
		if n == parent.Child(1) {
			return c.allowed(parent.Child(0), true, index, 0)
		}
		return c.allowed(parent.Child(1), true, index, 0)
	case syntax.KindQuantifier, syntax.KindFilter, syntax.KindMap, syntax.KindFunctionLiteral:
		for b := range parent.Children() {
			if b.Kind() == syntax.KindBound && b != n {
				found &= c.allowedByBound(syntax.Bound{Node: b}, index)
			}
		}
	}
	return found
}

// allowedByBound returns what is allowed of the elements of the set that a name
// is bound in.
func (c *Cases) allowedByBound(b syntax.Bound, index *module.Symbol) Set {
	if c.subject.Variable != nil {
		about := false
		for _, name := range b.Names() {
			about = about || index != nil && c.s.Symbol(name) == index
		}
		if !about {
			return c.subject.Values
		}
	}
	return c.allowedInSet(b.Set(), 0)
}

// maxDepth bounds how deep conditions are looked into.
const maxDepth = 40

func (c *Cases) allowedInSet(n syntax.Node, depth int) Set {
	n = n.Unparen()
	switch n.Kind() {
	case syntax.KindFilter:
		var index *module.Symbol
		if names := (syntax.Bound{Node: n.Child(0)}).Names(); len(names) > 0 {
			index = c.s.Symbol(names[0])
		}
		return c.allowed(n.Last(), true, index, depth+1)
	case syntax.KindIdentifier, syntax.KindApply:
		if def, ok := c.s.DefinitionOf(n); ok && depth < maxDepth {
			return c.allowedInSet(def.Body(), depth+1)
		}
	}
	return c.subject.Values
}

// above returns what the conditions at all uses of a definition allow.
func (c *Cases) above(def syntax.Node, index *module.Symbol) Set {
	if !def.Valid() || def.Last() == c.s.next {
		return c.subject.Values
	}
	key := caseOf{def.ID(), index}
	if found, ok := c.known[key]; ok {
		return found
	}
	c.known[key] = 0 // what a definition that uses itself adds
	sym := c.s.Symbol(def)
	if sym == nil {
		return c.subject.Values
	}
	found := Set(0)
	used := false
	c.s.uses(sym.Node, func(use syntax.Node) {
		used = true
		outer := c.argumentFor(index, use)
		here, around := c.local(use, outer)
		if here&^found != 0 {
			found |= here & c.above(around, outer)
		}
	})
	if !used {
		found = c.subject.Values
	}
	c.known[key] = found
	return found
}

// argumentFor returns what stands for a parameter at an application: the symbol
// of the argument, where it is a name. What is no parameter of the definition
// stays what it is.
func (c *Cases) argumentFor(index *module.Symbol, application syntax.Node) *module.Symbol {
	if index == nil || index.Kind != module.KindParameter {
		return index
	}
	def, ok := c.s.DefinitionOf(application)
	if !ok {
		return nil
	}
	for i, p := range def.Params() {
		if c.s.Symbol(p.Node) == index {
			return c.indexSymbol(application.Child(i))
		}
	}
	return index
}

// parameterFor is the other way: the parameter that gets index at an
// application. It is false where none does and the application has arguments.
func (c *Cases) parameterFor(index *module.Symbol, application syntax.Node, def syntax.Definition) (*module.Symbol, bool) {
	if index == nil {
		return nil, true
	}
	params := def.Params()
	known := len(params) == 0
	for i, p := range params {
		switch sym := c.indexSymbol(application.Child(i)); sym {
		case index:
			return c.s.Symbol(p.Node), true
		case nil:
			known = true // it may be the one
		}
	}
	if known {
		return nil, true
	}
	return nil, def.Parent().Kind() != syntax.KindModule
}

// indexSymbol returns the symbol that an expression names, through LET and other
// definitions that only give it another name; nil where it names none.
func (c *Cases) indexSymbol(n syntax.Node) *module.Symbol {
	for range maxDepth {
		if n = n.Unparen(); n.Kind() != syntax.KindIdentifier {
			return nil
		}
		def, ok := c.s.DefinitionOf(n)
		if !ok || def.Arity() > 0 {
			return c.s.Symbol(n)
		}
		n = def.Body()
	}
	return nil
}

// allowed returns the values that the subject can have where n is true, or
// false. Of the subject's variable only the value of index counts, where index
// is known.
func (c *Cases) allowed(n syntax.Node, truth bool, index *module.Symbol, depth int) Set {
	all := c.subject.Values
	if c.budget--; depth > maxDepth || c.budget < 0 {
		c.Unsure = true
		return all
	}
	n = n.Unparen()
	switch n.Kind() {
	case syntax.KindItem:
		return c.allowed(n.Child(0), truth, index, depth+1)
	case syntax.KindConjunction:
		return c.combine(n, truth, truth, index, depth)
	case syntax.KindDisjunction:
		return c.combine(n, truth, !truth, index, depth)
	case syntax.KindPrefix:
		if n.Token().Kind() == syntax.OpNot {
			return c.allowed(n.Child(0), !truth, index, depth+1)
		}
	case syntax.KindInfix:
		return c.allowedByInfix(n, truth, index, depth)
	case syntax.KindIf:
		condition, then, otherwise := n.Child(0), n.Child(1), n.Child(2)
		return c.allowed(condition, true, index, depth+1)&c.allowed(then, truth, index, depth+1) |
			c.allowed(condition, false, index, depth+1)&c.allowed(otherwise, truth, index, depth+1)
	case syntax.KindCase:
		found := Set(0)
		for arm := range n.Children() {
			if arm.Kind() != syntax.KindCaseArm {
				return all
			}
			found |= c.allowed(arm.Child(0), true, index, depth+1) & c.allowed(arm.Child(1), truth, index, depth+1)
		}
		return found
	case syntax.KindLet:
		return c.allowed(n.Last(), truth, index, depth+1)
	case syntax.KindQuantifier:
		if n.Token().Kind() == syntax.Exists && truth {
			return c.allowedByExists(n, index, depth)
		}
	case syntax.KindIdentifier, syntax.KindApply:
		return c.allowedByName(n, truth, index, depth)
	}
	return all
}

func (c *Cases) allowedByExists(n syntax.Node, index *module.Symbol, depth int) Set {
	was := len(c.quantified)
	for b := range n.Children() {
		if b.Kind() == syntax.KindBound {
			for _, name := range (syntax.Bound{Node: b}).Names() {
				c.quantified = append(c.quantified, c.s.Symbol(name))
			}
		}
	}
	found := c.allowed(n.Last(), true, index, depth+1)
	c.quantified = c.quantified[:was]
	return found
}

// combine returns what the operands of a list allow together, or one of them.
func (c *Cases) combine(n syntax.Node, truth, together bool, index *module.Symbol, depth int) Set {
	found := Set(0)
	if together {
		found = c.subject.Values
	}
	for item := range n.Children() {
		if set := c.allowed(item, truth, index, depth+1); together {
			found &= set
		} else {
			found |= set
		}
	}
	return found
}

func (c *Cases) allowedByName(n syntax.Node, truth bool, index *module.Symbol, depth int) Set {
	all := c.subject.Values
	if n.Kind() == syntax.KindIdentifier && n.Name() == "FALSE" && truth {
		return 0
	}
	def, ok := c.s.DefinitionOf(n)
	if !ok || c.subject.Variable != nil && !c.mentioned(def.Node) {
		return all
	}
	inside, ok := c.parameterFor(index, n, def)
	if !ok {
		return all
	}
	return c.allowed(def.Body(), truth, inside, depth+1)
}

func (c *Cases) allowedByInfix(n syntax.Node, truth bool, index *module.Symbol, depth int) Set {
	left, right := n.Child(0), n.Child(1)
	both := func(leftTruth, rightTruth, together bool) Set {
		a := c.allowed(left, leftTruth, index, depth+1)
		b := c.allowed(right, rightTruth, index, depth+1)
		if together {
			return a & b
		}
		return a | b
	}
	switch n.Token().Kind() {
	case syntax.OpAnd, syntax.OpLand:
		return both(truth, truth, truth)
	case syntax.OpOr, syntax.OpLor:
		return both(truth, truth, !truth)
	case syntax.OpImplies:
		return both(!truth, truth, !truth)
	case syntax.OpEquals, syntax.OpIn:
		return c.compared(n, truth, index)
	case syntax.OpNotEquals, syntax.OpNotIn:
		return c.compared(n, !truth, index)
	}
	return c.subject.Values
}

// compared returns what an equation or membership allows.
func (c *Cases) compared(n syntax.Node, equal bool, index *module.Symbol) Set {
	left, right := n.Child(0), n.Child(1)
	set, exact := c.valueSet(right)
	if set == 0 {
		set, exact = c.valueSet(left)
		left = right
	}
	if set == 0 || set&^(c.subject.Values|Other) != 0 || !c.isSubject(left, index) {
		return c.subject.Values
	}
	if equal {
		return c.subject.Values & set
	}
	if !exact {
		return c.subject.Values
	}
	return c.subject.Values &^ (set &^ Other)
}

// valueSet returns the values that an expression is, or that are in it; see
// [Flow.valueSet]. A parameter is what it is at the call.
func (c *Cases) valueSet(n syntax.Node) (set Set, exact bool) {
	for call := c.call; call != nil; call = call.outer {
		def, ok := c.s.DefinitionOf(call.at)
		if !ok || n.Unparen().Kind() != syntax.KindIdentifier {
			break
		}
		i := slices.IndexFunc(def.Params(), func(p syntax.Parameter) bool { return c.s.Symbol(p.Node) == c.s.Symbol(n.Unparen()) })
		if i < 0 {
			break
		}
		n = call.at.Child(i)
	}
	return c.s.valueSet(n, 0)
}

// valueSet returns the values that an expression is, or that are in it; 0 for
// what holds none that is known. It is exact where it can be no other value.
func (s *Flow) valueSet(n syntax.Node, depth int) (set Set, exact bool) {
	n = n.Unparen()
	switch n.Kind() {
	case syntax.KindString:
		if v := s.stringValue(n); v != None {
			return Of(v), true
		}
		return Other, true
	case syntax.KindSet:
		exact = true
		for e := range n.Children() {
			one, ok := s.valueSet(e, depth+1)
			if one == 0 {
				one = Other
			}
			set |= one
			exact = exact && ok
		}
		return set, exact
	case syntax.KindInfix:
		if n.Token().Kind() == syntax.OpCup {
			a, aExact := s.valueSet(n.Child(0), depth+1)
			b, bExact := s.valueSet(n.Child(1), depth+1)
			return a | b, aExact && bExact
		}
	case syntax.KindIdentifier:
		if v := s.ValueOf(n); v != None {
			return Of(v), true
		}
		if def, ok := s.DefinitionOf(n); ok && depth < maxDepth && def.Arity() == 0 {
			return s.valueSet(def.Body(), depth+1)
		}
		if sym := s.Symbol(n); sym != nil && sym.Kind == module.KindConstant {
			return Other, true
		}
	}
	return 0, false
}

// isSubject reports whether an expression holds the value that is asked about.
func (c *Cases) isSubject(n syntax.Node, index *module.Symbol) bool {
	if c.subject.Variable == nil {
		switch n = n.Unparen(); n.Kind() {
		case syntax.KindSelect, syntax.KindIdentifier, syntax.KindIndex, syntax.KindApply:
			return true
		}
		return false
	}
	if n = n.Unparen(); n.Kind() == syntax.KindIdentifier && n.Name() == "@" {
		n = n.Ancestor(syntax.KindExcept).Child(0)
	}
	if !c.mentionedIn(n) {
		return false
	}
	other := c.indexOf(n)
	if other != nil && slices.Contains(c.quantified, other) {
		return false
	}
	return index == nil || other == nil || other == index
}

// indexOf returns i of state[i], nodes[i].state or State(i), where it is a name.
func (c *Cases) indexOf(n syntax.Node) *module.Symbol {
	for n = n.Unparen(); ; n = n.Child(0).Unparen() {
		switch n.Kind() {
		case syntax.KindSelect:
		case syntax.KindIndex:
			return c.indexSymbol(n.Child(1))
		case syntax.KindApply:
			return c.indexSymbol(n.Child(0))
		default:
			return nil
		}
	}
}

// mentionedIn reports whether an expression depends on the value that the
// subject's variable has now.
func (c *Cases) mentionedIn(n syntax.Node) bool {
	switch n.Kind() {
	case syntax.KindPostfix:
		return false // primed
	case syntax.KindSelect:
		// s.state of a record that holds the values of all variables.
		if n.Name() == c.subject.Variable.Name {
			return true
		}
	case syntax.KindIdentifier, syntax.KindApply:
		if sym := c.s.Symbol(n); sym == c.subject.Variable {
			return true
		}
		if def, ok := c.s.DefinitionOf(n); ok && c.mentioned(def.Node) {
			return true
		}
	}
	for i := range n.NumChildren() {
		if c.mentionedIn(n.Child(i)) {
			return true
		}
	}
	return false
}

func (c *Cases) mentioned(def syntax.Node) bool {
	found, ok := c.mentions[def.ID()]
	if !ok {
		c.mentions[def.ID()] = false
		found = c.mentionedIn(def.Last())
		c.mentions[def.ID()] = found
	}
	return found
}
