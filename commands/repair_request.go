package commands

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/analysis/text"
	"github.com/specls/specls/commands/model"
)

// maxFindings is how many findings a model is told of at once. More make it
// rewrite the module instead of mending it.
const maxFindings = 20

// maxExcerpt is how many bytes of a line are quoted.
const maxExcerpt = 200

// repairRequest is the request for a better module: the task as it was, the
// module as it is, and what the check says of it.
func (w *work) repairRequest(left []finding.Finding) model.Request {
	module := w.best.text
	if w.best.config != "" {
		module += "\n" + configFence + w.best.config + "```\n"
	}
	return model.Request{
		Prompt: w.repairTask(), Profile: w.Profile, Focus: w.Focus, Sources: w.Files,
		Turns: []model.Turn{{FromModel: true, Text: module}, {Text: askForRepair(w.Profile, w.best.text, left)}},
	}
}

// configFence opens the block in which a configuration stands behind a module.
const configFence = "```cfg\n"

// repairTask is the prompt that the module came from, as far as it is known.
func (w *work) repairTask() string {
	if len(w.Files) > 0 {
		return w.prompt
	}
	return w.Profile.Template.Render(profile.Values{
		Focus:      cmp.Or(w.Focus, w.Profile.DefaultFocus),
		FilePath:   "a file that is not at hand",
		SourceCode: "// The source is not at hand. Keep to the behaviour of your specification.",
	})
}

// askForRepair words the findings for the model, the gravest first.
func askForRepair(p *profile.Profile, module string, left []finding.Finding) string {
	groups := alike(left)
	var out strings.Builder
	out.WriteString("Your module was checked. ")
	if len(groups) > maxFindings {
		fmt.Fprintf(&out, "These are the %d gravest of %d findings, the worst first:\n", maxFindings, len(groups))
		groups = groups[:maxFindings]
	} else {
		out.WriteString("These are the findings, the worst first:\n")
	}
	mapper := text.NewMapper(module)
	for i, g := range groups {
		writeGroup(&out, i+1, p, mapper, g)
	}
	out.WriteString("\nMend these and change nothing else: keep every action, every guard and every variable, and do not simplify. " +
		"Reply with the whole module, from its header to its closing ====, and nothing besides, as the task demands.")
	return out.String()
}

// alike sorts findings by gravity and then by place, and puts those together that
// say the same.
func alike(found []finding.Finding) [][]finding.Finding {
	sorted := slices.Clone(found)
	slices.SortStableFunc(sorted, func(a, b finding.Finding) int {
		return cmp.Or(cmp.Compare(a.Severity, b.Severity), compareBySyntax(a, b), cmp.Compare(a.Span.Start, b.Span.Start))
	})
	var groups [][]finding.Finding
	at := map[[2]string]int{}
	for _, f := range sorted {
		key := [2]string{f.Rule, f.Message}
		if i, ok := at[key]; ok {
			groups[i] = append(groups[i], f)
			continue
		}
		at[key] = len(groups)
		groups = append(groups, []finding.Finding{f})
	}
	return groups
}

// compareBySyntax puts what cannot be read before what follows from it.
func compareBySyntax(a, b finding.Finding) int {
	return cmp.Compare(bool2int(a.Rule != "syntax"), bool2int(b.Rule != "syntax"))
}

func bool2int(b bool) int {
	if b {
		return 1
	}
	return 0
}

// writeGroup writes findings that say the same: what, where, the line, and why.
func writeGroup(out *strings.Builder, number int, p *profile.Profile, m *text.Mapper, group []finding.Finding) {
	f := group[0]
	line, column := m.LineColumn(f.Span.Start)
	fmt.Fprintf(out, "\n%d. Line %d, column %d, %s: %s", number, line, column, f.Severity, f.Message)
	for i, other := range group[1:] {
		if i == maxFindings {
			fmt.Fprintf(out, ", and %d more", len(group)-1-i)
			break
		}
		if i == 0 {
			out.WriteString(". Likewise at line ")
		} else {
			out.WriteString(", ")
		}
		line, _ := m.LineColumn(other.Span.Start)
		fmt.Fprint(out, line)
	}
	out.WriteString("\n")
	if excerpt := lineOf(m, line); excerpt != "" {
		fmt.Fprintf(out, "   | %s\n", excerpt)
	}
	for _, r := range f.Related {
		switch {
		case r.PromptLine > 0:
			fmt.Fprintf(out, "   The task says: %s\n", promptLine(p, r.PromptLine))
		case r.Message != "":
			line, _ := m.LineColumn(r.Span.Start)
			fmt.Fprintf(out, "   Line %d: %s\n", line, r.Message)
		}
	}
	if i := slices.IndexFunc(f.Fixes, func(fix finding.Fix) bool { return fix.Preferred }); i >= 0 {
		fmt.Fprintf(out, "   A remedy: %s\n", f.Fixes[i].Title)
	}
}

// lineOf returns the text of a line, 1-based, less its line end.
func lineOf(m *text.Mapper, line int) string {
	excerpt := strings.TrimRight(m.Text()[m.LineStart(line-1):m.LineStart(line)], " \t\r\n")
	if len(excerpt) > maxExcerpt {
		return strings.ToValidUTF8(excerpt[:maxExcerpt], "") + "…"
	}
	return excerpt
}

// promptLine returns a line of the profile's prompt, 1-based.
func promptLine(p *profile.Profile, line int) string {
	lines := strings.Split(p.Template.Text(), "\n")
	return strings.TrimSpace(lines[min(max(line, 1), len(lines))-1])
}
