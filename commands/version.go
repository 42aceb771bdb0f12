package commands

import (
	"slices"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/syntax"
)

// Tally counts what a check says of a module.
type Tally struct {
	Errors   int `json:"errors"`
	Warnings int `json:"warnings"`
	Others   int `json:"others"` // information and hints
	// Met is how many of the Required requirements of the contract the module
	// meets: messages, roles, actions and rules that the prompt asks for.
	Met      int `json:"met"`
	Required int `json:"required"`
}

// Clean reports whether nothing is left that is worth mending.
func (t Tally) Clean() bool { return t.Errors+t.Warnings == 0 }

// version is a module with what the check says of it.
type version struct {
	text, config string
	result       analysis.Result
	tally        Tally
	// actions are the names of the actions of Next; see actionsOf.
	actions []string
}

// judge checks a module. That the profile is not among the profiles, which alone
// makes a check fail, is the caller's fault, and shows as a finding.
func (w *work) judge(text, config string) version {
	in := w.Check
	in.Text = text
	if config != "" {
		in.Config = config
	}
	result, err := analysis.Check(in)
	if err != nil {
		result.Findings = []finding.Finding{{Rule: "profile", Severity: finding.Error, Message: err.Error()}}
	}
	v := version{text: text, config: config, result: result}
	for _, f := range result.Findings {
		switch f.Severity {
		case finding.Error:
			v.tally.Errors++
		case finding.Warning:
			v.tally.Warnings++
		default:
			v.tally.Others++
		}
	}
	for _, r := range result.Requirements {
		v.tally.Required++
		if r.Met {
			v.tally.Met++
		}
	}
	if result.Tree != nil {
		v.actions = actionsOf(result.Tree)
	}
	return v
}

// missing are the requirements that the module does not meet.
func (v version) missing() []string {
	var names []string
	for _, r := range v.result.Requirements {
		if !r.Met {
			names = append(names, r.Name)
		}
	}
	return names
}

// lost returns the names of what the version has and the other lacks: actions
// of Next, and requirements that are met.
func (v version) lost(in version) []string {
	var names []string
	for _, name := range v.actions {
		if !slices.Contains(in.actions, name) && !v.unwanted(name) {
			names = append(names, name)
		}
	}
	missing := in.missing()
	for _, r := range v.result.Requirements {
		if r.Met && slices.Contains(missing, r.Name) && !slices.Contains(names, r.Name) {
			names = append(names, r.Name)
		}
	}
	return names
}

// unwanted reports whether a finding says that an action should not be there.
func (v version) unwanted(action string) bool {
	m, _ := v.result.Tree.Module()
	for _, d := range m.Definitions() {
		if d.Name() != action {
			continue
		}
		for _, f := range v.result.Findings {
			if f.Rule == "excluded" && d.Span().Start <= f.Span.Start && f.Span.End <= d.Span().End {
				return true
			}
		}
	}
	return false
}

// actionsOf returns the names of the definitions of a module that say something
// of the next state, directly or through others, and that Next reaches: the
// actions. Where there is no Next to ask they are those that say it directly. It
// goes by the names that stand in a definition, without regard to scope, since it
// must make sense of a module that is broken too.
func actionsOf(tree *syntax.Tree) []string {
	m, ok := tree.Module()
	if !ok {
		return nil
	}
	var names, primed []string
	uses, usedBy := map[string][]string{}, map[string][]string{}
	for _, d := range m.Definitions() {
		names = append(names, d.Name())
		isPrimed := false
		for t := range d.Tokens() {
			switch t.Kind() {
			case syntax.Identifier:
				uses[d.Name()] = append(uses[d.Name()], t.Text())
				usedBy[t.Text()] = append(usedBy[t.Text()], d.Name())
			case syntax.OpPrime, syntax.OpUnchanged:
				isPrimed = true
			}
		}
		if isPrimed {
			primed = append(primed, d.Name())
		}
	}
	if len(uses["Next"]) == 0 {
		return primed
	}
	reached, acting := reachable(uses, "Next"), reachable(usedBy, primed...)
	return slices.DeleteFunc(names, func(name string) bool { return name == "Next" || !reached[name] || !acting[name] })
}

// reachable returns the names that some names lead to, themselves included.
func reachable(edges map[string][]string, from ...string) map[string]bool {
	found := map[string]bool{}
	for open := from; len(open) > 0; {
		name := open[len(open)-1]
		open = open[:len(open)-1]
		if !found[name] {
			found[name] = true
			open = append(open, edges[name]...)
		}
	}
	return found
}
