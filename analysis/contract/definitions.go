package contract

import (
	"regexp"
	"strings"

	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/syntax"
)

// definitions is what the definitions of a text are and what refers to what, as
// the analysis of names resolved it. What could not be read refers to whatever it
// mentions, so that nothing seems to be unused because of a syntax error.
type definitions struct {
	tree     *syntax.Tree
	names    *module.Result
	all      []*definition // those of modules, nested ones too, not those of LET
	bySymbol map[*module.Symbol]*definition
	// byName holds the first definition of each name.
	byName map[string]*definition
	// foreign says that names may come from modules that were not found.
	foreign bool
	// broken says that something in the text could not be read.
	broken bool
	// others are what is no definition but refers to some: assumptions,
	// instances, errors, theorems.
	others []*referrer
	// searches and users hold what was asked for before.
	searches map[syntax.Node]*fairness
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
	number    int            // its place among all
	symbol    *module.Symbol // nil where its name is missing
	outermost bool           // of the outermost module

	boolean   bool
	shapeDone bool
}

// referrer is something that refers to definitions.
type referrer struct {
	node syntax.Node
	refs []reference
}

// reference is one mention of a definition.
type reference struct {
	to *definition
	at syntax.Node
}

// table returns the definitions, worked out once.
func (s *shared) table() *definitions {
	if s.definitions == nil {
		s.definitions = readDefinitions(s.Tree, s.Names)
	}
	return s.definitions
}

func readDefinitions(tree *syntax.Tree, names *module.Result) *definitions {
	d := &definitions{
		tree: tree, names: names, foreign: names.Incomplete(),
		bySymbol: map[*module.Symbol]*definition{}, byName: map[string]*definition{}, searches: map[syntax.Node]*fairness{},
	}
	for id := range tree.Root().ID() {
		d.broken = d.broken || tree.Node(id).Kind() == syntax.KindError
	}
	for _, m := range tree.Modules() {
		d.declare(m)
	}
	// The references stand behind each other in one array, or a few.
	free := make([]reference, 0, tree.NumTokens()/8)
	read := func(r *referrer) {
		r.refs = free
		d.refer(r)
		free = r.refs[len(r.refs):]
		r.refs = r.refs[:len(r.refs):len(r.refs)]
	}
	for _, def := range d.all {
		def.node = def.Body()
		read(&def.referrer)
	}
	for _, o := range d.others {
		read(o)
	}
	return d
}

// declare enters what a module defines.
func (d *definitions) declare(m syntax.Module) {
	for c := range m.Children() {
		switch c.Kind() {
		case syntax.KindDefinition, syntax.KindFunction, syntax.KindModuleDefinition:
			def := &definition{Definition: syntax.Definition{Node: c}, number: len(d.all), outermost: !m.Nested(), symbol: d.names.Symbol(c)}
			d.all = append(d.all, def)
			if def.symbol != nil && d.bySymbol[def.symbol] == nil {
				d.bySymbol[def.symbol] = def
			}
			if name := operatorName(def.Token()); d.byName[name] == nil {
				d.byName[name] = def
			}
		case syntax.KindInstance, syntax.KindAssume, syntax.KindTheorem, syntax.KindError, syntax.KindUse:
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

// definitionOf returns the definition of the text that a symbol stands for, or
// that it repeats by INSTANCE; nil for anything else.
func (d *definitions) definitionOf(s *module.Symbol) *definition {
	if s == nil || s.Kind != module.KindOperator && s.Kind != module.KindInstance {
		return nil
	}
	if def := d.bySymbol[s]; def != nil {
		return def
	}
	if source := s.Source(); source != s {
		return d.bySymbol[source]
	}
	return nil
}

// refer collects what a referrer refers to.
func (d *definitions) refer(r *referrer) {
	for n := range r.node.Walk() {
		switch n.Kind() {
		case syntax.KindIdentifier, syntax.KindApply, syntax.KindOperator, syntax.KindSelector, syntax.KindSelection,
			syntax.KindPrefix, syntax.KindInfix, syntax.KindPostfix:
			s := d.names.Symbol(n)
			if def := d.definitionOf(s); def != nil {
				r.refs = append(r.refs, reference{def, n})
			}
			for _, put := range replacements(s) {
				if def := d.definitionOf(put); def != nil {
					r.refs = append(r.refs, reference{def, n})
				}
			}
		case syntax.KindError:
			d.referError(r, n)
		}
	}
}

// replacements returns what an instance puts in the place of the declarations of
// its module because it has their names, for a definition that it repeats.
func replacements(s *module.Symbol) []*module.Symbol {
	var put []*module.Symbol
	for s != nil {
		base, replaced, _ := s.Repeats()
		for _, r := range replaced {
			if r.Symbol != nil {
				put = append(put, r.Symbol)
			}
		}
		s = base
	}
	return put
}

// referError takes every name among skipped tokens for a reference.
func (d *definitions) referError(r *referrer, n syntax.Node) {
	if n.NumChildren() > 0 {
		return
	}
	for t := range n.Tokens() {
		if def := d.byName[operatorName(t)]; def != nil {
			r.refs = append(r.refs, reference{def, n})
		}
	}
}

// levelOf returns the level of a definition.
func (d *definitions) levelOf(def *definition) module.Level {
	if def.symbol == nil {
		return module.Constant
	}
	return def.symbol.Level()
}

// levelOfExpression returns the level of an expression: the highest of what is in
// it, but for what stands behind ENABLED, which is a statement about one state.
func (d *definitions) levelOfExpression(n syntax.Node) module.Level {
	level := d.levelOfItself(n)
	if level == module.Temporal {
		return level
	}
	for c := range n.Children() {
		level = max(level, d.levelOfExpression(c))
	}
	if n.Kind() == syntax.KindPrefix && n.Token().Kind() == syntax.OpEnabled {
		return module.State
	}
	return level
}

// levelOfItself returns the level that a node has without its children.
func (d *definitions) levelOfItself(n syntax.Node) module.Level {
	switch n.Kind() {
	case syntax.KindBoxAction, syntax.KindAngleAction:
		return module.Action
	case syntax.KindFairness:
		return module.Temporal
	case syntax.KindQuantifier:
		if k := n.Token().Kind(); k == syntax.TemporalForall || k == syntax.TemporalExists {
			return module.Temporal
		}
	case syntax.KindIdentifier, syntax.KindApply, syntax.KindOperator, syntax.KindSelection,
		syntax.KindPrefix, syntax.KindInfix, syntax.KindPostfix:
		if s := d.names.Symbol(n); s != nil {
			return s.Level()
		}
	}
	return module.Constant
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

// lookup returns what a name, an application or M!Op refers to by the body of its
// definition: one of LET, of a module of the text, or of another text; no node
// where it is neither. The definition is nil unless it is one of d.
func (d *definitions) lookup(n syntax.Node) (body syntax.Node, def *definition) {
	s := d.names.Symbol(n)
	if s == nil || n.Kind() == syntax.KindSelection && d.names.Symbol(n.Last()) != s {
		return syntax.Node{}, nil
	}
	return s.Source().Body(), d.definitionOf(s)
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
		body, _ := d.lookup(n)
		return body.Valid() && d.hasBooleanShape(body, depth+1)
	case syntax.KindIf:
		return d.hasBooleanShape(n.Child(1), depth+1) || d.hasBooleanShape(n.Child(2), depth+1)
	case syntax.KindCase:
		return d.hasBooleanShape(n.Child(0).Last(), depth+1)
	case syntax.KindLet:
		return d.hasBooleanShape(n.Last(), depth+1)
	case syntax.KindIdentifier, syntax.KindApply, syntax.KindSelection:
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
