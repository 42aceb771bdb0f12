package module

import (
	"slices"
	"strings"
	"sync"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/syntax"
)

// builder analyses one text.
type builder struct {
	session  *session
	tree     *syntax.Tree
	root     *Module
	current  *Module // the innermost module being read
	outer    *Module // the one around it
	scope    scope
	refs     []*Symbol
	findings []finding.Finding
	// uses are the modules that the text was found to depend on.
	uses []dependency
	// modules are the inner modules that are known at the place reached.
	modules map[string]*Module
	// hidden are what Module.hidden is to be.
	hidden map[string]*Symbol
	// derivedSymbols are what the operators of instances are called here.
	derivedSymbols map[derivedKey]*Symbol
	// selected are the targets of selections inside a definition.
	selected map[int]target
	// instances are the INSTANCE statements, by their nodes' numbers.
	instances map[int]*instance
	// missing says that a module that was extended was not found, so that any
	// name may be one of its. skipped has the names in what the parser skipped.
	missing bool
	skipped map[string]bool

	clashes   []clash
	suggested int           // for how many unknown names a similar one was looked for
	records   []syntax.Node // of the current module
	excepts   int           // how many values of EXCEPT updates are around
	defining  []string      // the names of the definitions around
	letDepth  int32
	labelSets []labelSet
	bound     []*Symbol // the names bound around the place reached
	assumes   []bool    // for each ASSUME around, whether a NEW came before
	proofs    []int     // the levels of the proofs around
	section   section

	symbols slab[Symbol]
	locals  slab[Symbol] // bound names, which nothing outside of the text needs
	details slab[details]
	params  slab[*Symbol]
	leveler
}

// newSymbol returns a symbol of the current module, with details if symbols of
// the kind have some.
func (b *builder) newSymbol(name string, kind Kind, n syntax.Node) *Symbol {
	var s *Symbol
	if kind == KindBound {
		s = b.locals.one()
	} else {
		s = b.symbols.one()
	}
	s.Name, s.Kind, s.Module, s.Node, s.defined = name, kind, b.current, n, true
	s.details = noDetails
	if !s.isParam() {
		s.details = b.details.one()
		s.higher = noHigher
	}
	return s
}

// labelSet holds the labels of a definition, theorem, step or label, and how
// many names are bound around that.
type labelSet struct {
	labels map[string]*Symbol
	around int
}

// workspace is what a builder needs only while it works, for another one to use
// again.
type workspace struct {
	symbols      []*Symbol
	trail        []binding
	bound        []*Symbol
	accumulators []*accumulator
}

var workspaces = sync.Pool{New: func() any { return new(workspace) }}

// close gives back the workspace. The builder is of no use any more.
func (b *builder) close() {
	workspaces.Put(&workspace{b.scope.symbols, b.scope.trail, b.bound, b.accumulators})
	b.scope, b.bound, b.accumulators = scope{}, nil, nil
}

func newBuilder(s *session, tree *syntax.Tree) *builder {
	w := workspaces.Get().(*workspace)
	b := &builder{session: s, tree: tree, scope: newScope(tree, w.symbols[:0], w.trail[:0]), bound: w.bound[:0]}
	b.refs = make([]*Symbol, tree.Root().ID()+1)
	b.leveler.builder = b
	b.accumulators = w.accumulators
	if len(tree.Findings()) > 0 {
		b.findSkipped()
	}
	return b
}

// findSkipped notes the names in the tokens that the parser skipped: one of
// them may well be defined there. A bound without what is said of its names has
// most likely swallowed that, so these are noted too.
func (b *builder) findSkipped() {
	b.skipped = map[string]bool{}
	for n := range b.tree.Root().Walk() {
		switch n.Kind() {
		case syntax.KindError:
			for t := range n.Tokens() {
				b.skipped[t.Text()] = true
				b.skipped[t.Operator()] = true
			}
		case syntax.KindName:
			if bound := n.Ancestor(syntax.KindBound); bound.Valid() && bound.Parent().Last().Kind() == syntax.KindError {
				b.skipped[n.Name()] = true
			}
		}
	}
}

// endsInError reports whether a syntax error stands in a node or right behind
// it, so that a part of it may be missing.
func (b *builder) endsInError(n syntax.Node) bool {
	span := finding.Span{Start: n.Span().Start, End: n.LastToken().Next().Span().Start}
	return slices.ContainsFunc(b.tree.Findings(), func(f finding.Finding) bool {
		return f.Severity == finding.Error && span.Start <= f.Span.Start && f.Span.Start <= span.End
	})
}

// report adds an error.
func (b *builder) report(rule string, at finding.Span, message string, fixes ...finding.Fix) {
	b.add(finding.Finding{Rule: rule, Severity: finding.Error, Span: at, Message: message, Fixes: fixes})
}

func (b *builder) warn(rule string, at finding.Span, message string, related ...finding.Related) {
	b.add(finding.Finding{Rule: rule, Severity: finding.Warning, Span: at, Message: message, Related: related})
}

func (b *builder) add(f finding.Finding) {
	if !b.quiet {
		b.findings = append(b.findings, f)
	}
}

func (b *builder) ref(n syntax.Node, s *Symbol) { b.refs[n.ID()] = s }

// module reads a module; outer is the module around a nested one.
func (b *builder) module(n syntax.Module, outer *Module) *Module {
	m := &Module{Name: n.Name(), Node: n, imports: noImports}
	saved := *b
	b.current, b.outer = m, outer
	b.missing = saved.missing && outer != nil
	b.modules = mergeMissing(nil, saved.modules)
	b.hidden = mergeMissing(nil, saved.hidden)
	b.top, b.section, b.records = accumulator{}, section{}, nil
	b.leveler.begin(&b.top)
	mark := b.scope.push()
	if c := n.ExtendsClause(); c.Valid() {
		b.extends(c)
	}
	before := syntax.KindNone
	for u := range n.Children() {
		b.unit(u)
		if u.Kind() == syntax.KindError && isList(before) {
			// What the list would have gone on with is not known.
			b.missing = true
		}
		before = u.Kind()
	}
	b.endSection()
	b.scope.pop(mark)
	m.hidden = b.hidden
	m.incomplete = b.missing || len(b.tree.Findings()) > 0
	b.finishModule(m)
	b.checkRecordNames(m)
	b.current, b.outer, b.missing, b.modules, b.hidden = saved.current, saved.outer, saved.missing, saved.modules, saved.hidden
	b.top, b.section, b.records = saved.top, saved.section, saved.records
	return m
}

// isList reports whether a unit is a list of names.
func isList(k syntax.NodeKind) bool {
	return k == syntax.KindExtends || k == syntax.KindVariables || k == syntax.KindConstants || k == syntax.KindRecursive
}

// extends merges the modules that EXTENDS names into the current one.
func (b *builder) extends(clause syntax.Node) {
	cur := b.current
	var names []syntax.Node
	for name := range clause.Children() {
		m := (*Module)(nil)
		if name.Kind() == syntax.KindName {
			m = b.findModule(name)
		}
		if m == nil {
			b.missing = true
			continue
		}
		cur.Extends = append(cur.Extends, m)
		names = append(names, name)
		b.missing = b.missing || m.incomplete
	}
	imp := b.imports(cur.Extends)
	for _, c := range imp.conflicts {
		b.mergeConflict(names[c.from], c.was, c.s)
	}
	cur.imports = imp
	cur.Symbols = append(make([]*Symbol, 0, len(imp.symbols)+32), imp.symbols...)
	cur.constants, cur.variables = slices.Clip(imp.constants), slices.Clip(imp.variables)
	cur.modules = mergeMissing(cur.modules, imp.modules)
	for name, inner := range imp.modules {
		b.modules = with(b.modules, name, inner)
	}
	b.hidden = mergeMissing(b.hidden, imp.hidden)
	b.bindImports(imp)
}

// bindImports makes what the current module extends known. Of what the outermost
// one extends, names that the text does not have are looked for when they are
// asked for.
func (b *builder) bindImports(imp *imports) {
	if b.outer == nil {
		b.scope.outside = imp
	}
	for _, s := range imp.symbols {
		if b.outer != nil || !startsIdentifier(s.Name) || b.tree.NameNumber(s.Name) >= 0 {
			b.scope.bind(b.scope.key(s.Name), s)
		}
	}
}

// with returns a map, which may be nil, with one more entry.
func with[V any](m map[string]V, name string, v V) map[string]V {
	if m == nil {
		m = map[string]V{}
	}
	m[name] = v
	return m
}

// findModule returns the module that a name leads to, or nil after reporting
// that it leads to none.
func (b *builder) findModule(name syntax.Node) *Module {
	text := name.Name()
	if text == "" {
		return nil
	}
	if m := b.modules[text]; m != nil {
		b.checkInnerInstance(name, m)
		return m
	}
	m, cycle := b.session.load(text)
	b.uses = append(b.uses, dependency{text, m})
	switch {
	case cycle != nil:
		b.reportCycle(name, cycle)
		return nil
	case m == nil:
		b.reportUnknownModule(name)
		return nil
	case m.cycle != nil:
		b.reportCycleOf(name, m)
	case m.fault != nil:
		b.reportFault(name, m)
	}
	return m
}

// checkInnerInstance reports a module inside this text that is instantiated in a
// LET or proof: there SANY looks for a file, or for the module's header in this
// text, and so has two modules of the name.
func (b *builder) checkInnerInstance(name syntax.Node, m *Module) {
	if b.letDepth == 0 && len(b.proofs) == 0 || m.Node.Tree() != b.tree {
		return
	}
	b.add(finding.Finding{Rule: RuleAlreadyDefined, Severity: finding.Error, Span: m.Node.NameSpan(),
		Message: "The module " + quote(m.Name) + " is instantiated inside a LET or a proof, where TLA+ tools know only modules that have files, and so find a second one; instantiate it outside",
		Related: []finding.Related{{Span: name.Span(), Message: "It is instantiated here"}}})
}

// mergeConflict reports two symbols of one name in modules that are extended.
func (b *builder) mergeConflict(at syntax.Node, was, s *Symbol) {
	if nodeClass(was) != nodeClass(s) {
		b.report(RuleAlreadyDefined, at.Span(), mergeConflictMessage(was, s))
		return
	}
	b.warn(RuleDefinedTwice, at.Span(), mergeWarning(was, s))
}

// nodeClass tells apart what SANY has classes for.
func nodeClass(s *Symbol) int {
	switch {
	case s.Kind == KindTheorem || s.Kind == KindAssumption:
		return 2
	case s.Kind.isFormal():
		return 3
	case s.Kind.isDeclaration():
		return 1
	}
	return 0
}

// sameOrigin reports whether two symbols are the same definition by two ways.
func sameOrigin(a, b *Symbol) bool {
	if nodeClass(a) != nodeClass(b) || nodeClass(a)%2 == 1 {
		return false
	}
	source := a.Source()
	return source == b.Source() && (source.Module == nil || source.Module.parameterFree())
}

// export adds a symbol to the module's own.
func (m *Module) export(s *Symbol) {
	m.Symbols = append(m.Symbols, s)
	switch s.Kind {
	case KindConstant:
		m.constants = append(m.constants, s)
	case KindVariable:
		m.variables = append(m.variables, s)
	}
}

// declare makes a symbol known, unless its name is taken: TLA+ lets no
// declaration or definition hide another one. It reports whether the symbol's
// name now leads to it.
func (b *builder) declare(s *Symbol, at finding.Span) bool {
	key := b.key(s)
	was := b.scope.symbols[key]
	if s.Node.Tree() == b.tree && builtinSymbols[s.Node.Token().Kind()] != nil {
		was = builtinSymbols[s.Node.Token().Kind()]
	}
	switch {
	case was == s:
		return true
	case was == nil:
		b.scope.bind(key, s)
		return true
	case was.Kind == KindBuiltin:
		b.report(RuleAlreadyDefined, at, builtinRedefined(s))
	case s.Kind.isFormal() || !sameKind(was, s) || was.Arity != s.Arity:
		b.reportRedefined(s, was, at)
	case !sameOrigin(s, was):
		b.add(finding.Finding{Rule: RuleDefinedTwice, Severity: finding.Warning, Span: at,
			Message: definedTwice(s, was), Related: b.relatedTo(was)})
	}
	return false
}

// key returns the key of a symbol's name.
func (b *builder) key(s *Symbol) int32 {
	if s.Node.Tree() == b.tree {
		if i := s.Node.Token().NameNumber(); i >= 0 {
			return firstName + int32(i) // the node is about the name
		}
	}
	return b.scope.key(s.Name)
}

// sameKind reports whether SANY has one kind for both symbols.
func sameKind(a, b *Symbol) bool {
	kind := func(s *Symbol) Kind {
		switch s.Kind {
		case KindAssumption:
			return KindTheorem
		case KindBound:
			return KindParameter
		}
		return s.Kind
	}
	return kind(a) == kind(b)
}

// declareUnit is declare for what belongs to the module, not to a LET or proof.
func (b *builder) declareUnit(s *Symbol, at finding.Span) {
	// What is known already is the current module's already, unless it is that
	// of a module around it.
	known := b.scope.symbols[b.key(s)] == s
	if b.declare(s, at) && (!known || b.outer != nil && !slices.Contains(b.current.Symbols, s)) {
		b.current.export(s)
	}
}

// declareHere is declareUnit outside of LET and proofs, and declare in them.
func (b *builder) declareHere(s *Symbol, at finding.Span) {
	if b.letDepth == 0 && len(b.proofs) == 0 {
		b.declareUnit(s, at)
		return
	}
	b.declare(s, at)
}

// operatorName returns the canonical name of an operator token; "-" is the
// infix one unless prefix.
func operatorName(t syntax.Token, prefix bool) string {
	name := t.Operator()
	if prefix && name == "-" {
		return "-."
	}
	return name
}

// nameOf returns the canonical name of what a declaration or definition names.
func nameOf(n syntax.Node) string {
	t := n.Token()
	if name := t.Operator(); name != "" {
		return name
	}
	return t.Text()
}

// unit reads one unit of a module.
func (b *builder) unit(u syntax.Node) {
	switch u.Kind() {
	case syntax.KindVariables:
		b.checkSection(u)
		b.declareNames(u, KindVariable, State)
	case syntax.KindConstants:
		b.checkSection(u)
		b.declareNames(u, KindConstant, Constant)
	case syntax.KindRecursive:
		b.recursive(u)
	case syntax.KindDefinition, syntax.KindFunction, syntax.KindModuleDefinition, syntax.KindInstance:
		b.definition(u)
	case syntax.KindAssume:
		b.checkSection(u)
		b.assume(u)
	case syntax.KindTheorem:
		b.checkSection(u)
		b.theorem(u)
	case syntax.KindUse:
		b.checkSection(u)
		b.useOrHide(u)
		b.levelUnit(u)
	case syntax.KindModule:
		b.checkSection(u)
		b.nested(syntax.Module{Node: u})
	}
}

// declareNames declares the variables or constants of a unit. If there is an
// error among them, what is declared is not known.
func (b *builder) declareNames(u syntax.Node, kind Kind, level Level) {
	for c := range u.Children() {
		if c.Kind() == syntax.KindError {
			b.missing = true
			continue
		}
		b.declareName(c, kind, level)
	}
}

// declareName declares a variable or constant of the module.
func (b *builder) declareName(n syntax.Node, kind Kind, level Level) {
	name := nameOf(n)
	if name == "" {
		return
	}
	if name == "@" {
		b.report(RuleAt, n.Span(), "@ is no name that can be declared: it stands for the old value in EXCEPT")
		return
	}
	s := b.declared(n, kind, level)
	b.declareUnit(s, n.NameSpan())
}

// declared makes the symbol of a declaration.
func (b *builder) declared(n syntax.Node, kind Kind, level Level) *Symbol {
	s := b.newSymbol(nameOf(n), kind, n)
	if n.Kind() == syntax.KindParameter {
		s.Arity = syntax.Parameter{Node: n}.Arity()
	}
	s.level, s.ok = level, true
	s.reset()
	b.ref(n, s)
	return s
}

// nested reads a module inside the current one.
func (b *builder) nested(n syntax.Module) {
	outer := b.current
	inner := b.module(n, outer)
	outer.Inner = append(outer.Inner, inner)
	if inner.Name == "" {
		return
	}
	if b.modules[inner.Name] != nil || b.session.loaded[inner.Name] != nil {
		b.report(RuleAlreadyDefined, n.NameSpan(), "There is already a module named "+quote(inner.Name))
		return
	}
	b.modules = with(b.modules, inner.Name, inner)
	outer.modules = with(outer.modules, inner.Name, inner)
}

func quote(s string) string { return "“" + s + "”" }

// plural returns "1 argument" or "2 arguments".
func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return strings.Join([]string{itoa(n), " ", word, "s"}, "")
}
