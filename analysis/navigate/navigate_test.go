package navigate

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/syntax"
)

const sample = `---- MODULE Sample ----
EXTENDS Naturals, Base
CONSTANT C, G(_, _)
VARIABLE x
\* The first state.
Init == x = Start
Step(d, F(_)) == x' = F(x+d)
RECURSIVE Fact(_)
Fact(n) == IF n = 0 THEN 1 ELSE n * Fact(n - 1)
sum[n \in Nat] == LET less == n - 1 IN IF n = 0 THEN 0 ELSE n + sum[less]
I(y) == INSTANCE Counter WITH count <- y
a \oplus b == a + b
Next == \E d \in {1, 2} : Step(d, LAMBDA v : v \oplus d) /\ I(x)!Inc
Spec == Init /\ [][Next]_x /\ WF_x(Next)
====
`

var others = map[string]string{
	"Base":    "---- MODULE Base ----\nEXTENDS Integers\nStart == 0\nOther == Start\n====\n",
	"Counter": "---- MODULE Counter ----\nEXTENDS Naturals\nVARIABLE count\nInc == count' = count + 1\n====\n",
}

func analyse(t *testing.T, text string) (*syntax.Tree, *module.Result) {
	t.Helper()
	tree := syntax.Parse(text)
	return tree, new(module.Cache).Analyze(tree, func(name string) (string, bool) {
		text, ok := others[name]
		return text, ok
	})
}

func TestAt(t *testing.T) {
	tree, names := analyse(t, sample)
	for _, f := range append(slices.Clone(tree.Findings()), names.Findings...) {
		t.Errorf("finding %+v", f)
	}
	for _, test := range []struct {
		before, after string // the text around the cursor
		want          string
	}{
		{"MODULE Sam", "ple", "module Sample, header"},
		{"EXTENDS Nat", "urals", "module Naturals"},
		{"Naturals, Base", "\nCONSTANT", "module Base"},
		{"INSTANCE ", "Counter", "module Counter"},
		{"CONSTANT ", "C", "constant C"},
		{"VARIABLE x", "\n", "variable x"},
		{"== ", "x = Start", "variable x"},
		{"x = St", "art", "definition Start of Base"},
		{"F(x", "+d)", "definition +"},
		{"F(x+", "d)", "parameter d"},
		{"F(x+d", ")", "parameter d"},
		{"RECURSIVE F", "act", "definition Fact"},
		{"n * F", "act", "definition Fact"},
		{"+ su", "m[less]", "definition sum"},
		{"sum[le", "ss]", "definition less"},
		{"WITH co", "unt", "variable count of Counter"},
		{"/\\ I", "(x)!Inc", "instance I"},
		{"I(x)!In", "c", "definition I!Inc"},
		{"v \\op", "lus d)", "definition \\oplus"},
		{"LAMBDA ", "v", "parameter v"},
		{"[Next]_x ", "/\\", "built-in operator /\\"},
		{"== x", "' = F", "variable x"},
		{"The fi", "rst", "nothing"},
		{"THEN ", "1", "nothing"},
	} {
		i := strings.Index(sample, test.before+test.after)
		if i < 0 {
			t.Fatalf("%q is not in the sample", test.before+test.after)
		}
		if got := describe(At(tree, names, i+len(test.before))); got != test.want {
			t.Errorf("at %s|%s is %s, want %s", test.before, test.after, got, test.want)
		}
	}
}

func describe(name Name, ok bool) string {
	switch {
	case !ok:
		return "nothing"
	case name.Header:
		return "module " + name.Module + ", header"
	case name.Symbol == nil:
		return "module " + name.Module
	}
	s := name.Symbol
	got := fmt.Sprintf("%s %s", s.Kind, s.Name)
	if o := OriginOf(s); o.Module != "Sample" && o.Module != "" && !strings.Contains(s.Name, "!") {
		got += " of " + o.Module
	}
	return got
}

// Every cursor in every prefix of the text is answered without a panic.
func TestAtBrokenText(t *testing.T) {
	for end := 0; end <= len(sample); end += 7 {
		tree, names := analyse(t, sample[:end])
		for at := 0; at <= end; at += 5 {
			if name, ok := At(tree, names, at); ok && (name.Span.Start > at || name.Span.End < at) {
				t.Fatalf("in the first %d bytes the name at %d is %+v", end, at, name)
			}
		}
	}
}

func TestOccurrences(t *testing.T) {
	tree, names := analyse(t, sample)
	for _, test := range []struct{ at, want string }{
		{"x = Start", "4:10 declares, 6:9, 7:18 primed, 7:25, 13:63, 14:26, 14:34"},
		{"Start", "6:13"},
		{"Fact(n) ==", "8:11 declares, 9:1 declares, 9:37"},
		{"n = 0 THEN 1", "9:6 declares, 9:15, 9:33, 9:42"},
		{"less ==", "10:23 declares, 10:69"},
		{"Inc", "13:66"},
		{"I(y)", "11:1 declares, 13:61"},
		{"\\oplus b", "12:3 declares, 13:48"},
		{"count <-", "11:31"},
		{"d \\in {", "13:12 declares, 13:32, 13:55"},
	} {
		name, _ := At(tree, names, strings.Index(sample, test.at))
		if name.Symbol == nil {
			t.Errorf("nothing at %q", test.at)
			continue
		}
		var got []string
		for _, o := range Occurrences(tree, names, OriginOf(name.Symbol)) {
			line := strings.Count(sample[:o.Span.Start], "\n") + 1
			column := o.Span.Start - strings.LastIndex(sample[:o.Span.Start], "\n")
			place := fmt.Sprintf("%d:%d", line, column)
			if o.Declares {
				place += " declares"
			}
			if o.Primed {
				place += " primed"
			}
			got = append(got, place)
		}
		if strings.Join(got, ", ") != test.want {
			t.Errorf("%s occurs at %s, want %s", name.Symbol.Name, strings.Join(got, ", "), test.want)
		}
	}
}

// What one text extends is the same symbol as in the text that declares it.
func TestOriginAcrossTexts(t *testing.T) {
	tree, names := analyse(t, sample)
	name, _ := At(tree, names, strings.Index(sample, "Start"))
	base, inBase := analyse(t, others["Base"])
	if got := Occurrences(base, inBase, OriginOf(name.Symbol)); len(got) != 2 || !got[0].Declares || got[1].Declares {
		t.Errorf("Start occurs in Base at %+v", got)
	}
	plus, _ := At(tree, names, strings.Index(sample, "+d"))
	if got := Occurrences(tree, names, OriginOf(plus.Symbol)); got != nil {
		t.Errorf("what the library defines occurs at %+v", got)
	}
}

// place returns the offset behind the first occurrence of a text.
func place(t *testing.T, text, before string) int {
	t.Helper()
	i := strings.Index(text, before)
	if i < 0 {
		t.Fatalf("%q is not in the text", before)
	}
	return i + len(before)
}

func TestOutline(t *testing.T) {
	tree := syntax.Parse("---- MODULE M ----\nCONSTANTS A, F(_)\nVARIABLES x, y\nInit == LET a == 1 IN x = a\nf[i \\in A] == i\n" +
		"I == INSTANCE N\n---- MODULE Inner ----\nb == 1\n====\nASSUME Good == A = 1\nASSUME TRUE\nTHEOREM Thm == TRUE\n====\n")
	var got []string
	var walk func(items []Item, indent string)
	walk = func(items []Item, indent string) {
		for _, i := range items {
			if tree.Text()[i.NameSpan().Start:i.NameSpan().End] != i.Name {
				t.Errorf("the name of %s is at %v", i.Name, i.NameSpan())
			}
			got = append(got, indent+i.Unit.Kind().String()+" "+i.Name)
			walk(i.Children, indent+"  ")
		}
	}
	walk(Outline(tree), "")
	want := "Module M|  Constants A|  Constants F|  Variables x|  Variables y|  Definition Init|  Function f|  ModuleDefinition I|  Module Inner|    Definition b|  Assume Good|  Theorem Thm"
	if strings.Join(got, "|") != want {
		t.Errorf("the outline is\n%s\nwant\n%s", strings.Join(got, "|"), want)
	}
	if got := Outline(syntax.Parse("no module")); got != nil {
		t.Errorf("prose has the outline %+v", got)
	}
}

func TestAround(t *testing.T) {
	text := "---- MODULE M ----\nInit == x = <<1, 22>>\n====\n"
	tree := syntax.Parse(text)
	var got []string
	for _, s := range Around(tree, place(t, text, "1, 2")) {
		got = append(got, text[s.Start:s.End])
	}
	want := []string{"22", "<<1, 22>>", "x = <<1, 22>>", "Init == x = <<1, 22>>", strings.TrimSuffix(text, "\n"), text}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestInScope(t *testing.T) {
	tree, names := analyse(t, sample)
	for _, test := range []struct{ before, want, not string }{
		{"x' = F(x+", "d F x Init Start C Nat + Fact", "n less a v y Own I!Inc"},
		{"ELSE n + sum[l", "less n x", "d y"},
		{"LAMBDA v : v", "v d Next", "a b n"},
		{"Init == x", "x Start Spec", "d n"},
	} {
		in := map[string]bool{}
		for _, s := range InScope(tree, names, place(t, sample, test.before)) {
			if in[s.Name] {
				t.Errorf("behind %q %s comes twice", test.before, s.Name)
			}
			in[s.Name] = true
		}
		for _, name := range strings.Fields(test.want) {
			if !in[name] {
				t.Errorf("behind %q %s is missing", test.before, name)
			}
		}
		for _, name := range strings.Fields(test.not) {
			if in[name] {
				t.Errorf("behind %q there is %s", test.before, name)
			}
		}
	}
}

func TestCallAt(t *testing.T) {
	text := strings.Replace(sample, "I(x)!Inc", "Step(<<1, 2>>, Fact(", 1)
	tree, names := analyse(t, text)
	for _, test := range []struct{ before, want string }{
		{"Step(d, ", "Step 1"},
		{"{1, 2} : Step(", "Step 0"},
		{"/\\ Step(<<1, 2>>, ", "Step 1"},
		{"/\\ Step(<<1, ", ""},
		{"/\\ Step(<<1, 2>>, Fact(", "Fact 0"},
		{"Init == x", ""},
		{"THEN 1 ELSE n * Fact(n ", "Fact 0"},
	} {
		got := ""
		if call, ok := CallAt(tree, names, place(t, text, test.before)); ok {
			got = fmt.Sprintf("%s %d", call.Symbol.Name, call.Argument)
		}
		if got != test.want {
			t.Errorf("behind %q the call is %q, want %q", test.before, got, test.want)
		}
	}
}

func TestMembers(t *testing.T) {
	for _, test := range []struct{ end, want string }{{"I(x)!", "Inc"}, {"I(x)!In", "Inc"}, {"x!", ""}, {"I(x)", ""}} {
		text := strings.Replace(sample, "I(x)!Inc", test.end, 1)
		tree, names := analyse(t, text)
		var got []string
		for _, s := range Members(tree, names, place(t, text, "/\\ "+test.end)) {
			if s.Source().Node.Valid() {
				got = append(got, s.Name)
			}
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("behind %s there are %q, want %q", test.end, got, test.want)
		}
	}
}

func TestDeclaration(t *testing.T) {
	text := "---- MODULE M ----\n\\* Not this.\n\n\\* The\n\\* log.\nVARIABLE log (* here *)\n(****)\n(* Adds *)\n(****)\nAdd(e, F(_)) == \\E <<i, j>> \\in log : F(e) = i\n" +
		"x == 1 \\* one\ny == LET \\* why\n z == 2 IN z\n====\n"
	tree, names := analyse(t, text)
	for _, test := range []struct{ at, declaration, comment string }{
		{"log (* here", "VARIABLE log", "The\nlog."},
		{"Add(e", "Add(e, F(_)) == \\E <<i, j>> \\in log : F(e) = i", "Adds"},
		{"F(e) =", "F(_)", "Adds"},
		{"i\nx", "<<i, j>> \\in log", "Adds"},
		{"y == LET", "y == LET \\* why\n z == 2 IN z", ""},
	} {
		name, ok := At(tree, names, strings.Index(text, test.at))
		if !ok || name.Symbol == nil {
			t.Fatalf("nothing at %q", test.at)
		}
		if got := Declaration(name.Symbol); got != test.declaration {
			t.Errorf("%s is declared by %q, want %q", name.Symbol.Name, got, test.declaration)
		}
		if got := Comment(name.Symbol); got != test.comment {
			t.Errorf("%s has the comment %q, want %q", name.Symbol.Name, got, test.comment)
		}
	}
}

func TestTokens(t *testing.T) {
	text := "---- MODULE M ----\nEXTENDS Sequences (* a\nb *)\nCONSTANT C\nVARIABLE v\nF(p) == [a |-> Len(v), b |-> \"s\"].a + 1 \\* end\nG == v' = TRUE /\\ F(C)\n====\n"
	tree, names := analyse(t, text)
	letters := map[Class]string{ClassKeyword: "k", ClassOperator: "o", ClassString: "s", ClassNumber: "n", ClassComment: "c", ClassModule: "m",
		ClassVariable: "v", ClassConstant: "C", ClassDefinition: "d", ClassParameter: "p", ClassField: "f"}
	var got []string
	end := 0
	for _, token := range Tokens(tree, names) {
		if token.Span.Start < end {
			t.Errorf("%+v overlaps what ends at %d", token, end)
		}
		end = token.Span.End
		mark := letters[token.Class]
		if token.Declares {
			mark += "!"
		}
		if token.Library {
			mark += "*"
		}
		got = append(got, mark+":"+text[token.Span.Start:token.Span.End])
	}
	want := `k:---- k:MODULE m:M k:---- k:EXTENDS m:Sequences c:(* a c:b *) k:CONSTANT C!:C k:VARIABLE v!:v ` +
		`d!:F p!:p o:== f:a d*:Len v:v f:b s:"s" f:a o:+ n:1 c:\* end d!:G o:== v:v o:' o:= k*:TRUE o:/\ d:F C:C k:====`
	if strings.Join(got, " ") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, " "), want)
	}
}
