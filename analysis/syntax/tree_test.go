package syntax

import (
	"strings"
	"testing"
)

const sample = `prose
---- MODULE M ----
EXTENDS Naturals, Sequences \* why
CONSTANTS N, F(_, _)
VARIABLES x, y (* both (* really *) *)
vars == <<x, y>>
Add(a, b) == a + b
a \oplus b == a - b
f[i \in 1..N] == i * 2
Next == \/ /\ x' = 1
           /\ UNCHANGED y
        \/ x' = [f EXCEPT ![1] = @ + 1, !.a = 2]
Spec == x = 0 /\ [][Next]_vars /\ WF_vars(Next) /\ SF_<<x>>(Add(1, 2) = 3)
====
after`

func TestAccessors(t *testing.T) {
	tree := Parse(sample)
	if f := tree.Findings(); len(f) != 0 {
		t.Fatalf("findings on a good module: %+v", f)
	}
	m, ok := tree.Module()
	if !ok || m.Name() != "M" || len(tree.Modules()) != 1 {
		t.Fatalf("module %q, %d modules", m.Name(), len(tree.Modules()))
	}
	if got := m.Header().Text(); got != "---- MODULE M ----" {
		t.Errorf("header %q", got)
	}
	if got := m.Footer().Text(); got != "====" {
		t.Errorf("footer %q", got)
	}
	if b, a := tree.Before(), tree.After(); sample[b.Start:b.End] != "prose\n" || sample[a.Start:a.End] != "\nafter" {
		t.Errorf("before %v after %v", b, a)
	}
	if got := names(m.Extends()); got != "Naturals Sequences" {
		t.Errorf("extends %q", got)
	}
	if got := names(m.Variables()); got != "x y" {
		t.Errorf("variables %q", got)
	}
	if c := m.Constants(); len(c) != 2 || c[1].Name() != "F" || c[1].Arity() != 2 || c[0].Arity() != 0 {
		t.Errorf("constants %v", c)
	}
	var defs []Node
	for _, d := range m.Definitions() {
		defs = append(defs, d.Node)
	}
	if got := names(defs); got != `vars Add \oplus f Next Spec` {
		t.Errorf("definitions %q", got)
	}
	if d := m.Definitions()[2]; d.Fixity() != Infix || d.Arity() != 2 || d.Body().Text() != "a - b" {
		t.Errorf("infix definition %q %d %q", d.Text(), d.Arity(), d.Body().Text())
	}
	if d := m.Definitions()[3]; len(d.Bounds()) != 1 || (Bound{d.Bounds()[0]}).Set().Text() != "1..N" {
		t.Errorf("function definition %q", d.Text())
	}
	var fair []string
	for n := range m.Walk() {
		if n.Kind() == KindFairness {
			f := Fairness{n}
			fair = append(fair, f.Token().Text()+f.Subscript().Text()+":"+f.Action().Text())
		}
	}
	if got := strings.Join(fair, " "); got != "WF_vars:Next SF_<<x>>:Add(1, 2) = 3" {
		t.Errorf("fairness %q", got)
	}
	if c := tree.Comments(); len(c) != 2 || c[0].Block || !c[1].Block || sample[c[1].Span.Start:c[1].Span.End] != "(* both (* really *) *)" {
		t.Errorf("comments %+v", c)
	}
}

func names(nodes []Node) string {
	var out []string
	for _, n := range nodes {
		out = append(out, n.Name())
	}
	return strings.Join(out, " ")
}

func TestModules(t *testing.T) {
	tree := Parse("---- MODULE A ----\n---- MODULE B ----\n---- MODULE C ----\n====\n====\n---- MODULE D ----\n====\n====\n---- MODULE E ----\n====\n")
	var got []string
	for _, m := range tree.Modules() {
		got = append(got, m.Name())
		if m.Nested() != (m.Name() != "A") {
			t.Errorf("%s is nested: %v", m.Name(), m.Nested())
		}
	}
	if s := strings.Join(got, " "); s != "A B C D" {
		t.Errorf("modules %q", s)
	}
	if a := tree.After(); !strings.HasPrefix(tree.Text()[a.Start:], "\n---- MODULE E") {
		t.Errorf("after the module: %q", tree.Text()[a.Start:a.End])
	}
}

func TestTokens(t *testing.T) {
	for source, want := range map[string]string{
		`_1 1_ 1_a __a __ WF_x SF__y W_F WFx`:        "_ 1 1 _ 1_a __a _ _ WF_ x SF_ _y W_F WFx",
		`\inx \notin \in \oo7 \o7 \O17 \hfG`:         `\in x \notin \in \o o7 \o7 \O17 \hf G`,
		`<1>2 <1>a. <*>.. <+>b <*>c_d <1>- <2> < 1>`: "<1>2 <1>a. <*>.. <+>b <*>c _d <1>- <2> < 1 >",
		`a>>_b ]_c >>= =<= ==> |->|-`:                "a >>_ b ]_ c >> = =< = == > |-> |-",
		`-+-> -.- --- -| -->`:                        "-+-> -. - -- - -| -- >",
		`(+) (-) (/) (.) (\X) (+ )`:                  `(+) (-) (/) (.) (\X) ( + )`,
		`[]ASSUMEx []PROVE [] [ ]`:                   "[]ASSUME x []PROVE [] [ ]",
		`x' ^+ ^* ^^ ^# ## # ... .. .`:               "x ' ^+ ^* ^^ ^# ## # ... .. .",
		`⟩_v ∀x ℕ1 ⁺`:                                "⟩_ v ∀ x ℕ 1 ⁺",
		`:: ::= := :> : != !! @@ @`:                  ":: ::= := :> : ! = !! @@ @",
	} {
		l := lexer{text: source}
		l.lex(0)
		var got []string
		for _, tok := range l.tokens[:len(l.tokens)-1] {
			got = append(got, source[tok.start:tok.end])
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s\ngot  %s\nwant %s", source, s, want)
		}
	}
}

// TestColumns checks the columns on which junction lists align: tabs reach to
// the next multiple of eight, a character beyond U+FFFF counts twice, and every
// kind of line end begins a new line.
func TestColumns(t *testing.T) {
	for source, want := range map[string]int{
		"x": 0, "  x": 2, "\tx": 8, "   \tx": 8, "\t\tx": 16, "        \tx": 16,
		"(*é*) x": 6, "(*𝔸*) x": 7, "(*\t*)x": 10, "y\nx": 0, "y\r\n x": 1, "y\r  x": 2, "(*\n*) x": 3, "\\* é\n x": 1,
		"\"é\" x": 4, "∈ x": 2, "\xff x": 2,
	} {
		l := lexer{text: source}
		l.lex(0)
		if got := l.tokens[len(l.tokens)-2].column; int(got) != want {
			t.Errorf("%q: column %d, want %d", source, got, want)
		}
	}
}
