package conformance

import (
	"fmt"
	"strings"
	"testing"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/syntax"
)

// TestExamples checks that nothing which SANY accepts has an error, and that
// each symbol of it has the kind, arity and level that SANY gives it.
func TestExamples(t *testing.T) {
	s := newSANY(t)
	files := examples(t)
	answers := s.ask(t, files, "symbols")
	c := new(checker)
	verdicts := map[string]int{}
	var falseAlarms, missed, symbols int
	for _, a := range answers {
		verdicts[a.verdict]++
		errors := c.check(t, a.file, finding.Error)
		switch {
		case a.verdict == "accepted" && len(errors) > 0:
			falseAlarms++
			t.Errorf("%s: SANY accepts it\n%s", a.path, list(errors))
		case a.verdict == "rejected" && len(errors) == 0:
			missed++
			t.Errorf("%s: SANY rejects it: %v", a.path, a.messages)
		}
		if a.verdict == "accepted" {
			symbols += c.compareSymbols(t, a)
		}
	}
	t.Logf("%d files; SANY: %v; false alarms %d, missed %d; %d symbols compared", len(files), verdicts, falseAlarms, missed, symbols)
}

// compareSymbols returns how many symbols it compared.
func (c *checker) compareSymbols(t *testing.T, a answer) int {
	t.Helper()
	m := c.modules.Analyze(syntax.Parse(read(t, a.path)), c.source(a.file)).Module
	if m == nil {
		t.Errorf("%s: no module", a.path)
		return 0
	}
	var members []symbol
	for _, want := range a.symbols {
		if got := m.Lookup(canonical(want.name)); got != nil {
			compare(t, a, got, want)
		} else if strings.Contains(want.name, "!") {
			members = append(members, want)
		} else {
			t.Errorf("%s: SANY has the symbol %v, which is missing", a.path, want)
		}
	}
	for i, got := range c.members(t, a.file, members) {
		if got == nil {
			t.Errorf("%s: SANY has the symbol %v, which is missing", a.path, members[i])
			continue
		}
		compare(t, a, got, members[i])
	}
	return len(a.symbols)
}

func compare(t *testing.T, a answer, got *module.Symbol, want symbol) {
	t.Helper()
	have := symbol{kindOf(got), want.name, got.Arity, int(got.Level())}
	if want.kind == "instance" {
		have.level = want.level // It depends on nothing but the definitions inside.
	}
	if have != want {
		t.Errorf("%s: the symbol is %v, and to SANY %v", a.path, have, want)
	}
}

// members returns the symbols that named instances bring. These have a symbol
// only where they are used, so each is used once, in definitions added to the
// file: as an argument that is an operator, or in place of an expression.
func (c *checker) members(t *testing.T, f file, wanted []symbol) []*module.Symbol {
	t.Helper()
	text := read(t, f.path)
	root, _ := syntax.Parse(text).Module()
	var probes strings.Builder
	for i, want := range wanted {
		if want.arity == 0 {
			fmt.Fprintf(&probes, "\nProbe%d == %s\n", i, want.name)
		} else {
			fmt.Fprintf(&probes, "\nTake%d(F(_%s)) == TRUE\nProbe%d == Take%d(%s)\n", i, strings.Repeat(", _", want.arity-1), i, i, want.name)
		}
	}
	end := root.Footer().Span().Start
	tree := syntax.Parse(text[:end] + probes.String() + text[end:])
	result := c.modules.Analyze(tree, c.source(f))
	root, _ = tree.Module()
	symbols := make([]*module.Symbol, len(wanted))
	for _, d := range root.Definitions() {
		var i int
		if n, _ := fmt.Sscanf(d.Name(), "Probe%d", &i); n == 1 && i < len(wanted) {
			use := d.Body()
			if wanted[i].arity > 0 {
				use = use.Child(0)
			}
			symbols[i] = result.Symbol(use)
		}
	}
	return symbols
}

// canonical returns a name as package syntax spells it, where SANY has another
// spelling of the same operator.
func canonical(name string) string {
	return canonicalSpelling.Replace(name)
}

var canonicalSpelling = strings.NewReplacer(`\leq`, "<=", `\geq`, ">=")

// kindOf returns SANY's word for a symbol's kind.
func kindOf(s *module.Symbol) string {
	switch s.Kind {
	case module.KindConstant:
		return "constant"
	case module.KindVariable:
		return "variable"
	case module.KindInstance:
		return "instance"
	case module.KindTheorem:
		return "theorem"
	case module.KindAssumption:
		return "assumption"
	}
	return "definition"
}

// list writes the first few errors, a line each.
func list(errors []found) string {
	var s string
	for i, e := range errors {
		if i == 4 {
			return s + fmt.Sprintf("\t… %d more\n", len(errors)-i)
		}
		s += fmt.Sprintf("\tline %d: %s [%s]\n", e.first, e.Message, e.Rule)
	}
	return s
}
