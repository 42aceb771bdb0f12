package step

import (
	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/syntax"
)

// binding says what a parameter, or a declaration that INSTANCE replaces, stands
// for. Bindings are a list, the innermost first; nil is the empty one.
type binding struct {
	symbol *module.Symbol
	value  closure
	next   *binding
	// hot says that some value in the list holds a prime, so that what names a
	// parameter may be an action though it does not look like one.
	hot bool
}

// closure is an expression, or a name, and what its names stand for.
type closure struct {
	node   syntax.Node
	symbol *module.Symbol // where node is none
	env    *binding
}

func (b *binding) isHot() bool { return b != nil && b.hot }

func (b *binding) lookup(s *module.Symbol) (closure, bool) {
	for ; b != nil; b = b.next {
		if b.symbol == s {
			return b.value, true
		}
	}
	return closure{}, false
}

func (w *walker) bind(env *binding, s *module.Symbol, value closure) *binding {
	hot := env.isHot() || value.node.Valid() && (w.isActive(value.node) || value.env.isHot())
	return w.bindings.add(binding{symbol: s, value: value, next: env, hot: hot})
}

// isActive reports whether an expression may set or read variables by itself: in
// an action, whether it has a prime or its like, or names something that has; in
// an initial predicate it always may. What holds FALSE may end a branch.
func (w *walker) isActive(n syntax.Node) bool {
	if w.init {
		return true
	}
	tree := n.Tree()
	if tree == nil {
		return false
	}
	marks, ok := w.active[tree]
	if !ok {
		marks = w.mark(tree)
		w.active[tree] = marks
	}
	return marks[n.ID()]
}

// mark works out for each node whether it is active, children before parents.
func (f *Follower) mark(tree *syntax.Tree) []bool {
	root := tree.Root().ID()
	marks := make([]bool, root+1)
	for id := range root + 1 {
		n := tree.Node(id)
		if !marks[id] {
			marks[id] = f.isActiveItself(n)
		}
		if p := n.Parent(); marks[id] && p.Valid() {
			marks[p.ID()] = true
		}
	}
	return marks
}

func (f *Follower) isActiveItself(n syntax.Node) bool {
	switch n.Kind() {
	case syntax.KindError, syntax.KindBoxAction, syntax.KindAngleAction:
		return true
	case syntax.KindPostfix, syntax.KindPrefix:
		if k := n.Token().Kind(); k == syntax.OpPrime || k == syntax.OpUnchanged {
			return true
		}
	case syntax.KindIdentifier, syntax.KindApply, syntax.KindSelection, syntax.KindInfix, syntax.KindOperator:
	default:
		return false
	}
	s := f.names.Symbol(n)
	switch {
	case s == nil:
		return n.Kind() != syntax.KindInfix
	case s.Kind == module.KindBuiltin:
		return s.Name == "FALSE"
	}
	return s.Level() >= module.Action
}

// unfold returns the body of what a name or application stands for, and what the
// names in it stand for. It is no node for what has no body.
func (w *walker) unfold(n syntax.Node, env *binding) (syntax.Node, *binding) {
	s := w.names.Symbol(n)
	if s == nil {
		return syntax.Node{}, nil
	}
	return w.apply(s, arguments(n), env, env)
}

// arguments returns the arguments of an application: those of all the parts of a
// selection.
func arguments(n syntax.Node) []syntax.Node {
	if n.Kind() != syntax.KindSelection {
		return n.Arguments()
	}
	var list []syntax.Node
	for c := range n.Children() {
		list = append(list, c.Arguments()...)
	}
	return list
}

// apply returns the body of a symbol that is applied to arguments whose names env
// knows, and the bindings for it; base are those of the symbol itself.
func (w *walker) apply(s *module.Symbol, args []syntax.Node, env, base *binding) (syntax.Node, *binding) {
	for range maxDepth {
		if c, ok := base.lookup(s); ok {
			switch {
			case c.node.Valid() && c.node.Kind() == syntax.KindLambda:
				params := lambdaParams(w.names, c.node)
				return c.node.Last(), w.bindAll(c.env, params, args, env)
			case c.node.Valid() && len(args) == 0:
				return c.node, c.env
			case c.node.Valid(): // an operator given by its name
				c.symbol = w.names.Symbol(c.node)
			}
			if c.symbol == nil || c.symbol == s && c.env == base {
				return syntax.Node{}, nil
			}
			s, base = c.symbol, c.env
			continue
		}
		repeated, replaced, params := s.Repeats()
		if repeated == nil {
			break
		}
		inner := base
		if len(params) <= len(args) {
			inner = w.bindAll(base, params, args[:len(params)], env)
			args = args[len(params):]
		}
		around := inner
		for _, r := range replaced {
			inner = w.bind(inner, r.Declared, closure{r.Node, r.Symbol, around})
		}
		s, base = repeated, inner
	}
	body := s.Body()
	if !body.Valid() || s.Function {
		return syntax.Node{}, nil
	}
	return body, w.bindAll(base, s.Params, args, env)
}

func (w *walker) bindAll(base *binding, params []*module.Symbol, args []syntax.Node, env *binding) *binding {
	for i, p := range params {
		if i < len(args) {
			base = w.bind(base, p, closure{node: args[i], env: env})
		}
	}
	return base
}

func lambdaParams(names *module.Result, lambda syntax.Node) []*module.Symbol {
	var params []*module.Symbol
	for c := range lambda.Children() {
		if c.Kind() == syntax.KindName {
			params = append(params, names.Symbol(c))
		}
	}
	return params
}

// variable returns the number of the variable that an expression is, by whatever
// names; -1 for an expression that is none.
func (w *walker) variable(n syntax.Node, env *binding, depth int) int {
	n = n.Unparen()
	if k := n.Kind(); k != syntax.KindIdentifier && k != syntax.KindSelection || depth > maxDepth {
		return -1
	}
	s := w.names.Symbol(n)
	for depth := 0; s != nil && depth < maxDepth; depth++ {
		c, ok := env.lookup(s)
		if !ok {
			break
		}
		if c.node.Valid() {
			return w.variable(c.node, c.env, depth+1)
		}
		s, env = c.symbol, c.env
	}
	switch {
	case s == nil:
		return -1
	case s.Kind == module.KindVariable:
		return w.Variables.index(s)
	case s.Kind != module.KindOperator:
		return -1
	}
	if body, inner := w.apply(s, arguments(n), env, env); body.Valid() {
		return w.variable(body, inner, depth+1)
	}
	return -1
}

// primedVariable is variable for x'.
func (w *walker) primedVariable(n syntax.Node, env *binding, depth int) int {
	n = n.Unparen()
	switch n.Kind() {
	case syntax.KindPostfix:
		if n.Token().Kind() == syntax.OpPrime {
			return w.variable(n.Child(0), env, depth)
		}
	case syntax.KindIdentifier, syntax.KindSelection:
		if !w.isActive(n) && !env.isHot() || depth > maxDepth {
			return -1
		}
		if body, inner := w.unfold(n, env); body.Valid() {
			return w.primedVariable(body, inner, depth+1)
		}
	}
	return -1
}

// evaluate notes the variables that an expression reads and that a state has not
// set. primed says that the whole of it is primed.
func (w *walker) evaluate(n syntax.Node, env *binding, in []state, primed bool) {
	if !n.Valid() || len(in) == 0 {
		return
	}
	r := reader{walker: w, in: in, at: n}
	r.read(n, env, primed, false)
}

// reader goes through an expression that is evaluated in some states.
type reader struct {
	*walker
	in    []state
	at    syntax.Node // what is primed
	depth int
	seen  map[seenBody]bool
}

// seenBody is a definition's body that was gone through, without parameters.
type seenBody struct {
	body        syntax.Node
	env         *binding
	primed      bool
	conditional bool
}

func (r *reader) read(n syntax.Node, env *binding, primed, conditional bool) {
	if !primed && !r.isActive(n) && !env.isHot() || r.stop(len(r.in)) {
		return
	}
	switch n.Kind() {
	case syntax.KindPostfix, syntax.KindPrefix:
		switch n.Token().Kind() {
		case syntax.OpPrime, syntax.OpUnchanged:
			around := r.at
			r.at = n
			r.read(n.Child(0), env, true, conditional)
			r.at = around
			return
		case syntax.OpBox, syntax.OpDiamond:
			return // a behaviour
		case syntax.OpEnabled:
			if !r.init && !primed && !conditional {
				r.enabled(n.Child(0), env)
			}
			return
		}
	case syntax.KindFairness:
		return
	case syntax.KindBoxAction, syntax.KindAngleAction:
		r.read(n.Child(0), env, primed, conditional)
		r.read(n.Child(1), env, true, true)
		return
	case syntax.KindLet:
		r.read(n.Last(), env, primed, conditional)
		return
	case syntax.KindIdentifier, syntax.KindApply, syntax.KindSelection:
		r.name(n, env, primed, conditional)
		return
	case syntax.KindLambda, syntax.KindOperator:
		return
	}
	for i := range n.NumChildren() {
		r.read(n.Child(i), env, primed, conditional || isConditional(n, i))
	}
}

// enabled goes through the action of ENABLED. It is followed like a next-state
// action, from where nothing is set; what it sets twice is no fault there.
func (r *reader) enabled(action syntax.Node, env *binding) {
	again, nested, floor := r.again, r.nested, r.floor
	r.nested, r.floor = nil, 0
	r.formula(action, env, []state{{}})
	r.again, r.nested, r.floor = again, nested, floor
}

// isConditional reports whether child i of an expression may not be evaluated
// though the expression is: because of what another child's value is, or because
// a set may be empty.
func isConditional(n syntax.Node, i int) bool {
	switch n.Kind() {
	case syntax.KindIf, syntax.KindConjunction, syntax.KindDisjunction:
		return i > 0
	case syntax.KindCase, syntax.KindCaseArm, syntax.KindFunctionLiteral:
		return true
	case syntax.KindQuantifier, syntax.KindChoose, syntax.KindFilter:
		return i == n.NumChildren()-1
	case syntax.KindMap:
		return i == 0
	case syntax.KindInfix:
		switch n.Token().Kind() {
		case syntax.OpAnd, syntax.OpLand, syntax.OpOr, syntax.OpLor, syntax.OpImplies:
			return i > 0
		}
	}
	return false
}

// name goes through what a name stands for.
func (r *reader) name(n syntax.Node, env *binding, primed, conditional bool) {
	if primed || r.init {
		if v := r.variable(n, env, 0); v >= 0 {
			r.note(v, n, conditional)
			return
		}
	}
	s := r.names.Symbol(n)
	if s == nil || s.Kind == module.KindBuiltin {
		return
	}
	body, inner := r.unfold(n, env)
	if !body.Valid() {
		for _, arg := range arguments(n) {
			r.read(arg, env, primed, conditional || s.Kind == module.KindConstant)
		}
		return
	}
	key := seenBody{body, inner, primed, conditional}
	if r.seen[key] || r.depth > maxDepth {
		return
	}
	if inner == env || inner == nil {
		if r.seen == nil {
			r.seen = map[seenBody]bool{}
		}
		r.seen[key] = true
	}
	r.depth++
	r.read(body, inner, primed, conditional || s.Recursive)
	r.depth--
}

// note notes that an expression reads a variable.
func (r *reader) note(v int, n syntax.Node, conditional bool) {
	if !r.init {
		n = r.at
	}
	for _, s := range r.in {
		if s.sets.Has(v) || s.opaque {
			continue
		}
		for i := range r.reads {
			if known := &r.reads[i]; known.Node == n && known.Variable == r.Variables[v] {
				known.Conditional = known.Conditional && conditional
				known.Choices = min(known.Choices, r.choices(&s))
				return
			}
		}
		r.reads = append(r.reads, Read{Variable: r.Variables[v], Node: n, Call: r.call, Conditional: conditional, Choices: r.choices(&s)})
		return
	}
}
