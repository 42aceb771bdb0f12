---- MODULE LiveRaftkvs ----
\* Liveness under the generated module's own Spec, for one server: for more,
\* fairness of this kind keeps neither candidates from dueling nor a server
\* from timing out sooner than a message arrives.
EXTENDS raftkvs

CONSTANTS MaxTerm, MaxLog, MaxMessages, MaxCopies, MaxRequests

Bounded ==
    /\ \A i \in Server : currentTerm[i] <= MaxTerm /\ Len(log[i]) <= MaxLog
    /\ BagCardinality(messages) <= MaxMessages
    /\ \A m \in BagToSet(messages) : CopiesIn(m, messages) <= MaxCopies
    /\ \A c \in Client : requestCount[c] <= MaxRequests

EventuallyLeader == <>(\E i \in Server : state[i] = "StateLeader")

EventuallyAnswered == \A c \in Client : request[c] # Nil ~> request[c] = Nil
====
