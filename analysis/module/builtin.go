package module

import "github.com/specls/specls/analysis/syntax"

// operation describes an operator of the language, or a construct that is one
// in all but looks: the highest level that each argument may have, and whether
// the level of the argument is that of the result. An operator with one entry
// in max takes any number of arguments that are alike. The values are those of
// Specifying Systems, section 17.2.
type operation struct {
	name   string
	arity  int
	level  Level
	max    [3]Level
	weight bool
}

func alike(name string, arity int, max Level) operation {
	return operation{name: name, arity: arity, max: [3]Level{max, max, max}, weight: true}
}

var (
	opTuple      = alike("a tuple", -1, Action)
	opSet        = alike("a set", -1, Action)
	opCase       = alike("CASE", -1, Temporal)
	opIf         = alike("IF", 3, Temporal)
	opList       = alike("a list", -1, Temporal)
	opFcnApply   = alike("the application of a function", 2, Action)
	opSelect     = alike("the selection of a field", 1, Action)
	opExcept     = alike("EXCEPT", -1, Action)
	opFcnSet     = alike("a set of functions", 2, Action)
	opRecord     = alike("a record", -1, Temporal)
	opRecordSet  = alike("a set of records", -1, Action)
	opFcn        = alike("a function", 1, Temporal)
	opFilter     = alike("a set", 1, Action)
	opMap        = alike("a set", 1, Action)
	opChoose     = alike("CHOOSE", 1, Action)
	opQuantifier = alike("a quantifier", 1, Temporal)
	opTemporal   = operation{name: "a temporal quantifier", arity: 1, level: Temporal, max: [3]Level{Temporal}}
	opBoxAction  = operation{name: "[A]_v", arity: 2, level: Action, max: [3]Level{Action, State}}
	opAngle      = operation{name: "<<A>>_v", arity: 2, level: Action, max: [3]Level{Action, State}}
	opFairness   = operation{name: "fairness", arity: 2, level: Temporal, max: [3]Level{State, Action}}
	opNop        = alike("a statement", -1, Temporal)
	opWitness    = alike("WITNESS", -1, Action)
)

// builtins has the operators of the language that have a sign, by token.
var builtins = map[syntax.Kind]operation{
	syntax.OpEquals:     alike("=", 2, Action),
	syntax.OpNotEquals:  alike("#", 2, Action),
	syntax.OpPrime:      {name: "'", arity: 1, level: Action, max: [3]Level{State}},
	syntax.OpNot:        alike("~", 1, Temporal),
	syntax.OpAnd:        alike("/\\", 2, Temporal),
	syntax.OpLand:       alike("/\\", 2, Temporal),
	syntax.OpOr:         alike("\\/", 2, Temporal),
	syntax.OpLor:        alike("\\/", 2, Temporal),
	syntax.OpEquivalent: alike("<=>", 2, Temporal),
	syntax.OpImplies:    alike("=>", 2, Temporal),
	syntax.OpPowerSet:   alike("SUBSET", 1, Action),
	syntax.OpBigUnion:   alike("UNION", 1, Action),
	syntax.OpDomain:     alike("DOMAIN", 1, Action),
	syntax.OpSubseteq:   alike("\\subseteq", 2, Action),
	syntax.OpIn:         alike("\\in", 2, Action),
	syntax.OpNotIn:      alike("\\notin", 2, Action),
	syntax.OpBackslash:  alike("\\", 2, Action),
	syntax.OpCap:        alike("\\cap", 2, Action),
	syntax.OpCup:        alike("\\cup", 2, Action),
	syntax.OpTimes:      alike("\\X", 2, Action),
	syntax.OpLeadsTo:    {name: "~>", arity: 2, level: Temporal, max: [3]Level{Temporal, Temporal}},
	syntax.OpBox:        {name: "[]", arity: 1, level: Temporal, max: [3]Level{Temporal}},
	syntax.OpDiamond:    {name: "<>", arity: 1, level: Temporal, max: [3]Level{Temporal}},
	syntax.OpEnabled:    {name: "ENABLED", arity: 1, level: State, max: [3]Level{Action}},
	syntax.OpUnchanged:  {name: "UNCHANGED", arity: 1, level: Action, max: [3]Level{State}},
	syntax.OpCdot:       {name: "\\cdot", arity: 2, level: Action, max: [3]Level{Action, Action}},
	syntax.OpGuarantees: {name: "-+->", arity: 2, level: Temporal, max: [3]Level{Temporal, Temporal}},
}

// builtinOperations and builtinSymbols are the builtins by token, and
// builtinNames those that are names.
var (
	builtinOperations [256]*operation
	builtinSymbols    [256]*Symbol
	builtinNames      = map[string]*Symbol{}
)

func init() {
	for kind, op := range builtins {
		s := &Symbol{Name: op.name, Kind: KindBuiltin, Arity: op.arity, defined: true, details: &details{levels: levels{higher: noHigher}}}
		s.level, s.ok = op.level, true
		for i := range op.arity {
			p := &Symbol{Kind: KindParameter, details: noDetails}
			s.Params = append(s.Params, p)
			s.params = append(s.params, paramLevel{max: op.max[i], weight: op.weight, opaque: !op.weight})
		}
		builtinOperations[kind] = &op
		builtinSymbols[kind] = s
	}
	for _, name := range []string{"TRUE", "FALSE", "BOOLEAN", "STRING"} {
		s := &Symbol{Name: name, Kind: KindBuiltin, defined: true, details: noDetails}
		s.ok = true
		builtinNames[name] = s
	}
}
