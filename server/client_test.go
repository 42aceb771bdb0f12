package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/uri"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest"
)

// patience is how long a test waits for something that must come. It is not a
// measure of speed.
const patience = 60 * time.Second

// object is a JSON object.
type object = map[string]any

// testClient drives a server over pipes, by JSON that is written out, so that
// the tests do not share the server's types.
type testClient struct {
	t      *testing.T
	server *Server
	conn   jsonrpc2.Conn
	// vanish ends the stream to the server as the death of a client does,
	// without waiting for answers.
	vanish func()
	// ended receives what serve returned.
	ended chan error

	mu sync.Mutex
	// arrived holds the messages from the server, by method.
	arrived map[string][]json.RawMessage
	changed chan struct{} // closed and renewed at every message
	// answer gives the results of the server's requests, by method.
	answer map[string]func(params json.RawMessage) any
}

// startServer starts a server without initializing it.
func startServer(t *testing.T, environment map[string]string) *testClient {
	t.Helper()
	fromClient, toServer := io.Pipe()
	fromServer, toClient := io.Pipe()
	c := &testClient{
		t: t, ended: make(chan error, 1),
		arrived: make(map[string][]json.RawMessage), changed: make(chan struct{}),
		answer: make(map[string]func(json.RawMessage) any),
	}
	c.server = newServer(context.Background(), Options{
		Log: zaptest.NewLogger(t, zaptest.Level(zap.ErrorLevel)), Version: "test",
		Getenv:    func(name string) string { return environment[name] },
		ConfigDir: environment["configuration"],
	})
	go func() { c.ended <- c.server.serve(context.Background(), fromClient, toClient) }()
	c.conn = jsonrpc2.NewConn(jsonrpc2.NewHeaderStream(pipe{fromServer, toServer}))
	c.vanish = func() { toServer.Close() }
	c.conn.Go(context.Background(), c.handle)
	t.Cleanup(func() {
		fromServer.Close()
		toServer.Close()
		select {
		case <-c.ended:
			c.server.background.Wait() // it may still look at what the next test changes
		case <-time.After(patience):
			t.Error("the server did not end")
		}
	})
	return c
}

// openClient starts a server and initializes it with the given capabilities
// over a workspace, which it returns.
func openClient(t *testing.T, capabilities object, environment map[string]string) (*testClient, string) {
	t.Helper()
	c, dir := startServer(t, environment), t.TempDir()
	c.initialize(dir, capabilities, nil)
	return c, dir
}

func (c *testClient) initialize(dir string, capabilities object, options any) json.RawMessage {
	c.t.Helper()
	result := c.mustCall("initialize", object{
		"processId": os.Getpid(), "capabilities": capabilities, "initializationOptions": options,
		"workspaceFolders": []object{{"uri": string(uri.File(dir)), "name": "test"}},
	})
	c.notify("initialized", object{})
	return result
}

func (c *testClient) handle(ctx context.Context, req *jsonrpc2.Request) (any, error) {
	method, params := strings.Clone(req.Method()), json.RawMessage(strings.Clone(string(req.Params())))
	c.mu.Lock()
	c.arrived[method] = append(c.arrived[method], params)
	close(c.changed)
	c.changed = make(chan struct{})
	answer := c.answer[method]
	c.mu.Unlock()
	if !req.IsCall() {
		return nil, nil
	}
	jsonrpc2.Async(ctx)
	if answer == nil {
		return nil, fmt.Errorf("%s: %w", method, jsonrpc2.ErrMethodNotFound)
	}
	return answer(params), nil
}

// on sets the answer to a request of the server's.
func (c *testClient) on(method string, answer func(params json.RawMessage) any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answer[method] = answer
}

// wait returns the messages of a method once accept holds for them.
func (c *testClient) wait(method string, accept func([]json.RawMessage) bool) []json.RawMessage {
	c.t.Helper()
	deadline := time.After(patience)
	for {
		c.mu.Lock()
		arrived, changed := append([]json.RawMessage(nil), c.arrived[method]...), c.changed
		c.mu.Unlock()
		if accept(arrived) {
			return arrived
		}
		select {
		case <-changed:
		case <-deadline:
			c.t.Fatalf("%s: did not come as expected; there were %s", method, arrived)
		}
	}
}

// waitLast returns the last message of a method once accept holds for it.
func (c *testClient) waitLast(method string, accept func(json.RawMessage) bool) json.RawMessage {
	c.t.Helper()
	all := c.wait(method, func(all []json.RawMessage) bool { return len(all) > 0 && accept(all[len(all)-1]) })
	return all[len(all)-1]
}

func (c *testClient) call(method string, params any) (json.RawMessage, error) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var result jsonrpc2.RawMessage
	_, err := c.conn.Call(ctx, method, params, &result)
	return json.RawMessage(result), err
}

func (c *testClient) mustCall(method string, params any) json.RawMessage {
	c.t.Helper()
	result, err := c.call(method, params)
	if err != nil {
		c.t.Fatalf("%s: %v", method, err)
	}
	return result
}

func (c *testClient) notify(method string, params any) {
	c.t.Helper()
	if err := c.conn.Notify(context.Background(), method, params); err != nil {
		c.t.Fatalf("%s: %v", method, err)
	}
}

func (c *testClient) open(u uri.URI, language string, version int, text string) {
	c.t.Helper()
	c.notify("textDocument/didOpen", object{"textDocument": object{"uri": u, "languageId": language, "version": version, "text": text}})
}

// change sends one didChange; each change is an object as LSP has it.
func (c *testClient) change(u uri.URI, version int, changes ...object) {
	c.t.Helper()
	c.notify("textDocument/didChange", object{"textDocument": object{"uri": u, "version": version}, "contentChanges": changes})
}

// fileURI returns the URI of a file in a workspace.
func fileURI(dir, name string) uri.URI { return uri.File(filepath.Join(dir, name)) }

// codeOf returns the JSON-RPC code of an error.
func codeOf(t *testing.T, err error) int {
	t.Helper()
	var wire *jsonrpc2.Error
	if !errors.As(err, &wire) {
		t.Fatalf("not a JSON-RPC error: %v", err)
	}
	return int(wire.Code)
}

// decode decodes JSON into a value of type T.
func decode[T any](t *testing.T, raw json.RawMessage) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
	return v
}

// rangeAt returns an LSP range.
func rangeAt(startLine, startCharacter, endLine, endCharacter int) object {
	return object{
		"start": object{"line": startLine, "character": startCharacter},
		"end":   object{"line": endLine, "character": endCharacter},
	}
}
