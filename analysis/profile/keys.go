package profile

import (
	"regexp"

	"github.com/specls/specls/analysis/strict"
)

// This file is the one description of profile.toml: Parse reads by it, and the
// JSON schema and the profile that "specls profiles init" writes are made of it.

// section is a table of profile.toml; the top level has no name.
type section struct {
	name, about string
	keys        []key
}

// key is one key of a section.
type key struct {
	name string
	// about says what the key is for, in sentences for the person who writes one.
	about    string
	required bool
	// start is the value, as TOML, that a new profile has; one that is not
	// required begins as a comment. NAME stands for the profile's name, MODULE for
	// the module's.
	start string
	value value
}

// value is what a key may hold.
type value interface {
	// decode reads the key's value into the profile and reports what is wrong
	// with it.
	decode(t *strict.Table, k key, p *Profile)
	// schema returns the JSON schema of the value.
	schema() object
}

// moduleName is a TLA+ identifier (Specifying Systems, 15.1.1), in ASCII.
var moduleName = regexp.MustCompile(`^[A-Za-z0-9_]*[A-Za-z][A-Za-z0-9_]*$`)

// sections are the tables of profile.toml, the top level first.
var sections = []section{
	{keys: []key{
		{name: "title", required: true, about: "What a person reads in menus.", start: `"NAME"`,
			value: textValue{into: func(p *Profile) *string { return &p.Title }}},
		{name: "module", required: true, about: "The name that the module must have; its file has the same, with .tla behind it.", start: `"MODULE"`,
			value: textValue{into: func(p *Profile) *string { return &p.Module }, pattern: moduleName,
				want: "a TLA+ module name is letters, digits and underscores, at least one of them a letter"}},
		{name: "focus", required: true, about: "What {focus} in the prompt stands for where the person names nothing.", start: `"The algorithm and its safety"`,
			value: textValue{into: func(p *Profile) *string { return &p.DefaultFocus }}},
		{name: "companions", about: "Go files that may go with the one that is converted, where the person asks for it: globs, relative to its folder and below it, in the order in which they are added until the model has no room.", start: `["*.go"]`,
			value: listValue{globs: true, local: true, into: func(p *Profile) *[]string { return &p.Companions }}},
		{name: "extends", about: "The modules that the specification must extend, directly or through one that it extends.", start: `["Naturals", "FiniteSets"]`,
			value: listValue{into: func(p *Profile) *[]string { return &p.Extends }}},
		{name: "excluded", about: "Features that must not be modelled, in a person's words, each with names that show it, as globs.", start: `{ "crashes" = ["*crash*", "*restart*"] }`,
			value: listsValue{globs: true, into: func(p *Profile) *map[string][]string { return &p.Excluded }}},
	}},
	{name: "match", about: "The Go files that the profile is meant for. All are globs; names are compared without regard to case, paths by their last elements.", keys: []key{
		{name: "files", about: "Names of files. They count only beside imports or declares, or where the profile has neither.", start: `["*lock*.go"]`,
			value: listValue{globs: true, into: func(p *Profile) *[]string { return &p.Match.Files }}},
		{name: "imports", about: "Import paths. One that fits suffices.", start: `["example.com/lock", "lock/*"]`,
			value: listValue{globs: true, into: func(p *Profile) *[]string { return &p.Match.Imports }}},
		{name: "declares", about: "Names that a file declares or mentions. One that fits suffices.", start: `["Lock", "Unlock", "State*"]`,
			value: listValue{globs: true, into: func(p *Profile) *[]string { return &p.Match.Declares }}},
		{name: "supports", about: "Names, or import paths where they have a slash, that count only beside imports or declares.", start: `["Acquire*", "Release*"]`,
			value: listValue{globs: true, into: func(p *Profile) *[]string { return &p.Match.Supports }}},
	}},
	{name: "vocabulary", about: "What the prompt asks to be modelled.", keys: []key{
		{name: "roles", about: "The states that a node can be in.", start: `["Idle", "Waiting", "Holding"]`,
			value: listValue{into: func(p *Profile) *[]string { return &p.Vocabulary.Roles }}},
		{name: "messages", about: "The kinds of messages.", start: `["Request", "Grant"]`,
			value: listValue{into: func(p *Profile) *[]string { return &p.Vocabulary.Messages }}},
		{name: "spellings", about: "Other names for roles and message kinds: a list for each. Case, underscores and words such as Msg, State, Request and Response are seen through without.", start: `{ Request = ["Ask"] }`,
			value: listsValue{into: func(p *Profile) *map[string][]string { return &p.Vocabulary.Spellings }, of: vocabulary}},
		{name: "actions", about: "For message kinds that need not be messages, names of actions that model them as well, as globs; or a step that does, as A -> B for two roles.", start: `{ Request = ["Acquire*"] }`,
			value: listsValue{globs: true, into: func(p *Profile) *map[string][]string { return &p.Vocabulary.Actions }, of: vocabulary}},
	}},
	{name: "behaviour", about: "What the rules about behaviour go by. Names of variables and fields are globs, compared without regard to case and underscores. What is left out is not checked.", keys: []key{
		{name: "steps", about: "The roles in the order that a node goes through them. It may fall back to the first from any.", start: `["Idle", "Waiting", "Holding"]`,
			value: listValue{of: vocabulary, into: func(p *Profile) *[]string { return &p.Behaviour.Steps }}},
		{name: "by-state", about: "For a role, the message kinds that only a node in it handles.", start: `{ Waiting = ["Grant"] }`,
			value: listsValue{of: vocabulary, into: func(p *Profile) *map[string][]string { return &p.Behaviour.ByState }}},
		{name: "entries", about: "The message kind that carries log entries.", start: `"Request"`,
			value: textValue{of: vocabulary, into: func(p *Profile) *string { return &p.Behaviour.Entries }}},
		{name: "heartbeat", about: "The message kind that keeps followers from starting elections.", start: `"Grant"`,
			value: textValue{of: vocabulary, into: func(p *Profile) *string { return &p.Behaviour.Heartbeat }}},
		{name: "term", about: "The variable that holds a node's term.", start: `["*term"]`,
			value: listValue{globs: true, into: func(p *Profile) *[]string { return &p.Behaviour.Term }}},
		{name: "vote", about: "The variable that holds whom a node voted for.", start: `["*vote*"]`,
			value: listValue{globs: true, into: func(p *Profile) *[]string { return &p.Behaviour.Vote }}},
		{name: "log", about: "The variable that holds a node's log.", start: `["*log"]`,
			value: listValue{globs: true, into: func(p *Profile) *[]string { return &p.Behaviour.Log }}},
		{name: "commit", about: "The variable that holds how far the log is committed.", start: `["*commit*"]`,
			value: listValue{globs: true, into: func(p *Profile) *[]string { return &p.Behaviour.Commit }}},
		{name: "timer", about: "The variable that holds when a node last heard of a leader.", start: `["*elapsed*"]`,
			value: listValue{globs: true, into: func(p *Profile) *[]string { return &p.Behaviour.Timer }}},
		{name: "previous-index", about: "The field of a message for the index before the entries that are sent.", start: `["*prev*index*"]`,
			value: listValue{globs: true, into: func(p *Profile) *[]string { return &p.Behaviour.PreviousIndex }}},
		{name: "previous-term", about: "The field of a message for the term at that index.", start: `["*prev*term*"]`,
			value: listValue{globs: true, into: func(p *Profile) *[]string { return &p.Behaviour.PreviousTerm }}},
		{name: "majority", about: "What speaks of a majority. Twice or half of something does too.", start: `["*quorum*", "*majorit*"]`,
			value: listValue{globs: true, into: func(p *Profile) *[]string { return &p.Behaviour.Majority }}},
		{name: "loss", about: "Whether messages may be lost.", start: "true",
			value: truthValue{into: func(p *Profile) *bool { return &p.Behaviour.Loss }}},
	}},
	{name: "reply", about: "What the prompt asks to be answered with, where that is more than the module.", keys: []key{
		{name: "config", about: "The reply is two fenced blocks: the module, and a configuration for the model checker, which becomes the .cfg file beside it.", start: `true`,
			value: truthValue{into: func(p *Profile) *bool { return &p.Reply.Config }}},
	}},
	{name: "contract", about: "The rules that hold, each with how severe a breach is, or with a table of that and the rule's options. A rule that is not named does not hold, but for those that hold for every module, which only off turns off.", keys: ruleKeys()},
}

// ruleKeys returns a key for each rule. What the rules want is said in package
// contract.
func ruleKeys() []key {
	var keys []key
	for _, id := range ruleIDs {
		keys = append(keys, key{name: id, value: ruleValue{options: ruleOptions[id]}})
	}
	return keys
}

// option is a key of a rule's table, besides severity. All options so far are
// lists of globs.
type option struct {
	name, about string
	into        func(*held) *[]string
}

// ruleOptions are the options that rules have.
var ruleOptions = map[string][]option{
	"no-invariant": {{name: "allow", about: "Names of definitions, as globs, that may stand in the module all the same, such as TypeOK.",
		into: func(h *held) *[]string { return &h.allow }}},
}

// decode fills p from the text of a profile.toml.
func (p *Profile) decode(d *strict.Decoder, config string) {
	root, ok := d.Open(config)
	if !ok {
		return
	}
	for _, s := range sections {
		t := root
		if s.name != "" {
			t = root.Table(s.name)
		}
		for _, k := range s.keys {
			k.value.decode(t, k, p)
		}
		if t != root {
			t.Close()
		}
	}
	root.Close()
}
