package reply

import (
	"strings"
	"testing"

	"github.com/specls/specls/commands/model"
)

const joined = `---- MODULE etcdraft ----
EXTENDS Naturals, Sequences
CONSTANTS Server, Nil
VARIABLES state, term, votes
vars == <<state, term, votes>>

Init ==
    /\ state = [i \in Server |-> "Follower"]
    /\ term = [i \in Server |-> 0]
    /\ votes = [i \in Server |-> {}]

Timeout(i) ==
    /\ state[i] # "Leader"
    /\ state' = [state EXCEPT ![i] = "Candidate"]
    /\ term' = [term EXCEPT ![i] = @ + 1]
    /\ votes' = [votes EXCEPT ![i] = {i}]

Grant(i, j) ==
    /\ state[i] = "Candidate"
    /\ IF term[j] <= term[i]
       THEN votes' = [votes EXCEPT ![i] = @ \cup {j}]
       ELSE UNCHANGED votes
    /\ UNCHANGED <<state, term>>

Next == \/ \E i \in Server : Timeout(i)
        \/ \E i, j \in Server : Grant(i, j)
Spec == Init /\ [][Next]_vars /\ WF_vars(Next)
====
`

// lastLines returns the n lines before an offset, the one that it stands in
// included.
func lastLines(text string, n int) string {
	start := len(text)
	for range n {
		start = strings.LastIndexByte(text[:max(0, start-1)], '\n') + 1
	}
	return text[start:]
}

// TestJoin cuts a reply at every third byte, not the same for all ways, and has it
// go on in each of the ways in which models do. The module must come out as if it had never been cut: line by line,
// with the same indentation.
func TestJoin(t *testing.T) {
	for i, way := range []struct {
		name string
		// first and rest are the parts, made of what stands before and behind the
		// cut; the reply opens with a fence where fenced.
		rest   func(before, after string) string
		fenced bool
	}{
		{"exactly", func(_, after string) string { return after }, false},
		{"exactly, but for blanks", func(_, after string) string { return strings.TrimLeft(after, " ") }, false},
		{"exactly, closing the block", func(_, after string) string { return after + "```\n" }, true},
		{"the line again", func(before, after string) string { return lastLines(before, 1) + after }, false},
		{"the line again, without its blanks", func(before, after string) string {
			return strings.TrimLeft(lastLines(before, 1)+after, " ")
		}, false},
		{"three lines again", func(before, after string) string { return lastLines(before, 3) + after }, false},
		{"a block again", func(_, after string) string { return "```tla\n" + after + "```\n" }, true},
		{"a block again, never opened before", func(_, after string) string { return "```\n" + after + "```\n" }, false},
		{"a block again, and two lines", func(before, after string) string {
			return "```tla\n" + lastLines(before, 2) + after + "```\nThat is all.\n"
		}, true},
		{"first some words", func(before, after string) string {
			return "Certainly, here is the rest:\n\n```tla\n" + lastLines(before, 1) + after + "```\n"
		}, true},
		{"first some thoughts", func(before, after string) string {
			return "<think>\nWhere was I? At Init ==\n</think>\n" + lastLines(before, 1) + after
		}, false},
		{"all over", func(string, string) string { return joined }, false},
		{"all over, in a block", func(string, string) string { return "```tla\n" + joined + "```\n" }, true},
	} {
		t.Run(way.name, func(t *testing.T) {
			for cut := len("---- MODULE etcdraft ----\n") + i%3; cut < len(joined)-len("====\n"); cut += 3 {
				first := joined[:cut]
				shown := Unfinished(first)
				rest := way.rest(shown, joined[len(shown):])
				if way.fenced {
					first = "Here it is:\n```tla\n" + first
				}
				whole := Join(first, rest, "etcdraft")
				if got := Extract(whole, "etcdraft", model.Stop); !alike(got.Module, joined) {
					t.Errorf("cut behind %q: %s, %q", lastLines(joined[:cut], 1), got.Status, around(got.Module, cut))
				}
			}
		})
	}
}

// alike reports whether two texts are the same but for blanks inside lines and
// blank lines.
func alike(a, b string) bool {
	normal := func(text string) string {
		var out []string
		for line := range strings.Lines(text) {
			if words := strings.Join(strings.Fields(line), ""); words != "" {
				out = append(out, line[:len(line)-len(strings.TrimLeft(line, " "))]+words)
			}
		}
		return strings.Join(out, "\n")
	}
	return normal(a) == normal(b)
}

// around returns what stands around an offset.
func around(text string, offset int) string {
	return text[min(len(text), max(0, offset-40)):min(len(text), offset+40)]
}

func TestJoinOfWhatIsCutAgain(t *testing.T) {
	for _, c := range []struct{ name, first, rest, want string }{
		{"the rest is cut too", joined[:200], joined[200:400], joined[:400]},
		{"started over, and came further", joined[:200], joined[:400], joined[:400]},
		{"started over, and came less far", joined[:400], joined[:200], joined[:400]},
		{"nothing", joined[:200], "", joined[:200]},
		{"blanks", joined[:200], "\n \n", joined[:200]},
	} {
		got := strings.TrimRight(Join(c.first, c.rest, "etcdraft"), " \n")
		if got != strings.TrimRight(c.want, " \n") {
			t.Errorf("%s: got %q", c.name, got)
		}
	}
}

func FuzzJoin(f *testing.F) {
	f.Add(joined[:200], joined[200:])
	f.Add("```\n", "```tla\nx\n")
	f.Fuzz(func(t *testing.T, first, rest string) { Join(first, rest, "etcdraft") })
}
