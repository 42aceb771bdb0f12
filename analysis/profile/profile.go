// Package profile says what a profile is: a prompt template together with the
// contract that its output must keep. A profile is data, read from a TOML file
// and a prompt beside it; the built-in ones, etcd and raftkvs, are embedded in
// the same form that users write their own in, and nothing in the program
// treats them otherwise.
package profile

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
	// Extends are the modules that the specification must extend at least.
	Extends []string
	// Patterns are slash-separated globs (path.Match, on the last elements of
	// the path) of Go files that the profile is meant for.
	Patterns []string
	// Match is what a Go file that the profile is meant for declares and imports.
	Match Match
	// Vocabulary are the profile's own names for roles and message kinds, used
	// where the source has none.
	Vocabulary Vocabulary
	// Contract says which rules hold and how severe a breach is.
	Contract Contract
}

// Match is what speaks for a Go file being one that a profile is meant for.
type Match struct {
	// Imports are import paths; Declares are package-level names, roles or
	// message kinds.
	Imports  []string
	Declares []string
}

// Vocabulary names what the profile's contract asks to be modelled.
type Vocabulary struct {
	Roles    []string
	Messages []string
}

// Contract maps the ids of the rules that hold to how severe a breach is.
type Contract struct {
	Rules map[string]string
}
