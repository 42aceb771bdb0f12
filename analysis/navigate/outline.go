package navigate

import (
	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/syntax"
)

// Item is an entry of a text's outline: a module, or what one declares or
// defines.
type Item struct {
	Name string
	// Node is the whole of it: a KindModule, a definition, theorem or
	// assumption, or what declares a single name.
	Node syntax.Node
	// Unit is the unit that the entry is of, whose kind tells constants from
	// variables.
	Unit syntax.Node
	// Children are those of a module.
	Children []Item
}

// Outline returns the outline of a text, in order: the outermost module.
func Outline(tree *syntax.Tree) []Item {
	m, ok := tree.Module()
	if !ok {
		return nil
	}
	return []Item{outlineOf(m)}
}

func outlineOf(m syntax.Module) Item {
	item := Item{Name: m.Name(), Node: m.Node, Unit: m.Node}
	for _, unit := range m.Units() {
		item.Children = append(item.Children, itemsOf(unit)...)
	}
	return item
}

func itemsOf(unit syntax.Node) []Item {
	switch unit.Kind() {
	case syntax.KindModule:
		return []Item{outlineOf(syntax.Module{Node: unit})}
	case syntax.KindDefinition, syntax.KindFunction, syntax.KindModuleDefinition:
		return named(unit.Name(), unit, unit)
	case syntax.KindTheorem, syntax.KindAssume:
		return named(unit.Child(0).Name(), unit, unit, syntax.KindName)
	case syntax.KindVariables, syntax.KindConstants:
		var items []Item
		for c := range unit.Children() {
			items = append(items, named(c.Name(), c, unit)...)
		}
		return items
	}
	return nil
}

// named returns an entry where there is a name; where kinds are given, it must
// stand in a first child of such a kind.
func named(name string, node, unit syntax.Node, kinds ...syntax.NodeKind) []Item {
	if name == "" || len(kinds) > 0 && node.Child(0).Kind() != kinds[0] {
		return nil
	}
	return []Item{{Name: name, Node: node, Unit: unit}}
}

// NameSpan returns the place of the entry's name.
func (i Item) NameSpan() finding.Span {
	switch i.Node.Kind() {
	case syntax.KindTheorem, syntax.KindAssume:
		return i.Node.Child(0).NameSpan()
	}
	return i.Node.NameSpan()
}

// Fold is a stretch that an editor may fold away.
type Fold struct {
	Span    finding.Span
	Comment bool
}

// Folds returns what may be folded, outer stretches before inner ones: modules,
// their units, LETs, proofs and comments. Some lie within one line.
func Folds(tree *syntax.Tree) []Fold {
	var folds []Fold
	for n := range tree.Root().Walk() {
		switch n.Kind() {
		case syntax.KindModule, syntax.KindExtends, syntax.KindVariables, syntax.KindConstants, syntax.KindDefinition, syntax.KindFunction,
			syntax.KindModuleDefinition, syntax.KindInstance, syntax.KindAssume, syntax.KindTheorem, syntax.KindLet, syntax.KindProof:
			folds = append(folds, Fold{Span: n.Span()})
		}
	}
	for _, c := range tree.Comments() {
		folds = append(folds, Fold{Span: c.Span, Comment: true})
	}
	return folds
}

// Around returns the spans of what lies around a byte offset, the innermost
// first and each larger than the one before; the last is the whole text.
func Around(tree *syntax.Tree, offset int) []finding.Span {
	var spans []finding.Span
	add := func(s finding.Span) {
		if len(spans) == 0 || s.Start <= spans[len(spans)-1].Start && s.End >= spans[len(spans)-1].End && s != spans[len(spans)-1] {
			spans = append(spans, s)
		}
	}
	if token := tree.TokenAt(offset); token.Span().Start <= offset {
		add(token.Span())
	}
	for n := tree.NodeAt(offset); n.Valid(); n = n.Parent() {
		add(n.Span())
	}
	add(finding.Span{Start: 0, End: len(tree.Text())})
	return spans
}
