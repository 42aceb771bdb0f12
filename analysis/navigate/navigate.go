// Package navigate answers what an editor asks of a place in a specification:
// what stands there, where else it is meant, what could stand there, how the
// text is built. Its answers are data over byte offsets, made from a syntax
// tree and what package module says of its names; the server translates them.
//
// A symbol of one module may be seen from several texts, each analysed by
// itself, so that no pointer stands for it everywhere. An [Origin] does: the
// outermost module that holds the declaration, and the place of its name there.
package navigate

import (
	"cmp"
	"slices"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/syntax"
)

// Name is a name at a place of a text: of a symbol, or of a module.
type Name struct {
	Span finding.Span
	// Symbol is what the name means; nil where it names a module.
	Symbol *module.Symbol
	// Module is the name of the module that is meant, as in EXTENDS, INSTANCE
	// or a header; empty where a symbol is.
	Module string
	// Header says that the name is that in a module's header.
	Header bool
}

// At returns the name that covers the byte at an offset, or else the one that
// ends there. It is false where none stands, and where it is not known what the
// name means. A name that ends there is preferred to an operator of the
// language, such as a prime, of which there is less to say.
func At(tree *syntax.Tree, names *module.Result, offset int) (Name, bool) {
	token := tree.TokenAt(offset)
	var at Name
	ok := false
	if token.Span().Start <= offset {
		if at, ok = nameOf(tree, names, token); ok && !at.isBuiltin() {
			return at, true
		}
	}
	if token.Index() > 0 {
		if last := tree.Token(token.Index() - 1); last.Span().End == offset {
			if before, found := nameOf(tree, names, last); found {
				return before, true
			}
		}
	}
	return at, ok
}

func (n Name) isBuiltin() bool { return n.Symbol != nil && n.Symbol.Kind == module.KindBuiltin }

// nameOf returns the name that a token is.
func nameOf(tree *syntax.Tree, names *module.Result, token syntax.Token) (Name, bool) {
	span := token.Span()
	for n := nodeOf(tree, token); n.Valid() && n.Span().Start <= span.Start; n = n.Parent() {
		if n.Token() != token {
			continue
		}
		if n.Kind() == syntax.KindName {
			switch n.Parent().Kind() {
			case syntax.KindHeader:
				return Name{Span: span, Module: n.Name(), Header: true}, true
			case syntax.KindExtends, syntax.KindInstance, syntax.KindModuleFact:
				return Name{Span: span, Module: n.Name()}, true
			}
		}
		if s := names.Symbol(n); s != nil {
			return Name{Span: span, Symbol: s}, true
		}
	}
	return Name{}, false
}

// nodeOf returns the innermost node around a token.
func nodeOf(tree *syntax.Tree, token syntax.Token) syntax.Node {
	span := token.Span()
	n := tree.Root()
descend:
	for {
		for c := range n.Children() {
			if s := c.Span(); s.Start <= span.Start && span.End <= s.End {
				n = c
				continue descend
			}
		}
		return n
	}
}

// Origin identifies a symbol whatever text it is seen from. Symbols of the
// language and of the library have none: the zero value.
type Origin struct {
	// Module is the name of the outermost module that holds the declaration.
	Module string
	// Span is the place of the declared name in that module's text.
	Span finding.Span
}

// OriginOf returns where a symbol, or the one that it repeats by INSTANCE, is
// declared or defined.
func OriginOf(s *module.Symbol) Origin {
	s = s.Source()
	if !s.Node.Valid() {
		return Origin{}
	}
	outer, _ := s.Node.Tree().Module()
	return Origin{Module: outer.Name(), Span: s.NameSpan()}
}

// Occurrence is a place where a name stands for a symbol.
type Occurrence struct {
	Span finding.Span
	// Declares says that the symbol is declared or defined there.
	Declares bool
	// Primed says that the name stands under a prime: an action gives a new
	// value there, or asks for it.
	Primed bool
}

// Occurrences returns where a text names the symbol of an origin, in order. An
// empty origin occurs nowhere.
func Occurrences(tree *syntax.Tree, names *module.Result, origin Origin) []Occurrence {
	var found []Occurrence
	if origin == (Origin{}) {
		return nil
	}
	for n := range tree.Root().Walk() {
		s := names.Symbol(n)
		if s == nil || !n.Token().Valid() || OriginOf(s) != origin {
			continue
		}
		found = append(found, Occurrence{
			Span:     n.NameSpan(),
			Declares: declares(n),
			Primed:   n.Parent().Kind() == syntax.KindPostfix && n.Parent().Token().Kind() == syntax.OpPrime,
		})
	}
	slices.SortFunc(found, func(a, b Occurrence) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	// A selection and its last part both refer to what it selects.
	return slices.CompactFunc(found, func(a, b Occurrence) bool { return a.Span == b.Span })
}

// declares reports whether a node declares or defines what it names.
func declares(n syntax.Node) bool {
	switch n.Kind() {
	case syntax.KindName, syntax.KindParameter, syntax.KindDefinition, syntax.KindFunction, syntax.KindModuleDefinition:
		return true
	}
	return false
}
