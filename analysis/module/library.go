package module

import (
	"maps"
	"slices"

	"github.com/specls/specls/analysis/library"
)

// libraryModules keeps modules made from the library's declarations for all
// sessions in which everything that they depend on is the library's too.
var libraryModules Cache

// fromLibrary makes a module of what the library declares, or returns nil.
func (s *session) fromLibrary(name string) *Module {
	decl, ok := library.Lookup(name)
	if !ok {
		return nil
	}
	s.path = append(s.path, name)
	depend := libraryDependencies{session: s, own: true}
	extends := depend.load(decl.Extends)
	var instances []string
	for _, inst := range decl.Instances {
		if !inst.Local {
			instances = append(instances, inst.Module)
		}
	}
	instantiated := depend.load(instances)
	if library.Has(s.path[0]) {
		// The text has taken the place of a module that this one may need.
		for _, inst := range decl.Instances {
			if inst.Local {
				depend.load([]string{inst.Module})
			}
		}
	}
	s.path = s.path[:len(s.path)-1]
	cache := s.cache
	if depend.own {
		cache = &libraryModules
	}
	key := cacheKey{name, -1}
	for _, entry := range cache.get(key) {
		if slices.Equal(entry.uses, depend.uses) {
			return entry.module
		}
	}
	m := newLibraryModule(decl, extends, instantiated)
	m.incomplete, m.shared, m.cycle = depend.missing, depend.own, depend.cycle
	if m.cycle == nil {
		cache.put(key, &cached{module: m, uses: depend.uses})
	}
	return m
}

// libraryDependencies finds what a module of the library depends on.
type libraryDependencies struct {
	session *session
	uses    []dependency
	own     bool // all of it is the library's too
	missing bool // something was not found
	cycle   []string
}

// load returns the modules of the names that are found.
func (d *libraryDependencies) load(names []string) []*Module {
	var found []*Module
	for _, name := range names {
		m, cycle := d.session.load(name)
		d.uses = append(d.uses, dependency{name, m})
		if cycle != nil {
			d.cycle = cycle
		}
		if m == nil {
			d.missing, d.own = true, false
			continue
		}
		if m.cycle != nil {
			d.cycle = m.cycle
		}
		d.own = d.own && m.shared
		found = append(found, m)
	}
	return found
}

// newLibraryModule makes a module of what the library declares, and of the
// modules that it extends and instantiates.
func newLibraryModule(decl *library.Module, extends, instantiated []*Module) *Module {
	m := &Module{Name: decl.Name, Extends: extends}
	m.imports = newImports(extends)
	m.Symbols = slices.Clone(m.imports.symbols)
	m.constants, m.variables = slices.Clip(m.imports.constants), slices.Clip(m.imports.variables)
	known := maps.Clone(m.imports.table)
	if known == nil {
		known = map[string]*Symbol{}
	}
	for _, d := range instantiated {
		for _, sym := range d.Symbols {
			if !sym.Local && sym.Kind == KindOperator && known[sym.Name] == nil {
				m.export(sym)
				known[sym.Name] = sym
			}
		}
	}
	for i := range decl.Symbols {
		sym := m.declareLibrary(&decl.Symbols[i], known)
		m.export(sym)
		known[sym.Name] = sym
	}
	m.constantModule = len(m.variables) == 0
	for _, sym := range m.Symbols {
		m.constantModule = m.constantModule && sym.level == Constant
		m.top.free = append(m.top.free, sym.free...)
	}
	m.top.free = compact(m.top.free)
	return m
}

// declareLibrary returns what the library says of one symbol of the module;
// known are those that it may refer to.
func (m *Module) declareLibrary(d *library.Symbol, known map[string]*Symbol) *Symbol {
	s := &Symbol{Name: d.Name, Arity: len(d.Params), Local: d.Local, Recursive: d.Recursive, Function: d.Kind == library.Function,
		Module: m, defined: true, details: &details{levels: levels{higher: &higher{}}}}
	s.level, s.ok = Level(d.Level), true
	switch d.Kind {
	case library.Constant:
		s.Kind = KindConstant
	case library.Variable:
		s.Kind = KindVariable
	case library.Theorem:
		s.Kind, s.sequent = KindTheorem, d.Sequent
	default:
		s.Kind = KindOperator
	}
	for i, p := range d.Params {
		s.Params = append(s.Params, &Symbol{Name: p.Name, Kind: KindParameter, Arity: p.Arity, Module: m, defined: true, details: noDetails})
		s.params = append(s.params, paramLevel{max: Level(p.Max), weight: p.Counts})
		if p.Arity > 0 {
			if s.minMax == nil {
				s.minMax = make([][]Level, len(d.Params))
			}
			s.minMax[i] = make([]Level, p.Arity)
		}
		for pos, fed := range p.Fed {
			for _, param := range fed {
				s.conds = append(s.conds, condition{i, pos, param})
			}
		}
	}
	for _, u := range d.Uses {
		if x := known[u.Name]; x != nil {
			s.free = append(s.free, freeUse{symbol: x, limit: Level(u.Max), weight: u.Counts})
		}
	}
	return s
}
