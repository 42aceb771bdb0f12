package syntax

// brackets reads everything that begins with "[" and does not follow an
// operand.
func (p *parser) brackets() int32 {
	mark := p.mark()
	first := p.advance()
	switch {
	case p.boundAhead():
		p.bounds()
		p.seek(MapsTo, "|-> and what the function maps to")
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
	if p.boundAhead() {
		p.fail("SANY takes [x \\in S for the beginning of a function; write f[(x \\in S)]")
	}
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
