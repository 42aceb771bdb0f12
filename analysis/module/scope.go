package module

// scope knows what names mean at the place that has been reached. TLA+ has no
// shadowing, with few exceptions, so that there is one table, and a trail of
// what to undo where a scope ends.
type scope struct {
	names map[string]*Symbol
	trail []binding
}

// binding is a name and what it meant before, nil for nothing.
type binding struct {
	name string
	was  *Symbol
}

// push begins a scope and returns the mark that ends it.
func (s *scope) push() int { return len(s.trail) }

// pop ends the scope that began at mark.
func (s *scope) pop(mark int) {
	for i := len(s.trail) - 1; i >= mark; i-- {
		u := s.trail[i]
		if u.was == nil {
			delete(s.names, u.name)
		} else {
			s.names[u.name] = u.was
		}
	}
	s.trail = s.trail[:mark]
}

// take ends the scope that began at mark and returns what was bound in it.
func (s *scope) take(mark int) []*Symbol {
	var taken []*Symbol
	for _, u := range s.trail[mark:] {
		if sym := s.names[u.name]; sym != nil {
			taken = append(taken, sym)
		}
	}
	s.pop(mark)
	return taken
}

// give binds symbols again that take returned.
func (s *scope) give(symbols []*Symbol) {
	for _, sym := range symbols {
		s.bind(sym.Name, sym)
	}
}

func (s *scope) bind(name string, sym *Symbol) {
	s.trail = append(s.trail, binding{name, s.names[name]})
	s.names[name] = sym
}

func (s *scope) lookup(name string) *Symbol {
	if sym := s.names[name]; sym != nil {
		return sym
	}
	return builtinNames[name]
}
