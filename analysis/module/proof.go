package module

import (
	"strings"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/syntax"
)

// assume reads ASSUME, with its name if it has one.
func (b *builder) assume(u syntax.Node) {
	name, named := unitName(u)
	if named {
		b.pushLabels()
	}
	b.expr(u.Last())
	if named {
		s := b.newSymbol(name.Name(), KindAssumption, u)
		s.labels = b.popLabels()
		b.declareUnit(s, name.Span())
		b.ref(u, s)
		b.ref(name, s)
	}
	b.levelUnit(u)
}

// unitName returns the name of an assumption or theorem.
func unitName(u syntax.Node) (name syntax.Node, ok bool) {
	name = u.Child(0)
	return name, name.Kind() == syntax.KindName
}

// theorem reads THEOREM with its proof.
func (b *builder) theorem(u syntax.Node) {
	name, named := unitName(u)
	i := 0
	if named {
		i = 1
		b.pushLabels()
	}
	mark := b.scope.push()
	body := u.Child(i)
	b.statement(body)
	declared := b.scope.take(mark)
	if named {
		s := b.newSymbol(name.Name(), KindTheorem, u)
		s.labels = b.popLabels()
		b.declareUnit(s, name.Span())
		b.ref(u, s)
		b.ref(name, s)
	}
	mark = b.scope.push()
	b.scope.give(declared)
	b.proof(u.Child(i + 1))
	b.scope.pop(mark)
	b.levelUnit(u)
}

// statement resolves an expression or ASSUME … PROVE.
func (b *builder) statement(n syntax.Node) {
	switch {
	case n.Kind() == syntax.KindAssumeProve:
		b.assumeProve(n)
	case n.Kind() == syntax.KindLabel:
		b.label(n)
	default:
		b.expr(n)
	}
}

// assumeProve resolves ASSUME … PROVE. What the outermost one declares stays
// known to the proof, so that its scope is the caller's.
func (b *builder) assumeProve(n syntax.Node) {
	nested := len(b.assumes) > 0
	mark := b.scope.push()
	b.checkBoxes(n)
	b.assumes = append(b.assumes, false)
	last := n.NumChildren() - 1
	for i := range n.NumChildren() {
		switch c := n.Child(i); {
		case c.Kind() == syntax.KindNew:
			b.declareNew(c)
			b.assumes[len(b.assumes)-1] = true
		case i < last:
			b.statement(c)
		default:
			b.expr(c)
		}
	}
	b.assumes = b.assumes[:len(b.assumes)-1]
	if nested {
		b.scope.pop(mark)
	}
}

// inAssume is what an ASSUME without [] declares for checkBoxes, so that it is
// known where the assumptions are. It is no name that a text could have.
const inAssume = "an ASSUME"

// checkBoxes checks that []ASSUME goes with []PROVE, and ASSUME with PROVE, and
// that no []ASSUME stands where other assumptions hold.
func (b *builder) checkBoxes(n syntax.Node) {
	assume := n.FirstToken()
	boxed := assume.Kind() == syntax.KeywordBoxAssume
	prove := syntax.Token{}
	if c := n.Last().FirstToken(); c.Valid() {
		prove = n.Tree().Token(c.Index() - 1)
	}
	switch prove.Kind() {
	case syntax.KeywordProve, syntax.KeywordBoxProve:
		if boxed != (prove.Kind() == syntax.KeywordBoxProve) {
			want := "PROVE"
			if boxed {
				want = "[]PROVE"
			}
			b.report(RuleProofStep, assume.Span(), quote(assume.Text())+" goes with "+quote(want)+", not with "+quote(prove.Text()),
				finding.Fix{Title: "Write " + want, Edits: []finding.Edit{{Span: prove.Span(), NewText: want}}})
		}
	}
	key := b.scope.key(inAssume)
	around := b.scope.symbols[key] != nil
	if !boxed && !around {
		b.scope.bind(key, b.newSymbol("", KindLabel, n))
	}
	if boxed && around {
		b.report(RuleProofStep, assume.Span(), "[]ASSUME cannot stand where the assumptions of an ASSUME without [] hold")
	}
}

// declareNew declares what NEW does.
func (b *builder) declareNew(n syntax.Node) {
	p := n.Child(0)
	if n.NumChildren() > 1 {
		b.expr(n.Child(1))
	}
	if p.Kind() != syntax.KindParameter {
		return
	}
	kind, level := KindNewConstant, Constant
	for t := n.FirstToken(); t.Index() < p.FirstToken().Index(); t = t.Next() {
		switch t.Kind() {
		case syntax.KeywordVariable:
			kind, level = KindNewVariable, State
		case syntax.KeywordState:
			kind, level = KindNewState, State
		case syntax.KeywordAction:
			kind, level = KindNewAction, Action
		case syntax.KeywordTemporal:
			kind, level = KindNewTemporal, Temporal
		}
	}
	s := b.declared(p, kind, level)
	if s.Name != "" {
		b.declare(s, p.NameSpan())
	}
}

// proof resolves a proof; no node is no proof.
func (b *builder) proof(n syntax.Node) {
	switch n.Kind() {
	case syntax.KindBy:
		b.useOrHide(n)
	case syntax.KindProof:
		mark := b.scope.push()
		b.proofs = append(b.proofs, -1)
		calc := false
		for c := range n.Children() {
			if c.Kind() == syntax.KindStep {
				calc = b.proofStep(c, calc)
			}
		}
		b.proofs = b.proofs[:len(b.proofs)-1]
		b.scope.pop(mark)
	}
}

// stepLevel returns the level of a step's name and the rest of it, without
// dots. The level is -1 for <*> and <+>.
func stepLevel(t syntax.Token) (level int, rest string) {
	text := t.Text()
	i := strings.IndexByte(text, '>')
	if i < 0 {
		return -1, ""
	}
	level = -1
	if digits := text[1:i]; digits != "*" && digits != "+" {
		level = 0
		for _, c := range digits {
			level = min(level*10+int(c-'0'), 1<<30)
		}
	}
	rest, _, _ = strings.Cut(text[i+1:], ".")
	return level, rest
}

// isPlainStep reports whether a step's name is canonical as it is written.
func isPlainStep(text string) bool {
	return isStepKey(text) && len(text) < 30 && (text[1] != '0' || text[2] == '>') && text[len(text)-1] != '.' && !strings.Contains(text, "*")
}

// stepKey returns the canonical name of the step that a token names.
func (b *builder) stepKey(t syntax.Token) string {
	if text := t.Text(); isPlainStep(text) {
		return text
	}
	level, rest := stepLevel(t)
	if level < 0 && len(b.proofs) > 0 {
		level = b.proofs[len(b.proofs)-1]
	}
	return "<" + itoa(level) + ">" + rest
}

// step returns the step that a token refers to, or nil.
func (b *builder) step(t syntax.Token) *Symbol { return b.scope.lookup(b.stepKey(t)) }

// proofStep resolves one step. calc says that the step before it was an infix
// expression, so that this one may begin with @; what is returned says that of
// this one.
func (b *builder) proofStep(n syntax.Node, calc bool) bool {
	t := n.Token()
	level, rest := stepLevel(t)
	proof := &b.proofs[len(b.proofs)-1]
	implicit := level < 0
	if *proof < 0 {
		*proof = level
		if implicit {
			*proof = 0
			if len(b.proofs) > 1 {
				*proof = b.proofs[len(b.proofs)-2] + 1
			}
		}
	}
	named := rest != "" && (t.Kind() == syntax.StepName || t.Kind() == syntax.StepNameImplicit || t.Kind() == syntax.StepNameDot)
	if named && implicit {
		b.report(RuleProofStep, t.Span(), "<*> and <+> are for steps without a name; write the level's number")
	}
	if named {
		b.pushLabels()
	}
	body := n.Child(0)
	kind := KindStep
	isCalc := false
	mark := b.scope.push()
	switch body.Kind() {
	case syntax.KindDefineStep:
		for c := range body.Children() {
			b.definition(c)
		}
	case syntax.KindUse:
		b.useOrHide(body)
	case syntax.KindInstance:
		b.instanceUnit(body)
	default:
		kind = KindTheorem
		isCalc = b.assertion(body, calc)
	}
	later := b.scope.take(mark)
	// What an assertion declares its proof may use; what TAKE, PICK and
	// SUFFICES declare, and definitions, the steps behind it.
	stays := body.Kind() != syntax.KindAssert || body.Token().Kind() == syntax.KeywordSuffices
	if kind == KindStep || body.Kind() == syntax.KindTake {
		b.scope.give(later)
	}
	if named {
		s := b.newSymbol(b.stepKey(t), kind, n)
		s.labels = b.popLabels()
		b.declare(s, t.Span())
		b.ref(n, s)
	}
	if p := n.Child(1); p.Valid() {
		mark := b.scope.push()
		if !stays {
			b.scope.give(later)
		}
		b.proof(p)
		b.scope.pop(mark)
	}
	if stays && kind != KindStep && body.Kind() != syntax.KindTake {
		b.scope.give(later)
	}
	return isCalc
}

// assertion resolves what a step states. It reports whether that is an infix
// expression, to which the next step may refer by @.
func (b *builder) assertion(n syntax.Node, calc bool) bool {
	switch n.Kind() {
	case syntax.KindAssert:
		e := n.Child(0)
		if e.Kind() == syntax.KindInfix && !n.Token().Valid() {
			if left := e.Child(0); calc && left.Kind() == syntax.KindIdentifier && left.Name() == "@" {
				b.operationOf(e)
				b.expr(e.Child(1))
			} else {
				b.expr(e)
			}
			return true
		}
		b.statement(e)
	case syntax.KindTake, syntax.KindPick:
		for c := range n.Children() {
			if c.Kind() == syntax.KindBound {
				b.expr(syntax.Bound{Node: c}.Set())
			}
		}
		around := len(b.bound)
		for c := range n.Children() {
			switch c.Kind() {
			case syntax.KindBound:
				b.boundNames(c)
			case syntax.KindName:
				b.bound = append(b.bound, b.formal(c, KindBound))
			}
		}
		if n.Kind() == syntax.KindPick {
			b.expr(n.Last())
		}
		b.bound = b.bound[:around]
	default:
		for c := range n.Children() {
			b.expr(c)
		}
	}
	return false
}

// operationOf resolves the operator of an infix expression alone.
func (b *builder) operationOf(n syntax.Node) {
	t := n.Token()
	if s := b.operator(t, false); s != nil {
		b.ref(n, s)
		return
	}
	b.unknownOperator(t, false)
}

// stepName resolves <1>2 in an expression or among facts.
func (b *builder) stepName(n syntax.Node, as role) {
	t := n.Token()
	s := b.step(t)
	if s == nil {
		if !b.skipped[t.Text()] && len(b.tree.Findings()) == 0 {
			b.report(RuleProofStep, n.Span(), "There is no step "+quote(t.Text())+" before this that can be referred to from here")
		}
		return
	}
	b.ref(n, s)
	if as == asExpression || s.Kind == KindStep {
		b.usableAsExpression(s, n.Span())
	}
}

// usableAsExpression reports theorems and steps that are no expressions.
func (b *builder) usableAsExpression(s *Symbol, at finding.Span) bool {
	switch s.Kind {
	case KindStep:
		b.report(RuleProofStep, at, "The step "+quote(s.Name)+" states nothing, so it is neither an expression nor a fact")
		return false
	case KindTheorem:
	default:
		return true
	}
	n := s.Source().stated()
	if s.Source().sequent {
		b.report(RuleProofStep, at, quote(s.Name)+" is an ASSUME … PROVE, which is no expression")
		return false
	}
	if n.Kind() == syntax.KindAssert {
		if n.Token().Valid() && n.Child(0).Kind() != syntax.KindAssumeProve {
			b.report(RuleProofStep, at, "The step "+quote(s.Name)+" is a SUFFICES, which is no expression")
			return false
		}
		n = n.Child(0)
	}
	switch n.Kind() {
	case syntax.KindAssumeProve:
		b.report(RuleProofStep, at, quote(s.Name)+" is an ASSUME … PROVE, which is no expression")
		return false
	case syntax.KindQed, syntax.KindCaseStep, syntax.KindHave, syntax.KindTake, syntax.KindPick, syntax.KindWitness:
		b.report(RuleProofStep, at, "The step "+quote(s.Name)+" is no expression")
		return false
	}
	return true
}

// stated returns what a theorem or a step of a proof is made of; no node for what
// the library declares.
func (s *Symbol) stated() syntax.Node {
	if s.Node.Kind() == syntax.KindTheorem && s.Node.Child(0).Kind() == syntax.KindName {
		return s.Node.Child(1)
	}
	return s.Node.Child(0)
}

// useOrHide resolves the facts and definitions of BY, USE and HIDE.
func (b *builder) useOrHide(n syntax.Node) {
	hide := n.Token().Kind() == syntax.KeywordHide
	for c := range n.Children() {
		if c.Kind() == syntax.KindFacts {
			for d := range c.Children() {
				b.definitionOf(d)
			}
			continue
		}
		b.fact(c, hide)
	}
}

// fact resolves a fact.
func (b *builder) fact(n syntax.Node, hide bool) {
	s := (*Symbol)(nil)
	applied := false
	switch n.Kind() {
	case syntax.KindModuleFact:
		b.moduleFact(n)
		return
	case syntax.KindIdentifier:
		if n.Name() == "@" || n.Token().Kind() != syntax.Identifier {
			b.expr(n)
			return
		}
		s = b.scope.lookupToken(n.Token(), false)
		if s == nil {
			b.unknown(n.Token(), 0)
			return
		}
		b.ref(n, s)
		applied = true
		if s.Kind != KindInstance && s.Kind != KindTheorem && s.Kind != KindAssumption && s.Kind != KindStep {
			b.use(n, s, n.Span(), 0, n, 0)
		}
	case syntax.KindSelection:
		b.selection(n, 0, asFact)
		s = b.refs[n.ID()]
		applied = s != nil
	case syntax.KindStepName:
		b.stepName(n, asFact)
	case syntax.KindOperator:
		b.operatorArgument(n, 2)
	case syntax.KindAssumeProve:
		mark := b.scope.push()
		b.assumeProve(n)
		b.scope.pop(mark)
	default:
		b.expr(n)
		applied = isApplication(n.Unparen().Kind())
		s = b.refs[n.ID()]
	}
	if hide && applied && (s == nil || s.Kind != KindTheorem && s.Kind != KindAssumption && s.Kind != KindInstance && s.Kind != KindStep) {
		b.report(RuleProofStep, n.Span(), "HIDE takes names of theorems, assumptions and steps, and behind DEF definitions")
	}
}

// isApplication reports whether SANY sees the application of an operator in a
// node of the kind.
func isApplication(k syntax.NodeKind) bool {
	switch k {
	case syntax.KindNumber, syntax.KindString, syntax.KindLet, syntax.KindLabel, syntax.KindError, syntax.KindNone:
		return false
	}
	return true
}

// moduleFact resolves MODULE M.
func (b *builder) moduleFact(n syntax.Node) {
	name := n.Child(0).Name()
	if name == "" || name == b.current.Name || b.modules[name] != nil || b.session.loaded[name] != nil || b.missing {
		return
	}
	b.report(RuleProofStep, n.Child(0).Span(), "The module "+quote(name)+" is neither extended nor instantiated here")
}

// definitionOf resolves what stands behind DEF.
func (b *builder) definitionOf(n syntax.Node) {
	switch n.Kind() {
	case syntax.KindError, syntax.KindNone:
	case syntax.KindModuleFact:
		b.moduleFact(n)
	case syntax.KindSelection:
		b.selection(n, -1, asDefinition)
	case syntax.KindIdentifier, syntax.KindOperator, syntax.KindStepName:
		t := n.Token()
		if t.Text() == "@" {
			b.report(RuleProofStep, n.Span(), "Behind DEF stand names of definitions")
			return
		}
		var s *Symbol
		switch {
		case t.Kind() == syntax.StepName || t.Kind() == syntax.StepNameImplicit:
			s = b.step(t)
		case t.Kind() == syntax.Identifier:
			s = b.scope.lookupToken(t, false)
		default:
			s = b.operator(t, false)
			if s == nil && t.Kind() == syntax.OpMinus {
				s = b.operator(t, true)
			}
		}
		if s == nil {
			b.unknown(t, 0)
			return
		}
		b.ref(n, s)
		b.definitionFact(s, t)
	default:
		b.expr(n)
		b.report(RuleProofStep, n.Span(), "Behind DEF stand names of definitions")
	}
}

// definitionFact checks a name behind DEF.
func (b *builder) definitionFact(s *Symbol, t syntax.Token) {
	switch s.Kind {
	case KindOperator, KindInstance:
		return
	case KindTheorem, KindAssumption:
		if s.Source().Node.Kind() != syntax.KindStep {
			return
		}
	case KindStep:
		if s.stated().Kind() == syntax.KindDefineStep {
			return
		}
	}
	b.report(RuleProofStep, t.Span(), quote(t.Text())+" is a "+s.Kind.String()+", which has no definition to use")
}
