// Package tlc runs TLC, the model checker of the TLA+ tools, on a generated
// specification, and says in plain words what came of it. TLC is the user's own:
// a JVM and a jar. What the package brings is a configuration where there is none –
// a small one, that shows in seconds whether the specification runs at all, which
// is what most generated ones fail at – and the reading of TLC's output, in the
// form with which its -tool option marks each message by a number.
package tlc

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/specls/specls/analysis/syntax"
)

// Config returns a configuration for a module: its Spec, and a small value for
// each constant, by the way in which the module uses it. The error says what is
// missing, and that a configuration must be written by hand.
func Config(tree *syntax.Tree) (string, error) {
	m, ok := tree.Module()
	if !ok {
		return "", fmt.Errorf("there is no module to write a configuration for")
	}
	var out strings.Builder
	defined := map[string]bool{}
	for _, d := range m.Definitions() {
		defined[d.Name()] = true
	}
	switch {
	case defined["Spec"]:
		out.WriteString("SPECIFICATION Spec\n")
	case defined["Init"] && defined["Next"]:
		out.WriteString("INIT Init\nNEXT Next\n")
	default:
		return "", fmt.Errorf("there is neither Spec nor Init and Next; write a configuration by hand")
	}
	constants := m.Constants()
	if len(constants) > 0 {
		out.WriteString("CONSTANTS\n")
	}
	for _, c := range constants {
		if c.Arity() > 0 {
			return "", fmt.Errorf("the constant %s takes arguments; write a configuration by hand, with a definition in a module of its own for it", c.Name())
		}
		fmt.Fprintf(&out, "    %s = %s\n", c.Name(), valueOf(m, c.Name()))
	}
	return out.String(), nil
}

// nodes matches the names of sets of nodes, of which a majority needs three.
var nodes = regexp.MustCompile(`(?i)server|node|replica|peer|proc`)

// valueOf returns a small value for a constant.
func valueOf(m syntax.Module, name string) string {
	switch useOf(m, name) {
	case asNumber:
		if strings.Contains(strings.ToLower(name), "timeout") {
			return "1"
		}
		return "2"
	case asSet:
		elements := 1
		if nodes.MatchString(name) {
			elements = 3
		}
		var values []string
		for i := range elements {
			values = append(values, fmt.Sprintf("%s%d", strings.ToLower(name), i+1))
		}
		return "{" + strings.Join(values, ", ") + "}"
	case asBoolean:
		return "TRUE"
	}
	return name // a value like no other
}

// use is what a constant is used as.
type use int

const (
	asValue use = iota
	asSet
	asNumber
	asBoolean
)

var (
	setBefore    = []string{`\in`, `\notin`, `\subseteq`, `\cup`, `\cap`, `\union`, `\intersect`, `\`, `\X`, "SUBSET", "∈", "∉", "⊆", "∪", "∩"}
	setAfter     = []string{`\cup`, `\cap`, `\union`, `\intersect`, `\X`, `\`, `\subseteq`, "∪", "∩", "⊆", "->"}
	numberBeside = []string{"<", ">", "<=", ">=", "=<", `\leq`, `\geq`, "+", "-", "*", "%", `\div`, "..", "≤", "≥"}
	setFunctions = []string{"Cardinality", "IsFiniteSet"}
	numberSets   = []string{"Nat", "Int"}
)

// useOf returns what the first telling use of a constant shows it to be: a set, a
// number, a Boolean, or a value that is only compared.
func useOf(m syntax.Module, name string) use {
	var tokens []string
	for t := range m.Tokens() {
		tokens = append(tokens, t.Text())
	}
	at := func(i int) string {
		if i < 0 || i >= len(tokens) {
			return ""
		}
		return tokens[i]
	}
	for i, token := range tokens {
		before, after := at(i-1), at(i+1)
		switch {
		case token != name:
		case (after == `\in` || after == "∈") && slices.Contains(numberSets, at(i+2)):
			return asNumber
		case (after == `\in` || after == "∈") && at(i+2) == "BOOLEAN":
			return asBoolean
		case slices.Contains(setBefore, before) || slices.Contains(setAfter, after) || before == "(" && slices.Contains(setFunctions, at(i-2)):
			return asSet
		case slices.Contains(numberBeside, before) || slices.Contains(numberBeside, after):
			return asNumber
		}
	}
	return asValue
}
