package module

import (
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
	m := &Module{Name: name, table: map[string]*Symbol{}, modules: map[string]*Module{}}
	own := true
	b := &builder{session: s, current: m}
	b.scope.names = map[string]*Symbol{}
	b.quiet = true
	depend := func(name string) *Module {
		d, _ := s.load(name)
		if d == nil {
			m.incomplete = true
			return nil
		}
		shared, ok := libraryModules.Load(name)
		own = own && ok && shared == d
		return d
	}
	for _, name := range decl.Extends {
		if d := depend(name); d != nil {
			m.Extends = append(m.Extends, d)
			for _, sym := range d.Symbols {
				if !sym.Local && m.table[sym.Name] == nil {
					b.export(sym)
				}
			}
		}
	}
	for _, inst := range decl.Instances {
		if inst.Local {
			continue
		}
		if d := depend(inst.Module); d != nil {
			for _, sym := range d.Symbols {
				if !sym.Local && sym.Kind == KindOperator && m.table[sym.Name] == nil {
					b.export(sym)
				}
			}
		}
	}
	if own {
		if shared, ok := libraryModules.Load(name); ok {
			return shared.(*Module)
		}
	}
	for i := range decl.Symbols {
		b.declareLibrary(m, &decl.Symbols[i])
	}
	m.constantModule = len(m.variables) == 0
	for _, sym := range m.Symbols {
		m.constantModule = m.constantModule && sym.level == Constant
		m.top.free = append(m.top.free, sym.free...)
	}
	m.top.free = compact(m.top.free)
	if own && !m.incomplete {
		shared, _ := libraryModules.LoadOrStore(name, m)
		return shared.(*Module)
	}
	return m
}

// declareLibrary adds what the library says of one symbol.
func (b *builder) declareLibrary(m *Module, d *library.Symbol) {
	s := &Symbol{Name: d.Name, Arity: len(d.Params), Local: d.Local, Recursive: d.Recursive, Function: d.Kind == library.Function,
		Module: m, defined: true}
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
		s.Params = append(s.Params, &Symbol{Name: p.Name, Kind: KindParameter, Arity: p.Arity, Module: m, defined: true})
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
		if x := m.table[u.Name]; x != nil {
			s.free = append(s.free, freeUse{symbol: x, limit: Level(u.Max), weight: u.Counts})
		}
	}
	b.export(s)
}
