package syntax

import (
	"iter"
	"slices"
)

// Fixity says on which sides of an operator its operands stand.
type Fixity uint8

// The fixities of TLA+. Only "-" has two: written alone it is infix or prefix
// by its place, and "-." names the prefix one.
const (
	NoFixity Fixity = iota
	Prefix
	Infix
	Postfix
)

// The operators, one kind each, whatever the spelling.
const (
	OpNegative         Kind = firstOperator + 1 + iota // -.
	OpNot                                              // \lnot ~ \neg ¬
	OpBox                                              // [] □
	OpDiamond                                          // <> ◇
	OpEnabled                                          // ENABLED
	OpUnchanged                                        // UNCHANGED
	OpPowerSet                                         // SUBSET
	OpBigUnion                                         // UNION
	OpDomain                                           // DOMAIN
	OpPrime                                            // '
	OpCaretPlus                                        // ^+ ⁺
	OpCaretStar                                        // ^*
	OpCaretHash                                        // ^#
	OpCaret                                            // ^
	OpSlash                                            // /
	OpStar                                             // *
	OpMinus                                            // -
	OpPlus                                             // +
	OpEquals                                           // =
	OpAnd                                              // /\ ∧
	OpOr                                               // \/ ∨
	OpLeadsTo                                          // ~> ↝
	OpImplies                                          // => ⇒
	OpCdot                                             // \cdot ⋅
	OpEquivalent                                       // \equiv <=> ≡ ⇔
	OpGuarantees                                       // -+-> ⇸
	OpNotEquals                                        // /= # ≠
	OpSubseteq                                         // \subseteq ⊆
	OpIn                                               // \in ∈
	OpNotIn                                            // \notin ∉
	OpLess                                             // <
	OpLeq                                              // \leq <= =< ≤
	OpGreater                                          // >
	OpGeq                                              // \geq >= ≥
	OpTimes                                            // \times \X ×
	OpBackslash                                        // \
	OpCap                                              // \intersect \cap ∩
	OpCup                                              // \union \cup ∪
	OpDots3                                            // ... …
	OpDots2                                            // .. ‥
	OpBar                                              // |
	OpBarBar                                           // || ‖
	OpAmpAmp                                           // &&
	OpAmp                                              // &
	OpDollarDollar                                     // $$
	OpDollar                                           // $
	OpQuestionQuestion                                 // ?? ⁇
	OpPercentPercent                                   // %%
	OpPercent                                          // %
	OpHashHash                                         // ##
	OpPlusPlus                                         // ++
	OpMinusMinus                                       // --
	OpStarStar                                         // **
	OpSlashSlash                                       // //
	OpCaretCaret                                       // ^^
	OpAtAt                                             // @@
	OpBangBang                                         // !! ‼
	OpRightTurnstile                                   // |- ⊢
	OpRightModels                                      // |= ⊨
	OpLeftTurnstile                                    // -| ⊣
	OpLeftModels                                       // =| ⫤
	OpLessColon                                        // <:
	OpColonGreater                                     // :>
	OpAssign                                           // := ≔
	OpColonColonEquals                                 // ::= ⩴
	OpOplus                                            // \oplus (+) ⊕
	OpOminus                                           // \ominus (-) ⊖
	OpOdot                                             // \odot (.) ⊙
	OpOslash                                           // \oslash (/) ⊘
	OpOtimes                                           // \otimes (\X) ⊗
	OpUplus                                            // \uplus ⊎
	OpSqcap                                            // \sqcap ⊓
	OpSqcup                                            // \sqcup ⊔
	OpDiv                                              // \div ÷
	OpWr                                               // \wr ≀
	OpBigStar                                          // \star ⋆
	OpConcat                                           // \o \circ ∘
	OpBigcirc                                          // \bigcirc ◯
	OpBullet                                           // \bullet ●
	OpPrec                                             // \prec ≺
	OpSucc                                             // \succ ≻
	OpPreceq                                           // \preceq ⪯
	OpSucceq                                           // \succeq ⪰
	OpSim                                              // \sim ∼
	OpSimeq                                            // \simeq ≃
	OpLl                                               // \ll ≪
	OpGg                                               // \gg ≫
	OpAsymp                                            // \asymp ≍
	OpProperSubset                                     // \subset ⊂
	OpSupset                                           // \supset ⊃
	OpSupseteq                                         // \supseteq ⊇
	OpApprox                                           // \approx ≈
	OpCong                                             // \cong ≅
	OpSqsubset                                         // \sqsubset ⊏
	OpSqsubseteq                                       // \sqsubseteq ⊑
	OpSqsupset                                         // \sqsupset ⊐
	OpSqsupseteq                                       // \sqsupseteq ⊒
	OpDoteq                                            // \doteq ≐
	OpLand                                             // \land: the operator of OpAnd, but never a bullet
	OpLor                                              // \lor: the operator of OpOr, but never a bullet
	OpPropto                                           // \propto ∝
)

// operator is what the grammar knows of one operator: its canonical spelling,
// its fixity, its precedence range and whether it may follow itself.
//
// TLA+ orders operators by ranges, not numbers: of two operators the one with
// the wholly higher range binds first, and where the ranges overlap the
// expression is an error, unless both are the same left-associative operator
// (Specifying Systems, 15.2.1, and its table 6). The numbers here are those of
// that table times ten; "-." stands for its range 12-12, and postfix
// application of a function for 16-16.
type operator struct {
	name        string
	fixity      Fixity
	low, high   uint8
	associative bool
	synonyms    []string
}

// operators is indexed by kind. What is no operator has no fixity.
var operators = [256]operator{
	OpNegative:         {"-.", Prefix, 120, 120, false, nil},
	OpNot:              {"~", Prefix, 40, 40, true, []string{"\\lnot", "\\neg", "¬"}},
	OpBox:              {"[]", Prefix, 40, 150, false, []string{"□"}},
	OpDiamond:          {"<>", Prefix, 40, 150, false, []string{"◇"}},
	OpEnabled:          {"ENABLED", Prefix, 40, 150, false, nil},
	OpUnchanged:        {"UNCHANGED", Prefix, 40, 150, false, nil},
	OpPowerSet:         {"SUBSET", Prefix, 100, 130, false, nil},
	OpBigUnion:         {"UNION", Prefix, 100, 130, false, nil},
	OpDomain:           {"DOMAIN", Prefix, 100, 130, false, nil},
	OpPrime:            {"'", Postfix, 150, 150, false, nil},
	OpCaretPlus:        {"^+", Postfix, 150, 150, false, []string{"⁺"}},
	OpCaretStar:        {"^*", Postfix, 150, 150, false, nil},
	OpCaretHash:        {"^#", Postfix, 150, 150, false, nil},
	OpCaret:            {"^", Infix, 140, 140, false, nil},
	OpSlash:            {"/", Infix, 130, 130, false, nil},
	OpStar:             {"*", Infix, 130, 130, true, nil},
	OpMinus:            {"-", Infix, 110, 110, true, nil},
	OpPlus:             {"+", Infix, 100, 100, true, nil},
	OpEquals:           {"=", Infix, 50, 50, false, nil},
	OpAnd:              {"/\\", Infix, 30, 30, true, []string{"∧"}},
	OpLand:             {"\\land", Infix, 30, 30, true, nil},
	OpOr:               {"\\/", Infix, 30, 30, true, []string{"∨"}},
	OpLor:              {"\\lor", Infix, 30, 30, true, nil},
	OpLeadsTo:          {"~>", Infix, 20, 20, false, []string{"↝"}},
	OpImplies:          {"=>", Infix, 10, 10, false, []string{"⇒"}},
	OpCdot:             {"\\cdot", Infix, 50, 140, true, []string{"⋅"}},
	OpEquivalent:       {"<=>", Infix, 20, 20, false, []string{"\\equiv", "≡", "⇔"}},
	OpGuarantees:       {"-+->", Infix, 20, 20, false, []string{"⇸"}},
	OpNotEquals:        {"#", Infix, 50, 50, false, []string{"/=", "≠"}},
	OpSubseteq:         {"\\subseteq", Infix, 50, 50, false, []string{"⊆"}},
	OpIn:               {"\\in", Infix, 50, 50, false, []string{"∈"}},
	OpNotIn:            {"\\notin", Infix, 50, 50, false, []string{"∉"}},
	OpLess:             {"<", Infix, 50, 50, false, nil},
	OpLeq:              {"<=", Infix, 50, 50, false, []string{"\\leq", "=<", "≤"}},
	OpGreater:          {">", Infix, 50, 50, false, nil},
	OpGeq:              {">=", Infix, 50, 50, false, []string{"\\geq", "≥"}},
	OpTimes:            {"\\X", Infix, 100, 130, true, []string{"\\times", "×"}},
	OpBackslash:        {"\\", Infix, 80, 80, false, nil},
	OpCap:              {"\\cap", Infix, 80, 80, true, []string{"\\intersect", "∩"}},
	OpCup:              {"\\cup", Infix, 80, 80, true, []string{"\\union", "∪"}},
	OpDots3:            {"...", Infix, 90, 90, false, []string{"…"}},
	OpDots2:            {"..", Infix, 90, 90, false, []string{"‥"}},
	OpBar:              {"|", Infix, 100, 110, true, nil},
	OpBarBar:           {"||", Infix, 100, 110, true, []string{"‖"}},
	OpAmpAmp:           {"&&", Infix, 130, 130, true, nil},
	OpAmp:              {"&", Infix, 130, 130, true, nil},
	OpDollarDollar:     {"$$", Infix, 90, 130, true, nil},
	OpDollar:           {"$", Infix, 90, 130, true, nil},
	OpQuestionQuestion: {"??", Infix, 90, 130, true, []string{"⁇"}},
	OpPercentPercent:   {"%%", Infix, 100, 110, true, nil},
	OpPercent:          {"%", Infix, 100, 110, false, nil},
	OpHashHash:         {"##", Infix, 90, 130, true, nil},
	OpPlusPlus:         {"++", Infix, 100, 100, true, nil},
	OpMinusMinus:       {"--", Infix, 110, 110, true, nil},
	OpStarStar:         {"**", Infix, 130, 130, true, nil},
	OpSlashSlash:       {"//", Infix, 130, 130, false, nil},
	OpCaretCaret:       {"^^", Infix, 140, 140, false, nil},
	OpAtAt:             {"@@", Infix, 60, 60, true, nil},
	OpBangBang:         {"!!", Infix, 90, 130, false, []string{"‼"}},
	OpRightTurnstile:   {"|-", Infix, 50, 50, false, []string{"⊢"}},
	OpRightModels:      {"|=", Infix, 50, 50, false, []string{"⊨"}},
	OpLeftTurnstile:    {"-|", Infix, 50, 50, false, []string{"⊣"}},
	OpLeftModels:       {"=|", Infix, 50, 50, false, []string{"⫤"}},
	OpLessColon:        {"<:", Infix, 70, 70, false, nil},
	OpColonGreater:     {":>", Infix, 70, 70, false, nil},
	OpAssign:           {":=", Infix, 50, 50, false, []string{"≔"}},
	OpColonColonEquals: {"::=", Infix, 50, 50, false, []string{"⩴"}},
	OpOplus:            {"\\oplus", Infix, 100, 100, true, []string{"(+)", "⊕"}},
	OpOminus:           {"\\ominus", Infix, 110, 110, true, []string{"(-)", "⊖"}},
	OpOdot:             {"\\odot", Infix, 130, 130, true, []string{"(.)", "⊙"}},
	OpOslash:           {"\\oslash", Infix, 130, 130, false, []string{"(/)", "⊘"}},
	OpOtimes:           {"\\otimes", Infix, 130, 130, true, []string{"(\\X)", "⊗"}},
	OpUplus:            {"\\uplus", Infix, 90, 130, true, []string{"⊎"}},
	OpSqcap:            {"\\sqcap", Infix, 90, 130, true, []string{"⊓"}},
	OpSqcup:            {"\\sqcup", Infix, 90, 130, true, []string{"⊔"}},
	OpDiv:              {"\\div", Infix, 130, 130, false, []string{"÷"}},
	OpWr:               {"\\wr", Infix, 90, 140, false, []string{"≀"}},
	OpBigStar:          {"\\star", Infix, 130, 130, true, []string{"⋆"}},
	OpConcat:           {"\\o", Infix, 130, 130, true, []string{"\\circ", "∘"}},
	OpBigcirc:          {"\\bigcirc", Infix, 130, 130, true, []string{"◯"}},
	OpBullet:           {"\\bullet", Infix, 130, 130, true, []string{"●"}},
	OpPrec:             {"\\prec", Infix, 50, 50, false, []string{"≺"}},
	OpSucc:             {"\\succ", Infix, 50, 50, false, []string{"≻"}},
	OpPreceq:           {"\\preceq", Infix, 50, 50, false, []string{"⪯"}},
	OpSucceq:           {"\\succeq", Infix, 50, 50, false, []string{"⪰"}},
	OpSim:              {"\\sim", Infix, 50, 50, false, []string{"∼"}},
	OpSimeq:            {"\\simeq", Infix, 50, 50, false, []string{"≃"}},
	OpLl:               {"\\ll", Infix, 50, 50, false, []string{"≪"}},
	OpGg:               {"\\gg", Infix, 50, 50, false, []string{"≫"}},
	OpAsymp:            {"\\asymp", Infix, 50, 50, false, []string{"≍"}},
	OpProperSubset:     {"\\subset", Infix, 50, 50, false, []string{"⊂"}},
	OpSupset:           {"\\supset", Infix, 50, 50, false, []string{"⊃"}},
	OpSupseteq:         {"\\supseteq", Infix, 50, 50, false, []string{"⊇"}},
	OpApprox:           {"\\approx", Infix, 50, 50, false, []string{"≈"}},
	OpCong:             {"\\cong", Infix, 50, 50, false, []string{"≅"}},
	OpSqsubset:         {"\\sqsubset", Infix, 50, 50, false, []string{"⊏"}},
	OpSqsubseteq:       {"\\sqsubseteq", Infix, 50, 50, false, []string{"⊑"}},
	OpSqsupset:         {"\\sqsupset", Infix, 50, 50, false, []string{"⊐"}},
	OpSqsupseteq:       {"\\sqsupseteq", Infix, 50, 50, false, []string{"⊒"}},
	OpDoteq:            {"\\doteq", Infix, 50, 50, false, []string{"≐"}},
	OpPropto:           {"\\propto", Infix, 50, 50, false, []string{"∝"}},
}

// applicationOperator stands for "[" as an operator, in comparisons of
// precedence.
var applicationOperator = operator{name: "[", fixity: Postfix, low: 160, high: 160, associative: true}

// canonical returns the kind under which an operator is compared with others:
// \land is the operator /\, but never a bullet.
func canonical(k Kind) Kind {
	switch k {
	case OpLand:
		return OpAnd
	case OpLor:
		return OpOr
	}
	return k
}

// Operators goes through the operators by their canonical spelling, each with
// its other spellings, in the order of their kinds.
func Operators() iter.Seq2[string, []string] {
	return func(yield func(string, []string) bool) {
		for _, op := range operators {
			if op.fixity != NoFixity && !yield(op.name, slices.Clone(op.synonyms)) {
				return
			}
		}
	}
}
