---- MODULE etcdraft ----
EXTENDS Naturals, Sequences, FiniteSets, Bags

CONSTANTS
    Server,
    Value,
    Nil,
    ElectionTimeout

ASSUME
    /\ IsFiniteSet(Server)
    /\ Nil \notin Server \cup Value
    /\ ElectionTimeout \in Nat \ {0}

VARIABLES
    messages,
    currentTerm,
    votedFor,
    state,
    lead,
    electionElapsed,
    votesGranted,
    votesRejected,
    log,
    commitIndex,
    nextIndex,
    matchIndex

termVars == <<currentTerm, votedFor>>

roleVars == <<state, lead, electionElapsed>>

voteVars == <<votesGranted, votesRejected>>

logVars == <<log, commitIndex>>

leaderVars == <<nextIndex, matchIndex>>

vars ==
    <<messages, currentTerm, votedFor, state, lead, electionElapsed, votesGranted, votesRejected,
      log, commitIndex, nextIndex, matchIndex>>

StateFollower == "StateFollower"

StatePreCandidate == "StatePreCandidate"

StateCandidate == "StateCandidate"

StateLeader == "StateLeader"

MsgHup == "MsgHup"

MsgProp == "MsgProp"

MsgPreVote == "MsgPreVote"

MsgPreVoteResp == "MsgPreVoteResp"

MsgVote == "MsgVote"

MsgVoteResp == "MsgVoteResp"

MsgApp == "MsgApp"

MsgAppResp == "MsgAppResp"

MsgHeartbeat == "MsgHeartbeat"

MsgHeartbeatResp == "MsgHeartbeatResp"

Quorum == {q \in SUBSET Server : 2 * Cardinality(q) > Cardinality(Server)}

Peers(i) == Server \ {i}

Lesser(a, b) == IF a < b THEN a ELSE b

Greater(a, b) == IF a > b THEN a ELSE b

Greatest(S) == CHOOSE x \in S : \A y \in S : x >= y

LastIndex(i) == Len(log[i])

TermAt(i, index) == IF index \in DOMAIN log[i] THEN log[i][index].term ELSE 0

LastTerm(i) == TermAt(i, LastIndex(i))

IsUpToDate(i, m) ==
    \/ m.lastLogTerm > LastTerm(i)
    \/ /\ m.lastLogTerm = LastTerm(i)
       /\ m.lastLogIndex >= LastIndex(i)

CanVote(i, candidate) ==
    \/ votedFor[i] = candidate
    \/ /\ votedFor[i] = Nil
       /\ lead[i] = Nil

MatchesLog(i, m) ==
    /\ m.prevLogIndex <= LastIndex(i)
    /\ m.prevLogTerm = TermAt(i, m.prevLogIndex)

FindConflictByTerm(i, index, term) ==
    Greatest({0} \cup {k \in 1..Lesser(index, LastIndex(i)) : TermAt(i, k) <= term})

Send(ms) == messages' = messages (+) SetToBag(ms)

Discard(m) == messages' = messages (-) SetToBag({m})

Reply(m, response) == messages' = (messages (-) SetToBag({m})) (+) SetToBag({response})

AppendMessage(i, j) ==
    LET prevLogIndex == nextIndex[i][j] - 1
    IN  [type         |-> MsgApp,
         from         |-> i,
         to           |-> j,
         term         |-> currentTerm[i],
         prevLogIndex |-> prevLogIndex,
         prevLogTerm  |-> TermAt(i, prevLogIndex),
         entries      |-> SubSeq(log[i], nextIndex[i][j], LastIndex(i)),
         commit       |-> commitIndex[i]]

AppendResponse(i, m, index) ==
    [type       |-> MsgAppResp,
     from       |-> i,
     to         |-> m.from,
     term       |-> currentTerm[i],
     index      |-> index,
     reject     |-> FALSE,
     rejectHint |-> 0,
     hintTerm   |-> 0]

AppendRejection(i, m) ==
    LET hint == FindConflictByTerm(i, m.prevLogIndex, m.prevLogTerm)
    IN  [AppendResponse(i, m, m.prevLogIndex) EXCEPT
            !.reject = TRUE,
            !.rejectHint = hint,
            !.hintTerm = TermAt(i, hint)]

Init ==
    /\ messages = EmptyBag
    /\ currentTerm = [i \in Server |-> 0]
    /\ votedFor = [i \in Server |-> Nil]
    /\ state = [i \in Server |-> StateFollower]
    /\ lead = [i \in Server |-> Nil]
    /\ electionElapsed = [i \in Server |-> 0]
    /\ votesGranted = [i \in Server |-> {}]
    /\ votesRejected = [i \in Server |-> {}]
    /\ log = [i \in Server |-> <<>>]
    /\ commitIndex = [i \in Server |-> 0]
    /\ nextIndex = [i \in Server |-> [j \in Server |-> 1]]
    /\ matchIndex = [i \in Server |-> [j \in Server |-> 0]]

BecomeFollower(i, term, leader) ==
    /\ currentTerm' = [currentTerm EXCEPT ![i] = term]
    /\ votedFor' = [votedFor EXCEPT ![i] = IF term > currentTerm[i] THEN Nil ELSE @]
    /\ state' = [state EXCEPT ![i] = StateFollower]
    /\ lead' = [lead EXCEPT ![i] = leader]
    /\ electionElapsed' = [electionElapsed EXCEPT ![i] = 0]
    /\ votesGranted' = [votesGranted EXCEPT ![i] = {}]
    /\ votesRejected' = [votesRejected EXCEPT ![i] = {}]

BecomePreCandidate(i) ==
    /\ state' = [state EXCEPT ![i] = StatePreCandidate]
    /\ lead' = [lead EXCEPT ![i] = Nil]
    /\ electionElapsed' = [electionElapsed EXCEPT ![i] = 0]
    /\ votesGranted' = [votesGranted EXCEPT ![i] = {i}]
    /\ votesRejected' = [votesRejected EXCEPT ![i] = {}]
    /\ Send({[type         |-> MsgPreVote,
              from         |-> i,
              to           |-> j,
              term         |-> currentTerm[i] + 1,
              lastLogIndex |-> LastIndex(i),
              lastLogTerm  |-> LastTerm(i)] : j \in Peers(i)})
    /\ UNCHANGED <<termVars, logVars, leaderVars>>

BecomeCandidate(i) ==
    /\ state[i] = StatePreCandidate
    /\ votesGranted[i] \in Quorum
    /\ state' = [state EXCEPT ![i] = StateCandidate]
    /\ currentTerm' = [currentTerm EXCEPT ![i] = @ + 1]
    /\ votedFor' = [votedFor EXCEPT ![i] = i]
    /\ electionElapsed' = [electionElapsed EXCEPT ![i] = 0]
    /\ votesGranted' = [votesGranted EXCEPT ![i] = {i}]
    /\ votesRejected' = [votesRejected EXCEPT ![i] = {}]
    /\ Send({[type         |-> MsgVote,
              from         |-> i,
              to           |-> j,
              term         |-> currentTerm[i] + 1,
              lastLogIndex |-> LastIndex(i),
              lastLogTerm  |-> LastTerm(i)] : j \in Peers(i)})
    /\ UNCHANGED <<lead, logVars, leaderVars>>

BecomeLeader(i) ==
    /\ state[i] = StateCandidate
    /\ votesGranted[i] \in Quorum
    /\ state' = [state EXCEPT ![i] = StateLeader]
    /\ lead' = [lead EXCEPT ![i] = i]
    /\ electionElapsed' = [electionElapsed EXCEPT ![i] = 0]
    /\ votesGranted' = [votesGranted EXCEPT ![i] = {}]
    /\ votesRejected' = [votesRejected EXCEPT ![i] = {}]
    /\ log' = [log EXCEPT ![i] = Append(@, [term |-> currentTerm[i], value |-> Nil])]
    /\ nextIndex' = [nextIndex EXCEPT ![i] = [j \in Server |-> LastIndex(i) + 1]]
    /\ matchIndex' =
          [matchIndex EXCEPT ![i] = [j \in Server |-> IF j = i THEN LastIndex(i) + 1 ELSE 0]]
    /\ UNCHANGED <<messages, termVars, commitIndex>>

LoseElection(i) ==
    /\ state[i] \in {StatePreCandidate, StateCandidate}
    /\ Server \ votesRejected[i] \notin Quorum
    /\ BecomeFollower(i, currentTerm[i], Nil)
    /\ UNCHANGED <<messages, logVars, leaderVars>>

Hup(i, m) ==
    /\ m.type = MsgHup
    /\ state[i] # StateLeader
    /\ BecomePreCandidate(i)

AdvanceTerm(i, m) ==
    /\ m.term > currentTerm[i]
    /\ m.type # MsgPreVote
    /\ m.type = MsgPreVoteResp => m.reject
    /\ BecomeFollower(i, m.term, IF m.type \in {MsgApp, MsgHeartbeat} THEN m.from ELSE Nil)
    /\ UNCHANGED <<messages, logVars, leaderVars>>

RefuseStaleLeader(i, m) ==
    /\ m.type \in {MsgApp, MsgHeartbeat}
    /\ m.term < currentTerm[i]
    /\ Reply(m, AppendResponse(i, m, 0))
    /\ UNCHANGED <<termVars, roleVars, voteVars, logVars, leaderVars>>

HandlePreVote(i, m) ==
    /\ m.type = MsgPreVote
    /\ LET granted ==
              /\ \/ m.term > currentTerm[i]
                 \/ m.term = currentTerm[i] /\ CanVote(i, m.from)
              /\ IsUpToDate(i, m)
       IN  Reply(m, [type   |-> MsgPreVoteResp,
                     from   |-> i,
                     to     |-> m.from,
                     term   |-> IF granted THEN m.term ELSE currentTerm[i],
                     reject |-> ~granted])
    /\ UNCHANGED <<termVars, roleVars, voteVars, logVars, leaderVars>>

HandleVote(i, m) ==
    /\ m.type = MsgVote
    /\ m.term = currentTerm[i]
    /\ LET granted == CanVote(i, m.from) /\ IsUpToDate(i, m)
       IN  /\ votedFor' = [votedFor EXCEPT ![i] = IF granted THEN m.from ELSE @]
           /\ electionElapsed' = [electionElapsed EXCEPT ![i] = IF granted THEN 0 ELSE @]
           /\ Reply(m, [type   |-> MsgVoteResp,
                        from   |-> i,
                        to     |-> m.from,
                        term   |-> currentTerm[i],
                        reject |-> ~granted])
    /\ UNCHANGED <<currentTerm, state, lead, voteVars, logVars, leaderVars>>

Poll(i, m) ==
    /\ LET first == m.from \notin votesGranted[i] \cup votesRejected[i]
       IN  /\ votesGranted' =
                 [votesGranted EXCEPT ![i] = IF first /\ ~m.reject THEN @ \cup {m.from} ELSE @]
           /\ votesRejected' =
                 [votesRejected EXCEPT ![i] = IF first /\ m.reject THEN @ \cup {m.from} ELSE @]
    /\ Discard(m)
    /\ UNCHANGED <<termVars, roleVars, logVars, leaderVars>>

HandleAppendEntries(i, m) ==
    /\ m.type = MsgApp
    /\ m.term = currentTerm[i]
    /\ lead' = [lead EXCEPT ![i] = m.from]
    /\ electionElapsed' = [electionElapsed EXCEPT ![i] = 0]
    /\ LET lastNew == m.prevLogIndex + Len(m.entries)
           hasAll  == \A k \in 1..Len(m.entries) :
                         TermAt(i, m.prevLogIndex + k) = m.entries[k].term
       IN  \/ /\ m.prevLogIndex < commitIndex[i]
              /\ Reply(m, AppendResponse(i, m, commitIndex[i]))
              /\ UNCHANGED logVars
           \/ /\ m.prevLogIndex >= commitIndex[i]
              /\ MatchesLog(i, m)
              /\ log' = [log EXCEPT ![i] = IF hasAll THEN @
                                           ELSE SubSeq(@, 1, m.prevLogIndex) \o m.entries]
              /\ commitIndex' = [commitIndex EXCEPT ![i] = Greater(@, Lesser(m.commit, lastNew))]
              /\ Reply(m, AppendResponse(i, m, lastNew))
           \/ /\ m.prevLogIndex >= commitIndex[i]
              /\ ~MatchesLog(i, m)
              /\ Reply(m, AppendRejection(i, m))
              /\ UNCHANGED logVars
    /\ UNCHANGED <<termVars, state, voteVars, leaderVars>>

HandleHeartbeat(i, m) ==
    /\ m.type = MsgHeartbeat
    /\ m.term = currentTerm[i]
    /\ lead' = [lead EXCEPT ![i] = m.from]
    /\ electionElapsed' = [electionElapsed EXCEPT ![i] = 0]
    /\ commitIndex' = [commitIndex EXCEPT ![i] = Greater(@, m.commit)]
    /\ Reply(m, [type |-> MsgHeartbeatResp,
                 from |-> i,
                 to   |-> m.from,
                 term |-> currentTerm[i]])
    /\ UNCHANGED <<termVars, state, voteVars, log, leaderVars>>

ForwardProposal(i, m) ==
    /\ m.type = MsgProp
    /\ lead[i] # Nil
    /\ Reply(m, [m EXCEPT !.from = i, !.to = lead[i]])
    /\ UNCHANGED <<termVars, roleVars, voteVars, logVars, leaderVars>>

AppendEntry(i, m) ==
    /\ m.type = MsgProp
    /\ log' = [log EXCEPT ![i] = Append(@, [term |-> currentTerm[i], value |-> m.value])]
    /\ matchIndex' = [matchIndex EXCEPT ![i][i] = LastIndex(i) + 1]
    /\ Discard(m)
    /\ UNCHANGED <<termVars, roleVars, voteVars, commitIndex, nextIndex>>

AcceptAppend(i, m) ==
    /\ ~m.reject
    /\ matchIndex' = [matchIndex EXCEPT ![i][m.from] = Greater(@, m.index)]
    /\ nextIndex' = [nextIndex EXCEPT ![i][m.from] = Greater(@, m.index + 1)]

BackOff(i, m) ==
    /\ m.reject
    /\ LET agreed == FindConflictByTerm(i, m.rejectHint, m.hintTerm)
           known  == matchIndex[i][m.from]
       IN  nextIndex' =
              [nextIndex EXCEPT ![i][m.from] = Greater(known, Lesser(m.index - 1, agreed)) + 1]
    /\ UNCHANGED matchIndex

HandleAppendResponse(i, m) ==
    /\ m.type = MsgAppResp
    /\ m.term = currentTerm[i]
    /\ \/ AcceptAppend(i, m)
       \/ BackOff(i, m)
    /\ Discard(m)
    /\ UNCHANGED <<termVars, roleVars, voteVars, logVars>>

HandleHeartbeatResponse(i, m) ==
    /\ m.type = MsgHeartbeatResp
    /\ m.term = currentTerm[i]
    /\ IF matchIndex[i][m.from] < LastIndex(i)
       THEN Reply(m, AppendMessage(i, m.from))
       ELSE Discard(m)
    /\ UNCHANGED <<termVars, roleVars, voteVars, logVars, leaderVars>>

StepFollower(i, m) ==
    /\ state[i] = StateFollower
    /\ \/ ForwardProposal(i, m)
       \/ HandleAppendEntries(i, m)
       \/ HandleHeartbeat(i, m)

StepCandidate(i, m) ==
    \/ /\ state[i] \in {StatePreCandidate, StateCandidate}
       /\ m.type \in {MsgApp, MsgHeartbeat}
       /\ m.term = currentTerm[i]
       /\ BecomeFollower(i, m.term, m.from)
       /\ UNCHANGED <<messages, logVars, leaderVars>>
    \/ /\ state[i] = StatePreCandidate
       /\ m.type = MsgPreVoteResp
       /\ m.term = currentTerm[i] \/ (m.term > currentTerm[i] /\ ~m.reject)
       /\ Poll(i, m)
    \/ /\ state[i] = StateCandidate
       /\ m.type = MsgVoteResp
       /\ m.term = currentTerm[i]
       /\ Poll(i, m)

StepLeader(i, m) ==
    /\ state[i] = StateLeader
    /\ \/ AppendEntry(i, m)
       \/ HandleAppendResponse(i, m)
       \/ HandleHeartbeatResponse(i, m)

Step(i, m) ==
    \/ Hup(i, m)
    \/ AdvanceTerm(i, m)
    \/ RefuseStaleLeader(i, m)
    \/ HandlePreVote(i, m)
    \/ HandleVote(i, m)
    \/ StepFollower(i, m)
    \/ StepCandidate(i, m)
    \/ StepLeader(i, m)

Receive(i, j) ==
    \E m \in BagToSet(messages) :
        /\ m.to = i
        /\ m.from = j
        /\ Step(i, m)

Propose(i, v) ==
    Step(i, [type |-> MsgProp, from |-> i, to |-> i, term |-> 0, value |-> v])

TickElection(i) ==
    /\ state[i] # StateLeader
    /\ \/ /\ electionElapsed[i] < ElectionTimeout
          /\ electionElapsed' = [electionElapsed EXCEPT ![i] = @ + 1]
          /\ UNCHANGED <<messages, termVars, state, lead, voteVars, logVars, leaderVars>>
       \/ /\ electionElapsed[i] = ElectionTimeout
          /\ Step(i, [type |-> MsgHup, from |-> i, to |-> i, term |-> 0])

TickHeartbeat(i) ==
    /\ state[i] = StateLeader
    /\ Send({[type   |-> MsgHeartbeat,
              from   |-> i,
              to     |-> j,
              term   |-> currentTerm[i],
              commit |-> Lesser(matchIndex[i][j], commitIndex[i])] : j \in Peers(i)})
    /\ UNCHANGED <<termVars, roleVars, voteVars, logVars, leaderVars>>

SendAppend(i, j) ==
    /\ state[i] = StateLeader
    /\ j # i
    /\ nextIndex[i][j] <= LastIndex(i)
    /\ Send({AppendMessage(i, j)})
    /\ UNCHANGED <<termVars, roleVars, voteVars, logVars, leaderVars>>

MaybeCommit(i) ==
    /\ state[i] = StateLeader
    /\ LET replicated ==
              {k \in (commitIndex[i] + 1)..LastIndex(i) :
                  /\ {j \in Server : matchIndex[i][j] >= k} \in Quorum
                  /\ TermAt(i, k) = currentTerm[i]}
       IN  /\ replicated # {}
           /\ commitIndex' = [commitIndex EXCEPT ![i] = Greatest(replicated)]
    /\ UNCHANGED <<messages, termVars, roleVars, voteVars, log, leaderVars>>

LoseMessage(m) ==
    /\ Discard(m)
    /\ UNCHANGED <<termVars, roleVars, voteVars, logVars, leaderVars>>

DuplicateMessage(m) ==
    /\ Send({m})
    /\ UNCHANGED <<termVars, roleVars, voteVars, logVars, leaderVars>>

Next ==
    \/ \E i \in Server :
          \/ TickElection(i)
          \/ TickHeartbeat(i)
          \/ BecomeCandidate(i)
          \/ BecomeLeader(i)
          \/ LoseElection(i)
          \/ MaybeCommit(i)
    \/ \E i, j \in Server :
          \/ SendAppend(i, j)
          \/ Receive(i, j)
    \/ \E i \in Server, v \in Value : Propose(i, v)
    \/ \E m \in BagToSet(messages) :
          \/ LoseMessage(m)
          \/ DuplicateMessage(m)

Spec ==
    /\ Init
    /\ [][Next]_vars
    /\ \A i \in Server :
          /\ WF_vars(TickElection(i))
          /\ WF_vars(TickHeartbeat(i))
          /\ WF_vars(BecomeCandidate(i))
          /\ WF_vars(BecomeLeader(i))
          /\ WF_vars(LoseElection(i))
          /\ WF_vars(MaybeCommit(i))
    /\ \A i, j \in Server :
          /\ WF_vars(SendAppend(i, j))
          /\ SF_vars(Receive(i, j))

====
