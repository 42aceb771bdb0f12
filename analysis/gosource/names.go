package gosource

import (
	"regexp"
	"strings"
)

// roleWords are what the roles of Raft are called in every implementation,
// with whatever prefix: StateFollower, Follower, RoleLeader, leaderState.
var roleWords = []string{"follower", "precandidate", "candidate", "leader"}

// roleWord returns which role a constant's name speaks of, or "".
func roleWord(name string) string {
	lower := strings.ReplaceAll(strings.ToLower(name), "_", "")
	for _, word := range roleWords {
		if strings.Contains(lower, word) {
			return word
		}
	}
	return ""
}

// roleMention matches an identifier that names a role where its declaration is
// in a file that was not given. It is narrow, since the word Leader alone
// stands for many things.
var roleMention = regexp.MustCompile(`^(?:(?:Raft|Node|Server)?(?:State|Role|Status)_?)?(?:Follower|PreCandidate|Candidate|Leader)$`)

// countMention matches constants that end an enumeration and name no member of
// it, such as numStates.
var countMention = regexp.MustCompile(`^(?i:num|max|last|end|count|_)`)

// messageConstant matches the constants of etcd's raftpb and of what was
// modelled on it: MsgApp, MessageType_MsgApp.
var messageConstant = regexp.MustCompile(`^(?:MessageType_)?Msg[A-Z][A-Za-z0-9]*$`)

// A request or response type: RequestVoteArgs, AppendEntriesResponse.
var (
	requestType  = regexp.MustCompile(`^[A-Z][A-Za-z0-9_]+(?:Args|Request|Req|RPC)$`)
	responseType = regexp.MustCompile(`^[A-Z][A-Za-z0-9_]+(?:Reply|Response|Resp|Rsp)$`)
)

// isMessage reports whether name, standing as a type or value, is a message
// kind.
func isMessage(name string) bool {
	if strings.HasPrefix(name, "Status") {
		return false // a status code, such as StatusBadRequest
	}
	return messageConstant.MatchString(name) || requestType.MatchString(name) || isResponse(name)
}

// isResponse reports whether name is a type of answers. Message constants are
// neither requests nor responses here: MsgVoteResp is sent by being mentioned.
func isResponse(name string) bool {
	return responseType.MatchString(name) && !messageConstant.MatchString(name)
}

// fieldWords are the fields of a node whose change makes a function a handler.
var fieldWords = regexp.MustCompile(`^(?i:(?:current_?)?term|vote|voted_?for|(?:raft_?)?log|commit_?(?:index|ted)?|committed)$`)

// setterName matches functions that put a node into the role they are given.
var setterName = regexp.MustCompile(`^(?i:set|become|store|write|transition|convert|change|switch|enter)`)

// senderName matches functions that look at a message because they send it.
var senderName = regexp.MustCompile(`^(?i:send|trace)`)
