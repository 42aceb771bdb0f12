package syntax

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// token is one token: bytes [start, end) of the text.
type token struct {
	start, end int32
	// column is the 0-based column on which junction lists align, counted as
	// SANY does: in UTF-16 units, a tab reaching to the next multiple of eight.
	column int32
	// link is, for a "<<", the index of the ">>" that closes it, and for an
	// Identifier the number of its name; else 0.
	link  int32
	kind  Kind
	flags uint8
}

// definitionHead marks the first token of what stands left of an "==". An
// expression ends before it; see markDefinitions.
const definitionHead uint8 = 1

// harmless marks an Invalid token without which the text around it is as good
// as before, such as ";".
const harmless uint8 = 2

// lexer cuts a text into tokens. It knows nothing of the grammar but where the
// outermost module begins and ends.
type lexer struct {
	text     string
	tokens   []token
	comments []Comment
	faults   []fault
	// lineStart is the offset of the current line's first byte; a byte at i
	// has the column i - lineStart + skew.
	lineStart, skew int
	// angles holds the indices of "<<" not yet closed.
	angles      []int32
	identifiers nameTable
}

// fault is an error that the lexer found. Its token is skipped by the parser,
// or taken for what it nearly is.
type fault struct {
	start, end int
	what       faultKind
}

type faultKind uint8

const (
	faultCharacter     faultKind = iota // a character that TLA+ has no use for
	faultSemicolon                      // ";"
	faultFence                          // a markdown fence
	faultString                         // a string that its line ends
	faultEscape                         // a string with an unknown escape
	faultComment                        // a comment that the text ends
	faultDefinitionBar                  // -|-, which SANY keeps for itself
	faultFooter                         // ===, one short of a footer
	faultHeaderEnd                      // ==== behind a module's name
)

// words maps what may follow a backslash to its kind. Longest match wins, so
// \inx is \in and then x.
var words = func() map[string]Kind {
	m := map[string]Kind{
		"E": Exists, "exists": Exists, "A": Forall, "forall": Forall,
		"EE": TemporalExists, "AA": TemporalForall,
	}
	for kind, op := range operators {
		for _, spelling := range append(op.synonyms, op.name) {
			if len(spelling) > 1 && spelling[0] == '\\' && isLetter(spelling[1]) {
				m[spelling[1:]] = Kind(kind)
			}
		}
	}
	return m
}()

// longestWord bounds the letters that a word of words has.
const longestWord = 12

// characters maps the characters beyond ASCII to their kinds.
var characters = func() map[rune]Kind {
	m := map[rune]Kind{
		'∀': Forall, '∃': Exists, '≜': Define, '⟨': LeftAngle, '⟩': RightAngle, '→': Arrow,
		'←': LeftArrow, '↦': MapsTo, '∷': ColonColon, 'ℕ': Identifier, 'ℤ': Identifier, 'ℝ': Identifier,
	}
	for kind, op := range operators {
		for _, spelling := range op.synonyms {
			if r, size := utf8.DecodeRuneInString(spelling); size > 1 {
				m[r] = Kind(kind)
			}
		}
	}
	return m
}()

// lex cuts text[from:] into tokens, up to the footer that closes as many
// modules as were opened. It returns the offset where it stopped: behind that
// footer, or the end of the text.
func (l *lexer) lex(from int) int {
	l.lineStart = strings.LastIndexAny(l.text[:from], "\r\n") + 1
	l.measure(l.lineStart, from)
	open := 0
	end := len(l.text)
	before := EndOfText // the kind of the token before
	for i := from; i < len(l.text); {
		c := l.text[i]
		if c == ' ' {
			for i++; i < len(l.text) && l.text[i] == ' '; i++ {
			}
			continue
		}
		switch c {
		case '\t':
			l.tab(i)
			i++
			continue
		case '\n':
			i++
			l.lineStart, l.skew = i, 0
			continue
		case '\r':
			i++
			if i < len(l.text) && l.text[i] == '\n' {
				i++
			}
			l.lineStart, l.skew = i, 0
			continue
		case '\\':
			if i+1 < len(l.text) && l.text[i+1] == '*' {
				i = l.lineComment(i)
				continue
			}
		case '(':
			if i+1 < len(l.text) && l.text[i+1] == '*' {
				i = l.blockComment(i)
				continue
			}
		}
		column := i - l.lineStart + l.skew
		kind, next := l.scan(i)
		n := len(l.tokens)
		if before == HeaderDashes {
			// SANY reads "MODULEx" after the dashes as two words.
			kind, next = KeywordModule, i+len("MODULE")
		}
		before = kind
		t := l.add(i)
		t.start, t.end, t.column, t.kind = int32(i), int32(next), int32(column), kind
		t.link, t.flags = 0, 0
		i = next
		switch kind {
		case Identifier:
			t.link = l.identifiers.number(l.text, int(t.start), next)
		case Invalid:
			if c := l.text[t.start]; c == ';' || c == '`' {
				t.flags = harmless
			}
		case LeftAngle:
			l.angles = append(l.angles, int32(n))
		case RightAngle:
			if last := len(l.angles) - 1; last >= 0 {
				l.tokens[l.angles[last]].link = int32(n)
				l.angles = l.angles[:last]
			}
		case KeywordModule:
			if n == 0 || l.tokens[n-1].kind == HeaderDashes && !l.repeatsHeader() {
				open++
			}
		case Footer:
			if n >= 2 && l.tokens[n-1].kind == Identifier && l.tokens[n-2].kind == KeywordModule &&
				(n == 2 || l.tokens[n-3].kind == HeaderDashes) {
				// Behind MODULE and a name dashes are meant.
				t.kind = Separator
				if n > 2 {
					l.faults = append(l.faults, fault{int(t.start), next, faultHeaderEnd})
				}
				continue
			}
			if open--; open <= 0 {
				end = i
				i = len(l.text)
			}
		}
	}
	l.tokens = append(l.tokens, token{start: int32(end), end: int32(end), column: -1, kind: EndOfText})
	return end
}

// add makes room for one more token, which begins at i. What is in it is for the caller to set:
// that is much faster than to append a token, which would be copied there.
func (l *lexer) add(i int) *token {
	n := len(l.tokens)
	if n == cap(l.tokens) {
		l.tokens = grow(l.tokens, i, len(l.text))
	}
	l.tokens = l.tokens[:n+1]
	return &l.tokens[n]
}

// grow makes room in a list that is full after so much of the whole. A long list
// gets as much as it is going to need if the rest is like what was.
func grow[T any](list []T, done, whole int) []T {
	n := len(list)
	more := n + 256
	if n > 4096 && done > 0 {
		more = n/8 + int(1.05*float64(n)*float64(whole-done)/float64(done))
	}
	return slices.Grow(list, more)
}

// repeatsHeader reports whether the header whose MODULE was just scanned is
// that of the outermost module once more, right behind it.
func (l *lexer) repeatsHeader() bool {
	t := l.tokens
	if len(t) != 6 || t[2].kind != Identifier || t[3].kind != Separator {
		return false
	}
	name := l.text[t[2].start:t[2].end]
	rest, ok := strings.CutPrefix(strings.TrimLeft(l.text[t[5].end:], " \t"), name)
	return ok && (rest == "" || !inName[rest[0]])
}

// tab moves the skew so that what follows the tab at i stands on a tab stop.
func (l *lexer) tab(i int) {
	column := i - l.lineStart + l.skew
	l.skew += 7 - column%8
}

// wide moves the skew for the character at i, which takes size bytes but one
// or two UTF-16 units.
func (l *lexer) wide(r rune, size int) {
	if r >= 0x10000 {
		l.skew -= size - 2
	} else {
		l.skew -= size - 1
	}
}

// measure brings lineStart and skew from offset i to end, over text that has
// no tokens.
func (l *lexer) measure(i, end int) {
	for i < end {
		switch c := l.text[i]; {
		case ' ' <= c && c < utf8.RuneSelf: // most
		case c == '\t':
			l.tab(i)
		case c == '\n', c == '\r' && !(i+1 < len(l.text) && l.text[i+1] == '\n'):
			l.lineStart, l.skew = i+1, 0
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRuneInString(l.text[i:])
			l.wide(r, size)
			i += size
			continue
		}
		i++
	}
}

// lastBreak returns the offset of the last end of a line in a text, or 0.
func lastBreak(text string) int {
	i := len(text) - 1
	for i > 0 && text[i] != '\n' && text[i] != '\r' {
		i--
	}
	return i
}

func (l *lexer) lineComment(i int) int {
	end := i
	for end < len(l.text) && l.text[end] != '\n' && l.text[end] != '\r' {
		end++
	}
	l.comments = append(l.comments, Comment{Span: span(i, end)})
	return end
}

func (l *lexer) blockComment(i int) int {
	depth, end := 1, i+2
	for depth > 0 {
		// Only "*" matters: both delimiters have one.
		star := strings.IndexByte(l.text[end:], '*')
		if star < 0 {
			l.faults = append(l.faults, fault{i, i + 2, faultComment})
			end = len(l.text)
			break
		}
		star += end
		first := star
		for star+1 < len(l.text) && l.text[star+1] == '*' {
			star++
		}
		opens := l.text[first-1] == '('
		if opens {
			depth++
		}
		end = star + 1
		if end < len(l.text) && l.text[end] == ')' && !(opens && star == first) {
			depth--
			end++
		}
	}
	l.measure(i+lastBreak(l.text[i:end]), end)
	l.comments = append(l.comments, Comment{Span: span(i, end), Block: true})
	return end
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }

// inName is true of the bytes that names are made of.
var inName = func() (in [256]bool) {
	for c := range in {
		in[c] = isLetter(byte(c)) || isDigit(byte(c)) || c == '_'
	}
	return in
}()

// at returns the byte at i, or 0 beyond the end.
func (l *lexer) at(i int) byte {
	if i < len(l.text) {
		return l.text[i]
	}
	return 0
}

// scan returns the kind of the token at i and the offset behind it. The
// longest match wins, as in SANY's token manager.
func (l *lexer) scan(i int) (Kind, int) {
	c := l.text[i]
	if inName[c] {
		return l.name(i)
	}
	switch c {
	case '/':
		switch l.at(i + 1) {
		case '\\':
			return OpAnd, i + 2
		case '/':
			return OpSlashSlash, i + 2
		case '=':
			return OpNotEquals, i + 2
		}
		return OpSlash, i + 1
	case '\\':
		return l.backslash(i)
	case ',':
		return Comma, i + 1
	case '(':
		return l.leftParen(i)
	case ')':
		return RightParen, i + 1
	case '[':
		return l.leftBracket(i)
	case ']':
		if l.at(i+1) == '_' {
			return RightBracketUnderscore, i + 2
		}
		return RightBracket, i + 1
	case '{':
		return LeftBrace, i + 1
	case '}':
		return RightBrace, i + 1
	case '=':
		return l.equals(i)
	case '<':
		return l.less(i)
	case '>':
		switch l.at(i + 1) {
		case '>':
			if l.at(i+2) == '_' {
				return RightAngleUnderscore, i + 3
			}
			return RightAngle, i + 2
		case '=':
			return OpGeq, i + 2
		}
		return OpGreater, i + 1
	case '-':
		return l.minus(i)
	case ':':
		return l.colon(i)
	case '|':
		return l.bar(i)
	case '.':
		if l.at(i+1) != '.' {
			return Dot, i + 1
		}
		if l.at(i+2) == '.' {
			return OpDots3, i + 3
		}
		return OpDots2, i + 2
	case '\'':
		return OpPrime, i + 1
	case '"':
		return l.string(i)
	case '~':
		if l.at(i+1) == '>' {
			return OpLeadsTo, i + 2
		}
		return OpNot, i + 1
	case '^':
		switch l.at(i + 1) {
		case '+':
			return OpCaretPlus, i + 2
		case '*':
			return OpCaretStar, i + 2
		case '#':
			return OpCaretHash, i + 2
		}
		return l.twice(i, '^', OpCaret, OpCaretCaret)
	case '!':
		return l.twice(i, '!', Bang, OpBangBang)
	case '#':
		return l.twice(i, '#', OpNotEquals, OpHashHash)
	case '$':
		return l.twice(i, '$', OpDollar, OpDollarDollar)
	case '%':
		return l.twice(i, '%', OpPercent, OpPercentPercent)
	case '&':
		return l.twice(i, '&', OpAmp, OpAmpAmp)
	case '*':
		return l.twice(i, '*', OpStar, OpStarStar)
	case '+':
		return l.twice(i, '+', OpPlus, OpPlusPlus)
	case '@':
		return l.twice(i, '@', Identifier, OpAtAt)
	case '?':
		if l.at(i+1) == '?' {
			return OpQuestionQuestion, i + 2
		}
	case ';':
		return l.fault(i, i+1, faultSemicolon)
	case '`':
		return l.fence(i)
	}
	return l.other(i)
}

// twice returns the kind of a character written twice, or of it alone.
func (l *lexer) twice(i int, c byte, once, double Kind) (Kind, int) {
	if l.at(i+1) == c {
		return double, i + 2
	}
	return once, i + 1
}

func (l *lexer) fault(i, end int, what faultKind) (Kind, int) {
	l.faults = append(l.faults, fault{i, end, what})
	return Invalid, end
}

// other scans a character beyond ASCII, or one that begins no token.
func (l *lexer) other(i int) (Kind, int) {
	r, size := utf8.DecodeRuneInString(l.text[i:])
	if size > 1 {
		l.wide(r, size)
	}
	end := i + size
	kind, ok := characters[r]
	switch {
	case !ok:
		return l.fault(i, end, faultCharacter)
	case kind == RightAngle && l.at(end) == '_':
		return RightAngleUnderscore, end + 1
	case r == '□' && strings.HasPrefix(l.text[end:], "ASSUME"), r == '□' && strings.HasPrefix(l.text[end:], "PROVE"):
		return OpBox, end
	}
	return kind, end
}

// fence takes a run of backquotes, and with three or more what follows on the
// line: that is a markdown fence.
func (l *lexer) fence(i int) (Kind, int) {
	end := i
	for l.at(end) == '`' {
		end++
	}
	if end-i < 3 {
		return l.fault(i, end, faultCharacter)
	}
	for end < len(l.text) && l.text[end] != '\n' && l.text[end] != '\r' {
		end++
	}
	return l.fault(i, end, faultFence)
}

// name scans a run of letters, digits and underscores: a name or keyword if it
// holds a letter, else a number or an underscore.
func (l *lexer) name(i int) (Kind, int) {
	end := i + 1
	for end < len(l.text) && inName[l.text[end]] {
		end++
	}
	text := l.text[i:end]
	first := text[0]
	if !isLetter(first) && !strings.ContainsFunc(text, func(r rune) bool { return isLetter(byte(r)) }) {
		if first == '_' {
			return Underscore, i + 1
		}
		end = i
		for isDigit(l.at(end)) {
			end++
		}
		return Number, end
	}
	// Keywords are all capitals, and the first is no later letter than W.
	if first < 'A' || first > 'W' || len(text) < 2 || text[1] < 'A' || text[1] > 'Z' {
		return Identifier, end
	}
	if len(text) > 2 && text[1] == 'F' && text[2] == '_' {
		switch first {
		case 'W':
			return WeakFairness, i + 3
		case 'S':
			return StrongFairness, i + 3
		}
	}
	return keyword(text), end
}

func keyword(name string) Kind {
	switch name {
	case "ACTION", "ACTIONS":
		return KeywordAction
	case "ASSUME":
		return KeywordAssume
	case "ASSUMPTION", "AXIOM":
		return KeywordAssumption
	case "BY":
		return KeywordBy
	case "CASE":
		return KeywordCase
	case "CHOOSE":
		return KeywordChoose
	case "CONSTANT", "CONSTANTS":
		return KeywordConstant
	case "DEF", "DEFS":
		return KeywordDef
	case "DEFINE":
		return KeywordDefine
	case "DOMAIN":
		return OpDomain
	case "ELSE":
		return KeywordElse
	case "ENABLED":
		return OpEnabled
	case "EXCEPT":
		return KeywordExcept
	case "EXTENDS":
		return KeywordExtends
	case "HAVE":
		return KeywordHave
	case "HIDE":
		return KeywordHide
	case "IF":
		return KeywordIf
	case "IN":
		return KeywordIn
	case "INSTANCE":
		return KeywordInstance
	case "LAMBDA":
		return KeywordLambda
	case "LEMMA", "PROPOSITION", "COROLLARY":
		return KeywordProposition
	case "LET":
		return KeywordLet
	case "LOCAL":
		return KeywordLocal
	case "MODULE":
		return KeywordModule
	case "NEW":
		return KeywordNew
	case "OBVIOUS":
		return KeywordObvious
	case "OMITTED":
		return KeywordOmitted
	case "ONLY":
		return KeywordOnly
	case "OTHER":
		return KeywordOther
	case "PICK":
		return KeywordPick
	case "PROOF":
		return KeywordProof
	case "PROVE":
		return KeywordProve
	case "QED":
		return KeywordQed
	case "RECURSIVE":
		return KeywordRecursive
	case "STATE":
		return KeywordState
	case "SUBSET":
		return OpPowerSet
	case "SUFFICES":
		return KeywordSuffices
	case "TAKE":
		return KeywordTake
	case "TEMPORAL", "TEMPORALS":
		return KeywordTemporal
	case "THEN":
		return KeywordThen
	case "THEOREM":
		return KeywordTheorem
	case "UNCHANGED":
		return OpUnchanged
	case "UNION":
		return OpBigUnion
	case "USE":
		return KeywordUse
	case "VARIABLE", "VARIABLES":
		return KeywordVariable
	case "WITH":
		return KeywordWith
	case "WITNESS":
		return KeywordWitness
	}
	return Identifier
}

// backslash scans an operator or number that begins with "\".
func (l *lexer) backslash(i int) (Kind, int) {
	if l.at(i+1) == '/' {
		return OpOr, i + 2
	}
	if end := l.radix(i); end > 0 {
		return Number, end
	}
	end := i + 1
	for end < len(l.text) && end <= i+longestWord && isLetter(l.text[end]) {
		end++
	}
	for ; end > i+1; end-- {
		if kind, ok := words[l.text[i+1:end]]; ok {
			return kind, end
		}
	}
	return OpBackslash, i + 1
}

// radix returns the end of a number such as \b01, \o17 or \hFF at i, or 0.
func (l *lexer) radix(i int) int {
	var digit func(c byte) bool
	switch l.at(i + 1) {
	case 'b', 'B':
		digit = func(c byte) bool { return c == '0' || c == '1' }
	case 'o', 'O':
		digit = func(c byte) bool { return '0' <= c && c <= '7' }
	case 'h', 'H':
		digit = func(c byte) bool { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }
	default:
		return 0
	}
	end := i + 2
	for digit(l.at(end)) {
		end++
	}
	if end == i+2 {
		return 0
	}
	return end
}

// leftParen scans "(" and the operators (+), (-), (.), (/) and (\X).
func (l *lexer) leftParen(i int) (Kind, int) {
	if l.at(i+2) == ')' {
		switch l.at(i + 1) {
		case '+':
			return OpOplus, i + 3
		case '-':
			return OpOminus, i + 3
		case '.':
			return OpOdot, i + 3
		case '/':
			return OpOslash, i + 3
		}
	}
	if strings.HasPrefix(l.text[i:], `(\X)`) {
		return OpOtimes, i + 4
	}
	return LeftParen, i + 1
}

func (l *lexer) leftBracket(i int) (Kind, int) {
	if l.at(i+1) != ']' {
		return LeftBracket, i + 1
	}
	switch rest := l.text[i+2:]; {
	case strings.HasPrefix(rest, "ASSUME"):
		return KeywordBoxAssume, i + len("[]ASSUME")
	case strings.HasPrefix(rest, "PROVE"):
		return KeywordBoxProve, i + len("[]PROVE")
	}
	return OpBox, i + 2
}

func (l *lexer) equals(i int) (Kind, int) {
	switch l.at(i + 1) {
	case '=':
		end := i + 2
		for l.at(end) == '=' {
			end++
		}
		if end-i >= 4 {
			return Footer, end
		}
		if end-i == 3 && l.aloneOnLine(i, end) {
			// Nothing in TLA+ has three of them: the footer is meant.
			l.faults = append(l.faults, fault{i, end, faultFooter})
			return Footer, end
		}
		return Define, i + 2
	case '>':
		return OpImplies, i + 2
	case '<':
		return OpLeq, i + 2
	case '|':
		return OpLeftModels, i + 2
	}
	return OpEquals, i + 1
}

// aloneOnLine reports whether text[i:end] shares its line with white space only.
func (l *lexer) aloneOnLine(i, end int) bool {
	before := strings.TrimRight(l.text[:i], " \t")
	after := strings.TrimLeft(l.text[end:], " \t")
	return (before == "" || strings.HasSuffix(before, "\n") || strings.HasSuffix(before, "\r")) &&
		(after == "" || after[0] == '\n' || after[0] == '\r')
}

func (l *lexer) less(i int) (Kind, int) {
	switch l.at(i + 1) {
	case '<':
		return LeftAngle, i + 2
	case '=':
		if l.at(i+2) == '>' {
			return OpEquivalent, i + 3
		}
		return OpLeq, i + 2
	case '-':
		return LeftArrow, i + 2
	case '>':
		return OpDiamond, i + 2
	case ':':
		return OpLessColon, i + 2
	}
	if kind, end := l.step(i); end > 0 {
		return kind, end
	}
	return OpLess, i + 1
}

// step scans the name of a proof step at i, such as <1>2, <*>a. or <3>; its
// end is 0 if there is none.
func (l *lexer) step(i int) (Kind, int) {
	end := i + 1
	implicit := l.at(end) == '*' || l.at(end) == '+'
	if implicit {
		end++
	} else {
		for isDigit(l.at(end)) {
			end++
		}
	}
	if end == i+1 || l.at(end) != '>' {
		return Invalid, 0
	}
	end++
	level := end
	for inName[l.at(end)] {
		end++
	}
	if end > level {
		if l.at(end) == '.' {
			for l.at(end) == '.' {
				end++
			}
			return StepNameDot, end
		}
		if !implicit {
			return StepName, end
		}
		// Without a dot, a name after <*> or <+> has no underscore.
		for end = level; isLetter(l.at(end)) || isDigit(l.at(end)); {
			end++
		}
		if end > level {
			return StepNameImplicit, end
		}
		return StepLevel, level
	}
	if c := l.at(end); c == '*' || c == '-' {
		end++
	} else if c != '.' {
		return StepLevel, end
	}
	for l.at(end) == '.' {
		end++
	}
	return StepUnnamed, end
}

func (l *lexer) minus(i int) (Kind, int) {
	switch l.at(i + 1) {
	case '>':
		return Arrow, i + 2
	case '.':
		return OpNegative, i + 2
	case '|':
		if l.at(i+2) == '-' {
			return l.fault(i, i+3, faultDefinitionBar)
		}
		return OpLeftTurnstile, i + 2
	case '+':
		if strings.HasPrefix(l.text[i:], "-+->") {
			return OpGuarantees, i + 4
		}
	case '-':
		end := i + 2
		for l.at(end) == '-' {
			end++
		}
		if end-i < 4 {
			return OpMinusMinus, i + 2
		}
		word := end
		for l.at(word) == ' ' {
			word++
		}
		if strings.HasPrefix(l.text[word:], "MODULE") {
			return HeaderDashes, end
		}
		return Separator, end
	}
	return OpMinus, i + 1
}

func (l *lexer) colon(i int) (Kind, int) {
	switch l.at(i + 1) {
	case ':':
		if l.at(i+2) == '=' {
			return OpColonColonEquals, i + 3
		}
		return ColonColon, i + 2
	case '=':
		return OpAssign, i + 2
	case '>':
		return OpColonGreater, i + 2
	}
	return Colon, i + 1
}

func (l *lexer) bar(i int) (Kind, int) {
	switch l.at(i + 1) {
	case '-':
		if l.at(i+2) == '>' {
			return MapsTo, i + 3
		}
		return OpRightTurnstile, i + 2
	case '=':
		return OpRightModels, i + 2
	case '|':
		return OpBarBar, i + 2
	}
	return OpBar, i + 1
}

// string scans a string. One that its line ends is a string up to there, and a
// fault; so is one with an escape other than \n \t \r \f \\ and \".
func (l *lexer) string(i int) (Kind, int) {
	end := i + 1
	escape := -1
	for end < len(l.text) {
		switch c := l.text[end]; {
		case c == '"':
			if escape >= 0 {
				_, size := utf8.DecodeRuneInString(l.text[escape+1:])
				l.faults = append(l.faults, fault{escape, escape + 1 + size, faultEscape})
			}
			return String, end + 1
		case c == '\n' || c == '\r':
			l.faults = append(l.faults, fault{i, end, faultString})
			return String, end
		case c == '\\':
			next := l.at(end + 1)
			if strings.IndexByte(`ntrf\"`, next) >= 0 {
				end += 2
				continue
			}
			if escape < 0 {
				escape = end
			}
			end++
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRuneInString(l.text[end:])
			l.wide(r, size)
			end += size
		case c == '\t':
			l.tab(end)
			end++
		default:
			end++
		}
	}
	l.faults = append(l.faults, fault{i, end, faultString})
	return String, end
}
