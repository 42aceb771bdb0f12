// Package reply takes the module out of what a model wrote. The prompts ask
// for nothing but a module; what comes back may begin with reasoning, sit
// between Markdown fences, be explained before and after, or break off. The
// package removes what is around the module, says what it removed, and leaves
// the module itself byte for byte: mending it is the contract's business.
//
// Where a module ends is the parser's to say, which knows comments, strings and
// nested modules. Where one may begin is read line by line, for a reply is
// mostly not TLA+.
package reply

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/specls/specls/commands/model"
)

// Status says what a reply is good for.
type Status string

// The statuses. Only Whole and NoFooter give a module that may be written.
const (
	// Whole: there is a module, and it has its footer.
	Whole Status = "whole"
	// NoFooter: there is a module without its footer, but the model went on
	// behind it, and it does not end in mid-expression: the footer was forgotten.
	NoFooter Status = "no footer"
	// CutOff: the module breaks off.
	CutOff Status = "cut off"
	// Withheld: the service withheld the reply, or part of the module.
	Withheld Status = "withheld"
	// Refused: the model declined.
	Refused Status = "refused"
	// Empty: nothing was written, or nothing but reasoning.
	Empty Status = "empty"
	// NoModule: there is text, but no TLA+ in it.
	NoModule Status = "no module"
)

// Result is what was found in a reply.
type Result struct {
	Status Status
	// Module is the module's text from its header on, byte for byte as it stood
	// in the reply. Where Status is CutOff or Withheld it holds what there is;
	// where there is no module it is empty.
	Module string
	// Config is the text of the model checker's configuration that stands in a
	// fenced block of its own; empty where there is none, or no module.
	Config string
	// Dropped says what was removed, a sentence each without a full stop.
	Dropped []string
	// Excerpt is the beginning of the reply, at most 120 characters on one
	// line, where Status is Refused or NoModule.
	Excerpt string
}

// Extract takes the module called name out of a reply that ended for the given
// reason. Where the reply has several modules it takes the one of that name,
// else one that is whole, else the longest; where it has no header at all, the
// longest fenced block, or all of it if it reads like TLA+.
func Extract(text, name string, finish model.Finish) Result {
	var r Result
	body := r.dropMark(text)
	if !startsWithHeader(body) {
		body = r.dropReasoning(body, finish)
	}
	if strings.TrimSpace(body) == "" {
		r.Status = Empty
		if finish == model.Filter {
			r.Status = Withheld
		}
		return r
	}
	found, ok := choose(body, name, finish)
	if !ok {
		r.Excerpt = excerpt(body)
		switch {
		case finish == model.Filter:
			r.Status = Withheld
		case isRefusal(body):
			r.Status = Refused
		case finish == model.Length:
			r.Status = CutOff
		default:
			r.Status = NoModule
		}
		return r
	}
	r.Module = body[found.start:found.end]
	r.Status = status(found, r.Module, found.end < len(body), finish)
	if block, ok := configOf(body, found); ok {
		r.Config = body[block[0]:block[1]]
		if block[0] < found.start {
			found.start -= block[1] - block[0]
			found.end -= block[1] - block[0]
		}
		body = body[:block[0]] + body[block[1]:]
	}
	r.dropAround(body, found)
	return r
}

// status says what a module is good for, given whether the reply goes on behind
// it and why the reply ended. That a service says stop is not enough: some say
// so whenever they stop.
func status(c candidate, module string, goesOn bool, finish model.Finish) Status {
	switch {
	case c.whole:
		return Whole
	case finish == model.Filter:
		return Withheld
	case finish == model.Stop && goesOn && !breaksOff(module):
		return NoFooter
	}
	return CutOff
}

// dropMark removes a byte-order mark.
func (r *Result) dropMark(text string) string {
	rest, ok := strings.CutPrefix(text, "\uFEFF")
	if ok {
		r.drop("dropped a byte-order mark")
	}
	return rest
}

// dropAround tells what stood before and after the module.
func (r *Result) dropAround(body string, c candidate) {
	r.dropText(body[:c.start], "before")
	r.dropText(body[c.end:], "after")
}

func (r *Result) dropText(text, where string) {
	fences, lines := 0, 0
	for line := range strings.Lines(text) {
		switch {
		case isFence(line):
			fences++
		case strings.TrimSpace(line) != "":
			lines++
		}
	}
	if fences > 0 {
		r.drop("dropped %s %s the module", count(fences, "Markdown fence line"), where)
	}
	if lines > 0 {
		r.drop("dropped %s of text %s the module", count(lines, "line"), where)
	}
	if blank := strings.Count(text, "\n"); where == "before" && blank > 0 && fences+lines == 0 {
		r.drop("dropped %s before the module", count(blank, "blank line"))
	}
}

func (r *Result) drop(format string, args ...any) {
	r.Dropped = append(r.Dropped, fmt.Sprintf(format, args...))
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// refusals are how models begin when they decline.
var refusals = []string{
	"i can't", "i cannot", "i can’t", "i'm sorry", "i’m sorry", "i am sorry", "sorry,", "i'm unable", "i’m unable",
	"i am unable", "i won't", "i won’t", "i'm not able", "i’m not able", "i am not able", "unfortunately, i",
}

func isRefusal(text string) bool {
	start := strings.ToLower(strings.TrimSpace(text))
	for _, refusal := range refusals {
		if strings.HasPrefix(start, refusal) {
			return true
		}
	}
	return false
}

// excerpt returns the beginning of a text, on one line.
func excerpt(text string) string {
	const limit = 120
	line := strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(line) <= limit {
		return line
	}
	return string([]rune(line)[:limit-1]) + "…"
}
