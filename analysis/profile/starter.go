package profile

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/specls/specls/analysis/finding"
)

//go:embed starter.txt
var starterPrompt string

// Starter returns the two files of a new profile of the given name, which must
// be a valid one: a profile.toml with a comment on every key there is, and a
// prompt. rule says in a few words what the rule of an id wants. The files make
// a profile as they are.
func Starter(name string, rule func(id string) string) (config, prompt string) {
	module := strings.ReplaceAll(name, "-", "_")
	named := strings.NewReplacer("NAME", name, "MODULE", module)
	var b strings.Builder
	fmt.Fprintf(&b, "#:schema %s\n\n# The prompt stands beside this file in %s.\n", SchemaURL, PromptFile)
	for _, s := range sections {
		if s.name != "" {
			fmt.Fprintf(&b, "\n%s[%s]\n", comment(s.about), s.name)
		}
		for _, k := range s.keys {
			if v, ok := k.value.(ruleValue); ok {
				b.WriteString(v.starter(k.name, rule(k.name)))
				continue
			}
			b.WriteString("\n" + comment(k.about))
			if !k.required {
				b.WriteString("# ")
			}
			fmt.Fprintf(&b, "%s = %s\n", k.name, named.Replace(k.start))
		}
	}
	return b.String(), strings.ReplaceAll(starterPrompt, `"MODULE" (---- MODULE MODULE ----)`, fmt.Sprintf("%q (---- MODULE %s ----)", module, module))
}

// starter returns the line of a rule in a new profile, and those on its options.
func (v ruleValue) starter(id, wants string) string {
	severity := builtinSeverity(id)
	line := fmt.Sprintf("%s = %q  # %s\n", id, severity, wants)
	for _, o := range v.options {
		line += comment(o.about) + fmt.Sprintf("# %s = { %s = %q, %s = [] }\n", id, severityKey, severity, o.name)
	}
	return line
}

// builtinSeverity returns how severe the first built-in profile that names a
// rule has a breach of it.
func builtinSeverity(rule string) finding.Severity {
	for _, p := range Builtin() {
		if severity, ok := p.Contract.Severity(rule); ok {
			return severity
		}
	}
	return finding.Error
}

// comment returns a text as comment lines of at most 100 characters.
func comment(text string) string {
	var b strings.Builder
	width := 0
	for _, word := range strings.Fields(text) {
		if width > 0 && width+1+len(word) > 100 {
			b.WriteString("\n")
			width = 0
		}
		if width == 0 {
			b.WriteString("#")
			width = 1
		}
		b.WriteString(" " + word)
		width += 1 + len(word)
	}
	return b.String() + "\n"
}
