package module

import (
	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/syntax"
)

// expr resolves the names of an expression.
func (b *builder) expr(n syntax.Node) {
	switch n.Kind() {
	case syntax.KindError, syntax.KindNone, syntax.KindNumber, syntax.KindString:
	case syntax.KindIdentifier:
		b.identifier(n, 0)
	case syntax.KindApply:
		b.identifier(n, 0)
	case syntax.KindSelection:
		b.selection(n, 0, asExpression)
	case syntax.KindStepName:
		b.stepName(n, asExpression)
	case syntax.KindInfix, syntax.KindPrefix, syntax.KindPostfix:
		b.operation(n)
	case syntax.KindOperator:
		b.report(RuleArity, n.Span(), quote(n.Name())+" is an operator; an expression is needed here")
	case syntax.KindLambda:
		b.report(RuleArity, n.Span(), "LAMBDA stands only where an operator is wanted as an argument; an expression is needed here")
		b.lambda(n)
	case syntax.KindQuantifier, syntax.KindFunctionLiteral, syntax.KindFilter, syntax.KindMap, syntax.KindChoose:
		b.bounded(n)
	case syntax.KindRecord, syntax.KindRecordSet:
		b.record(n)
	case syntax.KindExcept:
		b.except(n)
	case syntax.KindIndex:
		b.index(n)
	case syntax.KindLet:
		b.let(n)
	case syntax.KindLabel:
		b.label(n)
	case syntax.KindBoxAction, syntax.KindAngleAction:
		b.subscripted(n)
	case syntax.KindAssumeProve:
		b.report(RuleProofStep, n.FirstToken().Span(), "ASSUME … PROVE stands only in theorems, steps of proofs and other ASSUMEs")
	default:
		for c := range n.Children() {
			b.expr(c)
		}
	}
}

// subscripted resolves [A]_v or <<A>>_v. Of arguments behind v SANY takes no
// notice, whatever they are, so that they are no error.
func (b *builder) subscripted(n syntax.Node) {
	v := n.Last()
	if v.Kind() != syntax.KindApply || v.Name() == "@" {
		for c := range n.Children() {
			b.expr(c)
		}
		return
	}
	b.expr(n.Child(0))
	t := v.Token()
	s := b.scope.lookupToken(t, false)
	if s == nil {
		b.unknown(t, 0)
		return
	}
	b.ref(v, s)
	b.use(v, s, t.Span(), 0, syntax.Node{}, 0)
	if s.Arity == 0 {
		arguments := finding.Span{Start: t.Span().End, End: v.Span().End}
		b.add(finding.Finding{Rule: RuleArity, Severity: finding.Warning, Span: arguments,
			Message: "The tools take no notice of this: a subscript is a name, or stands in parentheses",
			Fixes:   []finding.Fix{{Title: "Remove it", Edits: []finding.Edit{{Span: arguments}}}}})
	}
}

// operation resolves an operator in front of, between or behind its operands.
func (b *builder) operation(n syntax.Node) {
	t := n.Token()
	if s := b.operator(t, n.Kind() == syntax.KindPrefix); s != nil {
		b.ref(n, s)
		if s.Arity != n.NumChildren() {
			b.report(RuleArity, t.Span(), arityMessage(s, n.NumChildren()))
		}
	} else {
		b.unknownOperator(t, n.Kind() == syntax.KindPrefix)
	}
	for c := range n.Children() {
		b.expr(c)
	}
}

// operator returns the symbol of an operator token, or nil.
func (b *builder) operator(t syntax.Token, prefix bool) *Symbol {
	if s := builtinSymbols[t.Kind()]; s != nil {
		return s
	}
	return b.scope.lookupToken(t, prefix)
}

// identifier resolves f or f(a, b). If want is not 0, an operator that takes so
// many arguments is wanted in its place.
func (b *builder) identifier(n syntax.Node, want int) {
	name := n.Name()
	if name == "@" {
		if b.excepts == 0 {
			b.report(RuleAt, n.Span(), "@ stands for the old value only behind the = of EXCEPT, as in [f EXCEPT ![x] = @ + 1]")
		} else if n.Kind() == syntax.KindApply || want > 0 {
			b.report(RuleArity, n.Token().Span(), "@ is a value, no operator: it takes no arguments, and cannot be passed where an operator is wanted")
		}
		b.looseArguments(n, 0)
		return
	}
	t := n.Token()
	var s *Symbol
	if t.Kind() == syntax.Identifier {
		s = b.scope.lookupToken(t, false)
	} else if t.Kind() == syntax.StepName || t.Kind() == syntax.StepNameImplicit {
		s = b.step(t)
	} else {
		s = b.operator(t, n.NumChildren() == 1)
	}
	if s == nil {
		b.unknown(t, n.NumChildren())
		b.looseArguments(n, 0)
		return
	}
	b.ref(n, s)
	b.use(n, s, t.Span(), want, n, 0)
}

// use checks that a symbol is used as its kind and arity allow. Its arguments
// are the children of args, the first of them being number given of its
// parameters.
func (b *builder) use(n syntax.Node, s *Symbol, at finding.Span, want int, args syntax.Node, given int) {
	if want > 0 {
		b.asOperator(s, at, want)
		return
	}
	if s.Kind == KindInstance {
		b.report(RuleInstance, at, quote(s.Name)+" is an instance of a module; name one of its definitions, as in "+s.Name+"!Init")
		b.looseArguments(args, 0)
		return
	}
	if !b.usableAsExpression(s, at) {
		return
	}
	count := args.NumChildren()
	if s.loose {
		b.looseArguments(args, 0)
		return
	}
	if given+count != s.Arity {
		b.report(RuleArity, n.Span(), arityMessage(s, given+count))
		b.looseArguments(args, 0)
		return
	}
	b.arguments(s, args, given)
}

// arguments resolves the arguments of a symbol.
func (b *builder) arguments(s *Symbol, args syntax.Node, given int) {
	i := given
	for c := range args.Children() {
		want := 0
		if (s.Kind == KindOperator || s.Kind == KindInstance) && i < len(s.Params) {
			want = s.Params[i].Arity
		}
		b.argument(c, want, s, i)
		i++
	}
}

// looseArguments resolves arguments of which nothing is known.
func (b *builder) looseArguments(n syntax.Node, from int) {
	for i := from; i < n.NumChildren(); i++ {
		c := n.Child(i)
		switch c.Kind() {
		case syntax.KindLambda:
			b.lambda(c)
		case syntax.KindOperator:
		case syntax.KindIdentifier:
			if s := b.scope.lookupToken(c.Token(), false); s != nil {
				b.ref(c, s)
			} else {
				b.expr(c)
			}
		default:
			b.expr(c)
		}
	}
}

// argument resolves argument i, 0-based, of a symbol. If want is not 0, it must
// be an operator of that arity.
func (b *builder) argument(n syntax.Node, want int, s *Symbol, i int) {
	if want == 0 {
		b.expr(n)
		return
	}
	switch n.Kind() {
	case syntax.KindError, syntax.KindNone:
	case syntax.KindLambda:
		l := b.lambda(n)
		if l.Arity != want {
			b.report(RuleArity, n.Span(), "This LAMBDA takes "+plural(l.Arity, "argument")+", but "+quote(s.Name)+" wants an operator of "+plural(want, "argument")+" here")
		}
	case syntax.KindOperator:
		b.operatorArgument(n, want)
	case syntax.KindIdentifier:
		b.identifier(n, want)
	case syntax.KindSelection:
		b.selection(n, want, asExpression)
	default:
		b.report(RuleArity, n.Span(), quote(s.Name)+" wants an operator of "+plural(want, "argument")+" as its argument "+itoa(i+1)+", not an expression")
		b.looseArguments(n, 0)
	}
}

// operatorArgument resolves an operator without operands, such as + in F(+).
func (b *builder) operatorArgument(n syntax.Node, want int) {
	t := n.Token()
	s := b.operator(t, false)
	if s == nil {
		b.unknownOperator(t, false)
		return
	}
	b.ref(n, s)
	b.asOperator(s, t.Span(), want)
}

// asOperator checks a symbol that is passed as an operator.
func (b *builder) asOperator(s *Symbol, at finding.Span, want int) {
	if s.Kind == KindInstance {
		b.report(RuleInstance, at, quote(s.Name)+" is an instance of a module; name one of its definitions, as in "+s.Name+"!Next")
		return
	}
	if s.loose {
		return
	}
	if s.Arity != want {
		b.report(RuleArity, at, "An operator of "+plural(want, "argument")+" is wanted here, but "+quote(s.Name)+" takes "+argumentCount(s.Arity))
		return
	}
	for _, p := range s.Params {
		if p.Arity > 0 {
			b.report(RuleArity, at, quote(s.Name)+" takes an operator as an argument itself; such operators cannot be passed as arguments")
			return
		}
	}
}

// lambda resolves a LAMBDA and returns a symbol for the operator it is.
func (b *builder) lambda(n syntax.Node) *Symbol {
	s := b.newSymbol("LAMBDA", KindOperator, n)
	s.letDepth = b.letDepth
	mark := b.scope.push()
	around := len(b.bound)
	for c := range n.Children() {
		if c.Kind() == syntax.KindName {
			b.bound = append(b.bound, b.formal(c, KindParameter))
		}
	}
	s.Params = b.params.copy(b.bound[around:])
	s.Arity = len(s.Params)
	b.expr(n.Last())
	b.bound = b.bound[:around]
	b.scope.pop(mark)
	b.ref(n, s)
	return s
}

// bounds resolves the bounds among the children of a node and declares what
// they bind: first all sets, then all names, so that no set can use them. The
// names are then bound until the caller shortens b.bound.
func (b *builder) bounds(n syntax.Node) {
	for c := range n.Children() {
		if c.Kind() == syntax.KindBound {
			b.expr(syntax.Bound{Node: c}.Set())
		}
	}
	for c := range n.Children() {
		if c.Kind() == syntax.KindBound {
			b.boundNames(c)
		}
	}
}

func (b *builder) boundNames(n syntax.Node) {
	for c := range n.Children() {
		switch c.Kind() {
		case syntax.KindName:
			b.bound = append(b.bound, b.formal(c, KindBound))
		case syntax.KindPattern:
			b.boundNames(c)
		}
	}
}

// bounded resolves a construct that binds names.
func (b *builder) bounded(n syntax.Node) {
	mark := b.scope.push()
	around := len(b.bound)
	b.bounds(n)
	for c := range n.Children() {
		if c.Kind() != syntax.KindBound {
			b.expr(c)
		}
	}
	b.bound = b.bound[:around]
	b.scope.pop(mark)
}

// record resolves [a |-> 1] or [a : S].
func (b *builder) record(n syntax.Node) {
	b.records = append(b.records, n)
	for i := range n.NumChildren() {
		f := n.Child(i)
		name := f.Name()
		for j := range i {
			if name != "" && n.Child(j).Name() == name {
				b.report(RuleRecordField, f.NameSpan(), "The field "+quote(name)+" is there already")
				break
			}
		}
		for c := range f.Children() {
			b.expr(c)
		}
	}
}

// except resolves [f EXCEPT ![a] = e].
func (b *builder) except(n syntax.Node) {
	for i := range n.NumChildren() {
		c := n.Child(i)
		if c.Kind() != syntax.KindUpdate {
			b.expr(c)
			continue
		}
		last := c.NumChildren() - 1
		for j := range last {
			for a := range c.Child(j).Children() {
				b.expr(a)
			}
		}
		b.excepts++
		b.expr(c.Child(last))
		b.excepts--
	}
}

// index resolves f[a, b].
func (b *builder) index(n syntax.Node) {
	f := n.Child(0)
	b.expr(f)
	if s := b.refs[f.Unparen().ID()]; f.Valid() && s != nil && s.Function && s.defined {
		given := n.NumChildren() - 1
		if want := boundCount(s.Node); given >= 2 && want != given && want > 0 && !b.inFunction(s) {
			b.report(RuleArity, n.Span(), "The function "+quote(s.Name)+" takes "+plural(want, "argument")+", not "+itoa(given))
		}
	}
	for i := 1; i < n.NumChildren(); i++ {
		b.expr(n.Child(i))
	}
}

// inFunction reports whether the body of a function is being read, where SANY
// does not yet know how many arguments it takes.
func (b *builder) inFunction(s *Symbol) bool {
	for _, name := range b.defining {
		if name == s.Name {
			return true
		}
	}
	return false
}

// boundCount returns how many arguments a function definition has: one a name,
// and one a tuple of names.
func boundCount(n syntax.Node) int {
	if n.Kind() != syntax.KindFunction {
		return 0
	}
	count := 0
	for c := range n.Children() {
		if c.Kind() != syntax.KindBound {
			continue
		}
		for d := range c.Children() {
			if k := d.Kind(); k == syntax.KindName || k == syntax.KindPattern {
				count++
			}
		}
	}
	return count
}

// let resolves LET … IN ….
func (b *builder) let(n syntax.Node) {
	mark := b.scope.push()
	b.letDepth++
	last := n.NumChildren() - 1
	for i := range last {
		switch u := n.Child(i); u.Kind() {
		case syntax.KindRecursive:
			b.recursive(u)
		default:
			b.definition(u)
		}
	}
	b.endSection()
	b.letDepth--
	b.expr(n.Child(last))
	b.scope.pop(mark)
}

// pushLabels begins a set of labels.
func (b *builder) pushLabels() {
	b.labelSets = append(b.labelSets, labelSet{around: len(b.bound)})
}

// popLabels ends the innermost set of labels.
func (b *builder) popLabels() map[string]*Symbol {
	last := len(b.labelSets) - 1
	labels := b.labelSets[last].labels
	b.labelSets = b.labelSets[:last]
	return labels
}

// label resolves l(x) :: e.
func (b *builder) label(n syntax.Node) {
	head, body := n.Child(0), n.Last()
	switch {
	case len(b.labelSets) == 0:
		b.report(RuleLabel, head.Span(), "A label stands only inside a definition, a named theorem or assumption, or a named step of a proof")
	case b.inNestedAssume():
		b.report(RuleLabel, head.Span(), "No label may stand behind a NEW inside a nested ASSUME")
	case b.excepts > 0:
		b.report(RuleLabel, head.Span(), "No label may stand inside the values of EXCEPT")
	default:
		b.goodLabel(n, head, body)
		return
	}
	b.statement(body)
}

func (b *builder) inNestedAssume() bool {
	for i := 1; i < len(b.assumes); i++ {
		if b.assumes[i] {
			return true
		}
	}
	return false
}

func (b *builder) goodLabel(n, head, body syntax.Node) {
	b.pushLabels()
	b.statement(body)
	s := b.newSymbol(head.Name(), KindLabel, n)
	s.labels = b.popLabels()
	set := &b.labelSets[len(b.labelSets)-1]
	seen := map[*Symbol]bool{}
	for c := range head.Children() {
		p := b.scope.lookupToken(c.Token(), false)
		if p == nil || !p.Kind.isFormal() {
			b.report(RuleLabel, c.Span(), quote(c.Name())+" is not bound around the label, so it cannot be one of its parameters")
			continue
		}
		b.ref(c, p)
		if seen[p] {
			b.report(RuleLabel, c.Span(), "The label has the parameter "+quote(p.Name)+" twice")
		}
		seen[p] = true
		s.Params = append(s.Params, p)
	}
	s.Arity = head.NumChildren()
	for _, p := range b.bound[set.around:] {
		if !seen[p] {
			b.report(RuleLabel, head.Span(), "The label must have "+quote(p.Name)+" as a parameter, which is bound around it: "+labelWith(s, p))
			continue
		}
		delete(seen, p)
	}
	for _, p := range s.Params {
		if seen[p] {
			b.report(RuleLabel, head.Span(), quote(p.Name)+" is not bound between the definition and the label, so the label must not have it as a parameter")
			delete(seen, p)
		}
	}
	if set.labels[s.Name] != nil {
		b.report(RuleLabel, head.Span(), "There is already a label "+quote(s.Name)+" in this definition")
	} else if s.Name != "" {
		if set.labels == nil {
			set.labels = map[string]*Symbol{}
		}
		set.labels[s.Name] = s
	}
	b.ref(n, s)
}
