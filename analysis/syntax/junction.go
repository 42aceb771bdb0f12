package syntax

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
