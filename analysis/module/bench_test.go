package module

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/specls/specls/analysis/syntax"
)

// actions returns a module with n actions such as generated specifications have
// them, about nine lines each.
func actions(n int) string {
	var b strings.Builder
	b.WriteString("---- MODULE Big ----\nEXTENDS Naturals, Sequences, FiniteSets, TLC\nCONSTANTS Server, Nil, Follower, Leader\n" +
		"VARIABLES state, term, log, messages, votes\nvars == <<state, term, log, messages, votes>>\n" +
		"Send(m) == messages' = messages \\cup {m}\n")
	for i := range n {
		fmt.Fprintf(&b, `
Handle%d(i, m) ==
    LET prevOk == m.prev <= Len(log[i]) /\ \E j \in 1..Len(log[i]) : log[i][j].term = m.term
        entries == SubSeq(m.entries, 1, Len(m.entries))
    IN  /\ m.term <= term[i]
        /\ state[i] # Leader
        /\ \/ prevOk /\ log' = [log EXCEPT ![i] = @ \o entries]
           \/ ~prevOk /\ UNCHANGED log
        /\ Send([type |-> "reply", from |-> i, to |-> m.from, term |-> term[i], ok |-> prevOk])
        /\ UNCHANGED <<state, term, votes>>
`, i)
	}
	b.WriteString("\nNext == \\E i \\in Server, m \\in messages :\n")
	for i := range n {
		fmt.Fprintf(&b, "    \\/ Handle%d(i, m)\n", i)
	}
	b.WriteString("Spec == state = [i \\in Server |-> Follower] /\\ [][Next]_vars /\\ WF_vars(Next)\n====\n")
	return b.String()
}

// BenchmarkAnalyze measures names, arities and levels; the module is parsed
// already, and what it extends is known.
func BenchmarkAnalyze(b *testing.B) {
	for _, n := range []int{90, 900, 9000} {
		text := actions(n)
		b.Run(fmt.Sprintf("lines=%d", strings.Count(text, "\n")), func(b *testing.B) {
			tree := syntax.Parse(text)
			cache := new(Cache)
			if found := cache.Analyze(tree, nil).Findings; len(found) > 0 {
				b.Fatalf("findings: %v", found[0])
			}
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				cache.Analyze(tree, nil)
			}
		})
	}
}

// BenchmarkParseAndAnalyze measures what happens at a keystroke.
func BenchmarkParseAndAnalyze(b *testing.B) {
	text := actions(90)
	cache := new(Cache)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		cache.Analyze(syntax.Parse(text), nil)
	}
}

// BenchmarkFile measures the module in the file that SPECLS_BENCH_MODULE names,
// with its directory as the source.
func BenchmarkFile(b *testing.B) {
	file := os.Getenv("SPECLS_BENCH_MODULE")
	if file == "" {
		b.Skip("SKIPPED: set SPECLS_BENCH_MODULE to a .tla file")
	}
	data, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	known := map[string]string{}
	source := func(name string) (string, bool) {
		text, ok := known[name]
		if !ok {
			data, _ := os.ReadFile(filepath.Join(filepath.Dir(file), name+".tla"))
			text = string(data)
			known[name] = text
		}
		return text, text != ""
	}
	cache := new(Cache)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		cache.Analyze(syntax.Parse(string(data)), source)
	}
}
