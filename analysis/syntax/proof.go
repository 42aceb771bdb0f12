package syntax

import (
	"fmt"
	"strconv"
)

// unknownLevel is the level of a proof of which no step has been read.
const unknownLevel = -1

// The levels that <*> and <+> stand for, before they are known.
const (
	starLevel = -2
	plusLevel = -3
)

// maxProofDepth is SANY's bound.
const maxProofDepth = 100

func isStep(k Kind) bool { return StepName <= k && k <= StepUnnamed }

// stepLevel returns the number in a step's name.
func (p *parser) stepLevel(i int) int {
	text := p.tokenText(int32(i))
	switch text[1] {
	case '*':
		return starLevel
	case '+':
		return plusLevel
	}
	end := 1
	for isDigit(text[end]) {
		end++
	}
	level, err := strconv.Atoi(text[1:end])
	if err != nil {
		return 1 << 30
	}
	return level
}

// beginsProof reports whether a proof of what was just read begins here: with
// a keyword, or with a step of a higher level than the proof it is part of.
func (p *parser) beginsProof() bool {
	switch k := p.kind(); {
	case k == KeywordBy, k == KeywordProof, k == KeywordObvious, k == KeywordOmitted:
		return true
	case isStep(k):
		level := p.stepLevel(p.i)
		if len(p.proofs) == 0 || level == plusLevel {
			return true
		}
		current := p.proofs[len(p.proofs)-1]
		return level != starLevel && current >= 0 && level > current
	}
	return false
}

// stepFits reports whether a step may stand where it does in the innermost
// proof, and sets that proof's level if it is its first step.
func (p *parser) stepFits(i int) bool {
	level := p.stepLevel(i)
	current := &p.proofs[len(p.proofs)-1]
	outer := -1
	if n := len(p.proofs); n > 1 {
		outer = p.proofs[n-2]
	}
	switch {
	case level == starLevel:
		if *current == unknownLevel {
			*current = outer + 1
		}
		return true
	case *current != unknownLevel:
		return *current == level
	case level == plusLevel:
		*current = outer + 1
		return true
	}
	*current = level
	return level > outer
}

// proof reads BY …, OBVIOUS, OMITTED, or steps up to QED.
func (p *parser) proof() int32 {
	if len(p.proofs) >= maxProofDepth {
		p.fail("Proofs nest at most 100 levels deep")
		return p.tooDeep()
	}
	p.proofs = append(p.proofs, unknownLevel)
	defer func() { p.proofs = p.proofs[:len(p.proofs)-1] }()
	mark := p.mark()
	first := int32(p.i)
	token := int32(-1)
	if p.kind() == KeywordProof {
		token = first
		switch p.ahead(1) {
		case KeywordBy:
			p.advance()
			node := p.use(KindBy)
			p.nodes[node].first = first
			return node
		case KeywordObvious, KeywordOmitted:
			p.advance()
			return p.finish(KindTerminalProof, p.advance(), first, mark)
		}
		p.advance()
	}
	switch p.kind() {
	case KeywordBy:
		return p.use(KindBy)
	case KeywordObvious, KeywordOmitted:
		return p.leaf(KindTerminalProof)
	}
	for isStep(p.kind()) {
		last := p.ahead(1) == KeywordQed
		if last || p.stepBelongs() {
			p.push(p.step())
		} else {
			break
		}
		if last {
			return p.finish(KindProof, token, first, mark)
		}
		p.endStep()
	}
	p.expected("a step of the proof; the last one is QED, as in <1> QED")
	return p.finish(KindProof, token, first, mark)
}

// stepBelongs reports whether the next step may be meant for the innermost
// proof. One of a lower level is for a proof around it, so that this one ends
// without QED.
func (p *parser) stepBelongs() bool {
	level, current := p.stepLevel(p.i), p.proofs[len(p.proofs)-1]
	if level < 0 || current == unknownLevel || level >= current {
		return true
	}
	for _, outer := range p.proofs[:len(p.proofs)-1] {
		if outer == level {
			return false
		}
	}
	return true
}

// endStep skips what a step left over, if the proof goes on behind it.
func (p *parser) endStep() {
	if k := p.kind(); isStep(k) || startsUnit(k) {
		return
	}
	for end := p.i; p.budget > 0; end++ {
		p.budget--
		t := &p.tokens[end]
		switch {
		case t.flags&definitionHead != 0, startsUnit(t.kind):
			return
		case isStep(t.kind) && p.startsLine(end):
			p.strayMessage()
			p.skipTo(end)
			return
		}
	}
}

// step reads one step with its proof.
func (p *parser) step() int32 {
	mark := p.mark()
	if !p.stepFits(p.i) {
		p.fail("This step's level does not fit: all steps of a proof have the same level, higher than that of the proof around it")
	}
	name := p.advance()
	provable := p.stepBody()
	if p.beginsProof() {
		if !provable {
			p.fail("This step takes no proof")
		}
		p.push(p.proof())
	}
	return p.finish(KindStep, name, name, mark)
}

// stepBody reads what a step says, and reports whether a proof may follow.
func (p *parser) stepBody() (provable bool) {
	mark := p.mark()
	first := int32(p.i)
	switch k := p.kind(); k {
	case KeywordQed:
		p.push(p.leaf(KindQed))
		return true
	case KeywordUse, KeywordHide:
		p.push(p.use(KindUse))
		return false
	case KeywordInstance:
		p.push(p.instantiation())
		return false
	case definitionStarts, KeywordDefine:
		p.push(p.defineStep())
		return false
	case KeywordHave:
		p.advance()
		p.push(p.expression())
		p.push(p.finish(KindHave, first, first, mark))
		return false
	case KeywordTake:
		p.advance()
		p.take()
		p.push(p.finish(KindTake, first, first, mark))
		return false
	case KeywordWitness:
		p.advance()
		p.push(p.expression())
		for p.accept(Comma) {
			p.push(p.expression())
		}
		p.push(p.finish(KindWitness, first, first, mark))
		return false
	case KeywordPick:
		p.advance()
		if p.unbounded() {
			p.push(p.nakedBound())
		} else {
			p.bounds()
		}
		p.seek(Colon, ": and what the picked values satisfy")
		p.push(p.expression())
		p.push(p.finish(KindPick, first, first, mark))
		return true
	case KeywordCase:
		p.advance()
		p.push(p.expression())
		p.push(p.finish(KindCaseStep, first, first, mark))
		return true
	}
	token := int32(-1)
	if p.kind() == KeywordSuffices {
		token = p.advance()
	}
	p.push(p.statement())
	p.push(p.finish(KindAssert, token, first, mark))
	return true
}

// take reads the bounds or names of TAKE.
func (p *parser) take() {
	if p.kind() == LeftAngle || p.boundAhead() {
		p.bounds()
		return
	}
	p.names("a name after TAKE")
}

func (p *parser) defineStep() int32 {
	mark := p.mark()
	first := int32(p.i)
	token := int32(-1)
	if p.accept(KeywordDefine) {
		token = first
	}
	if k := p.kind(); k != definitionStarts && !(k == KeywordLocal && p.ahead(1) == definitionStarts) {
		p.expected("a definition such as x == 1 after DEFINE")
	}
	for {
		k := p.kind()
		if k != definitionStarts && !(k == KeywordLocal && p.ahead(1) == definitionStarts) {
			return p.finish(KindDefineStep, token, first, mark)
		}
		p.push(p.definition())
	}
}

// use reads USE, HIDE or BY with their facts.
func (p *parser) use(kind NodeKind) int32 {
	mark := p.mark()
	first := p.advance()
	if p.tokens[first].kind != KeywordHide {
		p.accept(KeywordOnly)
	}
	if k := p.kind(); k == KeywordModule || startsExpression(k) {
		p.facts()
	}
	if p.kind() == KeywordDef {
		inner := p.mark()
		def := p.advance()
		p.facts()
		p.push(p.finish(KindFacts, def, def, inner))
	}
	if len(p.pending) == mark && !p.alreadyReported() {
		p.report(p.span(first, first+1), fmt.Sprintf("%s needs a fact behind it, or DEF and the name of a definition", p.tokenText(first)))
	}
	return p.finish(kind, first, first, mark)
}

// facts reads expressions and MODULE M with commas between, and pushes them.
func (p *parser) facts() {
	for {
		if p.kind() == KeywordModule {
			mark := p.mark()
			first := p.advance()
			p.push(p.nameNode("the name of a module"))
			p.push(p.finish(KindModuleFact, first, first, mark))
		} else {
			p.push(p.fact())
		}
		if !p.accept(Comma) {
			return
		}
	}
}

// fact reads an expression or, as in BY DEF +, an operator.
func (p *parser) fact() int32 {
	switch k := p.kind(); {
	case k == OpMinus, k == OpAnd, k == OpOr, operators[k].fixity == Prefix && k != OpNegative:
	case operators[k].fixity != NoFixity && p.loneOperator():
		return p.leaf(KindOperator)
	}
	return p.expression()
}

// startsExpression reports whether an expression may begin with a token.
func startsExpression(k Kind) bool {
	if k >= outdented {
		return false
	}
	switch k {
	case Identifier, Number, String, StepName, StepNameImplicit, LeftParen, LeftBracket, LeftBrace, LeftAngle,
		Exists, Forall, TemporalExists, TemporalForall, KeywordIf, KeywordCase, KeywordChoose, KeywordLet,
		WeakFairness, StrongFairness:
		return true
	}
	return operators[k].fixity != NoFixity
}
