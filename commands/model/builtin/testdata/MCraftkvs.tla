---- MODULE MCraftkvs ----
\* Bounds and properties under which the tests run TLC on the generated
\* raftkvs. Roles and message kinds are strings here, because the generated
\* module may name them after the source.
EXTENDS raftkvs

CONSTANTS MaxTerm, MaxLog, MaxMessages, MaxCopies, MaxRequests

Bounded ==
    /\ \A i \in Server : currentTerm[i] <= MaxTerm /\ Len(log[i]) <= MaxLog
    /\ BagCardinality(messages) <= MaxMessages
    /\ \A m \in BagToSet(messages) : CopiesIn(m, messages) <= MaxCopies
    /\ \A c \in Client : requestCount[c] <= MaxRequests

Symmetry == Permutations(Server)

IsLeader(i) == state[i] = "StateLeader"

TypeOK ==
    /\ IsABag(messages)
    /\ \A m \in BagToSet(messages) : {m.to, m.from} \subseteq Server \cup Client /\ m.term \in Nat
    /\ currentTerm \in [Server -> Nat]
    /\ votedFor \in [Server -> Server \cup {Nil}]
    /\ state \in [Server -> {"StateFollower", "StateCandidate", "StateLeader"}]
    /\ leaderId \in [Server -> Server \cup {Nil}]
    /\ electionElapsed \in [Server -> 0..ElectionTimeout]
    /\ votesGranted \in [Server -> SUBSET Server]
    /\ \A i \in Server : \A k \in DOMAIN log[i] :
          log[i][k].term \in Nat /\ log[i][k].request.from \in Client
    /\ \A i \in Server : commitIndex[i] \in 0..Len(log[i]) /\ lastApplied[i] \in 0..commitIndex[i]
    /\ nextIndex \in [Server -> [Server -> Nat \ {0}]]
    /\ matchIndex \in [Server -> [Server -> Nat]]
    /\ store \in [Server -> [Key -> Value \cup {Nil}]]
    /\ requestCount \in [Client -> Nat]
    /\ leaderHint \in [Client -> Server]

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
        /\ LET k == Lesser(commitIndex[i], commitIndex[j])
           IN  SubSeq(log[i], 1, k) = SubSeq(log[j], 1, k)
        /\ lastApplied[i] = lastApplied[j] => store[i] = store[j]

CommittedByMajority ==
    \A i \in Server :
        LET k == commitIndex[i]
        IN  k > 0 => {j \in Server : Len(log[j]) >= k /\ log[j][k] = log[i][k]} \in Quorum

OneVotePerTerm ==
    [][\A i \in Server :
          currentTerm'[i] = currentTerm[i] /\ votedFor[i] # Nil => votedFor'[i] = votedFor[i]]_vars

Monotonic ==
    [][\A i \in Server : currentTerm'[i] >= currentTerm[i] /\ commitIndex'[i] >= commitIndex[i]]_vars

StrictTransitions ==
    [][\A i \in Server :
          state'[i] = "StateLeader" => state[i] \in {"StateCandidate", "StateLeader"}]_vars

CommittedStays ==
    [][\A i \in Server : SubSeq(log'[i], 1, commitIndex[i]) = SubSeq(log[i], 1, commitIndex[i])]_vars

\* What a client must be able to rely on, for one client: a Get returns what
\* the client's last Put wrote. The history variable holds that.
VARIABLE written

Finished(c) == request[c] # Nil /\ request'[c] = Nil

HistoryInit == Init /\ written = [k \in Key |-> Nil]

HistoryNext ==
    /\ Next
    /\ written' =
          [k \in Key |->
              IF \E c \in Client :
                    Finished(c) /\ request[c].type = "ClientPutRequest" /\ request[c].key = k
              THEN (CHOOSE m \in {response'[c] : c \in Client} : Finished(m.to)).value
              ELSE written[k]]

ReadYourWrites ==
    [][\A c \in Client :
          Finished(c) /\ request[c].type = "ClientGetRequest" =>
              response'[c].value = written[request[c].key]]_<<vars, written>>

\* Probes: each is false of some behaviour, and TLC is expected to show one.
NoLeader == \A i \in Server : ~IsLeader(i)

NothingCommitted == \A i \in Server : commitIndex[i] = 0

CommitStaysWithLeader == \A i \in Server : commitIndex[i] > 0 => IsLeader(i)

NoGetOfAValue ==
    \A c \in Client :
        response[c] # Nil => ~(response[c].type = "ClientGetResponse" /\ response[c].value \in Value)

NoRedirect == \A m \in BagToSet(messages) : m.from \in Server /\ m.to \in Client => m.success

NoSuccessor == \A i \in Server : IsLeader(i) => currentTerm[i] <= 1 \/ commitIndex[i] = 0

\* A part of Next under which two leaders of different terms are soon met.
Partition ==
    /\ \/ /\ messages = EmptyBag
          /\ \/ \E i \in Server : Tick(i) \/ LeaderTimeout(i)
             \/ \E i, j \in Server : SendAppendEntries(i, j)
             \/ \E c \in Client, k \in Key : ClientGet(c, k)
             \/ \E c \in Client, i \in Server : ClientRetry(c, i)
       \/ \E i \in Server : BecomeLeader(i)
       \/ \E i \in Server, j \in Server \cup Client : Receive(i, j)
       \/ \E m \in BagToSet(messages) : LoseMessage(m)
    /\ UNCHANGED written

\* A part of Next in which one election is followed by client requests only.
OneElection ==
    /\ \/ /\ \A i \in Server : currentTerm[i] = 0
          /\ \E i \in Server : Tick(i) \/ LeaderTimeout(i)
       \/ \E i \in Server : BecomeLeader(i) \/ AdvanceCommitIndex(i) \/ ApplyEntry(i)
       \/ /\ BagCardinality(messages) <= 1
          /\ \/ \E i, j \in Server : SendAppendEntries(i, j)
             \/ \E c \in Client, i \in Server : ClientRetry(c, i)
       \/ \E i \in Server, j \in Server \cup Client : Receive(i, j)
       \/ \E c \in Client, k \in Key : ClientGet(c, k) \/ \E v \in Value : ClientPut(c, k, v)
       \/ \E c \in Client, i \in Server : HandleClientResponse(c, i)
    /\ UNCHANGED written

NoSecondLeader == \A i, j \in Server : IsLeader(i) /\ IsLeader(j) => i = j

NoOverwriting == [][\A i \in Server : SubSeq(log'[i], 1, Len(log[i])) = log[i]]_vars
====
