package syntax

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
	mark := p.mark()
	if operators[op.kind].fixity == Prefix {
		p.push(right)
		node := p.finishAt(KindPrefix, op.token, op.token, op.token+1, mark)
		p.stack = p.stack[:n-1]
		p.stack[n-2] = entry{node: node}
		return
	}
	left := p.stack[n-3].node
	p.push(left)
	p.push(right)
	node := p.finishAt(KindInfix, op.token, p.nodes[left].first, op.token+1, mark)
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

// tooDeep skips to the next unit, since nothing closer can be trusted.
func (p *parser) tooDeep() int32 {
	mark := p.mark()
	end := p.i
	if p.raw().kind == HeaderDashes {
		end++ // a module that begins here begins too deep
	}
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

func (p *parser) parens() int32 {
	mark := p.mark()
	first := p.advance()
	p.push(p.expression())
	p.close(RightParen, first, ") or an operator")
	return p.finish(KindParens, first, first, mark)
}

func (p *parser) number() int32 {
	first := p.advance()
	if p.kind() == Dot && p.ahead(1) == Number {
		p.advance()
		p.advance()
	}
	return p.finish(KindNumber, first, first, p.mark())
}
