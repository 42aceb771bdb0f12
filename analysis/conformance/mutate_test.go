package conformance

import (
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/syntax"
)

// mutator makes small changes to one accepted text. The same text and the same
// state of the random numbers give the same change.
type mutator struct {
	*rand.Rand
	text  string
	tree  *syntax.Tree
	nodes []syntax.Node
	names []string // those that the text uses or declares
	lines []int    // where each line begins
}

func newMutator(text string, random *rand.Rand) *mutator {
	m := &mutator{Rand: random, text: text, tree: syntax.Parse(text), lines: []int{0}}
	for n := range m.tree.Root().Walk() {
		m.nodes = append(m.nodes, n)
		if k := n.Kind(); k == syntax.KindIdentifier || k == syntax.KindName {
			m.names = append(m.names, n.Name())
		}
	}
	slices.Sort(m.names)
	m.names = slices.Compact(m.names)
	for i, c := range text {
		if c == '\n' {
			m.lines = append(m.lines, i+1)
		}
	}
	return m
}

// mutation is a way to change a text. It returns false where the text has
// nothing that it could change.
type mutation struct {
	name string
	make func(m *mutator) (finding.Edit, bool)
}

// mutations are what people and models get wrong, and what the rules for names,
// arities, levels, instances and proofs look at. Those at the top also break the
// syntax.
var mutations = []mutation{
	{"drop a token", func(m *mutator) (finding.Edit, bool) { return edit(m.token(), "") }},
	{"repeat a token", func(m *mutator) (finding.Edit, bool) {
		s := m.token()
		return edit(s, m.text[s.Start:s.End]+" "+m.text[s.Start:s.End])
	}},
	{"swap two tokens", func(m *mutator) (finding.Edit, bool) {
		i := m.IntN(max(m.tree.NumTokens()-1, 1))
		a, b := m.tree.Token(i).Span(), m.tree.Token(i+1).Span()
		return edit(finding.Span{Start: a.Start, End: b.End}, m.text[b.Start:b.End]+m.text[a.End:b.Start]+m.text[a.Start:a.End])
	}},
	{"drop a line", func(m *mutator) (finding.Edit, bool) {
		i := m.IntN(max(len(m.lines)-1, 1))
		return edit(finding.Span{Start: m.lines[i], End: append(m.lines, len(m.text))[i+1]}, "")
	}},
	{"shift a line", (*mutator).shift},
	{"shift a token", func(m *mutator) (finding.Edit, bool) {
		s := m.token()
		return edit(s, m.of(" ", "  ", "\n", "\n    ")+m.text[s.Start:s.End])
	}},
	{"swap an operator", func(m *mutator) (finding.Edit, bool) {
		return edit(m.pick(syntax.KindInfix).Token().Span(), m.of("+", "-", "=>", "~>", `\cup`, "=", `\o`, "..", `/\`, `\/`, "<", "@@", "%", `\equiv`, "-+->", `\cdot`, ":=", "!=", "==", ","))
	}},
	{"swap a keyword", func(m *mutator) (finding.Edit, bool) {
		n := m.pick(syntax.KindIf, syntax.KindLet, syntax.KindChoose, syntax.KindCase, syntax.KindExcept, syntax.KindQuantifier, syntax.KindVariables, syntax.KindConstants)
		return edit(n.Token().Span(), m.of("IF", "LET", "CHOOSE", "CASE", `\A`, `\E`, "VARIABLES", "CONSTANT", "with", "WITH", "EXCEPT", ""))
	}},
	{"cut the end off", func(m *mutator) (finding.Edit, bool) {
		return edit(finding.Span{Start: m.token().Start, End: len(m.text)}, "")
	}},

	{"misspell a use", func(m *mutator) (finding.Edit, bool) {
		n := m.use()
		return edit(n.Token().Span(), n.Name()+"Q")
	}},
	{"swap a use", func(m *mutator) (finding.Edit, bool) { return edit(m.use().Token().Span(), m.name()) }},
	{"rename what is declared", func(m *mutator) (finding.Edit, bool) {
		return edit(m.pick(syntax.KindName, syntax.KindParameter).Token().Span(), m.name())
	}},
	{"drop a definition", func(m *mutator) (finding.Edit, bool) {
		return edit(m.pick(syntax.KindDefinition, syntax.KindFunction, syntax.KindModuleDefinition, syntax.KindInstance).Span(), "")
	}},
	{"repeat a unit", func(m *mutator) (finding.Edit, bool) {
		n := m.pick(syntax.KindDefinition, syntax.KindFunction, syntax.KindVariables, syntax.KindConstants)
		return edit(n.Span(), n.Text()+"\n"+n.Text())
	}},
	{"swap two units", func(m *mutator) (finding.Edit, bool) {
		module, _ := m.tree.Module()
		units := module.Units()
		if len(units) < 2 {
			return finding.Edit{}, false
		}
		i := m.IntN(len(units) - 1)
		a, b := units[i], units[i+1]
		return edit(finding.Span{Start: a.Span().Start, End: b.Span().End}, b.Text()+"\n"+a.Text())
	}},
	{"drop an extended module", func(m *mutator) (finding.Edit, bool) { return m.without(m.pick(syntax.KindExtends), 0, "EXTENDS ") }},
	{"extend another module", func(m *mutator) (finding.Edit, bool) {
		n := m.pick(syntax.KindExtends)
		return edit(n.Span(), n.Text()+", "+m.of("SequencesExt", "Bags", "TLC", "FiniteSetsExt", "Reals", "Naturals", "Functions"))
	}},
	{"swap a module", func(m *mutator) (finding.Edit, bool) {
		return edit(m.pick(syntax.KindInstance, syntax.KindExtends).Child(0).Span(), m.of("Naturals", "TLC", "SequencesExt", "Folds", "Bags"))
	}},

	{"add a prime", func(m *mutator) (finding.Edit, bool) {
		n := m.pick(syntax.KindIdentifier, syntax.KindApply, syntax.KindIndex, syntax.KindParens)
		return edit(n.Span(), n.Text()+"'")
	}},
	{"add a temporal operator", func(m *mutator) (finding.Edit, bool) {
		n := m.pick(syntax.KindIdentifier, syntax.KindApply, syntax.KindParens, syntax.KindInfix)
		if m.IntN(7) == 0 {
			return edit(n.Span(), "([]["+n.Text()+"]_"+m.name()+")")
		}
		return edit(n.Span(), "("+m.of("[]", "<>", "ENABLED ", "UNCHANGED ", "~", "SUBSET ")+"("+n.Text()+"))")
	}},
	{"add an argument", func(m *mutator) (finding.Edit, bool) {
		n := m.pick(syntax.KindApply)
		return edit(n.Span(), strings.TrimSuffix(n.Text(), ")")+", "+m.name()+")")
	}},
	{"drop an argument", func(m *mutator) (finding.Edit, bool) {
		n := m.pick(syntax.KindApply)
		if n.NumChildren() < 2 {
			return edit(n.Span(), n.Name())
		}
		return edit(finding.Span{Start: n.Child(n.NumChildren() - 2).Span().End, End: n.Last().Span().End}, "")
	}},
	{"apply a name", func(m *mutator) (finding.Edit, bool) {
		n := m.pick(syntax.KindIdentifier)
		return edit(n.Span(), n.Text()+"("+m.name()+")")
	}},
	{"change a parameter", func(m *mutator) (finding.Edit, bool) {
		n := m.pick(syntax.KindParameter)
		return edit(n.Span(), n.Name()+m.of("", "(_)", "(_, _)"))
	}},
	{"drop a parameter", func(m *mutator) (finding.Edit, bool) {
		n := m.pick(syntax.KindDefinition)
		if n.NumChildren() < 3 {
			return finding.Edit{}, false
		}
		return edit(finding.Span{Start: n.Child(0).Span().End, End: n.Child(1).Span().End}, "")
	}},
	{"change an operator argument", func(m *mutator) (finding.Edit, bool) {
		return edit(m.pick(syntax.KindLambda, syntax.KindOperator).Span(), m.of("LAMBDA q1 : q1", "LAMBDA q1, q2 : q1'", "+", m.name(), "LAMBDA q1, q2, q3 : q2", "LAMBDA q1, q2 : []q1"))
	}},
	{"drop RECURSIVE", func(m *mutator) (finding.Edit, bool) { return edit(m.pick(syntax.KindRecursive).Span(), "") }},
	{"add LOCAL", func(m *mutator) (finding.Edit, bool) {
		n := m.pick(syntax.KindDefinition, syntax.KindInstance, syntax.KindFunction)
		return edit(n.Span(), "LOCAL "+n.Text())
	}},
	{"define inside", func(m *mutator) (finding.Edit, bool) {
		n := m.pick(syntax.KindInfix, syntax.KindParens, syntax.KindApply, syntax.KindIdentifier)
		name := m.of(m.name(), "q1")
		return edit(n.Span(), "(LET "+name+" == "+n.Text()+" IN "+name+m.of("", "'", "(1)")+")")
	}},

	{"drop a substitution", func(m *mutator) (finding.Edit, bool) {
		n := m.pick(syntax.KindInstance)
		if n.NumChildren() < 2 {
			return finding.Edit{}, false
		}
		return m.without(n, 1, "INSTANCE "+n.Child(0).Text()+" WITH ")
	}},
	{"change a substitution", func(m *mutator) (finding.Edit, bool) {
		n := m.pick(syntax.KindSubstitution).Child(0)
		return edit(n.Span(), m.of(m.name(), "("+n.Text()+")'", "LAMBDA q1 : q1", m.name()+"'"))
	}},
	{"rename a substitution", func(m *mutator) (finding.Edit, bool) {
		return edit(m.pick(syntax.KindSubstitution).Token().Span(), m.name())
	}},
	{"swap what is selected", func(m *mutator) (finding.Edit, bool) {
		return edit(m.pick(syntax.KindSelection).Last().Token().Span(), m.name())
	}},
	{"select a part", func(m *mutator) (finding.Edit, bool) {
		n := m.use()
		return edit(n.Span(), n.Text()+m.of("!1", "!<<", "!2", "!:", "!@", "!1!1", "!(1)", "!"+m.name()))
	}},
	{"add a label", func(m *mutator) (finding.Edit, bool) {
		n := m.pick(syntax.KindInfix, syntax.KindParens, syntax.KindApply)
		return edit(n.Span(), "(q1"+m.of("", "("+m.name()+")")+":: ("+n.Text()+"))")
	}},
	{"swap a fact", func(m *mutator) (finding.Edit, bool) {
		n := m.pick(syntax.KindBy, syntax.KindFacts, syntax.KindUse)
		return edit(n.Child(m.IntN(max(n.NumChildren(), 1))).Span(), m.name())
	}},
	{"swap a step's name", func(m *mutator) (finding.Edit, bool) {
		return edit(m.pick(syntax.KindStepName).Span(), strings.TrimRight(m.pick(syntax.KindStep).Name(), "."))
	}},
}

// edit returns the replacement of a span, and whether there is something to replace.
func edit(s finding.Span, text string) (finding.Edit, bool) {
	return finding.Edit{Span: s, NewText: text}, s != finding.Span{}
}

// pick returns a node of one of the kinds, or no node.
func (m *mutator) pick(kinds ...syntax.NodeKind) syntax.Node {
	var fitting []syntax.Node
	for _, n := range m.nodes {
		if slices.Contains(kinds, n.Kind()) {
			fitting = append(fitting, n)
		}
	}
	if len(fitting) == 0 {
		return syntax.Node{}
	}
	return fitting[m.IntN(len(fitting))]
}

// use returns a name that is used, or no node.
func (m *mutator) use() syntax.Node { return m.pick(syntax.KindIdentifier, syntax.KindApply) }

func (m *mutator) token() finding.Span {
	return m.tree.Token(m.IntN(max(m.tree.NumTokens(), 1))).Span()
}

func (m *mutator) name() string {
	if len(m.names) == 0 {
		return "q1"
	}
	return m.of(m.names...)
}

func (m *mutator) of(texts ...string) string { return texts[m.IntN(len(texts))] }

// shift moves an item of a junction list, as far as it stands on one line, one to
// three columns to the left or right.
func (m *mutator) shift() (finding.Edit, bool) {
	bullet := m.pick(syntax.KindItem).Token().Span().Start
	start := strings.LastIndexByte(m.text[:bullet], '\n') + 1
	columns := 1 + m.IntN(3)
	if m.IntN(2) == 0 {
		return edit(finding.Span{Start: start, End: bullet}, m.text[start:bullet]+strings.Repeat(" ", columns))
	}
	if !strings.HasSuffix(m.text[start:bullet], strings.Repeat(" ", columns)) {
		return finding.Edit{}, false
	}
	return edit(finding.Span{Start: bullet - columns, End: bullet}, "")
}

// without replaces a node by the text given and its children from number first,
// but for one of them; if that is the only one, by nothing or by the node's
// children before it.
func (m *mutator) without(n syntax.Node, first int, begin string) (finding.Edit, bool) {
	if n.NumChildren() <= first {
		return finding.Edit{}, false
	}
	dropped := first + m.IntN(n.NumChildren()-first)
	var kept []string
	for i := first; i < n.NumChildren(); i++ {
		if i != dropped {
			kept = append(kept, n.Child(i).Text())
		}
	}
	if len(kept) == 0 {
		return edit(n.Span(), strings.TrimSuffix(strings.TrimSuffix(begin, "EXTENDS "), " WITH "))
	}
	return edit(n.Span(), begin+strings.Join(kept, ", "))
}
