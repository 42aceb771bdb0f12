package gosource

import (
	"slices"
	"strings"
	"testing"
)

const outlinedSource = `package raft

import "fmt"

// State is a role.
type State int

const (
	Follower State = iota
	Leader
)

var a, b = 1, 2

func init() {}

func init() { fmt.Println() }

// step steps.
func (r *raft) step(m int) error {
	if m > 0 { // positive
		return nil
	}
	return fmt.Errorf("%d", m)
}
`

func TestOutline(t *testing.T) {
	var got []string
	hashes := map[string]string{}
	for _, o := range Outline(File{Path: "raft.go", Text: outlinedSource}) {
		got = append(got, string(o.Kind)+" "+o.Name)
		hashes[o.Name] = o.Hash
	}
	want := []string{"type State", "constant Follower", "constant Leader", "variable a", "variable b", "function init", "function init#2", "method raft.step"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	for _, c := range []struct{ what, old, new, changed string }{
		{"comments", "{ // positive", "{ // greater than nothing", ""},
		{"doc comments", "// step steps.", "/* step\nby step */", ""},
		{"white space", "if m > 0 {", "if  m>0{", ""},
		{"a line break", "Errorf(\"%d\", m)", "Errorf(\"%d\",\n\t\tm)", ""},
		{"one line for three", "{ // positive\n\t\treturn nil\n\t}", "{ return nil }", ""},
		{"a comma before a line break", "Errorf(\"%d\", m)", "Errorf(\n\t\t\"%d\",\n\t\tm,\n\t)", ""},
		{"an argument less", "Errorf(\"%d\", m)", "Errorf(\"%d\")", "raft.step"},
		{"another operator", "m > 0", "m >= 0", "raft.step"},
		{"another string", `"%d"`, `"%v"`, "raft.step"},
		{"another receiver", "(r *raft)", "(r raft)", "raft.step"},
		{"another type", "State int", "State uint64", "State"},
		{"another value", "Leader\n", "Leader = 7\n", "Leader"},
	} {
		var changed []string
		for _, o := range Outline(File{Text: strings.Replace(outlinedSource, c.old, c.new, 1)}) {
			if hashes[o.Name] != o.Hash {
				changed = append(changed, o.Name)
			}
		}
		if got := strings.Join(changed, " "); got != c.changed {
			t.Errorf("%s: changed are %q, want %q", c.what, got, c.changed)
		}
	}
}

// A file is read while it is typed: what stands behind a mistake still counts,
// at its place.
func TestOutlineOfBrokenFile(t *testing.T) {
	broken := strings.Replace(outlinedSource, "func init() {}", "func init() {", 1)
	all := Outline(File{Text: broken})
	i := slices.IndexFunc(all, func(o Outlined) bool { return o.Name == "raft.step" })
	if i < 0 {
		t.Fatalf("raft.step is not in %v", all)
	}
	if text := broken[all[i].Start:all[i].End]; !strings.HasPrefix(text, "func (r *raft) step") || !strings.HasSuffix(text, "}") {
		t.Errorf("raft.step is %q", text)
	}
}
