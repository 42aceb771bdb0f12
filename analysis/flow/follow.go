package flow

import (
	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/syntax"
)

// Sink is an equation or membership that a value reaches.
type Sink struct {
	Kind SinkKind
	// At is the equation: x' = e, e = f, e \in S and so on.
	At syntax.Node
	// Variable is what is set, nil where nothing is.
	Variable *module.Symbol
	// Composite says that the value is there as part of a record or a tuple.
	Composite bool
	// Index is i where the value is given to x[i] alone: of [x EXCEPT ![i] = v].
	Index syntax.Node

	// start is where the value comes into the definition that the equation is in,
	// and calls are the applications that it went into on its way.
	start syntax.Node
	calls *call
}

// OfParameters reports whether the equation compares a parameter with another
// one of an operator that the value is an argument of, as Min and Max do.
func (s *Flow) OfParameters(sink Sink) bool {
	if sink.calls == nil {
		return false
	}
	for c := range sink.At.Children() {
		if sym := s.Symbol(c.Unparen()); sym == nil || sym.Kind != module.KindParameter {
			return false
		}
	}
	return true
}

// SinkKind says what becomes of a value.
type SinkKind uint8

// The kinds of sinks.
const (
	Assigned SinkKind = iota // a variable is set to it, or to what it is part of
	Tested                   // something is compared with it for being equal
	Excluded                 // something is compared with it for being different
	Compared                 // something is compared with it by <, >, \leq or \geq
)

// call is an application that a value has gone into as an argument; out of the
// definition it comes only there.
type call struct {
	at    syntax.Node
	start syntax.Node // where the value came into the definition that applies
	outer *call
}

func (c *call) depth() int {
	d := 0
	for ; c != nil; c = c.outer {
		d++
	}
	return d
}

// maxCalls bounds how many applications within one another a value is followed
// into, and maxPlaces how many places it is followed to.
const (
	maxCalls  = 12
	maxPlaces = 4000
)

// Follow follows a value from where it is written to all equations that it
// reaches.
func (s *Flow) Follow(from syntax.Node, visit func(Sink)) {
	f := follower{s: s, visit: visit}
	// One that is started from visit has no visited places to reuse.
	f.visited, s.visited = s.visited, nil
	if f.visited == nil {
		f.visited = newVisited(len(s.firstUse))
	}
	f.visited.begin()
	f.value(carried{node: from, start: from})
	s.visited = f.visited
}

// follower follows one value.
type follower struct {
	s     *Flow
	visit func(Sink)
	*visited
}

// visited are the places that a value has been at: nodes, with the application
// that it went into last. It serves one value after the other, as there are many
// and most are not followed far.
type visited struct {
	turn int32 // the number of the value
	// last holds, at the number of a node, the last place noted there, as number
	// in places + 1; it counts only if its turn is the present one.
	last   []lastPlace
	places []place
}

type lastPlace struct{ turn, place int32 }

type place struct {
	call      int32 // the number of the application, -1 for none
	composite bool
	before    int32 // the place noted before at the same node; see lastPlace
}

func newVisited(nodes int) *visited { return &visited{last: make([]lastPlace, nodes)} }

func (v *visited) begin() {
	v.turn++
	v.places = v.places[:0]
}

// add notes that the value is at a place, and reports whether it was not before
// and there are not too many.
func (v *visited) add(c carried) bool {
	if len(v.places) > maxPlaces {
		return false
	}
	call := int32(-1)
	if c.calls != nil {
		call = int32(c.calls.at.ID())
	}
	last := &v.last[c.node.ID()]
	if last.turn != v.turn {
		*last = lastPlace{turn: v.turn}
	}
	for i := last.place; i != 0; i = v.places[i-1].before {
		if p := &v.places[i-1]; p.call == call && p.composite == c.composite {
			return false
		}
	}
	v.places = append(v.places, place{call, c.composite, last.place})
	last.place = int32(len(v.places))
	return true
}

// carried is the value at one place of its way: node is the expression that is
// the value, or holds it, and start the one in which it came into the definition
// around it.
type carried struct {
	node      syntax.Node
	start     syntax.Node
	calls     *call
	composite bool
	index     syntax.Node
}

// at returns the same value where it is, or is part of, another expression.
func (c carried) at(n syntax.Node) carried { c.node = n; return c }

// used returns the same value where something that stands for it is used.
func (c carried) used(n syntax.Node) carried { c.node, c.start = n, n; return c }

func (f *follower) value(c carried) {
	if !f.visited.add(c) {
		return
	}
	parent := c.node.Parent()
	switch parent.Kind() {
	case syntax.KindParens, syntax.KindLabel, syntax.KindSet, syntax.KindFunctionSet, syntax.KindOtherArm, syntax.KindCase:
		f.value(c.at(parent))
	case syntax.KindSelect:
		c.composite = false
		f.value(c.at(parent))
	case syntax.KindTuple, syntax.KindField, syntax.KindRecord, syntax.KindRecordSet:
		c.composite = true
		f.value(c.at(parent))
	case syntax.KindUpdate, syntax.KindExcept, syntax.KindUpdateIndex:
		f.update(c, parent)
	case syntax.KindIf:
		if c.node != parent.Child(0) {
			f.value(c.at(parent))
		}
	case syntax.KindCaseArm, syntax.KindLet:
		if c.node == parent.Last() {
			f.value(c.at(parent))
		}
	case syntax.KindFunctionLiteral:
		if c.node == parent.Last() {
			f.value(c.at(parent))
		}
	case syntax.KindMap:
		if c.node == parent.Child(0) {
			f.value(c.at(parent))
		}
	case syntax.KindIndex:
		if c.node == parent.Child(0) {
			f.value(c.at(parent))
		}
	case syntax.KindBound:
		f.bound(c, syntax.Bound{Node: parent})
	case syntax.KindDefinition, syntax.KindFunction:
		f.result(c, parent)
	case syntax.KindApply:
		f.argument(c, parent)
	case syntax.KindInfix:
		f.infix(c, parent)
	case syntax.KindPrefix:
		if k := parent.Token().Kind(); k == syntax.OpPowerSet || k == syntax.OpBigUnion {
			f.value(c.at(parent))
		}
	}
}

// update goes on from within an EXCEPT.
func (f *follower) update(c carried, parent syntax.Node) {
	switch parent.Kind() {
	case syntax.KindUpdateIndex:
		// A message as an index: a bag is a function from messages to counts.
		if c.composite {
			f.value(c.at(parent))
		}
		return
	case syntax.KindUpdate:
		for p := range parent.Children() {
			switch p.Kind() {
			case syntax.KindUpdateField:
				c.composite = true
			case syntax.KindUpdateIndex:
				if !c.index.Valid() && !c.composite && p.NumChildren() > 0 && p != c.node {
					c.index = p.Child(0)
				}
			}
		}
	}
	f.value(c.at(parent))
}

// bound goes on from the set that a name is bound in: to what the name is used
// for, and to the set of such.
func (f *follower) bound(c carried, b syntax.Bound) {
	for _, name := range b.Names() {
		f.s.uses(name, func(use syntax.Node) { f.value(c.used(use)) })
	}
	switch over := b.Parent(); over.Kind() {
	case syntax.KindFilter, syntax.KindChoose:
		f.value(c.at(over))
	}
}

// result goes on from the body of a definition to where it is used.
func (f *follower) result(c carried, def syntax.Node) {
	if c.node != def.Last() {
		if c.node.Kind() == syntax.KindBound {
			return
		}
	}
	if c.calls != nil && f.s.calls(c.calls.at, def) {
		c.node, c.start, c.calls = c.calls.at, c.calls.start, c.calls.outer
		f.value(c)
		return
	}
	sym := f.s.Symbol(def)
	if sym == nil {
		return
	}
	f.s.uses(sym.Node, func(use syntax.Node) { f.value(c.used(use)) })
}

// calls reports whether a node applies a definition.
func (s *Flow) calls(n, def syntax.Node) bool {
	called, ok := s.DefinitionOf(n)
	return ok && called.Node == def
}

// argument goes on from an argument of an operator: into its definition, or
// past it where it is of the library.
func (f *follower) argument(c carried, application syntax.Node) {
	sym := f.s.Symbol(application)
	if sym == nil || sym.Kind != module.KindOperator && sym.Kind != module.KindBuiltin {
		return
	}
	def, ok := f.s.DefinitionOf(application)
	if !ok {
		f.value(c.at(application))
		return
	}
	if c.calls.depth() >= maxCalls {
		return
	}
	for i, p := range def.Params() {
		if application.Child(i) == c.node {
			inside := c
			inside.calls = &call{application, c.start, c.calls}
			f.s.uses(p.Node, func(use syntax.Node) { f.value(inside.used(use)) })
		}
	}
}

// infix goes on from an operand.
func (f *follower) infix(c carried, e syntax.Node) {
	left := c.node == e.Child(0)
	switch e.Token().Kind() {
	case syntax.OpEquals, syntax.OpIn:
		if e.Token().Kind() == syntax.OpIn && left {
			f.elementOf(c, e)
			return
		}
		if v := f.s.setBy(e); v != nil && !left {
			f.visit(Sink{Kind: Assigned, At: e, Variable: v, Composite: c.composite, Index: c.index, start: c.start, calls: c.calls})
		} else if !c.composite {
			f.visit(Sink{Kind: Tested, At: e, start: c.start, calls: c.calls})
		}
	case syntax.OpNotEquals, syntax.OpNotIn:
		if !c.composite {
			f.visit(Sink{Kind: Excluded, At: e, start: c.start, calls: c.calls})
		}
	case syntax.OpLess, syntax.OpGreater, syntax.OpLeq, syntax.OpGeq:
		f.visit(Sink{Kind: Compared, At: e, start: c.start, calls: c.calls})
	case syntax.OpBackslash, syntax.OpOminus:
		if left {
			f.value(c.at(e))
		}
	case syntax.OpColonGreater:
		if !left || c.composite {
			f.value(c.at(e))
		}
	case syntax.OpPlus, syntax.OpMinus, syntax.OpCup, syntax.OpCap, syntax.OpOplus, syntax.OpConcat, syntax.OpAtAt, syntax.OpTimes:
		f.value(c.at(e))
	default:
		if _, ok := f.s.DefinitionOf(e); ok {
			f.argument(c, e)
		}
	}
}

// elementOf goes on from the left of \in: a message that is written out there
// is looked for among those sent.
func (f *follower) elementOf(c carried, e syntax.Node) {
	if k := c.node.Kind(); c.composite && (k == syntax.KindRecord || k == syntax.KindTuple) {
		f.visit(Sink{Kind: Tested, At: e, Composite: true, start: c.start, calls: c.calls})
	}
}

// setBy returns the variable that an equation or membership sets, nil for none.
func (s *Flow) setBy(e syntax.Node) *module.Symbol {
	left := e.Child(0).Unparen()
	if left.Kind() != syntax.KindPostfix || left.Token().Kind() != syntax.OpPrime {
		return nil
	}
	if v := s.Symbol(left.Child(0).Unparen()); v != nil && v.Kind == module.KindVariable {
		return v
	}
	return nil
}
