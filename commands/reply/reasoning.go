package reply

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/specls/specls/commands/model"
)

// Tags between which models and servers leave reasoning in a reply. An opening
// tag counts at the start of a line. A closing tag without an opening one
// counts at the start or end of a line: servers whose chat template writes the
// opening tag itself return only the closing one.
var (
	reasoningOpen  = regexp.MustCompile(`(?im)^[ \t]*<(think|thinking|thought|reasoning)>`)
	reasoningEnd   = regexp.MustCompile(`(?i)</(think|thinking|thought|reasoning)>`)
	reasoningClose = regexp.MustCompile(`(?im)^[ \t]*</(?:think|thinking|thought|reasoning)>|</(?:think|thinking|thought|reasoning)>[ \t\r]*$`)
)

// dropReasoning removes reasoning blocks. A block that is never closed is
// reasoning to the end where the reply was cut off; where the model ended the
// reply itself it forgot the closing tag, and only the opening one goes.
func (r *Result) dropReasoning(text string, finish model.Finish) string {
	var out strings.Builder
	rest := text
	for {
		open := reasoningOpen.FindStringIndex(rest)
		if open == nil {
			break
		}
		out.WriteString(rest[:open[0]])
		rest = rest[open[1]:]
		if end := reasoningEnd.FindStringIndex(rest); end != nil {
			rest = rest[end[1]:]
			continue
		}
		if finish != model.Stop {
			rest = ""
		}
		break
	}
	out.WriteString(rest)
	kept := out.String()
	if all := reasoningClose.FindAllStringIndex(kept, -1); all != nil {
		kept = kept[all[len(all)-1][1]:]
	}
	if dropped := utf8.RuneCountInString(text) - utf8.RuneCountInString(kept); dropped > 0 {
		r.drop("dropped %d characters of reasoning", dropped)
	}
	return kept
}
