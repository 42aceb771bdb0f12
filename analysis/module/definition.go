package module

import (
	"strconv"

	"github.com/specls/specls/analysis/syntax"
)

func itoa(n int) string { return strconv.Itoa(n) }

// section is what lies between RECURSIVE and the last of the definitions that
// it announces. Levels are computed once it is complete.
type section struct {
	announced []*Symbol     // declared RECURSIVE, those of LETs too
	open      int           // how many of them are not yet defined
	units     []syntax.Node // the module's units inside, whose levels wait
}

// checkSection reports a unit that must not stand inside a section.
func (b *builder) checkSection(u syntax.Node) {
	if b.section.open == 0 {
		return
	}
	b.report(RuleRecursive, u.FirstToken().Span(), "Between RECURSIVE and what it declares there may only be definitions; define "+
		quote(b.firstOpen().Name)+" before this")
}

func (b *builder) firstOpen() *Symbol {
	for _, s := range b.section.announced {
		if !s.defined {
			return s
		}
	}
	return &Symbol{details: noDetails}
}

// recursive reads RECURSIVE.
func (b *builder) recursive(u syntax.Node) {
	for c := range u.Children() {
		if c.Kind() != syntax.KindParameter || nameOf(c) == "" {
			continue
		}
		s := b.declared(c, KindOperator, Constant)
		s.Recursive, s.defined, s.letDepth = true, false, b.letDepth
		for range s.Arity {
			s.Params = append(s.Params, b.newSymbol("", KindParameter, syntax.Node{}))
		}
		s.startRecursion()
		b.declareHere(s, c.NameSpan())
		b.section.announced = append(b.section.announced, s)
		b.section.open++
	}
}

// endSection reports what was declared RECURSIVE at this depth of LETs and not
// defined.
func (b *builder) endSection() {
	for _, s := range b.section.announced {
		if s.letDepth != b.letDepth || s.defined || s.Module != b.current {
			continue
		}
		s.defined = true
		b.section.open--
		if b.skipped[s.Name] {
			continue
		}
		b.report(RuleRecursive, s.NameSpan(), quote(s.Name)+" is declared RECURSIVE but not defined")
	}
	if b.letDepth == 0 {
		b.levelSection()
	}
}

// definition reads a definition or an unnamed INSTANCE, and computes its levels
// if nothing speaks against doing so now.
func (b *builder) definition(u syntax.Node) {
	switch u.Kind() {
	case syntax.KindDefinition:
		b.operatorDefinition(u)
	case syntax.KindFunction:
		b.functionDefinition(u)
	case syntax.KindModuleDefinition:
		b.moduleDefinition(u)
	case syntax.KindInstance:
		b.instanceUnit(u)
	}
	if b.letDepth > 0 || len(b.proofs) > 0 {
		return
	}
	if b.section.announced != nil {
		b.section.units = append(b.section.units, u)
		if b.section.open == 0 {
			b.levelSection()
		}
		return
	}
	b.levelUnit(u)
}

// announced returns the symbol that RECURSIVE declared for a definition, or
// nil. A symbol of that name that is something else is reported.
func (b *builder) announcedAs(u syntax.Node, name string) (s *Symbol, clash bool) {
	was := b.scope.lookup(name)
	if builtin := builtinSymbols[u.Token().Kind()]; builtin != nil {
		was = builtin
	}
	switch {
	case was == nil:
		return nil, false
	case was.Recursive && !was.defined && was.Kind == KindOperator:
		if was.letDepth != b.letDepth {
			b.report(RuleRecursive, u.NameSpan(), quote(name)+" is declared RECURSIVE outside of this LET; define it where it is declared")
			return nil, true
		}
		return was, false
	case was.Kind == KindBuiltin:
		b.report(RuleAlreadyDefined, u.NameSpan(), builtinRedefined(was))
	default:
		b.reportRedefined(b.newSymbol(name, KindOperator, u), was, u.NameSpan())
	}
	return nil, true
}

// formal declares a parameter or bound name. The name keeps its meaning where
// it has one already, which is reported.
func (b *builder) formal(n syntax.Node, kind Kind) *Symbol {
	s := b.declared(n, kind, Constant)
	if s.Name != "" {
		b.declare(s, n.NameSpan())
	}
	return s
}

func (b *builder) parameters(u syntax.Node) []*Symbol {
	count := 0
	for c := range u.Children() {
		if c.Kind() == syntax.KindParameter {
			count++
		}
	}
	params := b.params.take(count)[:0]
	for c := range u.Children() {
		if c.Kind() == syntax.KindParameter {
			params = append(params, b.formal(c, KindParameter))
		}
	}
	return params
}

// isHeadBroken reports whether there is an error among the parameters of a
// definition, so that neither its arity nor the names in its body are known.
func isHeadBroken(u syntax.Node) bool {
	for i := range u.NumChildren() - 1 {
		if u.Child(i).Kind() == syntax.KindError {
			return true
		}
	}
	return false
}

func (b *builder) operatorDefinition(u syntax.Node) {
	d := syntax.Definition{Node: u}
	broken := isHeadBroken(u)
	if broken {
		missing := b.missing
		b.missing = true
		defer func() { b.missing = missing }()
	}
	name := nameOf(u)
	if t := u.Token(); t.Valid() && d.Fixity() == syntax.Prefix {
		name = operatorName(t, true)
	}
	mark := b.scope.push()
	params := b.parameters(u)
	var s *Symbol
	clash := name == ""
	if !clash {
		s, clash = b.announcedAs(u, name)
	}
	if s != nil {
		b.checkAnnounced(s, u, params)
	}
	b.defining = append(b.defining, name)
	b.pushLabels()
	b.expr(d.Body())
	labels := b.popLabels()
	b.defining = b.defining[:len(b.defining)-1]
	b.scope.pop(mark)
	if s != nil {
		b.define(s)
	} else {
		s = b.newSymbol(name, KindOperator, u)
		s.Arity, s.Params, s.Local, s.letDepth = len(params), params, d.Local(), b.letDepth
		if !clash {
			b.declareHere(s, u.NameSpan())
		}
	}
	s.loose = broken
	s.labels = labels
	b.ref(u, s)
}

// checkAnnounced compares a definition with what RECURSIVE declared, and gives
// that its parameters, which the definition's own body needs.
func (b *builder) checkAnnounced(s *Symbol, u syntax.Node, params []*Symbol) {
	// SANY looks at the kind of the last parameter only.
	if len(params) != s.Arity || len(params) > 0 && params[len(params)-1].Arity > 0 {
		b.report(RuleRecursive, u.NameSpan(), quote(s.Name)+" is declared RECURSIVE with "+plural(s.Arity, "parameter")+
			" but defined with "+plural(len(params), "parameter")+parameterKinds(params))
	}
	s.Params = params
	s.Node = u
}

// define marks what RECURSIVE declared as defined.
func (b *builder) define(s *Symbol) {
	s.defined = true
	b.section.open--
}

func parameterKinds(params []*Symbol) string {
	for _, p := range params {
		if p.Arity > 0 {
			return ", one of which is an operator"
		}
	}
	return ""
}

func (b *builder) functionDefinition(u syntax.Node) {
	d := syntax.Definition{Node: u}
	name := nameOf(u)
	mark := b.scope.push()
	around := len(b.bound)
	b.bounds(u)
	var s *Symbol
	clash := name == ""
	if !clash {
		s, clash = b.announcedAs(u, name)
	}
	taken := b.scope.take(mark)
	announced := s != nil
	if announced {
		if s.Arity > 0 {
			b.report(RuleRecursive, u.NameSpan(), quote(name)+" is declared RECURSIVE with "+plural(s.Arity, "parameter")+
				" but defined as a function, which has none; declare it without")
		} else {
			b.checkAnnounced(s, u, nil)
		}
		b.define(s)
	} else {
		s = b.newSymbol(name, KindOperator, u)
		s.Local, s.letDepth = d.Local(), b.letDepth
		if !clash {
			b.declareHere(s, u.NameSpan())
		}
	}
	s.Function = true
	b.ref(u, s)
	mark = b.scope.push()
	b.scope.give(taken)
	b.pushLabels()
	b.labelSets[len(b.labelSets)-1].around = around
	b.defining = append(b.defining, name)
	b.expr(d.Body())
	b.defining = b.defining[:len(b.defining)-1]
	b.bound = b.bound[:around]
	s.labels = b.popLabels()
	b.scope.pop(mark)
}

func (b *builder) moduleDefinition(u syntax.Node) {
	d := syntax.Definition{Node: u}
	name := nameOf(u)
	mark := b.scope.push()
	params := b.parameters(u)
	inst := b.instantiate(d.Body())
	b.scope.pop(mark)
	s := b.newSymbol(name, KindInstance, u)
	s.Arity, s.Params, s.Local, s.instance = len(params), params, d.Local(), inst
	inst.params = params
	inst.symbol = s
	s.ok = true
	for range params {
		s.params = append(s.params, paramLevel{max: Temporal, weight: true})
	}
	if name != "" {
		b.declareHere(s, u.NameSpan())
	}
	b.ref(u, s)
}

// instanceUnit reads INSTANCE M as a unit of a module or as a step of a proof.
func (b *builder) instanceUnit(u syntax.Node) {
	inst := b.instantiate(u)
	m := inst.module
	if m == nil {
		b.missing = true
		return
	}
	local := u.FirstToken().Kind() == syntax.KeywordLocal
	at := instanceSpan(u)
	for _, s := range m.Symbols {
		if s.Local || s.Kind != KindOperator && s.Kind != KindTheorem && s.Kind != KindAssumption {
			continue
		}
		b.bring(s, inst, u, local, at)
	}
	for _, s := range m.Symbols {
		if s.Kind == KindInstance && !s.Local {
			b.hide(inst, s, s.Name)
		}
	}
	for name, s := range m.hidden {
		b.hide(inst, s, name)
	}
	b.missing = b.missing || m.incomplete
}

// hide notes an instance inside a module that is instantiated without a name.
func (b *builder) hide(inst *instance, s *Symbol, name string) {
	if b.hidden[name] == nil {
		b.hidden = with(b.hidden, name, b.derive(inst, s, name))
	}
}
