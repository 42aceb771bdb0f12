// Rule assigned-twice: no branch sets a variable twice.
//
// Where one branch of an action says twice what a variable becomes, as in x' = 1 and
// further on x' = 2 or UNCHANGED x, the second is no assignment but a test: the branch
// is possible only where both give the same value, and otherwise it silently never
// happens. So it is with an operator that sends a message, applied twice on a branch,
// and with an assignment under \A that depends on the name that \A binds. The same
// holds for Init.
//
// x' \in S beside x' = e is taken for the test that it is. UNCHANGED said twice is
// harmless, and a hint.
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
//	vars == <<x, y>>
//	Init == x = 0 /\ y = 0
//	Next ==
//	    /\ x' = x + 1
//	    /\ y' = x
//	    /\ UNCHANGED <<x>>
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
//	Next ==
//	    /\ x' = x + 1
//	    /\ y' = x
//	Spec == Init /\ [][Next]_vars /\ WF_vars(Next)
//	====

package contract

import (
	"fmt"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/step"
	"github.com/specls/specls/analysis/syntax"
)

func checkAssignedTwice(p *Pass) {
	steps := p.theSteps()
	if steps == nil {
		return
	}
	type place struct {
		span     finding.Span
		variable string
	}
	reported := map[place]bool{}
	for _, followed := range [][]*followed{steps.inits, steps.nexts} {
		for _, f := range followed {
			for _, a := range f.Again {
				at, first := p.placesOf(a)
				key := place{at, a.Variable.Name}
				if a.Form == step.Member || a.FirstForm == step.Member || at.End == 0 || reported[key] || len(reported) == maxFaults {
					continue
				}
				reported[key] = true
				p.reportTwice(f, a, at, first)
			}
		}
	}
}

func (p *Pass) reportTwice(f *followed, a step.Again, at, first finding.Span) {
	name := a.Variable.Name
	found := finding.Finding{Span: at, Severity: p.certainty(f, a.Choices, finding.Information)}
	switch {
	case a.Form == step.Unchanged && a.FirstForm == step.Unchanged:
		found.Severity, found.Unnecessary = p.atMost(finding.Hint), true
		found.Message = fmt.Sprintf("UNCHANGED %s is said already on this branch", name)
	case a.InForall:
		found.Message = fmt.Sprintf("%s is set here once for each value of \\A, so the step is possible only where all of them give it the same value. Set it once, outside of \\A", name)
	default:
		found.Message = fmt.Sprintf("%s is set already on this branch, so this is a test: the step is possible only where both give it the same value. Say once what it becomes", name)
	}
	if first.End > 0 && first != at {
		found.Related = []finding.Related{{Span: first, Message: name + " is set here first"}}
	}
	p.Report(found)
}

// placesOf returns where a variable is set again and where it was set first, each
// an empty span where that is not in the text. Where both are in the definition of
// one operator, its applications are the places.
func (p *Pass) placesOf(a step.Again) (again, first finding.Span) {
	if a.Node == a.First && !a.InForall || a.Node.Tree() != p.Tree {
		again, first = p.applications(a.Call, a.FirstCall)
		return again, first
	}
	if a.First.Tree() == p.Tree {
		first = assignmentSpan(a.First)
	}
	return assignmentSpan(a.Node), first
}

// applications returns the outermost applications of the text that two chains of
// calls do not share.
func (p *Pass) applications(again, first *step.Call) (finding.Span, finding.Span) {
	shared := map[syntax.Node]bool{}
	for c := first; c != nil; c = c.Around {
		shared[c.Node] = true
	}
	var at, before finding.Span
	for c := again; c != nil; c = c.Around {
		if c.Node.Tree() == p.Tree && !shared[c.Node] {
			at = firstLineOf(c.Node)
		}
	}
	other := map[syntax.Node]bool{}
	for c := again; c != nil; c = c.Around {
		other[c.Node] = true
	}
	for c := first; c != nil; c = c.Around {
		if c.Node.Tree() == p.Tree && !other[c.Node] {
			before = firstLineOf(c.Node)
		}
	}
	return at, before
}

// assignmentSpan returns what is set by x' = e, or the node itself.
func assignmentSpan(n syntax.Node) finding.Span {
	if n.Kind() == syntax.KindInfix {
		return n.Child(0).Span()
	}
	return n.Span()
}
