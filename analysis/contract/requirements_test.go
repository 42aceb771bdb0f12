package contract

import (
	"fmt"
	"strings"
	"testing"

	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/analysis/syntax"
)

// TestRequirements looks for what the raftkvs profile asks for in a
// specification that models half of it, under other names.
func TestRequirements(t *testing.T) {
	const spec = `---- MODULE raftkvs ----
EXTENDS Naturals
CONSTANTS Server, Follower, Candidate, Leader
VARIABLES state, net
VoteReq == "vote_req"
Init == state = [i \in Server |-> Follower] /\ net = {}
Timeout(i) ==
    /\ state[i] # Leader
    /\ state' = [state EXCEPT ![i] = Candidate]
    /\ net' = net \cup {[type |-> VoteReq, from |-> i]}
Vote(m) == m.type = VoteReq /\ net' = net \cup {[type |-> "VoteReply"]} /\ UNCHANGED state
Win(i) == state[i] = Candidate /\ state' = [state EXCEPT ![i] = Leader] /\ UNCHANGED net
Unused(m) == m.type = "VoteReply" /\ UNCHANGED <<state, net>>
Quorum == {q \in SUBSET Server : TRUE}
Next == (\E i \in Server : Timeout(i) \/ (\E q \in Quorum : Win(i))) \/ \E m \in net : Vote(m) \/ (net' = net \ {m} /\ UNCHANGED state)
Spec == Init /\ [][Next]_<<state, net>>
====
`
	const want = `message LeaderTimeout true: modelled by Timeout
message RequestVoteRequest true: sent and received
message RequestVoteResponse false: sent, but not received
message AppendEntriesRequest false: no step that Next allows has to do with it
message AppendEntriesResponse false: no step that Next allows has to do with it
message ClientGetRequest false: no step that Next allows has to do with it
message ClientGetResponse false: no step that Next allows has to do with it
message ClientPutRequest false: no step that Next allows has to do with it
message ClientPutResponse false: no step that Next allows has to do with it
role StateFollower true: entered and left
role StateCandidate true: entered and left
role StateLeader false: entered, but not left
action StateFollower → StateCandidate true: a step that Next allows takes a node there
action StateCandidate → StateLeader true: a step that Next allows takes a node there
rule strict state transitions true: none of the 2 places that set the state of a node skips one
rule messages handled by state false: no handler of a kind that belongs to one state was recognised
rule terms advanced by messages false: no step sets a variable that is called like a term
rule one vote per term false: no step sets a variable that is called like a vote
rule heartbeats reset the timer false: no step sets a variable that is called like an election timer
rule log consistency check false: no field that is called like a previous index or a previous term is read
rule majority elects and commits false: no step sets a variable that is called like a commit index
rule messages delayed and lost true: messages are kept in net, and a step may lose one
`
	p, err := profile.Lookup(profile.Builtin(), "raftkvs")
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, r := range Requirements(Input{Tree: syntax.Parse(spec), Profile: p}) {
		fmt.Fprintf(&got, "%s %s %t: %s\n", r.Kind, r.Name, r.Met, r.Why)
		if r.Met && r.Span.Start == r.Span.End {
			t.Errorf("%s is met nowhere", r.Name)
		}
	}
	if got.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", got.String(), want)
	}
}
