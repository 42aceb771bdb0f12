package module

import (
	"slices"
	"strings"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/library"
	"github.com/specls/specls/analysis/syntax"
	"github.com/specls/specls/analysis/text"
)

// maxSuggestions bounds for how many unknown names of a text a similar one is
// looked for.
const maxSuggestions = 50

// absent are names that models like to use for "no value".
var absent = []string{"Nil", "NIL", "nil", "None", "NONE", "none", "Null", "NULL", "null"}

// idioms say what to write for names that TLA+ does not have.
var idioms = map[string]string{
	"Min":   "TLA+ has no Min of its own; define it, as in Min(S) == CHOOSE x \\in S : \\A y \\in S : x <= y, or extend FiniteSetsExt",
	"Max":   "TLA+ has no Max of its own; define it, as in Max(S) == CHOOSE x \\in S : \\A y \\in S : x >= y, or extend FiniteSetsExt",
	"true":  "The truth values are written TRUE and FALSE",
	"false": "The truth values are written TRUE and FALSE",
	"True":  "The truth values are written TRUE and FALSE",
	"False": "The truth values are written TRUE and FALSE",
}

// standard are the modules in which an unknown name is looked for, in the order
// of preference.
var standard = []string{"Naturals", "Integers", "Sequences", "FiniteSets", "TLC", "Bags", "Reals", "TLCExt", "Randomization", "RealTime",
	"Functions", "Folds", "FiniteSetsExt", "SequencesExt", "BagsExt", "Relation", "Graphs", "Bitwise", "IOUtils", "Json", "VectorClocks", "TLAPS"}

// isSilent reports whether an unknown name is no news: because of a syntax
// error or a missing module it may well be defined somewhere.
func (b *builder) isSilent(name string) bool { return b.missing || b.skipped[name] }

// unknown reports a name that nothing defines, given so many arguments.
func (b *builder) unknown(t syntax.Token, args int) {
	name := t.Text()
	if name == "" || name == "@" || b.isSilent(name) {
		return
	}
	if k := t.Kind(); k == syntax.StepName || k == syntax.StepNameImplicit {
		b.report(RuleProofStep, t.Span(), "There is no step "+quote(name)+" before this that can be referred to from here")
		return
	}
	if t.Operator() != "" {
		b.unknownOperator(t, args == 1)
		return
	}
	message := quote(name) + " is not defined or declared here"
	var fixes []finding.Fix
	switch {
	case slices.Contains(b.defining, name):
		message = quote(name) + " is used in its own definition; declare it before that: RECURSIVE " + signature(name, args)
	case idioms[name] != "":
		message = idioms[name]
	case slices.Contains(absent, name):
		message += "; TLA+ has no value for “nothing”: declare CONSTANT " + name + ", and make it a model value in the .cfg file"
		fixes = b.declareFix(name)
	default:
		var hint string
		hint, fixes = b.hint(name, t.Span())
		message += hint
	}
	b.report(RuleUnknownName, t.Span(), message, fixes...)
}

// signature returns F(_, _) for an operator of the arity.
func signature(name string, arity int) string {
	if arity == 0 {
		return name
	}
	return name + "(" + strings.Repeat("_, ", arity-1) + "_)"
}

// hint says where a name, which stands at a place, may come from: a module of the
// library, or a mistake in typing. Where that is one of upper and lower case alone,
// as in WF_Vars, there is nothing to choose.
func (b *builder) hint(name string, at finding.Span) (string, []finding.Fix) {
	for _, m := range standard {
		if definedIn(m, name) {
			return "; the module " + m + " defines it: EXTENDS " + m, b.extendsFix(m)
		}
	}
	if b.suggested >= maxSuggestions {
		return "", nil
	}
	b.suggested++
	s := b.similar(name)
	switch {
	case s == "":
		return "", nil
	case strings.EqualFold(s, name):
		return "; did you mean " + quote(s) + "?", []finding.Fix{{Title: "Write " + s, Edits: []finding.Edit{{Span: at, NewText: s}}, Preferred: true, Safe: true}}
	}
	return "; did you mean " + quote(s) + "?", nil
}

// definedIn reports whether a module of the library gives a name to those who
// extend it, by a definition of its own.
func definedIn(module, name string) bool {
	m, ok := library.Lookup(module)
	if !ok {
		return false
	}
	s := m.Symbol(name)
	return s != nil && !s.Local
}

// similar returns the known name that is closest to an unknown one, if one is
// close.
func (b *builder) similar(name string) string {
	best, distance := "", 3
	if len(name) < 4 {
		distance = 2
	}
	for _, known := range b.scope.known() {
		if d := len(known) - len(name); d > distance || -d > distance || !isIdentifier(known) {
			continue
		}
		d := text.Distance(strings.ToLower(name), strings.ToLower(known))
		if d < distance || d == distance && best != "" && known < best {
			best, distance = known, d
		}
	}
	return best
}

// isIdentifier reports whether a name is made of letters, digits and
// underscores, and is no operator or step of a proof.
func isIdentifier(name string) bool {
	for i := range len(name) {
		if c := name[i] | 0x20; (c < 'a' || c > 'z') && (name[i] < '0' || name[i] > '9') && name[i] != '_' {
			return false
		}
	}
	return true
}

// unknownOperator reports an operator that nothing defines.
func (b *builder) unknownOperator(t syntax.Token, prefix bool) {
	name := operatorName(t, prefix)
	if !t.Valid() || name == "" || b.isSilent(name) {
		return
	}
	message := "The operator " + quote(t.Text()) + " is not defined here"
	for _, m := range standard {
		if definedIn(m, name) {
			b.report(RuleUnknownName, t.Span(), message+"; the module "+m+" defines it: EXTENDS "+m, b.extendsFix(m)...)
			return
		}
	}
	// The parser knows operators of other languages. Where it has no error it only
	// warns of them, since some module might have defined them.
	known := b.tree.Findings()
	i, _ := slices.BinarySearchFunc(known, t.Span().Start, func(f finding.Finding, start int) int { return f.Span.Start - start })
	switch {
	case i == len(known) || known[i].Span != t.Span():
		b.report(RuleUnknownName, t.Span(), message)
	case known[i].Severity == finding.Warning:
		fixes := slices.Clone(known[i].Fixes)
		for j := range fixes {
			fixes[j].Safe = true // nothing defines the operator, so there is nothing to choose
		}
		b.report(RuleUnknownName, t.Span(), message+". "+known[i].Message, fixes...)
	}
}

// extendsFix returns the fix that adds a module to the EXTENDS of the current
// one.
func (b *builder) extendsFix(name string) []finding.Fix {
	m := b.current.Node
	if library.OriginOf(name) != library.Standard {
		return nil
	}
	var edit finding.Edit
	if clause := m.ExtendsClause(); clause.Valid() {
		at := clause.Span().End
		edit = finding.Edit{Span: finding.Span{Start: at, End: at}, NewText: ", " + name}
	} else if header := m.Header(); header.Valid() {
		at := header.Span().End
		edit = finding.Edit{Span: finding.Span{Start: at, End: at}, NewText: "\nEXTENDS " + name}
	} else {
		return nil
	}
	return []finding.Fix{{Title: "Extend " + name, Edits: []finding.Edit{edit}, Preferred: true, Safe: true}}
}

// declareFix returns the fix that declares a constant.
func (b *builder) declareFix(name string) []finding.Fix {
	m := b.current.Node
	after := m.ExtendsClause()
	if !after.Valid() {
		after = m.Header()
	}
	if !after.Valid() {
		return nil
	}
	at := after.Span().End
	return []finding.Fix{{Title: "Declare CONSTANT " + name, Edits: []finding.Edit{{
		Span: finding.Span{Start: at, End: at}, NewText: "\n\nCONSTANT " + name}}, Preferred: true, Safe: true}}
}

func argumentCount(n int) string {
	if n == 0 {
		return "no arguments"
	}
	return plural(n, "argument")
}

func arityMessage(s *Symbol, given int) string {
	if given == 0 {
		return quote(s.Name) + " takes " + argumentCount(s.Arity) + ", and none is given"
	}
	return quote(s.Name) + " takes " + argumentCount(s.Arity) + ", but " + itoa(given) + isAre(given) + "given"
}

func isAre(n int) string {
	if n == 1 {
		return " is "
	}
	return " are "
}

// argumentMessage says that argument i of something has too high a level.
func argumentMessage(n syntax.Node, name string, i int, level, limit Level) string {
	switch {
	case name == "'" && level == Action:
		return "This is primed already, or holds something that is; a prime takes an expression of one state"
	case name == "'":
		return "A temporal formula cannot be primed"
	case name == "UNCHANGED":
		return "UNCHANGED takes variables or expressions without primes; this is of " + level.String() + " level"
	case name == "[A]_v" || name == "<<A>>_v":
		if i == 1 {
			return "The subscript of an action is an expression of one state, without primes; this is of " + level.String() + " level"
		}
		return "Inside " + name + " stands an action; this is a temporal formula"
	case name == "fairness":
		if i == 0 {
			return "The subscript of WF_ and SF_ is an expression of one state, without primes; this is of " + level.String() + " level"
		}
		return "WF_ and SF_ take an action; this is a temporal formula"
	}
	what := "This argument of " + quote(name)
	if !isNameLike(name) {
		what = "This part of " + name
	}
	return what + " is of " + level.String() + " level, but only " + limit.String() + " level is allowed here"
}

// isNameLike reports whether a text is the name of an operator, and not the
// description of a construct.
func isNameLike(name string) bool { return !strings.Contains(name, " ") }

func mixedMessage(name string) string {
	return "One part of this " + name + " is an action, with primes, and another a temporal formula; TLA+ cannot mix them. Put the action into [][A]_v, or the formula elsewhere"
}

func assumeMessage(u syntax.Node, level Level) string {
	return u.Token().Text() + " states something of the constants alone; this is of " + level.String() + " level"
}

// where says in which module a symbol is.
func where(s *Symbol) string {
	if s.Module == nil {
		return ""
	}
	return " in the module " + quote(s.Module.Name)
}

func mergeConflictMessage(was, s *Symbol) string {
	return quote(s.Name) + " is a " + was.Kind.String() + where(was) + " and a " + s.Kind.String() + where(s) + "; a module cannot extend both"
}

func mergeWarning(was, s *Symbol) string {
	return quote(s.Name) + " is defined" + where(was) + " and again" + where(s) + "; the first one counts"
}

func definedTwice(s, was *Symbol) string {
	return quote(s.Name) + " is there already" + elsewhere(s, was) + "; the first one counts, and this one is ignored"
}

// elsewhere says in which module a symbol is, if it is not the same.
func elsewhere(s, was *Symbol) string {
	if was.Module == s.Module {
		return ""
	}
	return where(was)
}

func builtinRedefined(s *Symbol) string {
	return quote(s.Name) + " is part of TLA+ itself, and cannot be defined anew"
}

// reportRedefined reports a declaration or definition of a name that has a
// meaning already.
func (b *builder) reportRedefined(s, was *Symbol, at finding.Span) {
	message := quote(s.Name) + " is already a " + was.Kind.String() + elsewhere(s, was)
	if s.Kind.isFormal() {
		message += "; a name cannot be bound anew where it has a meaning: take another one"
	} else if path := b.pathTo(was); path != "" {
		message += ", which comes by " + path + "; remove this one, or take another name"
	} else {
		message += "; take another name"
	}
	b.add(finding.Finding{Rule: RuleAlreadyDefined, Severity: finding.Error, Span: at, Message: message, Related: b.relatedTo(was)})
	if !b.quiet && s.Kind == KindOperator && was.Node.Tree() != b.tree && isIdentifier(s.Name) && b.letDepth == 0 {
		b.clashes = append(b.clashes, clash{len(b.findings) - 1, s, was, at})
	}
}

// clash is a definition whose name an extended module has taken, by the finding
// that says so.
type clash struct {
	finding int
	s, was  *Symbol
	at      finding.Span
}

// offerRenames gives the findings of clashes a fix: another name for the
// definition, or its removal where it is known to mean what the other one means. Whoever defines a name means the definition wherever the name is
// used, so all uses are renamed.
func (b *builder) offerRenames() {
	for _, c := range b.clashes {
		name := "My" + c.was.Name
		for b.root.Lookup(name) != nil {
			name += "_"
		}
		edits := []finding.Edit{{Span: c.at, NewText: name}}
		for n := range b.tree.Root().Walk() {
			if b.refs[n.ID()] != c.was || n.Kind() == syntax.KindSelection || n.Token().Text() != c.was.Name {
				continue
			}
			edits = append(edits, finding.Edit{Span: n.Token().Span(), NewText: name})
		}
		slices.SortFunc(edits, func(x, y finding.Edit) int { return x.Span.Start - y.Span.Start })
		edits = slices.Compact(edits)
		rename := finding.Fix{Title: "Rename it to " + name, Edits: edits, Preferred: true, Safe: true}
		if f := &b.findings[c.finding]; sameMeaning(c.s.Node, c.was) {
			rename.Preferred, rename.Safe = false, false
			f.Fixes = append(f.Fixes, b.dropFix(c.s.Node, c.was), rename)
		} else {
			f.Fixes = append(f.Fixes, rename)
		}
	}
}

// pathTo says by which EXTENDS a symbol comes, such as "SequencesExt, which
// extends TLC". It is empty for the module's own.
func (b *builder) pathTo(s *Symbol) string {
	if s.Module == nil || s.Module == b.current {
		return ""
	}
	type entry struct {
		module *Module
		path   string
	}
	queue := []entry{}
	seen := map[*Module]bool{}
	for _, m := range b.current.Extends {
		queue = append(queue, entry{m, "EXTENDS " + m.Name})
	}
	for len(queue) > 0 {
		e := queue[0]
		queue = queue[1:]
		if e.module == s.Module {
			return e.path
		}
		if seen[e.module] {
			continue
		}
		seen[e.module] = true
		for _, m := range e.module.Extends {
			queue = append(queue, entry{m, e.path + ", which extends " + m.Name})
		}
	}
	return ""
}

// relatedTo returns the place of a symbol, if it is in this text.
func (b *builder) relatedTo(s *Symbol) []finding.Related {
	if s.Node.Tree() != b.tree || b.tree == nil {
		return nil
	}
	return []finding.Related{{Span: s.NameSpan(), Message: quote(s.Name) + " is here"}}
}

func (b *builder) reportCycle(name syntax.Node, cycle []string) {
	if b.current.cycle == nil {
		b.current.cycle = cycle
	}
	b.report(RuleModuleCycle, name.Span(), "The modules depend on each other in a circle: "+strings.Join(cycle, " → "))
}

// reportCycleOf reports that a module that was found lies on a circle.
func (b *builder) reportCycleOf(name syntax.Node, m *Module) {
	if b.current.cycle == nil {
		b.current.cycle = m.cycle
	}
	if slices.Contains(m.cycle, b.session.path[len(b.session.path)-1]) {
		b.reportCycle(name, m.cycle)
		return
	}
	b.report(RuleBrokenModule, name.Span(), "The module "+quote(m.Name)+" depends on itself: "+strings.Join(m.cycle, " → "))
}

// reportFault reports that a module that was found has errors.
func (b *builder) reportFault(name syntax.Node, m *Module) {
	if m.fault.Rule == RuleModuleCycle {
		b.report(RuleModuleCycle, name.Span(), m.fault.Message)
		return
	}
	b.report(RuleBrokenModule, name.Span(), "The module "+quote(m.Name)+" has an error itself: "+m.fault.Message)
}

func missingSubstitution(m *Module, decl *Symbol) string {
	return "The module " + quote(m.Name) + " has a " + decl.Kind.String() + " " + quote(decl.Name) + ", and nothing of that name is here to put in its place; write WITH " +
		decl.Name + " <- …"
}

// labelWith returns how a label looks with one more parameter.
func labelWith(s, p *Symbol) string {
	var names []string
	for _, q := range s.Params {
		names = append(names, q.Name)
	}
	return s.Name + "(" + strings.Join(append(names, p.Name), ", ") + ") :: …"
}
