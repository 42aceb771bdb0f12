package syntax

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
