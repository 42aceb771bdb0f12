---- MODULE MCetcdraft ----
\* Bounds and properties under which the tests run TLC on the generated
\* etcdraft. Roles and message kinds are strings here, because the generated
\* module may name them after the source.
EXTENDS etcdraft, TLC

CONSTANTS MaxTerm, MaxLog, MaxMessages, MaxCopies

Bounded ==
    /\ \A i \in Server : currentTerm[i] <= MaxTerm /\ Len(log[i]) <= MaxLog
    /\ BagCardinality(messages) <= MaxMessages
    /\ \A m \in BagToSet(messages) : CopiesIn(m, messages) <= MaxCopies

Symmetry == Permutations(Server)

IsLeader(i) == state[i] = "StateLeader"

Entry == [term : 1..(MaxTerm + 1), value : Value \cup {Nil}]

TypeOK ==
    /\ IsABag(messages)
    /\ \A m \in BagToSet(messages) : m.to \in Server /\ m.from \in Server /\ m.term \in Nat
    /\ currentTerm \in [Server -> Nat]
    /\ votedFor \in [Server -> Server \cup {Nil}]
    /\ state \in [Server -> {"StateFollower", "StatePreCandidate", "StateCandidate", "StateLeader"}]
    /\ lead \in [Server -> Server \cup {Nil}]
    /\ electionElapsed \in [Server -> 0..ElectionTimeout]
    /\ votesGranted \in [Server -> SUBSET Server]
    /\ votesRejected \in [Server -> SUBSET Server]
    /\ \A i \in Server : \A k \in DOMAIN log[i] : log[i][k] \in Entry
    /\ \A i \in Server : commitIndex[i] \in 0..Len(log[i])
    /\ nextIndex \in [Server -> [Server -> Nat \ {0}]]
    /\ matchIndex \in [Server -> [Server -> Nat]]

ElectionSafety ==
    \A i, j \in Server :
        IsLeader(i) /\ IsLeader(j) /\ currentTerm[i] = currentTerm[j] => i = j

LogMatching ==
    \A i, j \in Server :
        \A k \in DOMAIN log[i] \cap DOMAIN log[j] :
            log[i][k].term = log[j][k].term => SubSeq(log[i], 1, k) = SubSeq(log[j], 1, k)

LeaderCompleteness ==
    \A i, j \in Server :
        IsLeader(i) /\ currentTerm[i] >= currentTerm[j] =>
            /\ Len(log[i]) >= commitIndex[j]
            /\ SubSeq(log[i], 1, commitIndex[j]) = SubSeq(log[j], 1, commitIndex[j])

StateMachineSafety ==
    \A i, j \in Server :
        LET k == IF commitIndex[i] < commitIndex[j] THEN commitIndex[i] ELSE commitIndex[j]
        IN  SubSeq(log[i], 1, k) = SubSeq(log[j], 1, k)

CommittedByMajority ==
    \A i \in Server :
        LET k == commitIndex[i]
        IN  k > 0 => {j \in Server : Len(log[j]) >= k /\ log[j][k] = log[i][k]} \in Quorum

MatchIndexIsTrue ==
    \A i, j \in Server :
        (IsLeader(i) /\ currentTerm[j] = currentTerm[i]) =>
            SubSeq(log[i], 1, matchIndex[i][j]) = SubSeq(log[j], 1, matchIndex[i][j])

OneVotePerTerm ==
    [][\A i \in Server :
          currentTerm'[i] = currentTerm[i] /\ votedFor[i] # Nil => votedFor'[i] = votedFor[i]]_vars

Monotonic ==
    [][\A i \in Server : currentTerm'[i] >= currentTerm[i] /\ commitIndex'[i] >= commitIndex[i]]_vars

StrictTransitions ==
    [][\A i \in Server :
          /\ state'[i] = "StateLeader" => state[i] \in {"StateCandidate", "StateLeader"}
          /\ state'[i] = "StateCandidate" => state[i] \in {"StatePreCandidate", "StateCandidate"}]_vars

CommittedStays ==
    [][\A i \in Server : SubSeq(log'[i], 1, commitIndex[i]) = SubSeq(log[i], 1, commitIndex[i])]_vars

\* Probes: each is false of some behaviour, and TLC is expected to show one.
NoLeader == \A i \in Server : ~IsLeader(i)

NothingCommitted == \A i \in Server : \A k \in 1..commitIndex[i] : log[i][k].value = Nil

CommitStaysWithLeader == \A i \in Server : \A k \in 1..commitIndex[i] : log[i][k].value = Nil \/ IsLeader(i)

NoSecondLeader ==
    \A i, j \in Server : IsLeader(i) /\ IsLeader(j) => i = j

NoSuccessor ==
    \A i \in Server : IsLeader(i) => currentTerm[i] <= 1 \/ commitIndex[i] = 0

NoForwarding == \A m \in BagToSet(messages) : m.type # "MsgProp"

NoRejection == \A m \in BagToSet(messages) : m.type = "MsgAppResp" => ~m.reject

\* A part of Next under which two leaders of different terms are soon met.
Partition ==
    \/ /\ messages = EmptyBag
       /\ \/ \E i \in Server : TickElection(i)
          \/ \E i, j \in Server : SendAppend(i, j)
    \/ \E i \in Server : BecomeCandidate(i) \/ BecomeLeader(i)
    \/ \E i, j \in Server : Receive(i, j)
    \/ \E m \in BagToSet(messages) : LoseMessage(m)

NoOverwriting == [][\A i \in Server : SubSeq(log'[i], 1, Len(log[i])) = log[i]]_vars

\* A part of Next in which elections end with the first leader.
OneElection ==
    \/ /\ \A i \in Server : currentTerm[i] = 0
       /\ \E i \in Server : TickElection(i)
    \/ \E i \in Server : BecomeCandidate(i) \/ BecomeLeader(i) \/ MaybeCommit(i) \/ TickHeartbeat(i)
    \/ \E i, j \in Server : Receive(i, j) \/ SendAppend(i, j)
    \/ \E i \in Server, v \in Value : Propose(i, v)

EventuallyLeader == <>(\E i \in Server : IsLeader(i))

EventuallyCommitted == <>(\E i \in Server : commitIndex[i] > 0)
====
