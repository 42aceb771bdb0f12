// Package flow says where values go in the steps of a specification: which ones they
// give to variables, which values they test, and in which case. The rules of
// package contract ask it whether a message is sent and received, which states
// a node can go from and to, and where a variable is set.
//
// It follows values through a specification as a person reads it: from where a
// value is written, through IF and LET, into the operators that it is an
// argument of and out of those that it is the result of, to the equation that
// sets a variable to it or compares something with it. And it follows the way
// back from such an equation to Next, collecting the conditions on it.
//
// All of it is read off the text; no state is ever computed. So it knows what is
// written, not what can happen: that a value is sent somewhere, not that the
// step which sends it can ever be taken. Where the text does not tell (a value
// that comes from a parameter of an operator that is itself an argument, say),
// nothing is claimed.
//
// Only what Next reaches counts. What is defined and never used, or used in
// fairness or properties alone, is no step.
package flow

import (
	"math/bits"
	"slices"
	"strings"

	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/syntax"
)

// Value is the number of a value whose way is of interest, from 0. Above
// MaxValues none can be told from the others.
type Value int

// MaxValues is how many values can be told apart, and None is no value.
const (
	MaxValues       = 63
	None      Value = -1
)

// Set is a set of values, and of Other.
type Set uint64

// Other stands in a [Set] for all values that are none of those numbered.
const Other Set = 1 << MaxValues

// Of returns the set of one value.
func Of(v Value) Set { return 1 << v }

// Has reports whether the set has a value.
func (s Set) Has(v Value) bool { return v >= 0 && s&Of(v) != 0 }

// Flow is what is known of the steps of one specification.
type Flow struct {
	tree  *syntax.Tree
	names *module.Result
	// next is the action of the specification.
	next syntax.Node
	// named says which value a string or a name of a constant stands for.
	named func(spelling string) Value

	// firstUse holds, at the number of the node that declares a symbol, the
	// first node that refers to it, as number + 1, and nextUse at the number of
	// that the next one. Only what next reaches is in it.
	firstUse, nextUse []int32
	// values holds, at the number of a definition's or constant's node, the
	// value that its name stands for, as number + 2; 0 where nobody asked.
	values  []int8
	strings map[string]Value
	// visited is what Follow uses, nil before the first time and within it.
	visited *visited
	// declared are the declarations that next refers to, other than of bound
	// names and parameters, and texts its strings and the fields of its records.
	declared, texts []syntax.Node

	// Mentions are the places that next reaches where a value is written, in no
	// particular order.
	Mentions []Mention
	// Primes are the primed variables in what next reaches.
	Primes []Prime
	// Fields are the places that read a field of a record: r.f and r["f"].
	Fields []syntax.Node
	// Comparisons are the equations, inequations and memberships that set nothing.
	Comparisons []syntax.Node
	// Updates are the fields that EXCEPT sets in a record, ![i].f = e.
	Updates []syntax.Node
	// Definitions are those of modules that next reaches.
	Definitions []syntax.Definition
	// Opaque says that some of what next reaches cannot be seen: it could not be
	// read, or stands in a module that is not here.
	Opaque bool
}

// Mention is a place where a value is written: a string, or a name that stands
// for it.
type Mention struct {
	Value Value
	Node  syntax.Node
}

// Prime is a primed variable.
type Prime struct {
	Variable *module.Symbol
	Node     syntax.Node // the application of '
	// Set is the equation or membership that says what the variable will be,
	// with the variable on its left; no node where its next value is read.
	Set syntax.Node
}

// New reads the steps of a specification. next is its action, the A of [A]_v,
// or the definition called Next; named says which value a spelling stands for,
// that of a string without its quotes or that of a name.
func New(names *module.Result, next syntax.Node, named func(spelling string) Value) *Flow {
	tree := next.Tree()
	n := tree.Root().ID() + 1
	s := &Flow{
		tree: tree, names: names, next: next, named: named,
		firstUse: make([]int32, n), nextUse: make([]int32, n), values: make([]int8, n),
		strings: map[string]Value{},
	}
	s.read(next)
	return s
}

// read goes through an expression and all that it reaches.
func (s *Flow) read(n syntax.Node) {
	switch n.Kind() {
	case syntax.KindString:
		s.texts = append(s.texts, n)
		if v := s.stringValue(n); v != None {
			s.Mentions = append(s.Mentions, Mention{v, n})
		}
		return
	case syntax.KindSelect, syntax.KindIndex:
		if FieldName(n) != "" {
			s.Fields = append(s.Fields, n)
		}
		for i := range n.NumChildren() {
			s.read(n.Child(i))
		}
		return
	case syntax.KindUpdate:
		if n.NumChildren() > 1 && n.Child(n.NumChildren()-2).Kind() == syntax.KindUpdateField {
			s.Updates = append(s.Updates, n)
		}
		for i := range n.NumChildren() {
			s.read(n.Child(i))
		}
		return
	case syntax.KindField:
		s.texts = append(s.texts, n)
		s.read(n.Child(0))
		return
	case syntax.KindError:
		s.Opaque = true
		return
	case syntax.KindLet:
		s.read(n.Last()) // its definitions are read where they are used
		return
	case syntax.KindPostfix:
		s.readPrime(n)
	case syntax.KindInfix:
		switch n.Token().Kind() {
		case syntax.OpEquals, syntax.OpNotEquals, syntax.OpIn, syntax.OpNotIn:
			if s.setBy(n) == nil {
				s.Comparisons = append(s.Comparisons, n)
			}
		}
	case syntax.KindIdentifier, syntax.KindApply, syntax.KindOperator, syntax.KindPrefix, syntax.KindSelection:
	default:
		for i := range n.NumChildren() {
			s.read(n.Child(i))
		}
		return
	}
	s.refer(n)
	for i := range n.NumChildren() {
		s.read(n.Child(i))
	}
}

// readPrime notes a primed variable.
func (s *Flow) readPrime(n syntax.Node) {
	if n.Token().Kind() != syntax.OpPrime {
		return
	}
	v := s.Symbol(n.Child(0).Unparen())
	if v == nil || v.Kind != module.KindVariable {
		return
	}
	p := Prime{Variable: v, Node: n}
	at := n
	for at.Parent().Kind() == syntax.KindParens {
		at = at.Parent()
	}
	if e := at.Parent(); e.Kind() == syntax.KindInfix && e.Child(0) == at {
		if k := e.Token().Kind(); k == syntax.OpEquals || k == syntax.OpIn {
			p.Set = e
		}
	}
	s.Primes = append(s.Primes, p)
}

// refer notes that n refers to what it does, and reads that when it is the
// first to do so.
func (s *Flow) refer(n syntax.Node) {
	sym := s.Symbol(n)
	if sym == nil {
		s.Opaque = s.Opaque || isName(n) && n.Name() != "@"
		return
	}
	decl := sym.Node
	if !decl.Valid() {
		return // of the language or the library
	}
	if decl.Tree() != s.tree {
		s.Opaque = true
		return
	}
	id := decl.ID()
	first := s.firstUse[id] == 0
	if first && sym.Kind != module.KindParameter && sym.Kind != module.KindBound {
		s.declared = append(s.declared, decl)
	}
	if v := s.symbolValue(sym); v != None {
		s.Mentions = append(s.Mentions, Mention{v, n})
		first = false
	}
	s.nextUse[n.ID()], s.firstUse[id] = s.firstUse[id], int32(n.ID()+1)
	if !first || sym.Kind != module.KindOperator {
		return
	}
	def, ok := definition(sym)
	if !ok {
		return
	}
	if def.Parent().Kind() == syntax.KindModule {
		s.Definitions = append(s.Definitions, def)
	}
	for i := range def.NumChildren() {
		if c := def.Child(i); c.Kind() != syntax.KindParameter {
			s.read(c)
		}
	}
}

// FieldName returns the name of the field that r.f or r["f"] reads, or that
// EXCEPT sets last; empty for other nodes.
func FieldName(n syntax.Node) string {
	switch n.Kind() {
	case syntax.KindSelect:
		return n.Name()
	case syntax.KindIndex:
		if n.NumChildren() == 2 && n.Child(1).Kind() == syntax.KindString {
			return strings.Trim(n.Child(1).Name(), `"`)
		}
	case syntax.KindUpdate:
		return n.Child(n.NumChildren() - 2).Name()
	}
	return ""
}

// isName reports whether a node names something.
func isName(n syntax.Node) bool {
	switch n.Kind() {
	case syntax.KindIdentifier, syntax.KindApply, syntax.KindSelection:
		return true
	}
	return false
}

// Symbol returns what a node refers to or declares, nil where that is unknown.
// Of what an instance repeats it is the original.
func (s *Flow) Symbol(n syntax.Node) *module.Symbol {
	if sym := s.names.Symbol(n); sym != nil {
		return sym.Source()
	}
	return nil
}

// definition returns the definition of a symbol. A RECURSIVE one is declared
// before it is defined.
func definition(sym *module.Symbol) (syntax.Definition, bool) {
	if sym.Node.Kind() != syntax.KindParameter {
		return syntax.AsDefinition(sym.Node)
	}
	for c := range sym.Node.Parent().Parent().Children() {
		if def, ok := syntax.AsDefinition(c); ok && def.Name() == sym.Name {
			return def, true
		}
	}
	return syntax.Definition{}, false
}

// DefinitionOf returns the definition that a node refers to, one of a module or
// of LET in the same text. It is false where there is none.
func (s *Flow) DefinitionOf(n syntax.Node) (syntax.Definition, bool) {
	sym := s.Symbol(n)
	if sym == nil || sym.Kind != module.KindOperator || !sym.Node.Valid() || sym.Node.Tree() != s.tree {
		return syntax.Definition{}, false
	}
	return definition(sym)
}

// Within reports whether an expression, or a definition that it reaches, has a
// node of the wanted kind.
func (s *Flow) Within(n syntax.Node, wanted func(syntax.Node) bool) bool {
	return s.search(n, wanted, map[int]bool{})
}

func (s *Flow) search(n syntax.Node, wanted func(syntax.Node) bool, seen map[int]bool) bool {
	for c := range n.Walk() {
		if wanted(c) {
			return true
		}
		if !isName(c) && c.Kind() != syntax.KindInfix {
			continue
		}
		if def, ok := s.DefinitionOf(c); ok && !seen[def.ID()] {
			seen[def.ID()] = true
			if s.search(def.Body(), wanted, seen) {
				return true
			}
		}
	}
	return false
}

// WithinAction is [Flow.Within] without what UNCHANGED names.
func (s *Flow) WithinAction(n syntax.Node, wanted func(syntax.Node) bool) bool {
	return s.searchAction(n, wanted, map[int]bool{})
}

func (s *Flow) searchAction(n syntax.Node, wanted func(syntax.Node) bool, seen map[int]bool) bool {
	if wanted(n) {
		return true
	}
	if n.Kind() == syntax.KindPrefix && n.Token().Kind() == syntax.OpUnchanged {
		return false
	}
	if isName(n) || n.Kind() == syntax.KindInfix {
		if def, ok := s.DefinitionOf(n); ok && !seen[def.ID()] {
			seen[def.ID()] = true
			if s.searchAction(def.Body(), wanted, seen) {
				return true
			}
		}
	}
	for i := range n.NumChildren() {
		if s.searchAction(n.Child(i), wanted, seen) {
			return true
		}
	}
	return false
}

// UsesOf returns the nodes that next reaches and that refer to a definition.
func (s *Flow) UsesOf(def syntax.Node) []syntax.Node {
	var uses []syntax.Node
	if sym := s.Symbol(def); sym != nil && sym.Node.Valid() && sym.Node.Tree() == s.tree {
		s.uses(sym.Node, func(n syntax.Node) { uses = append(uses, n) })
	}
	return uses
}

// Depends reports whether the value of an expression comes from a node of the
// wanted kind: one in it, in a definition that it names, or in an argument that
// one of its parameters is given.
func (s *Flow) Depends(n syntax.Node, wanted func(syntax.Node) bool) bool {
	return s.depends(n, wanted, map[int]bool{})
}

func (s *Flow) depends(n syntax.Node, wanted func(syntax.Node) bool, seen map[int]bool) bool {
	for c := range n.Walk() {
		if wanted(c) {
			return true
		}
		sym := s.Symbol(c)
		if !isName(c) || sym == nil || !sym.Node.Valid() || sym.Node.Tree() != s.tree || seen[sym.Node.ID()] {
			continue
		}
		seen[sym.Node.ID()] = true
		found := false
		switch def, ok := s.DefinitionOf(c); {
		case ok:
			found = s.depends(def.Body(), wanted, seen)
		case sym.Kind == module.KindParameter:
			s.arguments(sym.Node, func(arg syntax.Node) { found = found || s.depends(arg, wanted, seen) })
		}
		if found {
			return true
		}
	}
	return false
}

// arguments calls visit for what a parameter is given at each application.
func (s *Flow) arguments(param syntax.Node, visit func(syntax.Node)) {
	sym := s.Symbol(param.Parent())
	if sym == nil || !sym.Node.Valid() {
		return
	}
	def, ok := definition(sym)
	if !ok {
		return
	}
	for i, p := range def.Params() {
		if p.Node == param {
			s.uses(sym.Node, func(use syntax.Node) {
				if use.Kind() == syntax.KindApply {
					visit(use.Child(i))
				}
			})
		}
	}
}

// Guarded reports whether a condition beside n, or beside an application on some
// way from next to it, has a node of the wanted kind.
func (s *Flow) Guarded(n syntax.Node, wanted func(syntax.Node) bool) bool {
	return s.guarded(n, wanted, map[int]bool{})
}

func (s *Flow) guarded(n syntax.Node, wanted func(syntax.Node) bool, seen map[int]bool) bool {
	for ; n.Valid() && n != s.next; n = n.Parent() {
		parent := n.Parent()
		switch parent.Kind() {
		case syntax.KindConjunction, syntax.KindInfix, syntax.KindIf, syntax.KindCaseArm, syntax.KindQuantifier:
			if k := parent.Token().Kind(); parent.Kind() == syntax.KindInfix && k != syntax.OpAnd && k != syntax.OpLand && k != syntax.OpImplies {
				continue
			}
			for c := range parent.Children() {
				if c != n && s.Within(c, wanted) {
					return true
				}
			}
		case syntax.KindDefinition:
			sym := s.Symbol(parent)
			if sym == nil || seen[parent.ID()] {
				return false
			}
			seen[parent.ID()] = true
			found := false
			s.uses(sym.Node, func(use syntax.Node) { found = found || s.guarded(use, wanted, seen) })
			return found
		case syntax.KindModule:
			return false
		}
	}
	return false
}

// uses calls visit for every node that next reaches and that refers to what decl
// declares, until one call is false.
func (s *Flow) uses(decl syntax.Node, visit func(syntax.Node)) {
	for i := s.firstUse[decl.ID()]; i != 0; i = s.nextUse[i-1] {
		visit(s.tree.Node(int(i - 1)))
	}
}

// stringValue returns the value that a string stands for.
func (s *Flow) stringValue(n syntax.Node) Value {
	text := n.Token().Text()
	v, ok := s.strings[text]
	if !ok {
		v = None
		if len(text) > 2 && text[len(text)-1] == '"' {
			v = s.named(text[1 : len(text)-1])
		}
		s.strings[text] = v
	}
	return v
}

// symbolValue returns the value that a name stands for: that of a constant, or
// of a definition of one value.
func (s *Flow) symbolValue(sym *module.Symbol) Value {
	if sym.Arity != 0 || sym.Kind != module.KindConstant && sym.Kind != module.KindOperator {
		return None
	}
	known := &s.values[sym.Node.ID()]
	if *known == 0 {
		*known = 1 // what is defined by itself has none
		*known = int8(s.valueOf(sym)) + 2
	}
	return Value(*known - 2)
}

func (s *Flow) valueOf(sym *module.Symbol) Value {
	if sym.Kind == module.KindConstant {
		return s.named(sym.Name)
	}
	def, ok := definition(sym)
	if !ok || sym.Level() != module.Constant || sym.Function {
		return None
	}
	body := def.Body().Unparen()
	switch body.Kind() {
	case syntax.KindString:
		if v := s.named(sym.Name); v != None {
			return v
		}
		return s.stringValue(body)
	case syntax.KindIdentifier:
		if other := s.Symbol(body); other != nil && other.Node.Valid() && other.Node.Tree() == s.tree && other.Kind != module.KindOperator {
			if v := s.symbolValue(other); v != None {
				return v
			}
		}
		return s.named(sym.Name)
	case syntax.KindNumber, syntax.KindChoose, syntax.KindTuple, syntax.KindPrefix:
		return s.named(sym.Name)
	}
	return None
}

// ValueOf returns the value that an expression stands for by itself, a string or
// a name of a constant; or the value of what a node declares or defines.
func (s *Flow) ValueOf(n syntax.Node) Value {
	n = n.Unparen()
	switch n.Kind() {
	case syntax.KindString:
		return s.stringValue(n)
	case syntax.KindIdentifier, syntax.KindDefinition, syntax.KindParameter:
		if sym := s.Symbol(n); sym != nil && sym.Node.Valid() && sym.Node.Tree() == s.tree {
			return s.symbolValue(sym)
		}
	}
	return None
}

// Len returns the number of values in the set.
func (s Set) Len() int { return bits.OnesCount64(uint64(s)) }

// Condition returns the first definition that next reaches, has one of the
// wanted names, and depends on the state: an action or a condition on one. One
// of LET need not. It is no node where there is none.
func (s *Flow) Condition(wanted func(name string) bool) syntax.Node {
	for _, n := range s.declared {
		if n.Kind() != syntax.KindDefinition || !wanted(n.Name()) {
			continue
		}
		if sym := s.Symbol(n); sym != nil && sym.Level() != module.Constant || n.Parent().Kind() == syntax.KindLet {
			return n
		}
	}
	return syntax.Node{}
}

// VariableRead returns the first place where the value of a variable is read
// that has one of the wanted names, outside of UNCHANGED and of the equation
// that sets it. It is no node where there is none.
func (s *Flow) VariableRead(wanted func(name string) bool) syntax.Node {
	for _, p := range s.Primes {
		if !wanted(p.Variable.Name) {
			continue
		}
		var found syntax.Node
		s.uses(p.Variable.Node, func(n syntax.Node) {
			if !found.Valid() && s.isRead(n, p.Variable) {
				found = n
			}
		})
		if found.Valid() {
			return found
		}
	}
	return syntax.Node{}
}

// isRead reports whether the use of a variable reads its value, other than to
// set it.
func (s *Flow) isRead(n syntax.Node, v *module.Symbol) bool {
	for at := n.Parent(); at.Valid(); at = at.Parent() {
		switch at.Kind() {
		case syntax.KindPostfix, syntax.KindDefinition:
			// Primed; or in a tuple of variables such as vars.
			return at.Kind() == syntax.KindDefinition && n.Parent().Kind() != syntax.KindTuple
		case syntax.KindPrefix:
			if at.Token().Kind() == syntax.OpUnchanged {
				return false
			}
		case syntax.KindInfix:
			if s.setBy(at) == v {
				return false
			}
		}
	}
	return false
}

// Names returns what has a name among what next reaches, in no particular order:
// the declarations of variables, constants and definitions, the fields of the
// records that are built, and the strings.
func (s *Flow) Names() []syntax.Node { return slices.Concat(s.declared, s.texts) }
