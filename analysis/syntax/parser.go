package syntax

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/specls/specls/analysis/finding"
)

// Kinds that a token has for the parser only, by where it stands.
const (
	// outdented is a token at or left of the bullet of the junction list that
	// is being read: it ends the item.
	outdented Kind = 254
	// definitionStarts is the first token of a definition that an expression
	// must not reach into.
	definitionStarts Kind = 255
)

// maxDepth bounds how deep expressions, modules and proofs may nest. SANY's own
// bound is the Java stack, a few thousand.
const maxDepth = 20000

// parser makes a tree in one pass. Where SANY would stop, it reports what it
// found and goes on: within brackets behind the closing one, within a junction
// list at the next bullet, and otherwise at the next unit.
type parser struct {
	Tree
	i int // the next token
	// column is that of the innermost junction list's bullets, or -1.
	column int32
	// pending holds the nodes that await a parent.
	pending []int32
	// operands and operators of the expressions being read; see expression.
	stack []entry
	depth int
	// reported is the token at which the last error was reported. One token is
	// one fault, however many rules it breaks.
	reported int
	// lastLow is the lower bound of the precedence of the last operator read,
	// which decides whether a label changes how an expression is read.
	lastLow   uint8
	proofs    []int   // the level of each proof being read, unknownLevel at first
	truncated bool    // the text's end was reported
	held      []int32 // nodes taken off pending for a moment
	// unitColumn is that of the definition being read outside of any LET.
	unitColumn int32
	// recovered is the token at which the last skipping of errors ended.
	recovered int
	foreign   map[int32]bool // the tokens reported as operators of other languages
	faults    []fault        // what the lexer reported
	// unclosed is a buffer for brackets that are not closed yet.
	unclosed []int32
	// budget is how many tokens recovery may still look at, which keeps the
	// parser linear on texts that are nothing but errors.
	budget int
}

// parsers are kept for their buffers: a tree gets copies of just the size it
// needs, so that trees hold little, and what the buffers hold is warm.
var parsers = sync.Pool{New: func() any { return new(parser) }}

// Parse reads text as a TLA+ module with whatever is around it. It always
// returns a tree; what is wrong is in its findings.
func Parse(text string) *Tree {
	p := parsers.Get().(*parser)
	p.reset(text)
	header := p.lex()
	p.budget = 8*len(p.tokens) + 1000
	p.reportFaults(p.faults)
	p.skipInvalid()
	p.textNode(header)
	p.reportForeign()
	finding.Sort(p.findings)
	tree := p.tree()
	parsers.Put(p)
	return tree
}

// reset prepares a parser for another text. It keeps the buffers.
func (p *parser) reset(text string) {
	*p = parser{
		Tree:   Tree{text: text, tokens: p.tokens[:0], nodes: p.nodes[:0], children: p.children[:0], comments: p.comments[:0]},
		column: -1, reported: -1, recovered: -1,
		pending: p.pending[:0], stack: p.stack[:0], unclosed: p.unclosed[:0],
	}
}

// lex cuts the text into tokens, and returns what header it has.
func (p *parser) lex() headerKind {
	start, header := findHeader(p.text)
	p.start, p.end = start, len(p.text)
	l := lexer{text: p.text, tokens: p.tokens, comments: p.comments, angles: p.unclosed}
	if header != noHeader {
		p.end = l.lex(start)
		// Behind the footer, which is the token before the end of the text.
		if n := len(l.tokens); n > 1 && l.tokens[n-2].kind == Footer {
			p.end = int(l.tokens[n-2].end)
		}
	} else {
		p.start = len(p.text)
		l.tokens = append(l.tokens, token{start: int32(p.end), end: int32(p.end), column: -1, kind: EndOfText})
	}
	p.tokens, p.comments, p.identifiers, p.faults = l.tokens, l.comments, l.identifiers, l.faults
	p.unclosed = markDefinitions(l.tokens, l.angles[:0])
	return header
}

// manyTokens is the number of tokens from which on a tree gets the buffers
// themselves: copies would be dear, and so would it be to keep such buffers.
const manyTokens = 1 << 16

// tree returns what was parsed, and nothing that the parser will use again.
func (p *parser) tree() *Tree {
	tree := p.Tree
	if len(p.tokens) >= manyTokens {
		p.Tree = Tree{}
		return &tree
	}
	tree.tokens = slices.Clone(p.tokens)
	tree.nodes = slices.Clone(p.nodes)
	tree.children = slices.Clone(p.children)
	tree.comments = slices.Clone(p.comments)
	return &tree
}

func span(start, end int) finding.Span { return finding.Span{Start: start, End: end} }

// raw returns the next token, wherever it stands.
func (p *parser) raw() *token { return &p.tokens[p.i] }

// kind returns the next token's kind, which is outdented or definitionStarts
// where the token is not for the expression being read.
func (p *parser) kind() Kind {
	t := &p.tokens[p.i]
	if t.column <= p.column {
		if t.kind == EndOfText {
			return EndOfText
		}
		return outdented
	}
	if t.flags&definitionHead != 0 {
		return definitionStarts
	}
	return t.kind
}

// ahead returns the kind of the nth token behind the next one, or
// definitionStarts for the first token of a definition.
func (p *parser) ahead(n int) Kind {
	i := p.i
	for ; n > 0 && i < len(p.tokens)-1; n-- {
		i++
		for p.tokens[i].kind == Invalid {
			i++
		}
	}
	if p.tokens[i].flags&definitionHead != 0 {
		return definitionStarts
	}
	return p.tokens[i].kind
}

// advance passes the next token and returns its index.
func (p *parser) advance() int32 {
	i := p.i
	if i < len(p.tokens)-1 {
		p.i++
		p.skipInvalid()
	}
	return int32(i)
}

// skipInvalid passes tokens that the lexer has reported.
func (p *parser) skipInvalid() {
	for p.tokens[p.i].kind == Invalid {
		p.i++
	}
}

// mark begins a node: what is pushed from here on becomes its children.
func (p *parser) mark() int { return len(p.pending) }

func (p *parser) push(id int32) { p.pending = append(p.pending, id) }

// finish makes a node of the tokens from first to here, its children being
// those pushed since mark.
func (p *parser) finish(kind NodeKind, token, first int32, mark int) int32 {
	return p.finishAt(kind, token, first, p.lastEnd(first), mark)
}

// startsLine reports whether no token stands before token i on its line.
func (p *parser) startsLine(i int) bool {
	return i == 0 || strings.ContainsAny(p.text[p.tokens[i-1].end:p.tokens[i].start], "\r\n")
}

// lastEnd returns the index behind the last token that was passed, Invalid
// tokens behind it not counted, and at least first.
func (p *parser) lastEnd(first int32) int32 {
	last := int32(p.i)
	for last > first && p.tokens[last-1].kind == Invalid {
		last--
	}
	return last
}

// finishAt is finish for a node that ends before token last, or with its last
// child: one that is missing may stand behind Invalid tokens.
func (p *parser) finishAt(kind NodeKind, token, first, last int32, mark int) int32 {
	if mark < len(p.pending) {
		last = max(last, p.nodes[p.pending[len(p.pending)-1]].last)
	}
	id := int32(len(p.nodes))
	from := int32(len(p.children))
	for _, c := range p.pending[mark:] {
		p.children = append(p.children, c)
		p.nodes[c].parent = id
	}
	// Set in place: to append a node would be to copy it there.
	if len(p.nodes) == cap(p.nodes) {
		p.nodes = grow(p.nodes, p.i, len(p.tokens))
	}
	p.nodes = p.nodes[:id+1]
	n := &p.nodes[id]
	n.kind, n.token, n.first, n.last = kind, token, first, last
	n.from, n.count, n.parent = from, int32(len(p.pending)-mark), -1
	p.pending = p.pending[:mark]
	return id
}

// leaf makes a node of the next token alone.
func (p *parser) leaf(kind NodeKind) int32 {
	first := p.advance()
	return p.finishAt(kind, first, first, first+1, len(p.pending))
}

// missing makes an error node without tokens, for what should stand here.
func (p *parser) missing() int32 {
	at := int32(p.i)
	return p.finishAt(KindError, -1, at, at, len(p.pending))
}

// skipTo makes an error node of the tokens up to index end and pushes it; it
// does nothing if there are none.
func (p *parser) skipTo(end int) {
	first := int32(p.i)
	if int(first) >= end {
		return
	}
	p.i = end
	p.skipInvalid()
	p.recovered = p.i
	p.push(p.finishAt(KindError, -1, first, int32(end), len(p.pending)))
}

// report adds an error.
func (p *parser) report(at finding.Span, message string, fixes ...finding.Fix) {
	p.findings = append(p.findings, finding.Finding{
		Rule: Rule, Severity: finding.Error, Span: at, Message: message, Fixes: fixes,
	})
}

// fail reports an error at the next token, unless one was reported there
// already.
func (p *parser) fail(message string, fixes ...finding.Fix) {
	if p.alreadyReported() {
		return
	}
	p.report(p.here(), message, fixes...)
}

// alreadyReported reports whether an error at the next token would be a
// repetition, and takes note of it.
func (p *parser) alreadyReported() bool {
	if p.reported == p.i {
		return true
	}
	p.reported = p.i
	// What makes no sense behind a character that was skipped may well make
	// sense once that is mended.
	return p.i > 0 && p.tokens[p.i-1].kind == Invalid && p.tokens[p.i-1].flags&harmless == 0
}

// here returns the span of the next token. That of the end of the text is the
// last token, since a place behind everything is easily overlooked.
func (p *parser) here() finding.Span {
	if t := p.raw(); t.kind != EndOfText || p.i == 0 {
		return span(int(t.start), int(t.end))
	}
	last := p.tokens[p.i-1]
	return span(int(last.start), int(last.end))
}

// expected reports that what should stand here does not.
func (p *parser) expected(what string) {
	if p.alreadyReported() {
		return
	}
	if p.raw().kind == EndOfText {
		p.truncated = true
		p.report(p.here(), fmt.Sprintf("The text ends here, in the middle of something: expected %s", what))
		return
	}
	p.report(p.here(), fmt.Sprintf("Expected %s but found %s", what, p.found()))
	if k := p.kind(); (k == definitionStarts || k == outdented) && p.i > 0 {
		p.relate(p.lastEnd(0)-1, "Here it is unfinished")
	}
}

// relate adds a second place to the last finding, if that was reported at the
// next token.
func (p *parser) relate(token int32, message string) {
	if n := len(p.findings); n > 0 && p.reported == p.i {
		p.findings[n-1].Related = []finding.Related{{Span: p.span(token, token+1), Message: message}}
	}
}

// found describes the next token for a message.
func (p *parser) found() string {
	t := p.raw()
	text := p.text[t.start:t.end]
	switch {
	case t.kind == EndOfText:
		return "the end of the text"
	case p.kind() == outdented && (t.kind == OpAnd || t.kind == OpOr):
		return fmt.Sprintf("%s, which begins another item of the list it is aligned with", text)
	case p.kind() == outdented:
		return fmt.Sprintf("%s, which ends the list item because it does not stand right of the item's bullet", quote(text))
	case p.kind() == definitionStarts:
		return fmt.Sprintf("the definition of %s", quote(text))
	case t.kind == Footer:
		return "==== (the end of the module)"
	}
	return quote(text)
}

// quote marks text of the document in a message, cut to a legible length.
func quote(s string) string {
	if len(s) > 40 {
		s = strings.ToValidUTF8(s[:36], "") + "…"
	}
	return "“" + s + "”"
}

// accept passes the next token if it is of the kind.
func (p *parser) accept(kind Kind) bool {
	if p.kind() != kind {
		return false
	}
	p.advance()
	return true
}

// expect passes a token of the kind, or reports that what is missing.
func (p *parser) expect(kind Kind, what string) bool {
	if p.accept(kind) {
		return true
	}
	if kind >= KeywordAction && kind < firstOperator && p.kind() == Identifier && keywordAs(p.tokenText(int32(p.i))) == kind {
		p.capitalise(kind)
		p.advance()
		return true
	}
	p.expected(what)
	return false
}

// enter counts a level of nesting, and reports whether there is room for it;
// each call that is true needs one of leave.
func (p *parser) enter() bool {
	if p.depth >= maxDepth {
		p.fail(fmt.Sprintf("This is nested more than %d levels deep, which no TLA+ tool can read", maxDepth))
		return false
	}
	p.depth++
	return true
}

func (p *parser) leave() { p.depth-- }

// startsUnit reports whether a token can only begin a unit of a module, or end
// the module. What a proof or ASSUME … PROVE may hold as well is not among
// them.
func startsUnit(k Kind) bool {
	switch k {
	case definitionStarts, EndOfText, Footer, HeaderDashes, Separator, KeywordVariable, KeywordConstant,
		KeywordAssume, KeywordAssumption, KeywordTheorem, KeywordProposition, KeywordRecursive, KeywordLocal,
		KeywordExtends:
		return true
	}
	return false
}

// close passes the closing bracket of the kind, which the bracket at token
// open wants. If something else stands there, it reports it and skips to the
// bracket, if one follows before the expression must end. What it skips is in
// no child of the node, so that these keep their places.
func (p *parser) close(kind Kind, open int32, what string) {
	if p.accept(kind) || p.repairDefine() && p.accept(kind) {
		return
	}
	if p.reported != p.i {
		p.expected(what)
		p.relate(open, "This is what has to be closed")
	}
	if k := p.kind(); isClosing(k) && !p.openBefore(open, k) {
		p.advance() // the wrong bracket, but meant as this one
		return
	}
	if i, ok := p.find(kind); ok {
		p.i = i
		p.advance()
	}
}

// seek passes a token of the kind, or reports that what is missing and skips
// to the token, if one follows before the expression must end.
func (p *parser) seek(kind Kind, what string) bool {
	if p.expect(kind, what) {
		return true
	}
	i, ok := p.find(kind)
	if ok {
		p.i = i
		p.advance()
	}
	return ok
}

func isOpening(k Kind) bool {
	switch k {
	case LeftParen, LeftBracket, LeftBrace, LeftAngle:
		return true
	}
	return false
}

func isClosing(k Kind) bool {
	switch k {
	case RightParen, RightBracket, RightBrace, RightAngle, RightBracketUnderscore, RightAngleUnderscore:
		return true
	}
	return false
}

// find looks for the next token of the kind that belongs to the expression
// being read: not inside brackets, nor inside an IF or LET that begins on the
// way, and before anything that must end the expression.
func (p *parser) find(kind Kind) (index int, ok bool) {
	begin, end := EndOfText, EndOfText // the keywords that nest around the kind
	switch kind {
	case KeywordThen, KeywordElse:
		begin, end = KeywordIf, KeywordElse
	case KeywordIn:
		begin, end = KeywordLet, KeywordIn
	}
	depth := 0
	for i := p.i; p.budget > 0; i++ {
		p.budget--
		t := &p.tokens[i]
		if t.column <= p.column || t.flags&definitionHead != 0 || startsUnit(t.kind) {
			return 0, false
		}
		switch k := t.kind; {
		case k == kind && depth == 0:
			return i, true
		case isOpening(k), k == begin:
			depth++
		case depth > 0 && (isClosing(k) || k == end):
			depth--
		case depth > 0:
		case isClosing(k), k == KeywordThen, k == KeywordElse, k == KeywordIn:
			return 0, false
		}
	}
	return 0, false
}

// openBefore reports whether a bracket that the closing one would close is
// open in front of token open, within the same unit.
func (p *parser) openBefore(open int32, closing Kind) bool {
	depth := 0
	for i := open - 1; i >= 0 && p.budget > 0; i-- {
		p.budget--
		k := p.tokens[i].kind
		switch {
		case k == Define && depth == 0 && p.column < 0, startsUnit(k):
			return false
		case closes(k, closing):
			if depth == 0 {
				return true
			}
			depth--
		case k == closing:
			depth++
		}
	}
	return false
}

// closes reports whether a closing bracket closes the opening one.
func closes(opening, closing Kind) bool {
	switch closing {
	case RightParen:
		return opening == LeftParen
	case RightBracket, RightBracketUnderscore:
		return opening == LeftBracket
	case RightBrace:
		return opening == LeftBrace
	}
	return opening == LeftAngle
}
