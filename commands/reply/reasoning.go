package reply

import (
	"regexp"
	"unicode/utf8"

	"github.com/specls/specls/commands/model"
)

// Tags between which models and servers leave reasoning in a reply. An opening
// tag counts at the start of a line. A closing tag without an opening one
// counts at the start or end of a line: servers whose chat template writes the
// opening tag itself return only the closing one.
var (
	reasoningOpen  = regexp.MustCompile(`(?im)^[ \t]*<(think|thinking|thought|reasoning)>`)
	reasoningClose = regexp.MustCompile(`(?im)^[ \t]*</(?:think|thinking|thought|reasoning)>|</(?:think|thinking|thought|reasoning)>[ \t\r]*$`)
)

// dropReasoning removes reasoning blocks. A block that is never closed is
// reasoning to the end where the reply was cut off; where the model ended the
// reply itself it forgot the closing tag, and only the opening one goes.
func (r *Result) dropReasoning(text string, finish model.Finish) string {
	dropped := 0
	out := ""
	for {
		open := reasoningOpen.FindStringSubmatchIndex(text)
		if open == nil {
			break
		}
		name := text[open[2]:open[3]]
		closing := regexp.MustCompile(`(?i)</` + name + `>`).FindStringIndex(text[open[1]:])
		if closing == nil {
			if finish != model.Stop {
				dropped += utf8.RuneCountInString(text[open[0]:])
				text = text[:open[0]]
			} else {
				r.drop("dropped a <%s> tag that is never closed", name)
				text = text[:open[0]] + text[open[1]:]
			}
			break
		}
		end := open[1] + closing[1]
		dropped += utf8.RuneCountInString(text[open[0]:end])
		out += text[:open[0]]
		text = text[end:]
	}
	text = out + text
	if all := reasoningClose.FindAllStringIndex(text, -1); all != nil {
		end := all[len(all)-1][1]
		dropped += utf8.RuneCountInString(text[:end])
		text = text[end:]
	}
	if dropped > 0 {
		r.drop("dropped %d characters of reasoning", dropped)
	}
	return text
}
