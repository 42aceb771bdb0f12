package module

import (
	"slices"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/syntax"
)

// Levels are computed in one walk over each definition's body. Upwards goes the
// level of each expression; downwards goes what the place of an expression
// demands of the parameters inside it, as a [place]. So no sets are made for
// expressions, only one for each definition.

// unlimited is the limit of a parameter of which no operator demands anything.
const unlimited = Temporal + 1

// paramLevel says what a definition demands of one of its arguments.
type paramLevel struct {
	max    Level // the highest level it may have
	weight bool  // the definition's level is at least the argument's
	// opaque says that the argument stands where equal values may not replace
	// each other, such as under a prime: the operator is not Leibniz.
	opaque bool
}

// freeUse says how a definition depends on something declared outside of it.
type freeUse struct {
	symbol *Symbol
	limit  Level // unlimited if nothing is demanded
	weight bool
	opaque bool
}

// argLevel says that a parameter that is an operator is applied, at its argument
// pos, 0-based, to something of a level.
type argLevel struct {
	op    *Symbol
	pos   int
	level Level
}

// argParam says that a parameter that is an operator is applied, at its
// argument pos, to something whose level depends on another parameter.
type argParam struct {
	op    *Symbol
	pos   int
	param *Symbol
}

// condition is an argParam between two parameters of one definition, by their
// numbers.
type condition struct{ op, pos, param int }

// dependence is how the level of a definition or an expression depends on
// symbols outside of it, and what it demands of them.
type dependence struct {
	free []freeUse
	alc  []argLevel
	alp  []argParam
}

var noHigher = &higher{}

// dependence returns how a definition depends on symbols outside of it.
func (s *Symbol) dependence() *dependence { return &dependence{s.free, s.alc, s.alp} }

// summary is what matters of the levels of an expression.
type summary struct {
	dependence
	level Level
	ok    bool // no error was found in it
}

// levels is what matters of a definition, besides its level.
type levels struct {
	free   []freeUse
	params []paramLevel
	*higher
}

// higher is what matters besides of definitions that apply parameters which are
// operators. Most do not; they share noHigher, which is never written to.
type higher struct {
	alc []argLevel
	alp []argParam
	// minMax has, for each parameter that is an operator, the level that each
	// of its own arguments must allow.
	minMax [][]Level
	conds  []condition
}

// accumulator collects the summary of what is being walked. Its number, from 1
// on, is another one each time that it is used.
type accumulator struct {
	summary
	number uint32
}

// scratch is what is noted of a symbol while its own text is analysed.
type scratch struct {
	seen  paramLevel // what has been found to be demanded of a parameter
	owner uint32     // the accumulator of the definition that a parameter belongs to
	stamp uint32     // the accumulator that has the symbol at index
	index int32
}

func (s *Symbol) reset() { s.seen = paramLevel{max: unlimited} }

// startRecursion assumes of an operator that is used before it is defined what
// SANY does.
func (s *Symbol) startRecursion() {
	s.ok = true
	s.params = make([]paramLevel, s.Arity)
	for i := range s.params {
		s.params[i] = paramLevel{max: Action, weight: true}
	}
}

// place says what the surroundings of an expression do with its level.
type place struct {
	limit  Level  // the highest level that they allow; unlimited for any
	weight bool   // it counts for the level of the definition
	opaque bool   // see paramLevel
	frames *frame // the operator parameters that it is an argument of
}

type frame struct {
	op   *Symbol
	pos  int
	next *frame
}

// with adds a frame, if it is not there yet.
func (p place) with(op *Symbol, pos int) place {
	for f := p.frames; f != nil; f = f.next {
		if f.op == op && f.pos == pos {
			return p
		}
	}
	p.frames = &frame{op, pos, p.frames}
	return p
}

// inside returns the place of an argument at this place.
func (p place) inside(arg paramLevel) place {
	if !arg.weight {
		return place{limit: arg.max, opaque: p.opaque || arg.opaque}
	}
	p.limit = min(p.limit, arg.max)
	p.opaque = p.opaque || arg.opaque
	return p
}

// body is the place of the body of a definition.
var body = place{limit: unlimited, weight: true}

// leveler computes levels.
type leveler struct {
	builder *builder
	cur     *accumulator
	quiet   bool // the first of two walks, which reports nothing
	group   bool // a group of recursive definitions is being walked
	ats     []at
	top     accumulator // of the current module's units

	// accumulators are those in use, and behind these some to use again.
	accumulators []*accumulator
	depth        int    // how many are in use
	number       uint32 // of the last one
	frees        slab[freeUse]
	paramLevels  slab[paramLevel]
}

// at is what @ stands for.
type at struct {
	node syntax.Node // a name
	sum  *dependence // or what is known of another expression
	// level is that of the updates before, or of the step of a calculation.
	level  Level
	broken bool // there is an error in it
}

// touch notes that an expression at a place depends on a symbol.
func (l *leveler) touch(s *Symbol, p place) {
	switch {
	case s.Kind.isFormal():
		if !l.isHere(s) {
			return
		}
		s.seen.max = min(s.seen.max, p.limit)
		s.seen.opaque = s.seen.opaque || p.opaque
		if s.owner == l.cur.number {
			s.seen.weight = s.seen.weight || p.weight
		} else {
			l.addFree(freeUse{s, p.limit, p.weight, p.opaque})
		}
	case s.Kind == KindConstant || s.Kind == KindVariable:
		l.addFree(freeUse{s, p.limit, p.weight, p.opaque})
	default:
		return
	}
	for f := p.frames; f != nil; f = f.next {
		l.addArgParam(argParam{f.op, f.pos, s})
	}
}

// isHere reports whether a symbol is declared in the text that is analysed, so
// that its scratch can be used.
func (l *leveler) isHere(s *Symbol) bool { return s.Node.Tree() == l.builder.tree }

func (l *leveler) addFree(f freeUse) {
	cur := l.cur
	s := f.symbol
	if l.isHere(s) {
		if s.stamp == cur.number {
			cur.free[s.index].merge(f)
			return
		}
		s.stamp, s.index = cur.number, int32(len(cur.free))
		cur.free = append(cur.free, f)
		return
	}
	for i := range cur.free {
		if cur.free[i].symbol == s {
			cur.free[i].merge(f)
			return
		}
	}
	cur.free = append(cur.free, f)
}

func (f *freeUse) merge(g freeUse) {
	f.limit = min(f.limit, g.limit)
	f.weight = f.weight || g.weight
	f.opaque = f.opaque || g.opaque
}

func (l *leveler) addArgParam(a argParam) {
	for _, b := range l.cur.alp {
		if a == b {
			return
		}
	}
	l.cur.alp = append(l.cur.alp, a)
}

func (l *leveler) addArgLevel(a argLevel) {
	for i := range l.cur.alc {
		if b := &l.cur.alc[i]; b.op == a.op && b.pos == a.pos {
			b.level = max(b.level, a.level)
			return
		}
	}
	l.cur.alc = append(l.cur.alc, a)
}

// within walks something with an accumulator of its own, which holds until the
// next call.
func (l *leveler) within(walk func() (Level, bool)) *accumulator {
	outer := l.cur
	if l.depth == len(l.accumulators) {
		l.accumulators = append(l.accumulators, &accumulator{})
	}
	acc := l.accumulators[l.depth]
	l.depth++
	l.begin(acc)
	l.cur = acc
	acc.level, acc.ok = walk()
	l.cur = outer
	l.depth--
	l.compact(acc)
	return acc
}

// begin empties an accumulator and gives it a number.
func (l *leveler) begin(acc *accumulator) {
	l.number++
	acc.number = l.number
	acc.free, acc.alc, acc.alp = acc.free[:0], acc.alc[:0], acc.alp[:0]
}

// compact merges entries of an accumulator for the same symbol. There are such
// where another accumulator had the symbol in between.
func (l *leveler) compact(acc *accumulator) {
	l.number++
	out := acc.free[:0]
	for _, f := range acc.free {
		s := f.symbol
		if !l.isHere(s) {
			out = append(out, f) // addFree has merged those
			continue
		}
		if s.stamp == l.number {
			out[s.index].merge(f)
			continue
		}
		s.stamp, s.index = l.number, int32(len(out))
		out = append(out, f)
	}
	acc.free = out
}

// keep returns a copy of an accumulator's summary that stays as it is.
func (l *leveler) keep(acc *accumulator) summary {
	return summary{
		dependence: dependence{free: l.frees.copy(acc.free), alc: slices.Clone(acc.alc), alp: slices.Clone(acc.alp)},
		level:      acc.level, ok: acc.ok,
	}
}

// apply makes a place depend on what something else does.
func (l *leveler) apply(s *dependence, p place) {
	for _, f := range s.free {
		q := place{limit: f.limit, opaque: p.opaque || f.opaque}
		if f.weight {
			q.limit = min(q.limit, p.limit)
			q.weight, q.frames = p.weight, p.frames
		}
		l.touch(f.symbol, q)
	}
}

// demand makes what something demands of symbols demanded by the current
// definition too, without depending on them.
func (l *leveler) demand(s *dependence) {
	for _, f := range s.free {
		l.touch(f.symbol, place{limit: f.limit, opaque: f.opaque})
	}
	for _, a := range s.alc {
		l.addArgLevel(a)
	}
	for _, a := range s.alp {
		l.addArgParam(a)
	}
}

func (b *builder) levelUnit(u syntax.Node) {
	b.cur = &b.top
	b.walkUnit(u)
	b.cur = nil
}

// levelSection computes the levels of a section that RECURSIVE began.
func (b *builder) levelSection() {
	sec := b.section
	b.section = section{}
	if len(sec.announced) == 0 {
		return
	}
	b.cur = &b.top
	b.walkGroup(sec.units, sec.announced)
	b.cur = nil
}

// walkGroup computes the levels of definitions that use each other: first with
// what startRecursion assumes, then with what has been found.
func (l *leveler) walkGroup(units []syntax.Node, announced []*Symbol) {
	if l.group {
		for _, u := range units {
			l.walkUnit(u)
		}
		return
	}
	l.group = true
	quiet := l.quiet
	l.quiet = true
	for _, u := range units {
		l.walkUnit(u)
	}
	l.quiet = quiet
	level := Constant
	for _, s := range announced {
		for i, p := range s.params {
			if p.max < Action && i < len(s.Params) {
				l.builder.report(RuleLevel, s.NameSpan(), quote(s.Params[i].Name)+" is primed in the body of the recursive operator "+
					quote(s.Name)+", or used where only a state will do; SANY allows that in no operator declared RECURSIVE")
			}
		}
		level = max(level, s.level)
	}
	for _, u := range units {
		if s := l.builder.refs[u.ID()]; s != nil && s.Kind == KindOperator {
			s.level = max(s.level, level)
		}
	}
	for _, s := range announced {
		s.level = max(s.level, level)
	}
	for _, u := range units {
		l.walkUnit(u)
	}
	l.group = false
}

// walkUnit computes the levels of a unit of a module or LET.
func (l *leveler) walkUnit(u syntax.Node) (Level, bool) {
	switch u.Kind() {
	case syntax.KindDefinition, syntax.KindFunction:
		s := l.builder.refs[u.ID()]
		if s == nil {
			return Constant, false
		}
		l.define(s, u)
		return s.level, s.ok
	case syntax.KindModuleDefinition:
		if s := l.builder.refs[u.ID()]; s != nil && s.instance != nil {
			return Constant, l.walkInstance(s.instance)
		}
	case syntax.KindInstance:
		if inst := l.builder.instances[u.ID()]; inst != nil {
			return Constant, l.walkInstance(inst)
		}
	case syntax.KindAssume:
		return l.walkAssume(u)
	case syntax.KindTheorem:
		return l.walkTheorem(u)
	case syntax.KindUse:
		return l.walkUse(u)
	}
	return Constant, true
}

// define computes the levels of a definition.
func (l *leveler) define(s *Symbol, u syntax.Node) {
	s.ok = true // for a function's references to itself
	acc := l.within(func() (Level, bool) {
		for _, p := range s.Params {
			p.reset()
			p.owner = l.cur.number
		}
		if u.Kind() == syntax.KindFunction {
			return l.binder(u, u.Last(), &opFcn, body)
		}
		return l.expr(u.Last(), body)
	})
	l.complete(s, acc)
	if l.cur != nil {
		l.demand(s.dependence())
	}
}

// complete makes the levels of a definition from what was found in its body.
func (l *leveler) complete(s *Symbol, acc *accumulator) {
	recursive := s.Recursive && len(s.params) == len(s.Params)
	old := s.params
	s.params = l.paramLevels.take(len(s.Params))
	s.higher = noHigher
	if len(acc.alc) > 0 || len(acc.alp) > 0 || slices.ContainsFunc(s.Params, func(p *Symbol) bool { return p.Arity > 0 }) {
		s.higher = &higher{}
	}
	for i, p := range s.Params {
		s.params[i] = p.seen
		s.params[i].max = min(p.seen.max, Temporal)
		if recursive {
			s.params[i].max = min(s.params[i].max, old[i].max)
			s.params[i].weight = s.params[i].weight || old[i].weight
		}
		if p.Arity > 0 {
			if s.minMax == nil {
				s.minMax = make([][]Level, len(s.Params))
			}
			s.minMax[i] = make([]Level, p.Arity)
		}
	}
	own := func(p *Symbol) int {
		for i, q := range s.Params {
			if p == q {
				return i
			}
		}
		return -1
	}
	s.level = max(s.level, acc.level)
	s.ok = acc.ok
	s.free = l.frees.copy(acc.free)
	for _, a := range acc.alc {
		if i := own(a.op); i >= 0 {
			if s.minMax != nil && a.pos < len(s.minMax[i]) {
				s.minMax[i][a.pos] = max(s.minMax[i][a.pos], a.level)
			}
			continue
		}
		s.alc = append(s.alc, a)
	}
	for _, a := range acc.alp {
		i, j := own(a.op), own(a.param)
		if i >= 0 && j >= 0 {
			s.conds = append(s.conds, condition{i, a.pos, j})
			continue
		}
		s.alp = append(s.alp, a)
	}
}

// compact merges entries for the same symbol, and drops bound names, which
// nobody outside can see.
func compact(free []freeUse) []freeUse {
	if len(free) == 0 {
		return nil
	}
	out := make([]freeUse, 0, len(free))
	if len(free) > 16 {
		at := make(map[*Symbol]int, len(free))
		for _, f := range free {
			if i, ok := at[f.symbol]; ok {
				out[i].merge(f)
				continue
			}
			at[f.symbol] = len(out)
			out = append(out, f)
		}
		return out
	}
next:
	for _, f := range free {
		for i := range out {
			if out[i].symbol == f.symbol {
				out[i].merge(f)
				continue next
			}
		}
		out = append(out, f)
	}
	return out
}

// argList are the arguments of an application: the children of a node, or a
// list where they stand in several places.
type argList struct {
	node syntax.Node
	list []syntax.Node
}

func (a argList) len() int {
	if a.list != nil {
		return len(a.list)
	}
	return a.node.NumChildren()
}

func (a argList) at(i int) syntax.Node {
	if a.list != nil {
		return a.list[i]
	}
	return a.node.Child(i)
}

// symbol computes the level of the application of a symbol to arguments. The
// node is the whole of it.
func (l *leveler) symbol(n syntax.Node, s *Symbol, args argList, p place) (Level, bool) {
	if s.isParam() {
		return l.parameter(s, args, p)
	}
	if s.derived != nil && !s.derived.done {
		l.substitute(s)
	}
	if s.Kind == KindInstance || s.Kind == KindStep {
		return Constant, true
	}
	if args.len() == 0 || len(s.params) != args.len() {
		l.applyDefinition(s, p)
		return s.level, s.ok && args.len() == len(s.params)
	}
	return l.application(n, s, args, p)
}

func (l *leveler) applyDefinition(s *Symbol, p place) {
	l.apply(s.dependence(), p)
	for _, a := range s.alc {
		l.addArgLevel(a)
	}
	for _, a := range s.alp {
		l.addArgParam(a)
	}
}

// parameter computes the level of a parameter or declaration, applied to
// arguments if it is an operator.
func (l *leveler) parameter(s *Symbol, args argList, p place) (Level, bool) {
	l.touch(s, p)
	level, ok := s.level, true
	for i := range args.len() {
		q := p
		if s.Arity > 0 {
			q = p.with(s, i)
		}
		lv, good := l.expr(args.at(i), q)
		level = max(level, lv)
		ok = ok && good
		if s.Arity > 0 {
			l.addArgLevel(argLevel{s, i, lv})
		}
	}
	return level, ok && args.len() == s.Arity
}

// application computes the level of a definition applied to arguments.
func (l *leveler) application(n syntax.Node, s *Symbol, args argList, p place) (Level, bool) {
	var places [6]place
	var found [6]Level
	var ops [6]*Symbol
	at, lv, op := places[:0], found[:0], ops[:0]
	higher := false
	for i := range args.len() {
		at = append(at, p.inside(s.params[i]))
		lv = append(lv, Constant)
		var o *Symbol
		if i < len(s.Params) && s.Params[i].Arity > 0 {
			o = l.operatorOf(args.at(i))
			higher = true
		}
		op = append(op, o)
	}
	if higher {
		l.placeCoparameters(s, op, at)
	}
	if len(s.alp) > 0 {
		l.placeFree(s, op, at)
	}
	level, ok := s.level, s.ok
	for i := range args.len() {
		arg := args.at(i)
		good := true
		if i < len(s.Params) && s.Params[i].Arity > 0 {
			if op[i] == nil {
				ok = false
				continue
			}
			lv[i], good = l.operatorLevel(op[i], at[i])
		} else {
			lv[i], good = l.expr(arg, at[i])
		}
		if lv[i] > s.params[i].max {
			if ok && good {
				l.reportArgument(n, arg, s.Name, i, lv[i], s.params[i].max)
			}
			good = false
		}
		if s.params[i].weight {
			level = max(level, lv[i])
		}
		ok = ok && good
	}
	l.applyDefinition(s, p)
	if higher {
		ok = l.checkOperators(n, s, op, lv) && ok
	}
	return level, ok
}

// operatorOf returns the symbol of an operator that is passed as an argument,
// with its levels computed, or nil.
func (l *leveler) operatorOf(n syntax.Node) *Symbol {
	o := l.builder.refs[n.ID()]
	if o == nil {
		return nil
	}
	if n.Kind() == syntax.KindLambda {
		acc := l.within(func() (Level, bool) {
			for _, p := range o.Params {
				p.reset()
				p.owner = l.cur.number
			}
			return l.expr(n.Last(), body)
		})
		o.level = Constant
		l.complete(o, acc)
		return o
	}
	if o.derived != nil && !o.derived.done {
		l.substitute(o)
	}
	return o
}

// operatorLevel computes the level of an operator that is passed as an
// argument.
func (l *leveler) operatorLevel(o *Symbol, p place) (Level, bool) {
	if o.isParam() {
		l.touch(o, p)
		return o.level, true
	}
	l.applyDefinition(o, p)
	return o.level, o.ok
}

// placeCoparameters sets the places of arguments that an operator passed along
// with them is applied to.
func (l *leveler) placeCoparameters(s *Symbol, op []*Symbol, at []place) {
	for _, c := range s.conds {
		o := op[c.op]
		switch {
		case o == nil:
		case o.isParam():
			at[c.param] = at[c.param].with(o, c.pos)
		case c.pos < len(o.params):
			at[c.param].limit = min(at[c.param].limit, o.params[c.pos].max)
			at[c.param].opaque = at[c.param].opaque || o.params[c.pos].opaque
		}
	}
}

// placeFree does the same where only one of the two is an argument.
func (l *leveler) placeFree(s *Symbol, op []*Symbol, at []place) {
	for _, a := range s.alp {
		for i, q := range s.Params {
			switch {
			case i >= len(op):
			case q == a.op && op[i] != nil && op[i].isParam():
				l.addArgParam(argParam{op[i], a.pos, a.param})
			case q == a.op && op[i] != nil && a.pos < len(op[i].params):
				l.touch(a.param, place{limit: op[i].params[a.pos].max})
			case q == a.param:
				at[i] = at[i].with(a.op, a.pos)
			}
		}
	}
}

// checkOperators checks operators that are passed as arguments against what is
// done with them.
func (l *leveler) checkOperators(n syntax.Node, s *Symbol, op []*Symbol, lv []Level) bool {
	ok := true
	for i, o := range op {
		if o == nil || s.minMax == nil || i >= len(s.minMax) {
			continue
		}
		for j, least := range s.minMax[i] {
			switch {
			case o.isParam():
				l.addArgLevel(argLevel{o, j, least})
			case j < len(o.params) && o.params[j].max < least:
				if s.ok && o.ok {
					l.builder.report(RuleLevel, n.Span(), quote(s.Name)+" applies the operator "+quote(o.Name)+" to an argument of "+least.String()+
						" level, but "+quote(o.Name)+" takes at most one of "+o.params[j].max.String()+" level")
				}
				ok = false
			}
		}
	}
	for _, c := range s.conds {
		o := op[c.op]
		switch {
		case o == nil || c.param >= len(lv):
		case o.isParam():
			l.addArgLevel(argLevel{o, c.pos, lv[c.param]})
		case c.pos < len(o.params) && lv[c.param] > o.params[c.pos].max:
			if o.ok && ok {
				l.builder.report(RuleLevel, n.Span(), quote(s.Name)+" applies the operator "+quote(o.Name)+" to its argument "+itoa(c.param+1)+
					", which is of "+lv[c.param].String()+" level; "+quote(o.Name)+" takes at most "+o.params[c.pos].max.String()+" level")
			}
			ok = false
		}
	}
	return ok
}

// reportArgument reports an argument whose level is too high.
func (l *leveler) reportArgument(n, arg syntax.Node, name string, i int, level, limit Level) {
	l.builder.add(finding.Finding{Rule: RuleLevel, Severity: finding.Error, Span: arg.Span(), Message: argumentMessage(n, name, i, level, limit)})
}
