package contract

import (
	"bytes"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/specls/specls/analysis/flow"
	"github.com/specls/specls/analysis/profile"
)

// spellings knows the names of a profile's vocabulary in any spelling. Values
// are numbered in its order: first the roles, then the message kinds.
type spellings struct {
	names []string // by value
	exact map[string]flow.Value
	plain map[string]flow.Value
}

// profileNames are the names that a profile knows what it asks for by, made ready
// to be compared.
type profileNames struct {
	spellings  *spellings
	scopeNames scopeNames
	actions    map[string]globs
	features   []string // that are excluded, sorted
	excluded   []globs  // what each of them goes by
}

// profilesRead keeps the names of profiles, since a profile never changes and is
// the same from one keystroke to the next.
var profilesRead sync.Map

func namesOf(p *profile.Profile) *profileNames {
	if known, ok := profilesRead.Load(p); ok {
		return known.(*profileNames)
	}
	n := &profileNames{
		spellings: newSpellings(p.Vocabulary), scopeNames: newScopeNames(p.Behaviour), actions: map[string]globs{},
		features: slices.Sorted(maps.Keys(p.Excluded)),
	}
	for name, globs := range p.Vocabulary.Actions {
		n.actions[name] = newGlobs(globs)
	}
	for _, feature := range n.features {
		n.excluded = append(n.excluded, newGlobs(p.Excluded[feature]))
	}
	profilesRead.Store(p, n)
	return n
}

func newSpellings(v profile.Vocabulary) *spellings {
	s := &spellings{exact: map[string]flow.Value{}, plain: map[string]flow.Value{}}
	s.names = append(append(s.names, v.Roles...), v.Messages...)
	if len(s.names) > flow.MaxValues {
		s.names = s.names[:flow.MaxValues]
	}
	for i, name := range s.names {
		s.exact[name] = flow.Value(i)
		s.plain[plainSpelling(name)] = flow.Value(i)
	}
	for i, name := range s.names {
		for _, other := range v.Spellings[name] {
			if plain := plainSpelling(other); !s.has(plain) {
				s.plain[plain] = flow.Value(i)
			}
		}
	}
	return s
}

func (s *spellings) has(plain string) bool {
	_, ok := s.plain[plain]
	return ok
}

// maxSpelling is the length of the longest name that is looked at, in bytes.
const maxSpelling = 48

// value returns the value that a spelling stands for.
func (s *spellings) value(spelling string) flow.Value {
	if v, ok := s.exact[spelling]; ok {
		return v
	}
	if len(spelling) <= maxSpelling {
		if v, ok := s.plain[plainSpelling(spelling)]; ok {
			return v
		}
	}
	return flow.None
}

// Words that say what kind of thing a name is of, not which: they come before
// or behind it. A word for an answer is kept, in one form.
var (
	wordsBefore = []string{"message", "msg", "mtype", "type", "kind", "state", "role", "node", "raft", "rpc", "request"}
	wordsBehind = []string{"message", "msg", "type", "kind", "state", "role", "rpc", "request", "req", "args"}
	answerWords = []string{"response", "reply", "resp", "rsp", "result", "res", "ack"}
)

// plainSpelling returns what is left of a name without case, underscores and
// the words that are not needed to tell it from others: MsgVoteResp, vote_reply
// and RequestVoteResponse are all "vote<".
func plainSpelling(name string) string {
	if rest, ok := strings.CutPrefix(name, "m"); ok && rest != "" && (rest[0] == '_' || 'A' <= rest[0] && rest[0] <= 'Z') {
		name = rest
	}
	s := lettersAndDigits(name)
	answer := false
	for again := true; again; {
		again = false
		cut := func(rest string, ok bool) {
			if ok && rest != "" {
				s, again = rest, true
			}
		}
		for _, w := range wordsBefore {
			cut(strings.CutPrefix(s, w))
		}
		for _, w := range wordsBehind {
			cut(strings.CutSuffix(s, w))
		}
		for _, w := range answerWords {
			if rest, ok := strings.CutSuffix(s, w); ok && rest != "" {
				s, answer, again = rest, true, true
			}
		}
	}
	if answer {
		s += "<"
	}
	return s
}

// lettersAndDigits returns the letters and digits of a name, in lower case.
func lettersAndDigits(name string) string {
	var b strings.Builder
	b.Grow(len(name))
	for i := range len(name) {
		switch c := name[i]; {
		case 'A' <= c && c <= 'Z':
			b.WriteByte(c + 'a' - 'A')
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c >= 0x80:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// glob is a glob of a profile in lower case and without underscores. Most are text
// with a star on either side, or none, for which path.Match is not needed.
type glob struct {
	// pattern is empty where path.Match is not needed.
	pattern string
	// text is the text between the stars; with a pattern, some text that whatever
	// matches it holds.
	text      []byte
	open, end bool // a star in front of the text, and behind it
}

// globs are the globs of a list of a profile.
type globs []glob

func newGlobs(patterns []string) globs {
	list := make(globs, len(patterns))
	for i, pattern := range patterns {
		g := glob{pattern: plainName(pattern)}
		text, open := strings.CutPrefix(g.pattern, "*")
		text, end := strings.CutSuffix(text, "*")
		if strings.ContainsAny(text, `*?[\`) {
			text = longestText(text)
		} else {
			g.pattern, g.open, g.end = "", open, end
		}
		g.text = []byte(text)
		list[i] = g
	}
	return list
}

// longestText returns the longest stretch of a pattern that stands for itself,
// empty for one with [ or \, of which that is hard to tell.
func longestText(pattern string) string {
	longest := ""
	if !strings.ContainsAny(pattern, `[\`) {
		for _, text := range strings.FieldsFunc(pattern, func(r rune) bool { return r == '*' || r == '?' }) {
			if len(text) > len(longest) {
				longest = text
			}
		}
	}
	return longest
}

// plainName returns a name, or a glob of names, as they are compared: in lower
// case and without underscores.
func plainName(s string) string { return strings.ToLower(strings.ReplaceAll(s, "_", "")) }

// appendPlain appends what plainName returns.
func appendPlain(to []byte, name string) []byte {
	start := len(to)
	for i := range len(name) {
		switch c := name[i]; {
		case c >= 0x80:
			return append(to[:start], plainName(name)...)
		case 'A' <= c && c <= 'Z':
			to = append(to, c+'a'-'A')
		case c != '_':
			to = append(to, c)
		}
	}
	return to
}

// match reports whether a name matches one of the globs, without regard to case
// and underscores. It is asked of every name again and again, and so makes no
// string of it.
func (list globs) match(name string) bool {
	if len(list) == 0 {
		return false
	}
	var buffer [64]byte
	plain := appendPlain(buffer[:0], name)
	for i := range list {
		if list[i].match(plain) {
			return true
		}
	}
	return false
}

func (g *glob) match(name []byte) bool {
	switch {
	case len(name) < len(g.text):
		return false
	case g.pattern != "":
		if !bytes.Contains(name, g.text) {
			return false
		}
		ok, err := path.Match(g.pattern, string(name))
		return ok && err == nil
	case g.open && g.end:
		return bytes.Contains(name, g.text)
	case g.open:
		return bytes.HasSuffix(name, g.text)
	case g.end:
		return bytes.HasPrefix(name, g.text)
	}
	return bytes.Equal(name, g.text)
}
