package analysis

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// leader is a group of definitions such as generated specifications have them,
// 24 lines. Its verb is the number that sets it apart from the others.
const leader = `
\* The leader %[1]d sends what a follower lacks.
Send%[1]d(i, j) ==
    LET previous == nextIndex[i][j] - 1
        last == IF Len(log[i]) < nextIndex[i][j] THEN Len(log[i]) ELSE nextIndex[i][j]
        entries == SubSeq(log[i], nextIndex[i][j], last)
    IN  /\ i # j
        /\ state[i] = "Leader"
        /\ messages' = messages \cup {[type |-> "Append", from |-> i, to |-> j, term |-> term[i], previous |-> previous, entries |-> entries]}
        /\ UNCHANGED <<state, term, log, nextIndex>>

Receive%[1]d(m) ==
    LET i == m.to IN
    /\ m.type = "Append"
    /\ \/ /\ m.term < term[i]
          /\ UNCHANGED <<state, term, log, nextIndex>>
       \/ /\ m.term >= term[i]
          /\ term' = [term EXCEPT ![i] = m.term]
          /\ log' = [log EXCEPT ![i] = SubSeq(@, 1, m.previous) \o m.entries]
          /\ nextIndex' = [nextIndex EXCEPT ![i][m.from] = @ + 1]
          /\ UNCHANGED state
    /\ messages' = messages \ {m}

Next%[1]d == (\E i, j \in Server : Send%[1]d(i, j)) \/ \E m \in messages : Receive%[1]d(m)
`

const lines = 24

// largeModule returns a module of about the given number of lines.
func largeModule(n int) string {
	var b strings.Builder
	b.WriteString("---- MODULE Large ----\nEXTENDS Naturals, Sequences\nCONSTANT Server\nVARIABLES state, term, log, nextIndex, messages\n")
	b.WriteString("vars == <<state, term, log, nextIndex, messages>>\n")
	for i := range n / lines {
		fmt.Fprintf(&b, leader, i)
	}
	b.WriteString(`
Init ==
    /\ state = [i \in Server |-> "Follower"]
    /\ term = [i \in Server |-> 0]
    /\ log = [i \in Server |-> <<>>]
    /\ nextIndex = [i \in Server |-> [j \in Server |-> 1]]
    /\ messages = {}

Next ==
`)
	for i := range n / lines {
		fmt.Fprintf(&b, "    \\/ Next%d\n", i)
	}
	b.WriteString("\nSpec == Init /\\ [][Next]_vars /\\ WF_vars(Next)\n====\n")
	return b.String()
}

// BenchmarkCheck checks large modules in full. The cost of a byte should not
// depend on their size. What is reported as peak is the memory that the process
// holds after the last check; it gives none back in the time between.
func BenchmarkCheck(b *testing.B) {
	for _, size := range []int{1000, 10000, 100000} {
		checkText(b, fmt.Sprintf("lines=%d", size), largeModule(size))
	}
	checkText(b, "MB=2.4", largeModule(2400000*lines/len(leader)))
}

func checkText(b *testing.B, name, text string) {
	b.Run(name, func(b *testing.B) {
		runtime.GC()
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			result, err := Check(Input{Text: text, Path: "Large.tla", Profile: NoProfile})
			if err != nil || len(result.Findings) > 0 {
				b.Fatal(err, result.Findings)
			}
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		b.ReportMetric(float64(m.Sys-m.HeapReleased)/1e6, "peak-MB")
	})
}
