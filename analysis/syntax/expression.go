package syntax

import "fmt"

// entry is an operand or an operator of an expression being read.
type entry struct {
	// node is the operand, or -1 for an operator.
	node int32
	// token is the operator's, kind what it is here: OpNegative for a "-" in
	// front of its operand.
	token int32
	kind  Kind
}

func (e entry) isOperator() bool { return e.node < 0 }

// expression reads an expression and returns its node, an error node if there
// is none.
//
// Operands and operators go on a stack. An operator first makes nodes of those
// on the stack that bind tighter; overlapping precedences are an error.
func (p *parser) expression() int32 {
	if !p.enter() {
		return p.tooDeep()
	}
	base := len(p.stack)
	for {
		p.prefixes(base)
		operand, open := p.operand(base)
		p.stack = append(p.stack, entry{node: operand})
		if open || !p.continued(base) {
			break
		}
	}
	for len(p.stack) > base+1 {
		p.reduceTop()
	}
	node := p.stack[base].node
	p.stack = p.stack[:base]
	p.leave()
	return node
}

// tooDeep skips to the next unit, since nothing closer can be trusted.
func (p *parser) tooDeep() int32 {
	mark := p.mark()
	end := p.i
	for !startsUnit(p.tokens[end].kind) && p.tokens[end].flags&definitionHead == 0 {
		end++
	}
	p.skipTo(end)
	p.reported = p.i
	if len(p.pending) == mark {
		return p.missing()
	}
	node := p.pending[mark]
	p.pending = p.pending[:mark]
	return node
}

// prefixes reads the prefix operators in front of an operand.
func (p *parser) prefixes(base int) {
	for {
		kind := p.kind()
		switch {
		case kind == OpMinus:
			kind = OpNegative
			if n := len(p.stack); n > base && operators[p.stack[n-1].kind].low > operators[OpNegative].high {
				p.conflict(p.stack[n-1], &operators[OpNegative])
			}
		case kind == OpNegative, operators[kind].fixity != Prefix:
			return
		}
		p.lastLow = operators[p.raw().kind].low
		p.stack = append(p.stack, entry{node: -1, token: p.advance(), kind: kind})
	}
}

// continued reads what may follow an operand, up to an infix operator, and
// reports whether there was one, so that an operand must follow.
func (p *parser) continued(base int) bool {
	for {
		kind := p.kind()
		if kind >= outdented {
			return false
		}
		op := &operators[kind]
		switch {
		case op.fixity == Infix:
			p.lastLow = op.low
			p.reduce(base, kind, op)
			p.stack = append(p.stack, entry{node: -1, token: p.advance(), kind: canonical(kind)})
			return true
		case op.fixity == Postfix:
			p.lastLow = op.low
			p.reduce(base, kind, op)
			first, mark := p.operandOnTop()
			token := p.advance()
			p.stack[len(p.stack)-1].node = p.finish(KindPostfix, token, first, mark)
		case kind == LeftBracket:
			p.reduce(base, kind, &applicationOperator)
			first, mark := p.operandOnTop()
			node := p.index(first, mark)
			p.stack[len(p.stack)-1].node = node
		case kind == Dot:
			first, mark := p.operandOnTop()
			p.stack[len(p.stack)-1].node = p.selectField(first, mark)
		case kind == ColonColon:
			p.label(base)
			return false
		case kind == Bang && p.isNotEqualsOfC():
			p.notEqualsOfC()
			p.reduce(base, OpNotEquals, &operators[OpNotEquals])
			p.stack = append(p.stack, entry{node: -1, token: p.advance(), kind: OpNotEquals})
			p.advance()
			return true
		default:
			return false
		}
	}
}

// operandOnTop begins a node whose first child is the operand on top of the
// stack, and which is to replace it there.
func (p *parser) operandOnTop() (first int32, mark int) {
	operand := p.stack[len(p.stack)-1].node
	mark = p.mark()
	p.push(operand)
	return p.nodes[operand].first, mark
}

// reduce makes nodes of the operators on the stack that bind tighter than op,
// which stands next.
func (p *parser) reduce(base int, kind Kind, op *operator) {
	for len(p.stack) > base+1 {
		left := p.stack[len(p.stack)-2]
		l := &operators[left.kind]
		switch {
		case l.low > op.high:
		case l.high < op.low:
			return
		case op.fixity == Infix && left.kind == canonical(kind) && l.associative:
		default:
			p.conflict(left, op)
		}
		p.reduceTop()
	}
}

// reduceTop makes one node of the topmost operator and its operands.
func (p *parser) reduceTop() {
	n := len(p.stack)
	right := p.stack[n-1].node
	op := p.stack[n-2]
	last := p.nodes[right].last
	mark := p.mark()
	if operators[op.kind].fixity == Prefix {
		p.push(right)
		node := p.finishAt(KindPrefix, op.token, op.token, max(last, op.token+1), mark)
		p.stack = p.stack[:n-1]
		p.stack[n-2] = entry{node: node}
		return
	}
	left := p.stack[n-3].node
	p.push(left)
	p.push(right)
	node := p.finishAt(KindInfix, op.token, p.nodes[left].first, max(last, op.token+1), mark)
	p.stack = p.stack[:n-2]
	p.stack[n-3] = entry{node: node}
}

// conflict reports that the operator before the next token and op, which
// stands there, have no order.
func (p *parser) conflict(left entry, op *operator) {
	if p.alreadyReported() {
		return
	}
	t := &p.tokens[left.token]
	p.reportConflict(p.text[t.start:t.end], left, op)
}

// operand reads what operators apply to. It also reports whether the operand
// is open: one that extends as far as it can, like a quantifier, so that
// nothing may follow it. The stack of the expression begins at base.
func (p *parser) operand(base int) (node int32, open bool) {
	switch kind := p.kind(); kind {
	case Identifier:
		if p.keywordOperand() {
			p.prefixes(base)
			return p.operand(base)
		}
		return p.name(), false
	case Number:
		return p.number(), false
	case String:
		return p.leaf(KindString), false
	case OpAnd, OpOr:
		return p.junctionList(), false
	case LeftParen:
		return p.parens(), false
	case LeftBrace:
		return p.braces(), false
	case LeftBracket:
		return p.brackets(), false
	case LeftAngle:
		return p.angles(), false
	case WeakFairness, StrongFairness:
		return p.fairness(), false
	case StepName, StepNameImplicit:
		return p.stepName(), false
	case Exists, Forall, TemporalExists, TemporalForall:
		return p.quantifier(), true
	case KeywordChoose:
		return p.choose(), true
	case KeywordIf:
		return p.ifThenElse(), true
	case KeywordCase:
		return p.caseOf(), true
	case KeywordLet:
		return p.let(), true
	default:
		if operators[kind].fixity != NoFixity {
			if node, ok := p.operatorApplied(); ok {
				return node, false
			}
		}
		return p.noOperand(base)
	}
}

// junctionList reads a list of items that begin with aligned bullets.
func (p *parser) junctionList() int32 {
	bullet := *p.raw()
	outer := p.column
	p.column = bullet.column
	first := int32(p.i)
	mark := p.mark()
	for t := p.raw(); t.kind == bullet.kind && t.column == bullet.column; t = p.raw() {
		p.push(p.item())
	}
	p.column = outer
	kind := KindConjunction
	if bullet.kind == OpOr {
		kind = KindDisjunction
	}
	return p.finish(kind, first, first, mark)
}

func (p *parser) item() int32 {
	mark := p.mark()
	bullet := p.advance()
	p.push(p.expression())
	p.endItem()
	return p.finish(KindItem, bullet, bullet, mark)
}

// endItem recovers from an error in a list's item: the rest of the item is
// skipped if the list goes on after it. What is not an error is left alone: the
// token may well close a bracket around the list.
func (p *parser) endItem() {
	kind := p.kind()
	if kind >= outdented {
		return
	}
	if p.reported != p.i {
		if !neverFollows(kind) {
			return
		}
		p.strayMessage()
	}
	for i := p.i; p.budget > 0; i++ {
		p.budget--
		t := &p.tokens[i]
		if t.column <= p.column {
			if t.kind == OpAnd || t.kind == OpOr {
				p.skipTo(i)
			}
			return
		}
		if t.flags&definitionHead != 0 || startsUnit(t.kind) {
			return
		}
	}
}

// neverFollows reports whether a token of the kind cannot stand behind any
// expression, whatever the expression is part of.
func neverFollows(k Kind) bool {
	switch k {
	case Identifier, Number, String, LeftParen, LeftBrace, LeftAngle, Exists, Forall, TemporalExists, TemporalForall,
		KeywordIf, KeywordChoose, KeywordLet, WeakFairness, StrongFairness:
		return true
	}
	return false
}

// name reads an identifier, an application or a selection such as M!f(x).
func (p *parser) name() int32 {
	first := p.advance()
	return p.applied(first)
}

// applied reads the arguments and selectors behind the name or operator at
// first, which has been passed.
func (p *parser) applied(first int32) int32 {
	mark := p.mark()
	kind := p.kind()
	if kind != LeftParen && kind != Bang {
		return p.finishAt(KindIdentifier, first, first, first+1, mark)
	}
	if kind == LeftParen {
		p.arguments()
		if p.kind() != Bang {
			return p.finish(KindApply, first, first, mark)
		}
	}
	if p.isNotEqualsOfC() {
		if mark == len(p.pending) && p.lastEnd(first) == first+1 {
			return p.finishAt(KindIdentifier, first, first, first+1, mark)
		}
		return p.finish(KindApply, first, first, mark)
	}
	head := p.finish(KindSelector, first, first, mark)
	p.push(head)
	last := first
	for p.kind() == Bang && !p.isNotEqualsOfC() {
		p.advance()
		selector := p.selector()
		last = p.nodes[selector].token
		p.push(selector)
	}
	return p.finish(KindSelection, last, first, mark)
}

// selector reads what stands behind a "!".
func (p *parser) selector() int32 {
	p.repairDefine()
	first := int32(p.i)
	mark := p.mark()
	kind := p.kind()
	switch {
	case kind == LeftParen:
		p.arguments()
		return p.finish(KindSelector, first, first, mark)
	case kind == Number:
		p.advance()
		if p.kind() == Dot && p.ahead(1) == Number {
			p.fail("A selector after ! is a whole number")
			p.advance()
			p.advance()
		}
		return p.finish(KindSelector, first, first, mark)
	case kind == LeftAngle, kind == RightAngle, kind == Colon,
		kind == Identifier && p.text[p.raw().start] == '@':
		p.advance()
		return p.finish(KindSelector, first, first, mark)
	case kind == Identifier, operators[kind].fixity != NoFixity:
		if kind != Identifier {
			p.lastLow = operators[kind].low
		}
		p.advance()
		if p.kind() == LeftParen {
			p.arguments()
		}
		return p.finish(KindSelector, first, first, mark)
	}
	p.expected("a name, an operator or a selector such as 1, <<, >>, : or @ after !")
	return p.finishAt(KindSelector, -1, first, first, mark)
}

// arguments reads "(", arguments and ")", and pushes the arguments.
func (p *parser) arguments() {
	first := p.advance()
	if p.kind() == RightParen {
		p.fail("An operator without arguments is written without parentheses", p.deletion("Remove the parentheses", p.i-1, p.i))
		p.advance()
		return
	}
	p.push(p.operatorOrExpression())
	for p.accept(Comma) {
		p.push(p.operatorOrExpression())
	}
	p.close(RightParen, first, ", or ) after an argument")
}

// operatorOrExpression reads an argument or a substitution's right side:
// besides an expression an operator such as + or a LAMBDA.
func (p *parser) operatorOrExpression() int32 {
	kind := p.kind()
	if kind == KeywordLambda {
		return p.lambda()
	}
	if operators[kind].fixity != NoFixity {
		if p.endsArgument(p.ahead(1)) || operators[kind].fixity != Prefix && kind != OpMinus && !startsExpression(p.ahead(1)) && p.loneOperator() {
			if text := p.tokenText(int32(p.i)); text == "\\X" || text == "\\times" {
				p.fail("\\X is not an operator that can be passed as an argument")
			}
			p.lastLow = operators[kind].low
			return p.leaf(KindOperator)
		}
	}
	return p.expression()
}

// endsArgument reports whether an operator in front of a token of the kind is
// an argument or a substitution by itself.
func (p *parser) endsArgument(k Kind) bool {
	switch k {
	case Comma, RightParen, definitionStarts, KeywordLocal, KeywordInstance, KeywordTheorem, KeywordAssume,
		Footer, Separator, HeaderDashes, KeywordAssumption, KeywordConstant, KeywordVariable, KeywordRecursive:
		return true
	}
	return false
}

func (p *parser) lambda() int32 {
	mark := p.mark()
	first := p.advance()
	p.names("a parameter of the LAMBDA")
	p.expect(Colon, ": after the parameters of the LAMBDA")
	p.push(p.expression())
	return p.finish(KindLambda, first, first, mark)
}

// names reads names with commas between, and pushes them.
func (p *parser) names(what string) {
	for {
		p.push(p.nameNode(what))
		if !p.accept(Comma) {
			return
		}
	}
}

// nameNode reads a single name that is declared here.
func (p *parser) nameNode(what string) int32 {
	if p.kind() == Identifier {
		return p.leaf(KindName)
	}
	p.expected(what)
	return p.missing()
}

func (p *parser) number() int32 {
	first := p.advance()
	if p.kind() == Dot && p.ahead(1) == Number {
		p.advance()
		p.advance()
	}
	return p.finish(KindNumber, first, first, p.mark())
}

func (p *parser) parens() int32 {
	mark := p.mark()
	first := p.advance()
	p.push(p.expression())
	p.close(RightParen, first, ") or an operator")
	return p.finish(KindParens, first, first, mark)
}

// braces reads {a, b}, {x \in S : p} or {e : x \in S}.
func (p *parser) braces() int32 {
	mark := p.mark()
	first := p.advance()
	if p.accept(RightBrace) {
		return p.finish(KindSet, first, first, mark)
	}
	if p.boundAhead() {
		return p.filter(first, mark)
	}
	element := p.expression()
	p.push(element)
	if p.kind() == Colon {
		if n := p.nodes[element]; n.kind == KindInfix && p.tokenText(n.token) == "\\in" {
			p.fail("{a \\in b : …} filters b and wants a name or a tuple of names for a; write {e : x \\in S} with e in parentheses to map")
		}
		p.advance()
		p.bounds()
		p.close(RightBrace, first, ", or } after a bound")
		return p.finish(KindMap, first, first, mark)
	}
	for p.accept(Comma) {
		p.push(p.expression())
	}
	p.close(RightBrace, first, ", or } after an element of the set")
	return p.finish(KindSet, first, first, mark)
}

// filter reads the rest of {x \in S : p}, or of {x \in S, …} and {x \in S},
// which are sets of truth values.
func (p *parser) filter(first int32, mark int) int32 {
	start := int32(p.i)
	inner := p.mark()
	tuple := p.kind() == LeftAngle
	if tuple {
		p.push(p.pattern())
	} else {
		p.push(p.nameNode("a name"))
	}
	if p.kind() == Comma {
		p.fail("{x \\in S : p} takes one name or one tuple of names")
		for p.accept(Comma) {
			p.push(p.nameNode("a name"))
		}
	}
	in := int32(p.i)
	if !p.expect(OpIn, "\\in and a set") {
		in = -1
	}
	p.push(p.expression())
	if p.kind() == Colon {
		p.push(p.finish(KindBound, in, start, inner))
		p.advance()
		p.push(p.expression())
		p.close(RightBrace, first, "} after the condition")
		return p.finish(KindFilter, first, first, mark)
	}
	// It was an expression after all: a name is one, and a tuple of names.
	if len(p.pending) != inner+2 || in < 0 {
		p.push(p.finish(KindError, -1, start, inner))
	} else {
		p.asExpression(p.pending[inner])
		p.push(p.finish(KindInfix, in, start, inner))
	}
	for p.accept(Comma) {
		p.push(p.expression())
	}
	p.close(RightBrace, first, ", or } after an element of the set")
	return p.finish(KindSet, first, first, mark)
}

// asExpression turns a declared name or pattern into the expression that it
// looks like.
func (p *parser) asExpression(id int32) {
	n := &p.nodes[id]
	switch n.kind {
	case KindName:
		n.kind = KindIdentifier
	case KindPattern:
		n.kind = KindTuple
		for _, c := range p.children[n.from : n.from+n.count] {
			p.asExpression(c)
		}
	}
}

// boundAhead reports whether x, y \in or <<…>> \in stands next. SANY decides
// by no more than this.
func (p *parser) boundAhead() bool {
	i := p.i
	switch p.kind() {
	case LeftAngle:
		end := int(p.tokens[i].match)
		return end > 0 && p.tokens[end+1].kind == OpIn
	case Identifier:
		for p.tokens[i].kind == Identifier && p.tokens[i].flags&definitionHead == 0 {
			switch p.tokens[i+1].kind {
			case Comma:
				i += 2
			case OpIn:
				return true
			default:
				return false
			}
		}
	}
	return false
}

// bounds reads bounds with commas between, and pushes them.
func (p *parser) bounds() {
	for {
		p.push(p.bound())
		if !p.accept(Comma) {
			return
		}
	}
}

// bound reads x, y \in S or <<x, y>> \in S.
func (p *parser) bound() int32 {
	mark := p.mark()
	first := int32(p.i)
	if p.kind() == LeftAngle {
		p.push(p.pattern())
	} else {
		p.names("a name to bind, as in x \\in S")
	}
	in := int32(p.i)
	if !p.expect(OpIn, "\\in and a set") {
		return p.finish(KindBound, -1, first, mark)
	}
	p.push(p.expression())
	return p.finish(KindBound, in, first, mark)
}

// pattern reads <<x, y>>.
func (p *parser) pattern() int32 {
	mark := p.mark()
	first := p.advance()
	if p.kind() != RightAngle {
		p.names("a name in the tuple that is bound")
	}
	p.close(RightAngle, first, ", or >> after a name")
	return p.finish(KindPattern, first, first, mark)
}

// brackets reads everything that begins with "[" and does not follow an
// operand.
func (p *parser) brackets() int32 {
	mark := p.mark()
	first := p.advance()
	switch {
	case p.boundAhead():
		p.bounds()
		p.expect(MapsTo, "|-> and what the function maps to")
		p.push(p.expression())
		p.close(RightBracket, first, "] after the function")
		return p.finish(KindFunctionLiteral, first, first, mark)
	case p.ahead(1) == MapsTo && (p.kind() == Identifier || isFieldName(p.kind())):
		return p.record(KindRecord, MapsTo, "|-> and the field's value", first, mark)
	case p.ahead(1) == Colon && p.kind() == Identifier:
		return p.record(KindRecordSet, Colon, ": and the set of the field's values", first, mark)
	}
	p.push(p.expression())
	switch p.kind() {
	case Arrow:
		p.advance()
		p.push(p.expression())
		p.close(RightBracket, first, "] after the set of functions")
		return p.finish(KindFunctionSet, first, first, mark)
	case KeywordExcept, KeywordWith:
		return p.except(first, mark)
	case RightBracketUnderscore:
		p.advance()
		p.push(p.subscript())
		return p.finish(KindBoxAction, first, first, mark)
	}
	return p.loneIndex(first, mark)
}

// record reads the fields of [a |-> 1, …] or [a : S, …] and its "]".
func (p *parser) record(kind NodeKind, sign Kind, what string, first int32, mark int) int32 {
	if p.kind() != Identifier {
		p.push(p.field(sign, what, true))
	} else {
		p.push(p.field(sign, what, false))
	}
	for p.accept(Comma) {
		p.push(p.field(sign, what, false))
	}
	p.close(RightBracket, first, ", or ] after a field")
	return p.finish(kind, first, first, mark)
}

func (p *parser) field(sign Kind, what string, keyword bool) int32 {
	mark := p.mark()
	name := int32(p.i)
	if p.kind() == Identifier || keyword {
		p.advance()
	} else {
		p.expected("the name of a field")
		name = -1
	}
	first := int32(p.i)
	if name >= 0 {
		first = name
	}
	p.expect(sign, what)
	p.push(p.expression())
	return p.finish(KindField, name, first, mark)
}

// isFieldName reports whether a token that is no name is one after "." and
// before |->: all keywords are, and the prefix operators written as words.
func isFieldName(k Kind) bool {
	switch k {
	case Underscore, OpEnabled, OpUnchanged, OpPowerSet, OpBigUnion, OpDomain:
		return true
	}
	return KeywordAction <= k && k < firstOperator
}

// index reads [a, b] behind a function.
func (p *parser) index(first int32, mark int) int32 {
	bracket := p.advance()
	p.push(p.expression())
	for p.accept(Comma) {
		p.push(p.expression())
	}
	p.close(RightBracket, bracket, ", or ] after the function's argument")
	p.lastLow = applicationOperator.low
	return p.finish(KindIndex, bracket, first, mark)
}

// selectField reads .f behind a record.
func (p *parser) selectField(first int32, mark int) int32 {
	p.advance()
	p.repairDefine()
	name := int32(p.i)
	if k := p.kind(); k == Identifier || isFieldName(k) {
		p.advance()
	} else {
		p.expected("the name of a field after .")
		name = -1
	}
	return p.finish(KindSelect, name, first, mark)
}

// except reads the rest of [f EXCEPT ![a] = b, …].
func (p *parser) except(first int32, mark int) int32 {
	if p.kind() == KeywordWith {
		p.withForExcept()
	}
	keyword := p.advance()
	for {
		p.push(p.update())
		if !p.accept(Comma) {
			break
		}
	}
	p.close(RightBracket, first, ", or ] after the new value")
	return p.finish(KindExcept, keyword, first, mark)
}

// update reads ![a].b = e.
func (p *parser) update() int32 {
	mark := p.mark()
	first := int32(p.i)
	bang := first
	if !p.accept(Bang) {
		p.missingBang()
		bang = -1
	}
	for {
		kind := p.kind()
		if kind == LeftBracket {
			p.push(p.updateIndex())
			continue
		}
		if kind == Dot {
			p.push(p.updateField())
			continue
		}
		break
	}
	if p.mark() == mark {
		p.expected("[ or . after !, as in ![a] = b or !.f = b")
	}
	p.expect(OpEquals, "= and the new value")
	p.push(p.expression())
	return p.finish(KindUpdate, bang, first, mark)
}

func (p *parser) updateIndex() int32 {
	mark := p.mark()
	first := p.advance()
	p.push(p.expression())
	for p.accept(Comma) {
		p.push(p.expression())
	}
	p.close(RightBracket, first, ", or ] after the argument")
	return p.finish(KindUpdateIndex, first, first, mark)
}

func (p *parser) updateField() int32 {
	first := p.advance()
	name := int32(p.i)
	switch k := p.kind(); {
	case k == Identifier:
		if p.text[p.raw().start] == '@' {
			p.fail("@ is not the name of a field")
		}
		p.advance()
	case isFieldName(k):
		p.advance()
	default:
		p.expected("the name of a field after .")
		name = -1
	}
	return p.finish(KindUpdateField, name, first, p.mark())
}

// angles reads <<a, b>> or <<A>>_v.
func (p *parser) angles() int32 {
	mark := p.mark()
	first := p.advance()
	if k := p.kind(); k != RightAngle && k != RightAngleUnderscore {
		p.push(p.expression())
		for p.accept(Comma) {
			p.push(p.expression())
		}
	}
	if p.accept(RightAngleUnderscore) {
		p.push(p.subscript())
		return p.finish(KindAngleAction, first, first, mark)
	}
	p.close(RightAngle, first, ", or >> after an element of the tuple")
	return p.finish(KindTuple, first, first, mark)
}

// subscript reads v of [A]_v, <<A>>_v, WF_v(A) and SF_v(A).
func (p *parser) subscript() int32 {
	switch p.kind() {
	case Identifier:
		node, _ := p.subscriptName(false)
		return node
	case LeftParen:
		return p.parens()
	case LeftBrace:
		return p.braces()
	case LeftBracket:
		return p.brackets()
	case LeftAngle:
		return p.angles()
	}
	p.expected("the subscript: a name, a tuple <<x, y>> or something in parentheses")
	return p.missing()
}

// subscriptName reads a name, which unlike elsewhere is followed by nothing
// but M!v. In WF_v(A), the last parenthesis is the action: it is pushed
// instead of being made an argument, and action is true.
func (p *parser) subscriptName(fairness bool) (node int32, action bool) {
	mark := p.mark()
	first := int32(p.i)
	for {
		name := p.advance()
		inner := p.mark()
		if p.kind() == LeftParen {
			p.arguments()
		}
		if p.kind() == Bang && !p.isNotEqualsOfC() {
			p.push(p.finish(KindSelector, name, name, inner))
			p.advance()
			if p.kind() == Identifier {
				continue
			}
			p.expected("a name after !")
			return p.finish(KindSelection, -1, first, mark), false
		}
		return p.subscriptEnd(fairness, name, first, mark, inner)
	}
}

// subscriptEnd makes the node of a subscript whose last name is at name, with
// the selectors since mark and the arguments since inner.
func (p *parser) subscriptEnd(fairness bool, name, start int32, mark, inner int) (node int32, action bool) {
	args := len(p.pending) - inner
	if fairness && args > 0 && p.kind() != LeftParen {
		// WF_v(A): the parenthesis was the action's.
		if args != 1 {
			p.report(p.span(name, p.lastEnd(name)), "WF_ and SF_ take one action: WF_v(A)")
		}
		p.held = append(p.held[:0], p.pending[inner:]...)
		p.pending = p.pending[:inner]
		node = p.subscriptNode(name, start, name+1, mark, inner)
		p.push(node)
		p.pending = append(p.pending, p.held...)
		return node, true
	}
	return p.subscriptNode(name, start, p.lastEnd(name), mark, inner), false
}

func (p *parser) subscriptNode(name, first, last int32, mark, inner int) int32 {
	if mark == inner {
		if len(p.pending) == mark {
			return p.finishAt(KindIdentifier, name, first, last, mark)
		}
		return p.finishAt(KindApply, name, first, last, mark)
	}
	p.push(p.finishAt(KindSelector, name, name, last, inner))
	return p.finishAt(KindSelection, name, first, last, mark)
}

// fairness reads WF_v(A) or SF_v(A).
func (p *parser) fairness() int32 {
	mark := p.mark()
	first := p.advance()
	if p.kind() == Identifier {
		node, action := p.subscriptName(true)
		if action {
			return p.finish(KindFairness, first, first, mark)
		}
		p.push(node)
	} else {
		p.push(p.subscript())
	}
	if p.expect(LeftParen, "( and the action: WF_v(A)") {
		p.push(p.expression())
		p.close(RightParen, first, ") after the action")
	} else {
		p.push(p.missing())
	}
	return p.finish(KindFairness, first, first, mark)
}

// quantifier reads \A x \in S : p and its like.
func (p *parser) quantifier() int32 {
	mark := p.mark()
	temporal := p.raw().kind == TemporalExists || p.raw().kind == TemporalForall
	first := p.advance()
	if temporal || p.unbounded() {
		p.push(p.nakedBound())
	} else {
		p.bounds()
	}
	p.expect(Colon, ": and what is said of the bound names")
	p.push(p.expression())
	return p.finish(KindQuantifier, first, first, mark)
}

// unbounded reports whether x, y : stands next.
func (p *parser) unbounded() bool {
	if p.kind() != Identifier {
		return false
	}
	for i := p.i; p.tokens[i].kind == Identifier && p.tokens[i].flags&definitionHead == 0; i += 2 {
		switch p.tokens[i+1].kind {
		case Colon:
			return true
		case Comma:
		default:
			return false
		}
	}
	return false
}

// nakedBound reads names without a set.
func (p *parser) nakedBound() int32 {
	mark := p.mark()
	first := int32(p.i)
	p.names("a name to bind")
	return p.finish(KindBound, -1, first, mark)
}

func (p *parser) choose() int32 {
	mark := p.mark()
	keyword := p.advance()
	inner := p.mark()
	first := int32(p.i)
	if p.kind() == LeftAngle {
		p.push(p.pattern())
	} else {
		p.push(p.nameNode("a name after CHOOSE"))
	}
	in := int32(-1)
	if p.kind() == OpIn {
		in = p.advance()
		p.push(p.expression())
	}
	p.push(p.finish(KindBound, in, first, inner))
	p.expect(Colon, ": and what the chosen value satisfies")
	p.push(p.expression())
	return p.finish(KindChoose, keyword, keyword, mark)
}

func (p *parser) ifThenElse() int32 {
	mark := p.mark()
	first := p.advance()
	p.push(p.expression())
	if !p.expect(KeywordThen, "THEN") {
		p.push(p.missing())
		p.push(p.missing())
		return p.finish(KindIf, first, first, mark)
	}
	p.push(p.expression())
	if p.kind() == KeywordElse || p.kind() == Identifier && keywordAs(p.tokenText(int32(p.i))) == KeywordElse {
		p.expect(KeywordElse, "ELSE")
		p.push(p.expression())
	} else {
		p.missingElse(first)
		p.push(p.missing())
	}
	return p.finish(KindIf, first, first, mark)
}

func (p *parser) caseOf() int32 {
	mark := p.mark()
	first := p.advance()
	p.push(p.arm())
	for p.raw().kind == OpBox {
		if p.kind() == outdented {
			p.caseInList()
			break
		}
		p.advance()
		if p.kind() == KeywordOther {
			p.push(p.otherArm())
			break
		}
		p.push(p.arm())
	}
	return p.finish(KindCase, first, first, mark)
}

func (p *parser) arm() int32 {
	mark := p.mark()
	first := int32(p.i)
	p.push(p.expression())
	arrow := int32(p.i)
	if p.expect(Arrow, "-> and the value of this case") {
		p.push(p.expression())
	} else {
		arrow = -1
		p.push(p.missing())
	}
	return p.finish(KindCaseArm, arrow, first, mark)
}

func (p *parser) otherArm() int32 {
	mark := p.mark()
	first := p.advance()
	p.expect(Arrow, "-> after OTHER")
	p.push(p.expression())
	return p.finish(KindOtherArm, first, first, mark)
}

// let reads LET definitions IN expression.
func (p *parser) let() int32 {
	mark := p.mark()
	first := p.advance()
	for p.letUnit() || p.equalsForDefine() {
	}
	if p.mark() == mark {
		p.expected("a definition such as x == 1 after LET")
	}
	if p.expect(KeywordIn, "IN after the definitions of LET") {
		p.push(p.bodyOfLet())
	} else {
		p.push(p.missing())
	}
	return p.finish(KindLet, first, first, mark)
}

// letUnit reads and pushes one definition or RECURSIVE of a LET; it is false if
// none stands next.
func (p *parser) letUnit() bool {
	switch p.kind() {
	case definitionStarts:
		p.push(p.definition())
		return true
	case KeywordLocal:
		if p.ahead(1) == definitionStarts {
			p.push(p.definition())
			return true
		}
	case KeywordRecursive:
		p.push(p.parameterUnit(KindRecursive))
		return true
	}
	return false
}

// label reads :: and what it labels; the label itself is the operand on top of
// the stack, which for this expression begins at base.
func (p *parser) label(base int) {
	top := len(p.stack) - 1
	name := p.stack[top].node
	if !p.isLabel(name) {
		p.fail(":: follows a label, which is a name, or a name with names as arguments")
	}
	mark := p.mark()
	p.push(name)
	token := p.advance()
	labelled := p.expression()
	p.push(labelled)
	if top > base && p.stack[top-1].isOperator() && p.labelChanges(labelled, p.stack[top-1]) {
		p.report(p.span(p.nodes[name].first, token+1),
			"Without this label the expression would be read differently; put what is labelled into parentheses")
	}
	p.stack[top].node = p.finish(KindLabel, token, p.nodes[name].first, mark)
}

// isLabel reports whether a node is an identifier or applies one to
// identifiers.
func (p *parser) isLabel(id int32) bool {
	n := &p.nodes[id]
	switch n.kind {
	case KindIdentifier, KindStepName:
		return true
	case KindSelection:
		// M!l(x) passes in SANY, M!l does not.
		selector := p.children[n.from+n.count-1]
		return p.nodes[selector].count > 0 && p.isLabel(selector)
	case KindApply, KindSelector:
		for _, c := range p.children[n.from : n.from+n.count] {
			if p.nodes[c].kind != KindIdentifier {
				return false
			}
		}
		return true
	}
	return false
}

// labelChanges reports whether the operator in front of a label would have
// taken part of what is labelled, were the label not there.
func (p *parser) labelChanges(labelled int32, left entry) bool {
	n := &p.nodes[labelled]
	if n.kind != KindInfix && n.kind != KindPostfix || p.tokens[n.token].kind == OpTimes {
		return false
	}
	return operators[left.kind].high >= p.lastLow
}

func (p *parser) stepName() int32 {
	name := p.text[p.raw().start:p.raw().end]
	switch {
	case len(p.proofs) == 0 || len(p.proofs) == 1 && p.proofs[0] == unknownLevel:
		p.fail(fmt.Sprintf("%s names a proof step, and there is no proof here", quote(name)))
	case name[1] == '+':
		p.fail("<+> begins a step but cannot refer to one")
	}
	first := p.advance()
	if k := p.kind(); k == LeftParen || k == Bang {
		return p.applied(first)
	}
	return p.finishAt(KindStepName, first, first, first+1, p.mark())
}

func (p *parser) tokenText(i int32) string {
	if i < 0 {
		return ""
	}
	return p.text[p.tokens[i].start:p.tokens[i].end]
}
