package strict

import (
	"fmt"
	"testing"
)

// read reads a file with one key of each kind.
func read(text string) (values string, problems Problems) {
	d := &Decoder{File: "f.toml"}
	root, ok := d.Open(text)
	if !ok {
		return "", d.Problems
	}
	sub := root.Table("table")
	warm := sub.Float("float", 0, 2)
	values = fmt.Sprint(root.String("string", Optional), root.Int("int", 1), root.Bool("bool"), root.Strings("strings"), root.Globs("globs"), warm == nil, sub.Keys())
	sub.Close()
	root.Close()
	d.Problems.Sort()
	return values, d.Problems
}

func TestRead(t *testing.T) {
	for _, c := range []struct{ text, values, problems string }{
		{"string = 'a'\nint = 2\nbool = true\nstrings = ['b']\nglobs = ['*.go']\n[table]\nfloat = 1", "a2 true [b] [*.go] false [float]", ""},
		{"", "0 false [] [] true []", ""},
		{"string = 1\nint = 'x'\nbool = 0\nstrings = 'b'\nglobs = ['[']\ntable = []", "0 false [] [[] true []",
			"f.toml:1: string must be a string\nf.toml:2: int must be a whole number\nf.toml:3: bool must be true or false\nf.toml:4: strings must be a list of strings\n" +
				"f.toml:5: globs: \"[\" is not a glob; * matches within a path element, ? one character, [ab] one of a set\nf.toml:6: table must be a table"},
		{"string = ''\nint = 0\nstrings = ['']", "0 false [] [] true []",
			"f.toml:1: string must not be empty\nf.toml:2: int = 0; it must be at least 1\nf.toml:3: strings must not hold an empty string"},
		{"table.float = 3\ntable.x = 1\n[y.z]\na = 1", "0 false [] [] true [float x]",
			"f.toml:1: table.float = 3; it must lie between 0 and 2\nf.toml:2: unknown key table.x; allowed are float\nf.toml:3: unknown key y; allowed are table, string, int, bool, strings, globs"},
		{"x = ", "", "f.toml:1: not valid TOML: unexpected EOF; expected value"},
	} {
		values, problems := read(c.text)
		if values != c.values || problems.Error() != c.problems {
			t.Errorf("%s\ngot  %q\n%v\nwant %q\n%s", c.text, values, problems, c.values, c.problems)
		}
	}
}
