// Package strict reads TOML files whose every mistake is to be told: a key that
// nobody asked for, a value of the wrong type, a value that is not allowed, each
// with the file, the line and what is allowed. Profiles and the configuration are
// read with it. The decoder below ignores what it does not know, so a table is
// read key by key, and [Table.Close] reports what was left over.
package strict

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// Problem is one mistake in a file.
type Problem struct {
	File string
	Line int // 1-based; 0 where the mistake concerns the whole file
	// Message says what is wrong and what is allowed.
	Message string
}

// Problems are the mistakes in one or more files.
type Problems []Problem

// String returns the problem as file:line: message.
func (p Problem) String() string {
	if p.Line == 0 {
		return fmt.Sprintf("%s: %s", p.File, p.Message)
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Message)
}

// Error returns the problems, one a line, each as file:line: message.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Decoder reads one file and collects its problems.
type Decoder struct {
	File     string // used in problems only
	Problems Problems
	md       toml.MetaData
}

// Problem adds a mistake; line is 1-based, 0 for the whole file.
func (d *Decoder) Problem(line int, format string, args ...any) {
	d.Problems = append(d.Problems, Problem{File: d.File, Line: line, Message: fmt.Sprintf(format, args...)})
}

// Sort orders the problems by file and line.
func (ps Problems) Sort() {
	slices.SortStableFunc(ps, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Message, b.Message))
	})
}

// Open reads the text's top-level table; it reports false, and the problem,
// where the text is not TOML.
func (d *Decoder) Open(config string) (*Table, bool) {
	t := &Table{d: d}
	var err error
	if d.md, err = toml.Decode(config, &t.values); err != nil {
		line, message := 0, err.Error()
		var pe toml.ParseError
		if errors.As(err, &pe) {
			line, message = pe.Position.Line, pe.Message
		}
		d.Problem(line, "not valid TOML: %s", message)
		return nil, false
	}
	return t, true
}

// Table is a TOML table that is read key by key, so that what was never asked
// for is known to be a mistake.
type Table struct {
	d      *Decoder
	name   string // empty for the top level
	line   int    // where it stands, 0 for the top level
	values map[string]toml.Primitive
	known  []string
}

// Whether a key has to be there.
const (
	Required = true
	Optional = false
)

// locator is decoded into only to learn where a value stands: it always fails,
// and the decoder adds the position to the failure.
type locator struct{ isTable bool }

func (l *locator) UnmarshalTOML(value any) error {
	_, l.isTable = value.(map[string]any)
	return errors.New("here")
}

// Line returns the 1-based line of a key's value, 0 where there is none. A table
// that is only named in the header of another stands where that one does.
func (t *Table) Line(key string) int {
	value, ok := t.values[key]
	if !ok {
		return 0
	}
	var pe toml.ParseError
	if errors.As(t.d.md.PrimitiveDecode(value, &locator{}), &pe) && pe.Position.Line > 0 {
		return pe.Position.Line
	}
	sub := Table{d: t.d}
	if t.d.md.PrimitiveDecode(value, &sub.values) != nil {
		return 0
	}
	first := 0
	for key := range sub.values {
		if line := sub.Line(key); first == 0 || 0 < line && line < first {
			first = line
		}
	}
	return first
}

// get decodes a key's value into v, and reports a value of another type.
func (t *Table) get(key string, v any, want string) bool {
	t.Know(key)
	value, ok := t.values[key]
	if !ok {
		return false
	}
	if t.d.md.PrimitiveDecode(value, v) != nil {
		t.d.Problem(t.Line(key), "%s must be %s", t.path(key), want)
		return false
	}
	return true
}

func (t *Table) path(key string) string {
	if t.name == "" {
		return key
	}
	return t.name + "." + key
}

// Has reports whether the table has the key.
func (t *Table) Has(key string) bool {
	_, ok := t.values[key]
	return ok
}

// IsTable reports whether a key's value is a table.
func (t *Table) IsTable(key string) bool {
	var l locator
	value, ok := t.values[key]
	return ok && t.d.md.PrimitiveDecode(value, &l) != nil && l.isTable
}

// Know makes a key one that is allowed, whether it is read or not.
func (t *Table) Know(key string) {
	if !slices.Contains(t.known, key) {
		t.known = append(t.known, key)
	}
}

// Keys returns the keys of the table, sorted.
func (t *Table) Keys() []string { return slices.Sorted(maps.Keys(t.values)) }

// Problem adds a mistake in the value of a key.
func (t *Table) Problem(key, format string, args ...any) {
	t.d.Problem(t.Line(key), "%s "+format, append([]any{t.path(key)}, args...)...)
}

// String returns the string of a key, which must not be blank.
func (t *Table) String(key string, required bool) string {
	var s string
	got := t.get(key, &s, "a string")
	switch {
	case required && !t.Has(key):
		t.d.Problem(t.line, "%s is missing; it must be a string", t.path(key))
	case got && strings.TrimSpace(s) == "":
		t.d.Problem(t.Line(key), "%s must not be empty", t.path(key))
	}
	return s
}

// Int returns the whole number of a key, which must be at least least; 0 where
// there is none.
func (t *Table) Int(key string, least int) int {
	n := 0
	if t.get(key, &n, "a whole number") && n < least {
		t.Problem(key, "= %d; it must be at least %d", n, least)
		return 0
	}
	return n
}

// Float returns the number of a key, which must lie between least and most;
// nil where there is none.
func (t *Table) Float(key string, least, most float64) *float64 {
	n := 0.0
	switch {
	case !t.get(key, &n, "a number"):
		return nil
	case !(least <= n && n <= most):
		t.Problem(key, "= %v; it must lie between %v and %v", n, least, most)
		return nil
	}
	return &n
}

// Bool returns the truth value of a key, false where there is none.
func (t *Table) Bool(key string) bool {
	b := false
	t.get(key, &b, "true or false")
	return b
}

// Strings returns the strings of a key, none of which may be empty.
func (t *Table) Strings(key string) []string {
	var list []string
	if t.get(key, &list, "a list of strings") && slices.Contains(list, "") {
		t.d.Problem(t.Line(key), "%s must not hold an empty string", t.path(key))
	}
	return list
}

// Globs returns the patterns of a key, as package path understands them.
func (t *Table) Globs(key string) []string {
	list := t.Strings(key)
	for _, glob := range list {
		if _, err := path.Match(glob, ""); err != nil {
			t.d.Problem(t.Line(key), "%s: %q is not a glob; * matches within a path element, ? one character, [ab] one of a set", t.path(key), glob)
		}
	}
	return list
}

// Table returns the table of a key, empty where there is none.
func (t *Table) Table(key string) *Table {
	sub := &Table{d: t.d, name: t.path(key), line: t.Line(key)}
	if t.get(key, &sub.values, "a table") && sub.values == nil {
		// The decoder passes over a value of another type where it wants a map.
		t.d.Problem(t.Line(key), "%s must be a table", sub.name)
	}
	return sub
}

// Close reports the keys that nobody asked for.
func (t *Table) Close() {
	for key := range t.values {
		if !slices.Contains(t.known, key) {
			t.d.Problem(t.Line(key), "unknown key %s; allowed are %s", t.path(key), strings.Join(t.known, ", "))
		}
	}
}
