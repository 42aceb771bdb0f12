package contract

// Sentence is a part of a prompt that asks for something, and what checks it.
type Sentence struct {
	// Line is the 1-based line of the prompt, and Text the part of it.
	Line int
	Text string
	// Rules are the ids of the rules that check it. Where there are none,
	// Because says why it cannot be checked.
	Rules   []string
	Because string
	// How says what of it is checked, where the rule's title does not.
	How string
}

// Sentences returns every part of a built-in prompt's requirements, in order.
// There are none for other prompts. The table in docs/rules/prompts.md is made
// of them, and a test holds them against the prompts' text.
func Sentences(profile string) []Sentence { return sentences[profile] }

func by(line int, text, how string, rules ...string) Sentence {
	return Sentence{Line: line, Text: text, How: how, Rules: rules}
}

func unchecked(line int, text, because string) Sentence {
	return Sentence{Line: line, Text: text, Because: because}
}

const (
	heading  = "it is a heading: what is below it says what is asked for"
	notAnAct = "it says what the text is for, and asks for nothing that could be told from it"
)

var sentences = map[string][]Sentence{
	"etcd": {
		unchecked(13, "etcd-specific modeling requirements:", heading),
		by(15, "MANDATORY CORE ACTIONS (must include all):", "", "core-actions"),
		by(16, "1. 【Message Types】MsgHup (election timeout)", "sent and received, or an action that models it", "core-actions"),
		by(16, "MsgVote/MsgVoteResp (voting)", "sent and received", "core-actions"),
		by(16, "MsgApp/MsgAppResp (log replication)", "sent and received", "core-actions"),
		by(17, "2. 【Node States】Four states: StateFollower, StateCandidate, StateLeader, StatePreCandidate (prevote enabled)", "entered and left", "core-actions"),
		by(18, "3. 【Leader Election】Complete prevote + vote phases:", "MsgPreVote, MsgPreVoteResp, MsgVote and MsgVoteResp sent and received", "core-actions"),
		by(18, "PreCandidate → Candidate → Leader transitions", "some step goes from each to the next", "core-actions"),
		by(19, "4. 【Log Operations】Log entry appending", "MsgProp and MsgApp handled; what handling them does to the log is not followed", "core-actions"),
		by(19, "consistency checks", "the previous index and term of a message are compared", "behavioural-scope"),
		by(19, "commitment with majority quorum", "a majority is part of what sets the commit index", "behavioural-scope"),
		by(20, "5. 【Heartbeat/Timeout】Election timeouts triggering campaigns", "MsgHup, and the step from StateFollower to StatePreCandidate", "core-actions"),
		by(20, "heartbeat prevention of elections", "MsgHeartbeat and MsgHeartbeatResp; handling the first sets the election timer", "core-actions", "behavioural-scope"),
		by(21, "6. 【Client Proposals】MsgProp message handling", "sent and received, or an action that models it", "core-actions"),
		unchecked(21, "and log entry creation by leaders", "who creates an entry depends on values; that is for a model checker"),
		by(23, "EXPLICITLY EXCLUDED (do not model):", "", "excluded"),
		by(24, "- Configuration changes and joint consensus (ConfChange messages)", "by names", "excluded"),
		by(25, "- Log compaction and snapshots (MsgSnap)", "by names", "excluded"),
		by(26, "- ReadIndex optimizations (MsgReadIndex)", "by names", "excluded"),
		by(27, "- Async storage operations (LocalAppendThread, LocalApplyThread)", "by names", "excluded"),
		by(28, "- Advanced flow control and progress tracking details", "by names", "excluded"),
		by(30, "REQUIRED BEHAVIORAL SCOPE:", "", "behavioural-scope"),
		by(31, "- Prevote phase (StatePreCandidate) must be modeled as it's enabled by default in etcd", "the state entered and left, MsgPreVote and MsgPreVoteResp sent and received", "core-actions"),
		by(32, "- State transition constraints: Follower → PreCandidate → Candidate → Leader (strict transitions)", "no step skips a state, as far as the conditions on its way tell", "behavioural-scope"),
		by(33, "- Message processing by state: only valid message types handled in each node state", "for the kinds that one state alone handles, which are in the profile", "behavioural-scope"),
		by(34, "- Term advancement rules: nodes advance term when receiving messages with higher term", "the term is set to one of a message; that every kind of message does so is not checked", "behavioural-scope"),
		by(35, "- Voting restrictions: one vote per term", "the vote is compared with something, and set with every term", "behavioural-scope"),
		unchecked(35, "term must be current or newer", "it is a comparison among others; whether the right one decides is for a model checker"),
		by(36, "- Heartbeat mechanism: leaders send heartbeats", "MsgHeartbeat is sent; that leaders alone send it is not checked", "core-actions"),
		by(36, "followers reset election timeout on receipt", "handling MsgHeartbeat sets the election timer", "behavioural-scope"),
		by(37, "- Log consistency checks: prevLogIndex/prevLogTerm validation in MsgApp processing", "both are compared with something", "behavioural-scope"),
		by(38, "- Majority-based leader election and log commitment", "a majority is part of the conditions", "behavioural-scope"),
		by(39, "- Basic network message delays and losses", "messages are kept in a variable, and some step loses one", "behavioural-scope"),
		by(41, "Generate a TLA+ specification", "", "syntax", "spec"),
		unchecked(41, "that accurately models etcd's distributed behavior.", "whether it does is for a model checker and traces of the system"),
		unchecked(43, "CRITICAL OUTPUT REQUIREMENTS:", heading),
		by(44, `1. The MODULE name must be exactly "etcdraft" (---- MODULE etcdraft ----)`, "", "module-name"),
		by(45, "2. Return ONLY pure TLA+ specification code", "", "syntax", "outside-text", "one-module"),
		by(45, "- no markdown code blocks (no ```tla or ```)", "", "fence"),
		by(46, "3. Do not include any explanations, comments", "", "comments", "outside-text"),
		by(46, "or formatting markers", "", "fence"),
		by(47, "4. Start your response directly with: ---- MODULE etcdraft ----", "", "header"),
		by(48, "5. End your response with the closing ====", "", "footer"),
		by(49, "6. **DO NOT define invariants** (like MutualExclusion, Invariant, etc.)", "", "no-invariant"),
		unchecked(49, "- focus on modeling the system behavior", notAnAct),
		by(50, "7. **MANDATORY Spec Definition with Fairness**: The Spec definition", "", "spec"),
		by(50, "MUST include appropriate fairness assumptions (e.g., WF_vars/SF_vars for action operations)", "that there is some; which is appropriate only its author can say", "fairness"),
		unchecked(50, "to ensure liveness properties.", "what it ensures is for a model checker"),
	},
	"raftkvs": {
		unchecked(13, "Raft-specific modeling requirements:", heading),
		by(15, "MANDATORY CORE ACTIONS (must include all):", "", "core-actions"),
		by(16, "1. 【Message Types】LeaderTimeout (election timeout)", "sent and received, or an action that models it", "core-actions"),
		by(16, "RequestVoteRequest/RequestVoteResponse (voting)", "sent and received", "core-actions"),
		by(16, "AppendEntriesRequest/AppendEntriesResponse (log replication)", "sent and received", "core-actions"),
		by(16, "ClientGetRequest/Response and ClientPutRequest/Response (KV storage)", "sent and received; what is stored is not followed", "core-actions"),
		by(17, "2. 【Node States】Three states: StateFollower, StateCandidate, StateLeader", "entered and left", "core-actions"),
		by(18, "3. 【Leader Election】Complete voting phases: Candidate → Leader transitions", "some step goes from each state to the next", "core-actions"),
		by(19, "4. 【Log Operations】Log entry appending", "AppendEntriesRequest handled; what handling it does to the log is not followed", "core-actions"),
		by(19, "consistency checks", "the previous index and term of a message are compared", "behavioural-scope"),
		by(19, "commitment with majority quorum", "a majority is part of what sets the commit index", "behavioural-scope"),
		by(20, "5. 【Heartbeat/Timeout】Election timeouts triggering campaigns", "LeaderTimeout, and the step from StateFollower to StateCandidate", "core-actions"),
		by(20, "heartbeat prevention of elections", "handling AppendEntriesRequest sets the election timer", "behavioural-scope"),
		by(22, "REQUIRED BEHAVIORAL SCOPE:", "", "behavioural-scope"),
		by(23, "- State transition constraints: Follower → Candidate → Leader (strict transitions)", "no step skips a state, as far as the conditions on its way tell", "behavioural-scope"),
		by(24, "- Message processing by state: only valid message types handled in each node state", "for the kinds that one state alone handles, which are in the profile", "behavioural-scope"),
		by(25, "- Term advancement rules: nodes advance term when receiving messages with higher term", "the term is set to one of a message; that every kind of message does so is not checked", "behavioural-scope"),
		by(26, "- Voting restrictions: one vote per term", "the vote is compared with something, and set with every term", "behavioural-scope"),
		unchecked(26, "term must be current or newer", "it is a comparison among others; whether the right one decides is for a model checker"),
		by(27, "- Heartbeat mechanism: leaders send heartbeats", "AppendEntriesRequest is sent; that leaders alone send it, and that it is sent without entries, is not checked", "core-actions"),
		by(27, "followers reset election timeout on receipt", "handling AppendEntriesRequest sets the election timer", "behavioural-scope"),
		by(28, "- Log consistency checks: prevLogIndex/prevLogTerm validation in AppendEntriesRequest/Response processing", "both are compared with something", "behavioural-scope"),
		by(29, "- Majority-based leader election and log commitment", "a majority is part of the conditions", "behavioural-scope"),
		by(30, "- Basic network message delays and losses", "messages are kept in a variable, and some step loses one", "behavioural-scope"),
		by(32, "Generate a TLA+ specification", "", "syntax", "spec"),
		unchecked(32, "that accurately models Raft's distributed behavior.", "whether it does is for a model checker and traces of the system"),
		unchecked(34, "CRITICAL OUTPUT REQUIREMENTS:", heading),
		by(35, `1. The MODULE name must be exactly "raftkvs" (---- MODULE raftkvs ----)`, "", "module-name"),
		by(36, "2. Return ONLY pure TLA+ specification code", "", "syntax", "outside-text", "one-module"),
		by(36, "- no markdown code blocks (no ```tla or ```)", "", "fence"),
		by(37, "3. Do not include any explanations, comments", "", "comments", "outside-text"),
		by(37, "or formatting markers", "", "fence"),
		by(38, "4. Start your response directly with: ---- MODULE raftkvs ----", "", "header"),
		by(39, "5. End your response with the closing ====", "", "footer"),
		by(40, "6. **DO NOT define invariants** (like MutualExclusion, Invariant, etc.)", "", "no-invariant"),
		unchecked(40, "- focus on modeling the system behavior", notAnAct),
		by(41, "7. **MUST include EXTENDS statement**: The specification must extend at least these modules: TLC, Sequences, SequencesExt, Naturals, FiniteSets, Bags", "", "extends"),
		by(42, "8. **MANDATORY Spec Definition with Fairness**: The Spec definition", "", "spec"),
		by(42, "MUST include appropriate fairness assumptions (e.g., WF_vars/SF_vars for action operations)", "that there is some; which is appropriate only its author can say", "fairness"),
		unchecked(42, "to ensure liveness properties.", "what it ensures is for a model checker"),
	},
}
