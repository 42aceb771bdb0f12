package contract

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/analysis/syntax"
)

// mutation takes something away from the specification in testdata/complete, or
// puts in what should not be there. unmet are the requirements that are then not
// met, and no others.
type mutation struct {
	name  string
	old   string
	new   string
	unmet []string
}

var mutations = []mutation{
	{"nothing", "", "", nil},
	{"handler dropped from Next", `\/ Vote(i, m) `, ` `, []string{"MsgVote", "MsgVoteResp", "one vote per term"}},
	{"response never sent", `Send({[type |-> "MsgVoteResp", from |-> i, to |-> m.from, term |-> term[i]]})`, `UNCHANGED msgs`, []string{"MsgVoteResp"}},
	{"response never handled", `\/ m.type = "MsgVoteResp" /\ state[i] = "StateCandidate" /\ m.term = term[i]`, ``, []string{"MsgVoteResp"}},
	{"one of two kinds never handled", `m.type \in {"MsgAppResp", "MsgHeartbeatResp"}`, `m.type \in {"MsgAppResp"}`, []string{"MsgHeartbeatResp"}},
	{"kind tested for being another only", `m.type = "MsgHeartbeat"`, `m.type # "MsgApp"`, []string{"MsgHeartbeat", "heartbeats reset the timer"}},
	{"no one leads", `\/ Lead(i) `, ` `, []string{"StateLeader", "StateCandidate → StateLeader"}},
	{"no one campaigns", `\/ Campaign(i) `, ` `, []string{"MsgVote", "StateCandidate", "StatePreCandidate → StateCandidate"}},
	{"leaders come from elsewhere", "/\\ state[i] = \"StateCandidate\"\n    /\\ Majority", "/\\ state[i] = \"StatePreCandidate\"\n    /\\ Majority", []string{
		"StateCandidate → StateLeader", "strict state transitions"}},
	{"candidates skip the first round", "/\\ state[i] = \"StatePreCandidate\"\n    /\\ Majority", "/\\ state[i] # \"StateLeader\"\n    /\\ Majority", []string{
		"strict state transitions"}},
	{"leaders campaign", "/\\ state[i] # \"StateLeader\"\n    /\\ Become", "/\\ Become", []string{"strict state transitions"}},
	{"terms do not advance", `![i] = m.term]`, `![i] = term[i] + 1]`, []string{"terms advanced by messages"}},
	{"the vote outlives the term", "    /\\ vote' = [vote EXCEPT ![i] = Nil]\n    /\\ UNCHANGED <<msgs, votes, logs>>", "    /\\ UNCHANGED <<msgs, vote, votes, logs>>", []string{
		"one vote per term"}},
	{"votes are given to all", `    /\ vote[i] \in {Nil, m.from}` + "\n", ``, []string{"one vote per term"}},
	{"terms are not compared", "    /\\ m.prevLogTerm = TermAt(i, m.prevLogIndex)\n", ``, []string{"log consistency check"}},
	{"indices are not compared", "    /\\ m.prevLogIndex >= commit[i]\n    /\\ m.prevLogIndex <= Len(log[i])\n    /\\ m.prevLogTerm = TermAt(i, m.prevLogIndex)\n",
		"    /\\ m.prevLogTerm = 1\n", []string{"log consistency check"}},
	{"anyone is elected", "/\\ state[i] = \"StateCandidate\"\n    /\\ Majority(votes[i])", `/\ state[i] = "StateCandidate"`, []string{"majority elects and commits"}},
	{"all is committed", "    /\\ Majority({j \\in Server : match[i][j] >= k})\n", ``, []string{"majority elects and commits"}},
	{"nothing is lost", ` \/ Lose(m)`, ``, []string{"messages delayed and lost"}},
	{"heartbeats reset nothing", "/\\ m.type = \"MsgHeartbeat\"\n    /\\ m.term = term[i]\n    /\\ state[i] # \"StateLeader\"\n    /\\ Become(i, \"StateFollower\")",
		"/\\ m.type = \"MsgHeartbeat\"\n    /\\ m.term = term[i]\n    /\\ UNCHANGED <<state, elapsed>>", []string{"heartbeats reset the timer"}},
	{"any node counts answers", "    /\\ m.type \\in {\"MsgAppResp\", \"MsgHeartbeatResp\"}\n    /\\ m.term = term[i]\n    /\\ state[i] = \"StateLeader\"\n",
		"    /\\ m.type \\in {\"MsgAppResp\", \"MsgHeartbeatResp\"}\n    /\\ m.term = term[i]\n", []string{"messages handled by state"}},
	{"other names", `"StateLeader"`, `"LEADER"`, nil},
	{"names as definitions", `"MsgAppResp"`, `AppendEntriesReply`, nil},
}

// TestMutations takes from a specification that meets all requirements one thing
// at a time, and looks for what is missed.
func TestMutations(t *testing.T) {
	complete, err := os.ReadFile("testdata/complete/etcdraft.tla")
	if err != nil {
		t.Fatal(err)
	}
	p, err := profile.Lookup(profile.Builtin(), "etcd")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range mutations {
		t.Run(m.name, func(t *testing.T) {
			text := string(complete)
			if !strings.Contains(text, m.old) {
				t.Fatalf("the specification does not have %q", m.old)
			}
			if m.old != "" {
				text = strings.ReplaceAll(text, m.old, m.new)
			}
			if strings.Contains(m.new, "AppendEntriesReply") {
				text = strings.Replace(text, "VARIABLES", "AppendEntriesReply == \"app_reply\"\nVARIABLES", 1)
			}
			in := Input{Tree: syntax.Parse(text), Profile: p}
			findings, requirements := Judge(in)
			var unmet []string
			for _, r := range requirements {
				if !r.Met {
					unmet = append(unmet, r.Name)
				}
			}
			if !slices.Equal(unmet, m.unmet) {
				t.Errorf("unmet:\n%q\nwant:\n%q", unmet, m.unmet)
			}
			var said []string
			for _, f := range findings {
				if f.Rule == "core-actions" || f.Rule == "behavioural-scope" {
					said = append(said, fmt.Sprint(f.Severity, ": ", f.Message))
				}
			}
			if (len(m.unmet) > 0) != (len(said) > 0) && !strings.HasSuffix(m.name, "names") && m.name != "names as definitions" {
				t.Errorf("findings: %q", said)
			}
		})
	}
}
