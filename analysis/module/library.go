package module

import (
	"maps"
	"slices"
	"sync"

	"github.com/specls/specls/analysis/library"
)

// libraryModules keeps modules made from the library's declarations, by name,
// for sessions in which everything that they depend on is the library's too.
var libraryModules sync.Map

// fromLibrary makes a module of what the library declares, or returns nil.
func (s *session) fromLibrary(name string) *Module {
	decl, ok := library.Lookup(name)
	if !ok {
		return nil
	}
	s.path = append(s.path, name)
	defer func() { s.path = s.path[:len(s.path)-1] }()
	depend := libraryDependencies{session: s, own: true}
	extends := depend.load(decl.Extends)
	var instances []string
	for _, inst := range decl.Instances {
		if !inst.Local {
			instances = append(instances, inst.Module)
		}
	}
	instantiated := depend.load(instances)
	if depend.own {
		if shared, ok := libraryModules.Load(name); ok {
			return shared.(*Module)
		}
	}
	m := &Module{Name: name, Extends: extends, incomplete: depend.missing, shared: depend.own && !depend.missing}
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
	if m.shared {
		shared, _ := libraryModules.LoadOrStore(name, m)
		return shared.(*Module)
	}
	return m
}

// libraryDependencies finds what a module of the library depends on.
type libraryDependencies struct {
	session *session
	own     bool // everything so far is the library's too
	missing bool // something was not found
}

// load returns the modules of the names that are found.
func (d *libraryDependencies) load(names []string) []*Module {
	var found []*Module
	for _, name := range names {
		m, _ := d.session.load(name)
		if m == nil {
			d.missing = true
			continue
		}
		d.own = d.own && m.shared
		found = append(found, m)
	}
	return found
}

// declareLibrary returns what the library says of one symbol of the module;
// known are those that it may refer to.
func (m *Module) declareLibrary(d *library.Symbol, known map[string]*Symbol) *Symbol {
	s := &Symbol{Name: d.Name, Arity: len(d.Params), Local: d.Local, Recursive: d.Recursive, Function: d.Kind == library.Function,
		Module: m, defined: true, details: &details{}}
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
