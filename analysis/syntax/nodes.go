package syntax

import (
	"strings"

	"github.com/specls/specls/analysis/finding"
)

// NodeKind says what a node is. The comment of each kind gives its children
// in order and, after "token", what [Node.Token] returns; "…" means any
// number, "?" that the child may be absent. A child that is missing or could not
// be read is a KindError, so that the others keep their places: any child may be
// one. Tokens that were skipped between two children are in neither.
type NodeKind uint8

const (
	// KindNone is the kind of no node.
	KindNone NodeKind = iota
	// KindError stands for what could not be read: the tokens of the text
	// that fit nowhere, or none where something is missing.
	KindError
	// KindText is the root. Module?
	KindText

	// Modules and their units.

	KindModule     // Header, Extends?, unit…, Footer?; token: the name
	KindHeader     // Name; token: MODULE
	KindFooter     // token: ====
	KindExtends    // Name…; token: EXTENDS
	KindName       // a name being declared, or a module's; token: it
	KindVariables  // Name…; token: VARIABLE or VARIABLES
	KindConstants  // Parameter…; token: CONSTANT or CONSTANTS
	KindRecursive  // Parameter…; token: RECURSIVE
	KindParameter  // x, F(_, _), _ + _, -. _, _ ^+; token: the name or operator
	KindDefinition // Parameter…, body; token: the name or operator
	KindFunction   // f[x \in S] == body: Bound…, body; token: the name
	// KindModuleDefinition is I(x) == INSTANCE M: Parameter…, Instance; token:
	// the name.
	KindModuleDefinition
	KindInstance     // INSTANCE M WITH …: Name, Substitution…; token: INSTANCE
	KindSubstitution // x <- e: expression; token: the name or operator
	KindAssume       // Name?, expression; token: ASSUME, ASSUMPTION or AXIOM
	KindTheorem      // Name?, expression or AssumeProve, proof?; token: THEOREM …
	KindSeparator    // ----; token: it

	// Expressions.

	KindIdentifier // a name without arguments, @ too; token: it
	KindApply      // f(a, b): argument…; token: f
	// KindSelection is A!B(x)!<<: Selector…; token: that of the last Selector.
	KindSelection
	KindSelector    // argument…; token: name, operator, number, << >> : @ or (
	KindOperator    // an operator as an argument: F(+); token: it
	KindLambda      // Name…, body; token: LAMBDA
	KindPrefix      // operand; token: the operator
	KindInfix       // left, right; token: the operator
	KindPostfix     // operand; token: the operator
	KindConjunction // a list of aligned /\ or ∧: Item…; token: the first bullet
	KindDisjunction // a list of aligned \/ or ∨: Item…; token: the first bullet
	KindItem        // expression; token: the bullet
	KindQuantifier  // Bound…, body; token: \A, \E, \AA or \EE
	KindBound       // Name… or NamePattern, set?: x, y \in S; token: \in, if any
	KindPattern     // Name…: <<x, y>>; token: <<
	KindChoose      // Bound, body; token: CHOOSE
	KindParens      // expression; token: (
	KindSet         // {a, b}: element…; token: {
	KindFilter      // {x \in S : p}: Bound, condition; token: {
	KindMap         // {e : x \in S}: expression, Bound…; token: {
	// KindFunctionLiteral is [x \in S |-> e]: Bound…, expression; token: [
	KindFunctionLiteral
	KindFunctionSet // [S -> T]: S, T; token: [
	KindIndex       // f[a, b]: f, argument…; token: [
	KindRecord      // [a |-> 1]: Field…; token: [
	KindRecordSet   // [a : S]: Field…; token: [
	KindField       // expression; token: the name
	KindExcept      // [f EXCEPT …]: f, ExceptUpdate…; token: EXCEPT
	KindUpdate      // ![a].b = e: UpdateIndex or UpdateField …, expression; token: !
	KindUpdateIndex // [a, b]: argument…; token: [
	KindUpdateField // .b; token: b
	KindSelect      // r.f: r; token: f
	KindTuple       // element…; token: <<
	KindBoxAction   // [A]_v: A, v; token: [
	KindAngleAction // <<A>>_v: A …, v; token: <<
	KindFairness    // subscript, action; token: WF_ or SF_
	KindIf          // condition, then, else; token: IF
	KindCase        // CaseArm…; token: CASE
	KindCaseArm     // guard, expression; token: ->
	KindOtherArm    // expression; token: OTHER
	KindLet         // unit…, body; token: LET
	KindString      // token: it
	KindNumber      // token: it, or the first of 1.5's three
	KindLabel       // label, expression: l(x) :: e; token: ::
	KindStepName    // <1>2 as an expression; token: it

	// ASSUME … PROVE and proofs.

	KindAssumeProve   // assumption…, conclusion; token: ASSUME
	KindNew           // Parameter, set?; token: NEW, CONSTANT, VARIABLE, STATE …
	KindProof         // Step…; token: PROOF, if written
	KindTerminalProof // OBVIOUS or OMITTED; token: it
	KindBy            // fact…, Facts?; token: BY
	KindUse           // USE or HIDE: fact…, Facts?; token: it
	KindFacts         // DEF …: fact…; token: DEF or DEFS
	KindModuleFact    // MODULE M: Name; token: MODULE
	KindStep          // body, proof?; token: the step's name
	KindDefineStep    // definition…; token: DEFINE, if written
	KindHave          // expression; token: HAVE
	KindTake          // Name or Bound …; token: TAKE
	KindWitness       // expression…; token: WITNESS
	KindPick          // Bound…, expression; token: PICK
	KindCaseStep      // expression; token: CASE
	KindAssert        // expression or AssumeProve; token: SUFFICES, if written
	KindQed           // token: QED

	numNodeKinds
)

var kindNames = [numNodeKinds]string{
	KindNone: "None", KindError: "Error", KindText: "Text", KindModule: "Module", KindHeader: "Header",
	KindFooter: "Footer", KindExtends: "Extends", KindName: "Name", KindVariables: "Variables",
	KindConstants: "Constants", KindRecursive: "Recursive", KindParameter: "Parameter",
	KindDefinition: "Definition", KindFunction: "Function", KindModuleDefinition: "ModuleDefinition",
	KindInstance: "Instance", KindSubstitution: "Substitution", KindAssume: "Assume", KindTheorem: "Theorem",
	KindSeparator: "Separator", KindIdentifier: "Identifier", KindApply: "Apply", KindSelection: "Selection",
	KindSelector: "Selector", KindOperator: "Operator", KindLambda: "Lambda", KindPrefix: "Prefix",
	KindInfix: "Infix", KindPostfix: "Postfix", KindConjunction: "Conjunction", KindDisjunction: "Disjunction",
	KindItem: "Item", KindQuantifier: "Quantifier", KindBound: "Bound", KindPattern: "Pattern",
	KindChoose: "Choose", KindParens: "Parens", KindSet: "Set", KindFilter: "Filter", KindMap: "Map",
	KindFunctionLiteral: "FunctionLiteral", KindFunctionSet: "FunctionSet", KindIndex: "Index",
	KindRecord: "Record", KindRecordSet: "RecordSet", KindField: "Field", KindExcept: "Except",
	KindUpdate: "Update", KindUpdateIndex: "UpdateIndex", KindUpdateField: "UpdateField", KindSelect: "Select",
	KindTuple: "Tuple", KindBoxAction: "BoxAction", KindAngleAction: "AngleAction", KindFairness: "Fairness",
	KindIf: "If", KindCase: "Case", KindCaseArm: "CaseArm", KindOtherArm: "OtherArm", KindLet: "Let",
	KindString: "String", KindNumber: "Number", KindLabel: "Label", KindStepName: "StepName",
	KindAssumeProve: "AssumeProve", KindNew: "New", KindProof: "Proof", KindTerminalProof: "TerminalProof",
	KindBy: "By", KindUse: "Use", KindFacts: "Facts", KindModuleFact: "ModuleFact", KindStep: "Step",
	KindDefineStep: "DefineStep", KindHave: "Have", KindTake: "Take", KindWitness: "Witness", KindPick: "Pick",
	KindCaseStep: "CaseStep", KindAssert: "Assert", KindQed: "Qed",
}

// String returns the kind's name without "Kind".
func (k NodeKind) String() string {
	if k < numNodeKinds {
		return kindNames[k]
	}
	return "Unknown"
}

// Name returns the text of the token that names the node: the name of a
// declaration, definition, module or field, or an operator as it is written.
// It is empty where the name is missing.
func (n Node) Name() string { return n.Token().Text() }

// NameSpan returns the span of the node's token, or an empty span where the
// node begins if it has none.
func (n Node) NameSpan() finding.Span {
	if t := n.Token(); t.Valid() {
		return t.Span()
	}
	s := n.Span()
	return finding.Span{Start: s.Start, End: s.Start}
}

// childrenOf returns the children of the given kind.
func (n Node) childrenOf(kind NodeKind) []Node {
	var found []Node
	for c := range n.Children() {
		if c.Kind() == kind {
			found = append(found, c)
		}
	}
	return found
}

func (n Node) firstOf(kind NodeKind) Node {
	for c := range n.Children() {
		if c.Kind() == kind {
			return c
		}
	}
	return Node{}
}

// Module is a node of KindModule.
type Module struct{ Node }

// Header returns the header, a KindHeader; no node where there is none.
func (m Module) Header() Node { return m.firstOf(KindHeader) }

// Footer returns the KindFooter; no node where it is missing.
func (m Module) Footer() Node { return m.firstOf(KindFooter) }

// Nested reports whether the module stands inside another one.
func (m Module) Nested() bool { return m.Ancestor(KindModule).Valid() }

// Extends returns the names after EXTENDS, each a KindName.
func (m Module) Extends() []Node { return m.ExtendsClause().childrenOf(KindName) }

// ExtendsClause returns the KindExtends, or no node.
func (m Module) ExtendsClause() Node { return m.firstOf(KindExtends) }

// Units returns what stands between EXTENDS and the footer, in order:
// declarations, definitions, instances, assumptions, theorems, separators,
// nested modules and errors.
func (m Module) Units() []Node {
	var units []Node
	for c := range m.Children() {
		switch c.Kind() {
		case KindHeader, KindExtends, KindFooter:
		default:
			units = append(units, c)
		}
	}
	return units
}

// Variables returns the KindNames of all variables declared by the module's
// own units, those of nested modules not counted.
func (m Module) Variables() []Node {
	var names []Node
	for _, u := range m.childrenOf(KindVariables) {
		names = append(names, u.childrenOf(KindName)...)
	}
	return names
}

// Constants returns the parameters of all constants declared by the module's
// own units, those of nested modules not counted.
func (m Module) Constants() []Parameter {
	var params []Parameter
	for _, u := range m.childrenOf(KindConstants) {
		params = append(params, parameters(u)...)
	}
	return params
}

// Definitions returns the module's own definitions, without those of LET and
// of nested modules, in order.
func (m Module) Definitions() []Definition {
	var found []Definition
	for c := range m.Children() {
		if d, ok := AsDefinition(c); ok {
			found = append(found, d)
		}
	}
	return found
}

// Parameter is a node of KindParameter: a constant, or a parameter of a
// definition.
type Parameter struct{ Node }

// Arity returns the number of arguments that the parameter takes.
func (p Parameter) Arity() int {
	arity := 0
	for t := range p.Tokens() {
		if t.Kind() == Underscore {
			arity++
		}
	}
	return arity
}

func parameters(n Node) []Parameter {
	count := numParameters(n)
	if count == 0 {
		return nil
	}
	params := make([]Parameter, 0, count)
	for c := range n.Children() {
		if c.Kind() == KindParameter {
			params = append(params, Parameter{c})
		}
	}
	return params
}

func numParameters(n Node) int {
	count := 0
	for c := range n.Children() {
		if c.Kind() == KindParameter {
			count++
		}
	}
	return count
}

// Definition is a node of KindDefinition, KindFunction or
// KindModuleDefinition.
type Definition struct{ Node }

// AsDefinition returns n as a definition, if it is one.
func AsDefinition(n Node) (Definition, bool) {
	switch n.Kind() {
	case KindDefinition, KindFunction, KindModuleDefinition:
		return Definition{n}, true
	}
	return Definition{}, false
}

// Params returns the parameters of an operator or a module definition. Those
// of an infix, prefix or postfix operator are its operands.
func (d Definition) Params() []Parameter { return parameters(d.Node) }

// Bounds returns the bounds of a function definition, each a KindBound.
func (d Definition) Bounds() []Node { return d.childrenOf(KindBound) }

// Arity returns how many arguments the defined operator takes; a function
// takes none.
func (d Definition) Arity() int { return numParameters(d.Node) }

// Body returns what stands after "==": an expression, or the KindInstance of a
// module definition.
func (d Definition) Body() Node { return d.Last() }

// Local reports whether the definition begins with LOCAL.
func (d Definition) Local() bool { return d.FirstToken().Kind() == KeywordLocal }

// Fixity returns on which sides of the defined operator its parameters stand;
// NoFixity for f(x), f and f[x].
func (d Definition) Fixity() Fixity { return operators[d.Token().Kind()].fixity }

// Fairness is a node of KindFairness.
type Fairness struct{ Node }

// Strong reports whether it is SF_ rather than WF_.
func (f Fairness) Strong() bool { return f.Token().Kind() == StrongFairness }

// Subscript returns v of WF_v(A).
func (f Fairness) Subscript() Node { return f.Child(0) }

// Action returns A of WF_v(A).
func (f Fairness) Action() Node { return f.Child(1) }

// Callee returns the token of the operator that the node names or applies:
// that of an identifier, an application f(x), a selection M!f(x), or an infix,
// prefix or postfix application. It is no token for other nodes.
func (n Node) Callee() Token {
	switch n.Kind() {
	case KindIdentifier, KindApply, KindSelection, KindInfix, KindPrefix, KindPostfix, KindOperator:
		return n.Token()
	}
	return Token{}
}

// Arguments returns the arguments of an application f(x), of a selection's
// last part M!f(x), of an operator's application or of a function's f[x].
func (n Node) Arguments() []Node {
	var args []Node
	switch n.Kind() {
	case KindApply, KindInfix, KindPrefix, KindPostfix, KindSelector, KindUpdateIndex:
		args = make([]Node, 0, n.NumChildren())
		for c := range n.Children() {
			args = append(args, c)
		}
	case KindSelection:
		return n.Last().Arguments()
	case KindIndex:
		for i := 1; i < n.NumChildren(); i++ {
			args = append(args, n.Child(i))
		}
	}
	return args
}

// QualifiedName returns the name of an identifier, application or selection
// with what stands before "!", such as "M!N!op", arguments left out. It is
// empty for other nodes.
func (n Node) QualifiedName() string {
	switch n.Kind() {
	case KindIdentifier, KindApply, KindOperator:
		return n.Name()
	case KindSelection:
		var parts []string
		for c := range n.Children() {
			parts = append(parts, c.Name())
		}
		return strings.Join(parts, "!")
	}
	return ""
}

// Bound is a node of KindBound: x \in S, x, y \in S, <<x, y>> \in S, or x.
type Bound struct{ Node }

// Names returns the bound names, each a KindName, those inside a tuple too.
func (b Bound) Names() []Node {
	if p := b.firstOf(KindPattern); p.Valid() {
		return p.childrenOf(KindName)
	}
	return b.childrenOf(KindName)
}

// Set returns S; no node where there is none.
func (b Bound) Set() Node {
	if !b.Token().Valid() {
		return Node{}
	}
	return b.Last()
}

// Unparen returns the expression inside any parentheses and labels around it.
func (n Node) Unparen() Node {
	for n.Kind() == KindParens || n.Kind() == KindLabel {
		n = n.Last()
	}
	return n
}
