// Rule fairness: Spec includes fairness.
//
// Without fairness a system may do nothing for ever and still keep to its
// specification, so nothing can be shown about what it will do. A fairness
// condition, WF_vars(A) or SF_vars(A), says that the action A is not put off for
// ever. Spec must assume one: it stands in Spec itself, or in a definition that
// Spec names, by whatever detour. One in a comment or a string does not count,
// nor one behind ~ or left of =>, where it is not assumed, nor one in a
// definition that Spec does not reach.
//
// The fix adds fairness of the next-state action as a whole, or the definition
// with the fairness where there is one. It changes no action.
//
// Asked for by: etcd prompt, critical output requirement 7 ("The Spec definition
// MUST include appropriate fairness assumptions (e.g., WF_vars/SF_vars for
// action operations) to ensure liveness properties"); raftkvs prompt,
// requirement 8.
//
// Broken:
//
//	---- MODULE etcdraft ----
//	EXTENDS Naturals
//	VARIABLE x
//	Init == x = 0
//	Next == x' = 1 - x
//	Spec == Init /\ [][Next]_x
//	====
//
// Mended:
//
//	---- MODULE etcdraft ----
//	EXTENDS Naturals
//	VARIABLE x
//	Init == x = 0
//	Next == x' = 1 - x
//	Spec == Init /\ [][Next]_x /\ WF_x(Next)
//	====

package contract

import (
	"fmt"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/syntax"
)

func checkFairness(p *Pass) {
	if _, ok := p.judged(); !ok {
		return
	}
	b := p.theBehaviour()
	spec := b.spec
	if spec == nil {
		spec = b.likeliest() // that it is not called Spec is said elsewhere
	}
	if spec == nil || !spec.parameterless() || p.breaksOff() && spec.Span().End == lastToken(p.Tree).End {
		return
	}
	d := p.table()
	search := d.searchFairness(spec.Body())
	if search.found || search.opaque {
		return
	}
	f := finding.Finding{Span: spec.NameSpan()}
	elsewhere := d.fairnessElsewhere(spec)
	switch {
	case search.negated.Valid():
		f.Message = fmt.Sprintf("%s mentions this fairness condition only where it is not assumed: behind ~, left of => or within <=>. The contract wants it as a conjunct of %s",
			spec.Name(), spec.Name())
		f.Span = search.negated.Span()
		f.Related = []finding.Related{{Span: spec.NameSpan(), Message: spec.Name()}}
	case len(elsewhere) > 0:
		f.Message = fmt.Sprintf("%s includes no fairness: %s has a WF_ or SF_ condition, but %s does not refer to it. The contract wants it in %s, to ensure liveness",
			spec.Name(), elsewhere[0].Name(), spec.Name(), spec.Name())
		for _, def := range elsewhere {
			f.Related = append(f.Related, finding.Related{Span: def.NameSpan(), Message: "Fairness that " + spec.Name() + " does not reach"})
		}
		if fix, ok := p.conjoinDefinition(spec, elsewhere[0]); ok {
			f.Fixes = append(f.Fixes, fix)
		}
	default:
		f.Message = fmt.Sprintf("%s includes no fairness, so the system may stand still for ever. The contract wants a WF_ or SF_ condition in it, to ensure liveness",
			spec.Name())
	}
	if fix, ok := p.conjoinNext(spec); ok && (len(f.Fixes) == 0 || f.Fixes[0].Title != fix.Title) {
		fix.Preferred, fix.Safe = len(f.Fixes) == 0, len(f.Fixes) == 0
		f.Fixes = append(f.Fixes, fix)
	}
	p.Report(f)
}

// fairnessElsewhere returns the parameterless definitions of the outermost
// module that assume fairness. Those that are nothing but fairness go first,
// and of them those that no other one refers to.
func (d *definitions) fairnessElsewhere(spec *definition) []*definition {
	var pure, mixed []*definition
	inner := map[*definition]bool{}
	using := d.using(spec)
	for _, def := range d.all {
		if def == spec || !def.outermost || !def.parameterless() || !d.searchFairness(def.Body()).found {
			continue
		}
		if using[def] || len(d.partsOf(def.Body()).always) > 0 {
			mixed = append(mixed, def)
			continue
		}
		pure = append(pure, def)
		for _, ref := range def.refs {
			inner[ref.to] = true
		}
	}
	var outer []*definition
	for _, def := range pure {
		if !inner[def] {
			outer = append(outer, def)
		}
	}
	return append(outer, mixed...)
}

// fairnessSearch is what a search for fairness through a formula finds.
type fairnessSearch struct {
	found   bool        // a fairness condition is assumed
	negated syntax.Node // one that stands where it is not assumed
	// opaque says that some of the formula cannot be seen through.
	opaque bool
}

func (s *fairnessSearch) add(other fairnessSearch) {
	s.found = s.found || other.found
	s.opaque = s.opaque || other.opaque
	if !s.negated.Valid() {
		s.negated = other.negated
	}
}

// searched is a definition's body, and whether it stands where it is assumed.
type searched struct {
	body     int
	positive bool
}

// searchFairness searches a formula that is assumed.
func (d *definitions) searchFairness(n syntax.Node) fairnessSearch {
	return d.searchBody(n, true)
}

// searchBody searches the body of a definition, once.
func (d *definitions) searchBody(n syntax.Node, positive bool) fairnessSearch {
	key := searched{n.ID(), positive}
	if result, ok := d.searches[key]; ok {
		return result
	}
	d.searches[key] = fairnessSearch{} // what a body that refers to itself adds to itself
	var result fairnessSearch
	d.search(&result, n, positive)
	d.searches[key] = result
	return result
}

// search searches n, which stands where it is assumed if positive is true. It
// passes by actions and what is no formula, for no fairness can be in them.
func (d *definitions) search(s *fairnessSearch, n syntax.Node, positive bool) {
	switch n.Kind() {
	case syntax.KindFairness:
		if positive {
			s.found = true
		} else if !s.negated.Valid() {
			s.negated = n
		}
	case syntax.KindConjunction, syntax.KindDisjunction, syntax.KindItem, syntax.KindParens:
		for i := range n.NumChildren() {
			d.search(s, n.Child(i), positive)
		}
	case syntax.KindLabel, syntax.KindLet, syntax.KindQuantifier, syntax.KindLambda:
		d.search(s, n.Last(), positive)
	case syntax.KindInfix:
		d.searchInfix(s, n, positive)
	case syntax.KindPrefix:
		switch n.Token().Kind() {
		case syntax.OpNot:
			d.search(s, n.Child(0), !positive)
		case syntax.OpBox, syntax.OpDiamond:
			d.search(s, n.Child(0), positive)
		}
	case syntax.KindIf:
		d.search(s, n.Child(1), positive)
		d.search(s, n.Child(2), positive)
	case syntax.KindCase:
		for c := range n.Children() {
			d.search(s, c.Last(), positive)
		}
	case syntax.KindIdentifier, syntax.KindApply:
		d.searchName(s, n, positive)
	case syntax.KindSelection, syntax.KindError:
		s.opaque = true
	}
}

func (d *definitions) searchInfix(s *fairnessSearch, n syntax.Node, positive bool) {
	left, right := n.Child(0), n.Child(1)
	switch n.Token().Kind() {
	case syntax.OpAnd, syntax.OpLand, syntax.OpOr, syntax.OpLor:
		d.search(s, left, positive)
		d.search(s, right, positive)
	case syntax.OpImplies, syntax.OpLeadsTo, syntax.OpGuarantees:
		d.search(s, left, !positive)
		d.search(s, right, positive)
	case syntax.OpEquivalent, syntax.OpEquals:
		d.search(s, left, false)
		d.search(s, right, false)
	}
}

// searchName goes into the definition of a name, and into the arguments it is
// given: the definition may assume them.
func (d *definitions) searchName(s *fairnessSearch, n syntax.Node, positive bool) {
	body, _ := d.lookup(n)
	if !body.Valid() {
		s.opaque = s.opaque || d.foreign && !d.variables[n.Name()]
		return
	}
	s.add(d.searchBody(body, positive))
	for i := range n.NumChildren() {
		d.search(s, n.Child(i), positive)
	}
}
