package contract

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/specls/specls/analysis/config"
	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/step"
	"github.com/specls/specls/analysis/syntax"
)

// steps is what a specification's own formulas do to the variables, as the rules
// on initial states and steps need it.
type steps struct {
	*step.Follower
	inits []*followed
	nexts []*followed
}

// followed is an initial predicate or a next-state action that was followed.
type followed struct {
	step.Result
	// name is what a message calls it, and place where it is named or stands.
	name  string
	place finding.Span
	// definition is the one that it names, nil where it is written out.
	definition *definition
	// box is the [][A]_v of an action, if it stands in one.
	box syntax.Node
	// required are the variables that every branch must set.
	required step.Set
	// sure says that this is what the system does, and not merely what has the
	// name that such formulas have.
	sure bool
}

// theConfig returns what the .cfg file beside the text says, read once, or what
// stands behind the module under ---- CONFIG name ----, where TLC looks next.
func (s *shared) theConfig() *config.Config {
	if s.config == nil {
		text := s.Config
		if behind := s.Tree.Text()[s.Tree.After().Start:]; text == "" {
			if at := configHeader.FindStringIndex(behind); at != nil {
				text, _, _ = strings.Cut(behind[at[1]:], "====")
			}
		}
		s.config = config.Parse(text)
	}
	return s.config
}

var configHeader = regexp.MustCompile(`-{4,} *CONFIG +\w+ +-{4,}`)

// theSteps returns what the text's formulas do, worked out once. It is nil where
// that is not known: there is no module, it cannot be read, or has too many
// variables.
func (s *shared) theSteps() *steps {
	if s.stepsDone {
		return s.stepsFound
	}
	s.stepsDone = true
	f := s.follower()
	if f == nil || len(f.Variables) == 0 || s.hasSyntaxErrors() {
		return nil
	}
	found := &steps{Follower: f}
	s.stepsFound = found
	specs, sure := s.specifications()
	for _, def := range specs {
		found.addSpecification(s, def, sure)
	}
	if len(found.inits) == 0 && len(found.nexts) == 0 {
		found.addNamed(s)
	}
	return found
}

// hasSyntaxErrors reports whether some of the text could not be read.
func (s *shared) hasSyntaxErrors() bool {
	return slices.ContainsFunc(s.Tree.Findings(), func(f finding.Finding) bool { return f.Severity == finding.Error })
}

// specifications returns the definitions that say what the system does: the one
// that the .cfg file names, or else Spec, or else, if there is just one, that which
// has the form of a specification. The others are most often properties, or parts
// of a composition. sure says that the choice is not a guess.
func (s *shared) specifications() (specs []*definition, sure bool) {
	b := s.theBehaviour()
	c := s.theConfig()
	if names := c.Of("SPECIFICATION"); len(names) > 0 {
		def := s.table().byName[names[0]]
		if def == nil || !def.outermost || !def.parameterless() {
			return nil, true
		}
		return []*definition{def}, true
	}
	if len(c.Of("INIT")) > 0 || len(c.Of("NEXT")) > 0 {
		return nil, true
	}
	switch {
	case b.spec != nil && b.spec.parameterless():
		return []*definition{b.spec}, true
	case len(b.alternatives) == 1:
		return b.alternatives, false
	}
	return nil, true
}

// addSpecification follows the parts of a specification that stand in the
// outermost module of the text, each once.
func (f *steps) addSpecification(s *shared, spec *definition, sure bool) {
	parts := s.table().partsOf(spec.Body())
	if !parts.isSpecification() {
		return
	}
	all := f.Variables.All()
	if own := slices.IndexFunc(parts.initial, func(n syntax.Node) bool { return !s.isOwn(n) }); own < 0 && !parts.opaque {
		f.addInit(s, parts.initial, sure)
	}
	for _, box := range parts.always {
		if !s.isOwn(box) || slices.ContainsFunc(f.nexts, func(n *followed) bool { return n.box == box || sameAction(n.box, box) }) {
			continue
		}
		next := s.named(box.Child(0))
		next.box, next.sure, next.required = box, sure, all
		if len(parts.always) > 1 {
			// A part of a composition answers for its own variables, if they are known.
			next.required, _ = f.Held(box.Child(1))
		}
		next.Result = f.Next(box.Child(0))
		f.nexts = append(f.nexts, next)
	}
}

// sameAction reports whether two [A]_v are the same, of names alone.
func sameAction(a, b syntax.Node) bool {
	return a.Child(0).Kind() == syntax.KindIdentifier && a.Text() == b.Text()
}

// addInit follows an initial predicate, once.
func (f *steps) addInit(s *shared, conjuncts []syntax.Node, sure bool) {
	init := s.named(conjuncts[0])
	if slices.ContainsFunc(f.inits, func(other *followed) bool { return other.place == init.place || other.name == init.name }) {
		return
	}
	init.sure, init.required = sure, f.Variables.All()
	init.Result = f.Init(conjuncts...)
	f.inits = append(f.inits, init)
}

// addNamed follows what the .cfg file names as INIT and NEXT, or else the
// definitions that are called so and that no other one uses.
func (f *steps) addNamed(s *shared) {
	d := s.table()
	find := func(statement, usual string) (def *definition, configured bool) {
		names := s.theConfig().Of(statement)
		if configured = len(names) > 0; !configured {
			names = []string{usual}
		}
		def = d.byName[names[0]]
		if def == nil || !def.outermost || !def.parameterless() || !configured && len(d.usesOf(def)) > 0 {
			return nil, false
		}
		return def, configured
	}
	if len(s.theConfig().Of("SPECIFICATION")) > 0 {
		return
	}
	init, sureInit := find("INIT", "Init")
	next, sureNext := find("NEXT", "Next")
	if init == nil || next == nil {
		return
	}
	all := f.Variables.All()
	f.inits = append(f.inits, &followed{Result: f.Init(init.Body()), name: init.Name(), place: init.NameSpan(), definition: init, required: all, sure: sureInit})
	f.nexts = append(f.nexts, &followed{Result: f.Next(next.Body()), name: next.Name(), place: next.NameSpan(), definition: next, required: all, sure: sureNext})
}

// isOwn reports whether a node stands in the outermost module of the text.
func (s *shared) isOwn(n syntax.Node) bool {
	return n.Tree() == s.Tree && !n.Ancestor(syntax.KindModule).Ancestor(syntax.KindModule).Valid()
}

// named returns a formula by the definition that it names, or as it is written.
func (s *shared) named(n syntax.Node) *followed {
	n = n.Unparen()
	if def := s.table().definitionOf(s.Names.Symbol(n)); def != nil && n.Kind() == syntax.KindIdentifier {
		return &followed{name: def.Name(), place: def.NameSpan(), definition: def}
	}
	return &followed{name: inline(n), place: n.Span()}
}

// fault is a place where some variables are not set.
type fault struct {
	place finding.Span
	// name is what the place is called, empty for a branch that has no name.
	name      string
	called    finding.Span // where a named action is used, empty for no such place
	variables []string
	choices   int
}

// unset returns the places where a formula leaves variables unset, those of a
// place together.
func (s *shared) unset(f *followed, vars step.Variables) []*fault {
	var faults []*fault
	if !f.Complete {
		return nil
	}
	for _, branch := range f.Branches {
		if branch.Opaque {
			continue
		}
		missing := f.required.Without(branch.Sets)
		for i, v := range vars {
			if missing.Has(i) {
				faults = addFault(faults, s.blame(f, branch, i), v.Name)
			}
		}
	}
	return faults
}

// reportUnset reports the places where a formula leaves variables unset; when says
// of which state that is, and what comes of it.
func (p *Pass) reportUnset(f *followed, vars step.Variables, when string) {
	for i, fault := range p.unset(f, vars) {
		if i == maxFaults {
			break
		}
		where, are := fault.name, "are"
		if where == "" {
			where = "This branch of " + f.name
		}
		if len(fault.variables) == 1 {
			are = "is"
		}
		found := finding.Finding{
			Span: fault.place, Severity: p.certainty(f, fault.choices, finding.Warning),
			Message: fmt.Sprintf("%s does not say what %s %s %s", where, listNames(fault.variables), are, when),
		}
		if fault.choices > 1 {
			found.Message += ". If the choices that lead here are never made together, say so in their guards"
		}
		if fault.called.End > 0 {
			found.Related = []finding.Related{{Span: fault.called, Message: "It is a branch of " + f.name + " here"}}
		}
		for _, v := range vars {
			if slices.Contains(fault.variables, v.Name) {
				found.Related = append(found.Related, p.symbolPlace(v, "%s is declared here")...)
			}
		}
		p.Report(found)
	}
}

func addFault(faults []*fault, at fault, variable string) []*fault {
	i := slices.IndexFunc(faults, func(f *fault) bool { return f.place == at.place })
	if i < 0 {
		i = len(faults)
		faults = append(faults, &at)
	}
	f := faults[i]
	f.choices = min(f.choices, at.choices)
	if !slices.Contains(f.variables, variable) {
		f.variables = append(f.variables, variable)
	}
	return faults
}

// blame returns the place that is to blame for a branch that does not set a
// variable: the last choice made where an alternative does set it, or the formula
// as a whole where nothing does.
func (s *shared) blame(f *followed, branch step.Branch, variable int) fault {
	at := fault{place: f.place, name: f.name, choices: branch.Choices}
	for c := branch.Path; c != nil; c = c.Before {
		if c.Sets.Has(variable) || !c.GroupSets().Has(variable) || !c.Node.Valid() {
			continue
		}
		n := c.Node
		for call := c.Call; n.Tree() != s.Tree && call != nil; call = call.Around {
			n = call.Node
		}
		if n.Tree() != s.Tree {
			return at
		}
		at.place, at.name = firstLineOf(n), ""
		if def := s.actionCalled(n); def != nil {
			at.place, at.name, at.called = def.NameSpan(), def.Name(), firstLineOf(n)
		}
		return at
	}
	return at
}

// actionCalled returns the definition that a disjunct is nothing but an
// application of, through quantifiers; nil for another disjunct, and for a helper
// that is used in several places.
func (s *shared) actionCalled(n syntax.Node) *definition {
	n = n.Unparen()
	for n.Kind() == syntax.KindQuantifier || n.Kind() == syntax.KindLet {
		n = n.Last().Unparen()
	}
	switch n.Kind() {
	case syntax.KindIdentifier, syntax.KindApply:
		if def := s.table().definitionOf(s.Names.Symbol(n)); def != nil && def.Kind() == syntax.KindDefinition && s.isUsedOnce(def) {
			return def
		}
	}
	return nil
}

// isUsedOnce reports whether a definition has one use, but for those in fairness
// conditions. What is used several times may do well elsewhere.
func (s *shared) isUsedOnce(def *definition) bool {
	uses := 0
	for _, u := range s.table().usesOf(def) {
		if !u.at.Ancestor(syntax.KindFairness).Valid() {
			uses++
		}
	}
	return uses <= 1
}

// firstLineOf returns the first line of an expression.
func firstLineOf(n syntax.Node) finding.Span {
	span := n.Span()
	if i := strings.IndexAny(n.Text(), "\r\n"); i >= 0 {
		span.End = span.Start + len(strings.TrimRight(n.Text()[:i], blanks))
	}
	return span
}

// listNames lists names as a sentence does.
func listNames(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// certainty returns the rule's severity for what is so on every branch that the
// author wrote, and at most the given one for what follows only if choices that
// stand beside each other are made together, or if a definition is what its name
// says.
func (p *Pass) certainty(f *followed, choices int, otherwise finding.Severity) finding.Severity {
	if f.sure && choices <= 1 {
		return p.Severity
	}
	return p.atMost(otherwise)
}

// maxFaults bounds how many findings a rule makes of one formula.
const maxFaults = 100

// symbolPlace returns where a symbol is declared, if that is in the text.
func (s *shared) symbolPlace(symbol *module.Symbol, message string) []finding.Related {
	if symbol.Node.Tree() != s.Tree {
		return nil
	}
	return []finding.Related{{Span: symbol.NameSpan(), Message: fmt.Sprintf(message, symbol.Name)}}
}
