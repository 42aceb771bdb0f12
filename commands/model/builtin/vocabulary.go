package builtin

import (
	"regexp"
	"slices"
	"strings"

	"github.com/specls/specls/analysis/gosource"
	"github.com/specls/specls/analysis/library"
)

// word is what a slot is called in the specification.
type word struct {
	slot slot
	// name is a TLA+ identifier that nothing else in the module has.
	name string
	// source is where the name comes from; its Name is empty where the source
	// has none, and differs from name where that could not be had.
	source gosource.Name
}

// vocabulary names every slot after the source, as far as the source has a
// name for it that can be an identifier of the module.
func (s specification) vocabulary(facts gosource.Facts) []word {
	taken := s.reserved()
	var words []word
	for _, slot := range s.slots {
		w := word{slot: slot, name: slot.name, source: lookUp(slot, facts)}
		if name := identifier(slot, w.source.Name); name == slot.name || name != "" && !taken[name] {
			w.name = name
		}
		taken[w.name] = true
		words = append(words, w)
	}
	return words
}

// lookUp returns what the source calls the slot, or a Name without a name.
func lookUp(s slot, facts gosource.Facts) gosource.Name {
	switch s.kind {
	case role:
		return find(facts.Roles, func(n string) bool { return roleOf(n) == s.also[0] })
	case message:
		for _, spelling := range s.spellings() {
			if n := find(facts.Messages, func(n string) bool { return plain(n) == spelling }); n.Name != "" {
				return n
			}
		}
	case action:
		if facts.Generated {
			break // a generator's functions are not what a person calls the steps
		}
		for _, spelling := range s.spellings() {
			if n := findFunction(facts, spelling); n.Name != "" {
				return n
			}
		}
	}
	return gosource.Name{}
}

func find(names []gosource.Name, is func(string) bool) gosource.Name {
	if i := slices.IndexFunc(names, func(n gosource.Name) bool { return is(n.Name) }); i >= 0 {
		return names[i]
	}
	return gosource.Name{}
}

// roleOf returns which role a role constant's name speaks of.
func roleOf(name string) string {
	for _, r := range []string{"precandidate", "candidate", "follower", "leader"} {
		if strings.Contains(plain(name), r) {
			return r
		}
	}
	return ""
}

// findFunction returns the handler, or else the declaration, of that spelling.
func findFunction(facts gosource.Facts, spelling string) gosource.Name {
	for _, h := range facts.Handlers {
		if plain(h.Name.Name) == spelling {
			return h.Name
		}
	}
	for _, d := range facts.Declared {
		if plain(d) == spelling {
			return gosource.Name{Name: d}
		}
	}
	return gosource.Name{}
}

// tlaIdentifier is what a name from the source must be. TLA+ identifiers may
// also begin with a digit, which Go's may not.
var tlaIdentifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// identifier returns a name of the source as it is written in TLA+, where an
// operator begins with a capital, or "" if it cannot be an identifier.
func identifier(s slot, name string) string {
	if !tlaIdentifier.MatchString(name) || strings.Trim(name, "_0123456789") == "" {
		return ""
	}
	if strings.HasPrefix(name, "WF_") || strings.HasPrefix(name, "SF_") {
		return ""
	}
	if s.kind == action {
		name = strings.ToUpper(name[:1]) + name[1:]
	}
	return name
}

var (
	slotMention = regexp.MustCompile(`«[^»]*»`)
	anyName     = regexp.MustCompile(`[A-Za-z0-9_]*[A-Za-z][A-Za-z0-9_]*`)
	extendsLine = regexp.MustCompile(`(?m)^EXTENDS (.*)$`)
)

// reserved returns the names that no word may have unless it is the word's own:
// those of TLA+ and of the modules that come in by EXTENDS, whatever stands in
// the template, and the names of the slots.
func (s specification) reserved() map[string]bool {
	taken := map[string]bool{}
	for name := range strings.FieldsSeq(reservedWords) {
		taken[name] = true
	}
	text, err := s.templateText()
	if err != nil {
		return taken // render meets the same error and reports it
	}
	for _, name := range anyName.FindAllString(slotMention.ReplaceAllString(text, " "), -1) {
		taken[name] = true
	}
	if line := extendsLine.FindStringSubmatch(text); line != nil {
		for module := range strings.SplitSeq(line[1], ", ") {
			reserveLibrary(module, taken)
		}
	}
	for _, slot := range s.slots {
		taken[slot.name] = true
	}
	return taken
}

// reserveLibrary adds what a library module declares, and what the modules
// declare that it extends or instantiates, to taken. Which of these names
// reach the specification differs between releases of the CommunityModules, so
// none of them is used.
func reserveLibrary(module string, taken map[string]bool) {
	m, ok := library.Lookup(module)
	if !ok || taken["module "+module] {
		return
	}
	taken["module "+module] = true
	for _, symbol := range m.Symbols {
		taken[symbol.Name] = true
	}
	for _, extended := range m.Extends {
		reserveLibrary(extended, taken)
	}
	for _, instance := range m.Instances {
		reserveLibrary(instance.Module, taken)
	}
}

// reservedWords are those of TLA+: Specifying Systems, section 15.1, those that
// TLA+2 added for proofs, and the constants that need no module.
const reservedWords = `
	ACTION ASSUME ASSUMPTION AXIOM BOOLEAN BY CASE CHOOSE CONSTANT CONSTANTS COROLLARY DEF DEFINE DEFS DOMAIN
	ELSE ENABLED EXCEPT EXTENDS FALSE HAVE HIDE IF IN INSTANCE LAMBDA LEMMA LET LOCAL MODULE NEW OBVIOUS
	OMITTED ONLY OTHER PICK PROOF PROPOSITION PROVE QED RECURSIVE SF_ STATE STRING SUBSET SUFFICES TAKE
	TEMPORAL THEN THEOREM TRUE UNCHANGED UNION USE VARIABLE VARIABLES WF_ WITH WITNESS`
