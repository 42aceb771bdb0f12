package syntax

func (p *parser) ifThenElse() int32 {
	mark := p.mark()
	first := p.advance()
	p.push(p.expression())
	if !p.seek(KeywordThen, "THEN") {
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
	if p.seek(Arrow, "-> and the value of this case") {
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
	start := p.i
	for p.letUnit() || p.equalsForDefine() || p.skipInLet() {
	}
	if p.i == start {
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
		if p.raw().column <= p.unitColumn && !p.inAhead() {
			return false // the next unit, behind a LET that was left off
		}
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

// skipInLet reports what stands between the definitions of a LET and fits
// nowhere, and skips it; it is false if neither a definition of the LET nor its
// IN follows.
func (p *parser) skipInLet() bool {
	switch kind := p.kind(); {
	case kind == KeywordIn, kind == outdented, kind == EndOfText, startsUnit(kind):
		return false
	case kind == Identifier && keywordAs(p.tokenText(int32(p.i))) == KeywordIn:
		return false
	}
	depth := 0
	for i := p.i; p.budget > 0; i++ {
		p.budget--
		t := &p.tokens[i]
		switch head := t.flags&definitionHead != 0; {
		case t.column <= p.column, head && t.column <= p.unitColumn, !head && startsUnit(t.kind):
			return false
		case t.kind == KeywordLet:
			depth++
		case t.kind == KeywordIn && depth > 0:
			depth--
		case t.kind == KeywordIn, head && depth == 0:
			p.expected("IN or another definition of this LET")
			p.i = i
			return true
		}
	}
	return false
}

// inAhead reports whether an IN follows that belongs to the LET being read.
func (p *parser) inAhead() bool {
	depth := 0
	for i := p.i; p.budget > 0; i++ {
		p.budget--
		switch p.tokens[i].kind {
		case KeywordLet:
			depth++
		case KeywordIn:
			if depth--; depth < 0 {
				return true
			}
		case KeywordRecursive, KeywordLocal:
		default:
			if startsUnit(p.tokens[i].kind) {
				return false
			}
		}
	}
	return true
}
