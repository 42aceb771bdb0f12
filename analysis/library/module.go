package library

import "strings"

// Origin says with what a module is delivered.
type Origin uint8

const (
	// Unknown is the origin of a module that is not in the library.
	Unknown Origin = iota
	// Standard modules are part of the TLA+ tools (tla2tools.jar).
	Standard
	// Community modules are the CommunityModules, which have a jar of their
	// own; editors and the Toolbox bring it along.
	Community
	// ProofSystem modules come with TLAPS, the TLA+ proof system.
	ProofSystem
	// Apalache modules come with the Apalache model checker.
	Apalache
)

// Module is what the library knows of a module.
type Module struct {
	Name   string
	Origin Origin
	// Doc says what the module is for, in plain text.
	Doc string
	// Extends are the modules that it names in its EXTENDS, in order.
	Extends []string
	// Instances are its INSTANCE statements, in order. None of them has a name,
	// and none substitutes anything.
	Instances []Instance
	// Symbols are what the module itself declares and defines, in the order of
	// the module, but not what it extends or instantiates.
	Symbols []Symbol
}

// Symbol returns the module's own symbol of that name, or nil.
func (m *Module) Symbol(name string) *Symbol {
	for i := range m.Symbols {
		if m.Symbols[i].Name == name {
			return &m.Symbols[i]
		}
	}
	return nil
}

// Instance is an INSTANCE statement.
type Instance struct {
	Module string
	// Local tells whether what it defines is hidden from modules that extend or
	// instantiate this one.
	Local bool
}

// Kind says what a symbol stands for.
type Kind uint8

const (
	// Operator is a definition, with or without parameters.
	Operator Kind = iota
	// Function is a definition such as f[x \in S] == e. It has no parameters:
	// what stands in brackets is Symbol.Arguments.
	Function
	// Constant is declared by CONSTANT.
	Constant
	// Variable is declared by VARIABLE.
	Variable
	// Theorem is a named theorem, lemma, proposition or corollary.
	Theorem
)

// Fixity says how an operator is written.
type Fixity uint8

const (
	// Nonfix is Op(a, b), or just Op.
	Nonfix Fixity = iota
	// Infix is a + b.
	Infix
	// Prefix is -a.
	Prefix
	// Postfix is a^+.
	Postfix
)

// Level is 0 for a constant, 1 for a state, 2 for an action and 3 for a temporal
// formula ("Specifying Systems", section 17.2).
type Level = int8

// Symbol is a declaration or definition of a module.
type Symbol struct {
	// Name is the name as it is used, an operator in its canonical spelling:
	// "<=" rather than "\leq", and "-." for the prefix minus.
	Name string
	// Module is the module that declares or defines it.
	Module string
	Kind   Kind
	Fixity Fixity
	Params []Param
	// Arguments are the names in the brackets of a function's definition.
	Arguments []string
	// Local tells whether a LOCAL hides it from modules that extend this one.
	// A LOCAL on what a RECURSIVE declares hides nothing, and is not recorded.
	Local bool
	// Recursive tells whether it is declared by RECURSIVE.
	Recursive bool
	// Sequent tells of a theorem that it is an ASSUME/PROVE, which is not an
	// expression.
	Sequent bool
	// Level is the level when all arguments are constants.
	Level Level
	// Parts is how many operands the body has that a selector such as Op(x)!2
	// can name; UnknownParts for a body that binds names or is a CASE,
	// and for what is no operator.
	Parts int
	// Uses are the module's constants and variables on which the level depends,
	// or which must not be replaced by something of a higher level.
	Uses []Use
	// Doc is the meaning, in plain text; empty for what is local, and for
	// theorems.
	Doc string
}

// UnknownParts is the number of parts of a body of which it is not recorded.
const UnknownParts = -1

// Param is a parameter of a definition.
type Param struct {
	Name string
	// Fixity is Infix for a parameter declared as _+_, whose Name is then "+".
	Fixity Fixity
	// Arity is the number of arguments if it is an operator, or 0.
	Arity int
	// Max is the highest level that an argument may have.
	Max Level
	// Counts tells whether the argument's level is part of the level of the
	// whole: that is then at least as high.
	Counts bool
	// Fed holds, for each argument of a parameter that is an operator, the
	// indexes of the parameters that occur in it: the operator passed must
	// accept arguments of their levels there.
	Fed [][]int
}

// Use is a constant or variable of the module that a definition refers to.
type Use struct {
	Name string
	// Max is the highest level that may be substituted for it.
	Max Level
	// Counts tells whether its level is part of the level of the whole.
	Counts bool
}

// Arity returns how many arguments the symbol takes.
func (s *Symbol) Arity() int { return len(s.Params) }

// Signature returns the symbol as the left side of its definition would have it,
// such as "FoldSet(op(_, _), base, set)", "a + b" or "factorial[n]".
func (s *Symbol) Signature() string {
	params := make([]string, len(s.Params))
	for i, p := range s.Params {
		params[i] = p.String()
	}
	switch {
	case s.Fixity == Infix:
		return params[0] + " " + s.Name + " " + params[1]
	case s.Fixity == Prefix:
		return s.Name + " " + params[0]
	case s.Fixity == Postfix:
		return params[0] + " " + s.Name
	case s.Kind == Function:
		return s.Name + "[" + strings.Join(s.Arguments, ", ") + "]"
	case len(params) > 0:
		return s.Name + "(" + strings.Join(params, ", ") + ")"
	}
	return s.Name
}

// String returns the parameter as a definition has it, such as "S" or "op(_, _)".
func (p Param) String() string {
	switch {
	case p.Fixity == Infix:
		return "_" + p.Name + "_"
	case p.Arity > 0:
		return p.Name + "(" + strings.Repeat("_, ", p.Arity-1) + "_)"
	}
	return p.Name
}
