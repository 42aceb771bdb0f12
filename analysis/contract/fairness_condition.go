package contract

import (
	"fmt"
	"strings"
	"sync"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/syntax"
)

// checkConditions checks the conditions that a specification assumes. Those of
// another text are that text's business.
func (p *Pass) checkConditions(spec *definition, search *fairness) {
	always := p.table().partsOf(spec.Body()).always
	next := sync.OnceValues(func() (reached, bool) { return p.table().actionsOf(always) }) // the same for all conditions
	reported := map[syntax.Node]bool{}
	for _, c := range search.conditions {
		if !c.assumed() || c.node.Tree() != p.Tree || reported[c.node] {
			continue
		}
		reported[c.node] = true
		if p.checkBounds(c) && p.checkFairAction(c, spec, always, next) {
			p.checkSubscript(c, always)
		}
	}
}

// checkBounds reports a condition for each element of something that changes.
func (p *Pass) checkBounds(c condition) bool {
	for _, bound := range c.bounds {
		set := syntax.Bound{Node: bound}.Set()
		if !set.Valid() || set.Tree() != p.Tree || p.table().levelOfExpression(set) == module.Constant {
			continue
		}
		p.Report(finding.Finding{
			Span: set.Span(),
			Message: fmt.Sprintf("Fairness is wanted here for each element of %s, which changes from state to state, so which actions are to be fair is not fixed and TLC cannot check it. Let the names range over a constant set, and put the choice among %s into the action",
				inline(set), inline(set)),
			Related: []finding.Related{{Span: c.node.Span(), Message: "The fairness condition"}},
		})
		return false
	}
	return true
}

// checkFairAction reports a condition of what is no action, or of one that the
// next-state actions do not include.
func (p *Pass) checkFairAction(c condition, spec *definition, always []syntax.Node, next func() (reached, bool)) bool {
	d := p.table()
	written := syntax.Fairness{Node: c.node}.Action().Unparen()
	action := written
	if value, _ := c.env.lookup(d.names.Symbol(written)); value.Valid() {
		action = value.Unparen()
	}
	if action.Tree() != p.Tree || d.hasErrors(action) || !d.resolved(action) {
		return true
	}
	if d.levelOfExpression(action) < module.Action {
		f := finding.Finding{
			Span: written.Span(),
			Message: fmt.Sprintf("%s says nothing of the next state, so it is no action and its fairness means nothing. The contract wants fairness of the actions of Next",
				inline(action)),
		}
		if call := d.definitionOf(d.names.Symbol(action)); call != nil {
			f.Related = []finding.Related{{Span: call.NameSpan(), Message: call.Name() + " has no primed variable"}}
		}
		p.Report(f)
		return false
	}
	if reached, ok := next(); !ok || d.includes(reached, action) {
		return true
	}
	f := finding.Finding{
		Span: written.Span(),
		Message: fmt.Sprintf("The next-state action of %s does not include %s, so no step of the system is one of it and this fairness can only be broken. Make it a disjunct of the next-state action, or name an action that is",
			spec.Name(), inline(action)),
	}
	if always[0].Tree() == p.Tree {
		f.Related = []finding.Related{{Span: always[0].Span(), Message: "The next-state action"}}
	}
	p.Report(f)
	return false
}

// resolved reports whether all names in an expression are known.
func (d *definitions) resolved(n syntax.Node) bool {
	for c := range n.Walk() {
		switch c.Kind() {
		case syntax.KindIdentifier, syntax.KindApply, syntax.KindSelection:
			if s := d.names.Symbol(c); s == nil || s.Kind == module.KindParameter {
				return false
			}
		}
	}
	return true
}

// actionsOf returns the definitions of action level that next-state actions
// reach. It is false where some of what they reach cannot be seen.
func (d *definitions) actionsOf(always []syntax.Node) (reached, bool) {
	var roots []*definition
	for _, box := range always {
		if box.Tree() != d.tree || d.hasErrors(box) || !d.resolved(box) {
			return nil, false
		}
		r := referrer{node: box.Child(0)}
		d.refer(&r)
		for _, ref := range r.refs {
			roots = append(roots, ref.to)
		}
	}
	next := d.reach(roots)
	for _, def := range d.all {
		if next.has(def) && d.hasErrors(def.Body()) {
			return nil, false
		}
	}
	return next, len(always) > 0
}

// includes reports whether an action is one of those that are reached, or put
// together of some of them. Of one that is written out it cannot be told, and is
// taken to be.
func (d *definitions) includes(next reached, action syntax.Node) bool {
	if next.has(d.definitionOf(d.names.Symbol(action))) {
		return true
	}
	parts := d.actionParts(action)
	for def := range parts {
		if next.has(def) {
			return true
		}
	}
	return len(parts) == 0
}

// actionParts returns the actions that an action is put together of: of a name
// for a disjunction of others, those. It is empty for an action that is written
// out.
func (d *definitions) actionParts(action syntax.Node) map[*definition]bool {
	parts, seen := map[*definition]bool{}, map[*definition]bool{}
	var add func(n syntax.Node, owner *definition)
	add = func(n syntax.Node, owner *definition) {
		r := referrer{node: n}
		d.refer(&r)
		written := hasPrimes(n)
		if written && owner != nil {
			parts[owner] = true
		}
		for _, ref := range r.refs {
			if d.levelOf(ref.to) == module.Action && ref.to.Kind() == syntax.KindDefinition && !seen[ref.to] && (!written || owner == nil) {
				seen[ref.to] = true
				add(ref.to.Body(), ref.to)
			}
		}
		if owner != nil && !written && len(r.refs) == 0 {
			parts[owner] = true
		}
	}
	add(action, nil)
	return parts
}

// hasPrimes reports whether an expression itself says something of the next
// state, rather than by what it names.
func hasPrimes(n syntax.Node) bool {
	for c := range n.Walk() {
		switch c.Kind() {
		case syntax.KindPostfix, syntax.KindPrefix:
			if k := c.Token().Kind(); k == syntax.OpPrime || k == syntax.OpUnchanged {
				return true
			}
		}
	}
	return false
}

// checkSubscript warns of a condition on other variables than those of the
// next-state actions.
func (p *Pass) checkSubscript(c condition, always []syntax.Node) {
	subscript := syntax.Fairness{Node: c.node}.Subscript()
	follower := p.follower()
	if follower == nil || len(always) == 0 {
		return
	}
	name := p.Names.Symbol(subscript)
	for _, box := range always {
		if s := p.Names.Symbol(box.Child(1)); s != nil && s == name && box.Child(1).Kind() == syntax.KindIdentifier && subscript.Kind() == syntax.KindIdentifier {
			return // both are vars, as nearly always
		}
	}
	own, ok := follower.Held(subscript)
	if !ok {
		return
	}
	for _, box := range always {
		if held, ok := follower.Held(box.Child(1)); !ok || held == own {
			return
		}
	}
	want := always[0].Child(1)
	f := finding.Finding{
		Span: subscript.Span(), Severity: p.atMost(finding.Warning),
		Message: fmt.Sprintf("This fairness counts steps that change %s, but the steps of the system are those that change %s, as [][Next]_vars says. The same subscript is meant in most cases",
			inline(subscript), inline(want)),
	}
	if want.Tree() == p.Tree {
		f.Related = []finding.Related{{Span: want.Span(), Message: "The subscript of the next-state action"}}
		if !strings.ContainsAny(want.Text(), "\r\n") && !p.table().usesLocals(want.Parent()) {
			f.Fixes = []finding.Fix{{Title: "Write " + c.node.Token().Text() + want.Text(), Preferred: true,
				Edits: []finding.Edit{{Span: subscript.Span(), NewText: want.Text()}}}}
		}
	}
	p.Report(f)
}

// maxInline bounds how many bytes of an expression a message repeats.
const maxInline = 60

// inline returns an expression as a message shows it, on one line.
func inline(n syntax.Node) string {
	text := strings.Join(strings.Fields(n.Text()), " ")
	if len(text) > maxInline {
		return "this expression"
	}
	return text
}
