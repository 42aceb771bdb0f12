package main

import (
	"fmt"
	"strings"

	"github.com/specls/specls/analysis/contract"
	"github.com/specls/specls/analysis/profile"
)

// promptsPage makes the table of what the built-in prompts ask for and which
// rule checks it.
func promptsPage() string {
	var b strings.Builder
	b.WriteString("<!-- Made by go run ./docs/generate of analysis/contract/sentences.go; do not edit. -->\n")
	b.WriteString("# What the prompts ask for, and what checks it\n\n")
	b.WriteString("Every sentence of the requirements in the two built-in prompts, with the rule that checks it, or why none can.\n")
	for _, p := range profile.Builtin() {
		fmt.Fprintf(&b, "\n## %s\n\n| line | the prompt | checked by | what of it |\n| --- | --- | --- | --- |\n", p.Name)
		for _, s := range contract.Sentences(p.Name) {
			var rules []string
			for _, rule := range s.Rules {
				rules = append(rules, fmt.Sprintf("[`%s`](%s.md)", rule, rule))
			}
			by, how := strings.Join(rules, ", "), s.How
			if len(rules) == 0 {
				by, how = "not checkable", "because "+s.Because
			}
			fmt.Fprintf(&b, "| %d | %s | %s | %s |\n", s.Line, prose(s.Text), by, prose(how))
		}
	}
	return b.String()
}
