package module

import "slices"

// imports is what a module gets by extending a list of modules. Most modules
// of a workspace extend one of a few lists, and one that is being edited extends
// the same all the time, so imports are shared. They are immutable.
type imports struct {
	// symbols are those of the modules that are not local, in order. Of several
	// with one name it is the first.
	symbols []*Symbol
	table   map[string]*Symbol
	// constants and variables are those of symbols.
	constants, variables []*Symbol
	// modules and hidden are those of Module; nil for none.
	modules map[string]*Module
	hidden  map[string]*Symbol
	// conflicts are the symbols whose names had another meaning already.
	conflicts []conflict

	// top and theoremLevel are those of the modules together; constant says that
	// all symbols are.
	top          dependence
	theoremLevel Level
	constant     bool
}

// conflict is a symbol that module number from, 0-based, has, and what was there
// before it under its name.
type conflict struct {
	from   int
	was, s *Symbol
}

var noImports = &imports{constant: true}

// newImports merges what modules export, as EXTENDS does.
func newImports(modules []*Module) *imports {
	imp := &imports{constant: true}
	count := 0
	for _, m := range modules {
		count += len(m.Symbols)
	}
	imp.symbols = make([]*Symbol, 0, count)
	imp.table = make(map[string]*Symbol, count)
	for i, m := range modules {
		imp.add(i, m)
	}
	return imp
}

func (imp *imports) add(from int, m *Module) {
	for _, s := range m.Symbols {
		if s.Local {
			continue
		}
		if was := imp.table[s.Name]; was == nil {
			imp.export(s)
		} else if was != s && (nodeClass(was) != nodeClass(s) || !sameOrigin(was, s)) {
			imp.conflicts = append(imp.conflicts, conflict{from, was, s})
		}
	}
	imp.modules = mergeMissing(imp.modules, m.modules)
	imp.hidden = mergeMissing(imp.hidden, m.hidden)
	imp.top.add(&m.top)
	imp.theoremLevel = max(imp.theoremLevel, m.theoremLevel)
}

func (imp *imports) export(s *Symbol) {
	imp.symbols = append(imp.symbols, s)
	imp.table[s.Name] = s
	imp.constant = imp.constant && s.isConstant()
	switch s.Kind {
	case KindConstant:
		imp.constants = append(imp.constants, s)
	case KindVariable:
		imp.variables = append(imp.variables, s)
	}
}

// mergeMissing adds to a map, which may be nil, what it does not have.
func mergeMissing[V any](to, from map[string]V) map[string]V {
	for name, v := range from {
		if _, ok := to[name]; !ok {
			if to == nil {
				to = make(map[string]V, len(from))
			}
			to[name] = v
		}
	}
	return to
}

// importNode is a node of a tree that keeps imports by the modules of the list.
type importNode struct {
	imports *imports
	next    map[*Module]*importNode
}

// at returns the node of a list, which it makes if there is none.
func (n *importNode) at(modules []*Module) *importNode {
	for _, m := range modules {
		next := n.next[m]
		if next == nil {
			if n.next == nil {
				n.next = map[*Module]*importNode{}
			}
			next = &importNode{}
			n.next[m] = next
		}
		n = next
	}
	return n
}

// imports returns what modules export together.
func (b *builder) imports(modules []*Module) *imports {
	switch {
	case !slices.ContainsFunc(modules, func(m *Module) bool { return !m.shared }):
		return libraryModules.importsOf(modules)
	case slices.ContainsFunc(modules, func(m *Module) bool { return m.Node.Tree() == b.tree }):
		return newImports(modules) // nobody else will extend modules inside this one
	}
	return b.session.cache.importsOf(modules)
}
