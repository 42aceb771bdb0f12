// Rule unassigned: every branch of Next says what each variable becomes.
//
// On each way through the next-state action every variable is either primed or
// UNCHANGED. Where one is not, the formula allows it any value at all in the next
// state; TLC then stops and says that the successor state is not completely
// specified. The branches are followed as TLC follows them: through operators and
// their arguments, disjunctions, quantifiers, IF, CASE, LET, INSTANCE and UNCHANGED of
// tuples inside tuples or behind names such as vars.
//
// The finding stands at the action that has no branch with the variable, or at the
// disjunct that lacks it while another one has it. It is an error where a branch was
// written that way, and at most a warning where the branch comes about only when
// several choices that stand beside each other are made together, since no state may
// allow that. There is no fix: whether the variable changes is for the author to say.
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
//	Step == x' = x + 1 /\ y' = x
//	Reset == x > 3 /\ x' = 0
//	Next == Step \/ Reset
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
//	Step == x' = x + 1 /\ y' = x
//	Reset == x > 3 /\ x' = 0 /\ UNCHANGED y
//	Next == Step \/ Reset
//	Spec == Init /\ [][Next]_vars /\ WF_vars(Next)
//	====

package contract

import (
	"fmt"

	"github.com/specls/specls/analysis/finding"
)

func checkUnassigned(p *Pass) {
	steps := p.theSteps()
	if steps == nil {
		return
	}
	for _, next := range steps.nexts {
		for i, f := range p.unset(next, steps.Variables) {
			if i == maxFaults {
				break
			}
			where := "This branch of " + next.name
			if f.name != "" {
				where = f.name
			}
			finding := finding.Finding{
				Span: f.place, Severity: p.certainty(next, f.choices, finding.Warning),
				Message: fmt.Sprintf("%s does not say what %s %s in the next state: neither primed nor UNCHANGED. TLC stops when it comes here, for it cannot tell the next state", where, listNames(f.variables), becomes(f.variables)),
			}
			if f.choices > 1 {
				finding.Message += ". If the choices that lead here are never made together, say so in their guards"
			}
			if f.called.End > 0 {
				finding.Related = placed(f.called, "It is a branch of "+next.name+" here")
			}
			p.Report(finding)
		}
	}
}

func becomes(names []string) string {
	if len(names) == 1 {
		return "is"
	}
	return "are"
}

func placed(at finding.Span, message string) []finding.Related {
	return []finding.Related{{Span: at, Message: message}}
}
