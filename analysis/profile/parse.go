package profile

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"github.com/specls/specls/analysis/finding"
)

// Source is a profile as its author wrote it: profile.toml and prompt.txt of
// one folder, whose name is the profile's. The paths are used in errors only.
type Source struct {
	Name               string
	ConfigPath, Config string
	PromptPath, Prompt string
}

// Problem is one mistake in a profile.
type Problem struct {
	File string
	Line int // 1-based; 0 where the mistake concerns the whole file
	// Message says what is wrong and what is allowed.
	Message string
}

// Problems are the mistakes in one profile, sorted by file and line.
type Problems []Problem

// Error returns the problems, one a line, each as file:line: message.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Message)
		if p.Line == 0 {
			lines[i] = fmt.Sprintf("%s: %s", p.File, p.Message)
		}
	}
	return strings.Join(lines, "\n")
}

var (
	profileName = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)
	// moduleName is a TLA+ identifier (Specifying Systems, 15.1.1), in ASCII.
	moduleName = regexp.MustCompile(`^[A-Za-z0-9_]*[A-Za-z][A-Za-z0-9_]*$`)
)

// Parse reads a profile strictly: an unknown key, a value of the wrong type, an
// unknown rule or severity, a malformed glob and an unknown or lacking
// placeholder are all mistakes. Its error is of type Problems.
func Parse(src Source) (*Profile, error) {
	p := &Profile{Name: src.Name}
	d := &decoder{file: src.ConfigPath}
	if !profileName.MatchString(src.Name) {
		d.problem(0, "profile name %q; a name is lower-case letters, digits and hyphens, and starts with a letter", src.Name)
	}
	p.decode(d, src.Config)

	var err error
	if p.Template, err = ParseTemplate(src.Prompt); err != nil {
		d.problems = append(d.problems, templateProblems(src.PromptPath, err)...)
	}
	if len(d.problems) > 0 {
		slices.SortStableFunc(d.problems, func(a, b Problem) int {
			return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
		})
		return nil, d.problems
	}
	return p, nil
}

// decode fills p from the text of a profile.toml.
func (p *Profile) decode(d *decoder, config string) {
	root, ok := d.open(config)
	if !ok {
		return
	}
	p.Title = root.string("title", required)
	p.Module = root.string("module", required)
	if p.Module != "" && !moduleName.MatchString(p.Module) {
		d.problem(root.line("module"), "module = %q; a TLA+ module name is letters, digits and underscores, at least one of them a letter", p.Module)
	}
	p.Extends = root.strings("extends")
	p.DefaultFocus = root.string("focus", required)

	match := root.table("match")
	p.Match = Match{
		Files:    match.globs("files"),
		Imports:  match.globs("imports"),
		Declares: match.globs("declares"),
		Supports: match.globs("supports"),
	}
	match.close()

	vocabulary := root.table("vocabulary")
	p.Vocabulary = Vocabulary{Roles: vocabulary.strings("roles"), Messages: vocabulary.strings("messages")}
	vocabulary.close()

	p.Contract = decodeContract(root.table("contract"))
	root.close()
}

// decodeContract reads a table of rule ids and severities.
func decodeContract(t *table) Contract {
	c := Contract{severity: map[string]finding.Severity{}}
	for _, rule := range ruleIDs {
		word := t.string(rule, optional)
		if word == "" {
			continue
		}
		severity, ok := parseSeverity(word)
		if !ok {
			t.d.problem(t.line(rule), "%s = %q; a severity is error, warning, information or hint, and a rule that is not to hold is left out", rule, word)
		}
		c.severity[rule] = severity
	}
	t.close()
	return c
}

func parseSeverity(word string) (finding.Severity, bool) {
	for s := finding.Error; s <= finding.Hint; s++ {
		if s.String() == word {
			return s, true
		}
	}
	return 0, false
}

// templateProblems takes apart the joined errors of ParseTemplate.
func templateProblems(file string, err error) Problems {
	var ps Problems
	for _, err := range err.(interface{ Unwrap() []error }).Unwrap() {
		var pe *PlaceholderError
		if errors.As(err, &pe) {
			ps = append(ps, Problem{File: file, Line: pe.Line, Message: strings.TrimPrefix(pe.Error(), fmt.Sprintf("line %d: ", pe.Line))})
		}
	}
	return ps
}

// decoder collects the problems of one TOML file.
type decoder struct {
	file     string
	problems Problems
	md       toml.MetaData
}

func (d *decoder) problem(line int, format string, args ...any) {
	d.problems = append(d.problems, Problem{File: d.file, Line: line, Message: fmt.Sprintf(format, args...)})
}

// open reads the text's top-level table; it reports false, and the problem,
// where the text is not TOML.
func (d *decoder) open(config string) (*table, bool) {
	t := &table{d: d}
	var err error
	if d.md, err = toml.Decode(config, &t.values); err != nil {
		line, message := 0, err.Error()
		var pe toml.ParseError
		if errors.As(err, &pe) {
			line, message = pe.Position.Line, pe.Message
		}
		d.problem(line, "not valid TOML: %s", message)
		return nil, false
	}
	return t, true
}

// table is a TOML table that is read key by key, so that what was never asked
// for is known to be a mistake.
type table struct {
	d      *decoder
	name   string // empty for the top level
	values map[string]toml.Primitive
	known  []string
}

const (
	required = true
	optional = false
)

// locator is decoded into only to learn where a value stands: it always fails,
// and the decoder adds the position to the failure.
type locator struct{}

func (*locator) UnmarshalTOML(any) error { return errors.New("here") }

// line returns the 1-based line of a key's value, 0 where there is none.
func (t *table) line(key string) int {
	var pe toml.ParseError
	if value, ok := t.values[key]; ok && errors.As(t.d.md.PrimitiveDecode(value, &locator{}), &pe) {
		return pe.Position.Line
	}
	return 0
}

// get decodes a key's value into v, and reports a value of another type.
func (t *table) get(key string, v any, want string) bool {
	t.known = append(t.known, key)
	value, ok := t.values[key]
	if !ok {
		return false
	}
	if t.d.md.PrimitiveDecode(value, v) != nil {
		t.d.problem(t.line(key), "%s must be %s", t.path(key), want)
		return false
	}
	return true
}

func (t *table) path(key string) string {
	if t.name == "" {
		return key
	}
	return t.name + "." + key
}

func (t *table) string(key string, required bool) string {
	var s string
	got := t.get(key, &s, "a string")
	_, present := t.values[key]
	switch {
	case required && !present:
		t.d.problem(0, "%s is missing; it must be a string", t.path(key))
	case got && strings.TrimSpace(s) == "":
		t.d.problem(t.line(key), "%s must not be empty", t.path(key))
	}
	return s
}

func (t *table) strings(key string) []string {
	var list []string
	if t.get(key, &list, "a list of strings") && slices.Contains(list, "") {
		t.d.problem(t.line(key), "%s must not hold an empty string", t.path(key))
	}
	return list
}

func (t *table) globs(key string) []string {
	list := t.strings(key)
	for _, glob := range list {
		if _, err := path.Match(glob, ""); err != nil {
			t.d.problem(t.line(key), "%s: %q is not a glob; * matches within a path element, ? one character, [ab] one of a set", t.path(key), glob)
		}
	}
	return list
}

// table returns the table of a key, empty where there is none.
func (t *table) table(key string) *table {
	sub := &table{d: t.d, name: t.path(key)}
	if t.get(key, &sub.values, "a table") && sub.values == nil {
		// The decoder passes over a value of another type where it wants a map.
		t.d.problem(t.line(key), "%s must be a table", sub.name)
	}
	return sub
}

// close reports the keys that nobody asked for.
func (t *table) close() {
	for key := range t.values {
		if !slices.Contains(t.known, key) {
			t.d.problem(t.line(key), "unknown key %s; allowed are %s", t.path(key), strings.Join(t.known, ", "))
		}
	}
}
