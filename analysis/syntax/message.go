package syntax

import (
	"fmt"
	"strings"

	"github.com/specls/specls/analysis/finding"
)

// reportFaults reports what the lexer could not read.
func (p *parser) reportFaults(faults []fault) {
	for _, f := range faults {
		at := span(f.start, f.end)
		switch f.what {
		case faultSemicolon:
			p.report(at, "TLA+ has no “;”: definitions and list items end by themselves", deletion("Remove ;", at))
		case faultFence:
			p.report(at, "This markdown fence is not TLA+", deletion("Remove the fence", at))
		case faultString:
			p.report(at, "This string does not end on its line; close it with \"")
		case faultEscape:
			p.report(at, `Strings know only the escapes \" \\ \t \n \f and \r`)
		case faultComment:
			p.report(at, "This comment does not end; close it with *)")
		default:
			p.report(at, fmt.Sprintf("%s is no token of TLA+", quote(p.text[f.start:f.end])))
		}
	}
}

func deletion(title string, at finding.Span) finding.Fix {
	return finding.Fix{Title: title, Preferred: true, Edits: []finding.Edit{{Span: at}}}
}

// deletion returns a fix that removes the tokens from first to last.
func (p *parser) deletion(title string, first, last int) finding.Fix {
	return deletion(title, span(int(p.tokens[first].start), int(p.tokens[last].end)))
}

func replacement(title string, at finding.Span, text string) finding.Fix {
	return finding.Fix{Title: title, Preferred: true, Edits: []finding.Edit{{Span: at, NewText: text}}}
}

// reportConflict reports that two operators have no order.
func (p *parser) reportConflict(text string, left entry, op *operator) {
	t := p.raw()
	right := p.text[t.start:t.end]
	p.report(p.span(left.token, int32(p.i)+1),
		fmt.Sprintf("%s and %s have no order in TLA+: put one of them and its operands into parentheses", quote(text), quote(right)))
}

// noOperand reports that an expression is missing, and returns a node for it.
func (p *parser) noOperand() int32 {
	if p.repairDefine() {
		node, _ := p.operand()
		return node
	}
	p.expected("an expression")
	return p.missing()
}

// repairDefine recovers from "==" where "=" was meant. If what stands next was
// taken for a definition because of it, though it shares its line with what
// is before, it is reported and read as "=".
func (p *parser) repairDefine() bool {
	if p.kind() != definitionStarts || p.i == 0 {
		return false
	}
	before, t := p.tokens[p.i-1], p.raw()
	if strings.ContainsAny(p.text[before.end:t.start], "\r\n") {
		return false
	}
	i := p.i
	for p.tokens[i].kind != Define {
		i++
	}
	t.flags &^= definitionHead
	define := &p.tokens[i]
	define.kind = OpEquals
	at := span(int(define.start), int(define.end))
	p.report(at, "== defines; to compare, write =", replacement("Replace == by =", at, "="))
	return true
}

// isNotEqualsOfC reports whether "!=" stands next, written for #. Written
// tight before a parenthesis it is a selector, as in M!=(a, b).
func (p *parser) isNotEqualsOfC() bool {
	if p.kind() != Bang || p.ahead(1) != OpEquals {
		return false
	}
	bang, equals, next := p.tokens[p.i], p.tokens[p.i+1], p.tokens[min(p.i+2, len(p.tokens)-1)]
	return bang.end == equals.start && !(next.kind == LeftParen && next.start == equals.end)
}

// notEqualsOfC reports "!=".
func (p *parser) notEqualsOfC() {
	at := span(int(p.raw().start), int(p.raw().end)+1)
	p.report(at, "TLA+ writes “not equal” as # or /=", replacement("Replace != by #", at, "#"))
}

// withForExcept reports [f WITH …].
func (p *parser) withForExcept() {
	p.fail("To change a function or record at some places write [f EXCEPT ![a] = b]", replacement("Replace WITH by EXCEPT", p.here(), "EXCEPT"))
}

// missingBang reports an update without its "!".
func (p *parser) missingBang() {
	at := p.here()
	if k := p.kind(); k != LeftBracket && k != Dot {
		p.expected("! and the place to change, as in ![a] = b or !.f = b")
		return
	}
	p.fail("What EXCEPT changes begins with !, as in ![a] = b or !.f = b",
		finding.Fix{Title: "Insert !", Preferred: true, Edits: []finding.Edit{{Span: span(at.Start, at.Start), NewText: "!"}}})
}

// missingElse reports the IF at token first that has no ELSE.
func (p *parser) missingElse(first int32) {
	p.expected("ELSE: in TLA+ every IF has one")
}

// bodyOfLet reads the expression behind IN.
func (p *parser) bodyOfLet() int32 {
	if t := p.raw(); p.kind() == outdented && (t.kind == OpAnd || t.kind == OpOr) {
		p.fail(fmt.Sprintf("This %s is aligned with the list around LET, so it begins the list's next item and nothing follows IN; move it to the right", p.tokenText(int32(p.i))))
		return p.missing()
	}
	return p.expression()
}

// loneIndex reads the rest of [e] that follows nothing it could be an argument
// of.
func (p *parser) loneIndex(first int32, mark int) int32 {
	if k := p.kind(); k != RightBracket && k != Comma {
		p.close(RightBracket, "->, EXCEPT, ]_v or an operator")
		return p.finish(KindError, first, first, mark)
	}
	for p.accept(Comma) {
		p.push(p.expression())
	}
	p.close(RightBracket, ", or ]")
	p.report(p.span(first, p.lastEnd(first)), "Brackets around an argument follow a function, as in f[x]; a set is written {x}, a tuple <<x>>")
	return p.finish(KindError, first, first, mark)
}

// operatorApplied reads an operator used like a name: +(a, b).
func (p *parser) operatorApplied() (node int32, ok bool) {
	k := p.raw().kind
	if operators[k].fixity == Prefix && k != OpNegative || p.loneOperator() {
		return 0, false
	}
	p.lastLow = operators[k].low
	return p.applied(p.advance()), true
}

// loneOperator reports whether the operator that stands next has no arguments
// or selectors.
func (p *parser) loneOperator() bool {
	k := p.ahead(1)
	return k != LeftParen && k != Bang
}

// badDefinition reports what cannot stand left of "==", and skips it.
func (p *parser) badDefinition() {
	p.fail(fmt.Sprintf("== defines a name or an operator, not %s", quote(p.tokenText(int32(p.i)))))
	end := p.i
	for p.tokens[end].kind != Define {
		end++
	}
	p.skipTo(end)
}

// strayMessage reports what begins no unit.
func (p *parser) strayMessage() {
	if p.alreadyReported() {
		return
	}
	p.report(p.here(), fmt.Sprintf("Expected an operator or the next definition but found %s", p.found()))
}

// caseInList reports a [] that follows a CASE within a list but stands outside
// the list. SANY gives it to that CASE all the same.
func (p *parser) caseInList() {
	p.fail("This [] belongs to the CASE in the list above, and stands outside of that list; put that CASE into parentheses")
}

// theoremAfterModule reports a named theorem right behind a nested module,
// which SANY mistakes for a definition.
func (p *parser) theoremAfterModule() {
	at := int(p.raw().start)
	p.fail("SANY cannot read a named theorem right behind a nested module; put a line ---- between them",
		finding.Fix{Title: "Insert ----", Preferred: true, Edits: []finding.Edit{{Span: span(at, at), NewText: "----\n"}}})
}
