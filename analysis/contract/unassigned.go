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

func checkUnassigned(p *Pass) {
	steps := p.theSteps()
	if steps == nil {
		return
	}
	for _, next := range steps.nexts {
		p.reportUnset(next, steps.Variables, "in the next state: neither primed nor UNCHANGED. TLC stops when it comes here, for it cannot tell the next state")
	}
}
