// Package profile says what a profile is: a prompt template together with the
// contract that its output must keep. A profile is data, read from a TOML file
// and a prompt beside it; the built-in ones, etcd and raftkvs, are embedded in
// the same form that users write their own in, and nothing in the program
// treats them otherwise.
//
// keys.go describes profile.toml once: Parse reads by that description, and the
// JSON schema for editors is made of it. There is no key that names a command,
// an address, a file or a secret, so that a profile which comes with somebody
// else's sources can do no more than ask a question and judge the answer.
package profile

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/specls/specls/analysis/finding"
)

// Profile is a prompt template and the contract its output must keep. It is
// immutable once loaded.
type Profile struct {
	// Name selects the profile: "etcd".
	Name string
	// Title is how a person reads it: "etcd's Raft".
	Title string
	// Template is the prompt, with placeholders.
	Template *Template
	// DefaultFocus is substituted for {focus} where the person named none.
	DefaultFocus string
	// Module is the exact name the module must have; the file is Module+".tla".
	Module string
	// Extends are the modules that the specification must extend at least,
	// directly or through what it extends.
	Extends []string
	// Companions are globs of the Go files that may go with the one that is
	// converted, relative to its folder and below it.
	Companions []string
	// Match says which Go files the profile is meant for.
	Match Match
	// Vocabulary are the profile's own names for roles and message kinds, used
	// where the source has none.
	Vocabulary Vocabulary
	// Behaviour is what the rules about behaviour go by.
	Behaviour Behaviour
	// Excluded are globs of names that show that a feature is modelled which must
	// not be, by what a person calls the feature. Case and underscores do not count.
	Excluded map[string][]string
	// Reply says what the prompt asks to be answered with, besides the module.
	Reply Reply
	// Contract says which rules hold and how severe a breach is.
	Contract Contract
	// Origin says who wrote the profile. ConfigPath and PromptPath are its files,
	// as LoadDir was told to call them; those of a built-in one are not on disk.
	Origin                 Origin
	ConfigPath, PromptPath string
}

// None is the name that stands for no profile, and so for no contract. No
// profile can have it.
const None = "none"

// Origin says where a profile comes from.
type Origin uint8

// The origins. What is from a workspace came with somebody's sources, and is
// not to be trusted more than they are.
const (
	OriginBuiltin Origin = iota
	OriginUser
	OriginWorkspace
)

// String returns built-in, user or workspace.
func (o Origin) String() string { return [...]string{"built-in", "user", "workspace"}[o] }

// Reply says what a prompt asks to be answered with. The zero value is one
// module and nothing else.
type Reply struct {
	// Config says that the reply is two fenced blocks: the module, and its
	// configuration for the model checker, which becomes the .cfg file beside it.
	Config bool
}

// Match is what speaks for a Go file being one that a profile is meant for.
// All lists hold globs as path.Match reads them. File names and import paths
// are compared by their last elements, as many as the glob has; names are
// compared without regard to case.
type Match struct {
	// Imports and Declares are evidence: one suffices. Declares are
	// package-level names, roles or message kinds that the file declares or
	// mentions.
	Imports  []string
	Declares []string
	// Files and Supports (names, or imports where the glob has a slash) count
	// only beside evidence, or where the profile lists no evidence at all.
	Files    []string
	Supports []string
}

// Vocabulary names what the profile's contract asks to be modelled.
type Vocabulary struct {
	Roles    []string
	Messages []string
	// Spellings are other names for a role or message kind, by its name. They
	// are compared by what is left of them without words such as "Msg", "State"
	// or "Request", so few are needed.
	Spellings map[string][]string
	// Actions are, for a kind of messages that need not be messages, globs of the
	// names of actions that model it as well, in which case and underscores do not count; or
	// "A -> B" for an action that takes a node from one role to another.
	Actions map[string][]string
}

// Behaviour says by which names the rules about behaviour know the parts of a
// specification. All but Steps, ByState, Entries and Heartbeat are globs of
// names, in which case and underscores do not count. Of what is not named here,
// nothing is checked.
type Behaviour struct {
	// Steps are the roles in the order that a node goes through them.
	Steps []string
	// ByState holds, for a role, the message kinds that only a node in it
	// handles.
	ByState map[string][]string
	// Entries and Heartbeat are the message kinds that carry log entries and
	// that keep followers from starting elections.
	Entries, Heartbeat string
	// The variables, or fields of a node's record, for the term, the vote, the
	// log, how far it is committed, and the time since the leader was heard.
	Term, Vote, Log, Commit, Timer []string
	// The fields of messages for the place before the entries that are sent, and
	// the term there.
	PreviousIndex, PreviousTerm []string
	// Majority are names that speak of a majority. Twice or half of something
	// does too.
	Majority []string
	// Loss says that messages may be lost.
	Loss bool
}

// Contract says which rules hold. The zero value holds none.
type Contract struct{ rules map[string]held }

// held is a rule that a contract holds.
type held struct {
	severity finding.Severity
	allow    []string // globs
}

// Severity returns how severe a breach of the rule with the given id is, [Off]
// where the rule is not to hold. It is false where the contract does not name the
// rule: then a rule that holds for every module still does, and no other.
func (c Contract) Severity(rule string) (finding.Severity, bool) {
	h, ok := c.rules[rule]
	return h.severity, ok
}

// Allows reports whether the contract exempts what has the given name from a
// rule, by the rule's option allow.
func (c Contract) Allows(rule, name string) bool {
	return slices.ContainsFunc(c.rules[rule].allow, func(glob string) bool {
		ok, err := path.Match(glob, name) // Parse lets no bad glob through
		return ok && err == nil
	})
}

// RuleIDs are the ids that a contract may name, in the order in which a person
// should read them. The rules themselves are in package contract.
func RuleIDs() []string { return slices.Clone(ruleIDs) }

var ruleIDs = []string{
	"syntax", "header", "footer", "outside-text", "fence", "comments", "one-module", "module-name",
	"extends", "spec", "fairness", "no-invariant",
	"core-actions", "behavioural-scope", "excluded",
	"unassigned", "assigned-twice", "uninitialised", "read-before-set", "incomplete-vars", "unbounded-choose", "config", "no-effect", "unused",
}

// FileName is the name that the profile's specification has as a file.
func (p *Profile) FileName() string { return p.Module + ".tla" }

// Lookup returns the profile of the given name, and otherwise an error that
// names those there are.
func Lookup(profiles []*Profile, name string) (*Profile, error) {
	if p := byName(profiles, name); p != nil {
		return p, nil
	}
	var names []string
	for _, p := range profiles {
		names = append(names, p.Name)
	}
	return nil, fmt.Errorf("unknown profile %q; the profiles are %s", name, strings.Join(names, ", "))
}

// ForModule returns the profile that a .tla file belongs to: the one whose
// module has the file's name, or else the one whose module has the given name,
// or else nil. The file name goes first because it stays while one types a
// header. Either argument may be empty; file is a path with forward slashes.
func ForModule(profiles []*Profile, module, file string) *Profile {
	for _, p := range profiles {
		if path.Base(file) == p.FileName() {
			return p
		}
	}
	for _, p := range profiles {
		if p.Module == module {
			return p
		}
	}
	return nil
}
