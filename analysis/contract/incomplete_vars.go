// Rule incomplete-vars: the subscript of [Next]_vars holds every variable.
//
// [Next]_vars allows, besides the steps of Next, all steps that leave vars as it is. A
// variable that vars lacks may then change at any time and in any way, and fairness
// with that subscript says less than it seems to. Where a specification has several
// [][A]_v, as a composition has, their subscripts together must hold every variable.
//
// The fix completes the tuple, unless it also stands under UNCHANGED, where that would
// change what an action does.
//
// Asked for by: no requirement of its own; a specification that models the system's
// behaviour must run (etcd prompt, "Generate a TLA+ specification that accurately
// models etcd's distributed behavior"; raftkvs prompt, the same).
//
// Broken:
//
//	---- MODULE etcdraft ----
//	EXTENDS Naturals
//	VARIABLES x, y
//	vars == <<x>>
//	Init == x = 0 /\ y = 0
//	Next == x' = x + 1 /\ y' = x
//	Spec == Init /\ [][Next]_vars /\ WF_vars(Next)
//	====
//
// Mended:
//
//	---- MODULE etcdraft ----
//	EXTENDS Naturals
//	VARIABLES x, y
//	vars == <<x, y>>
//	Init == x = 0 /\ y = 0
//	Next == x' = x + 1 /\ y' = x
//	Spec == Init /\ [][Next]_vars /\ WF_vars(Next)
//	====

package contract

import (
	"fmt"
	"strings"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/step"
	"github.com/specls/specls/analysis/syntax"
)

func checkIncompleteVars(p *Pass) {
	follower := p.follower()
	if follower == nil || p.hasSyntaxErrors() {
		return
	}
	reported := map[finding.Span]bool{}
	specs, sure := p.specifications()
	for _, spec := range specs {
		if !sure {
			break
		}
		parts := p.table().partsOf(spec.Body())
		var held step.Set
		known := !parts.opaque && parts.isSpecification()
		var subscript syntax.Node
		for _, box := range parts.always {
			set, ok := follower.Held(box.Child(1))
			known = known && ok && p.isOwn(box)
			held = held.Union(set)
			subscript = box.Child(1)
		}
		if missing := follower.Variables.All().Without(held); known && !missing.Empty() && !reported[subscript.Span()] {
			reported[subscript.Span()] = true
			p.reportIncomplete(subscript, missing, follower.Variables, len(parts.always) == 1)
		}
	}
}

func (p *Pass) reportIncomplete(subscript syntax.Node, missing step.Set, vars step.Variables, alone bool) {
	var names []string
	f := finding.Finding{Span: subscript.Span()}
	for i, v := range vars {
		if missing.Has(i) {
			names = append(names, v.Name)
			f.Related = append(f.Related, p.symbolPlace(v, "%s is declared here")...)
		}
	}
	f.Message = fmt.Sprintf("%s does not hold %s, so a step may change %s in any way. Let the subscript hold every variable", inline(subscript), listNames(names), itThem(names))
	tuple := p.table().unfold(subscript)
	if tuple.Tree() == p.Tree && tuple.Kind() == syntax.KindTuple && tuple != subscript {
		f.Related = append(f.Related, finding.Related{Span: firstLineOf(tuple), Message: inline(subscript) + " is this"})
	}
	if fix, ok := p.completeTuple(tuple, names); ok && alone {
		f.Fixes = []finding.Fix{fix}
	}
	p.Report(f)
}

func itThem(names []string) string {
	if len(names) == 1 {
		return "it"
	}
	return "them"
}

// completeTuple returns the fix that adds names to a tuple. It is false where the
// tuple has an end that cannot be told, where the names may mean something else,
// or where UNCHANGED of it stands in an action.
func (p *Pass) completeTuple(tuple syntax.Node, names []string) (finding.Fix, bool) {
	if tuple.Tree() != p.Tree || tuple.Kind() != syntax.KindTuple || tuple.NumChildren() == 0 || p.table().hasErrors(tuple) || p.isUnchanged(tuple) {
		return finding.Fix{}, false
	}
	list := strings.Join(names, ", ")
	at := tuple.Last().Span().End
	return finding.Fix{
		Title: fmt.Sprintf("Add %s to the tuple", list), Preferred: true, Safe: true,
		Edits: []finding.Edit{replace(at, at, ", "+list)},
	}, true
}

// isUnchanged reports whether UNCHANGED or a prime is said of a tuple, by its own
// definition's name or by that of one that holds it.
func (p *Pass) isUnchanged(tuple syntax.Node) bool {
	d := p.table()
	owner, ok := syntax.AsDefinition(tuple.Ancestor(syntax.KindDefinition, syntax.KindFunction))
	if !ok {
		return true
	}
	holds := d.bySymbol[d.names.Symbol(owner.Node)]
	if holds == nil {
		return true
	}
	for _, use := range d.usesOf(holds) {
		if d.isSetBy(use, map[*definition]bool{}) {
			return true
		}
	}
	return false
}

// isSetBy reports whether a use of a state expression is one that sets variables.
func (d *definitions) isSetBy(u use, seen map[*definition]bool) bool {
	for n := u.at.Parent(); n.Valid(); n = n.Parent() {
		switch n.Kind() {
		case syntax.KindPrefix, syntax.KindPostfix:
			if k := n.Token().Kind(); k == syntax.OpUnchanged || k == syntax.OpPrime {
				return true
			}
		case syntax.KindBoxAction, syntax.KindAngleAction, syntax.KindFairness:
			return false
		}
	}
	if u.by == nil || seen[u.by] {
		return false
	}
	seen[u.by] = true
	for _, outer := range d.usesOf(u.by) {
		if d.isSetBy(outer, seen) {
			return true
		}
	}
	return false
}
