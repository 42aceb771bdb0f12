package builtin

import "strings"

// slot is a name that the specification leaves to the source.
type slot struct {
	// name is the profile's own name, used where the source has none; for a
	// role or message also its value, whatever it is called.
	name string
	kind slotKind
	// also are the names in a source that mean the same, in lower case and
	// without underscores, the likeliest first. The name itself goes before
	// them all.
	also []string
}

type slotKind int

const (
	role slotKind = iota
	message
	action
)

// specifications are the modules there are templates for, each with its slots
// in the order in which the report lists them.
var specifications = []specification{
	{"etcdraft", []slot{
		{"StateFollower", role, []string{"follower"}},
		{"StatePreCandidate", role, []string{"precandidate"}},
		{"StateCandidate", role, []string{"candidate"}},
		{"StateLeader", role, []string{"leader"}},
		{"MsgHup", message, nil},
		{"MsgProp", message, requests("propose", "proposal", "clientcommand")},
		{"MsgPreVote", message, requests("requestprevote", "prevote")},
		{"MsgPreVoteResp", message, responses("requestprevote", "prevote")},
		{"MsgVote", message, requests("requestvote", "vote")},
		{"MsgVoteResp", message, responses("requestvote", "vote")},
		{"MsgApp", message, requests("appendentries", "appendentry")},
		{"MsgAppResp", message, responses("appendentries", "appendentry")},
		{"MsgHeartbeat", message, requests("heartbeat")},
		{"MsgHeartbeatResp", message, responses("heartbeat")},
		{"Step", action, nil},
		{"StepFollower", action, nil},
		{"StepCandidate", action, nil},
		{"StepLeader", action, nil},
		{"Hup", action, nil},
		{"BecomeFollower", action, []string{"stepdown", "converttofollower"}},
		{"BecomePreCandidate", action, []string{"preelectself"}},
		{"BecomeCandidate", action, []string{"startelection", "electself"}},
		{"BecomeLeader", action, []string{"startleader", "converttoleader"}},
		{"Poll", action, nil},
		{"TickElection", action, []string{"runelectiontimer"}},
		{"TickHeartbeat", action, []string{"bcastheartbeat", "sendheartbeats"}},
		{"AppendEntry", action, nil},
		{"SendAppend", action, []string{"maybesendappend", "sendappendentries", "leadersendaes"}},
		{"HandleAppendEntries", action, []string{"handleappendentriesrequest", "appendentries"}},
		{"HandleHeartbeat", action, []string{"processheartbeat"}},
		{"MaybeCommit", action, []string{"advancecommitindex", "updatecommitindex"}},
	}},
	{"raftkvs", []slot{
		{"StateFollower", role, []string{"follower"}},
		{"StateCandidate", role, []string{"candidate"}},
		{"StateLeader", role, []string{"leader"}},
		{"RequestVoteRequest", message, append(requests("requestvote", "vote"), "msgvote")},
		{"RequestVoteResponse", message, append(responses("requestvote", "vote"), "msgvoteresp")},
		{"AppendEntriesRequest", message, append(requests("appendentries", "appendentry"), "msgapp")},
		{"AppendEntriesResponse", message, append(responses("appendentries", "appendentry"), "msgappresp")},
		{"ClientGetRequest", message, requests("clientget", "get", "read")},
		{"ClientGetResponse", message, responses("clientget", "get", "read")},
		{"ClientPutRequest", message, requests("clientput", "put", "set", "write", "putappend")},
		{"ClientPutResponse", message, responses("clientput", "put", "set", "write", "putappend")},
		{"Tick", action, nil},
		{"LeaderTimeout", action, nil},
		{"Receive", action, nil},
		{"BecomeFollower", action, []string{"stepdown", "converttofollower"}},
		{"StartElection", action, []string{"becomecandidate", "electself", "campaign"}},
		{"BecomeLeader", action, []string{"startleader", "converttoleader"}},
		{"HandleRequestVoteRequest", action, []string{"handlerequestvote", "handlevoterequest", "handlevote", "requestvote"}},
		{"HandleRequestVoteResponse", action, []string{"handlerequestvotereply", "handlevoteresponse", "handlevotereply"}},
		{"SendAppendEntries", action, []string{"leadersendaes", "replicate", "sendappend"}},
		{"HandleAppendEntriesRequest", action, []string{"handleappendentries", "appendentries"}},
		{"HandleAppendEntriesResponse", action, []string{"handleappendentriesreply", "handleappendresponse"}},
		{"AdvanceCommitIndex", action, []string{"updatecommitindex", "maybecommit"}},
		{"HandleClientGetRequest", action, []string{"handleclientget", "handleget"}},
		{"HandleClientPutRequest", action, []string{"handleclientput", "handleput"}},
		{"ApplyEntry", action, []string{"applycommitted", "applylogentry", "applycommand", "runupdater"}},
		{"ClientGet", action, nil},
		{"ClientPut", action, nil},
	}},
}

// requests and responses spell out what a request or response of one of these
// names is called in the sources one meets.
func requests(names ...string) []string  { return compounds(names, "request", "args", "req", "rpc") }
func responses(names ...string) []string { return compounds(names, "response", "reply", "resp", "rsp") }

func compounds(names []string, endings ...string) []string {
	var all []string
	for _, n := range names {
		for _, e := range endings {
			all = append(all, n+e)
		}
	}
	return all
}

// spellings returns the names in a source that s may have, in the form that
// plain gives, the likeliest first.
func (s slot) spellings() []string {
	return append([]string{plain(s.name)}, s.also...)
}

// plain reduces a Go name to what spellings are compared by: lower case,
// without underscores, and without the type name that protobuf puts before
// constants.
func plain(name string) string {
	name = strings.TrimPrefix(name, "MessageType_")
	return strings.ToLower(strings.ReplaceAll(name, "_", ""))
}
