package reply

import (
	"strings"

	"github.com/specls/specls/analysis/syntax"
	"github.com/specls/specls/commands/model"
)

// maxRepeated is how many lines at the end of a reply the rest of it is expected
// to repeat at most.
const maxRepeated = 200

// maxNear is how many lines behind and before a joint are looked at to tell how
// its line is indented.
const maxNear = 12

// Join puts together the two parts of a reply that was cut off: what had arrived,
// and what the model wrote when it was asked for the rest, which should begin in
// the middle of the line but rarely does. The model may repeat the last lines,
// begin the last line again, open a code block again, say something first, or
// start over with the whole module. name is the module's. Where it cannot be seen
// how the parts belong together, the one that the parser stumbles over least is
// taken.
func Join(first, rest, name string) string {
	first = Unfinished(first)
	rest = continuation(new(Result).dropReasoning(rest, model.Stop))
	if startsWithHeader(rest) {
		return further(first, rest, name)
	}
	best, least := "", -1
	for _, whole := range joints(first, rest) {
		if n := stumbles(whole, name); least < 0 || n < least {
			best, least = whole, n
		}
	}
	return best
}

// Unfinished returns a reply that was cut off as the model should see it when it
// is asked for the rest: without blanks at its end, for whether the rest begins
// with those that are missing or with all of its line's cannot be known.
func Unfinished(reply string) string { return strings.TrimRight(reply, " \t") }

// continuation returns what of a reply is the rest of another one: of one that
// opens a code block the inside of the block, else all of it. What stands before
// the block is the model talking; what stands behind it stays, since it may be
// prose or a configuration.
func continuation(rest string) string {
	offset := 0
	for line := range strings.Lines(rest) {
		if isFence(line) {
			if looksLikeTLA(rest[:offset]) {
				break // it closes the block that the first part opened
			}
			return rest[offset+len(line):]
		}
		offset += len(line)
	}
	return rest
}

// looksLikeTLA reports whether a text has what prose lacks.
func looksLikeTLA(text string) bool {
	for _, sign := range []string{`/\`, `\/`, "==", "UNCHANGED", `\in`, "|->", "' ="} {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return false
}

// further returns the reply that a model started over, unless that was cut off
// before it came as far as the first.
func further(first, rest, name string) string {
	again := Extract(rest, name, model.Length)
	had := Extract(first, name, model.Length)
	if again.Status != Whole && len(again.Module) < len(had.Module) {
		return first
	}
	return rest
}

// joints returns the ways in which the parts may belong together, the likeliest
// first.
func joints(first, rest string) []string {
	lines, more := strings.SplitAfter(first, "\n"), strings.SplitAfter(rest, "\n")
	if k := repeated(lines, more); k > 0 {
		kept := strings.Join(lines[:len(lines)-k], "")
		return []string{kept + indented(more, lines[len(lines)-k])}
	}
	last := lines[len(lines)-1]
	if last == "" {
		return onNewLine(lines[:len(lines)-1], rest)
	}
	candidates := []string{first + rest, first + " " + rest, first + "\n" + rest}
	if begun := strings.TrimSpace(last); begun != "" && strings.HasPrefix(strings.TrimLeft(rest, " \t\r\n"), begun) {
		// The last line again, in full.
		again := strings.TrimSuffix(first, last) + indent(last) + strings.TrimLeft(rest, " \t\r\n")
		return append([]string{again}, candidates...)
	}
	if strings.HasPrefix(rest, "  ") || startsLikeTLA.MatchString(more[0]) {
		// It begins a new line, and leaves the line end to be understood.
		candidates = []string{candidates[2], candidates[0], candidates[1]}
	}
	return candidates
}

// onNewLine joins a rest to text that ends with a whole line. Where the rest lost
// the blanks that it began with, as models' replies do, those of the lines behind
// and before are tried: columns have a meaning.
func onNewLine(lines []string, rest string) []string {
	first := strings.Join(lines, "")
	rest = strings.TrimLeft(rest, "\n")
	as := []string{first + rest}
	if rest == "" || indent(rest) != "" {
		return as
	}
	word, _, _ := strings.Cut(rest, " ")
	behind := strings.SplitAfterN(rest, "\n", maxNear)
	var near []string // the lines about the joint, the nearest first
	for i := 1; i < maxNear; i++ {
		if i <= len(lines) {
			near = append(near, lines[len(lines)-i])
		}
		if i < len(behind) {
			near = append(near, behind[i])
		}
	}
	tried := map[string]bool{"": true}
	for _, line := range near {
		if at := strings.Index(line, word); at >= 0 && isBullet(word) {
			return append([]string{first + strings.Repeat(" ", at) + rest}, as...)
		}
		if blanks := indent(line); !tried[blanks] && strings.TrimSpace(line) != "" {
			tried[blanks] = true
			as = append(as, first+blanks+rest)
		}
	}
	return as
}

// isBullet reports whether a word begins an item of a junction list.
func isBullet(word string) bool { return word == `/\` || word == `\/` }

// repeated returns how many of the last lines the rest begins with: the most that
// match, where at least one is a whole line that is not blank. The very last line
// may be incomplete.
func repeated(lines, rest []string) int {
	for len(rest) > 1 && strings.TrimSpace(rest[0]) == "" {
		rest = rest[1:]
	}
	for k := min(len(lines), len(rest), maxRepeated); k > 0; k-- {
		tail := lines[len(lines)-k:]
		whole := false
		matches := true
		for i, line := range tail {
			had, again := strings.TrimSpace(line), strings.TrimSpace(rest[i])
			complete := i < k-1 || strings.HasSuffix(line, "\n")
			if complete && had != again || !complete && !strings.HasPrefix(again, had) {
				matches = false
				break
			}
			whole = whole || complete && had != ""
		}
		if matches && whole {
			return k
		}
	}
	return 0
}

// indented returns lines with the first of them indented as the one that it
// repeats, since columns have a meaning and models drop leading blanks.
func indented(lines []string, like string) string {
	for len(lines) > 1 && strings.TrimSpace(lines[0]) == "" {
		lines = lines[1:]
	}
	return indent(like) + strings.TrimLeft(lines[0], " \t") + strings.Join(lines[1:], "")
}

// indent returns the blanks that a line begins with.
func indent(line string) string {
	return line[:len(line)-len(strings.TrimLeft(line, " \t"))]
}

// stumbles counts the syntax errors of the module in a reply; a large number for
// a reply without one.
func stumbles(text, name string) int {
	found := Extract(text, name, model.Length)
	if found.Module == "" {
		return 1 << 30
	}
	return len(syntax.Parse(found.Module).Findings())
}
