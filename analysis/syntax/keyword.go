package syntax

import (
	"fmt"
	"strings"
)

// keywordAs returns the keyword that a name would be in capitals, such as If or
// theorem, or Identifier.
func keywordAs(name string) Kind {
	var upper [len("PROPOSITION")]byte // the longest keyword
	if len(name) < 2 || len(name) > len(upper) {
		return Identifier
	}
	for i := range len(name) {
		if !isLetter(name[i]) {
			return Identifier
		}
		upper[i] = name[i] &^ 0x20
	}
	return keyword(string(upper[:len(name)]))
}

// capitalise reports the next token, a name, as a keyword that is not in
// capitals, and makes it that keyword.
func (p *parser) capitalise(kind Kind) {
	at := p.here()
	upper := strings.ToUpper(p.text[at.Start:at.End])
	p.report(at, fmt.Sprintf("Keywords are written in capitals: %s", upper), replacement("Write "+upper, at, upper))
	p.raw().kind = kind
}

// keywordOperand reports whether the name that stands next is meant to be a
// keyword, and makes it one: it is followed by what cannot follow a name.
func (p *parser) keywordOperand() bool {
	switch k := p.ahead(1); k {
	case Identifier, Number, String, LeftBrace, LeftAngle, Exists, Forall, KeywordIf, KeywordCase, KeywordChoose,
		OpNot, OpEnabled, OpUnchanged, OpPowerSet, OpBigUnion, OpDomain, definitionStarts:
		kind := keywordAs(p.tokenText(int32(p.i)))
		switch kind {
		case KeywordLet:
			// A definition may well follow a name. IN tells.
			if k != definitionStarts || !p.lowerInAhead() {
				return false
			}
		case KeywordIf, KeywordCase, KeywordChoose, OpEnabled, OpUnchanged, OpPowerSet, OpBigUnion, OpDomain:
			if k == definitionStarts {
				return false
			}
		default:
			return false
		}
		p.capitalise(kind)
		return true
	}
	return false
}

// lowerInAhead reports whether an "in" or "IN" follows before the definition
// behind the next is over.
func (p *parser) lowerInAhead() bool {
	heads := 0
	for i := p.i + 1; i < len(p.tokens); i++ {
		if p.budget--; p.budget < 0 {
			return false
		}
		t := &p.tokens[i]
		if t.flags&definitionHead != 0 {
			if heads++; heads > 1 {
				return false
			}
		}
		switch {
		case t.kind == KeywordIn, t.kind == Identifier && keywordAs(p.tokenText(int32(i))) == KeywordIn:
			return true
		case t.kind == KeywordLet, t.flags&definitionHead == 0 && startsUnit(t.kind):
			return false
		}
	}
	return false
}

// keywordUnit reports whether the name that stands next, where a unit should,
// is a keyword that begins one, and makes it that keyword.
func (p *parser) keywordUnit() bool {
	if p.raw().kind != Identifier {
		return false
	}
	kind := keywordAs(p.tokenText(int32(p.i)))
	switch kind {
	case KeywordVariable, KeywordConstant, KeywordRecursive, KeywordInstance, KeywordAssume, KeywordAssumption,
		KeywordTheorem, KeywordProposition, KeywordLocal, KeywordExtends:
		if p.reported != p.i {
			p.capitalise(kind)
			return true
		}
	}
	return false
}
