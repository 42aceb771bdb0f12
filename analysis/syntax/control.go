package syntax

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
