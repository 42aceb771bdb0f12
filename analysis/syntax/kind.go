package syntax

// Kind says what a token is. Keywords that the grammar does not tell apart
// share a kind: CONSTANT and CONSTANTS, or THEOREM, LEMMA, COROLLARY and
// PROPOSITION; the token's text tells which it was.
type Kind uint8

// The kinds of tokens. White space and comments are not tokens; see
// [Tree.Comments].
const (
	// EndOfText stands once, at the end of what was lexed.
	EndOfText Kind = iota
	// Invalid is text that no token of TLA+ begins with, such as ";", or a
	// string that its line ends.
	Invalid
	Identifier // also "@", ℕ, ℤ and ℝ
	Number     // 12, \b01, \o17, \hFF; 1.5 is three tokens
	String     // with its quotes
	// The names of proof steps, such as <1>2 and <1>2a. and <*>.
	StepName         // <1>a: usable in expressions
	StepNameImplicit // <*>a, <+>a
	StepNameDot      // <1>a.
	StepLevel        // <1>
	StepUnnamed      // <1>. <1>* <1>-

	HeaderDashes // the dashes before MODULE
	Separator    // ---- elsewhere
	Footer       // ====

	// Delimiters.
	Comma
	Colon
	ColonColon // :: ∷
	Dot
	Underscore
	Define       // == ≜
	LeftParen    // (
	RightParen   // )
	LeftBracket  // [
	RightBracket // ]
	RightBracketUnderscore
	LeftBrace            // {
	RightBrace           // }
	LeftAngle            // << ⟨
	RightAngle           // >> ⟩
	RightAngleUnderscore // >>_ ⟩_
	Bang                 // !
	Arrow                // -> →
	LeftArrow            // <- ←
	MapsTo               // |-> ↦
	Exists               // \E ∃
	Forall               // \A ∀
	TemporalExists       // \EE
	TemporalForall       // \AA

	// Keywords. WeakFairness is "WF_", StrongFairness "SF_"; the subscript is
	// a token of its own.
	KeywordAction // ACTION, ACTIONS
	KeywordAssume
	KeywordBoxAssume  // []ASSUME
	KeywordAssumption // ASSUMPTION, AXIOM
	KeywordBy
	KeywordCase
	KeywordChoose
	KeywordConstant // CONSTANT, CONSTANTS
	KeywordDef      // DEF, DEFS
	KeywordDefine
	KeywordElse
	KeywordExcept
	KeywordExtends
	KeywordHave
	KeywordHide
	KeywordIf
	KeywordIn
	KeywordInstance
	KeywordLambda
	KeywordLet
	KeywordLocal
	KeywordModule
	KeywordNew
	KeywordObvious
	KeywordOmitted
	KeywordOnly
	KeywordOther
	KeywordPick
	KeywordProof
	KeywordProposition // PROPOSITION, LEMMA, COROLLARY
	KeywordProve
	KeywordBoxProve // []PROVE
	KeywordQed
	KeywordRecursive
	KeywordState
	KeywordSuffices
	KeywordTake
	KeywordTemporal
	KeywordThen
	KeywordTheorem
	KeywordUse
	KeywordVariable // VARIABLE, VARIABLES
	KeywordWith
	KeywordWitness
	WeakFairness   // WF_
	StrongFairness // SF_

	firstOperator // no token has it: the operators come after
)
