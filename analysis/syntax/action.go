package syntax

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
