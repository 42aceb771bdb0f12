package module

import "slices"

// Rule is one thing that the analysis of names and levels finds wrong. A rule's
// page in the documentation is the comment that begins with "Rule <id>:", which
// stands above the rule's constant below or opens the rule's own file.
type Rule struct {
	// ID is stable: settings, findings and pages go by it.
	ID string
	// Title says in a few words what the rule wants.
	Title string
}

// Rules returns the rules, in the order in which a person should read them. All
// hold for every module.
func Rules() []Rule { return slices.Clone(rules) }

var rules = []Rule{
	{RuleUnknownName, "every name is defined before it is used"},
	{RuleAlreadyDefined, "no name gets a second meaning"},
	{RuleDefinedTwice, "nothing is declared or defined twice"},
	{RuleUnknownModule, "EXTENDS and INSTANCE name modules that exist"},
	{RuleBrokenModule, "the modules that are used have no errors"},
	{RuleModuleCycle, "no module depends on itself"},
	{RuleArity, "operators get the arguments that they take"},
	{RuleLevel, "primes and temporal operators stand where they mean something"},
	{RuleRecursive, "RECURSIVE declares what is defined after it"},
	{RuleInstance, "INSTANCE replaces what the module declares"},
	{RuleSelection, "Op!1 selects a part that there is"},
	{RuleLabel, "labels stand and are parametrised as TLA+ wants"},
	{RuleAt, "@ stands only in EXCEPT"},
	{RuleRecordField, "a record has each field once"},
	{RuleRecordName, "fields are not named like definitions"},
	{RuleProofStep, "proofs refer to steps and facts that there are"},
}

// The ids of the rules.
const (
	// Rule unknown-name: every name is defined before it is used.
	//
	// A name that is used must have a meaning at that place: a definition or
	// declaration further up in the module or in one that it extends, a parameter,
	// or a bound variable. TLA+ reads a module from its top, so a definition
	// further down does not count; an operator that uses itself is declared
	// RECURSIVE first.
	//
	// Where a standard module defines the name, the fix extends it. Min, Max, Nil
	// and the like are names that models take for granted and that TLA+ does not
	// have; the finding says what to write instead.
	//
	// Asked for by: TLA+ itself (Specifying Systems, 17.1).
	//
	// Broken:
	//
	//	---- MODULE Counter ----
	//	VARIABLE x
	//	Init == x \in Nat
	//	====
	//
	// Mended:
	//
	//	---- MODULE Counter ----
	//	EXTENDS Naturals
	//	VARIABLE x
	//	Init == x \in Nat
	//	====
	RuleUnknownName = "unknown-name"

	// RuleUnknownModule has its page in unknown_module.go.
	RuleUnknownModule = "unknown-module"

	// Rule module-cycle: no module depends on itself.
	//
	// A module cannot extend or instantiate itself, nor a module that does so with
	// it by whatever detour: neither of them could be read first. The finding names
	// the way round.
	//
	// Asked for by: TLA+ itself (Specifying Systems, 17.5).
	//
	// Broken:
	//
	//	---- MODULE Counter ----
	//	EXTENDS Counter
	//	====
	//
	// Mended:
	//
	//	---- MODULE Counter ----
	//	EXTENDS Naturals
	//	====
	RuleModuleCycle = "module-cycle"

	// Rule broken-module: the modules that are used have no errors.
	//
	// A module that is extended or instantiated must be one that TLA+ tools read.
	// Where it has an error itself, the finding gives the first one; the others are
	// seen in that module's own file.
	//
	// Asked for by: TLA+ itself (Specifying Systems, 17.5).
	//
	// Broken:
	//
	//	---- MODULE Counter ----
	//	EXTENDS Limits
	//	====
	//	---- MODULE Limits ----
	//	Most == Least + 10
	//	====
	//
	// Mended:
	//
	//	---- MODULE Counter ----
	//	EXTENDS Limits
	//	====
	//	---- MODULE Limits ----
	//	EXTENDS Naturals
	//	Least == 0
	//	Most == Least + 10
	//	====
	RuleBrokenModule = "broken-module"

	// Rule already-defined: no name gets a second meaning.
	//
	// A name that has a meaning cannot be given another: not by a definition, not
	// as a parameter, not as a bound variable. What a module gets by EXTENDS
	// counts; that is how a specification which defines Last or Min falls out with
	// SequencesExt. The finding says where the first meaning comes from, and where
	// that is another module, the fix gives this one another name throughout.
	//
	// Asked for by: TLA+ itself (Specifying Systems, 17.3).
	//
	// Broken:
	//
	//	---- MODULE Counter ----
	//	EXTENDS Naturals, SequencesExt
	//	VARIABLE x
	//	Last(s) == s[Len(s)]
	//	Next == \E t \in 1..3 : x' = Append(x, Last(x) + t)
	//	====
	//
	// Mended:
	//
	//	---- MODULE Counter ----
	//	EXTENDS Naturals, SequencesExt
	//	VARIABLE x
	//	Next == \E t \in 1..3 : x' = Append(x, Last(x) + t)
	//	====
	RuleAlreadyDefined = "already-defined"

	// Rule defined-twice: nothing is declared or defined twice.
	//
	// Where a name is declared a second time, or two modules that are extended or
	// instantiated bring definitions of one name that are alike in kind and number
	// of parameters, TLA+ takes the first and passes over the other, whatever it
	// says. That is allowed, and so a warning: it is seldom what was meant.
	//
	// Asked for by: TLA+ itself, as SANY reads it, which warns as well.
	//
	// Broken:
	//
	//	---- MODULE Counter ----
	//	VARIABLES x, y
	//	VARIABLE x
	//	====
	//
	// Mended:
	//
	//	---- MODULE Counter ----
	//	VARIABLES x, y
	//	====
	RuleDefinedTwice = "defined-twice"

	// Rule arity: operators get the arguments that they take.
	//
	// An operator is applied to as many arguments as its definition has
	// parameters, and to an operator where the definition wants one. Functions and
	// operators are different things: a function is applied with brackets, f[x],
	// an operator with parentheses, F(x), and an operator that takes arguments is
	// no value, so that it can stand neither in a set nor in a variable.
	//
	// Asked for by: TLA+ itself (Specifying Systems, 17.1).
	//
	// Broken:
	//
	//	---- MODULE Counter ----
	//	EXTENDS Naturals
	//	VARIABLE x
	//	Add(a, b) == a + b
	//	Next == x' = Add(x)
	//	====
	//
	// Mended:
	//
	//	---- MODULE Counter ----
	//	EXTENDS Naturals
	//	VARIABLE x
	//	Add(a, b) == a + b
	//	Next == x' = Add(x, 1)
	//	====
	RuleArity = "arity"

	// Rule level: primes and temporal operators stand where they mean something.
	//
	// Every expression has a level: constant, state (it has variables), action (it
	// has primes) or temporal (it has [], <>, ~>, WF_ or SF_). A prime takes
	// something of state level at most, so nothing is primed twice. An action
	// becomes part of a temporal formula only as [][A]_v, <><<A>>_v, WF_v(A) or
	// SF_v(A). ASSUME takes constants alone.
	//
	// Asked for by: TLA+ itself (Specifying Systems, 17.2).
	//
	// Broken:
	//
	//	---- MODULE Counter ----
	//	EXTENDS Naturals
	//	VARIABLE x
	//	Next == x' = x + 1
	//	Spec == x = 0 /\ []Next
	//	====
	//
	// Mended:
	//
	//	---- MODULE Counter ----
	//	EXTENDS Naturals
	//	VARIABLE x
	//	Next == x' = x + 1
	//	Spec == x = 0 /\ [][Next]_x
	//	====
	RuleLevel = "level"

	// Rule recursive: RECURSIVE declares what is defined after it.
	//
	// An operator that uses itself is declared before its definition, with as many
	// parameters as the definition has, and defined in the same module or LET.
	// Between the declaration and the definition only definitions may stand.
	//
	// Asked for by: TLA+ itself, as of version 2.
	//
	// Broken:
	//
	//	---- MODULE Counter ----
	//	EXTENDS Naturals
	//	RECURSIVE Sum(_, _)
	//	Sum(n) == IF n = 0 THEN 0 ELSE n + Sum(n - 1)
	//	====
	//
	// Mended:
	//
	//	---- MODULE Counter ----
	//	EXTENDS Naturals
	//	RECURSIVE Sum(_)
	//	Sum(n) == IF n = 0 THEN 0 ELSE n + Sum(n - 1)
	//	====
	RuleRecursive = "recursive"

	// Rule instance: INSTANCE replaces what the module declares.
	//
	// INSTANCE puts expressions in the place of another module's constants and
	// variables. What is not named after WITH is replaced by what has the same name
	// here, so something of that name must be here. Nothing else can be replaced,
	// nothing twice, and what takes a place must be of an arity and a level that
	// fit it. An instance that has a name is no value itself: it stands before !.
	//
	// Asked for by: TLA+ itself (Specifying Systems, 17.5.5 and 17.8).
	//
	// Broken:
	//
	//	---- MODULE Counter ----
	//	VARIABLE x
	//	Clock == INSTANCE Ticks WITH t <- x, unit <- 1
	//	====
	//	---- MODULE Ticks ----
	//	VARIABLE t
	//	====
	//
	// Mended:
	//
	//	---- MODULE Counter ----
	//	VARIABLE x
	//	Clock == INSTANCE Ticks WITH t <- x
	//	====
	//	---- MODULE Ticks ----
	//	VARIABLE t
	//	====
	RuleInstance = "instance"

	// Rule label: labels stand and are parametrised as TLA+ wants.
	//
	// A label, l(x) :: e, names a part of a definition, so that it can be selected
	// as Op!l(x). Its parameters are the variables that are bound between the
	// definition and it, all of them and no others, and no two labels of a
	// definition have one name.
	//
	// Asked for by: TLA+ itself, as of version 2.
	//
	// Broken:
	//
	//	---- MODULE Counter ----
	//	EXTENDS Naturals
	//	Small == \E n \in 1..3 : two :: n > 2
	//	====
	//
	// Mended:
	//
	//	---- MODULE Counter ----
	//	EXTENDS Naturals
	//	Small == \E n \in 1..3 : two(n) :: n > 2
	//	====
	RuleLabel = "label"

	// Rule selection: Op!1 selects a part that there is.
	//
	// Op!1 is the first part of what Op is defined as, Op!2 the second, Op!l the
	// part with the label l, and so on inside that. The part must exist, and must be
	// an expression where one is needed.
	//
	// Asked for by: TLA+ itself, as of version 2.
	//
	// Broken:
	//
	//	---- MODULE Counter ----
	//	EXTENDS Naturals
	//	VARIABLE x
	//	Both == x > 1 /\ x < 5
	//	Third == Both!3
	//	====
	//
	// Mended:
	//
	//	---- MODULE Counter ----
	//	EXTENDS Naturals
	//	VARIABLE x
	//	Both == x > 1 /\ x < 5
	//	Second == Both!2
	//	====
	RuleSelection = "selection"

	// Rule proof-step: proofs refer to steps and facts that there are.
	//
	// The name of a step is known to the steps behind it on its level, and to their
	// proofs. A step that only introduces something (TAKE, HAVE, WITNESS, DEFINE and
	// the like) states nothing, so it is no fact. Behind BY and USE stand facts, and
	// behind DEF definitions.
	//
	// Asked for by: TLA+ itself, as of version 2.
	//
	// Broken:
	//
	//	---- MODULE Counter ----
	//	EXTENDS Naturals
	//	THEOREM 1 + 1 = 2
	//	<1>1. 1 + 1 = 2
	//	  OBVIOUS
	//	<1>. QED
	//	  BY <1>2
	//	====
	//
	// Mended:
	//
	//	---- MODULE Counter ----
	//	EXTENDS Naturals
	//	THEOREM 1 + 1 = 2
	//	<1>1. 1 + 1 = 2
	//	  OBVIOUS
	//	<1>. QED
	//	  BY <1>1
	//	====
	RuleProofStep = "proof-step"

	// Rule at: @ stands only in EXCEPT.
	//
	// In [f EXCEPT ![k] = e], the sign @ inside e is the old value, f[k]. It has no
	// meaning anywhere else.
	//
	// Asked for by: TLA+ itself (Specifying Systems, 16.1.7).
	//
	// Broken:
	//
	//	---- MODULE Counter ----
	//	EXTENDS Naturals
	//	VARIABLE x
	//	Next == x' = @ + 1
	//	====
	//
	// Mended:
	//
	//	---- MODULE Counter ----
	//	EXTENDS Naturals
	//	VARIABLE x
	//	Next == x' = [x EXCEPT ![1] = @ + 1]
	//	====
	RuleAt = "at"

	// Rule record-field: a record has each field once.
	//
	// Asked for by: TLA+ itself, as SANY reads it.
	//
	// Broken:
	//
	//	---- MODULE Counter ----
	//	Message == [kind |-> "Vote", term |-> 1, kind |-> "App"]
	//	====
	//
	// Mended:
	//
	//	---- MODULE Counter ----
	//	Message == [kind |-> "Vote", term |-> 1]
	//	====
	RuleRecordField = "record-field"

	// Rule record-name: fields are not named like definitions.
	//
	// In [size |-> 3] the field is the string "size", even where something called
	// size is defined: fields are never names of values. The warning stands where
	// nothing shows that the writer of the record knows; f @@ (size :> 3) makes a
	// field of a value.
	//
	// Asked for by: TLA+ itself, as SANY reads it, which warns as well.
	//
	// Broken:
	//
	//	---- MODULE Counter ----
	//	CONSTANT size
	//	Box == [size |-> 3]
	//	====
	//
	// Mended:
	//
	//	---- MODULE Counter ----
	//	CONSTANT size
	//	Box == [count |-> 3]
	//	====
	RuleRecordName = "record-name"
)
