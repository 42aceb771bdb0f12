package module

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/specls/specls/analysis/syntax"
)

const symbols = `---- MODULE Symbols ----
EXTENDS Naturals, Base
CONSTANT C, G(_, _)
VARIABLE x
Init == x = Start
Step(d, F(_)) == x' = F(x + d)
Live == <>(x > 3)
LOCAL Hidden == 1
sum[n \in Nat] == IF n = 0 THEN 0 ELSE n + sum[n - 1]
RECURSIVE Fact(_)
Fact(n) == IF n = 0 THEN 1 ELSE n * Fact(n - 1)
I(y) == INSTANCE Counter WITH count <- y
J == INSTANCE Counter WITH count <- x
Both == I(x)!Inc /\ J!Inc /\ I(3)!Zero
THEOREM Thm == Init => Live
====`

func symbolSource(name string) (string, bool) {
	text, ok := map[string]string{
		"Base":    "---- MODULE Base ----\nEXTENDS Integers\nStart == 0\nLOCAL Own == 1\n====",
		"Counter": "---- MODULE Counter ----\nEXTENDS Naturals\nVARIABLE count\nZero == count = 0\nInc == count' = count + 1\n====",
	}[name]
	return text, ok
}

func TestSymbols(t *testing.T) {
	tree := syntax.Parse(symbols)
	result := Analyze(tree, symbolSource)
	for _, f := range result.Findings {
		t.Errorf("finding %+v", f)
	}
	for _, want := range []string{
		"C constant 0 constant", "G constant 2 constant", "x variable 0 state", "Init definition 0 state", "Step definition 2 action",
		"Live definition 0 temporal", "Hidden definition 0 constant local", "sum definition 0 constant function",
		"Fact definition 1 constant recursive", "I instance 1 constant", "J instance 0 constant", "Both definition 0 action",
		"Thm theorem 0 temporal", "Start definition 0 constant", "+ definition 2 constant", "Int definition 0 constant",
	} {
		name, _, _ := strings.Cut(want, " ")
		s := result.Module.Lookup(name)
		if s == nil {
			t.Errorf("no symbol %s", name)
			continue
		}
		got := fmt.Sprintf("%s %s %d %s", s.Name, s.Kind, s.Arity, s.Level())
		for _, flag := range []struct {
			word string
			set  bool
		}{{"local", s.Local}, {"function", s.Function}, {"recursive", s.Recursive}} {
			if flag.set {
				got += " " + flag.word
			}
		}
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if result.Module.Lookup("Own") != nil {
		t.Error("what is LOCAL in an extended module is known")
	}
	if got := result.Module.Lookup("Step").Demands(); got != "[1, 1][2, 2]" {
		t.Errorf("Step demands %s", got)
	}
}

func TestUses(t *testing.T) {
	tree := syntax.Parse(symbols)
	result := Analyze(tree, symbolSource)
	for _, test := range []struct {
		name string
		want []string // the text of the nodes, from the outermost on
	}{
		{"Start", []string{"Start"}},
		{"C", []string{"C"}},
		{"Init", []string{"Init == x = Start", "Init"}},
		{"J", []string{"J == INSTANCE Counter WITH count <- x", "J"}},
	} {
		var got []string
		for _, n := range result.Uses(result.Module.Lookup(test.name)) {
			got = append(got, n.Text())
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("uses of %s: %q, want %q", test.name, got, test.want)
		}
	}
	for n := range tree.Root().Walk() {
		if n.Kind() == syntax.KindSelection && n.Text() == "I(x)!Inc" {
			s := result.Symbol(n)
			if s == nil || s.Name != "I!Inc" || s.Source().Name != "Inc" || s.Source().Module.Name != "Counter" || s.Level() != Action {
				t.Errorf("I(x)!Inc is %+v", s)
			}
		}
	}
}

// TestCache checks that a module is analysed once for as long as its text and
// those of what it depends on stay the same.
func TestCache(t *testing.T) {
	texts := map[string]string{
		"A": "---- MODULE A ----\nEXTENDS B\na == b\n====",
		"B": "---- MODULE B ----\nb == 1\n====",
	}
	source := func(name string) (string, bool) {
		text, ok := texts[name]
		return text, ok
	}
	cache := new(Cache)
	analyze := func() (*Module, int) {
		r := cache.Analyze(syntax.Parse("---- MODULE Root ----\nEXTENDS A\nc == a + b\n===="), source)
		return r.Module.Extends[0], len(r.Findings)
	}
	first, found := analyze()
	if found != 1 { // the unknown +
		t.Errorf("%d findings", found)
	}
	if second, _ := analyze(); second != first {
		t.Error("an unchanged module was analysed again")
	}
	texts["B"] = "---- MODULE B ----\nd == 1\n===="
	third, found := analyze()
	if third == first || found != 3 { // A has an error, b and + are unknown
		t.Errorf("after a change of what it extends: same module %v, %d findings", third == first, found)
	}
	delete(texts, "B")
	if _, found := analyze(); found != 1 { // A has an error; b may be B's
		t.Errorf("without what it extends: %d findings", found)
	}
}

// TestKnot analyses modules each of which extends all others, along which there
// are more paths than anyone can walk.
func TestKnot(t *testing.T) {
	const size = 40
	var all []string
	for i := range size {
		all = append(all, fmt.Sprintf("M%d", i))
	}
	text := func(name string) string {
		return "---- MODULE " + name + " ----\nEXTENDS " + strings.Join(all, ", ") + "\n===="
	}
	result := Analyze(syntax.Parse(text("M0")), func(name string) (string, bool) { return text(name), slices.Contains(all, name) })
	cycles := 0
	for _, f := range result.Findings {
		if f.Rule == RuleModuleCycle {
			cycles++
		}
	}
	if cycles == 0 || len(result.Findings) != size {
		t.Errorf("%d findings, %d of them cycles", len(result.Findings), cycles)
	}
}

// TestConcurrent lets several goroutines share what they find; it is for the
// race detector.
func TestConcurrent(t *testing.T) {
	cache := new(Cache)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 20 {
				tree := syntax.Parse(symbols)
				if found := cache.Analyze(tree, symbolSource).Findings; len(found) > 0 {
					t.Errorf("findings: %+v", found)
				}
			}
		})
	}
	wait.Wait()
}
