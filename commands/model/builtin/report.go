package builtin

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/specls/specls/analysis/gosource"
	"github.com/specls/specls/commands/model"
)

// report tells the person who asked what was made of the source: which names
// were taken, which the profile gave, and what was read and is not modelled.
func report(req model.Request, spec specification, facts gosource.Facts, words []word) []string {
	lines := []string{fmt.Sprintf("The %s module is a built-in template, not the work of a language model: "+
		"its behaviour is Raft's as the profile asks for it, and only names come from the source", spec.module)}
	add := func(format string, names []string) {
		if len(names) > 0 {
			lines = append(lines, fmt.Sprintf(format, strings.Join(names, ", ")))
		}
	}
	if len(facts.Roles)+len(facts.Messages) == 0 {
		var wanted []string
		for _, w := range words {
			if w.slot.kind != action {
				wanted = append(wanted, w.slot.name)
			}
		}
		add("Nothing of Raft was recognised in the source: no roles or message kinds such as %s", wanted)
	}
	if facts.Generated {
		lines = append(lines, "The source is generated code, so the operators have the profile's own names")
	}
	add("Named as in the source: %s", list(words, func(w word) string {
		return when(w.source.Name != "" && w.name == w.slot.name, w.slot.name+place(w.source))
	}))
	add("Named after the source: %s", list(words, func(w word) string {
		return when(w.name != w.slot.name, fmt.Sprintf("%s for %s%s", w.name, w.slot.name, place(w.source)))
	}))
	add("Not named after the source, because the name is not free or not allowed in TLA+: %s", list(words, func(w word) string {
		name := identifier(w.slot, w.source.Name)
		return when(w.source.Name != "" && name != w.name, fmt.Sprintf("%s keeps its name where the source has %s%s",
			w.slot.name, w.source.Name, place(w.source)))
	}))
	add("Without a name in the source, hence with the profile's own: %s", list(words, func(w word) string {
		return when(w.source.Name == "", w.slot.name)
	}))
	kinds, roles, functions := unmodelled(facts, words)
	add("Read in the source but not modelled, message kinds: %s", kinds)
	add("Read in the source but not modelled, roles: %s", roles)
	add("Functions read in the source that no operator is named after: %s", functions)
	add("The source has syntax errors, and only what could be read around them was used: %s", facts.Errors)
	if req.Focus != "" && req.Profile != nil && req.Focus != req.Profile.DefaultFocus {
		lines = append(lines, fmt.Sprintf("The focus %q has no effect on a built-in template", req.Focus))
	}
	return lines
}

// unmodelled returns the names that were read and that no word stands for.
func unmodelled(facts gosource.Facts, words []word) (kinds, roles, functions []string) {
	modelled := map[string]bool{}
	for _, w := range words {
		modelled[w.source.Name] = true
	}
	for _, n := range facts.Messages {
		if !modelled[n.Name] {
			kinds = append(kinds, n.Name+place(n))
		}
	}
	for _, n := range facts.Roles {
		if !modelled[n.Name] {
			roles = append(roles, n.Name+place(n))
		}
	}
	for _, h := range facts.Handlers {
		if !modelled[h.Name.Name] && !slices.Contains(functions, h.Name.Name+place(h.Name)) {
			functions = append(functions, h.Name.Name+place(h.Name))
		}
	}
	return kinds, roles, functions
}

// list returns what say says of each word, without the empty ones.
func list(words []word, say func(word) string) []string {
	var said []string
	for _, w := range words {
		if s := say(w); s != "" {
			said = append(said, s)
		}
	}
	return said
}

func when(condition bool, s string) string {
	if condition {
		return s
	}
	return ""
}

// place returns where a name stands, " (raft.go:51)", or "" if that is not
// known.
func place(n gosource.Name) string {
	if n.File == "" {
		return ""
	}
	return fmt.Sprintf(" (%s:%d)", path.Base(n.File), n.Line)
}
