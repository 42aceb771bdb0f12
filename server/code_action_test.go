package server

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"go.lsp.dev/uri"
)

// raftSource is a Go file in etcd's manner, small enough to read.
const raftSource = `package raft

import pb "go.etcd.io/raft/v3/raftpb"

type StateType uint64

const (
	StateFollower StateType = iota
	StateCandidate
	StateLeader
	StatePreCandidate
)

type raft struct {
	state StateType
	Term  uint64
}

func stepLeader(r *raft, m pb.Message) error {
	switch m.Type {
	case pb.MsgProp, pb.MsgAppResp:
		r.send(pb.Message{Type: pb.MsgApp})
	}
	return nil
}

func (r *raft) becomeCandidate() {
	r.state = StateCandidate
}

func (r *raft) send(m pb.Message) {}

func (r *raft) tick() { r.send(pb.Message{Type: pb.MsgHup}) }
`

type action struct {
	Title   string
	Kind    string
	Command *struct {
		Title     string
		Command   string
		Arguments []argument
	}
	Edit *struct {
		DocumentChanges []json.RawMessage
		Changes         map[uri.URI][]json.RawMessage
	}
	Data        json.RawMessage
	IsPreferred *bool
}

// actions asks for code actions; params may be changed by the caller first.
func (c *testClient) actions(params object) []action {
	c.t.Helper()
	return decode[[]action](c.t, c.mustCall("textDocument/codeAction", params))
}

func titles(actions []action) []string {
	var result []string
	for _, a := range actions {
		result = append(result, a.Title)
	}
	return result
}

func TestConversionActions(t *testing.T) {
	c, dir := openClient(t, fullCapabilities(), nil)
	u := fileURI(dir, "raft.go")
	c.open(u, "go", 1, raftSource)
	line := func(text string) int {
		return strings.Count(raftSource[:strings.Index(raftSource, text)], "\n")
	}
	at := func(first, last int) object { return codeActionParams(u, rangeAt(first, 1, last, 1)) }

	always := []string{
		"Convert to TLA+ (etcd)",
		"Preview TLA+ conversion prompt (etcd)",
		"Copy TLA+ conversion prompt (etcd)",
		"Convert to TLA+: choose a profile…",
	}
	for _, test := range []struct {
		name        string
		first, last int
		focus, text string
	}{
		{"no declaration", 1, 1, "", ""},
		{"a function", line("case pb.MsgProp"), line("case pb.MsgProp"), "`stepLeader`", "the function stepLeader"},
		{"a method", line("r.state = StateCandidate"), line("r.state = StateCandidate"), "`raft.becomeCandidate`", "the method raft.becomeCandidate"},
		{"a type", line("state StateType"), line("state StateType"), "`raft`", "the type raft"},
		{"a selection of several", line("func stepLeader"), line("func (r *raft) send"), "lines 19–31", "lines 19 to 31"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := c.actions(at(test.first, test.last))
			for _, title := range always {
				if !slices.Contains(titles(got), title) {
					t.Errorf("%q is not offered; there are %q", title, titles(got))
				}
			}
			focused := slices.IndexFunc(got, func(a action) bool { return a.Title == "Convert to TLA+ (etcd) focused on "+test.focus })
			if test.focus == "" {
				for _, a := range got {
					if strings.Contains(a.Title, "focused") {
						t.Errorf("%q is offered where nothing is to focus on", a.Title)
					}
				}
				return
			}
			if focused < 0 {
				t.Fatalf("no action is focused on %s; there are %q", test.focus, titles(got))
			}
			want := argument{URI: u, Profile: "etcd", Focus: test.text}
			if argument := got[focused].Command.Arguments[0]; argument != want {
				t.Errorf("the argument is %+v, want %+v", argument, want)
			}
		})
	}

	params := at(1, 1)
	params["context"].(object)["only"] = []string{"quickfix"}
	if got := c.actions(params); len(got) != 0 {
		t.Errorf("quick fixes alone were asked for and %q offered", titles(got))
	}
	params["context"].(object)["only"] = []string{"specls"}
	if got := c.actions(params); len(got) < 4 {
		t.Errorf("kinds under specls were asked for and only %q offered", titles(got))
	}
}

// A Go file without Raft gets no profile's actions, and still the choice.
func TestOtherGoFile(t *testing.T) {
	c, dir := openClient(t, fullCapabilities(), nil)
	u := fileURI(dir, "main.go")
	c.open(u, "go", 1, "package main\n\nfunc main() {}\n")
	got := titles(c.actions(codeActionParams(u, rangeAt(0, 0, 0, 0))))
	if want := []string{"Convert to TLA+: choose a profile…"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A client that knows no code action literals gets commands.
func TestCommandsForOldClients(t *testing.T) {
	c, dir := openClient(t, object{}, nil)
	u := fileURI(dir, "raft.go")
	c.open(u, "go", 1, raftSource)
	raw := c.mustCall("textDocument/codeAction", codeActionParams(u, rangeAt(0, 0, 0, 0)))
	for _, command := range decode[[]struct{ Title, Command string }](t, raw) {
		if command.Command == "" {
			t.Errorf("%q is no command", command.Title)
		}
	}
	if strings.Contains(string(raw), "Copy") {
		t.Error("copying is offered to a client that has no clipboard for the server")
	}
}

func TestPreview(t *testing.T) {
	argument := func(u uri.URI) object {
		return object{"command": commandPreview, "arguments": []object{{"uri": u, "profile": "etcd", "focus": "elections"}}}
	}
	check := func(t *testing.T, name, prompt string) {
		t.Helper()
		if !strings.Contains(name, "tokens") {
			t.Errorf("%q does not tell the size in tokens", name)
		}
		for _, part := range []string{"Focus: elections", "Source Code from sub/raft.go:\n```go\n" + raftSource} {
			if !strings.Contains(prompt, part) {
				t.Errorf("the prompt lacks %q", part)
			}
		}
	}

	t.Run("virtual document", func(t *testing.T) {
		c, dir := openClient(t, fullCapabilities(), nil)
		u := fileURI(dir, "sub/raft.go")
		c.open(u, "go", 1, raftSource)
		c.on("window/showDocument", func(json.RawMessage) any { return object{"success": true} })
		result := decode[outcome](t, c.mustCall("workspace/executeCommand", argument(u)))
		shown := decode[struct{ URI uri.URI }](t, c.waitLast("window/showDocument", func(json.RawMessage) bool { return true }))
		if shown.URI != result.URI || shown.URI.Scheme() != promptScheme {
			t.Errorf("shown is %s, and the result says %s", shown.URI, result.URI)
		}
		content := decode[struct{ Text string }](t, c.mustCall("workspace/textDocumentContent", object{"uri": shown.URI}))
		check(t, shown.URI.Path(), content.Text)
	})

	t.Run("file", func(t *testing.T) {
		stateHome(t)
		c, dir := openClient(t, object{}, nil)
		u := fileURI(dir, "sub/raft.go")
		c.open(u, "go", 1, raftSource)
		for range 2 { // the second replaces a read-only file
			result := decode[outcome](t, c.mustCall("workspace/executeCommand", argument(u)))
			content, err := os.ReadFile(result.URI.FsPath())
			if err != nil {
				t.Fatal(err)
			}
			check(t, result.URI.Path(), string(content))
			if info, err := os.Stat(result.URI.FsPath()); err != nil || info.Mode().Perm() != 0o400 {
				t.Errorf("the prompt's file has mode %v, want 0400", info.Mode())
			}
		}
		c.waitLast("window/showMessage", func(raw json.RawMessage) bool { return strings.Contains(string(raw), "The prompt is in") })
	})
}

func TestCopy(t *testing.T) {
	c, dir := openClient(t, fullCapabilities(), nil)
	u := fileURI(dir, "raft.go")
	c.open(u, "go", 1, raftSource)
	c.on(methodCopy, func(json.RawMessage) any { return nil })
	result := decode[outcome](t, c.mustCall("workspace/executeCommand", object{"command": commandCopy, "arguments": []object{{"uri": u}}}))
	if !result.Copied {
		t.Errorf("the result is %+v, want copied", result)
	}
	copied := decode[struct{ Text string }](t, c.waitLast(methodCopy, func(json.RawMessage) bool { return true }))
	if !strings.Contains(copied.Text, raftSource) {
		t.Error("the clipboard does not hold the source")
	}
}

func TestMalformedCommands(t *testing.T) {
	c, dir := openClient(t, fullCapabilities(), nil)
	for _, params := range []object{
		{"command": "specls.nothing"},
		{"command": commandConvert},
		{"command": commandConvert, "arguments": []any{1}},
		{"command": commandConvert, "arguments": []any{object{}}},
	} {
		if _, err := c.call("workspace/executeCommand", params); codeOf(t, err) != -32602 {
			t.Errorf("%v gave %v, want code -32602", params, err)
		}
	}
	// What is wrong with the work is told to the person.
	for _, argument := range []object{
		{"uri": fileURI(dir, "absent.go")},
		{"uri": fileURI(dir, "a.tla"), "profile": "etcd"},
		{"uri": "untitled:x.go", "profile": "etcd"},
	} {
		result := decode[outcome](t, c.mustCall("workspace/executeCommand", object{"command": commandConvert, "arguments": []object{argument}}))
		if result.Error == "" {
			t.Errorf("%v gave no error", argument)
		}
		c.waitLast("window/showMessage", func(raw json.RawMessage) bool {
			return decode[struct{ Message string }](t, raw).Message == result.Error
		})
	}
}
