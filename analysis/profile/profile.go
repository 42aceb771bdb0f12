// Package profile says what a profile is: a prompt template together with the
// contract that its output must keep. A profile is data, read from a TOML file
// and a prompt beside it; the built-in ones, etcd and raftkvs, are embedded in
// the same form that users write their own in, and nothing in the program
// treats them otherwise.
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
	// Match says which Go files the profile is meant for.
	Match Match
	// Vocabulary are the profile's own names for roles and message kinds, used
	// where the source has none.
	Vocabulary Vocabulary
	// Contract says which rules hold and how severe a breach is.
	Contract Contract
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
}

// Contract says which rules hold. The zero value holds none.
type Contract struct {
	severity map[string]finding.Severity
}

// Severity returns how severe a breach of the rule with the given id is, and
// whether the contract holds that rule at all.
func (c Contract) Severity(rule string) (finding.Severity, bool) {
	s, ok := c.severity[rule]
	return s, ok
}

// RuleIDs are the ids that a contract may name, in the order in which a person
// should read them. The rules themselves are in package contract.
func RuleIDs() []string { return slices.Clone(ruleIDs) }

var ruleIDs = []string{
	"syntax", "header", "footer", "outside-text", "fence", "comments", "one-module", "module-name",
	"extends", "spec", "fairness", "no-invariant",
}

// FileName is the name that the profile's specification has as a file.
func (p *Profile) FileName() string { return p.Module + ".tla" }

// Lookup returns the profile of the given name, and otherwise an error that
// names those there are.
func Lookup(profiles []*Profile, name string) (*Profile, error) {
	var names []string
	for _, p := range profiles {
		if p.Name == name {
			return p, nil
		}
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
