package contract

import (
	"regexp"
	"strings"

	"github.com/specls/specls/analysis/library"
	"github.com/specls/specls/analysis/syntax"
)

// level is the level of an expression (Specifying Systems, 17.2).
type level uint8

const (
	constantLevel level = iota
	stateLevel
	actionLevel
	temporalLevel
)

// definitions is what the definitions of a text are and what refers to what.
// It is an estimate made from the tree alone: names are found in all modules of
// the text without regard to scope, which is exact enough where SANY forbids
// one name to mean two things, and errs towards "is used" where it does not.
type definitions struct {
	tree   *syntax.Tree
	all    []*definition // those of modules, nested ones too, not those of LET
	byName map[string]*definition
	// variables holds the names of all declared variables.
	variables map[string]bool
	// foreign says that names may come from modules that are neither here nor
	// in the library.
	foreign bool
	// others are what is no definition but refers to some: assumptions,
	// instances, errors, theorems.
	others []*referrer
	// searches and users hold what was asked for before.
	searches map[searched]fairnessSearch
	users    map[*definition][]use
}

// use is one mention of a definition by what is not itself.
type use struct {
	by *definition // nil for what is no definition
	at syntax.Node
}

// definition is a definition of a module.
type definition struct {
	syntax.Definition
	referrer
	outermost bool // of the outermost module

	level     level
	levelDone bool
	boolean   bool
	shapeDone bool
}

// referrer is something that refers to definitions.
type referrer struct {
	node syntax.Node
	refs []reference
	own  level // the level without what it refers to
}

// reference is one mention of a definition.
type reference struct {
	to *definition
	at syntax.Node
	// enabled says that it stands under ENABLED, which makes a state predicate
	// of an action.
	enabled bool
}

// table returns the definitions, worked out once.
func (s *shared) table() *definitions {
	if s.definitions == nil {
		s.definitions = readDefinitions(s.Tree)
	}
	return s.definitions
}

func readDefinitions(tree *syntax.Tree) *definitions {
	d := &definitions{tree: tree, byName: map[string]*definition{}, variables: map[string]bool{}, searches: map[searched]fairnessSearch{}}
	modules := tree.Modules()
	inside := map[string]bool{}
	for _, m := range modules {
		inside[m.Name()] = true
	}
	for _, m := range modules {
		d.declare(m, inside)
	}
	for _, def := range d.all {
		def.node = def.Body()
		d.refer(&def.referrer, def.Body(), false)
	}
	for _, o := range d.others {
		d.refer(o, o.node, false)
	}
	return d
}

// declare enters what a module declares and defines.
func (d *definitions) declare(m syntax.Module, inside map[string]bool) {
	for _, e := range m.Extends() {
		d.foreign = d.foreign || !library.Has(e.Name()) && !inside[e.Name()]
	}
	for i := range m.NumChildren() {
		c := m.Child(i)
		switch c.Kind() {
		case syntax.KindVariables:
			for name := range c.Children() {
				d.variables[name.Name()] = true
			}
		case syntax.KindDefinition, syntax.KindFunction, syntax.KindModuleDefinition:
			def := &definition{Definition: syntax.Definition{Node: c}, outermost: !m.Nested()}
			d.all = append(d.all, def)
			if name := operatorName(def.Token()); d.byName[name] == nil {
				d.byName[name] = def
			}
		case syntax.KindInstance:
			name := c.Child(0).Name()
			d.foreign = d.foreign || !library.Has(name) && !inside[name]
			d.others = append(d.others, &referrer{node: c})
		case syntax.KindAssume, syntax.KindTheorem, syntax.KindError, syntax.KindUse:
			d.others = append(d.others, &referrer{node: c})
		}
	}
}

// operatorName returns the name under which a definition is found: that of an
// operator whatever its spelling.
func operatorName(t syntax.Token) string {
	if op := t.Operator(); op != "" {
		return op
	}
	return t.Text()
}

// refer collects what n refers to, and its level without that.
func (d *definitions) refer(r *referrer, n syntax.Node, enabled bool) {
	raise := func(l level) {
		if enabled {
			l = min(l, stateLevel)
		}
		r.own = max(r.own, l)
	}
	kind := n.Kind()
	switch kind {
	case syntax.KindIdentifier, syntax.KindApply, syntax.KindOperator:
		name := n.Name()
		if d.variables[name] {
			raise(stateLevel)
		} else if def := d.byName[operatorName(n.Token())]; def != nil {
			r.refs = append(r.refs, reference{def, n, enabled})
		}
	case syntax.KindSelector:
		if def := d.byName[n.Name()]; def != nil {
			r.refs = append(r.refs, reference{def, n, enabled})
		}
	case syntax.KindError:
		d.referError(r, n)
	case syntax.KindPrefix, syntax.KindInfix, syntax.KindPostfix:
		switch n.Token().Kind() {
		case syntax.OpPrime, syntax.OpUnchanged:
			raise(actionLevel)
		case syntax.OpEnabled:
			raise(stateLevel)
			enabled = true
		case syntax.OpBox, syntax.OpDiamond, syntax.OpLeadsTo, syntax.OpGuarantees:
			raise(temporalLevel)
		default:
			if def := d.byName[n.Token().Operator()]; def != nil {
				r.refs = append(r.refs, reference{def, n, enabled})
			}
		}
	case syntax.KindBoxAction, syntax.KindAngleAction:
		raise(actionLevel)
	case syntax.KindFairness:
		raise(temporalLevel)
	case syntax.KindQuantifier:
		if k := n.Token().Kind(); k == syntax.TemporalForall || k == syntax.TemporalExists {
			raise(temporalLevel)
		}
	}
	for i := range n.NumChildren() {
		d.refer(r, n.Child(i), enabled)
	}
}

// referError takes every name among skipped tokens for a reference.
func (d *definitions) referError(r *referrer, n syntax.Node) {
	if n.NumChildren() > 0 {
		return
	}
	for t := range n.Tokens() {
		if def := d.byName[operatorName(t)]; def != nil {
			r.refs = append(r.refs, reference{def, n, false})
		}
	}
}

// levelOf returns the level of a definition. One that is defined by itself has
// the level of the rest of it.
func (d *definitions) levelOf(def *definition) level {
	if !def.levelDone {
		def.levelDone = true
		def.level = def.own
		def.level = d.levelWith(&def.referrer)
	}
	return def.level
}

// levelWith returns the level of a referrer with what it refers to.
func (d *definitions) levelWith(r *referrer) level {
	l := r.own
	for _, ref := range r.refs {
		refLevel := d.levelOf(ref.to)
		if ref.enabled {
			refLevel = min(refLevel, stateLevel)
		}
		l = max(l, refLevel)
	}
	return l
}

// levelOfExpression returns the level of an expression.
func (d *definitions) levelOfExpression(n syntax.Node) level {
	r := referrer{node: n}
	d.refer(&r, n, false)
	return d.levelWith(&r)
}

// usesOf returns where a definition is referred to, other than by itself.
func (d *definitions) usesOf(def *definition) []use {
	if d.users == nil {
		d.users = map[*definition][]use{}
		for _, by := range d.all {
			for _, ref := range by.refs {
				if ref.to != by {
					d.users[ref.to] = append(d.users[ref.to], use{by, ref.at})
				}
			}
		}
		for _, o := range d.others {
			for _, ref := range o.refs {
				d.users[ref.to] = append(d.users[ref.to], use{nil, ref.at})
			}
		}
	}
	return d.users[def]
}

// using returns the definitions that refer to def, by any way.
func (d *definitions) using(def *definition) map[*definition]bool {
	found := map[*definition]bool{}
	for queue := []*definition{def}; len(queue) > 0; {
		last := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		for _, u := range d.usesOf(last) {
			if u.by != nil && !found[u.by] {
				found[u.by] = true
				queue = append(queue, u.by)
			}
		}
	}
	return found
}

// lookup returns what an identifier or application refers to: a definition of
// LET around it, or one of a module, by its body; no node where it is neither.
func (d *definitions) lookup(n syntax.Node) (body syntax.Node, def *definition) {
	name := operatorName(n.Token())
	for let := n.Ancestor(syntax.KindLet); let.Valid(); let = let.Ancestor(syntax.KindLet) {
		for c := range let.Children() {
			if local, ok := syntax.AsDefinition(c); ok && operatorName(local.Token()) == name {
				return local.Body(), nil
			}
		}
	}
	if def := d.byName[name]; def != nil {
		return def.Body(), def
	}
	return syntax.Node{}, nil
}

// isBoolean reports whether a definition's body has the shape of a formula,
// rather than of a set, a function or another value.
func (d *definitions) isBoolean(def *definition) bool {
	if !def.shapeDone {
		def.shapeDone = true
		def.boolean = def.Kind() == syntax.KindDefinition && d.hasBooleanShape(def.Body(), 0)
	}
	return def.boolean
}

// maxShapeDepth bounds how deep a shape is looked for, through LET above all,
// whose local definitions may be defined by themselves.
const maxShapeDepth = 64

func (d *definitions) hasBooleanShape(n syntax.Node, depth int) bool {
	if depth > maxShapeDepth {
		return false
	}
	n = n.Unparen()
	switch n.Kind() {
	case syntax.KindConjunction, syntax.KindDisjunction, syntax.KindQuantifier,
		syntax.KindBoxAction, syntax.KindAngleAction, syntax.KindFairness:
		return true
	case syntax.KindPrefix:
		switch n.Token().Kind() {
		case syntax.OpNot, syntax.OpBox, syntax.OpDiamond, syntax.OpEnabled, syntax.OpUnchanged:
			return true
		}
	case syntax.KindInfix:
		if isFormulaOperator(n.Token().Kind()) {
			return true
		}
		def := d.byName[n.Token().Operator()]
		return def != nil && d.isBoolean(def)
	case syntax.KindIf:
		return d.hasBooleanShape(n.Child(1), depth+1) || d.hasBooleanShape(n.Child(2), depth+1)
	case syntax.KindCase:
		return d.hasBooleanShape(n.Child(0).Last(), depth+1)
	case syntax.KindLet:
		return d.hasBooleanShape(n.Last(), depth+1)
	case syntax.KindIdentifier, syntax.KindApply:
		if isTruthValue(n) || n.Kind() == syntax.KindApply && libraryPredicates.MatchString(n.Name()) {
			return true
		}
		body, def := d.lookup(n)
		if def != nil {
			return d.isBoolean(def)
		}
		return body.Valid() && d.hasBooleanShape(body, depth+1)
	}
	return false
}

func isTruthValue(n syntax.Node) bool { return n.Name() == "TRUE" || n.Name() == "FALSE" }

// libraryPredicates matches the names of operators of the library that are
// true or false.
var libraryPredicates = regexp.MustCompile(`^(Is[A-Z]\w*|BagIn|Contains|Assert)$`)

// isFormulaOperator reports whether an infix operator, as TLA+ and its standard
// modules define it, makes a formula.
func isFormulaOperator(k syntax.Kind) bool {
	switch k {
	case syntax.OpEquals, syntax.OpNotEquals, syntax.OpAnd, syntax.OpLand, syntax.OpOr, syntax.OpLor,
		syntax.OpImplies, syntax.OpEquivalent, syntax.OpIn, syntax.OpNotIn, syntax.OpLess, syntax.OpLeq,
		syntax.OpGreater, syntax.OpGeq, syntax.OpSubseteq, syntax.OpLeadsTo, syntax.OpGuarantees:
		return true
	}
	return false
}

// parameterless reports whether a definition is a plain name for an expression.
func (def *definition) parameterless() bool {
	return def.Kind() == syntax.KindDefinition && def.Arity() == 0 && def.Name() != ""
}

// definitionLines returns the lines that a definition or theorem is on, with
// the blank lines behind it, or only its own text where it shares a line.
func definitionLines(text string, n syntax.Node) (start, end int) {
	span := n.Span()
	start = strings.LastIndexAny(text[:span.Start], "\r\n") + 1
	end = span.End + len(lineFrom(text, span.End))
	if !isBlank(text[start:span.Start]) || !isBlank(text[span.End:end]) {
		return span.Start, span.End
	}
	for end < len(text) {
		line := lineFrom(text, end)
		if !isBlank(line) {
			break
		}
		end += len(line)
	}
	return start, end
}
