package module

import (
	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/syntax"
)

// instance is an INSTANCE statement, or an instance inside an instantiated
// module, seen from the module that instantiates it: J of I!J.
type instance struct {
	// module is what is instantiated; nil where it was not found.
	module *Module
	params []*Symbol
	substs []subst
	node   syntax.Node
	symbol *Symbol // the instance's name; nil for an unnamed one
	// outer and inner are I and J of I!J, whose operators are those of J, with
	// the substitutions of I. Both are nil otherwise.
	outer, inner *instance
	walked       bool
}

// subst is what stands for one declaration of the module that is instantiated.
type subst struct {
	decl *Symbol
	node syntax.Node // behind <-
	// symbol stands for it where nothing was written, and where decl is an
	// operator and an operator is given by name.
	symbol *Symbol
	sum    summary // of the levels of node or symbol
}

// derivation says how a symbol comes from one of an instantiated module.
type derivation struct {
	instance *instance
	base     *Symbol
	done     bool // the levels are computed
}

type derivedKey struct {
	instance *instance
	base     *Symbol
	name     string
}

// lookup returns the definition of an instance by its name, or nil.
func (inst *instance) lookup(b *builder, name string) *Symbol {
	if inst.outer != nil {
		s := inst.inner.lookup(b, name)
		if s == nil {
			return nil
		}
		return b.derive(inst.outer, s, name)
	}
	m := inst.module
	s := m.Lookup(name)
	if s == nil || s.Local {
		s = m.hidden[name]
	}
	if s == nil {
		return nil
	}
	switch s.Kind {
	case KindOperator, KindInstance, KindTheorem, KindAssumption:
		return b.derive(inst, s, name)
	}
	return nil
}

// derive returns what a definition of an instantiated module is to the module
// that instantiates it.
func (b *builder) derive(inst *instance, base *Symbol, name string) *Symbol {
	key := derivedKey{inst, base, name}
	if s := b.derivedSymbols[key]; s != nil {
		return s
	}
	s := b.newSymbol(name, base.Kind, inst.node)
	s.Arity, s.Params, s.Function = base.Arity+len(inst.params), base.Params, base.Function
	s.source, s.labels = base.Source(), base.labels
	s.derived = &derivation{instance: inst, base: base}
	if inst.symbol != nil {
		s.Name = inst.symbol.Name + "!" + name
	}
	if len(inst.params) > 0 {
		s.Params = append(append([]*Symbol{}, inst.params...), base.Params...)
	}
	if base.instance != nil {
		s.instance = &instance{module: base.instance.module, params: s.Params, node: inst.node, symbol: s, outer: inst, inner: base.instance}
	}
	if b.derivedSymbols == nil {
		b.derivedSymbols = map[derivedKey]*Symbol{}
	}
	b.derivedSymbols[key] = s
	return s
}

// bring adds a definition of a module that is instantiated without a name.
func (b *builder) bring(s *Symbol, inst *instance, u syntax.Node, local bool, at finding.Span) {
	if inst.module.parameterFree() || s.Source().Module == nil || s.Source().Module.parameterFree() {
		if local {
			c := b.newSymbol(s.Name, s.Kind, s.Node)
			d := c.details
			*c = *s
			*d = *s.details
			d.source = s.Source()
			c.Local, c.scratch, c.details = true, scratch{}, d
			s = c
		}
		b.declareHere(s, at)
		return
	}
	d := b.derive(inst, s, s.Name)
	d.Local = local
	b.declareHere(d, at)
}

// instanceSpan is the place of an unnamed INSTANCE: the words up to the module's
// name.
func instanceSpan(n syntax.Node) finding.Span {
	span := n.FirstToken().Span()
	if name := n.Child(0); name.Valid() {
		span.End = name.Span().End
	}
	return span
}

// instantiate reads INSTANCE M WITH ….
func (b *builder) instantiate(n syntax.Node) *instance {
	inst := &instance{node: n}
	if b.instances == nil {
		b.instances = map[int]*instance{}
	}
	b.instances[n.ID()] = inst
	if n.Kind() == syntax.KindInstance && n.Child(0).Kind() == syntax.KindName {
		inst.module = b.findModule(n.Child(0))
	}
	m := inst.module
	if m == nil {
		for c := range n.Children() {
			if c.Kind() == syntax.KindSubstitution {
				b.looseArguments(c, 0)
			}
		}
		return inst
	}
	explicit := map[string]syntax.Node{}
	for c := range n.Children() {
		if c.Kind() == syntax.KindSubstitution {
			b.substitution(m, c, explicit)
		}
	}
	for _, list := range [][]*Symbol{m.constants, m.variables} {
		for _, decl := range list {
			b.implicit(inst, decl, explicit)
		}
	}
	return inst
}

// substitution reads x <- e.
func (b *builder) substitution(m *Module, c syntax.Node, explicit map[string]syntax.Node) {
	name := nameOf(c)
	value := c.Child(0)
	decl := m.Lookup(name)
	if decl == nil && name == "-" {
		decl = m.Lookup("-.")
	}
	if decl == nil || !decl.Kind.isDeclaration() {
		if !m.incomplete || decl != nil {
			b.report(RuleInstance, c.NameSpan(), quote(name)+" is no constant or variable of the module "+quote(m.Name)+", so nothing can be put in its place")
		}
		b.looseArguments(c, 0)
		return
	}
	b.ref(c, decl)
	if _, twice := explicit[decl.Name]; twice {
		b.report(RuleInstance, c.NameSpan(), quote(name)+" is replaced twice")
	} else {
		explicit[decl.Name] = value
	}
	if decl.Arity == 0 {
		b.expr(value)
		return
	}
	b.argument(value, decl.Arity, decl, 0)
}

// implicit finds what stands for one declaration.
func (b *builder) implicit(inst *instance, decl *Symbol, explicit map[string]syntax.Node) {
	n := inst.node
	if value, ok := explicit[decl.Name]; ok {
		s := subst{decl: decl, node: value}
		if decl.Arity > 0 {
			s.symbol = b.refs[value.ID()]
		}
		inst.substs = append(inst.substs, s)
		return
	}
	s := b.scope.lookup(decl.Name)
	if s == nil {
		if !b.isSilent(decl.Name) && !b.endsInError(n) {
			b.report(RuleInstance, instanceSpan(n), missingSubstitution(inst.module, decl))
		}
		return
	}
	if s.Arity != decl.Arity {
		b.report(RuleInstance, instanceSpan(n), quote(decl.Name)+" of the module "+quote(inst.module.Name)+" takes "+plural(decl.Arity, "argument")+
			", but what has that name here takes "+argumentCount(s.Arity)+"; write WITH "+decl.Name+" <- …")
		return
	}
	inst.substs = append(inst.substs, subst{decl: decl, symbol: s})
}

// walkInstance computes the levels of substitutions and checks them.
func (l *leveler) walkInstance(inst *instance) bool {
	inst.walked = true
	m := inst.module
	ok := true
	for i := range inst.substs {
		sub := &inst.substs[i]
		acc := l.within(func() (Level, bool) {
			for _, p := range inst.params {
				p.owner = 0
			}
			return l.substLevel(sub)
		})
		sub.sum = l.keep(acc)
		if l.cur != nil {
			l.demand(&sub.sum.dependence)
		}
		ok = l.checkSubst(inst, sub) && ok
	}
	if m != nil {
		for _, a := range m.top.alp {
			ok = l.checkCoparameter(inst, a) && ok
		}
	}
	return ok
}

func (l *leveler) substLevel(sub *subst) (Level, bool) {
	switch {
	case sub.symbol != nil && sub.decl.Arity > 0:
		s := sub.symbol
		if sub.node.Valid() {
			if s = l.operatorOf(sub.node); s == nil {
				return Constant, false
			}
		}
		return l.operatorLevel(s, body)
	case sub.symbol != nil:
		return l.symbol(syntax.Node{}, sub.symbol, argList{}, body)
	}
	return l.expr(sub.node, body)
}

// at is the place to report a substitution at.
func (sub *subst) at(inst *instance) finding.Span {
	if sub.node.Valid() {
		return sub.node.Span()
	}
	return instanceSpan(inst.node)
}

// checkSubst checks one substitution against what the module demands.
func (l *leveler) checkSubst(inst *instance, sub *subst) bool {
	m, decl := inst.module, sub.decl
	limit := unlimited
	if !m.constantModule {
		limit = decl.level
	}
	for _, f := range m.top.free {
		if f.symbol == decl {
			limit = min(limit, f.limit)
		}
	}
	if sub.sum.level > limit {
		if sub.sum.ok {
			l.builder.report(RuleInstance, sub.at(inst), "For "+quote(decl.Name)+" of the module "+quote(m.Name)+" only something of "+limit.String()+
				" level can be put; this is of "+sub.sum.level.String()+" level")
		}
		return false
	}
	s := sub.symbol
	if decl.Arity == 0 || s == nil || s.isParam() {
		return true
	}
	for i, p := range s.params {
		if p.opaque {
			l.builder.report(RuleInstance, sub.at(inst), "The operator "+quote(s.Name)+" cannot be put for "+quote(decl.Name)+
				": its argument "+itoa(i+1)+" stands under a prime or its like, where equal values must not replace each other")
			return false
		}
	}
	for _, a := range m.top.alc {
		if a.op == decl && a.pos < len(s.params) && s.params[a.pos].max < a.level {
			l.builder.report(RuleInstance, sub.at(inst), "The module "+quote(m.Name)+" applies "+quote(decl.Name)+" to something of "+a.level.String()+
				" level, but "+quote(s.Name)+" takes at most "+s.params[a.pos].max.String()+" level")
			return false
		}
	}
	return true
}

// checkCoparameter checks two substitutions of which one is applied to the
// other.
func (l *leveler) checkCoparameter(inst *instance, a argParam) bool {
	op, param := inst.subst(a.op), inst.subst(a.param)
	if op == nil || param == nil || op.symbol == nil || op.symbol.isParam() || a.pos >= len(op.symbol.params) {
		return true
	}
	limit := op.symbol.params[a.pos].max
	if param.sum.level <= limit || !param.sum.ok || !op.symbol.ok {
		return true
	}
	l.builder.report(RuleInstance, param.at(inst), "The module "+quote(inst.module.Name)+" applies "+quote(a.op.Name)+" to "+quote(a.param.Name)+
		", and "+quote(op.symbol.Name)+" takes at most "+limit.String()+" level; this is of "+param.sum.level.String()+" level")
	return false
}

// subst returns what stands for a declaration, or nil.
func (inst *instance) subst(decl *Symbol) *subst {
	for i := range inst.substs {
		if inst.substs[i].decl == decl {
			return &inst.substs[i]
		}
	}
	return nil
}

// substitute computes the levels of a derived symbol.
func (l *leveler) substitute(s *Symbol) {
	d := s.derived
	d.done = true
	base, inst := d.base, d.instance
	if base.derived != nil && !base.derived.done {
		l.substitute(base)
	}
	s.levels, s.level, s.ok = base.levels, base.level, base.ok
	s.free = nil
	if base.higher != noHigher {
		s.higher = &higher{minMax: base.minMax, conds: base.conds}
	}
	extra := make([]paramLevel, len(inst.params))
	for i := range extra {
		extra[i].max = Temporal
	}
	constant := inst.module == nil || inst.module.constantModule
	add := func(f freeUse) {
		for i, p := range inst.params {
			if p == f.symbol {
				extra[i].max = min(extra[i].max, f.limit)
				extra[i].weight = extra[i].weight || f.weight
				extra[i].opaque = extra[i].opaque || f.opaque
				return
			}
		}
		s.free = append(s.free, f)
	}
	for _, f := range base.free {
		sub := inst.subst(f.symbol)
		if sub == nil {
			add(f)
			continue
		}
		if f.weight {
			s.level = max(s.level, sub.sum.level)
		}
		limit := f.limit
		if limit < unlimited && !constant {
			limit = sub.decl.level
		}
		for _, g := range sub.sum.free {
			add(freeUse{g.symbol, limit, f.weight && g.weight, f.opaque || g.opaque})
		}
	}
	l.substituteOperators(s, base, inst)
	s.free = compact(s.free)
	if len(extra) > 0 {
		s.params = append(extra, base.params...)
		if base.minMax != nil {
			s.minMax = append(make([][]Level, len(extra)), base.minMax...)
		}
		if len(base.conds) > 0 {
			s.conds = nil
			for _, c := range base.conds {
				s.conds = append(s.conds, condition{c.op + len(extra), c.pos, c.param + len(extra)})
			}
		}
	}
}

// substituteOperators does what substitute does for operators that are
// parameters.
func (l *leveler) substituteOperators(s, base *Symbol, inst *instance) {
	for _, a := range base.alc {
		sub := inst.subst(a.op)
		switch {
		case sub == nil:
			s.alc = append(s.alc, a)
		case sub.symbol != nil && sub.symbol.isParam():
			s.alc = append(s.alc, argLevel{sub.symbol, a.pos, a.level})
		}
	}
	for _, a := range base.alp {
		op, param := inst.subst(a.op), inst.subst(a.param)
		o := a.op
		if op != nil {
			o = op.symbol
		}
		if o == nil {
			continue
		}
		params := []freeUse{{symbol: a.param, weight: true}}
		if param != nil {
			params = param.sum.free
			if o.isParam() {
				s.alc = append(s.alc, argLevel{o, a.pos, param.sum.level})
			}
		}
		for _, g := range params {
			if !g.weight {
				continue
			}
			if o.isParam() {
				s.alp = append(s.alp, argParam{o, a.pos, g.symbol})
			} else if a.pos < len(o.params) {
				s.free = append(s.free, freeUse{symbol: g.symbol, limit: o.params[a.pos].max})
			}
		}
	}
}

// finishModule completes a module, so that it can be shared.
func (b *builder) finishModule(m *Module) {
	b.leveler.compact(&b.top)
	m.top = b.top.dependence
	own := m.Symbols[len(m.imports.symbols):]
	for _, s := range own {
		b.finishSymbol(s)
	}
	for _, s := range m.hidden {
		b.finishSymbol(s)
	}
	m.top.add(&m.imports.top)
	m.theoremLevel = max(m.theoremLevel, m.imports.theoremLevel)
	m.constantModule = len(m.variables) == 0 && m.theoremLevel == Constant && m.imports.constant
	for _, s := range own {
		if !m.constantModule {
			break
		}
		m.constantModule = s.isConstant()
	}
}

// isConstant reports whether a symbol, or all that an instance defines, is of
// constant level.
func (s *Symbol) isConstant() bool {
	if s.Kind == KindInstance {
		return s.instance.constant()
	}
	return s.level == Constant
}

func (b *builder) finishSymbol(s *Symbol) {
	if s.derived != nil && !s.derived.done {
		b.leveler.substitute(s)
	}
}

// add merges what two modules demand of their declarations.
func (s *dependence) add(t *dependence) {
	s.free = compact(append(s.free[:len(s.free):len(s.free)], t.free...))
	s.alc = append(s.alc[:len(s.alc):len(s.alc)], t.alc...)
	s.alp = append(s.alp[:len(s.alp):len(s.alp)], t.alp...)
}

// constant reports whether everything that an instance defines is constant.
func (inst *instance) constant() bool {
	if inst.outer != nil {
		return inst.inner.constant() && inst.outer.constant()
	}
	if inst.module == nil {
		return true
	}
	if len(inst.module.variables) > 0 || !inst.module.constantModule {
		return false
	}
	for i := range inst.substs {
		if inst.substs[i].sum.level != Constant {
			return false
		}
	}
	return true
}
