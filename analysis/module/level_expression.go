package module

import "github.com/specls/specls/analysis/syntax"

// expr computes the level of an expression at a place. It is not ok if a part
// of it is in error, so that nothing more should be said of it.
func (l *leveler) expr(n syntax.Node, p place) (Level, bool) {
	switch n.Kind() {
	case syntax.KindError, syntax.KindNone:
		return Constant, false
	case syntax.KindNumber, syntax.KindString:
		return Constant, true
	case syntax.KindParens:
		return l.expr(n.Child(0), p)
	case syntax.KindLabel:
		return l.statement(n.Last(), p)
	case syntax.KindIdentifier, syntax.KindApply:
		if n.Name() == "@" {
			return l.at(n, p)
		}
		return l.name(n, argList{node: n}, p)
	case syntax.KindStepName:
		return l.name(n, argList{node: n}, p)
	case syntax.KindSelection:
		return l.selection(n, p)
	case syntax.KindInfix, syntax.KindPrefix, syntax.KindPostfix:
		return l.operation(n, p)
	case syntax.KindConjunction, syntax.KindDisjunction:
		return l.list(n, p)
	case syntax.KindQuantifier:
		return l.quantifier(n, p)
	case syntax.KindFunctionLiteral:
		return l.binder(n, n.Last(), &opFcn, p)
	case syntax.KindFilter:
		return l.binder(n, n.Last(), &opFilter, p)
	case syntax.KindMap:
		return l.binder(n, n.Child(0), &opMap, p)
	case syntax.KindChoose:
		return l.binder(n, n.Last(), &opChoose, p)
	case syntax.KindSet:
		return l.operands(n, &opSet, p)
	case syntax.KindTuple:
		return l.operands(n, &opTuple, p)
	case syntax.KindFunctionSet:
		return l.operands(n, &opFcnSet, p)
	case syntax.KindIndex:
		return l.operands(n, &opFcnApply, p)
	case syntax.KindSelect:
		return l.operands(n, &opSelect, p)
	case syntax.KindBoxAction:
		return l.subscripted(n, &opBoxAction, p)
	case syntax.KindAngleAction:
		return l.subscripted(n, &opAngle, p)
	case syntax.KindFairness:
		return l.operands(n, &opFairness, p)
	case syntax.KindIf:
		return l.operands(n, &opIf, p)
	case syntax.KindCase:
		return l.nested(n, &opCase, p)
	case syntax.KindRecord:
		return l.nested(n, &opRecord, p)
	case syntax.KindRecordSet:
		return l.nested(n, &opRecordSet, p)
	case syntax.KindExcept:
		return l.except(n, p)
	case syntax.KindLet:
		return l.let(n, p)
	case syntax.KindAssumeProve:
		return l.statement(n, p)
	case syntax.KindOperator, syntax.KindLambda:
		return Constant, false
	}
	return l.operands(n, &opNop, p)
}

// argument returns what an operation demands of argument i.
func (o *operation) argument(i int) paramLevel {
	if o.arity < 0 {
		i = 0
	}
	return paramLevel{max: o.max[min(i, len(o.max)-1)], weight: o.weight, opaque: !o.weight}
}

// operand computes the level of argument i of an operation, and reports it if
// it is too high.
func (l *leveler) operand(n, arg syntax.Node, o *operation, i int, p place) (Level, bool) {
	want := o.argument(i)
	level, ok := l.expr(arg, p.inside(want))
	return l.checked(n, arg, o, i, level, ok)
}

func (l *leveler) checked(n, arg syntax.Node, o *operation, i int, level Level, ok bool) (Level, bool) {
	if limit := o.argument(i).max; level > limit {
		if ok {
			l.reportArgument(n, arg, o.name, i, level, limit)
		}
		ok = false
	}
	return level, ok
}

// operands computes the level of an operation on the children of a node.
func (l *leveler) operands(n syntax.Node, o *operation, p place) (Level, bool) {
	level, ok := o.level, true
	for i := range n.NumChildren() {
		lv, good := l.operand(n, n.Child(i), o, i, p)
		if o.weight {
			level = max(level, lv)
		}
		ok = ok && good
	}
	return level, ok
}

// subscripted computes the level of [A]_v or <<A>>_v; see builder.subscripted.
func (l *leveler) subscripted(n syntax.Node, o *operation, p place) (Level, bool) {
	v := n.Last()
	if v.Kind() != syntax.KindApply {
		return l.operands(n, o, p)
	}
	_, ok := l.operand(n, n.Child(0), o, 0, p)
	level, good := l.name(v, argList{}, p.inside(o.argument(1)))
	_, good = l.checked(n, v, o, 1, level, good)
	return o.level, ok && good
}

// nested computes the level of an operation on the children of the children of
// a node, such as the fields of a record.
func (l *leveler) nested(n syntax.Node, o *operation, p place) (Level, bool) {
	level, ok := o.level, true
	i := 0
	for c := range n.Children() {
		if c.Kind() == syntax.KindError {
			ok = false
			continue
		}
		for e := range c.Children() {
			lv, good := l.operand(n, e, o, i, p)
			level = max(level, lv)
			ok = ok && good
		}
		i++
	}
	return level, ok
}

// name computes the level of a name, or of its application.
func (l *leveler) name(n syntax.Node, args argList, p place) (Level, bool) {
	s := l.builder.refs[n.ID()]
	if s == nil {
		for i := range args.len() {
			l.expr(args.at(i), p)
		}
		return Constant, false
	}
	return l.symbol(n, s, args, p)
}

// operation computes the level of an operator's application.
func (l *leveler) operation(n syntax.Node, p place) (Level, bool) {
	t := n.Token()
	o := builtinOperations[t.Kind()]
	if o == nil {
		return l.name(n, argList{node: n}, p)
	}
	return l.builtin(n, t.Kind(), o, p)
}

// builtin computes the level of the application of an operator of the language.
func (l *leveler) builtin(n syntax.Node, k syntax.Kind, o *operation, p place) (Level, bool) {
	level, ok := o.level, true
	var found [2]Level
	for i := range min(n.NumChildren(), 2) {
		lv, good := l.operand(n, n.Child(i), o, i, p)
		found[i] = lv
		if o.weight {
			level = max(level, lv)
		}
		ok = ok && good
	}
	if !ok {
		return level, false
	}
	switch k {
	case syntax.OpBox, syntax.OpDiamond:
		ok = l.stuttering(n, k, found[0])
	case syntax.OpLeadsTo, syntax.OpGuarantees:
		for i, lv := range found {
			if lv == Action {
				l.builder.report(RuleLevel, n.Child(i).Span(), "An action cannot stand beside "+o.name+": that takes temporal formulas and formulas of one state")
				return level, false
			}
		}
	case syntax.OpAnd, syntax.OpLand, syntax.OpOr, syntax.OpLor, syntax.OpImplies, syntax.OpEquivalent:
		if l.mixed(found[:]) {
			l.builder.report(RuleLevel, n.Span(), mixedMessage(o.name))
			return level, false
		}
	}
	return level, ok
}

// mixed reports whether both actions and temporal formulas are among levels.
func (l *leveler) mixed(levels []Level) bool {
	action, temporal := false, false
	for _, lv := range levels {
		action = action || lv == Action
		temporal = temporal || lv == Temporal
	}
	return action && temporal
}

// stuttering reports [] or <> applied to an action that is not of the form that
// lets nothing happen. SANY looks only at applications of operators.
func (l *leveler) stuttering(n syntax.Node, k syntax.Kind, level Level) bool {
	arg := n.Child(0)
	for arg.Kind() == syntax.KindParens {
		arg = arg.Child(0)
	}
	if level != Action || !isApplication(arg.Kind()) || arg.Kind() == syntax.KindIdentifier && arg.Name() == "@" {
		return true
	}
	switch {
	case k == syntax.OpBox && arg.Kind() != syntax.KindBoxAction:
		l.builder.report(RuleLevel, arg.Span(), "[] takes an action only in the form [][A]_v, which allows steps that leave v unchanged")
		return false
	case k == syntax.OpDiamond && arg.Kind() != syntax.KindAngleAction:
		l.builder.report(RuleLevel, arg.Span(), "<> takes an action only in the form <><<A>>_v, which demands a step that changes v")
		return false
	}
	return true
}

// list computes the level of a list of conjuncts or disjuncts.
func (l *leveler) list(n syntax.Node, p place) (Level, bool) {
	level, ok := Constant, true
	action, temporal := false, false
	for item := range n.Children() {
		if item.Kind() != syntax.KindItem {
			ok = false
			continue
		}
		lv, good := l.operand(n, item.Child(0), &opList, 0, p)
		level = max(level, lv)
		ok = ok && good
		action = action || lv == Action
		temporal = temporal || lv == Temporal
	}
	if ok && action && temporal {
		name := "/\\"
		if n.Kind() == syntax.KindDisjunction {
			name = "\\/"
		}
		l.builder.report(RuleLevel, n.FirstToken().Span(), mixedMessage(name))
		ok = false
	}
	return level, ok
}

// quantifier computes the level of \A, \E, \AA or \EE.
func (l *leveler) quantifier(n syntax.Node, p place) (Level, bool) {
	if k := n.Token().Kind(); k == syntax.TemporalExists || k == syntax.TemporalForall {
		return l.binder(n, n.Last(), &opTemporal, p)
	}
	level, ok := l.binder(n, n.Last(), &opQuantifier, p)
	if level != Temporal || !ok {
		return level, ok
	}
	for c := range n.Children() {
		set := syntax.Bound{Node: c}.Set()
		if c.Kind() != syntax.KindBound || !set.Valid() {
			continue
		}
		// The level of the set is known to be computable: it was a moment ago.
		if l.levelOf(set) == Action {
			l.builder.report(RuleLevel, set.Span(), "The set that a temporal formula quantifies over must not be an action, with primes")
			ok = false
		}
	}
	return level, ok
}

// levelOf computes the level of an expression once more, without effect.
func (l *leveler) levelOf(n syntax.Node) Level {
	quiet := l.quiet
	l.quiet = true
	acc := l.within(func() (Level, bool) { return l.expr(n, place{limit: unlimited}) })
	l.quiet = quiet
	return acc.level
}

// own makes the names that a construct binds belong to the current definition.
func (l *leveler) own(n syntax.Node) {
	for c := range n.Children() {
		switch c.Kind() {
		case syntax.KindName:
			if s := l.builder.refs[c.ID()]; s != nil {
				s.reset()
				s.owner = l.cur.number
			}
		case syntax.KindBound, syntax.KindPattern:
			l.own(c)
		}
	}
}

// binder computes the level of a construct that binds names, with the given
// body.
func (l *leveler) binder(n, body syntax.Node, o *operation, p place) (Level, bool) {
	level, ok := l.sets(n, o, p)
	l.own(n)
	lv, good := l.operand(n, body, o, 0, p)
	if o.weight {
		level = max(level, lv)
	}
	return level, ok && good
}

// sets computes the level of the sets in bounds.
func (l *leveler) sets(n syntax.Node, o *operation, p place) (Level, bool) {
	level, ok := o.level, true
	for c := range n.Children() {
		if c.Kind() != syntax.KindBound {
			continue
		}
		set := syntax.Bound{Node: c}.Set()
		if !set.Valid() {
			continue
		}
		lv, good := l.expr(set, p)
		if lv > Action {
			if good {
				l.builder.report(RuleLevel, set.Span(), "A name cannot be bound to elements of a temporal formula")
			}
			good = false
		}
		level = max(level, lv)
		ok = ok && good
	}
	return level, ok
}

// except computes the level of [f EXCEPT ![a] = e].
func (l *leveler) except(n syntax.Node, p place) (Level, bool) {
	f := n.Child(0)
	var a at
	q := p.inside(opExcept.argument(0))
	level, ok := Constant, true
	if base := f.Unparen(); base.Kind() == syntax.KindIdentifier && base.Name() != "@" {
		a.node = base
		level, ok = l.expr(base, q)
	} else {
		acc := l.within(func() (Level, bool) { return l.expr(f, body) })
		sum := l.keep(acc)
		a.sum = &sum.dependence
		level, ok = sum.level, sum.ok
		l.apply(a.sum, q)
		l.demand(a.sum)
	}
	level, ok = l.checked(n, f, &opExcept, 0, level, ok)
	for i := 1; i < n.NumChildren(); i++ {
		u := n.Child(i)
		if u.Kind() != syntax.KindUpdate {
			ok = false
			continue
		}
		a.level = level
		lv, good := l.update(n, u, a, p)
		level = max(level, lv)
		ok = ok && good
	}
	return level, ok
}

// update computes the level of one update of EXCEPT.
func (l *leveler) update(n, u syntax.Node, a at, p place) (Level, bool) {
	level, ok := Constant, true
	last := u.NumChildren() - 1
	for i := range last {
		for arg := range u.Child(i).Children() {
			lv, good := l.operand(n, arg, &opExcept, 1, p)
			level = max(level, lv)
			ok = ok && good
		}
	}
	l.ats = append(l.ats, a)
	lv, good := l.operand(n, u.Child(last), &opExcept, 1, p)
	l.ats = l.ats[:len(l.ats)-1]
	return max(level, lv), ok && good
}

// at computes the level of @.
func (l *leveler) at(n syntax.Node, p place) (Level, bool) {
	if len(l.ats) == 0 {
		return Constant, false
	}
	a := l.ats[len(l.ats)-1]
	if a.sum != nil {
		l.apply(a.sum, p)
		return a.level, !a.broken
	}
	l.expr(a.node, p)
	return a.level, true
}

// let computes the level of LET … IN ….
func (l *leveler) let(n syntax.Node, p place) (Level, bool) {
	last := n.NumChildren() - 1
	ok := l.definitions(n, last)
	level, good := l.expr(n.Child(last), p)
	return level, ok && good
}

// definitions computes the levels of the first count children of a LET or a
// DEFINE.
func (l *leveler) definitions(n syntax.Node, count int) bool {
	// @ means nothing to the definitions' levels that it does not mean where
	// they are used; but its surroundings here are another definition's.
	var units []syntax.Node
	var announced []*Symbol
	ok := true
	for i := range count {
		u := n.Child(i)
		switch {
		case u.Kind() == syntax.KindRecursive:
			for c := range u.Children() {
				if s := l.builder.refs[c.ID()]; s != nil {
					announced = append(announced, s)
				}
			}
		case announced != nil:
			units = append(units, u)
		default:
			_, good := l.walkUnit(u)
			ok = ok && good
		}
	}
	if announced != nil {
		l.walkGroup(units, announced)
	}
	return ok
}

// selection computes the level of M!op(a) or of a part of a definition.
func (l *leveler) selection(n syntax.Node, p place) (Level, bool) {
	var list []syntax.Node
	for c := range n.Children() {
		for a := range c.Children() {
			list = append(list, a)
		}
	}
	if t, ok := l.builder.selected[n.ID()]; ok {
		return l.part(t, list, p)
	}
	args := argList{list: list}
	if list == nil {
		args.node = syntax.Node{}
	}
	return l.name(n, args, p)
}

// part computes the level of a part of a definition, applied to arguments.
func (l *leveler) part(t target, args []syntax.Node, p place) (Level, bool) {
	level, ok := Constant, true
	if t.node.Tree() == l.builder.tree && t.symbol.Source() == t.symbol {
		acc := l.within(func() (Level, bool) { return l.statement(t.node, place{limit: unlimited, weight: true}) })
		level, ok = acc.level, acc.ok
	} else {
		if t.symbol.derived != nil && !t.symbol.derived.done {
			l.substitute(t.symbol)
		}
		l.applyDefinition(t.symbol, p)
		level = t.symbol.level
	}
	for _, a := range args {
		if k := a.Kind(); k == syntax.KindOperator || k == syntax.KindLambda {
			continue
		}
		lv, good := l.expr(a, p)
		level = max(level, lv)
		ok = ok && good
	}
	return level, ok
}

// statement computes the level of an expression, ASSUME … PROVE or NEW.
func (l *leveler) statement(n syntax.Node, p place) (Level, bool) {
	switch n.Kind() {
	case syntax.KindAssumeProve:
		level, ok := Constant, true
		for c := range n.Children() {
			lv, good := l.statement(c, p)
			level = max(level, lv)
			ok = ok && good
		}
		return level, ok
	case syntax.KindNew:
		level := Constant
		if s := l.builder.refs[n.Child(0).ID()]; s != nil {
			level = s.level
		}
		if n.NumChildren() < 2 {
			return level, true
		}
		lv, ok := l.expr(n.Child(1), p)
		level = max(level, lv)
		if level == Temporal {
			if ok {
				l.builder.report(RuleLevel, n.Child(1).Span(), "A temporal formula is no set")
			}
			ok = false
		}
		return level, ok
	case syntax.KindLabel:
		return l.statement(n.Last(), p)
	}
	return l.expr(n, p)
}

// walkAssume computes the level of an assumption, which must be constant.
func (l *leveler) walkAssume(u syntax.Node) (Level, bool) {
	acc := l.within(func() (Level, bool) { return l.expr(u.Last(), body) })
	l.finishNamed(u, acc)
	if acc.level != Constant && acc.ok {
		l.builder.report(RuleLevel, u.Last().Span(), assumeMessage(u, acc.level))
		return acc.level, false
	}
	return acc.level, acc.ok
}

// finishNamed gives a named assumption, theorem or step its levels.
func (l *leveler) finishNamed(u syntax.Node, acc *accumulator) {
	if s := l.builder.refs[u.ID()]; s != nil {
		sum := l.keep(acc)
		s.level, s.ok, s.free = sum.level, sum.ok, sum.free
		if len(sum.alc) > 0 || len(sum.alp) > 0 {
			s.higher = &higher{alc: sum.alc, alp: sum.alp}
		}
	}
	if l.cur != nil {
		l.demand(&acc.dependence)
	}
}

// walkTheorem computes the levels of a theorem and its proof.
func (l *leveler) walkTheorem(u syntax.Node) (Level, bool) {
	i := 0
	if _, named := unitName(u); named {
		i = 1
	}
	acc := l.within(func() (Level, bool) { return l.statement(u.Child(i), body) })
	l.finishNamed(u, acc)
	level, ok := acc.level, acc.ok
	if proof := u.Child(i + 1); proof.Valid() {
		inside := l.within(func() (Level, bool) { return l.proof(proof) })
		l.demand(&inside.dependence)
		if level == Temporal {
			l.temporalProof(proof)
		}
		level = max(level, inside.level)
	}
	m := l.builder.current
	m.theoremLevel = max(m.theoremLevel, level)
	return level, ok
}

// proof computes the levels of everything in a proof, and returns the highest.
func (l *leveler) proof(n syntax.Node) (Level, bool) {
	level, ok := Constant, true
	raise := func(lv Level, good bool) {
		level = max(level, lv)
		ok = ok && good
	}
	switch n.Kind() {
	case syntax.KindBy, syntax.KindUse:
		return l.walkUse(n)
	case syntax.KindProof:
		calculated := syntax.Node{}
		for c := range n.Children() {
			if c.Kind() == syntax.KindStep {
				raise(l.step(c, calculated))
				calculated = rightSide(c)
			}
		}
	}
	return level, ok
}

// rightSide returns the right side of what a step states, if that is an infix
// expression: it is what @ means in the next step.
func rightSide(step syntax.Node) syntax.Node {
	if s := step.Child(0); s.Kind() == syntax.KindAssert && !s.Token().Valid() && s.Child(0).Kind() == syntax.KindInfix {
		return s.Child(0).Child(1)
	}
	return syntax.Node{}
}

// step computes the levels of a step and its proof; calculated is the right side
// of the step before.
func (l *leveler) step(n, calculated syntax.Node) (Level, bool) {
	s := n.Child(0)
	var level Level
	ok := true
	switch s.Kind() {
	case syntax.KindDefineStep:
		ok = l.definitions(s, s.NumChildren())
		for c := range s.Children() {
			if d := l.builder.refs[c.ID()]; d != nil {
				level = max(level, d.level)
			}
		}
	case syntax.KindUse, syntax.KindInstance:
		level, ok = l.walkUnit(s)
	default:
		acc := l.within(func() (Level, bool) { return l.calculation(s, calculated) })
		l.finishNamed(n, acc)
		level, ok = acc.level, acc.ok
		if s.Kind() == syntax.KindPick && level == Temporal {
			l.temporalPick(s)
		}
	}
	proof := n.Child(1)
	if !proof.Valid() {
		return level, ok
	}
	if level == Temporal {
		l.temporalProof(proof)
	}
	lv, good := l.proof(proof)
	return max(level, lv), ok && good
}

// calculation computes the level of what a step states, in which @ may stand for
// the right side of the step before.
func (l *leveler) calculation(n, before syntax.Node) (Level, bool) {
	e := n.Child(0)
	if !before.Valid() || n.Kind() != syntax.KindAssert || e.Kind() != syntax.KindInfix || e.Child(0).Kind() != syntax.KindIdentifier || e.Child(0).Name() != "@" {
		return l.assertion(n)
	}
	quiet := l.quiet
	l.quiet = true // its errors are known
	acc := l.within(func() (Level, bool) { return l.expr(before, body) })
	l.quiet = quiet
	sum := l.keep(acc)
	l.ats = append(l.ats, at{sum: &sum.dependence, level: sum.level, broken: !sum.ok})
	level, ok := l.operation(e, body)
	l.ats = l.ats[:len(l.ats)-1]
	return level, ok
}

// assertion computes the level of what a step states.
func (l *leveler) assertion(n syntax.Node) (Level, bool) {
	switch n.Kind() {
	case syntax.KindAssert:
		return l.statement(n.Child(0), body)
	case syntax.KindTake, syntax.KindPick:
		level, ok := l.sets(n, &opNop, body)
		l.own(n)
		if n.Kind() == syntax.KindPick {
			lv, good := l.expr(n.Last(), body)
			level, ok = max(level, lv), ok && good
		}
		return level, ok
	case syntax.KindWitness:
		return l.operands(n, &opWitness, body)
	}
	return l.operands(n, &opNop, body)
}

// temporalPick checks the bounds of a PICK whose formula is temporal.
func (l *leveler) temporalPick(n syntax.Node) {
	for c := range n.Children() {
		set := syntax.Bound{Node: c}.Set()
		if c.Kind() == syntax.KindBound && set.Valid() && l.levelOf(set) != Constant {
			l.builder.report(RuleLevel, set.Span(), "The set of a PICK with a temporal formula must be constant")
		}
	}
}

// temporalProof checks the steps of a proof of a temporal formula: they may
// only take apart what is constant.
func (l *leveler) temporalProof(n syntax.Node) {
	if n.Kind() != syntax.KindProof {
		return
	}
	for c := range n.Children() {
		s := c.Child(0)
		switch s.Kind() {
		case syntax.KindTake, syntax.KindWitness, syntax.KindHave:
			if l.stepLevelOf(s) != Constant {
				l.builder.report(RuleLevel, s.Span(), s.Token().Text()+" in the proof of a temporal formula takes only constant expressions")
			}
		case syntax.KindCaseStep:
			if l.stepLevelOf(s) != Constant {
				l.builder.report(RuleLevel, s.Span(), "CASE in the proof of a temporal formula takes only a constant expression")
			}
			l.temporalProof(c.Child(1))
		case syntax.KindQed:
			l.temporalProof(c.Child(1))
		}
	}
}

func (l *leveler) stepLevelOf(n syntax.Node) Level {
	quiet := l.quiet
	l.quiet = true
	acc := l.within(func() (Level, bool) { return l.assertion(n) })
	l.quiet = quiet
	return acc.level
}

// walkUse computes the levels of facts.
func (l *leveler) walkUse(n syntax.Node) (Level, bool) {
	level, ok := Constant, true
	for c := range n.Children() {
		switch c.Kind() {
		case syntax.KindFacts, syntax.KindModuleFact, syntax.KindOperator:
			continue
		}
		lv, good := l.statement(c, body)
		level = max(level, lv)
		ok = ok && good
	}
	return level, ok
}
