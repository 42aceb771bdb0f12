package syntax

import "fmt"

// textNode reads the whole text.
func (p *parser) textNode(header headerKind) {
	mark := p.mark()
	first := int32(p.i)
	if header == noHeader {
		p.reportNoModule()
	} else {
		p.push(p.module(header))
	}
	p.root = p.finish(KindText, -1, first, mark)
}

// module reads a module, nested or not.
func (p *parser) module(header headerKind) int32 {
	mark := p.mark()
	first := int32(p.i)
	number := len(p.modules)
	p.modules = append(p.modules, -1)
	name := p.header(header)
	p.keywordUnit()
	if p.raw().kind == KeywordExtends {
		p.push(p.extends())
	}
	p.units()
	if p.raw().kind == Footer {
		p.push(p.leaf(KindFooter))
	} else {
		p.missingFooter(first)
	}
	p.modules[number] = p.finish(KindModule, name, first, mark)
	return p.modules[number]
}

// header reads ---- MODULE name ---- and returns the token of the name, or -1.
func (p *parser) header(kind headerKind) int32 {
	if kind != properHeader {
		return p.faultyHeader(kind)
	}
	mark := p.mark()
	first := p.advance()
	keyword := p.advance()
	if p.raw().kind == KeywordModule && p.ahead(1) == Identifier {
		p.fail("MODULE is written once", p.deletion("Remove MODULE", p.i, p.i))
		p.advance()
	}
	p.raw().flags &^= definitionHead // of an operator -- in an unfinished header
	name := p.moduleName("the module's name")
	p.push(name)
	if !p.accept(Separator) {
		p.unfinishedHeader(keyword)
	}
	p.push(p.finish(KindHeader, keyword, first, mark))
	if p.raw().kind == HeaderDashes && p.ahead(2) == Identifier &&
		p.tokenText(int32(p.i+2)) == p.tokenText(p.nodes[name].token) && first == 0 {
		p.repeatedHeader()
	}
	return p.nodes[name].token
}

// moduleName reads the name of a module, which may be a keyword.
func (p *parser) moduleName(what string) int32 {
	if k := p.kind(); k == Identifier || isFieldName(k) {
		return p.leaf(KindName)
	}
	p.expected(what)
	return p.missing()
}

func (p *parser) extends() int32 {
	mark := p.mark()
	first := p.advance()
	p.declared(func() int32 { return p.moduleName("the name of a module") })
	return p.finish(KindExtends, first, first, mark)
}

// units reads all up to the module's end.
func (p *parser) units() {
	for {
		switch p.raw().kind {
		case Footer, EndOfText:
			return
		}
		if node, ok := p.unit(); ok {
			p.push(node)
		} else if !p.keywordUnit() && !p.equalsForDefine() {
			p.stray()
		}
	}
}

// unit reads one unit of a module; it is false if none begins here.
func (p *parser) unit() (node int32, ok bool) {
	switch p.kind() {
	case Separator:
		return p.leaf(KindSeparator), true
	case KeywordVariable:
		return p.variables(), true
	case KeywordConstant:
		return p.parameterUnit(KindConstants), true
	case KeywordRecursive:
		return p.parameterUnit(KindRecursive), true
	case definitionStarts:
		p.unitColumn = p.raw().column
		return p.definition(), true
	case KeywordLocal:
		switch p.ahead(1) {
		case definitionStarts:
			p.unitColumn = p.raw().column
			return p.definition(), true
		case KeywordInstance:
			return p.instance(), true
		}
		return 0, false
	case KeywordInstance:
		return p.instance(), true
	case KeywordAssume, KeywordAssumption:
		return p.assume(), true
	case KeywordTheorem, KeywordProposition:
		return p.theorem(), true
	case HeaderDashes:
		return p.nestedModule(), true
	case KeywordUse:
		if p.ahead(1) == KeywordOnly {
			return 0, false
		}
		return p.use(KindUse), true
	case KeywordHide:
		return p.use(KindUse), true
	}
	return 0, false
}

func (p *parser) nestedModule() int32 {
	if !p.enter() {
		return p.tooDeep()
	}
	defer p.leave()
	return p.module(properHeader)
}

func (p *parser) variables() int32 {
	mark := p.mark()
	first := p.advance()
	p.declared(func() int32 { return p.nameNode("the name of a variable") })
	return p.finish(KindVariables, first, first, mark)
}

// parameterUnit reads CONSTANTS or RECURSIVE and what they declare.
func (p *parser) parameterUnit(kind NodeKind) int32 {
	mark := p.mark()
	first := p.advance()
	what := "the name of a constant, or an operator such as F(_)"
	if kind == KindRecursive {
		what = "the name of an operator, such as F(_)"
	}
	p.declared(func() int32 { return p.parameter(what) })
	return p.finish(kind, first, first, mark)
}

// declared reads what a unit declares with commas between, and pushes it.
func (p *parser) declared(one func() int32) {
	for {
		if k := p.kind(); k == definitionStarts || startsUnit(k) && !(isFieldName(k) && (p.ahead(1) == Comma || startsUnit(p.ahead(1)))) {
			p.nothingDeclared()
			p.push(p.missing())
			return
		}
		p.push(one())
		if p.missingComma() || p.accept(Comma) {
			continue
		}
		return
	}
}

// parameter reads x, F(_, _), _ + _, -. _ or _ ^+.
func (p *parser) parameter(what string) int32 {
	mark := p.mark()
	first := int32(p.i)
	kind := p.kind()
	switch {
	case kind == Identifier:
		p.advance()
		if p.kind() == LeftParen && p.ahead(1) == Underscore {
			p.advance()
			p.advance()
			for p.accept(Comma) {
				p.expect(Underscore, "_")
			}
			p.close(RightParen, first+1, ", or ) after _")
		}
		return p.finish(KindParameter, first, first, mark)
	case kind == Underscore:
		p.advance()
		op := int32(p.i)
		switch k := p.kind(); {
		case operators[k].fixity == Infix:
			p.advance()
			p.expect(Underscore, "_ after the operator")
		case operators[k].fixity == Postfix:
			p.advance()
		default:
			p.expected("an infix or postfix operator after _")
			op = -1
		}
		return p.finish(KindParameter, op, first, mark)
	case operators[kind].fixity == Prefix:
		p.advance()
		p.expect(Underscore, "_ after the operator")
		return p.finish(KindParameter, first, first, mark)
	}
	p.expected(what)
	return p.missing()
}

// definition reads a definition with its LOCAL. The next token, behind LOCAL,
// is marked as the head of one.
func (p *parser) definition() int32 {
	mark := p.mark()
	first := int32(p.i)
	if p.raw().kind == KeywordLocal {
		p.advance()
	}
	p.raw().flags &^= definitionHead
	kind, name := p.definitionLeft()
	if !p.expect(Define, "==") {
		p.push(p.missing())
		return p.finish(kind, name, first, mark)
	}
	if p.kind() == KeywordInstance && kind == KindDefinition && name >= 0 && p.tokens[name].kind == Identifier {
		p.push(p.instantiation())
		return p.finish(KindModuleDefinition, name, first, mark)
	}
	p.push(p.expression())
	return p.finish(kind, name, first, mark)
}

// definitionLeft reads what stands left of "==". It pushes parameters or
// bounds, and returns the token that is defined.
func (p *parser) definitionLeft() (kind NodeKind, name int32) {
	name = int32(p.i)
	first := p.raw().kind
	next := p.ahead(1)
	switch {
	case first == Identifier && next == LeftBracket:
		p.advance()
		p.advance()
		p.bounds()
		p.close(RightBracket, name+1, ", or ] after a bound")
		return KindFunction, name
	case first == Identifier && operators[next].fixity == Postfix:
		p.push(p.leaf(KindParameter))
		return KindDefinition, p.advance()
	case first == Identifier && operators[next].fixity == Infix:
		p.push(p.leaf(KindParameter))
		name = p.advance()
		p.push(p.operandName())
		return KindDefinition, name
	case first == Identifier:
		p.advance()
		if p.accept(LeftParen) {
			p.parameters()
		}
		return KindDefinition, name
	case operators[first].fixity == Prefix:
		p.advance()
		p.push(p.operandName())
		return KindDefinition, name
	}
	p.badDefinition()
	return KindDefinition, -1
}

// operandName reads the name that stands for an operator's right operand.
func (p *parser) operandName() int32 {
	if p.kind() == Identifier {
		return p.leaf(KindParameter)
	}
	p.expected("a name for the operand")
	return p.missing()
}

// parameters reads the parameters of F(x, G(_)) and its ")".
func (p *parser) parameters() {
	const what = "the name of a parameter"
	if p.kind() == RightParen {
		p.fail("A definition without parameters is written without parentheses", p.deletion("Remove the parentheses", p.i-1, p.i))
		p.advance()
		return
	}
	open := int32(p.i - 1)
	p.push(p.parameter(what))
	for p.accept(Comma) {
		p.push(p.parameter(what))
	}
	p.close(RightParen, open, ", or ) after a parameter")
}

// instance reads INSTANCE as a unit, with its LOCAL.
func (p *parser) instance() int32 {
	first := int32(p.i)
	if p.raw().kind == KeywordLocal {
		p.advance()
	} else if p.ahead(1) != Identifier {
		// Elsewhere SANY takes keywords for names of modules, but not here.
		mark := p.mark()
		p.advance()
		p.push(p.nameNode("the name of a module after INSTANCE"))
		return p.finish(KindInstance, first, first, mark)
	}
	node := p.instantiation()
	p.nodes[node].first = first
	return node
}

// instantiation reads INSTANCE M WITH x <- e, ….
func (p *parser) instantiation() int32 {
	mark := p.mark()
	first := p.advance()
	p.push(p.moduleName("the name of a module after INSTANCE"))
	if p.accept(KeywordWith) {
		p.push(p.substitution())
		for p.kind() == Comma && p.ahead(2) == LeftArrow {
			p.advance()
			p.push(p.substitution())
		}
	}
	return p.finish(KindInstance, first, first, mark)
}

func (p *parser) substitution() int32 {
	mark := p.mark()
	first := int32(p.i)
	k := p.kind()
	if k != Identifier && (operators[k].fixity == NoFixity) {
		p.expected("a constant or variable of the module, as in x <- e")
		return p.missing()
	}
	p.advance()
	p.expect(LeftArrow, "<- and what to put in its place")
	p.push(p.operatorOrExpression())
	return p.finish(KindSubstitution, first, first, mark)
}

// named reads the name and "==" of an ASSUME or THEOREM, if there is one.
func (p *parser) named() {
	if t := p.raw(); t.kind == Identifier && p.tokens[p.i+1].kind == Define {
		t.flags &^= definitionHead
		p.push(p.leaf(KindName))
		p.advance()
	}
}

func (p *parser) assume() int32 {
	mark := p.mark()
	first := p.advance()
	p.named()
	p.push(p.expression())
	return p.finish(KindAssume, first, first, mark)
}

func (p *parser) theorem() int32 {
	mark := p.mark()
	if p.i > 0 && p.tokens[p.i-1].kind == Footer && p.ahead(1) == definitionStarts {
		p.theoremAfterModule()
	}
	first := p.advance()
	p.named()
	p.push(p.statement())
	if p.beginsProof() {
		p.push(p.proof())
	}
	return p.finish(KindTheorem, first, first, mark)
}

// statement reads what a theorem or a step states: an expression or ASSUME …
// PROVE.
func (p *parser) statement() int32 {
	if k := p.kind(); k == KeywordAssume || k == KeywordBoxAssume {
		return p.assumeProve()
	}
	return p.expression()
}

// stray reports what begins no unit, and skips it.
func (p *parser) stray() {
	switch {
	case p.raw().kind == KeywordExtends:
		p.fail("EXTENDS stands only once, right behind the module's header; it may list several modules")
		p.push(p.extends())
		return
	case p.endWord():
		return
	}
	p.strayMessage()
	end := p.i + 1
	if p.raw().kind == KeywordLocal {
		// LOCAL in front of what cannot be local.
		p.skipTo(end)
		return
	}
	for !p.unitAt(end) {
		end++
	}
	p.skipTo(end)
}

// unitAt reports whether a unit begins at token i, when looking for a place to
// go on after an error.
func (p *parser) unitAt(i int) bool {
	t := &p.tokens[i]
	if t.flags&definitionHead != 0 || startsUnit(t.kind) {
		return true
	}
	switch t.kind {
	case KeywordInstance, KeywordUse, KeywordHide:
		return t.column == 0
	}
	return false
}

// assumeProve reads ASSUME …, … PROVE ….
func (p *parser) assumeProve() int32 {
	if !p.enter() {
		return p.tooDeep()
	}
	defer p.leave()
	mark := p.mark()
	first := int32(p.i)
	if p.kind() == Identifier {
		label := p.name()
		p.push(label)
		token := p.advance()
		p.push(p.assumeProve())
		return p.finish(KindLabel, token, first, mark)
	}
	p.advance()
	p.push(p.assumption())
	for p.accept(Comma) {
		p.push(p.assumption())
	}
	if k := p.kind(); k == KeywordProve || k == KeywordBoxProve {
		p.advance()
		p.push(p.expression())
	} else {
		p.expected("PROVE, or , and another assumption")
		p.push(p.missing())
	}
	return p.finish(KindAssumeProve, first, first, mark)
}

func (p *parser) assumption() int32 {
	isAssume := func(k Kind) bool { return k == KeywordAssume || k == KeywordBoxAssume }
	switch k := p.kind(); k {
	case KeywordAssume, KeywordBoxAssume:
		return p.assumeProve()
	case KeywordNew, KeywordConstant, KeywordVariable, KeywordState, KeywordAction, KeywordTemporal:
		return p.newSymbol()
	case Identifier:
		if p.ahead(1) == ColonColon && isAssume(p.ahead(2)) {
			return p.assumeProve()
		}
	}
	return p.expression()
}

// newSymbol reads NEW x \in S, NEW VARIABLE x, STATE F(_) and so on.
func (p *parser) newSymbol() int32 {
	mark := p.mark()
	first := int32(p.i)
	p.accept(KeywordNew)
	switch k := p.kind(); k {
	case KeywordVariable:
		p.advance()
		if p.kind() == Identifier {
			p.push(p.leaf(KindParameter))
		} else {
			p.expected("the name of a variable")
			p.push(p.missing())
		}
		return p.finish(KindNew, first, first, mark)
	case KeywordState, KeywordAction, KeywordTemporal:
		p.advance()
		p.push(p.parameter("a name"))
		return p.finish(KindNew, first, first, mark)
	case KeywordConstant:
		p.advance()
	}
	param := p.parameter("a name")
	p.push(param)
	if p.kind() == OpIn && p.nodes[param].kind == KindParameter && p.tokens[max(p.nodes[param].token, 0)].kind == Identifier {
		if p.nodes[param].last > p.nodes[param].first+1 {
			p.fail("An operator with arguments cannot be declared with \\in")
		}
		p.advance()
		p.push(p.expression())
	}
	return p.finish(KindNew, first, first, mark)
}

func (p *parser) reportNoModule() {
	p.report(span(0, 0), fmt.Sprintf("There is no module here: a module begins with a line such as %s", quote("---- MODULE name ----")))
}
