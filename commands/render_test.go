package commands

import (
	"strings"
	"testing"

	"github.com/specls/specls/analysis/gosource"
	"github.com/specls/specls/analysis/profile"
)

// testProfile returns a profile with a template that shows its values.
func testProfile(t *testing.T) *profile.Profile {
	t.Helper()
	p, err := profile.Parse(profile.Source{
		Name:   "test",
		Config: "title = 'Test'\nmodule = 'test'\nfocus = 'Default focus'\n",
		Prompt: "{focus}|{file_path}|{source_code}|{}",
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestRender(t *testing.T) {
	a := gosource.File{Path: "raft/a.go", Text: "package a // {focus}\r\n"}
	b := gosource.File{Path: "raft/b.go", Text: "package b"}
	for _, c := range []struct {
		name, focus string
		files       []gosource.File
		want        string
	}{
		{"one file", "", []gosource.File{a}, "Default focus|raft/a.go|package a // {focus}\r\n|{}"},
		{"focus", "{file_path}", []gosource.File{b}, "{file_path}|raft/b.go|package b|{}"},
		{"several", "F", []gosource.File{a, b}, "F|raft/a.go, raft/b.go|===== FILE: raft/a.go =====\npackage a // {focus}\r\n===== FILE: raft/b.go =====\npackage b|{}"},
		{"no line end between", "F", []gosource.File{b, a}, "F|raft/b.go, raft/a.go|===== FILE: raft/b.go =====\npackage b\n===== FILE: raft/a.go =====\npackage a // {focus}\r\n|{}"},
	} {
		if got := Render(testProfile(t), c.focus, c.files); got != c.want {
			t.Errorf("%s:\ngot  %q\nwant %q", c.name, got, c.want)
		}
	}
}

// TestEstimateTokens holds the estimate against what o200k_base counts.
func TestEstimateTokens(t *testing.T) {
	for _, c := range []struct {
		text   string
		counts int
	}{
		{"", 0},
		{"etcd", 1},
		{profile.Builtin()[0].Template.Text(), 607},
		{profile.Builtin()[1].Template.Text(), 542},
		{strings.Repeat("func (r *raft) becomeFollower(term uint64, lead uint64) {\n\tr.step = stepFollower\n\tr.reset(term)\n}\n", 50), 1400},
	} {
		got := EstimateTokens(c.text)
		if diff := got - c.counts; diff*5 > c.counts || -diff*5 > c.counts {
			t.Errorf("%.20q…: estimated %d tokens, want %d give or take a fifth", c.text, got, c.counts)
		}
	}
}
