package module

import (
	"slices"
	"strconv"

	"github.com/specls/specls/analysis/library"
	"github.com/specls/specls/analysis/syntax"
)

// role says as what a name is used, since proofs take more than expressions do.
type role uint8

const (
	asExpression role = iota
	asFact            // in BY, USE and HIDE
	asDefinition      // behind DEF
)

// target is what a selection such as Op!1!lbl selects.
type target struct {
	symbol *Symbol     // the definition that it selects from
	node   syntax.Node // the part selected
}

// selection resolves M!op(a), or a part of a definition such as Op!2!lbl(x).
func (b *builder) selection(n syntax.Node, want int, as role) {
	if want != 0 {
		for c := range n.Children() {
			if c.NumChildren() > 0 {
				b.report(RuleArity, c.Span(), "An operator that is passed as an argument has no arguments of its own")
				b.looseSelection(n)
				return
			}
		}
	}
	first := n.Child(0)
	t := first.Token()
	s := b.selectionHead(t)
	if s == nil {
		if t.Text() == "@" {
			b.report(RuleSelection, n.Span(), "@ is a value, no definition: it has no parts to select by !; its fields are @.a, its elements @[1]")
		}
		b.unknown(t, first.NumChildren())
		b.looseSelection(n)
		return
	}
	b.ref(first, s)
	given, i := 0, 0
	for ; s.Kind == KindInstance && i < n.NumChildren()-1; i++ {
		sel := n.Child(i)
		if want == 0 && given+sel.NumChildren() != s.Arity {
			b.report(RuleArity, sel.Span(), arityMessage(s, given+sel.NumChildren()))
			b.looseSelection(n)
			return
		}
		b.arguments(s, sel, given)
		given = s.Arity
		next := n.Child(i + 1)
		member := b.member(s, next)
		if member == nil {
			b.unknownMember(s, next)
			for j := i + 1; j < n.NumChildren(); j++ {
				b.looseArguments(n.Child(j), 0)
			}
			return
		}
		s = member
		b.ref(next, s)
	}
	sel := n.Child(i)
	if i < n.NumChildren()-1 {
		b.part(n, s, i, given, want, as)
		return
	}
	b.ref(n, s)
	if as == asDefinition {
		b.definitionFact(s, sel.Token())
		return
	}
	if as == asFact && (s.Kind == KindInstance || s.Kind == KindTheorem || s.Kind == KindAssumption) {
		b.looseArguments(sel, 0)
		return
	}
	b.use(sel, s, sel.NameSpan(), want, sel, given)
}

// selectionHead returns what the first name of a selection refers to.
func (b *builder) selectionHead(t syntax.Token) *Symbol {
	switch t.Kind() {
	case syntax.StepName, syntax.StepNameImplicit:
		return b.step(t)
	case syntax.Identifier:
		if s := b.scope.lookupToken(t, false); s != nil {
			return s
		}
		return b.hidden[t.Text()]
	}
	return b.operator(t, false)
}

// member returns the operator of an instance that a selector names, or nil.
func (b *builder) member(s *Symbol, sel syntax.Node) *Symbol {
	if s.instance.module == nil {
		return nil
	}
	t := sel.Token()
	name := t.Operator()
	if name == "" {
		name = t.Text()
	}
	m := s.instance.lookup(b, name)
	if m == nil && name == "-" {
		m = s.instance.lookup(b, "-.")
	}
	return m
}

func (b *builder) unknownMember(s *Symbol, sel syntax.Node) {
	m := s.instance.module
	if m == nil || m.incomplete || b.skipped[sel.Name()] || !sel.Token().Valid() {
		return
	}
	b.report(RuleUnknownName, sel.NameSpan(), "The module "+quote(m.Name)+" has no definition "+quote(sel.Name()))
}

// looseSelection resolves the arguments in a selection of which nothing more is
// known.
func (b *builder) looseSelection(n syntax.Node) {
	for c := range n.Children() {
		b.looseArguments(c, 0)
	}
}

// part resolves the rest of a selection that goes into a definition. Selector i
// names the symbol.
func (b *builder) part(n syntax.Node, s *Symbol, i, given, want int, as role) {
	fail := func(at syntax.Node, message string) {
		b.report(RuleSelection, at.Span(), message)
		for j := i; j < n.NumChildren(); j++ {
			b.looseArguments(n.Child(j), 0)
		}
	}
	sel := n.Child(i)
	switch {
	case s.Kind != KindOperator && s.Kind != KindTheorem && s.Kind != KindAssumption:
		fail(sel, quote(s.Name)+" is a "+s.Kind.String()+"; only definitions have parts to select")
		return
	case !s.Source().defined || s.Function && slices.Contains(b.defining, s.Name):
		fail(sel, "A part of "+quote(s.Name)+" cannot be selected inside its own definition")
		return
	case want == 0 && given+sel.NumChildren() != s.Arity:
		b.report(RuleArity, sel.Span(), arityMessage(s, given+sel.NumChildren()))
		b.looseSelection(n)
		return
	}
	b.arguments(s, sel, given)
	if count := libraryParts(s); count >= 0 && !isLibraryPart(n, i+1, count) {
		fail(n.Child(i+1), "The definition of "+quote(s.Name)+" in the module "+quote(s.Source().Module.Name)+" has no such part; it has "+argumentParts(count))
		return
	}
	p := b.path(s)
	for i++; i < n.NumChildren(); i++ {
		sel = n.Child(i)
		if message := p.step(b, n, i, want == 0); message != "" {
			if p.unknown {
				for ; i < n.NumChildren(); i++ {
					b.looseArguments(n.Child(i), 0)
				}
				return
			}
			b.report(p.rule, sel.Span(), message)
			for ; i < n.NumChildren(); i++ {
				b.looseArguments(n.Child(i), 0)
			}
			return
		}
		for c := range sel.Children() {
			b.expr(c)
		}
	}
	if k := p.node.Kind(); p.symbol == nil && (k == syntax.KindCaseArm || k == syntax.KindOtherArm) {
		b.report(RuleSelection, sel.Span(), "This selects an arm of a CASE, which is no expression; !1 behind it is its condition, and !2 its value")
		return
	}
	if as == asDefinition && p.symbol == nil {
		b.report(RuleProofStep, n.Span(), "Behind DEF stand names of definitions, not parts of them")
		return
	}
	if want == 0 && p.names != p.given {
		b.report(RuleArity, n.Span(), "On the way to this part "+plural(p.names, "name")+" are bound, but "+argumentCount(p.given)+isAre(p.given)+"given for them")
		return
	}
	if p.symbol != nil {
		b.ref(n, p.symbol)
		return
	}
	if want == 0 && b.isOperatorArgument(p.node) {
		b.report(RuleSelection, n.Span(), "This selects an operator that is passed as an argument, which is no expression")
		return
	}
	if k := p.node.Kind(); as == asExpression && (k == syntax.KindAssumeProve || k == syntax.KindNew) {
		b.report(RuleProofStep, n.Span(), "This selects an assumption or ASSUME … PROVE, which is no expression")
		return
	}
	if b.selected == nil {
		b.selected = map[int]target{}
	}
	b.selected[n.ID()] = target{s, p.node}
}

// libraryParts returns how many operands the body of a definition in the library
// has; negative for other definitions, and where it is not known.
func libraryParts(s *Symbol) int {
	m := s.Source().Module
	if m == nil || m.Node.Valid() {
		return library.UnknownParts
	}
	if decl, ok := library.Lookup(m.Name); ok {
		if d := decl.Symbol(s.Source().Name); d != nil && d.Kind == library.Operator {
			return d.Parts
		}
	}
	return library.UnknownParts
}

// isLibraryPart reports whether selector i of a selection leads to one of so many
// operands. What lies further inside is not known.
func isLibraryPart(n syntax.Node, i, count int) bool {
	t := n.Child(i).Token()
	if t.Kind() == syntax.Colon {
		return true
	}
	return !isName(n.Child(i)) && ordinal(t, count) >= 0
}

func argumentParts(count int) string {
	if count == 0 {
		return "none"
	}
	return plural(count, "operand")
}

// path is a place in a definition that selectors have reached.
type path struct {
	node    syntax.Node // the part reached
	labels  map[string]*Symbol
	symbol  *Symbol // a definition of a LET that was reached
	counted bool    // it was an operand
	inside  bool    // it was !:, behind which a name is one of a LET
	names   int     // how many bound names the selectors passed
	given   int     // and how many arguments they had for them
	rule    string  // of the message of step
	unknown bool    // nothing is known of the definition
}

func (b *builder) path(s *Symbol) *path {
	source := s.Source()
	p := &path{labels: source.labels, rule: RuleSelection}
	switch source.Node.Kind() {
	case syntax.KindDefinition:
		p.node = source.Node.Last()
	case syntax.KindFunction:
		p.node = source.Node
	case syntax.KindTheorem, syntax.KindAssume:
		for c := range source.Node.Children() {
			if k := c.Kind(); k != syntax.KindName && k != syntax.KindProof && k != syntax.KindBy && k != syntax.KindTerminalProof {
				p.node = c
			}
		}
	case syntax.KindStep:
		p.node = source.Node.Child(0)
		if p.node.Kind() == syntax.KindAssert && !p.node.Token().Valid() {
			p.node = p.node.Child(0)
		}
	default:
		p.unknown = true
	}
	return p
}

// step follows selector i of a selection. It returns a message where that
// leads nowhere.
func (p *path) step(b *builder, n syntax.Node, i int, checkArgs bool) string {
	if p.unknown {
		return "unknown"
	}
	p.rule = RuleSelection
	sel := n.Child(i)
	t := sel.Token()
	last := i == n.NumChildren()-1
	switch {
	case t.Kind() == syntax.Colon:
		if p.counted || !last && !isName(n.Child(i+1)) {
			return "!: stands only behind a name, at the end or before another name"
		}
		p.inside = true
		return ""
	case isName(sel):
		return p.name(b, sel, checkArgs)
	}
	p.symbol = nil
	p.counted = true
	return p.operand(sel)
}

// isName reports whether a selector is a name or an operator.
func isName(sel syntax.Node) bool {
	t := sel.Token()
	return t.Kind() == syntax.Identifier && t.Text() != "@" || t.Operator() != ""
}

// name follows a label, or the name of a definition in the LET reached.
func (p *path) name(b *builder, sel syntax.Node, checkArgs bool) string {
	if p.counted || p.inside {
		p.unwrap()
		if p.node.Kind() == syntax.KindLet && p.node.Tree() != b.tree {
			p.unknown = true
			return "what another text's LET defines is not known here"
		}
		if p.node.Kind() != syntax.KindLet {
			return "A name behind an operand selects a definition of a LET, and there is none here"
		}
		for u := range p.node.Children() {
			if u.Token().Text() != sel.Name() || u.ID() == p.node.Last().ID() {
				continue
			}
			if s := b.symbolIn(u); s != nil {
				p.symbol = s
				q := b.path(s)
				p.node, p.labels, p.counted, p.inside = q.node, s.labels, false, false
				return ""
			}
		}
		p.rule = RuleUnknownName
		return "The LET has no definition " + quote(sel.Name())
	}
	l := p.labels[sel.Name()]
	if l == nil {
		p.rule = RuleUnknownName
		return "There is no label " + quote(sel.Name()) + " here"
	}
	if checkArgs && sel.NumChildren() != l.Arity {
		p.rule = RuleArity
		return "The label " + quote(l.Name) + " takes " + plural(l.Arity, "argument") + ", not " + itoa(sel.NumChildren())
	}
	p.names += l.Arity
	p.given += sel.NumChildren()
	p.node, p.labels, p.symbol = l.Node.Last(), l.labels, nil
	return ""
}

// symbolIn returns what a node of this or another text declares.
func (b *builder) symbolIn(n syntax.Node) *Symbol {
	if n.Tree() == b.tree {
		return b.refs[n.ID()]
	}
	return nil
}

// operand follows an operand's number, <<, >>, @ or (args).
func (p *path) operand(sel syntax.Node) string {
	p.unwrap()
	switch p.node.Kind() {
	case syntax.KindQuantifier, syntax.KindFunctionLiteral, syntax.KindFilter, syntax.KindMap, syntax.KindChoose,
		syntax.KindFunction, syntax.KindLambda, syntax.KindPick:
		return p.intoBinder(sel)
	}
	return p.pick(sel, operandsOf(p.node))
}

// unwrap goes into parentheses, labels, and the steps of proofs that hold
// nothing but an expression.
func (p *path) unwrap() {
	for {
		switch p.node.Kind() {
		case syntax.KindLabel, syntax.KindParens:
			p.node = p.node.Last()
		case syntax.KindCaseStep, syntax.KindHave:
			p.node = p.node.Child(0)
		default:
			return
		}
	}
}

// pick goes to the operand that a selector means.
func (p *path) pick(sel syntax.Node, operands []syntax.Node) string {
	if len(operands) == 0 {
		return "This expression has no operands to select"
	}
	k := ordinal(sel.Token(), len(operands))
	if k < 0 || !operands[k].Valid() {
		return "There is no such operand here"
	}
	p.node = operands[k]
	return ""
}

// operandsOf returns the operands of an expression as selectors count them. What
// counts but cannot be selected is no node, and what has no node of its own is
// the expression itself.
func operandsOf(n syntax.Node) []syntax.Node {
	switch n.Kind() {
	case syntax.KindSelection, syntax.KindStepName:
		return nil
	case syntax.KindLet:
		return []syntax.Node{n.Last()}
	case syntax.KindExcept:
		return []syntax.Node{n.Child(0)}
	case syntax.KindOtherArm:
		return []syntax.Node{{}, n.Child(0)}
	case syntax.KindSelect:
		return []syntax.Node{n.Child(0), n}
	case syntax.KindIndex:
		if n.NumChildren() > 2 {
			return []syntax.Node{n.Child(0), n}
		}
	case syntax.KindInfix:
		if n.Token().Kind() == syntax.OpTimes {
			return factors(n)
		}
	}
	var operands []syntax.Node
	for c := range n.Children() {
		switch c.Kind() {
		case syntax.KindField, syntax.KindItem:
			c = c.Last()
		}
		operands = append(operands, c)
	}
	return operands
}

// isOperatorArgument reports whether a node is an operator, passed as an
// argument.
func (b *builder) isOperatorArgument(n syntax.Node) bool {
	switch n.Kind() {
	case syntax.KindLambda, syntax.KindOperator:
		return true
	case syntax.KindIdentifier:
		s := b.symbolIn(n)
		return s != nil && s.Arity > 0
	}
	return false
}

// factors returns the operands of A \X B \X C, which is one product of three.
func factors(n syntax.Node) []syntax.Node {
	if n.Kind() != syntax.KindInfix || n.Token().Kind() != syntax.OpTimes {
		return []syntax.Node{n}
	}
	return append(factors(n.Child(0)), n.Child(1))
}

// intoBinder follows a selector into a construct that binds names: !@ or !(a)
// for the body, a number for a bound's set.
func (p *path) intoBinder(sel syntax.Node) string {
	cur := p.node
	t := sel.Token()
	if t.Kind() == syntax.LeftParen || t.Text() == "@" {
		for c := range cur.Children() {
			if c.Kind() != syntax.KindBound && c.Kind() != syntax.KindName {
				p.node = c
				break
			}
		}
		p.names += len(bound(cur))
		p.given += sel.NumChildren()
		if t.Kind() == syntax.LeftParen {
			if names := len(bound(cur)); names != sel.NumChildren() {
				return "Here " + plural(names, "name") + " are bound, but the selector has " + plural(sel.NumChildren(), "argument")
			}
		}
		return ""
	}
	var sets []syntax.Node
	for c := range cur.Children() {
		if c.Kind() == syntax.KindBound && c.Token().Valid() {
			sets = append(sets, c.Last())
		}
	}
	return p.pick(sel, sets)
}

// bound returns the names that a construct binds.
func bound(n syntax.Node) []syntax.Node {
	var names []syntax.Node
	for c := range n.Children() {
		switch c.Kind() {
		case syntax.KindName:
			names = append(names, c)
		case syntax.KindBound:
			names = append(names, syntax.Bound{Node: c}.Names()...)
		}
	}
	return names
}

// ordinal returns which of count operands a selector means, 0-based, or -1.
func ordinal(t syntax.Token, count int) int {
	switch t.Kind() {
	case syntax.Number:
		if k, err := strconv.Atoi(t.Text()); err == nil && 1 <= k && k <= count {
			return k - 1
		}
	case syntax.LeftAngle:
		if count > 0 {
			return 0
		}
	case syntax.RightAngle:
		if count == 2 {
			return 1
		}
	}
	return -1
}
