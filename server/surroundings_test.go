package server

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.lsp.dev/uri"
)

// writeFiles writes files below a directory, by their paths with forward slashes.
func writeFiles(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// published waits until the diagnostics of a document are as accept wants them,
// and returns them.
func (c *testClient) published(u uri.URI, accept func([]wireDiagnostic) bool) []wireDiagnostic {
	c.t.Helper()
	type params struct {
		URI         uri.URI
		Diagnostics []wireDiagnostic
	}
	var last []wireDiagnostic
	c.wait("textDocument/publishDiagnostics", func(all []json.RawMessage) bool {
		for i := len(all) - 1; i >= 0; i-- {
			if p := decode[params](c.t, all[i]); p.URI == u {
				last = p.Diagnostics
				return accept(last)
			}
		}
		return false
	})
	return last
}

type wireDiagnostic struct {
	Range              wireRange
	Severity           int
	Code, Message      string
	Tags               []int
	CodeDescription    struct{ Href string }
	RelatedInformation []struct {
		Location wireLocation
		Message  string
	}
}

func has(code string) func([]wireDiagnostic) bool {
	return func(all []wireDiagnostic) bool {
		for _, d := range all {
			if d.Code == code {
				return true
			}
		}
		return false
	}
}

func none(all []wireDiagnostic) bool { return len(all) == 0 }

func (c *testClient) changedOnDisk(u uri.URI) {
	c.t.Helper()
	c.notify("workspace/didChangeWatchedFiles", object{"changes": []object{{"uri": u, "type": 2}}})
}

const (
	mutexProfile = "title = 'A mutex'\nmodule = 'mutex'\nfocus = 'locking'\n[contract]\ncomments = 'warning'\n"
	mutexPrompt  = "Convert {file_path}, focused on {focus}.\n{source_code}\nNo comments.\n"
)

// A profile of the workspace is loaded as it appears, changes and breaks.
func TestWorkspaceProfileIsLive(t *testing.T) {
	c, dir := openClient(t, pushCapabilities(), nil)
	spec := fileURI(dir, "mutex.tla")
	toml := fileURI(dir, ".specls/profiles/mutex/profile.toml")
	c.open(spec, "tla", 1, "---- MODULE mutex ----\n\\* why\n====\n")
	c.published(spec, none)

	writeFiles(t, dir, map[string]string{".specls/profiles/mutex/profile.toml": mutexProfile, ".specls/profiles/mutex/prompt.txt": mutexPrompt})
	c.changedOnDisk(toml)
	found := c.published(spec, has("comments"))
	if found[0].Severity != 2 {
		t.Errorf("the severity is %d", found[0].Severity)
	}
	// What it asks for is in its own prompt.
	var places []string
	for _, r := range found[0].RelatedInformation {
		places = append(places, string(r.Location.URI))
	}
	if want := string(fileURI(dir, ".specls/profiles/mutex/prompt.txt")); len(places) != 1 || places[0] != want {
		t.Errorf("the related places are %q, want %s", places, want)
	}
	c.open(fileURI(dir, "mutex.go"), "go", 1, "package mutex\n")
	got := execute[estimate](c, commandEstimate, object{"uri": fileURI(dir, "mutex.go"), "profile": "mutex"})
	if got.Profile != "mutex" || got.Tokens == 0 {
		t.Errorf("the estimate is %+v", got)
	}

	writeFiles(t, dir, map[string]string{".specls/profiles/mutex/profile.toml": mutexProfile + "coments = 'error'\n"})
	c.changedOnDisk(toml)
	wrong := c.published(toml, func(all []wireDiagnostic) bool { return len(all) > 0 })
	if wrong[0].Range.Start.Line != 5 || !strings.Contains(wrong[0].Message, "coments") {
		t.Errorf("the problem is %+v", wrong[0])
	}
	c.published(spec, none)

	writeFiles(t, dir, map[string]string{".specls/profiles/mutex/profile.toml": mutexProfile})
	c.notify("textDocument/didSave", object{"textDocument": object{"uri": toml}})
	c.published(toml, none)
	c.published(spec, has("comments"))
}

// The user's profiles and configuration are watched where the client can.
func TestUserConfiguration(t *testing.T) {
	home := t.TempDir()
	writeFiles(t, home, map[string]string{
		"profiles/mutex/profile.toml": mutexProfile, "profiles/mutex/prompt.txt": mutexPrompt,
		"config.toml": "modell = 'x'\n",
	})
	capabilities := pushCapabilities()
	capabilities["workspace"].(object)["didChangeWatchedFiles"] = object{"dynamicRegistration": true, "relativePatternSupport": true}
	c, dir := openClient(t, capabilities, map[string]string{"configuration": home})
	c.on("client/registerCapability", func(json.RawMessage) any { return nil })
	c.waitLast("client/registerCapability", func(raw json.RawMessage) bool { return strings.Contains(string(raw), string(uri.File(home))) })
	c.published(fileURI(home, "config.toml"), func(all []wireDiagnostic) bool { return len(all) == 1 && strings.Contains(all[0].Message, "modell") })
	spec := fileURI(dir, "mutex.tla")
	c.open(spec, "tla", 1, "---- MODULE mutex ----\n\\* why\n====\n")
	c.published(spec, has("comments"))
	writeFiles(t, home, map[string]string{"config.toml": ""})
	c.changedOnDisk(fileURI(home, "config.toml"))
	c.published(fileURI(home, "config.toml"), none)
}

// A person's severities go before the profile's, the editor's before the
// workspace's.
func TestSeverities(t *testing.T) {
	stateHome(t)
	c, dir := startServer(t, nil), t.TempDir()
	writeFiles(t, dir, map[string]string{".specls/specls.toml": "[rules]\ncomments = 'hint'\nheader = 'off'\n"})
	c.initialize(dir, pushCapabilities(), nil)
	spec := fileURI(dir, "etcdraft.tla")
	c.open(spec, "tla", 1, "---- MODULE etcdraft ----\n\\* why\nVARIABLE x\nInit == x = 0\nNext == x' = x\nSpec == Init /\\ [][Next]_x /\\ WF_x(Next)\n====\n")
	severity := func(want int) {
		t.Helper()
		c.published(spec, func(all []wireDiagnostic) bool {
			for _, d := range all {
				if d.Code == "comments" {
					return d.Severity == want
				}
			}
			return want == 0
		})
	}
	severity(4)
	c.notify("workspace/didChangeConfiguration", object{"settings": object{"specls": object{"rules": object{"comments": "information"}}}})
	severity(3)
	c.notify("workspace/didChangeConfiguration", object{"settings": object{"specls": object{"rules": object{"comments": "off"}}}})
	severity(0)
	c.notify("workspace/didChangeConfiguration", object{"settings": object{"specls": object{"profile": "none"}}})
	severity(0)
}

// What a workspace must not set is told where it tries.
func TestWorkspaceSetsWhatItMustNot(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{
		".vscode/settings.json": "{\n  // ours\n  \"specls.profile\": \"etcd\",\n  \"specls.model\": \"openai:theirs\",\n  \"specls.repair.rounds\": 10\n}\n",
		".specls/specls.toml":   "profile = 'etcd'\nmodel = 'openai:theirs'\n",
	})
	c := startServer(t, nil)
	c.initialize(dir, pushCapabilities(), nil)
	wrong := c.published(fileURI(dir, ".vscode/settings.json"), func(all []wireDiagnostic) bool { return len(all) > 0 })
	if len(wrong) != 2 || wrong[0].Range.Start.Line != 3 || wrong[1].Range.Start.Line != 4 {
		t.Errorf("the problems are %+v", wrong)
	}
	wrong = c.published(fileURI(dir, ".specls/specls.toml"), func(all []wireDiagnostic) bool { return len(all) > 0 })
	if len(wrong) != 1 || wrong[0].Range.Start.Line != 1 || !strings.Contains(wrong[0].Message, "model") {
		t.Errorf("the problems are %+v", wrong)
	}
	// One that is not trusted is not read at all.
	c = startServer(t, nil)
	c.initialize(dir, pushCapabilities(), object{"trusted": false})
	spec := fileURI(dir, "a.tla")
	c.open(spec, "tla", 1, "---- MODULE b ----\n====\n")
	c.published(spec, has("module-name"))
	for _, raw := range c.arrivedOf("textDocument/publishDiagnostics") {
		if strings.Contains(string(raw), ".specls") {
			t.Errorf("a workspace without trust was read: %s", raw)
		}
	}
}

// The prompt that a built-in profile's rule quotes can be opened: as a document
// of the server, or as a file.
func TestPromptOfFinding(t *testing.T) {
	for _, virtual := range []bool{true, false} {
		stateHome(t)
		capabilities := pushCapabilities()
		if !virtual {
			delete(capabilities["workspace"].(object), "textDocumentContent")
		}
		capabilities["textDocument"].(object)["publishDiagnostics"].(object)["codeDescriptionSupport"] = true
		c, dir := openClient(t, capabilities, nil)
		spec := fileURI(dir, "etcdraft.tla")
		c.open(spec, "tla", 1, "---- MODULE etcdraft ----\n\\* why\n====\n")
		for _, d := range c.published(spec, has("comments")) {
			if d.Code != "comments" {
				continue
			}
			if !strings.HasSuffix(d.CodeDescription.Href, "/docs/rules/comments.md") {
				t.Errorf("the page is %q", d.CodeDescription.Href)
			}
			if len(d.RelatedInformation) != 1 {
				t.Fatalf("related is %+v", d.RelatedInformation)
			}
			place := d.RelatedInformation[0].Location
			text := ""
			if virtual {
				text = decode[struct{ Text string }](t, c.mustCall("workspace/textDocumentContent", object{"uri": place.URI})).Text
			} else {
				content, err := os.ReadFile(place.URI.FsPath())
				if err != nil {
					t.Fatal(err)
				}
				text = string(content)
			}
			if line := textOf(text, place.Range); !strings.Contains(strings.ToLower(line), "comments") {
				t.Errorf("the line is %q", line)
			}
		}
	}
}

func TestFixAll(t *testing.T) {
	const broken = "---- MODULE etcdraft ----\n\\* why\nVARIABLE x\n(* é *)\nInit == x = 0 \\* here\nNext == x' = x\nSpec == Init /\\ [][Next]_x /\\ WF_x(Next)\n====\n"
	for _, resolve := range []bool{true, false} {
		capabilities := fullCapabilities()
		if !resolve {
			delete(capabilities["textDocument"].(object)["codeAction"].(object), "resolveSupport")
		}
		c, dir := openClient(t, capabilities, nil)
		spec := fileURI(dir, "etcdraft.tla")
		c.open(spec, "tla", 1, broken)
		params := codeActionParams(spec, rangeAt(0, 0, 0, 0))
		params["context"].(object)["only"] = []string{"source.fixAll"}
		got := c.actions(params)
		if len(got) != 1 || got[0].Kind != "source.fixAll.specls" {
			t.Fatalf("offered are %q", titles(got))
		}
		var raw json.RawMessage
		if resolve {
			raw = c.mustCall("codeAction/resolve", object{"title": got[0].Title, "kind": got[0].Kind, "data": got[0].Data})
		} else {
			raw = decode[[]json.RawMessage](t, c.mustCall("textDocument/codeAction", params))[0]
		}
		edit := decode[struct{ Edit wireEdit }](t, raw).Edit
		if len(edit.DocumentChanges) != 1 {
			t.Fatalf("the edit is %s", raw)
		}
		fixed := broken
		for _, e := range edit.DocumentChanges[0].Edits {
			fixed = strings.Replace(fixed, textOf(broken, e.Range), e.NewText, 1)
		}
		if strings.Contains(fixed, "*") || !strings.Contains(fixed, "Init == x = 0") {
			t.Errorf("the text becomes\n%s", fixed)
		}
		c.change(spec, 2, object{"text": fixed})
		if got := c.actions(params); len(got) != 0 {
			t.Errorf("after all is fixed, there is %q", titles(got))
		}
	}
}

func TestDifference(t *testing.T) {
	for _, test := range [][2]string{
		{"a\nb\nc\n", "a\nc\n"}, {"a\n", "a\nb\n"}, {"", "a"}, {"a", ""}, {"a\nb", "a\nc"}, {"é\n", "è\n"}, {"a\na\n", "a\n"},
		{"same", "same"}, {"a\r\nb\r\n", "a\r\nx\r\n"}, {"abc", "abXc"}, {"a\nb\n", "a\nb"}, {"1\n2\n3\n4\n", "1\nII\n3\nIV\n"},
	} {
		got := test[0]
		for _, e := range slices.Backward(difference(test[0], test[1])) {
			got = got[:e.Span.Start] + e.NewText + got[e.Span.End:]
		}
		if got != test[1] {
			t.Errorf("%q becomes %q, want %q", test[0], got, test[1])
		}
	}
}
