package syntax

import (
	"fmt"
	"strings"
	"testing"
)

// corpus returns a module of about the given number of lines, with the
// constructs of a specification in about their usual shares.
func corpus(lines int) string {
	var b strings.Builder
	b.WriteString("---- MODULE Corpus ----\nEXTENDS Naturals, Sequences, FiniteSets, TLC\nCONSTANTS Server, Value, Nil, Quorum(_)\n")
	b.WriteString("VARIABLES state, log, messages, commitIndex\nvars == <<state, log, messages, commitIndex>>\n")
	for i := range lines / 30 {
		fmt.Fprintf(&b, corpusPart, i)
	}
	b.WriteString("====\n")
	return b.String()
}

const corpusPart = `
----------------------------------------------------------------------------
\* A server hears from another one; what it does depends on the term.
Handle%[1]d(i, j, m) ==
    LET prevLogIndex == m.mprevLogIndex
        logOk == \/ prevLogIndex = 0
                 \/ /\ prevLogIndex > 0
                    /\ prevLogIndex <= Len(log[i])
                    /\ m.mprevLogTerm = log[i][prevLogIndex].term
    IN  /\ m.mterm <= state[i].term (* stale messages are answered too *)
        /\ \/ /\ \/ m.mterm < state[i].term
                 \/ ~logOk
              /\ messages' = messages \cup {[mtype |-> "reply", mterm |-> state[i].term, msuccess |-> FALSE, to |-> j]}
              /\ UNCHANGED <<state, log, commitIndex>>
           \/ /\ logOk
              /\ state' = [state EXCEPT ![i].term = @ + 1, ![j] = [role |-> "Follower", votes |-> {}]]
              /\ log' = [log EXCEPT ![i] = SubSeq(@, 1, prevLogIndex) \o m.mentries]
              /\ commitIndex' = [k \in Server |-> IF k = i THEN Max({m.mcommit, commitIndex[k]}) ELSE commitIndex[k]]
              /\ messages' = messages

Safe%[1]d == \A i, j \in Server : \A n \in 1..Len(log[i]) :
              (n <= commitIndex[i] /\ n <= commitIndex[j]) => log[i][n] = log[j][n]

Choose%[1]d(S) == CHOOSE x \in S : \A y \in S : x >= y /\ x # y => x - y > 0 - 1

Spec%[1]d == Safe%[1]d /\ [][\E i, j \in Server, m \in messages : Handle%[1]d(i, j, m)]_vars
        /\ WF_vars(\E i \in Server : Choose%[1]d(Server) = i) /\ [](Safe%[1]d => <>Safe%[1]d)
THEOREM Spec%[1]d => []Safe%[1]d
`

func BenchmarkParse(b *testing.B) {
	for _, lines := range []int{1000, 10000, 100000} {
		text := corpus(lines)
		if f := Parse(text).Findings(); len(f) > 0 {
			b.Fatalf("the corpus has findings: %+v", f[0])
		}
		b.Run(fmt.Sprintf("%dk", lines/1000), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				Parse(text)
			}
		})
	}
}

func BenchmarkParseNested(b *testing.B) {
	for _, depth := range []int{100, 1000, 10000} {
		text := "---- MODULE M ----\nA == " + strings.Repeat("(", depth) + "1" + strings.Repeat(")", depth) + "\n====\n"
		b.Run(fmt.Sprint(depth), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				Parse(text)
			}
		})
	}
}

func BenchmarkLex(b *testing.B) {
	text := corpus(10000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		l := lexer{text: text, tokens: make([]token, 0, len(text)/4+8)}
		l.lex(0)
	}
}
