package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/specls/specls/commands/model"
	"github.com/specls/specls/commands/model/modeltest"
)

// editor is a client of the server that agrees to everything and remembers
// every byte that it is sent.
type editor struct {
	t    *testing.T
	in   io.Writer
	out  *textproto.Reader
	seen bytes.Buffer
	last int // the id of the last request
}

type message struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
}

func (e *editor) send(format string, args ...any) {
	e.t.Helper()
	if _, err := io.WriteString(e.in, frames(fmt.Sprintf(format, args...))); err != nil {
		e.t.Fatal(err)
	}
}

// call sends a request and handles messages until its answer has come.
func (e *editor) call(method, params string) {
	e.t.Helper()
	e.last++
	e.send(`{"jsonrpc":"2.0","id":%d,"method":%q,"params":%s}`, e.last, method, params)
	for {
		m := e.read()
		switch {
		case m.Method == "" && string(m.ID) == strconv.Itoa(e.last):
			return
		case m.Method != "" && m.ID != nil:
			e.send(`{"jsonrpc":"2.0","id":%s,"result":%s}`, m.ID, e.answer(m.Method))
		}
	}
}

// answer agrees.
func (e *editor) answer(method string) string {
	switch method {
	case "window/showMessageRequest":
		return `{"title":"Send"}`
	case "workspace/applyEdit":
		return `{"applied":true}`
	case "workspace/configuration":
		return `[{"model":"openai:test"}]`
	}
	return "null"
}

func (e *editor) read() message {
	e.t.Helper()
	header, err := e.out.ReadMIMEHeader()
	if err != nil {
		e.t.Fatal(err)
	}
	size, err := strconv.Atoi(header.Get("Content-Length"))
	if err != nil {
		e.t.Fatal(err)
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(e.out.R, body); err != nil {
		e.t.Fatal(err)
	}
	e.seen.Write(body)
	var m message
	if err := json.Unmarshal(body, &m); err != nil {
		e.t.Fatal(err)
	}
	return m
}

// TestKeyIsNowhere converts in an editor, with a service that fails in many ways
// and tells the key each time it does, and looks for the key in all that the
// server says, logs and keeps. The key comes from the editor's secret store.
func TestKeyIsNowhere(t *testing.T) {
	v := modeltest.OpenAI
	good := v.Answer(modeltest.Reply{Text: []string{goodModule}, Finish: model.Stop, PromptTokens: 9, ReplyTokens: 9})
	handlers := []http.HandlerFunc{
		v.Status(401, "invalid key: "+faultKey), v.Status(400, "Bearer "+faultKey), v.Status(403, `{"authorization":"`+faultKey+`"}`),
		v.Status(404, "no model for key="+faultKey[:15]+"…"), v.Status(429, faultKey, "Retry-After", "400"),
		v.Send(begun(v), v.ErrorEvent(500, "key "+faultKey+" was revoked")),
		func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://elsewhere.example/?key="+faultKey, http.StatusTemporaryRedirect)
		},
		func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "<html>"+faultKey) },
		good,
	}
	sentKey := ""
	server := modeltest.Serve(t, func(w http.ResponseWriter, r *http.Request, i int) {
		sentKey = r.Header.Get("Authorization")
		handlers[min(i, len(handlers)-1)](w, r)
	})
	home, dir := t.TempDir(), t.TempDir()
	useHome(t, home)
	source := filepath.Join(dir, "raft.go")
	write(t, source, "package raft\n\nconst StatePreCandidate = 1\n")
	logFile := filepath.Join(home, "specls.log")

	fromEditor, toServer := io.Pipe()
	fromServer, toEditor := io.Pipe()
	var errs bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		ended <- run(context.Background(), []string{"serve", "--log-level", "debug", "--log-file", logFile}, &terminal{
			in: fromEditor, out: toEditor, err: &errs,
			getenv: func(name string) string { return map[string]string{"OPENAI_BASE_URL": server.URL + "/v1"}[name] },
		})
	}()
	e := &editor{t: t, in: toServer, out: textproto.NewReader(bufio.NewReader(fromServer))}
	uri := "file://" + filepath.ToSlash(source)
	e.call("initialize", fmt.Sprintf(`{"processId":null,"rootUri":"file://%s","capabilities":{"workspace":{"configuration":true,"applyEdit":true},"window":{"workDoneProgress":true,"showDocument":{"support":true}}}}`, filepath.ToSlash(dir)))
	e.send(`{"jsonrpc":"2.0","method":"initialized","params":{}}`)
	e.send(`{"jsonrpc":"2.0","method":"specls/setKey","params":{"backend":"openai","key":%q}}`, faultKey)
	e.send(`{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":%q,"languageId":"go","version":1,"text":"package raft\n"}}}`, uri)
	for range handlers {
		e.call("workspace/executeCommand", fmt.Sprintf(`{"command":"specls.convert","arguments":[{"uri":%q,"profile":"etcd","model":"openai:test"}]}`, uri))
	}
	e.call("workspace/executeCommand", `{"command":"specls.models","arguments":[{}]}`)
	e.call("shutdown", "null")
	e.send(`{"jsonrpc":"2.0","method":"exit"}`)
	go io.Copy(io.Discard, fromServer)
	select {
	case <-ended:
	case <-time.After(time.Minute):
		t.Fatal("the server did not end")
	}

	if sentKey != "Bearer "+faultKey || len(server.Requests()) < len(handlers) {
		t.Fatalf("the service got %q in %d requests; what follows would show nothing", sentKey, len(server.Requests()))
	}
	log, err := os.ReadFile(logFile)
	if err != nil || len(log) == 0 {
		t.Errorf("the log: %q, %v", log, err)
	}
	for where, text := range map[string]string{
		"what the editor was told": e.seen.String(), "the log": string(log), "standard error": errs.String(),
		"what is kept": tree(t, home), "the workspace": tree(t, dir),
	} {
		if strings.Contains(text, faultKey[:10]) {
			t.Errorf("the key is in %s:\n%s", where, text)
		}
	}
	for _, want := range []string{"[key]", "answered 401", "answered 429", "redirects to elsewhere.example"} {
		if !strings.Contains(e.seen.String(), want) {
			t.Errorf("the editor was not told %q", want)
		}
	}
}
