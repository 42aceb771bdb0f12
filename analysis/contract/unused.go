// Rule unused: what is declared is used.
//
// A definition that nothing refers to, a parameter or a definition of LET that its own
// expression does not mention, a variable that is at most said to be UNCHANGED, and a
// module in EXTENDS that gives nothing which is used, unless the contract asks for it,
// are most often left over, or meant to be used somewhere. Each is a hint; editors show it
// faded. An action that the specification does not reach is told apart, since it most
// likely was meant to be a disjunct of Next.
//
// Only a module that says what the system does is looked at, as others may be there
// for those that extend them. What the .cfg file names is used, and so are
// invariants, properties, and what bounds or shows a model, which are for the .cfg file
// to name. There is no fix: actions and variables are for the author to remove.
//
// Asked for by: no requirement of its own; what nothing uses models nothing (etcd prompt,
// requirement 6, "focus on modeling the system behavior"; raftkvs prompt, the same).
//
// Broken:
//
//	---- MODULE etcdraft ----
//	EXTENDS Naturals
//	VARIABLES x, y
//	vars == <<x, y>>
//	Limit == 3
//	Init == x = 0 /\ y = 0
//	Reset(i) == x' = 0
//	Step == x' = x + 1 /\ UNCHANGED y
//	Next == Step
//	Spec == Init /\ [][Next]_vars /\ WF_vars(Next)
//	====
//
// Mended:
//
//	---- MODULE etcdraft ----
//	EXTENDS Naturals
//	VARIABLES x, y
//	vars == <<x, y>>
//	Limit == 3
//	Init == x = 0 /\ y = 0
//	Reset(i) == x' = i /\ y' = 0
//	Step == x < Limit /\ x' = x + 1 /\ UNCHANGED y
//	Next == Step \/ Reset(y)
//	Spec == Init /\ [][Next]_vars /\ WF_vars(Next)
//	====

package contract

import (
	"fmt"
	"slices"

	"github.com/specls/specls/analysis/config"
	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/library"
	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/syntax"
)

func checkUnused(p *Pass) {
	m, ok := p.judged()
	if !ok || p.hasSyntaxErrors() || p.Names.Module == nil {
		return
	}
	if !p.saysWhatTheSystemDoes() {
		return
	}
	uses := p.countUses()
	p.checkUnusedExtends(m, uses)
	p.checkUnusedDefinitions()
	p.checkUnusedInside(uses)
	for _, v := range m.Variables() {
		s := p.Names.Symbol(v)
		if s == nil {
			continue
		}
		switch u := uses[s]; {
		case u.total == 0:
			p.hint(v.Span(), fmt.Sprintf("Nothing refers to the variable %s", s.Name))
		case u.total == u.still && u.initial:
			p.hint(v.Span(), fmt.Sprintf("The variable %s is never changed and never looked at after the start", s.Name))
		case u.total == u.still:
			p.hint(v.Span(), fmt.Sprintf("The variable %s is never changed and never looked at", s.Name))
		}
	}
}

func (p *Pass) hint(at finding.Span, message string) {
	p.Report(finding.Finding{Span: at, Unnecessary: true, Message: message})
}

// saysWhatTheSystemDoes reports whether the text has a next-state action that is
// known. Other modules are there for those that extend them, and may well define
// what they do not use, and what only a model checker's own code can evaluate.
func (s *shared) saysWhatTheSystemDoes() bool {
	found := s.theSteps()
	return found != nil && len(found.nexts) > 0
}

// mentionCount says how often a symbol is mentioned: in all, and where nothing is made of
// it, in a tuple of variables, under UNCHANGED or left of = in Init.
type mentionCount struct {
	total, still int
	initial      bool
	// bare says that an operator is named without arguments, to be passed on.
	bare bool
}

// countUses counts the mentions of each symbol of the text.
func (s *shared) countUses() map[*module.Symbol]mentionCount {
	counts := make(map[*module.Symbol]mentionCount, s.Tree.NumNames())
	for id := range s.Tree.Root().ID() {
		n := s.Tree.Node(id)
		switch n.Kind() {
		case syntax.KindIdentifier, syntax.KindApply, syntax.KindOperator, syntax.KindSelector,
			syntax.KindInfix, syntax.KindPrefix, syntax.KindPostfix, syntax.KindSubstitution:
		default:
			continue
		}
		symbol := s.Names.Symbol(n)
		if symbol == nil || symbol.Kind == module.KindBuiltin {
			continue
		}
		c := counts[symbol]
		c.total++
		c.bare = c.bare || n.NumChildren() == 0
		if symbol.Kind == module.KindVariable {
			still, initial := s.isStill(n)
			if still {
				c.still++
			}
			c.initial = c.initial || initial
		}
		counts[symbol] = c
		for _, put := range replacements(symbol) {
			c := counts[put]
			c.total++
			counts[put] = c
		}
	}
	return counts
}

// isStill reports whether a mention of a variable makes nothing of it, and whether
// it is given a value at the start there.
func (s *shared) isStill(n syntax.Node) (still, initial bool) {
	parent := n.Parent()
	switch parent.Kind() {
	case syntax.KindTuple, syntax.KindFairness, syntax.KindBoxAction:
		return true, false
	case syntax.KindPrefix:
		return parent.Token().Kind() == syntax.OpUnchanged, false
	case syntax.KindInfix:
		if k := parent.Token().Kind(); parent.Child(0) == n && (k == syntax.OpEquals || k == syntax.OpIn) {
			def := s.table().definitionOf(s.Names.Symbol(n.Ancestor(syntax.KindDefinition)))
			if init := s.theSteps(); def != nil && init != nil && len(init.inits) > 0 && init.inits[0].definition == def {
				return true, true
			}
		}
	}
	return false, false
}

// checkUnusedExtends reports the modules of the library that EXTENDS names and that
// give the module nothing which it uses and no other one gives, unless the contract
// asks for them. A module may also extend another for those that extend it, so it
// must say what the system does.
func (p *Pass) checkUnusedExtends(m syntax.Module, uses map[*module.Symbol]mentionCount) {
	if p.table().foreign || p.Config != "" {
		return
	}
	used := map[*module.Module]bool{}
	for s := range uses {
		used[s.Source().Module] = true
	}
	clauses, given := m.Extends(), p.Names.Module.Extends
	if len(clauses) != len(given) {
		return
	}
	gone := make([]bool, len(given))
	for i := len(given) - 1; i >= 0; i-- {
		name := given[i].Name
		if !library.Has(name) || p.Profile != nil && slices.Contains(p.Profile.Extends, name) || len(given[i].Symbols) == 0 {
			continue
		}
		others := map[*module.Module]bool{}
		for j, e := range given {
			if j != i && !gone[j] {
				addExtended(e, others)
			}
		}
		own := map[*module.Module]bool{}
		addExtended(given[i], own)
		needed := false
		for e := range own {
			needed = needed || used[e] && !others[e]
		}
		if gone[i] = !needed; gone[i] {
			p.hint(clauses[i].Span(), fmt.Sprintf("Nothing here uses the module %s", name))
		}
	}
}

// addExtended adds a module and those that it extends to a set.
func addExtended(m *module.Module, set map[*module.Module]bool) {
	if set[m] {
		return
	}
	set[m] = true
	for _, e := range m.Extends {
		addExtended(e, set)
	}
}

// checkUnusedDefinitions reports the definitions of the outermost module that
// nothing refers to.
func (p *Pass) checkUnusedDefinitions() {
	steps := p.theSteps()
	d := p.table()
	roots := p.behaviourRoots()
	reached := d.reach(roots)
	for _, def := range d.all {
		if !reached.has(def) && (def.symbol != nil && d.isProperty(def) || p.isNamedOutside(def)) {
			roots = append(roots, def)
		}
	}
	reached = d.reach(roots)
	for _, def := range d.all {
		if !def.outermost || reached.has(def) || def.symbol == nil || def.symbol.Local && def.Kind() != syntax.KindDefinition {
			continue
		}
		switch level := d.levelOf(def); {
		case def.Kind() == syntax.KindModuleDefinition, level == module.Temporal:
		case level == module.Action:
			p.hint(def.NameSpan(), fmt.Sprintf("%s is an action that the specification does not reach; it may have been meant to be part of %s", def.Name(), steps.nexts[0].name))
		case len(d.usesOf(def)) == 0:
			p.hint(def.NameSpan(), fmt.Sprintf("Nothing refers to %s", def.Name()))
		default:
			p.hint(def.NameSpan(), fmt.Sprintf("Only definitions that are not used themselves refer to %s", def.Name()))
		}
	}
}

// isNamedOutside reports whether a definition is there for the .cfg file.
func (p *Pass) isNamedOutside(def *definition) bool {
	name := def.Name()
	return p.isInConfig(def) || isModelName(name) || auxiliaryName.in(name) || propertyName.in(name) || typeName.MatchString(name)
}

// isInConfig reports whether the .cfg file names a definition.
func (s *shared) isInConfig(def *definition) bool {
	c := s.theConfig()
	return slices.ContainsFunc(c.Names, func(n config.Name) bool { return n.Name == def.Name() }) ||
		slices.ContainsFunc(c.Constants, func(k config.Constant) bool { return k.Substitute == def.Name() || k.Name == def.Name() })
}

// isSubstitute reports whether the .cfg file puts a definition in the place of
// something else, whose parameters it must then have.
func (p *Pass) isSubstitute(name string) bool {
	return slices.ContainsFunc(p.theConfig().Constants, func(c config.Constant) bool { return c.Substitute == name })
}

// checkUnusedInside reports the parameters of definitions, and the definitions of
// LET, that are not mentioned.
func (p *Pass) checkUnusedInside(uses map[*module.Symbol]mentionCount) {
	for id := range p.Tree.Root().ID() {
		n := p.Tree.Node(id)
		if n.Kind() != syntax.KindDefinition {
			continue
		}
		symbol := p.Names.Symbol(n)
		if symbol == nil {
			continue
		}
		use := uses[symbol]
		if use.total == 0 && n.Parent().Kind() == syntax.KindLet {
			p.hint(n.NameSpan(), fmt.Sprintf("Nothing in this LET refers to %s", symbol.Name))
		}
		definition := syntax.Definition{Node: n}
		if use.bare && symbol.Arity > 0 || p.isSubstitute(symbol.Name) || definition.Fixity() != syntax.NoFixity {
			continue // who takes it as an argument may want the parameter
		}
		for _, param := range definition.Params() {
			if s := p.Names.Symbol(param.Node); s != nil && uses[s].total == 0 {
				p.hint(param.NameSpan(), fmt.Sprintf("%s does not mention its parameter %s", symbol.Name, s.Name))
			}
		}
	}
}
