package syntax

// boundAhead reports whether x, y \in or <<…>> \in stands next. SANY decides
// by no more than this.
func (p *parser) boundAhead() bool {
	i := p.i
	switch p.kind() {
	case LeftAngle:
		end := int(p.tokens[i].link)
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
	p.seek(Colon, ": and what is said of the bound names")
	p.push(p.expression())
	return p.finish(KindQuantifier, first, first, mark)
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
	p.seek(Colon, ": and what the chosen value satisfies")
	p.push(p.expression())
	return p.finish(KindChoose, keyword, keyword, mark)
}
