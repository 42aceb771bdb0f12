package reply

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/syntax"
	"github.com/specls/specls/commands/model"
)

// candidate is a stretch of a reply that may be the module, as byte offsets.
type candidate struct {
	start, end int
	named      bool // its header has the name that was asked for
	whole      bool // it has the footer that belongs to its header
}

// header matches a line that is a module header, also one with too few dashes,
// none, or = for them, which models write and the contract reports. Prose that merely
// mentions MODULE does not match, for the line must hold nothing else.
var header = regexp.MustCompile(`(?m)^[ \t]*([-=]*[ \t]*MODULE[ \t]+([A-Za-z0-9_]+)[ \t]*(?:-{4,}.*|[-=]*[ \t]*)\r?)$`)

// maxHeaders bounds how many headers of one reply are looked at: each is read
// to its footer, and a reply of nothing but headers must not take minutes.
const maxHeaders = 8

// startsWithHeader reports whether the first line that is not blank is a
// module header.
func startsWithHeader(text string) bool {
	line, _, _ := strings.Cut(strings.TrimLeft(text, " \t\r\n"), "\n")
	return header.MatchString(line)
}

// choose returns the module called name, else the best other one.
func choose(text, name string, finish model.Finish) (candidate, bool) {
	var best candidate
	found := false
	done := 0
	for _, at := range header.FindAllStringSubmatchIndex(text, maxHeaders) {
		if at[0] < done {
			continue // nested in a module that is whole
		}
		c := moduleAt(text, at[2], at[3])
		c.named = text[at[4]:at[5]] == name
		if c.whole {
			done = c.end
		}
		if !found || c.betterThan(best) {
			best, found = c, true
		}
	}
	if !found {
		best, found = headless(text)
	}
	if found && !best.whole && finish == model.Stop {
		best = best.toLastFooter(text)
	}
	return best, found
}

func (c candidate) betterThan(d candidate) bool {
	return cmp.Or(
		compareBool(c.named, d.named),
		compareBool(c.whole, d.whole),
		cmp.Compare(c.end-c.start, d.end-d.start),
		1, // of equals the later, which corrects the earlier
	) > 0
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// moduleAt returns the module whose header is text[start:headerEnd]. It ends
// with the line of its footer, else before the next fence, else with the text.
func moduleAt(text string, start, headerEnd int) candidate {
	limit := len(text)
	for offset := headerEnd; offset < len(text); {
		line := lineAt(text, offset)
		if isFence(line) {
			limit = offset
			break
		}
		offset += len(line)
	}
	tree := syntax.Parse(text[start:limit])
	m, ok := tree.Module()
	if ok && m.Header().Valid() && m.Footer().Valid() && tree.Before().End == 0 {
		return candidate{start: start, end: endOfLine(text[:limit], start+tree.After().Start), whole: true}
	}
	return candidate{start: start, end: limit}
}

// lineAt returns the rest of the line at offset, terminator included.
func lineAt(text string, offset int) string {
	if i := strings.IndexByte(text[offset:], '\n'); i >= 0 {
		return text[offset : offset+i+1]
	}
	return text[offset:]
}

// endOfLine returns the end of the line at offset, terminator included, where
// only blanks are left on it, else offset.
func endOfLine(text string, offset int) int {
	rest := lineAt(text, offset)
	if strings.TrimSpace(rest) != "" {
		return offset
	}
	return offset + len(rest)
}

// breaksOff reports whether a module without footer ends in the middle of
// something: with a footer added, either a comment swallows it or the parser
// stumbles at the place.
func breaksOff(module string) bool {
	module = strings.TrimRight(module, " \t\r\n")
	tree := syntax.Parse(module + "\n====\n")
	m, ok := tree.Module()
	if !ok || !m.Footer().Valid() {
		return true
	}
	return slices.ContainsFunc(tree.Findings(), func(f finding.Finding) bool { return f.Span.End >= len(module) })
}

// endWord matches what other languages end a module with.
var endWord = regexp.MustCompile(`(?i)^END( MODULE)?( \w+)?[;.]?$`)

// toLastFooter ends a module with a line of four or more =, or with the END of
// other languages, where that is the last thing in it. The parser misses such a footer when something before it
// is broken: a comment that never ends, or a nested header too many. It is for
// replies that the model ended itself; in one that was cut off, such a line is
// a nested module's.
func (c candidate) toLastFooter(text string) candidate {
	trimmed := strings.TrimRight(text[c.start:c.end], " \t\r\n")
	last := strings.TrimSpace(trimmed[strings.LastIndexByte(trimmed, '\n')+1:])
	if (len(last) < 4 || strings.Trim(last, "=") != "") && !endWord.MatchString(last) {
		return c
	}
	c.whole = true
	c.end = endOfLine(text[:c.end], c.start+len(trimmed))
	return c
}

// startsLikeTLA matches a line that TLA+ has and prose and other languages lack.
var startsLikeTLA = regexp.MustCompile(`(?m)^[ \t]*(EXTENDS[ \t]+\w+|VARIABLES?\b|CONSTANTS?\b|\w+(\([\w, ]*\))?[ \t]*==[ \t]*\r?$|(Init|Next|Spec)[ \t]*==)`)

// headless returns the longest fenced block that reads like TLA+, or all of a
// text without fences that does.
func headless(text string) (candidate, bool) {
	var best candidate
	found := false
	blocks := fencedBlocks(text)
	if len(blocks) == 0 {
		blocks = [][2]int{{0, len(text)}}
	}
	for _, b := range blocks {
		c := candidate{start: b[0], end: b[1]}
		if startsLikeTLA.MatchString(text[c.start:c.end]) && (!found || c.betterThan(best)) {
			best, found = c, true
		}
	}
	return best, found
}

// isFence reports whether a line opens or closes a Markdown code block. No
// line of a module begins so.
func isFence(line string) bool {
	line = strings.TrimLeft(line, " \t")
	return strings.HasPrefix(line, "```") || strings.HasPrefix(line, "~~~")
}

// fencedBlocks returns the insides of the fenced blocks of a text; a block
// that is never closed ends with the text.
func fencedBlocks(text string) [][2]int {
	var blocks [][2]int
	open := -1
	for offset := 0; offset < len(text); {
		line := lineAt(text, offset)
		if isFence(line) {
			if open < 0 {
				open = offset + len(line)
			} else {
				blocks = append(blocks, [2]int{open, offset})
				open = -1
			}
		}
		offset += len(line)
	}
	if open >= 0 && open < len(text) {
		blocks = append(blocks, [2]int{open, len(text)})
	}
	return blocks
}
