package server

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// execute runs a command and decodes its result.
func execute[T any](c *testClient, command string, arguments ...object) T {
	c.t.Helper()
	return decode[T](c.t, c.mustCall("workspace/executeCommand", object{"command": command, "arguments": arguments}))
}

// withExperimental returns capabilities with some of specls's own.
func withExperimental(names ...string) object {
	capabilities := pushCapabilities()
	own := object{}
	for _, name := range names {
		own[name] = true
	}
	capabilities["experimental"] = object{"specls": own}
	return capabilities
}

type models struct{ Models []modelItem }

func (m models) find(name string) (modelItem, bool) {
	i := slices.IndexFunc(m.Models, func(item modelItem) bool { return item.Name == name })
	if i < 0 {
		return modelItem{}, false
	}
	return m.Models[i], true
}

func TestModels(t *testing.T) {
	c, _ := openClient(t, object{}, nil)
	got := execute[models](c, commandModels)
	if m, ok := got.find("builtin"); !ok || !m.Usable || m.Host != "" {
		t.Errorf("builtin is %+v in %+v", m, got)
	}
	if m, ok := got.find("openai"); !ok || m.Usable || m.Problem == "" {
		t.Errorf("openai without a model's name is %+v in %+v", m, got)
	}
	if m, ok := got.find("editor"); ok {
		t.Errorf("the editor's model is offered to a client that has none: %+v", m)
	}
	c, _ = openClient(t, withExperimental("generate"), nil)
	if m, ok := execute[models](c, commandModels, object{}).find("editor"); !ok || !m.Usable {
		t.Errorf("the editor's model is not offered: %+v", m)
	}
}

func TestEstimate(t *testing.T) {
	w := openWorkspace(t, object{}, "openai:test", map[string]string{"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"})
	got := execute[estimate](w.testClient, commandEstimate, object{"uri": w.source})
	if got.Profile != "etcd" || got.Model != "openai:test" || got.Host != "127.0.0.1:9" || got.Tokens < 500 || !slices.Equal(got.Profiles, []string{"etcd", "raftkvs"}) {
		t.Errorf("the estimate is %+v", got)
	}
	got = execute[estimate](w.testClient, commandEstimate, object{"uri": w.source, "profile": "raftkvs", "model": "builtin"})
	if got.Profile != "raftkvs" || got.Model != "builtin" || got.Host != "" {
		t.Errorf("the estimate for another profile and model is %+v", got)
	}
}

// A key from the editor is used at once, and until the editor takes it back.
func TestSetKey(t *testing.T) {
	used := make(chan string, 1)
	environment := modelServer(t, func(send func(string, string), r *http.Request) {
		used <- r.Header.Get("Authorization")
		whole(moduleText)(send, r)
	})
	w := openWorkspace(t, object{}, "openai:test", environment)
	for _, test := range []struct {
		key  any
		want string
	}{{"sk-from-the-editor", "sk-from-the-editor"}, {nil, secret}} {
		w.notify(methodSetKey, object{"backend": "openai", "key": test.key})
		w.convert()
		if got := <-used; got != "Bearer "+test.want {
			t.Errorf("after the key %v the model got %q", test.key, got)
		}
	}
}

// generate answers specls/generate with a reply in pieces.
func (w *workspace) generate(pieces []string, result any) {
	w.on(methodGenerate, func(raw json.RawMessage) any {
		id := decode[generateParams](w.t, raw).ID
		for _, piece := range pieces {
			w.notify(methodGenerateProgress, object{"id": id, "text": piece})
		}
		w.notify(methodGenerateProgress, object{"id": "another", "text": "not for us"})
		return result
	})
}

func TestEditorModel(t *testing.T) {
	w := openWorkspace(t, withExperimental("generate"), "editor", nil)
	w.generate([]string{moduleText[:5], moduleText[5:50], moduleText[50:]}, object{"finish": "stop", "model": "theirs"})
	w.convert()
	if got := w.read("etcdraft.tla"); got != moduleText {
		t.Errorf("the file holds\n%s", got)
	}
	w.said("etcdraft.tla written by theirs")
	sent := decode[generateParams](t, w.arrivedOf(methodGenerate)[0])
	if !strings.Contains(sent.Prompt, raftSource) || len(sent.Turns) != 0 {
		t.Errorf("sent was %+v", sent)
	}
}

// arrivedOf returns the messages of a method so far.
func (c *testClient) arrivedOf(method string) []json.RawMessage {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.arrived[method])
}

func TestEditorModelFails(t *testing.T) {
	w := openWorkspace(t, withExperimental("generate"), "editor", nil)
	if result := w.convert(); !strings.Contains(result.Error, "the editor's language model failed") {
		t.Errorf("a client that answers with an error gave %+v", result)
	}
	w.wantUntouched()

	w.generate([]string{moduleText[:40]}, object{"finish": "length", "model": "theirs"})
	if result := w.convert(); !strings.Contains(result.Error, "cut off") {
		t.Errorf("a reply that is cut off gave %+v", result)
	}

	undeclared := openWorkspace(t, pushCapabilities(), "editor", nil)
	if result := undeclared.convert(); !strings.Contains(result.Error, "this editor offers no model of its own") {
		t.Errorf("a client without a model gave %+v", result)
	}
}

func TestEditorModelCancelled(t *testing.T) {
	w := openWorkspace(t, withExperimental("generate"), "editor", nil)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	w.on(methodGenerate, func(raw json.RawMessage) any {
		w.notify(methodGenerateProgress, object{"id": decode[generateParams](t, raw).ID, "text": moduleText[:40]})
		<-ctx.Done()
		return nil
	})
	failed := make(chan error, 1)
	go func() {
		_, err := w.call("workspace/executeCommand", w.conversion())
		failed <- err
	}()
	w.waitLast("$/progress", func(raw json.RawMessage) bool { return strings.Contains(string(raw), "characters") })
	w.notify("$/cancelRequest", object{"id": 2}) // the first call after initialize
	if err := <-failed; codeOf(t, err) != -32800 {
		t.Errorf("a cancelled conversion gave %v, want code -32800", err)
	}
	w.waitLast("$/cancelRequest", func(json.RawMessage) bool { return true })
	w.wantKept(w.said("cancelled", "kept in "), moduleText[:40])
}

func TestStatus(t *testing.T) {
	c, dir := openClient(t, withExperimental("status"), nil)
	u := fileURI(dir, "etcdraft.tla")
	last := func(accept func(status) bool) {
		t.Helper()
		c.waitLast(methodStatus, func(raw json.RawMessage) bool { return accept(decode[status](t, raw)) })
	}
	c.open(u, "tla", 1, "---- MODULE etcdraft ----\nVARIABLE x\n")
	last(func(s status) bool { return s.URI == u && s.Profile == "etcd" && s.Errors > 0 && s.Model == "builtin" })
	c.change(u, 2, object{"text": "---- MODULE other ----\n===="})
	last(func(s status) bool { return s.URI == u && s.Errors > 0 })
	c.open(fileURI(dir, "other.tla"), "tla", 1, "---- MODULE other ----\n====\n")
	last(func(s status) bool { return s.URI == fileURI(dir, "other.tla") && s.Profile == "" && s.Errors == 0 })
}

// In a workspace that is not trusted there are diagnostics and nothing else.
func TestUntrusted(t *testing.T) {
	stateHome(t)
	c, dir := startServer(t, nil), t.TempDir()
	c.initialize(dir, pushCapabilities(), object{"trusted": false, "model": "builtin"})
	source, spec := fileURI(dir, "raft.go"), fileURI(dir, "etcdraft.tla")
	c.open(source, "go", 1, raftSource)
	c.open(spec, "tla", 1, "---- MODULE etcdraft ----\n")
	c.waitLast("textDocument/publishDiagnostics", func(raw json.RawMessage) bool { return strings.Contains(string(raw), `"footer"`) })
	if got := c.actions(codeActionParams(source, rangeAt(0, 0, 0, 0))); len(got) > 0 {
		t.Errorf("offered are %q", titles(got))
	}
	for _, name := range []string{commandConvert, commandChoose, commandPreview, commandCopy} {
		result := execute[outcome](c, name, object{"uri": source, "profile": "etcd"})
		if !strings.Contains(result.Error, "not trusted") {
			t.Errorf("%s gave %+v", name, result)
		}
	}
	for _, raw := range c.arrivedOf("window/showMessage") {
		if strings.Contains(string(raw), "specls.trusted") {
			t.Errorf("trusted is taken for a setting: %s", raw)
		}
	}
	for options, want := range map[string]bool{`{"trusted": true}`: false, `{"trusted": 0}`: true, `{}`: false, `null`: false, `{"trusted": null}`: true} {
		if got := readInitializationOptions([]byte(options)).untrusted; got != want {
			t.Errorf("with %s untrusted is %v", options, got)
		}
	}
}
