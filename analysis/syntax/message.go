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
		case faultFooter:
			p.report(at, "The line that ends a module has at least four =", replacement("Write ====", at, "===="))
		case faultHeaderEnd:
			p.report(at, "A module's header ends with dashes", replacement("Write ----", at, "----"))
		case faultEscape:
			p.report(at, `Strings know only the escapes \" \\ \t \n \f and \r`)
		case faultComment:
			p.truncated = true
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

// cOperators are operators that TLA+ leaves to the user to define, and that
// other languages have for something TLA+ writes differently.
var cOperators = []struct {
	kind                    Kind
	written, meant, message string
}{
	{OpAmpAmp, "&&", "/\\", "TLA+ writes “and” as /\\"},
	{OpBarBar, "||", "\\/", "TLA+ writes “or” as \\/"},
	{OpAssign, ":=", "=", "TLA+ has no assignment: an action says x' = e"},
}

// reportForeign warns of operators from other languages that the text neither
// defines nor declares. SANY's parser accepts them, since a module that is
// extended may define them; next to none does.
func (p *parser) reportForeign() {
	var own [256]bool // the kinds of operators that need no warning
	seen := false
	for i := range p.tokens {
		kind := p.tokens[i].kind
		if kind != OpAmpAmp && kind != OpBarBar && kind != OpAssign {
			continue
		}
		if !seen {
			own, seen = p.ownOperators(), true
		}
		if own[kind] || p.foreign[int32(i)] {
			continue
		}
		if p.reportCOperator(int32(i)) {
			p.findings[len(p.findings)-1].Severity = finding.Warning
		}
	}
}

// ownOperators returns the kinds of operators that are defined, declared or
// parameters anywhere in the text. The module Apalache has ":=".
func (p *parser) ownOperators() (own [256]bool) {
	for i := range p.nodes {
		n := &p.nodes[i]
		switch {
		case n.token < 0:
		case n.kind == KindDefinition, n.kind == KindParameter:
			own[p.tokens[n.token].kind] = true
		case n.kind == KindName && p.tokenText(n.token) == "Apalache":
			own[OpAssign] = true
		}
	}
	return own
}

// reportCOperator reports the operator at token i, one of cOperators, and is
// false if it is none.
func (p *parser) reportCOperator(i int32) bool {
	for _, c := range cOperators {
		if c.kind == p.tokens[i].kind && c.written == p.tokenText(i) {
			at := p.span(i, i+1)
			fixes := []finding.Fix{replacement(fmt.Sprintf("Replace %s by %s", c.written, c.meant), at, c.meant)}
			if c.kind == OpAssign && (i == 0 || p.tokens[i-1].kind != OpPrime) {
				fixes = nil // x = 1 and x' = 1 are different things
			}
			p.report(at, c.message, fixes...)
			return true
		}
	}
	return false
}

// reportConflict reports that two operators have no order.
func (p *parser) reportConflict(text string, left entry, op *operator) {
	t := p.raw()
	right := p.text[t.start:t.end]
	for i := left.token; i <= min(int32(p.i), left.token+40); i++ {
		if p.foreign[i] {
			return
		}
		if p.reportCOperator(i) {
			if p.foreign == nil {
				p.foreign = map[int32]bool{}
			}
			p.foreign[i] = true
			return
		}
	}
	p.report(p.span(left.token, int32(p.i)+1),
		fmt.Sprintf("%s and %s have no order in TLA+: put one of them and its operands into parentheses", quote(text), quote(right)))
}

// noOperand reports that an expression is missing, and returns a node for it.
func (p *parser) noOperand(base int) (node int32, open bool) {
	if p.repairDefine() {
		p.prefixes(base)
		return p.operand(base)
	}
	if k := p.kind(); operators[k].fixity != NoFixity {
		if k == OpPrime {
			if node, ok := p.quoted(); ok {
				return node, false
			}
		}
		return p.operatorForOperand(), false
	}
	p.expected("an expression")
	return p.missing(), false
}

// operatorForOperand reports an operator where an expression should stand. The
// expression is missing in front of it, or, if nothing could be its right
// operand, is the operator.
func (p *parser) operatorForOperand() int32 {
	p.fail(fmt.Sprintf("Expected an expression before %s", quote(p.tokenText(int32(p.i)))))
	if operators[p.raw().kind].fixity == Infix && startsExpression(p.ahead(1)) {
		return p.missing()
	}
	return p.leaf(KindError)
}

// repairDefine recovers from a definition that begins where an expression has
// to go on, and reports whether it did.
func (p *parser) repairDefine() bool {
	if p.kind() != definitionStarts {
		return false
	}
	if p.moveDefinition() {
		return true
	}
	if p.startsLine(p.i) {
		return false
	}
	t, i := p.raw(), p.i
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

// moveDefinition corrects what markDefinitions takes for the head of a
// definition where an expression was left off behind an operator: of
//
//	A == x =
//	B == 1
//
// it takes "x = B" for a head. If the name left of "==" begins a line, the
// definition begins with that name.
func (p *parser) moveDefinition() bool {
	name := p.i + 2
	if operators[p.raw().kind].fixity == Prefix {
		name = p.i + 1
	}
	if name+1 >= len(p.tokens) || p.tokens[name].kind != Identifier || p.tokens[name+1].kind != Define ||
		operators[p.tokens[name-1].kind].fixity == NoFixity || !p.startsLine(name) {
		return false
	}
	p.raw().flags &^= definitionHead
	p.tokens[name].flags |= definitionHead
	return true
}

// isNotEqualsOfC reports whether "!=" stands next, written for #. Written tight
// before a parenthesis it is the selector of an operator, as in M!=(a, b); SANY
// reads it as that wherever it can, but no module can define "=".
func (p *parser) isNotEqualsOfC() bool {
	if p.kind() != Bang || p.ahead(1) != OpEquals {
		return false
	}
	bang, equals, next := p.tokens[p.i], p.tokens[p.i+1], p.tokens[p.i+2]
	return bang.end == equals.start && (next.kind != LeftParen || next.start != equals.end)
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
	if p.reported != p.i {
		p.expected("ELSE, since every IF of TLA+ has one,")
		p.relate(first, "This is the IF without ELSE")
	}
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
		p.close(RightBracket, first, "->, EXCEPT, ]_v or an operator")
		return p.finish(KindError, first, first, mark)
	}
	alone := p.kind() == RightBracket
	for p.accept(Comma) {
		p.push(p.expression())
	}
	p.close(RightBracket, first, ", or ]")
	if k := p.kind(); alone && (k == KeywordWith || k == KeywordExcept) && p.ahead(1) == LeftBracket {
		return p.exceptBehind(first, mark)
	}
	p.report(p.span(first, p.lastEnd(first)), "Brackets around an argument follow a function, as in f[x]; a set is written {x}, a tuple <<x>>")
	return p.finish(KindError, first, first, mark)
}

// exceptBehind reads WITH [a] = b behind [f], which is meant to be
// [f EXCEPT ![a] = b].
func (p *parser) exceptBehind(first int32, mark int) int32 {
	bracket, keyword := p.tokens[p.i-1], *p.raw()
	token := p.advance()
	inner := p.mark()
	start := int32(p.i)
	p.push(p.updateIndex())
	p.expect(OpEquals, "= and the new value")
	p.push(p.expression())
	p.push(p.finish(KindUpdate, -1, start, inner))
	end := int(p.tokens[p.lastEnd(start)-1].end)
	p.report(p.span(first, p.lastEnd(first)), "To change a function or record at some places write [f EXCEPT ![a] = b]", finding.Fix{
		Title: "Write EXCEPT", Preferred: true, Edits: []finding.Edit{
			{Span: span(int(bracket.start), int(keyword.end)), NewText: " EXCEPT"},
			{Span: span(int(p.tokens[start].start), int(p.tokens[start].start)), NewText: "!"},
			{Span: span(end, end), NewText: "]"},
		},
	})
	return p.finish(KindExcept, token, first, mark)
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
	if p.recovered == p.i {
		p.reported = p.i // What was skipped was part of it.
	}
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
	if p.i > 0 && p.slashComment() {
		return
	}
	message := fmt.Sprintf("Expected an operator or the next definition but found %s", p.found())
	if hint := p.hint(); hint != "" {
		message += ". " + hint
	}
	p.report(p.here(), message)
}

// hint says what to do about the next token where no unit begins, if that is
// known.
func (p *parser) hint() string {
	switch p.raw().kind {
	case KeywordLocal:
		return "LOCAL goes with a definition or INSTANCE"
	case KeywordExcept:
		return "EXCEPT stands in brackets: [f EXCEPT ![a] = b]"
	case KeywordWith:
		return "To change a function write [f EXCEPT ![a] = b]"
	case KeywordThen, KeywordElse:
		return "Each THEN and ELSE belongs to an IF: IF p THEN x ELSE y"
	case KeywordIn:
		return "Each IN belongs to a LET: LET x == 1 IN x + 1"
	case KeywordLambda:
		return "LAMBDA can only be an argument of an operator"
	case MapsTo:
		return "|-> stands in brackets: [x \\in S |-> e] or [a |-> e]"
	case Define:
		return "== defines; to compare, write ="
	case Identifier:
		if keywordAs(p.tokenText(int32(p.i))) != Identifier {
			return "Keywords are written in capitals"
		}
	}
	return ""
}

// quoted reads a string in single quotes, if that is what stands next, and
// reports it.
func (p *parser) quoted() (node int32, ok bool) {
	first := int32(p.i)
	start := int(p.raw().start)
	line := p.lineEnd(start)
	for i := p.i + 1; i < len(p.tokens) && int(p.tokens[i].start) < line && i < p.i+20; i++ {
		if p.tokens[i].kind != OpPrime {
			continue
		}
		end := int(p.tokens[i].end)
		if inside := p.text[start+1 : end-1]; !strings.ContainsAny(inside, "\"\\") {
			at := span(start, end)
			p.report(at, "Strings are written with double quotes", replacement("Use double quotes", at, "\""+inside+"\""))
			for ; p.i <= i; p.advance() {
				p.raw().flags &^= definitionHead
			}
			return p.finish(KindError, -1, first, p.mark()), true
		}
		break
	}
	return 0, false
}

// equalsForDefine reports x = e or f(x) = e where a definition should stand,
// and makes a definition of it.
func (p *parser) equalsForDefine() bool {
	if p.kind() != Identifier || p.reported == p.i {
		return false
	}
	i := p.i + 1
	if open := p.tokens[i].kind; open == LeftParen || open == LeftBracket {
		for ; i < len(p.tokens)-2 && p.tokens[i].kind != RightParen && p.tokens[i].kind != RightBracket; i++ {
			if p.budget--; p.budget < 0 {
				return false
			}
		}
		i++
	}
	t := &p.tokens[i]
	if t.kind != OpEquals && t.kind != OpAssign {
		return false
	}
	at := span(int(t.start), int(t.end))
	p.report(at, "A definition is written with ==", replacement("Write ==", at, "=="))
	t.kind = Define
	p.raw().flags |= definitionHead
	return true
}

// slashComment reports a comment written // as in C, if that is why the words
// that stand next make no sense.
func (p *parser) slashComment() bool {
	for i := p.i - 1; i >= 0 && p.i-i < 4; i-- {
		t := p.tokens[i]
		if strings.ContainsAny(p.text[t.end:p.raw().start], "\r\n") {
			return false
		}
		if t.kind == OpSlashSlash {
			at := span(int(t.start), int(t.end))
			p.report(at, "Comments begin with \\*", replacement("Replace // by \\*", at, "\\*"))
			return true
		}
	}
	return false
}

// endWord reports END where the footer should be, and passes it.
func (p *parser) endWord() bool {
	first := int32(p.i)
	if p.raw().kind != Identifier || !strings.EqualFold(p.tokenText(first), "end") {
		return false
	}
	line := p.lineEnd(int(p.raw().start))
	for p.advance(); int(p.raw().start) < line && p.raw().kind != EndOfText; {
		p.advance()
	}
	last := p.lastEnd(first)
	at := p.span(first, last)
	p.report(at, "A module ends with a line of at least four =", replacement("Write ====", at, strings.Repeat("=", 77)))
	p.truncated = p.raw().kind == EndOfText
	p.push(p.finishAt(KindError, -1, first, last, p.mark()))
	return true
}

// nothingDeclared reports a declaration that ends without a name, or with a
// comma.
func (p *parser) nothingDeclared() {
	before := p.i - 1
	if p.tokens[before].kind != Comma {
		p.expected("a name")
		return
	}
	if p.alreadyReported() {
		return
	}
	p.report(p.span(int32(before), int32(p.i)), "A name is missing behind this comma", p.deletion("Remove the comma", before, before))
}

// missingComma reports a name that follows another one without a comma, and
// whether it did.
func (p *parser) missingComma() bool {
	if p.kind() != Identifier || p.raw().column == 0 || p.ahead(1) == Identifier || p.alreadyReported() {
		return false
	}
	end := int(p.tokens[p.i-1].end)
	p.report(p.here(), "A comma is missing before this name",
		finding.Fix{Title: "Insert a comma", Preferred: true, Edits: []finding.Edit{{Span: span(end, end), NewText: ","}}})
	return true
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
