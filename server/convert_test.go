package server

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.lsp.dev/uri"

	"github.com/specls/specls/commands"
)

// module is a specification as a model might write it. It need not be good.
const moduleText = "---- MODULE etcdraft ----\nEXTENDS Naturals\nVARIABLE x\nInit == x = 0\nNext == x' = x + 1\nSpec == Init /\\ [][Next]_x /\\ WF_x(Next)\n====\n"

// workspace is a client that applies edits to files on disk, as an editor that
// saves at once would.
type workspace struct {
	*testClient
	dir    string
	source uri.URI
}

// openWorkspace starts a server over a workspace with raft.go and a model.
func openWorkspace(t *testing.T, capabilities object, modelName string, environment map[string]string) *workspace {
	t.Helper()
	stateHome(t)
	c := startServer(t, environment)
	w := &workspace{testClient: c, dir: t.TempDir()}
	w.consent(environment)
	w.source = fileURI(w.dir, "raft.go")
	c.on("workspace/applyEdit", w.applyEdit)
	c.on("window/showDocument", func(json.RawMessage) any { return object{"success": true} })
	c.on("window/workDoneProgress/create", func(json.RawMessage) any { return nil })
	c.initialize(w.dir, capabilities, object{"model": modelName})
	c.open(w.source, "go", 1, raftSource)
	return w
}

// consent agrees beforehand to what the tests send.
func (w *workspace) consent(environment map[string]string) {
	w.t.Helper()
	hosts := []string{editorModel{}.Host()}
	if base, err := url.Parse(environment["OPENAI_BASE_URL"]); err == nil && base.Host != "" {
		hosts = append(hosts, base.Host)
	}
	for _, host := range hosts {
		if err := (commands.Consent{}).Give(w.dir, host); err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *workspace) applyEdit(raw json.RawMessage) any {
	type textEdit struct{ NewText string }
	params := decode[struct {
		Edit struct {
			Changes         map[uri.URI][]textEdit
			DocumentChanges []struct {
				Kind         string
				URI          uri.URI
				TextDocument struct{ URI uri.URI }
				Edits        []textEdit
			}
		}
	}](w.t, raw)
	write := func(u uri.URI, text string) {
		if err := os.WriteFile(u.FsPath(), []byte(text), 0o666); err != nil {
			w.t.Error(err)
		}
	}
	for u, edits := range params.Edit.Changes {
		write(u, edits[0].NewText)
	}
	for _, change := range params.Edit.DocumentChanges {
		if change.Kind == "create" {
			write(change.URI, "")
			continue
		}
		write(change.TextDocument.URI, change.Edits[0].NewText)
	}
	return object{"applied": true}
}

// convert executes the conversion and returns its outcome.
func (w *workspace) convert() outcome {
	w.t.Helper()
	return decode[outcome](w.t, w.mustCall("workspace/executeCommand", w.conversion()))
}

func (w *workspace) conversion() object {
	return object{"command": commandConvert, "arguments": []object{{"uri": w.source, "profile": "etcd"}}}
}

// read returns what a file in the workspace holds, "" if there is none.
func (w *workspace) read(name string) string {
	w.t.Helper()
	content, err := os.ReadFile(filepath.Join(w.dir, name))
	if err != nil && !os.IsNotExist(err) {
		w.t.Fatal(err)
	}
	return string(content)
}

// said waits for a message to the person that holds all parts.
func (w *workspace) said(parts ...string) string {
	w.t.Helper()
	raw := w.waitLast("window/showMessage", func(raw json.RawMessage) bool {
		message := decode[struct{ Message string }](w.t, raw).Message
		for _, part := range parts {
			if !strings.Contains(message, part) {
				return false
			}
		}
		return true
	})
	return decode[struct{ Message string }](w.t, raw).Message
}

// modelServer speaks the streaming format of OpenAI's chat completions on the
// loopback interface. stream writes events; it returns when the stream ends.
func modelServer(t *testing.T, stream func(send func(content, finish string), r *http.Request)) map[string]string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Only when it has read the request does the model notice a hang-up.
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "text/event-stream")
		stream(func(content, finish string) {
			choice := object{"index": 0, "delta": object{"content": content}, "finish_reason": nil}
			if finish != "" {
				choice["finish_reason"] = finish
			}
			event, err := json.Marshal(object{"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "test", "choices": []object{choice}})
			if err != nil {
				t.Error(err)
			}
			fmt.Fprintf(w, "data: %s\n\n", event)
			w.(http.Flusher).Flush()
		}, r)
		fmt.Fprint(w, "data: [DONE]\n\n")
	}))
	t.Cleanup(server.Close)
	return map[string]string{"OPENAI_BASE_URL": server.URL + "/v1", "OPENAI_API_KEY": secret}
}

// secret must not turn up anywhere.
const secret = "sk-test-0123456789abcdef"

// whole is a model that sends the text in pieces and stops.
func whole(text string) func(func(string, string), *http.Request) {
	return func(send func(string, string), _ *http.Request) {
		for len(text) > 0 {
			n := min(7, len(text))
			send(text[:n], "")
			text = text[n:]
		}
		send("", "stop")
	}
}

func TestConvertWritesTheModule(t *testing.T) {
	for name, capabilities := range map[string]object{
		"a client that can do all":     pushCapabilities(),
		"a client that declares none":  {},
		"edits without creating files": {"workspace": object{"applyEdit": true}},
	} {
		t.Run(name, func(t *testing.T) {
			w := openWorkspace(t, capabilities, "openai:test", modelServer(t, whole("Here it is:\n```tla\n"+moduleText+"```\nEnjoy.\n")))
			result := w.convert()
			if want := fileURI(w.dir, "etcdraft.tla"); result.URI != want {
				t.Errorf("the result is %+v, want the URI %s", result, want)
			}
			if got := w.read("etcdraft.tla"); got != moduleText {
				t.Errorf("the file holds\n%s\nwant\n%s", got, moduleText)
			}
			w.said("etcdraft.tla written by test; ")
		})
	}
}

// What the builtin model reports is logged, kept, and can be opened from the
// specification.
func TestConversionReport(t *testing.T) {
	w := openWorkspace(t, pushCapabilities(), "builtin", nil)
	result := w.convert()
	message := w.said("etcdraft.tla written by", "no language model", "no findings")
	if strings.Contains(message, "\n") {
		t.Errorf("the message has several lines: %q", message)
	}
	w.waitLast("window/logMessage", func(raw json.RawMessage) bool { return strings.Contains(string(raw), "Named as in the source") })

	w.open(result.URI, "tla", 1, w.read("etcdraft.tla"))
	got := w.actions(codeActionParams(result.URI, rangeAt(0, 0, 0, 0)))
	if len(got) != 1 || got[0].Title != "Show the report of the conversion" {
		t.Fatalf("the actions on the specification are %q", titles(got))
	}
	shown := decode[outcome](t, w.mustCall("workspace/executeCommand", object{"command": got[0].Command.Command, "arguments": got[0].Command.Arguments}))
	content, err := os.ReadFile(shown.URI.FsPath())
	if err != nil || !strings.Contains(string(content), "- Named as in the source") {
		t.Errorf("the report holds %q (%v)", content, err)
	}
}

func TestConvertIntoTheConfiguredDirectory(t *testing.T) {
	w := openWorkspace(t, object{}, "openai:test", modelServer(t, whole(moduleText)))
	w.notify("workspace/didChangeConfiguration", object{"settings": object{"specls": object{"model": "openai:test", "outputDirectory": "spec/tla"}}})
	w.convert()
	if got := w.read("spec/tla/etcdraft.tla"); got != moduleText {
		t.Errorf("the file holds %q", got)
	}
}

func TestConvertShowsProgress(t *testing.T) {
	w := openWorkspace(t, pushCapabilities(), "openai:test", modelServer(t, whole(moduleText)))
	w.convert()
	type value struct {
		Value struct{ Kind, Title, Message string }
	}
	all := w.wait("$/progress", func(all []json.RawMessage) bool {
		return len(all) > 0 && decode[value](t, all[len(all)-1]).Value.Kind == "end"
	})
	if first := decode[value](t, all[0]).Value; first.Kind != "begin" || !strings.Contains(first.Title, "etcd") {
		t.Errorf("progress begins with %+v", first)
	}
	for i, want := range []string{"asking test", "characters"} {
		if next := decode[value](t, all[i+1]).Value; next.Kind != "report" || !strings.Contains(next.Message, want) {
			t.Errorf("progress goes on with %+v, want %q", next, want)
		}
	}
}

// A file that differs is replaced only if the person says so; one that does
// not differ needs no question.
func TestConvertAsksBeforeReplacing(t *testing.T) {
	for _, test := range []struct {
		name, old string
		answer    any
		want      string
		asked     bool
	}{
		{"replaced", "---- MODULE etcdraft ----\n====\n", object{"title": answerReplace}, moduleText, true},
		{"kept", "---- MODULE etcdraft ----\n====\n", object{"title": answerKeep}, "---- MODULE etcdraft ----\n====\n", true},
		{"dismissed", "---- MODULE etcdraft ----\n====\n", nil, "---- MODULE etcdraft ----\n====\n", true},
		{"the same", moduleText, nil, moduleText, false},
		{"empty", "", nil, moduleText, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := openWorkspace(t, pushCapabilities(), "openai:test", modelServer(t, whole(moduleText)))
			if err := os.WriteFile(filepath.Join(w.dir, "etcdraft.tla"), []byte(test.old), 0o666); err != nil {
				t.Fatal(err)
			}
			asked := false
			w.on("window/showMessageRequest", func(json.RawMessage) any {
				asked = true
				return test.answer
			})
			w.convert()
			if got := w.read("etcdraft.tla"); got != test.want {
				t.Errorf("the file holds\n%s\nwant\n%s", got, test.want)
			}
			if asked != test.asked {
				t.Errorf("asked is %v, want %v", asked, test.asked)
			}
			if test.name == "kept" {
				message := w.said("is as it was", "kept in ")
				w.wantKept(message, moduleText)
			}
		})
	}
}

// wantKept checks that the file that a message names at its end, or before a
// semicolon, holds the reply.
func (w *workspace) wantKept(message, reply string) {
	w.t.Helper()
	_, path, found := strings.Cut(message, "kept in ")
	path, _, _ = strings.Cut(path, ";")
	if !found {
		w.t.Fatalf("the message does not say where the reply is: %s", message)
	}
	content, err := os.ReadFile(strings.TrimSpace(path))
	if err != nil {
		w.t.Fatal(err)
	}
	if string(content) != reply {
		w.t.Errorf("kept is\n%s\nwant\n%s", content, reply)
	}
}

// However a conversion fails, the person is told, the workspace stays as it
// was, what arrived is kept where the message says, and the key stays secret.
func TestConvertFails(t *testing.T) {
	half := moduleText[:len(moduleText)/2]
	for _, test := range []struct {
		name   string
		stream func(send func(string, string), r *http.Request)
		kept   string
		parts  []string
	}{
		{"cut by length", func(send func(string, string), _ *http.Request) { send(half, ""); send("", "length") }, half, []string{"cut off"}},
		{"cut by the connection", func(send func(string, string), _ *http.Request) {
			send(half, "")
			panic(http.ErrAbortHandler)
		}, half, nil},
		{"no module", whole("I cannot do that."), "I cannot do that.", []string{"module"}},
		{"empty", func(send func(string, string), _ *http.Request) { send("", "stop") }, "", []string{"empty"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := openWorkspace(t, pushCapabilities(), "openai:test", modelServer(t, test.stream))
			result := w.convert()
			if result.Error == "" {
				t.Fatalf("the result is %+v, want an error", result)
			}
			message := w.said(append(test.parts, result.Error)...)
			if test.kept != "" {
				w.wantKept(message, test.kept)
			}
			if strings.Contains(message, secret) {
				t.Errorf("the message holds the key: %s", message)
			}
			w.wantUntouched()
		})
	}
}

func (w *workspace) wantUntouched() {
	w.t.Helper()
	entries, err := os.ReadDir(w.dir)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, e := range entries {
		w.t.Errorf("%s lies in the workspace", e.Name())
	}
}

func TestConvertRefused(t *testing.T) {
	for status, part := range map[int]string{401: "key", 429: "too many requests", 500: "500"} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(status)
				// Services are known to quote the key that they refuse.
				fmt.Fprintf(w, `{"error": {"message": "refused: %s", "type": "test"}}`, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
			}))
			t.Cleanup(server.Close)
			w := openWorkspace(t, pushCapabilities(), "openai:test", map[string]string{"OPENAI_BASE_URL": server.URL + "/v1", "OPENAI_API_KEY": secret})
			result := w.convert()
			message := w.said(result.Error)
			if !strings.Contains(strings.ToLower(message), part) {
				t.Errorf("the message does not say %q: %s", part, message)
			}
			if strings.Contains(message, secret) {
				t.Errorf("the message holds the key: %s", message)
			}
			w.wantUntouched()
		})
	}
}

// A conversion can be cancelled from the request and from its progress.
func TestConvertCancelled(t *testing.T) {
	for _, way := range []string{"request", "progress"} {
		t.Run(way, func(t *testing.T) {
			w := openWorkspace(t, pushCapabilities(), "openai:test", modelServer(t, func(send func(string, string), r *http.Request) {
				send(moduleText[:40], "")
				<-r.Context().Done()
			}))
			failed := make(chan error, 1)
			go func() {
				_, err := w.call("workspace/executeCommand", w.conversion())
				failed <- err
			}()
			type progressed struct {
				Token string
				Value struct{ Message string }
			}
			report := w.waitLast("$/progress", func(raw json.RawMessage) bool {
				return strings.Contains(decode[progressed](t, raw).Value.Message, "characters")
			})
			if way == "request" {
				w.notify("$/cancelRequest", object{"id": 2}) // the first call after initialize
			} else {
				w.notify("window/workDoneProgress/cancel", object{"token": decode[progressed](t, report).Token})
			}
			if err := <-failed; codeOf(t, err) != -32800 {
				t.Errorf("a cancelled conversion gave %v, want code -32800", err)
			}
			w.wantKept(w.said("cancelled", "kept in "), moduleText[:40])
			w.wantUntouched()
		})
	}
}

// A client that vanishes takes its conversion with it, and the server too.
func TestClientVanishesDuringConversion(t *testing.T) {
	begun, hungUp := make(chan struct{}), make(chan struct{})
	w := openWorkspace(t, pushCapabilities(), "openai:test", modelServer(t, func(send func(string, string), r *http.Request) {
		close(begun)
		<-r.Context().Done()
		close(hungUp)
	}))
	go func() { _, _ = w.call("workspace/executeCommand", w.conversion()) }()
	<-begun
	w.vanish()
	w.wantEnd(ErrNoShutdown)
	<-hungUp
}

func TestConvertWithUnknownModel(t *testing.T) {
	w := openWorkspace(t, pushCapabilities(), "oracle", nil)
	if result := w.convert(); !strings.Contains(result.Error, `unknown model "oracle"`) {
		t.Errorf("the result is %+v", result)
	}
}
