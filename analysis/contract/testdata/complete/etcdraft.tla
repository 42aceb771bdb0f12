---- MODULE etcdraft ----
EXTENDS Naturals, Sequences, FiniteSets
CONSTANTS Server, Value, Nil
VARIABLES msgs, term, vote, state, elapsed, votes, log, commit, match
vars == <<msgs, term, vote, state, elapsed, votes, log, commit, match>>
voting == <<term, vote, votes>>
logs == <<log, commit, match>>

Majority(S) == 2 * Cardinality(S) > Cardinality(Server)
Others(i) == Server \ {i}
TermAt(i, k) == IF k \in DOMAIN log[i] THEN log[i][k].term ELSE 0
Smaller(a, b) == IF a < b THEN a ELSE b
Send(ms) == msgs' = msgs \cup ms
Become(i, s) == state' = [state EXCEPT ![i] = s] /\ elapsed' = [elapsed EXCEPT ![i] = 0]

Init ==
    /\ msgs = {}
    /\ term = [i \in Server |-> 0]
    /\ vote = [i \in Server |-> Nil]
    /\ state = [i \in Server |-> "StateFollower"]
    /\ elapsed = [i \in Server |-> 0]
    /\ votes = [i \in Server |-> {}]
    /\ log = [i \in Server |-> <<>>]
    /\ commit = [i \in Server |-> 0]
    /\ match = [i \in Server |-> [j \in Server |-> 0]]

Tick(i) ==
    /\ state[i] # "StateLeader"
    /\ elapsed' = [elapsed EXCEPT ![i] = 1]
    /\ Send(IF elapsed[i] = 0 THEN {} ELSE {[type |-> "MsgHup", from |-> i, to |-> i, term |-> term[i]]})
    /\ UNCHANGED <<voting, state, logs>>

Ask(i, type, t) ==
    Send({[type |-> type, from |-> i, to |-> j, term |-> t, last |-> Len(log[i]),
           lastTerm |-> TermAt(i, Len(log[i]))] : j \in Others(i)})

Hup(i, m) ==
    /\ m.type = "MsgHup"
    /\ state[i] # "StateLeader"
    /\ Become(i, "StatePreCandidate")
    /\ votes' = [votes EXCEPT ![i] = {i}]
    /\ Ask(i, "MsgPreVote", term[i] + 1)
    /\ UNCHANGED <<term, vote, logs>>

Campaign(i) ==
    /\ state[i] = "StatePreCandidate"
    /\ Majority(votes[i])
    /\ Become(i, "StateCandidate")
    /\ term' = [term EXCEPT ![i] = @ + 1]
    /\ vote' = [vote EXCEPT ![i] = i]
    /\ votes' = [votes EXCEPT ![i] = {i}]
    /\ Ask(i, "MsgVote", term[i] + 1)
    /\ UNCHANGED logs

Lead(i) ==
    /\ state[i] = "StateCandidate"
    /\ Majority(votes[i])
    /\ Become(i, "StateLeader")
    /\ match' = [match EXCEPT ![i] = [j \in Server |-> IF j = i THEN Len(log[i]) ELSE 0]]
    /\ UNCHANGED <<msgs, voting, log, commit>>

AdvanceTerm(i, m) ==
    /\ m.term > term[i]
    /\ m.type \notin {"MsgPreVote", "MsgPreVoteResp"}
    /\ Become(i, "StateFollower")
    /\ term' = [term EXCEPT ![i] = m.term]
    /\ vote' = [vote EXCEPT ![i] = Nil]
    /\ UNCHANGED <<msgs, votes, logs>>

Grant(i, m) ==
    /\ m.term >= term[i]
    /\ \/ m.lastTerm > TermAt(i, Len(log[i]))
       \/ m.lastTerm = TermAt(i, Len(log[i])) /\ m.last >= Len(log[i])

PreVote(i, m) ==
    /\ m.type = "MsgPreVote"
    /\ Grant(i, m)
    /\ Send({[type |-> "MsgPreVoteResp", from |-> i, to |-> m.from, term |-> m.term]})
    /\ UNCHANGED <<voting, state, elapsed, logs>>

Vote(i, m) ==
    /\ m.type = "MsgVote"
    /\ m.term = term[i]
    /\ vote[i] \in {Nil, m.from}
    /\ Grant(i, m)
    /\ vote' = [vote EXCEPT ![i] = m.from]
    /\ Send({[type |-> "MsgVoteResp", from |-> i, to |-> m.from, term |-> term[i]]})
    /\ UNCHANGED <<term, votes, state, elapsed, logs>>

Count(i, m) ==
    /\ \/ m.type = "MsgPreVoteResp" /\ state[i] = "StatePreCandidate" /\ m.term = term[i] + 1
       \/ m.type = "MsgVoteResp" /\ state[i] = "StateCandidate" /\ m.term = term[i]
    /\ votes' = [votes EXCEPT ![i] = @ \cup {m.from}]
    /\ UNCHANGED <<msgs, term, vote, state, elapsed, logs>>

Propose(i, v) ==
    /\ Send({[type |-> "MsgProp", from |-> i, to |-> i, term |-> 0, value |-> v]})
    /\ UNCHANGED <<voting, state, elapsed, logs>>

Prop(i, m) ==
    /\ m.type = "MsgProp"
    /\ state[i] = "StateLeader"
    /\ log' = [log EXCEPT ![i] = Append(@, [term |-> term[i], value |-> m.value])]
    /\ match' = [match EXCEPT ![i][i] = Len(log[i]) + 1]
    /\ UNCHANGED <<msgs, voting, state, elapsed, commit>>

SendAppend(i, j, k) ==
    /\ state[i] = "StateLeader"
    /\ k \in 1..Len(log[i])
    /\ Send({[type |-> "MsgApp", from |-> i, to |-> j, term |-> term[i], prevLogIndex |-> k - 1,
              prevLogTerm |-> TermAt(i, k - 1), entries |-> <<log[i][k]>>, commit |-> commit[i]]})
    /\ UNCHANGED <<voting, state, elapsed, logs>>

SendHeartbeat(i, j) ==
    /\ state[i] = "StateLeader"
    /\ Send({[type |-> "MsgHeartbeat", from |-> i, to |-> j, term |-> term[i], commit |-> Smaller(match[i][j], commit[i])]})
    /\ UNCHANGED <<voting, state, elapsed, logs>>

HandleAppend(i, m) ==
    /\ m.type = "MsgApp"
    /\ m.term = term[i]
    /\ state[i] # "StateLeader"
    /\ Become(i, "StateFollower")
    /\ m.prevLogIndex >= commit[i]
    /\ m.prevLogIndex <= Len(log[i])
    /\ m.prevLogTerm = TermAt(i, m.prevLogIndex)
    /\ log' = [log EXCEPT ![i] = SubSeq(@, 1, m.prevLogIndex) \o m.entries]
    /\ commit' = [commit EXCEPT ![i] = IF m.commit > @ THEN Smaller(m.commit, m.prevLogIndex + 1) ELSE @]
    /\ Send({[type |-> "MsgAppResp", from |-> i, to |-> m.from, term |-> term[i], index |-> m.prevLogIndex + 1]})
    /\ UNCHANGED <<voting, match>>

HandleHeartbeat(i, m) ==
    /\ m.type = "MsgHeartbeat"
    /\ m.term = term[i]
    /\ state[i] # "StateLeader"
    /\ Become(i, "StateFollower")
    /\ Send({[type |-> "MsgHeartbeatResp", from |-> i, to |-> m.from, term |-> term[i], index |-> 0]})
    /\ UNCHANGED <<voting, logs>>

HandleResponse(i, m) ==
    /\ m.type \in {"MsgAppResp", "MsgHeartbeatResp"}
    /\ m.term = term[i]
    /\ state[i] = "StateLeader"
    /\ match' = [match EXCEPT ![i][m.from] = IF m.index > @ THEN m.index ELSE @]
    /\ UNCHANGED <<msgs, voting, state, elapsed, log, commit>>

Commit(i, k) ==
    /\ state[i] = "StateLeader"
    /\ k > commit[i]
    /\ TermAt(i, k) = term[i]
    /\ Majority({j \in Server : match[i][j] >= k})
    /\ commit' = [commit EXCEPT ![i] = k]
    /\ UNCHANGED <<msgs, voting, state, elapsed, log, match>>

Receive(i, m) ==
    \/ Hup(i, m) \/ AdvanceTerm(i, m) \/ PreVote(i, m) \/ Vote(i, m) \/ Count(i, m) \/ Prop(i, m)
    \/ HandleAppend(i, m) \/ HandleHeartbeat(i, m) \/ HandleResponse(i, m)

Lose(m) == msgs' = msgs \ {m} /\ UNCHANGED <<voting, state, elapsed, logs>>

Next ==
    \/ \E i \in Server : Tick(i) \/ Campaign(i) \/ Lead(i) \/ (\E k \in 1..Len(log[i]) : Commit(i, k))
    \/ \E i \in Server, v \in Value : Propose(i, v)
    \/ \E i \in Server : \E j \in Others(i) : SendHeartbeat(i, j) \/ \E k \in 1..Len(log[i]) : SendAppend(i, j, k)
    \/ \E m \in msgs : Receive(m.to, m) \/ Lose(m)

Spec == Init /\ [][Next]_vars /\ WF_vars(Next)
====
