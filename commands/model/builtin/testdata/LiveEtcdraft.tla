---- MODULE LiveEtcdraft ----
\* Liveness, under what Raft asks of timing: an election starts only when the
\* network is quiet and no leader was found, and few messages are lost.
EXTENDS MCetcdraft

CONSTANT MaxLosses

VARIABLE losses

Quiet == \A i, j \in Server : ~ENABLED Receive(i, j)

Undecided ==
    /\ Quiet
    /\ \A i \in Server :
          /\ ~IsLeader(i)
          /\ ~ENABLED BecomeCandidate(i)
          /\ ~ENABLED BecomeLeader(i)
          /\ ~ENABLED LoseElection(i)

Timely ==
    \/ /\ \/ /\ Undecided
             /\ \E i \in Server : TickElection(i)
          \/ \E i \in Server :
                BecomeCandidate(i) \/ BecomeLeader(i) \/ LoseElection(i) \/ MaybeCommit(i)
          \/ \E i, j \in Server : Receive(i, j)
          \/ /\ Quiet
             /\ \E i, j \in Server : SendAppend(i, j)
       /\ UNCHANGED losses
    \/ /\ losses < MaxLosses
       /\ \E m \in BagToSet(messages) : LoseMessage(m)
       /\ losses' = losses + 1

LiveSpec ==
    /\ Init
    /\ losses = 0
    /\ [][Timely]_<<vars, losses>>
    /\ WF_<<vars, losses>>(Timely)
====
