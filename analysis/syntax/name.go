package syntax

import "fmt"

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
	if p.kind() == definitionStarts && p.moveDefinition() {
		p.fail("SANY takes this operator for the beginning of the next definition; put the selection into parentheses")
	}
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
	p.seek(Colon, ": after the parameters of the LAMBDA")
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
		return p.nodes[selector].count > 0 && p.tokens[n.token].kind != LeftParen && p.isLabel(selector)
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

func (p *parser) tokenText(i int32) string {
	if i < 0 {
		return ""
	}
	return p.text[p.tokens[i].start:p.tokens[i].end]
}
