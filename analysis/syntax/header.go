package syntax

import (
	"fmt"
	"strings"

	"github.com/specls/specls/analysis/finding"
)

// headerKind says what a text has for a module's header.
type headerKind uint8

const (
	noHeader       headerKind = iota
	properHeader              // ---- MODULE name ----, or its beginning
	dashlessHeader            // MODULE name, with too few dashes or lower-case
	headless                  // definitions without any header
)

// findHeader returns where the outermost module begins, and as what. As SANY
// does, it takes the first "----", spaces and "MODULE", wherever they stand,
// and knows no comments before it.
func findHeader(text string) (start int, kind headerKind) {
	for from := 0; ; {
		at := strings.Index(text[from:], "MODULE")
		if at < 0 {
			break
		}
		at += from
		from = at + 1
		spaces := len(strings.TrimRight(text[:at], " "))
		dashes := len(strings.TrimRight(text[:spaces], "-"))
		if spaces-dashes >= 4 {
			return dashes, properHeader
		}
	}
	for line, rest := "", text; rest != ""; {
		offset := len(text) - len(rest)
		line, rest = cutLine(rest)
		if looksLikeHeader(line) {
			return offset + len(line) - len(strings.TrimLeft(line, " \t=")), dashlessHeader
		}
	}
	if at := strings.Index(text, "=="); at >= 0 {
		return 0, headless
	}
	return len(text), noHeader
}

// cutLine returns the first line of s without its end, and what follows.
func cutLine(s string) (line, rest string) {
	i := strings.IndexAny(s, "\r\n")
	if i < 0 {
		return s, ""
	}
	return s[:i], s[i+1:]
}

// looksLikeHeader reports whether a line is dashes, or none, the word module
// and one more word.
func looksLikeHeader(line string) bool {
	line = strings.Trim(line, "-= \t")
	word, name, ok := strings.Cut(line, " ")
	if !ok || !strings.EqualFold(word, "module") {
		return false
	}
	name = strings.TrimSpace(name)
	for i := range len(name) {
		if !inName[name[i]] {
			return false
		}
	}
	return name != ""
}

// faultyHeader reads a header that is not one to TLA+, or none at all, and
// reports it.
func (p *parser) faultyHeader(kind headerKind) int32 {
	if kind == headless {
		p.fail(fmt.Sprintf("The module has no header: it begins with a line such as %s", quote("---- MODULE name ----")))
		return -1
	}
	line := p.lineEnd(int(p.raw().start))
	mark := p.mark()
	first := int32(p.i)
	for int(p.raw().start) < line && p.raw().kind != EndOfText && !strings.EqualFold(p.tokenText(int32(p.i)), "module") {
		p.advance()
	}
	keyword := int32(-1)
	if strings.EqualFold(p.tokenText(int32(p.i)), "module") {
		keyword = p.advance()
	}
	name := p.moduleName("the module's name")
	p.push(name)
	for int(p.raw().start) < line && p.raw().kind != EndOfText {
		p.advance()
	}
	last := p.lastEnd(first)
	p.push(p.finishAt(KindHeader, keyword, first, last, mark))
	token := p.nodes[name].token
	header := fmt.Sprintf("---- MODULE %s ----", p.tokenText(token))
	at := p.span(first, last)
	p.report(at, fmt.Sprintf("This is no module header: one has at least four dashes before MODULE and after the name, as in %s", quote(header)),
		finding.Fix{Title: "Write " + header, Preferred: true, Edits: []finding.Edit{{Span: at, NewText: header}}})
	return token
}

// unfinishedHeader reports a header without the dashes behind the name, and
// passes what stands there of them.
func (p *parser) unfinishedHeader(keyword int32) {
	at := int(p.tokens[p.lastEnd(0)-1].end)
	line := p.lineEnd(at)
	if p.alreadyReported() {
		return
	}
	start := int32(p.i)
	for int(p.raw().start) < line && p.raw().kind != EndOfText {
		p.advance()
	}
	place := p.span(keyword, p.lastEnd(keyword))
	edit := finding.Edit{Span: span(at, at), NewText: " ----"}
	if start < int32(p.i) {
		edit = finding.Edit{Span: span(int(p.tokens[start].start), place.End), NewText: "----"}
	}
	if p.raw().kind == Identifier && p.tokens[p.i+1].kind == Define {
		p.raw().flags |= definitionHead
	}
	p.report(place, "The module header ends with at least four dashes behind the name",
		finding.Fix{Title: "End the header with ----", Preferred: true, Edits: []finding.Edit{edit}})
	p.reported = p.i
}

// lineEnd returns the offset of the end of the line that offset is on.
func (p *parser) lineEnd(offset int) int {
	if i := strings.IndexAny(p.text[offset:], "\r\n"); i >= 0 {
		return offset + i
	}
	return len(p.text)
}

// missingFooter reports that the module which began at token first does not
// end.
func (p *parser) missingFooter(first int32) {
	if p.truncated {
		return
	}
	p.truncated = true
	end := len(strings.TrimRight(p.text, " \t\r\n"))
	newline := "\n"
	p.report(p.here(), "The module does not end: its last line must be ====",
		finding.Fix{Title: "End the module with ====", Preferred: true, Edits: []finding.Edit{{
			Span: span(end, len(p.text)), NewText: newline + strings.Repeat("=", 77) + newline,
		}}})
}

// repeatedHeader reports the module's header written a second time, and skips
// it.
func (p *parser) repeatedHeader() {
	first := p.i
	line := p.lineEnd(int(p.raw().start))
	end := first
	for int(p.tokens[end].start) < line && p.tokens[end].kind != EndOfText {
		end++
	}
	p.fail("The module header is written twice", p.deletion("Remove the second header", first, end-1))
	p.skipTo(end)
}
