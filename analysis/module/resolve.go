package module

import (
	"slices"

	"github.com/specls/specls/analysis/syntax"
)

// analysed is a text that has been analysed: what its nodes refer to, and the
// modules that it depends on.
type analysed struct {
	tree *syntax.Tree
	refs []*Symbol // by the numbers of the nodes
	uses []dependency
}

// setText notes the text that a module and those inside it stand in.
func (m *Module) setText(a *analysed) {
	m.text = a
	for _, inner := range m.Inner {
		inner.setText(a)
	}
}

// gather adds the texts of a module, which may be nil, and of all that it
// depends on to others.
func (m *Module) gather(others []*analysed) []*analysed {
	if m == nil || m.text == nil || slices.Contains(others, m.text) {
		return others
	}
	others = append(others, m.text)
	for _, use := range m.text.uses {
		others = use.module.gather(others)
	}
	return others
}

// Symbol returns what a node refers to or declares: an identifier, an
// application, an operator's application, a selection or one of its parts, a
// declared name, a definition, a bound name, or what a substitution replaces. The
// node may be of the text, or of that of a module that it depends on. The result
// is nil for other nodes and where the name is unknown.
func (r *Result) Symbol(n syntax.Node) *Symbol {
	refs := r.refs
	if n.Tree() != r.tree {
		i := slices.IndexFunc(r.others, func(a *analysed) bool { return a.tree == n.Tree() })
		if i < 0 {
			return nil
		}
		refs = r.others[i].refs
	}
	if n.ID() >= len(refs) {
		return nil
	}
	return refs[n.ID()]
}

// Incomplete reports whether names may be unknown because a module that the text
// extends or instantiates was not found, or has errors itself.
func (r *Result) Incomplete() bool {
	for _, f := range r.Findings {
		switch f.Rule {
		case RuleUnknownModule, RuleBrokenModule, RuleModuleCycle:
			return true
		}
	}
	return false
}

// Body returns the expression that a definition stands for. It is no node for
// what has none in any text: declarations, built-in operators, instances, what
// the library defines, and definitions that INSTANCE repeats, for which see
// [Symbol.Repeats].
func (s *Symbol) Body() syntax.Node {
	if s.derived != nil || s.Kind != KindOperator {
		return syntax.Node{}
	}
	d, ok := syntax.AsDefinition(s.Node)
	if !ok || d.Kind() == syntax.KindModuleDefinition {
		return syntax.Node{}
	}
	return d.Body()
}

// Replacement is what INSTANCE puts in the place of a constant or variable.
type Replacement struct {
	Declared *Symbol
	// Node is the expression behind <-; no node where nothing was written. Then
	// Symbol is what has the same name. For a constant that is an operator,
	// Symbol is set in either case.
	Node   syntax.Node
	Symbol *Symbol
}

// Repeats returns the definition that this one repeats by INSTANCE, what stands
// there for the declarations of its module, and the parameters of the instance,
// which are the first of s.Params. Without an INSTANCE, base is nil.
func (s *Symbol) Repeats() (base *Symbol, replaced []Replacement, params []*Symbol) {
	if s.derived == nil {
		return nil, nil, nil
	}
	inst := s.derived.instance
	for i := range inst.substs {
		sub := &inst.substs[i]
		replaced = append(replaced, Replacement{Declared: sub.decl, Node: sub.node, Symbol: sub.symbol})
	}
	return s.derived.base, replaced, inst.params
}
