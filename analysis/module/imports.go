package module

import (
	"slices"
	"sync"
)

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

// maxImports is how many lists of modules an importer keeps. Beyond it, all are
// dropped.
const maxImports = 1000

// importer keeps imports, as a tree by the modules of the list. It may be used
// by several goroutines, and the zero value is ready to use.
type importer struct {
	mu    sync.Mutex
	root  importNode
	count int
}

type importNode struct {
	imports *imports
	next    map[*Module]*importNode
}

// get returns what the modules export together.
func (im *importer) get(modules []*Module) *imports {
	if len(modules) == 0 {
		return noImports
	}
	im.mu.Lock()
	defer im.mu.Unlock()
	if im.count >= maxImports {
		im.root, im.count = importNode{}, 0
	}
	n := &im.root
	for _, m := range modules {
		child := n.next[m]
		if child == nil {
			if n.next == nil {
				n.next = map[*Module]*importNode{}
			}
			child = &importNode{}
			n.next[m] = child
		}
		n = child
	}
	if n.imports == nil {
		n.imports = newImports(modules)
		im.count++
	}
	return n.imports
}

// libraryImports keeps the imports of which all modules are the library's.
var libraryImports importer

// imports returns what modules export together.
func (b *builder) imports(modules []*Module) *imports {
	switch {
	case !slices.ContainsFunc(modules, func(m *Module) bool { return !m.shared }):
		return libraryImports.get(modules)
	case slices.ContainsFunc(modules, func(m *Module) bool { return m.Node.Tree() == b.tree }):
		return newImports(modules) // nobody else will extend modules inside this one
	}
	return b.session.cache.importer.get(modules)
}
