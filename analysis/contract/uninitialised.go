// Rule uninitialised: Init says what each variable is.
//
// Every variable has a value in every initial state, on each way through Init: by
// x = e or x \in S, in Init itself or in what it names. Where one has none, the formula
// allows it any value at all, and TLC stops. It goes through conjuncts in their order,
// so that a variable must be set before another one is set by it; see read-before-set.
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
//	Init == x = 0
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

func checkUninitialised(p *Pass) {
	steps := p.theSteps()
	if steps == nil {
		return
	}
	for _, init := range steps.inits {
		p.reportUnset(init, steps.Variables, "at the start. TLC stops here, for it cannot tell the initial states")
	}
}
