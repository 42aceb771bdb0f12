package server

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

type lens struct {
	Range   wireRange
	Command struct {
		Title, Command string
		Arguments      []argument
	}
}

func (c *testClient) lenses(u any) []lens {
	c.t.Helper()
	return decode[[]lens](c.t, c.mustCall("textDocument/codeLens", object{"textDocument": object{"uri": u}}))
}

// The builtin model's specification is opened, with the source it came from.
func openConverted(t *testing.T) *workspace {
	t.Helper()
	capabilities := withExperimental("status")
	capabilities["workspace"].(object)["codeLens"] = object{"refreshSupport": true}
	w := openWorkspace(t, capabilities, "builtin", nil)
	w.on("workspace/codeLens/refresh", func(json.RawMessage) any { return nil })
	writeFiles(t, w.dir, map[string]string{"raft.go": raftSource})
	w.convert()
	w.open(fileURI(w.dir, "etcdraft.tla"), "tla", 1, w.read("etcdraft.tla"))
	return w
}

func TestRequirementsLens(t *testing.T) {
	w := openConverted(t)
	spec := fileURI(w.dir, "etcdraft.tla")
	got := w.lenses(spec)
	if len(got) != 1 || !strings.HasPrefix(got[0].Command.Title, "etcd: ") || !strings.HasSuffix(got[0].Command.Title, " requirements met") || got[0].Range.Start.Line != 0 {
		t.Fatalf("the lenses are %+v", got)
	}
	var now status
	w.waitLast(methodStatus, func(raw json.RawMessage) bool {
		now = decode[status](t, raw)
		return now.URI == spec && now.Requirements > 0
	})
	if now.RequirementsMet == 0 || now.RequirementsMet > now.Requirements {
		t.Errorf("the status is %+v", now)
	}
	shown := decode[outcome](t, w.mustCall("workspace/executeCommand", object{"command": got[0].Command.Command, "arguments": got[0].Command.Arguments}))
	text := decode[struct{ Text string }](t, w.mustCall("workspace/textDocumentContent", object{"uri": shown.URI})).Text
	if strings.Count(text, "\n- [") != now.Requirements || strings.Count(text, "\n- [x]") != now.RequirementsMet {
		t.Errorf("the list does not hold %d of %d:\n%s", now.RequirementsMet, now.Requirements, text)
	}
	raw := w.mustCall("textDocument/hover", object{"textDocument": object{"uri": spec}, "position": object{"line": 0, "character": 14}})
	wantHover(t, raw, []string{" requirements met"})
	w.open(fileURI(w.dir, "other.tla"), "tla", 1, "---- MODULE other ----\n====\n")
	if got := w.lenses(fileURI(w.dir, "other.tla")); len(got) > 0 {
		t.Errorf("a module without a contract has the lenses %+v", got)
	}
}

// A specification whose source has changed since says so, and by how much.
func TestChangedSource(t *testing.T) {
	w := openConverted(t)
	spec := fileURI(w.dir, "etcdraft.tla")
	w.published(spec, none)
	// A comment is no change, a function is.
	for _, test := range []struct {
		old, new string
		want     string
	}{
		{"func (r *raft) send", "// Comment.\nfunc (r *raft) send", ""},
		{"r.state = StateCandidate", "r.state = StateCandidate\n\tr.Term++", "1 function"},
	} {
		changed := strings.Replace(raftSource, test.old, test.new, 1)
		w.change(w.source, 2, object{"text": changed})
		w.notify("textDocument/didSave", object{"textDocument": object{"uri": w.source}})
		if test.want == "" {
			if got := w.lenses(spec); len(got) != 1 {
				t.Errorf("after a comment the lenses are %+v", got)
			}
			continue
		}
		want := "generated from raft.go, which has changed since (" + test.want + ")"
		got := w.lenses(spec)
		if len(got) != 2 || got[1].Command.Title != want {
			t.Fatalf("the lenses are %+v, want %q", got, want)
		}
		found := w.published(spec, has(codeSourceChanged))
		if len(found) != 1 || found[0].Severity != 3 || !strings.Contains(found[0].Message, test.want) {
			t.Errorf("the diagnostics are %+v", found)
		}
		w.waitLast("workspace/codeLens/refresh", func(json.RawMessage) bool { return true })
		shown := decode[outcome](t, w.mustCall("workspace/executeCommand", object{"command": got[1].Command.Command, "arguments": got[1].Command.Arguments}))
		text := decode[struct{ Text string }](t, w.mustCall("workspace/textDocumentContent", object{"uri": shown.URI})).Text
		if !strings.Contains(text, "## method raft.becomeCandidate: changed") || !strings.Contains(text, "\n+\tr.Term++\n") {
			t.Errorf("the changes are shown as\n%s", text)
		}
		offered := titles(w.actions(codeActionParams(spec, rangeAt(0, 0, 0, 0))))
		if !slices.Contains(offered, "Update from raft.go, which has changed since (1 function)") {
			t.Errorf("offered are %q", offered)
		}
	}
	// Converted again, it is up to date.
	w.change(w.source, 3, object{"text": strings.Replace(raftSource, "r.state = StateCandidate", "r.state = StateCandidate\n\tr.Term++", 1)})
	if err := os.Remove(spec.FsPath()); err != nil {
		t.Fatal(err)
	}
	w.notify("textDocument/didClose", object{"textDocument": object{"uri": spec}})
	w.convert()
	w.open(spec, "tla", 1, w.read("etcdraft.tla"))
	if got := w.lenses(spec); len(got) != 1 {
		t.Errorf("after another conversion the lenses are %+v", got)
	}
}

// A client that pulls is told when a module changes that another open one
// extends, and not otherwise.
func TestRefreshOfReaders(t *testing.T) {
	c, dir := openClient(t, fullCapabilities(), nil)
	c.on("workspace/diagnostic/refresh", func(json.RawMessage) any { return nil })
	refreshes := func() int { return len(c.arrivedOf("workspace/diagnostic/refresh")) }
	c.open(fileURI(dir, "Alone.tla"), "tla", 1, "---- MODULE Alone ----\n====\n")
	c.change(fileURI(dir, "Alone.tla"), 2, object{"text": "---- MODULE Alone ----\na == 1\n====\n"})
	time.Sleep(2 * refreshPause)
	before := refreshes()
	if before != 0 {
		t.Errorf("a module that nobody extends caused %d refreshes", before)
	}
	c.open(fileURI(dir, "Base.tla"), "tla", 1, base)
	c.open(fileURI(dir, "User.tla"), "tla", 1, "---- MODULE User ----\nEXTENDS Base\nA == Start\n====\n")
	c.change(fileURI(dir, "Base.tla"), 2, object{"text": strings.Replace(base, "Start", "Begin", 1)})
	c.wait("workspace/diagnostic/refresh", func(all []json.RawMessage) bool { return len(all) > before })
}
