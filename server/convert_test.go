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

// openUnasked starts a server over a workspace in which the person has agreed to
// nothing yet.
func openUnasked(t *testing.T, modelName string, environment map[string]string) *workspace {
	t.Helper()
	w := openWorkspace(t, pushCapabilities(), modelName, environment)
	if _, err := (commands.Consent{}).Withdraw(""); err != nil {
		t.Fatal(err)
	}
	return w
}

// questions returns the questions so far, and the choices of the last.
func (w *workspace) questions() (messages, choices []string) {
	for _, raw := range w.arrivedOf("window/showMessageRequest") {
		q := decode[struct {
			Message string
			Actions []struct{ Title string }
		}](w.t, raw)
		messages, choices = append(messages, q.Message), nil
		for _, a := range q.Actions {
			choices = append(choices, a.Title)
		}
	}
	return messages, choices
}

// Before anything goes to a host for the first time, the person is asked.
func TestConsent(t *testing.T) {
	for _, test := range []struct {
		name   string
		answer any
		sent   bool
		again  bool // is asked again the next time
	}{
		{"send", object{"title": commands.ConsentSend}, true, true},
		{"remember", object{"title": commands.ConsentRemember}, true, false},
		{"cancel", object{"title": commands.ConsentCancel}, false, true},
		{"dismissed", nil, false, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			requests := make(chan struct{}, 10)
			environment := modelServer(t, func(send func(string, string), r *http.Request) {
				requests <- struct{}{}
				whole(moduleText)(send, r)
			})
			w := openUnasked(t, "openai:test", environment)
			w.on("window/showMessageRequest", func(json.RawMessage) any { return test.answer })
			_, err := w.call("workspace/executeCommand", w.conversion())
			if sent := len(requests) > 0; sent != test.sent || !sent && codeOf(t, err) != -32800 {
				t.Errorf("sent is %v with %v, want %v", sent, err, test.sent)
			}
			messages, choices := w.questions()
			host := strings.TrimPrefix(environment["OPENAI_BASE_URL"], "http://")
			host = strings.TrimSuffix(host, "/v1")
			if len(messages) != 1 || !strings.HasPrefix(messages[0], "Send raft.go (about ") || !strings.HasSuffix(messages[0], " tokens) to "+host+"?") || len(choices) != 3 {
				t.Fatalf("asked was %q with %q", messages, choices)
			}
			_, _ = w.call("workspace/executeCommand", w.conversion())
			if messages, _ = w.questions(); (len(messages) > 1) != test.again {
				t.Errorf("the second time asked was %q", messages[1:])
			}
		})
	}
}

// In an editor that shows no questions one agrees by doing the same again.
func TestConsentWhereNobodyCanBeAsked(t *testing.T) {
	requests := make(chan struct{}, 10)
	w := openUnasked(t, "openai:test", modelServer(t, func(send func(string, string), r *http.Request) {
		requests <- struct{}{}
		whole(moduleText)(send, r)
	}))
	w.mu.Lock()
	delete(w.answer, "window/showMessageRequest")
	w.mu.Unlock()
	if result := w.convert(); !strings.Contains(result.Error, "do the same again to agree: Send raft.go") || len(requests) > 0 {
		t.Fatalf("the first time gave %+v and %d requests", result, len(requests))
	}
	if result := w.convert(); result.Error != "" || len(requests) == 0 {
		t.Errorf("the second time gave %+v and %d requests", result, len(requests))
	}
	// What would be replaced is settled in the same way, before the model is paid
	// again.
	paid := len(requests)
	writeFiles(t, w.dir, map[string]string{"etcdraft.tla": "---- MODULE etcdraft ----\n====\n"})
	if result := w.convert(); !strings.Contains(result.Error, "do the same again to agree: etcdraft.tla exists") || len(requests) > paid {
		t.Errorf("before replacing the result is %+v, with %d more requests", result, len(requests)-paid)
	}
	if result := w.convert(); result.Error != "" || w.read("etcdraft.tla") != moduleText {
		t.Errorf("the file was not replaced: %+v", result)
	}
	// That was for this time.
	writeFiles(t, w.dir, map[string]string{"etcdraft.tla": "---- MODULE etcdraft ----\n====\n"})
	if result := w.convert(); !strings.Contains(result.Error, "etcdraft.tla exists") {
		t.Errorf("a file was replaced without asking: %+v", result)
	}
}

// A person without a model is offered what can be done.
func TestNoModelConfigured(t *testing.T) {
	for _, test := range []struct {
		answer string
		check  func(w *workspace, result outcome)
	}{
		{string(commands.ChooseBuiltin), func(w *workspace, result outcome) {
			if result.URI != fileURI(w.dir, "etcdraft.tla") {
				w.t.Errorf("the result is %+v", result)
			}
		}},
		{string(commands.ChooseCopy), func(w *workspace, result outcome) {
			if !result.Copied || len(w.arrivedOf("specls/copyToClipboard")) != 1 {
				w.t.Errorf("the result is %+v", result)
			}
		}},
		{string(commands.ChoosePaste), func(w *workspace, result outcome) {
			if !result.UseReply {
				w.t.Errorf("the result is %+v", result)
			}
			w.said(":SpeclsReply", "--model file:")
		}},
		{string(commands.ChooseConfigure), func(w *workspace, result outcome) {
			w.said("specls.model", "config.toml", "docs/models.md")
		}},
	} {
		t.Run(test.answer, func(t *testing.T) {
			w := openUnasked(t, "", nil)
			w.on("specls/copyToClipboard", func(json.RawMessage) any { return nil })
			w.on("window/showMessageRequest", func(json.RawMessage) any { return object{"title": test.answer} })
			result := w.convert()
			if messages, choices := w.questions(); len(messages) != 1 || messages[0] != commands.NoModelMessage || len(choices) != 4 {
				t.Errorf("asked was %q with %q", messages, choices)
			}
			test.check(w, result)
		})
	}
	// Who answers nothing has cancelled; who cannot be asked gets the template.
	w := openUnasked(t, "", nil)
	w.on("window/showMessageRequest", func(json.RawMessage) any { return nil })
	if _, err := w.call("workspace/executeCommand", w.conversion()); codeOf(t, err) != -32800 {
		t.Errorf("a dismissed question gave %v", err)
	}
	w = openUnasked(t, "", nil)
	if result := w.convert(); result.URI == "" {
		t.Errorf("a client without questions got %+v", result)
	}
}

// A prompt that the model cannot take is refused before anyone is asked.
func TestPromptTooLong(t *testing.T) {
	home := t.TempDir()
	writeFiles(t, home, map[string]string{"config.toml": "[models.small]\nbackend = 'openai'\nmodel = 'x'\nbase_url = 'http://127.0.0.1:9/v1'\ncontext_window = 3500\n"})
	w := openUnasked(t, "small", map[string]string{"configuration": home})
	w.on("window/showMessageRequest", func(json.RawMessage) any { return object{"title": commands.ConsentSend} })
	if result := w.convert(); !strings.Contains(result.Error, "too many") || !strings.Contains(result.Error, "nothing was sent") {
		t.Errorf("the result is %+v", result)
	}
	if messages, _ := w.questions(); len(messages) > 0 {
		t.Errorf("asked was %q", messages)
	}
}

// A reply from elsewhere is taken like one of a model's, and sends nothing.
func TestUseReply(t *testing.T) {
	w := openUnasked(t, "openai:test", map[string]string{"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"})
	result := execute[outcome](w.testClient, commandUseReply, object{"uri": w.source, "profile": "etcd", "text": "Sure:\n```tla\n" + moduleText + "```\n"})
	if result.Error != "" || w.read("etcdraft.tla") != moduleText {
		t.Errorf("the result is %+v, the file holds\n%s", result, w.read("etcdraft.tla"))
	}
	for text, part := range map[string]string{"": "the text is empty", "I cannot.": "declined"} {
		if result := execute[outcome](w.testClient, commandUseReply, object{"uri": w.source, "profile": "etcd", "text": text}); !strings.Contains(result.Error, part) {
			t.Errorf("%q gave %+v", text, result)
		}
	}
	if messages, _ := w.questions(); len(messages) > 0 {
		t.Errorf("asked was %q", messages)
	}
}

// cutOff is a model whose first reply is cut off, and which goes on when asked.
func cutOff(t *testing.T) map[string]string {
	calls := 0
	return modelServer(t, func(send func(string, string), _ *http.Request) {
		calls++
		if calls == 1 {
			send(moduleText[:80], "")
			send("", "length")
			return
		}
		send(moduleText[80:], "")
		send("", "stop")
	})
}

// A reply that is cut off can be continued at once, or later.
func TestContinueReply(t *testing.T) {
	w := openWorkspace(t, pushCapabilities(), "openai:test", cutOff(t))
	w.on("window/showMessageRequest", func(json.RawMessage) any { return object{"title": answerContinue} })
	if result := w.convert(); result.Error != "" || w.read("etcdraft.tla") != moduleText {
		t.Errorf("at once: the result is %+v, the file holds\n%s", result, w.read("etcdraft.tla"))
	}

	w = openWorkspace(t, pushCapabilities(), "openai:test", cutOff(t))
	w.on("window/showMessageRequest", func(json.RawMessage) any { return nil })
	result := w.convert()
	if result.Record == "" || !strings.Contains(result.Error, "cut off") {
		t.Fatalf("the result is %+v", result)
	}
	w.wantUntouched()
	result = execute[outcome](w.testClient, commandContinue, object{"uri": w.source, "profile": "etcd", "record": result.Record})
	if result.Error != "" || w.read("etcdraft.tla") != moduleText {
		t.Errorf("later: the result is %+v, the file holds\n%s", result, w.read("etcdraft.tla"))
	}
	if result := execute[outcome](w.testClient, commandContinue, object{"uri": w.source, "profile": "etcd", "record": "../../etc/passwd"}); result.Error == "" {
		t.Error("a record that there is not was continued")
	}
}

func TestClearReplies(t *testing.T) {
	w := openWorkspace(t, pushCapabilities(), "openai:test", modelServer(t, whole(moduleText)))
	w.convert()
	if got := execute[map[string]int](w.testClient, commandClear); got["removed"] != 1 {
		t.Errorf("removed are %v", got)
	}
}

// Neither the workspace's settings nor its links lead a module out of it unless
// the person agrees.
func TestConvertStaysInTheWorkspace(t *testing.T) {
	outside := t.TempDir()
	for _, test := range []struct {
		name  string
		setUp func(w *workspace)
		error string // "" where the person is asked and declines
	}{
		{"an absolute setting", func(w *workspace) {
			w.notify("workspace/didChangeConfiguration", object{"settings": object{"specls": object{"model": "builtin", "outputDirectory": outside}}})
		}, ""},
		{"a setting that climbs", func(w *workspace) {
			w.notify("workspace/didChangeConfiguration", object{"settings": object{"specls": object{"model": "builtin", "outputDirectory": "../elsewhere"}}})
		}, ""},
		{"a directory that is a link", func(w *workspace) {
			if err := os.Symlink(outside, filepath.Join(w.dir, "spec")); err != nil {
				w.t.Skip(err)
			}
			w.notify("workspace/didChangeConfiguration", object{"settings": object{"specls": object{"model": "builtin", "outputDirectory": "spec/deeper"}}})
		}, ""},
		{"the workspace's own file", func(w *workspace) {
			writeFiles(w.t, w.dir, map[string]string{".specls/specls.toml": "output_directory = 'spec'\n"})
			if err := os.Symlink(outside, filepath.Join(w.dir, "spec")); err != nil {
				w.t.Skip(err)
			}
			w.changedOnDisk(fileURI(w.dir, ".specls/specls.toml"))
		}, "spec"},
		{"a file that is a link", func(w *workspace) {
			if err := os.Symlink(filepath.Join(outside, "victim.tla"), filepath.Join(w.dir, "etcdraft.tla")); err != nil {
				w.t.Skip(err)
			}
		}, "symbolic link"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := openWorkspace(t, pushCapabilities(), "builtin", nil)
			w.on("window/showMessageRequest", func(json.RawMessage) any { return nil })
			test.setUp(w)
			raw, err := w.call("workspace/executeCommand", w.conversion())
			switch {
			case test.error == "" && (err == nil || codeOf(t, err) != -32800):
				t.Errorf("the answer is %s, %v", raw, err)
			case test.error != "" && (err != nil || !strings.Contains(decode[outcome](t, raw).Error, test.error)):
				t.Errorf("the answer is %s, %v; want %q", raw, err, test.error)
			}
			if entries, err := os.ReadDir(outside); err != nil || len(entries) > 0 {
				t.Errorf("outside there is %v, %v", entries, err)
			}
		})
	}
}

// The .cfg file that a reply brings is saved beside the module.
func TestConvertSavesTheConfiguration(t *testing.T) {
	w := openWorkspace(t, pushCapabilities(), "builtin", nil)
	writeFiles(t, w.dir, map[string]string{
		".specls/profiles/lock/profile.toml": "title = 'A lock'\nmodule = 'lock'\nfocus = 'f'\n[reply]\nconfig = true\n",
		".specls/profiles/lock/prompt.txt":   mutexPrompt,
	})
	w.changedOnDisk(fileURI(w.dir, ".specls/profiles/lock/profile.toml"))
	reply := "```tla\n---- MODULE lock ----\nVARIABLE x\nInit == x = 0\nNext == x' = x\nSpec == Init /\\ [][Next]_x\n====\n```\n```cfg\nSPECIFICATION Spec\n```\n"
	result := execute[outcome](w.testClient, commandUseReply, object{"uri": w.source, "profile": "lock", "text": reply})
	if result.Error != "" || w.read("lock.cfg") != "SPECIFICATION Spec\n" || !strings.HasPrefix(w.read("lock.tla"), "---- MODULE lock") {
		t.Errorf("the result is %+v; lock.cfg holds %q", result, w.read("lock.cfg"))
	}
}
