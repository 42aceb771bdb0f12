// Rule read-before-set: a primed variable is read only behind what sets it.
//
// TLC goes through the conjuncts of an action in their order, and x' has a value only
// once x' = e, x' \in S or UNCHANGED x has been gone through on the same branch. Where
// x' is read before that, as in y' = x' /\ x' = 1, it stops, though the formula is
// right as mathematics. So it does for 1 = x', which sets nothing because x' is not on
// the left, and for x'[i] = 1, which sets no part of x: that is written
// x' = [x EXCEPT ![i] = 1]. The same holds for Init and variables without a prime.
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
//	Next == y' = x' + 1 /\ x' = y
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
//	Next == x' = y /\ y' = x' + 1
//	Spec == Init /\ [][Next]_vars /\ WF_vars(Next)
//	====

package contract

import (
	"fmt"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/step"
	"github.com/specls/specls/analysis/syntax"
)

func checkReadBeforeSet(p *Pass) {
	steps := p.theSteps()
	if steps == nil {
		return
	}
	reported := map[finding.Span]bool{}
	for _, f := range steps.inits {
		p.reportReads(f, "", reported)
	}
	for _, f := range steps.nexts {
		p.reportReads(f, "'", reported)
	}
}

func (p *Pass) reportReads(f *followed, prime string, reported map[finding.Span]bool) {
	for _, r := range f.Reads {
		n := r.Node
		for call := r.Call; n.Tree() != p.Tree && call != nil; call = call.Around {
			n = call.Node
		}
		if n.Tree() != p.Tree || reported[n.Span()] || len(reported) == maxFaults {
			continue
		}
		reported[n.Span()] = true
		choices := r.Choices
		if r.Conditional {
			choices = 2 // it may be that TLC never comes here
		}
		p.Report(finding.Finding{
			Span: firstLineOf(n), Severity: p.certainty(f, choices, finding.Warning),
			Message: readMessage(r, n, prime),
			Related: p.symbolPlace(r.Variable, "%s is declared here"),
		})
	}
}

func readMessage(r step.Read, n syntax.Node, prime string) string {
	name := r.Variable.Name + prime
	if prime != "" && setsPart(n) {
		return fmt.Sprintf("This sets no part of %s, but reads %s, which has no value yet on this branch; TLC stops here. Write %s = [%s EXCEPT ![…] = …]", r.Variable.Name, name, name, r.Variable.Name)
	}
	if p := n.Parent(); p.Kind() == syntax.KindInfix && p.Token().Kind() == syntax.OpEquals && p.Child(1) == n && prime != "" {
		return fmt.Sprintf("%s is read here and has no value yet on this branch; TLC stops here. To set it, write it left of =, or put what sets it before this", name)
	}
	return fmt.Sprintf("%s is read here before this branch has set it; TLC goes through conjuncts in their order and stops here. Put what sets %s before this", name, name)
}

// setsPart reports whether a primed variable is the x' of x'[i] = e.
func setsPart(n syntax.Node) bool {
	part := n.Parent()
	for part.Kind() == syntax.KindIndex && part.Child(0) == n || part.Kind() == syntax.KindSelect {
		n, part = part, part.Parent()
	}
	k := n.Kind()
	return (k == syntax.KindIndex || k == syntax.KindSelect) && part.Kind() == syntax.KindInfix &&
		part.Token().Kind() == syntax.OpEquals && part.Child(0) == n
}
