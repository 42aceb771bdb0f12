package contract

import (
	"fmt"
	"strings"
	"testing"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/analysis/syntax"
)

// FuzzCheck checks any text against each contract and none. Nothing may panic,
// every place must lie in the text, every fix must apply, and removing comments
// must leave the tokens in their columns.
func FuzzCheck(f *testing.F) {
	for _, g := range goldens(f) {
		f.Add(g.text)
	}
	profiles := append(profile.Builtin(), nil)
	f.Fuzz(func(t *testing.T, text string) {
		for _, p := range profiles {
			tree := syntax.Parse(text)
			for _, found := range Check(Input{Tree: tree, Path: "etcdraft.tla", Profile: p}) {
				inside(t, text, found.Span)
				for _, r := range found.Related {
					inside(t, text, r.Span)
				}
				if found.Rule != "syntax" && (found.Message == "" || strings.HasSuffix(found.Message, ".")) {
					t.Errorf("%s: message %q", found.Rule, found.Message)
				}
				titles := map[string]bool{}
				for _, fix := range found.Fixes {
					after, err := finding.Apply(text, fix.Edits)
					if err != nil {
						t.Fatalf("%s: %s: %v", found.Rule, fix.Title, err)
					}
					if titles[fix.Title] {
						t.Errorf("%s: two fixes are called %q", found.Rule, fix.Title)
					}
					titles[fix.Title] = true
					if found.Rule == "comments" && len(tree.Findings()) == 0 {
						if was, is := layout(tree), layout(syntax.Parse(after)); was != is {
							t.Errorf("%s changes the module:\n%s\nbefore:\n%s", fix.Title, is, was)
						}
					}
				}
			}
		}
	})
}

func inside(t *testing.T, text string, s finding.Span) {
	t.Helper()
	if s.Start < 0 || s.End < s.Start || s.End > len(text) {
		t.Fatalf("span %v in a text of %d bytes", s, len(text))
	}
}

// layout lists a tree's tokens, and the columns of those on which lists depend.
func layout(tree *syntax.Tree) string {
	var b strings.Builder
	for i := range tree.NumTokens() {
		t := tree.Token(i)
		column := t.Column()
		if t.Kind() == syntax.Footer {
			column = 0
		}
		fmt.Fprintf(&b, "%s@%d ", t.Text(), column)
	}
	return b.String()
}

// BenchmarkCheck measures all rules on a module of 900 lines that keeps the rules
// on form. The parser and the analysis of names are
// not counted.
func BenchmarkCheck(b *testing.B) {
	etcd := profile.Builtin()[0]
	text := longModule(900)
	tree := syntax.Parse(text)
	if len(tree.Findings()) > 0 {
		b.Fatal(tree.Findings())
	}
	names := module.Analyze(tree, nil)
	if finding.HasErrors(names.Findings) {
		b.Fatal(names.Findings)
	}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		Check(Input{Tree: tree, Names: names, Profile: etcd})
	}
}

// longModule returns a module of at least so many lines.
func longModule(lines int) string {
	var b, next strings.Builder
	b.WriteString(`---- MODULE etcdraft ----
EXTENDS Naturals, Sequences, FiniteSets
CONSTANTS Server, Nil
VARIABLES currentTerm, votedFor, state, log, messages
vars == <<currentTerm, votedFor, state, log, messages>>
LastTerm(xlog) == IF Len(xlog) = 0 THEN 0 ELSE xlog[Len(xlog)].term
Init ==
    /\ currentTerm = [i \in Server |-> 1]
    /\ votedFor = [i \in Server |-> Nil]
    /\ state = [i \in Server |-> "Follower"]
    /\ log = [i \in Server |-> <<>>]
    /\ messages = {}
`)
	for i := 0; strings.Count(b.String(), "\n")+i < lines; i++ {
		fmt.Fprintf(&b, `
Action%d(i, j) ==
    LET last == LastTerm(log[i])
        entry == [term |-> currentTerm[i], value |-> %d]
    IN  /\ state[i] \in {"Follower", "Candidate"}
        /\ \/ votedFor[i] = Nil
           \/ votedFor[i] = j /\ last >= currentTerm[j]
        /\ currentTerm' = [currentTerm EXCEPT ![i] = @ + 1]
        /\ votedFor' = [votedFor EXCEPT ![i] = j]
        /\ log' = [log EXCEPT ![i] = Append(@, entry)]
        /\ messages' = messages \cup {[type |-> "Vote", from |-> i, to |-> j, term |-> last]}
        /\ UNCHANGED state
`, i, i)
		fmt.Fprintf(&next, "    \\/ \\E i, j \\in Server : Action%d(i, j)\n", i)
	}
	b.WriteString("\nNext ==\n" + next.String() + "\nSpec == Init /\\ [][Next]_vars /\\ WF_vars(Next)\n====\n")
	return b.String()
}
