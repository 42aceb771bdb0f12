// Package module says what the names in a TLA+ text mean, and whether they are
// used as TLA+ allows: it follows EXTENDS and INSTANCE to other modules,
// resolves every name to its definition, counts arguments, and computes levels.
// It reports what SANY, the reference parser, reports in its semantic phase;
// the rules are those of Specifying Systems, chapter 17, and of SANY where it
// goes beyond the book.
//
// The package is made of pure functions over a [syntax.Tree]. The texts of
// other modules are asked for through a [Source]; what has been analysed is
// kept in a [Cache], by text, so that a module which many others extend is
// analysed once. A module that has been analysed never changes, so it can be
// shared by several goroutines.
//
// A text is gone through once, unit by unit: the names of a unit are resolved
// first, and then its levels are computed, since later units build on both. Only
// operators declared RECURSIVE wait until the last of them is defined.
package module

import (
	"strings"
	"sync"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/syntax"
)

// Source returns the text of the module with the given name. It is false where
// there is none; the embedded library is asked next. So a user's own copy of a
// library module wins.
type Source func(name string) (text string, ok bool)

// Level says what the value of an expression depends on. See Specifying
// Systems, section 17.2.
type Level uint8

// The four levels, in SANY's numbers.
const (
	Constant Level = iota // on nothing that changes
	State                 // on one state
	Action                // on a pair of states
	Temporal              // on a whole behaviour
)

// String returns the level in the words of the messages.
func (l Level) String() string {
	switch l {
	case Constant:
		return "constant"
	case State:
		return "state"
	case Action:
		return "action"
	}
	return "temporal"
}

// Kind says what a symbol is.
type Kind uint8

// The kinds of symbols.
const (
	KindBuiltin     Kind = iota // an operator of the language, such as \in or TRUE
	KindConstant                // declared by CONSTANT
	KindVariable                // declared by VARIABLE
	KindOperator                // a definition, of a function too
	KindInstance                // I == INSTANCE M
	KindTheorem                 // a named theorem or step of a proof
	KindAssumption              // a named assumption
	KindParameter               // a parameter of a definition or LAMBDA
	KindBound                   // a name bound by a quantifier or its like
	KindNewConstant             // NEW x, and with the words below before x
	KindNewVariable
	KindNewState
	KindNewAction
	KindNewTemporal
	KindStep  // a step of a proof that states nothing, such as a DEFINE
	KindLabel // l(x) :: e
)

var kindNames = [...]string{
	KindBuiltin: "built-in operator", KindConstant: "constant", KindVariable: "variable", KindOperator: "definition",
	KindInstance: "instance", KindTheorem: "theorem", KindAssumption: "assumption", KindParameter: "parameter",
	KindBound: "bound name", KindNewConstant: "constant", KindNewVariable: "variable", KindNewState: "state",
	KindNewAction: "action", KindNewTemporal: "temporal formula", KindStep: "proof step", KindLabel: "label",
}

// String returns the kind in the words of the messages.
func (k Kind) String() string { return kindNames[k] }

// isFormal reports whether SANY takes the kind for a formal parameter.
func (k Kind) isFormal() bool { return k == KindParameter || k == KindBound }

// isNew reports whether the kind is one of NEW.
func (k Kind) isNew() bool { return KindNewConstant <= k && k <= KindNewTemporal }

// isDeclaration reports whether a symbol of the kind is declared, not defined.
func (k Kind) isDeclaration() bool { return k == KindConstant || k == KindVariable || k.isNew() }

// Symbol is something that has a name.
type Symbol struct {
	// Name is the name as written, an operator in its canonical spelling, such
	// as "#" for "/=". What an instance I brings is called I!Op.
	Name string
	Kind Kind
	// Arity is the number of arguments the symbol takes.
	Arity int
	// Params are the parameters of a definition, in order; those of an
	// instance's operators begin with the instance's own.
	Params []*Symbol
	// Local says that LOCAL keeps the symbol from modules that extend its own.
	Local bool
	// Recursive says that the definition was declared RECURSIVE.
	Recursive bool
	// Function says that the definition is that of a function, f[x \in S].
	Function bool
	// Module is where the symbol is declared or defined; nil for a builtin.
	Module *Module
	// Node is what declares or defines it: a KindName or KindParameter, a
	// definition, theorem or assumption, or an INSTANCE for what that brings. It
	// is no node for what the library declares.
	Node syntax.Node

	level Level
	ok    bool // no error was found in its levels
	// defined is false while the definition is being read.
	defined bool
	// loose says that the parameters are not known, because of a syntax error.
	loose bool
	scratch
	*details
}

// details are what only definitions, instances, theorems, steps and labels
// have. Most symbols are none of these; they share noDetails, which is never
// written to.
type details struct {
	// source is the definition that this one is a copy of, by INSTANCE; nil
	// otherwise.
	source *Symbol
	// instance is what a KindInstance stands for.
	instance *instance
	// derived is how a symbol comes from another one by substitution.
	derived *derivation

	levels

	// letDepth is the number of LETs around a definition.
	letDepth int32
	// labels are the labels inside a definition, theorem or step.
	labels map[string]*Symbol
	// sequent says that a theorem of the library is an ASSUME … PROVE.
	sequent bool
}

var noDetails = &details{levels: levels{higher: noHigher}}

// Level returns the level of the symbol: of a definition, that of its body with
// arguments of constant level.
func (s *Symbol) Level() Level { return s.level }

// Source returns the definition that this one repeats by INSTANCE; the symbol
// itself if it repeats none.
func (s *Symbol) Source() *Symbol {
	if s.source != nil {
		return s.source
	}
	return s
}

// Instantiated returns the module that a KindInstance stands for; nil for other
// symbols, and where the module was not found.
func (s *Symbol) Instantiated() *Module {
	if s.instance == nil {
		return nil
	}
	return s.instance.module
}

// NameSpan returns the place of the symbol's name in its module's text; an
// empty span for what the library declares.
func (s *Symbol) NameSpan() finding.Span {
	if !s.Node.Valid() {
		return finding.Span{}
	}
	switch s.Node.Kind() {
	case syntax.KindTheorem, syntax.KindAssume:
		if c := s.Node.Child(0); c.Kind() == syntax.KindName {
			return c.Span()
		}
	}
	return s.Node.NameSpan()
}

// isParam reports whether SANY takes the symbol for a parameter: something
// declared, which can stand for anything.
func (s *Symbol) isParam() bool { return s.Kind.isFormal() || s.Kind.isDeclaration() }

// Module is a module that has been analysed. It is immutable.
type Module struct {
	Name string
	// Node is the module's node; no node for a module of the library.
	Node syntax.Module
	// Extends are the modules it extends, those that were found, in order.
	Extends []*Module
	// Inner are the modules inside it, in order.
	Inner []*Module
	// Symbols are the module's symbols in the order of SANY: first those it
	// gets by EXTENDS, and with those by INSTANCE in their place. Local ones
	// are among them.
	Symbols []*Symbol

	// imports is what it gets by EXTENDS, the first of Symbols; table has the
	// others, and is made when it is first asked for.
	imports   *imports
	table     map[string]*Symbol
	makeTable sync.Once
	// shared says that the module is the library's, and so is all that it
	// depends on.
	shared bool
	// modules are those inside it and inside what it extends; nil for none.
	modules map[string]*Module
	// hidden are instances that came with an unnamed INSTANCE: I!Op is known
	// then, though I is not. Nil for none.
	hidden map[string]*Symbol
	// constants and variables are those of Symbols.
	constants, variables []*Symbol
	// Theorems' levels count for whether the module is a constant one.
	theoremLevel Level
	// top holds what all definitions and theorems demand of the module's
	// declarations.
	top dependence
	// constantModule says that nothing in it depends on the state.
	constantModule bool
	// incomplete says that names may be missing from the table, because of a
	// syntax error or because another module is missing.
	incomplete bool
	// built are the fields of records whose values show that the writer knows
	// what a field is; see checkRecordNames.
	built map[string]bool
	// fault is the first error in the module's text, for those who extend it.
	fault *finding.Finding
	// cycle is the path of a cycle that the module lies on.
	cycle []string
	// text is the text that the module stands in; nil for the library's.
	text *analysed
}

// Lookup returns the module's symbol of that name, or nil. It knows operators
// by their canonical spelling.
func (m *Module) Lookup(name string) *Symbol {
	m.makeTable.Do(func() {
		own := m.Symbols[len(m.imports.symbols):]
		m.table = make(map[string]*Symbol, len(own))
		for _, s := range own {
			m.table[s.Name] = s
		}
	})
	if s := m.table[name]; s != nil {
		return s
	}
	return m.imports.table[name]
}

// parameterFree reports whether the module declares nothing, so that all its
// instances are alike.
func (m *Module) parameterFree() bool { return len(m.constants) == 0 && len(m.variables) == 0 }

// Result is what the analysis of a text says.
type Result struct {
	// Module is the outermost module; nil where the text has none.
	Module *Module
	// Findings are in the order of the text. They do not repeat those of the
	// tree.
	Findings []finding.Finding

	tree *syntax.Tree
	refs []*Symbol
	// others are the texts of the modules that the text depends on.
	others []*analysed
}

// Uses returns the nodes of the text that refer to or declare a symbol, in the
// order of the tree's numbers.
func (r *Result) Uses(s *Symbol) []syntax.Node {
	var nodes []syntax.Node
	for n := range r.tree.Root().Walk() {
		if id := n.ID(); id < len(r.refs) && r.refs[id] == s {
			nodes = append(nodes, n)
		}
	}
	return nodes
}

// Demands returns, for each argument of a definition, whether the definition's
// level is at least the argument's, and the highest level the argument may have.
func (s *Symbol) Demands() string {
	weights, limits := []string{}, []string{}
	for _, p := range s.params {
		w := "0"
		if p.weight {
			w = "1"
		}
		weights = append(weights, w)
		limits = append(limits, itoa(int(p.max)))
	}
	return "[" + strings.Join(weights, ", ") + "][" + strings.Join(limits, ", ") + "]"
}
