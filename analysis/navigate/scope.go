package navigate

import (
	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/syntax"
)

// InScope returns the symbols that can be named at a byte offset, those of the
// nearest scope first and no name twice: parameters, bound names and the
// definitions of LETs around the place, and what the module and those around it
// declare, define and get from others. Of what stands further down in the same
// module it has everything, although TLA+ does not allow it to be used yet: one
// may be about to move it.
func InScope(tree *syntax.Tree, names *module.Result, offset int) []*module.Symbol {
	var found []*module.Symbol
	seen := map[string]bool{}
	add := func(s *module.Symbol) {
		if s != nil && s.Name != "" && !seen[s.Name] {
			seen[s.Name] = true
			found = append(found, s)
		}
	}
	for n := nodeOf(tree, tree.Token(lastBefore(tree, offset))); n.Valid(); n = n.Parent() {
		switch n.Kind() {
		case syntax.KindModule:
			if m := moduleOf(names.Module, n); m != nil {
				for i := len(m.Symbols) - 1; i >= 0; i-- {
					add(m.Symbols[i])
				}
			}
		case syntax.KindLet:
			for c := range n.Children() {
				add(names.Symbol(c))
			}
		case syntax.KindConstants, syntax.KindVariables, syntax.KindRecursive:
		default:
			for c := range n.Children() {
				addBound(names, c, add)
			}
		}
	}
	return found
}

// lastBefore returns the number of the last token that begins before a byte
// offset, to which belongs what is being typed there; the first token where
// there is none.
func lastBefore(tree *syntax.Tree, offset int) int {
	i := tree.TokenAt(offset).Index()
	for i > 0 && tree.Token(i).Span().Start >= offset {
		i--
	}
	return i
}

// addBound adds the names that a child declares for its parent.
func addBound(names *module.Result, n syntax.Node, add func(*module.Symbol)) {
	switch n.Kind() {
	case syntax.KindParameter, syntax.KindName:
		add(names.Symbol(n))
	case syntax.KindBound, syntax.KindPattern, syntax.KindNew:
		for c := range n.Children() {
			addBound(names, c, add)
		}
	}
}

// moduleOf returns the analysed module of a node, or nil.
func moduleOf(m *module.Module, n syntax.Node) *module.Module {
	if m == nil || m.Node.Node == n {
		return m
	}
	for _, inner := range m.Inner {
		if inner.Node.Span().Start <= n.Span().Start && n.Span().End <= inner.Node.Span().End {
			return moduleOf(inner, n)
		}
	}
	return nil
}

// Call is an application that is being written.
type Call struct {
	Symbol *module.Symbol
	// Argument is the number of the argument at the place, 0-based.
	Argument int
}

// CallAt returns the innermost application f(a, b) whose parentheses are open
// at a byte offset. It goes by the tokens before the offset alone, so that the
// text may be as broken as one is that is being typed.
func CallAt(tree *syntax.Tree, names *module.Result, offset int) (Call, bool) {
	call := Call{}
	depth := 0
	for i := tree.TokenAt(offset).Index(); i >= 0; i-- {
		t := tree.Token(i)
		if t.Span().End > offset {
			continue
		}
		switch t.Kind() {
		case syntax.RightParen, syntax.RightBracket, syntax.RightBrace, syntax.RightAngle:
			depth++
		case syntax.LeftBracket, syntax.LeftBrace, syntax.LeftAngle:
			if depth == 0 {
				return Call{}, false
			}
			depth--
		case syntax.Comma:
			if depth == 0 {
				call.Argument++
			}
		case syntax.LeftParen:
			if depth > 0 {
				depth--
				break
			}
			if s := applied(tree, names, i-1); s != nil {
				call.Symbol = s
				return call, true
			}
			call.Argument = 0 // parentheses around an expression
		case syntax.Define, syntax.Footer, syntax.KeywordIn:
			return Call{}, false
		}
	}
	return Call{}, false
}

// applied returns the operator with parameters that a token names, or nil.
func applied(tree *syntax.Tree, names *module.Result, i int) *module.Symbol {
	if i < 0 || tree.Token(i).Kind() != syntax.Identifier {
		return nil
	}
	t := tree.Token(i)
	name, ok := nameOf(tree, names, t)
	s := name.Symbol
	if !ok || s == nil {
		s = lookup(tree, names, t)
	}
	if s == nil || s.Arity == 0 {
		return nil
	}
	return s
}

// lookup finds what a token would name by its text, where the syntax around it
// is too broken for the analysis to say.
func lookup(tree *syntax.Tree, names *module.Result, t syntax.Token) *module.Symbol {
	for _, s := range InScope(tree, names, t.Span().End) {
		if s.Name == t.Text() {
			return s
		}
	}
	return nil
}

// Members returns what can stand behind "I!" at a byte offset, right behind the
// "!" or in the name that follows it; nil where no instance stands before it.
func Members(tree *syntax.Tree, names *module.Result, offset int) []*module.Symbol {
	i := tree.TokenAt(max(offset-1, 0)).Index()
	if tree.Token(i).Kind() == syntax.Identifier {
		i--
	}
	if tree.Token(i).Kind() != syntax.Bang {
		return nil
	}
	i = beforeArguments(tree, i-1)
	if i < 0 {
		return nil
	}
	s := lookup(tree, names, tree.Token(i))
	if s == nil || s.Instantiated() == nil {
		return nil
	}
	var members []*module.Symbol
	for _, m := range s.Instantiated().Symbols {
		if !m.Local && (m.Kind == module.KindOperator || m.Kind == module.KindInstance) {
			members = append(members, m)
		}
	}
	return members
}

// beforeArguments returns the number of the token before the parentheses that
// end with token i, or i where none end there.
func beforeArguments(tree *syntax.Tree, i int) int {
	depth := 0
	for ; i >= 0; i-- {
		switch tree.Token(i).Kind() {
		case syntax.RightParen:
			depth++
		case syntax.LeftParen:
			depth--
			continue
		}
		if depth == 0 {
			return i
		}
	}
	return -1
}

// InProse reports whether a byte offset lies where nothing is TLA+: in a
// comment or a string, or outside the modules.
func InProse(tree *syntax.Tree, offset int) bool {
	if offset < tree.Before().End || offset > tree.After().Start {
		return true
	}
	for _, c := range tree.Comments() {
		// The end of a comment that a line's end closes is still inside it.
		if c.Span.Start < offset && (offset < c.Span.End || offset == c.Span.End && !c.Block) {
			return true
		}
	}
	t := tree.TokenAt(max(offset-1, 0))
	return t.Kind() == syntax.String && t.Span().Start < offset && offset < t.Span().End
}

// WantsModule reports whether a module's name stands at a byte offset, or could:
// behind EXTENDS, INSTANCE, or a comma in a list of the former.
func WantsModule(tree *syntax.Tree, offset int) bool {
	i := lastBefore(tree, offset)
	if tree.Token(i).Kind() == syntax.Identifier && tree.Token(i).Span().End >= offset {
		i-- // what is being typed
	}
	if tree.Token(i).Kind() == syntax.KeywordInstance {
		return true
	}
	for ; i > 0 && tree.Token(i).Kind() == syntax.Comma; i -= 2 {
		if tree.Token(i-1).Kind() != syntax.Identifier {
			return false
		}
	}
	return tree.Token(i).Kind() == syntax.KeywordExtends
}

// BehindBang reports whether a byte offset lies right behind a "!", or in the
// name that follows one.
func BehindBang(tree *syntax.Tree, offset int) bool {
	i := tree.TokenAt(max(offset-1, 0)).Index()
	if tree.Token(i).Kind() == syntax.Identifier {
		i--
	}
	return tree.Token(i).Kind() == syntax.Bang && tree.Token(i).Span().End <= offset
}
