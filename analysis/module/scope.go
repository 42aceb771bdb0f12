package module

import (
	"slices"

	"github.com/specls/specls/analysis/syntax"
)

// scope knows what names mean at the place that has been reached. TLA+ has no
// shadowing, with few exceptions, so that there is one table, and a trail of
// what to undo where a scope ends. Each name has a key, an index of the table:
// an operator its kind, an identifier of the text firstName and its number, and
// any other name, such as those that INSTANCE brings, the next that is free.
type scope struct {
	tree    *syntax.Tree
	symbols []*Symbol
	trail   []binding
	others  map[string]int32
	// outside is what the outermost module extends. The table has its symbols
	// as far as the text has their names.
	outside *imports
}

const firstName = 256

// binding is a key and what it meant before, nil for nothing.
type binding struct {
	key int32
	was *Symbol
}

// operatorKeys has the keys of operators, by their canonical names.
var operatorKeys = func() map[string]int32 {
	keys := map[string]int32{}
	for kind := range firstName {
		if name := syntax.Kind(kind).Operator(); name != "" {
			keys[name] = int32(kind)
		}
	}
	return keys
}()

// newScope returns a scope that has only the names of the language. It uses the
// lists given, which are empty.
func newScope(tree *syntax.Tree, symbols []*Symbol, trail []binding) scope {
	size := firstName + tree.NumNames()
	s := scope{tree: tree, outside: noImports, symbols: slices.Grow(symbols, size+16)[:size], trail: trail}
	clear(s.symbols)
	for _, b := range builtinNames {
		if i := tree.NameNumber(b.Name); i >= 0 {
			s.symbols[firstName+i] = b
		}
	}
	return s
}

// key returns the key of a name.
func (s *scope) key(name string) int32 {
	switch {
	case startsIdentifier(name):
		if i := s.tree.NameNumber(name); i >= 0 {
			return firstName + int32(i)
		}
	case isStepKey(name):
	default:
		if key, ok := operatorKeys[name]; ok {
			return key
		}
	}
	key, ok := s.others[name]
	if !ok {
		if s.others == nil {
			s.others = map[string]int32{}
		}
		key = int32(len(s.symbols))
		s.others[name] = key
		s.symbols = append(s.symbols, s.outside.table[name])
	}
	return key
}

// startsIdentifier reports whether a name begins as no operator does.
func startsIdentifier(name string) bool {
	if name == "" {
		return false
	}
	c := name[0] | 0x20
	return 'a' <= c && c <= 'z' || '0' <= name[0] && name[0] <= '9' || name[0] == '_'
}

// isStepKey reports whether a name is that of a step of a proof.
func isStepKey(name string) bool {
	return len(name) > 1 && name[0] == '<' && '0' <= name[1] && name[1] <= '9'
}

// keyOf returns the key of the name or operator that a token is; a "-" is the
// infix one unless prefix.
func (s *scope) keyOf(t syntax.Token, prefix bool) int32 {
	if i := t.NameNumber(); i >= 0 {
		return firstName + int32(i)
	}
	if t.Operator() == "" {
		return s.key(t.Text())
	}
	if t.Kind() == syntax.OpMinus && prefix {
		return int32(syntax.OpNegative)
	}
	return int32(t.Kind())
}

// push begins a scope and returns the mark that ends it.
func (s *scope) push() int { return len(s.trail) }

// pop ends the scope that began at mark.
func (s *scope) pop(mark int) {
	for i := len(s.trail) - 1; i >= mark; i-- {
		s.symbols[s.trail[i].key] = s.trail[i].was
	}
	s.trail = s.trail[:mark]
}

// take ends the scope that began at mark and returns what was bound in it.
func (s *scope) take(mark int) []binding {
	var taken []binding
	for _, b := range s.trail[mark:] {
		if sym := s.symbols[b.key]; sym != nil {
			taken = append(taken, binding{b.key, sym})
		}
	}
	s.pop(mark)
	return taken
}

// give binds again what take returned.
func (s *scope) give(taken []binding) {
	for _, b := range taken {
		s.bind(b.key, b.was)
	}
}

func (s *scope) bind(key int32, sym *Symbol) {
	s.trail = append(s.trail, binding{key, s.symbols[key]})
	s.symbols[key] = sym
}

// lookup returns what a name means, or nil.
func (s *scope) lookup(name string) *Symbol { return s.symbols[s.key(name)] }

// lookupToken returns what the name or operator that a token is means, or nil.
func (s *scope) lookupToken(t syntax.Token, prefix bool) *Symbol {
	return s.symbols[s.keyOf(t, prefix)]
}

// known returns all names that mean something, but for those of the language.
func (s *scope) known() []string {
	var names []string
	for _, sym := range s.symbols {
		if sym != nil && sym.Kind != KindBuiltin {
			names = append(names, sym.Name)
		}
	}
	for _, sym := range s.outside.symbols {
		names = append(names, sym.Name)
	}
	return names
}
