package profile

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/strict"
)

// This file has what the keys of profile.toml may hold; schema.go says the same
// of each in the words of JSON Schema.

// textValue is a string that is not blank.
type textValue struct {
	into    func(*Profile) *string
	pattern *regexp.Regexp // nil for any
	want    string         // what the pattern asks for
	of      names          // nil for any
}

// names are those that a value may name, of what was read before it.
type names func(*Profile) []string

// vocabulary are the roles and message kinds of a profile.
func vocabulary(p *Profile) []string { return slices.Concat(p.Vocabulary.Roles, p.Vocabulary.Messages) }

// check reports the names in the value of a key that are none of those.
func (of names) check(t *strict.Table, key string, p *Profile, named ...string) {
	if of == nil {
		return
	}
	for _, name := range named {
		if allowed := of(p); !slices.Contains(allowed, name) {
			t.Problem(key, "names %q, which is none of vocabulary.roles and vocabulary.messages: %s", name, strings.Join(allowed, ", "))
		}
	}
}

func (v textValue) decode(t *strict.Table, k key, p *Profile) {
	s := t.String(k.name, k.required)
	if s != "" && v.pattern != nil && !v.pattern.MatchString(s) {
		t.Problem(k.name, "= %q; %s", s, v.want)
	}
	if s != "" {
		v.of.check(t, k.name, p, s)
	}
	*v.into(p) = s
}

// listValue is a list of strings that are not empty.
type listValue struct {
	into  func(*Profile) *[]string
	globs bool
	local bool  // paths that stay below a folder
	of    names // nil for any
}

func (v listValue) decode(t *strict.Table, k key, p *Profile) {
	*v.into(p) = list(t, k.name, v.globs)
	v.of.check(t, k.name, p, *v.into(p)...)
	for _, path := range *v.into(p) {
		if v.local && !fs.ValidPath(path) {
			t.Problem(k.name, "holds %q; it must be a path below the folder, with slashes and without ..", path)
			*v.into(p) = nil
		}
	}
}

func list(t *strict.Table, key string, globs bool) []string {
	if globs {
		return t.Globs(key)
	}
	return t.Strings(key)
}

// listsValue is a table of lists of strings under names of its author's.
type listsValue struct {
	into  func(*Profile) *map[string][]string
	globs bool
	of    names // what the names must be; nil for any
}

func (v listsValue) decode(t *strict.Table, k key, p *Profile) {
	sub := t.Table(k.name)
	lists := map[string][]string{}
	for _, name := range sub.Keys() {
		v.of.check(sub, name, p, name)
		lists[name] = list(sub, name, v.globs)
	}
	*v.into(p) = lists
}

// truthValue is true or false.
type truthValue struct{ into func(*Profile) *bool }

func (v truthValue) decode(t *strict.Table, k key, p *Profile) {
	*v.into(p) = t.Bool(k.name)
}

// ruleValue is a severity, or a table of a severity and options.
type ruleValue struct{ options []option }

const severityKey = "severity"

func (v ruleValue) decode(t *strict.Table, k key, p *Profile) {
	t.Know(k.name)
	if !t.Has(k.name) {
		return
	}
	if p.Contract.rules == nil {
		p.Contract.rules = map[string]held{}
	}
	var h held
	if t.IsTable(k.name) {
		sub := t.Table(k.name)
		h.severity = severity(sub, severityKey)
		if !sub.Has(severityKey) {
			t.Problem(k.name, "has no severity; it must be %s", severities)
		}
		for _, o := range v.options {
			*o.into(&h) = sub.Globs(o.name)
		}
		sub.Close()
	} else {
		h.severity = severity(t, k.name)
	}
	p.Contract.rules[k.name] = h
}

// severities are the words for severities, as messages list them.
const severities = "error, warning, information, hint or off"

// severity reads a severity. Of what is none it returns Off.
func severity(t *strict.Table, key string) finding.Severity {
	word := t.String(key, strict.Optional)
	s, ok := parseSeverity(word)
	if word != "" && !ok {
		t.Problem(key, "= %q; a severity is %s", word, severities)
	}
	return s
}

// SeverityWords are the words for severities, the worst first.
func SeverityWords() []string {
	var words []string
	for s := finding.Error; s <= finding.Hint; s++ {
		words = append(words, s.String())
	}
	return append(words, "off")
}

func parseSeverity(word string) (finding.Severity, bool) {
	i := slices.Index(SeverityWords(), word)
	if severity := finding.Error + finding.Severity(i); i >= 0 && severity <= finding.Hint {
		return severity, true
	}
	return Off, i >= 0
}
