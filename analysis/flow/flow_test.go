package flow

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/syntax"
)

// The values that the tests follow.
const (
	a Value = iota
	b
	c
)

var letters = Of(a) | Of(b) | Of(c)

func named(spelling string) Value {
	if len(spelling) != 1 {
		return None
	}
	return Value(strings.Index("abc", strings.ToLower(spelling)))
}

// read returns the flow of a module with the given definitions, of which one is
// Next.
func read(t testing.TB, definitions string) *Flow {
	t.Helper()
	text := "---- MODULE m ----\nEXTENDS Naturals, Sequences, Bags\nCONSTANTS C, S, N\nVARIABLES x, y, net\n" + definitions + "\n====\n"
	tree := syntax.Parse(text)
	names := module.Analyze(tree, nil)
	for _, f := range slices.Concat(tree.Findings(), names.Findings) {
		t.Fatalf("%s\n%s", f.Message, text)
	}
	next := names.Module.Lookup("Next")
	return New(names, syntax.Definition{Node: next.Node}.Body(), named)
}

var kinds = map[SinkKind]string{Assigned: "set", Tested: "is", Excluded: "is not", Compared: "compared"}

// TestFollow says where each mention of a value goes.
func TestFollow(t *testing.T) {
	for _, test := range []struct{ name, definitions, want string }{
		{"string", `Next == x' = "a"`, "a set x"},
		{"constant", `Next == x' = C`, "c set x"},
		{"definition", `A == "elsewhere" Next == x' = A`, "a set x"},
		{"definition of another name", `Kind == "b" Next == x' = Kind`, "b set x"},
		{"number", `B == 7 Next == x' \in {B, 8}`, "b set x"},
		{"no value of its own", `A == {"b"} Next == x' \in A`, "b set x"},
		{"record", `Next == x' = [type |-> "a", to |-> 1]`, "a set x in part"},
		{"record set", `Next == net' = net \cup {[type |-> "a", to |-> i] : i \in S}`, "a set net in part"},
		{"bag", `Next == net' = net (+) SetToBag({[type |-> "a"]})`, "a set net in part"},
		{"sequence", `Next == net' = [net EXCEPT ![1] = Append(@, <<"a", 1>>)]`, "a set net in part"},
		{"except", `Next == \E i \in S : x' = [x EXCEPT ![i] = "a"]`, "a set x at i"},
		{"field by except", `Next == \E m \in net : net' = {[m EXCEPT !.type = "b"]}`, "b set net in part"},
		{"field of one node", `Next == \E i \in S : x' = [x EXCEPT ![i].role = "b"]`, "b set x in part at i"},
		{"argument", `Send(t) == net' = {[type |-> t]} Next == Send("a") \/ x' = "b"`, "a set net in part; b set x"},
		{"argument of two calls", `Put(m) == net' = {m} Send(t) == Put([type |-> t]) Next == Send("a") \/ Send("b")`, "a set net in part; b set net in part"},
		{"result", `Kind(m) == IF m = 1 THEN "a" ELSE "b" Next == x' = Kind(2)`, "a set x; b set x"},
		{"result of the call it went into", `Id(m) == m Next == x' = Id("a") /\ y' = Id("b")`, "a set x; b set y"},
		{"let", `Next == LET v == "a" w == v IN x' = w`, "a set x"},
		{"case", `Next == x' = CASE y = "a" -> "b" [] OTHER -> "c"`, "a is; b set x; c set x"},
		{"bound name", `Next == \E v \in {"a", "b"} : x' = v`, "a set x; b set x"},
		{"function", `f[v \in S] == "a" Next == x' = f[1]`, "a set x"},
		{"test", `Next == \E m \in net : m.type = "a" /\ m.other # "b"`, "a is; b is not"},
		{"test of a set", `Next == \E m \in net : m.type \in {"a", "b"} /\ m.type \notin {C}`, "a is; b is; c is not"},
		{"test in an operator", `Is(m, t) == m.type = t Next == \E m \in net : Is(m, "a")`, "a is"},
		{"record looked for", `Next == [type |-> "a"] \in net`, "a is in part"},
		{"bag's own test", `With(m) == IF m \in DOMAIN net THEN [net EXCEPT ![m] = @ + 1] ELSE net
Next == net' = With([type |-> "a"])`, "a set net in part"},
		{"recursive", `RECURSIVE F(_, _) F(v, n) == IF n = 0 THEN v ELSE F(v, n - 1) Next == x' = F("a", 3)`, "a set x"},
		{"taken away", `Next == x' = S \ {"a"}`, ""},
		{"not reached", `Unused == x' = "a" Next == x' = "b"`, "b set x"},
		{"type of a variable", `Type == x \in {"a"} Next == x' = 1`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := read(t, strings.NewReplacer(" Next ==", "\nNext ==", " Send(t)", "\nSend(t)", ") F(v", ")\nF(v").Replace(test.definitions))
			var got []string
			for _, m := range f.Mentions {
				f.Follow(m.Node, func(s Sink) {
					what := fmt.Sprintf("%c %s", "abc"[m.Value], kinds[s.Kind])
					if s.Variable != nil {
						what += " " + s.Variable.Name
					}
					if s.Composite {
						what += " in part"
					}
					if s.Index.Valid() {
						what += " at " + s.Index.Text()
					}
					got = append(got, what)
				})
			}
			slices.Sort(got)
			if have := strings.Join(got, "; "); have != test.want {
				t.Errorf("got %q, want %q", have, test.want)
			}
		})
	}
}

// TestCases says which values x[i] can have where "a" is given to a variable.
func TestCases(t *testing.T) {
	for _, test := range []struct {
		name, definitions string
		want              Set
	}{
		{"none", `Next == \E i \in S : x' = [x EXCEPT ![i] = "a"]`, letters | Other},
		{"equation", `Next == \E i \in S : x[i] = "b" /\ x' = [x EXCEPT ![i] = "a"]`, Of(b)},
		{"the other way round", `Next == \E i \in S : C = x[i] /\ x' = [x EXCEPT ![i] = "a"]`, Of(c)},
		{"inequation", `Next == \E i \in S : x[i] # "b" /\ x' = [x EXCEPT ![i] = "a"]`, Of(a) | Of(c) | Other},
		{"set", `Next == \E i \in S : x[i] \in {"b", C} /\ x' = [x EXCEPT ![i] = "a"]`, Of(b) | Of(c)},
		{"behind the action", `Next == \E i \in S : /\ x' = [x EXCEPT ![i] = "a"]
              /\ ~(x[i] # "b")`, Of(b)},
		{"disjunction", `Next == \E i \in S : (x[i] = "b" \/ x[i] = C) /\ x' = [x EXCEPT ![i] = "a"]`, Of(b) | Of(c)},
		{"else", `Next == \E i \in S : IF x[i] = "b" THEN x' = x ELSE x' = [x EXCEPT ![i] = "a"]`, Of(a) | Of(c) | Other},
		{"case", `Next == \E i \in S : CASE x[i] = C -> x' = [x EXCEPT ![i] = "a"] [] OTHER -> x' = x`, Of(c)},
		{"in the value", `Next == \E i \in S : x' = [x EXCEPT ![i] = IF @ = "b" THEN "a" ELSE @]`, Of(b)},
		{"in the caller", `Set(i) == x' = [x EXCEPT ![i] = "a"]
Next == \E i \in S : x[i] = "b" /\ Set(i)`, Of(b)},
		{"in two callers", `Set(i) == x' = [x EXCEPT ![i] = "a"]
Next == \E i \in S : (x[i] = "b" /\ Set(i)) \/ (x[i] = C /\ Set(i))`, Of(b) | Of(c)},
		{"given by the caller", `Go(i, from, to) == x[i] = from /\ x' = [x EXCEPT ![i] = to]
Next == \E i \in S : Go(i, "b", "a")`, Of(b)},
		{"in a predicate", `Is(i) == x[i] = "b"
Next == \E i \in S : Is(i) /\ x' = [x EXCEPT ![i] = "a"]`, Of(b)},
		{"of the set", `Next == \E i \in {j \in S : x[j] = "b"} : x' = [x EXCEPT ![i] = "a"]`, Of(b)},
		{"of another node", `Next == \E i, j \in S : x[j] = "b" /\ x' = [x EXCEPT ![i] = "a"]`, letters | Other},
		{"of some node", `Next == \E i \in S : (\E j \in S : x[j] = "b") /\ x' = [x EXCEPT ![i] = "a"]`, letters | Other},
		{"by another name", `Next == \E i \in S : x[i] = "b" /\ LET j == i IN x' = [x EXCEPT ![j] = "a"]`, Of(b)},
		{"of another variable", `Next == \E i \in S : y[i] = "b" /\ x' = [x EXCEPT ![i] = "a"]`, letters | Other},
		{"of the next state", `Next == \E i \in S : y' = x /\ y'[i] = "b" /\ x' = [x EXCEPT ![i] = "a"]`, letters | Other},
		{"contradiction", `Next == \E i \in S : x[i] = "b" /\ x[i] = C /\ x' = [x EXCEPT ![i] = "a"]`, 0},
		{"never", `Next == \E i \in S : FALSE /\ x' = [x EXCEPT ![i] = "a"]`, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := read(t, test.definitions)
			found := false
			for _, m := range f.Mentions {
				f.Follow(m.Node, func(s Sink) {
					if m.Value != a || s.Kind != Assigned {
						return
					}
					found = true
					cases := f.Cases(Subject{Values: letters | Other, Variable: s.Variable})
					if got := cases.Of(s); got != test.want {
						t.Errorf("got %b, want %b", got, test.want)
					}
					if cases.Unsure {
						t.Error("unsure")
					}
				})
			}
			if !found {
				t.Error(`"a" is given to nothing`)
			}
		})
	}
}

// TestOpaque says which actions are not seen through.
func TestOpaque(t *testing.T) {
	tree := syntax.Parse("---- MODULE m ----\nVARIABLE x\nNext == x' = Missing\nClear == x' = 1\n====\n")
	names := module.Analyze(tree, nil)
	for name, want := range map[string]bool{"Next": true, "Clear": false} {
		def := syntax.Definition{Node: names.Module.Lookup(name).Node}
		if got := New(names, def.Body(), named).Opaque; got != want {
			t.Errorf("%s: opaque %t, want %t", name, got, want)
		}
	}
}
