package server

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"go.lsp.dev/uri"
)

func TestLifecycle(t *testing.T) {
	c := startServer(t, nil)
	if _, err := c.call("textDocument/codeAction", object{}); codeOf(t, err) != -32002 {
		t.Errorf("a request before initialize gave %v, want code -32002", err)
	}
	c.notify("textDocument/didOpen", object{}) // dropped
	c.initialize(t.TempDir(), object{}, nil)
	if _, err := c.call("initialize", object{"processId": nil, "rootUri": nil, "capabilities": object{}}); codeOf(t, err) != -32600 {
		t.Errorf("a second initialize gave %v, want code -32600", err)
	}
	if result := c.mustCall("shutdown", nil); string(result) != "null" {
		t.Errorf("shutdown gave %s, want null", result)
	}
	if _, err := c.call("textDocument/codeAction", object{}); codeOf(t, err) != -32600 {
		t.Errorf("a request after shutdown gave %v, want code -32600", err)
	}
	c.notify("exit", nil)
	c.wantEnd(nil)
}

// wantEnd waits until the server has ended, as it should.
func (c *testClient) wantEnd(want error) {
	c.t.Helper()
	select {
	case err := <-c.ended:
		c.ended <- err // for the clean-up
		if !errors.Is(err, want) {
			c.t.Errorf("the server ended with %v, want %v", err, want)
		}
	case <-time.After(patience):
		c.t.Fatal("the server did not end")
	}
}

func TestExitWithoutShutdown(t *testing.T) {
	c, _ := openClient(t, object{}, nil)
	c.notify("exit", nil)
	c.wantEnd(ErrNoShutdown)
}

func TestExitBeforeInitialize(t *testing.T) {
	c := startServer(t, nil)
	c.notify("exit", nil)
	c.wantEnd(ErrNoShutdown)
}

func TestClientVanishes(t *testing.T) {
	c, _ := openClient(t, object{}, nil)
	c.conn.Close()
	c.wantEnd(ErrNoShutdown)
}

// A client that dies without closing its end of the pipes, as one does whose
// other child still holds them, is noticed by its process id.
func TestParentDies(t *testing.T) {
	child := exec.Command(os.Args[0], "-test.run=^$")
	if err := child.Run(); err != nil {
		t.Fatal(err)
	}
	c := startServer(t, nil)
	c.mustCall("initialize", object{"processId": child.Process.Pid, "rootUri": nil, "capabilities": object{}})
	c.wantEnd(ErrNoShutdown)
}

func TestEncodingNegotiation(t *testing.T) {
	for _, test := range []struct {
		offered any
		want    string
	}{
		{nil, "utf-16"},
		{[]string{}, "utf-16"},
		{[]string{"utf-7"}, "utf-16"},
		{[]string{"utf-8", "utf-16"}, "utf-8"},
		{[]string{"utf-32", "utf-8"}, "utf-32"},
		{[]string{"utf-7", "utf-16", "utf-8"}, "utf-16"},
	} {
		c := startServer(t, nil)
		result := c.initialize(t.TempDir(), object{"general": object{"positionEncodings": test.offered}}, nil)
		got := decode[struct {
			Capabilities struct{ PositionEncoding string }
		}](t, result).Capabilities.PositionEncoding
		if got != test.want {
			t.Errorf("offered %v: got %s, want %s", test.offered, got, test.want)
		}
	}
}

// A capability that the client did not declare is not used in return.
func TestCapabilitiesFollowTheClient(t *testing.T) {
	bare := string(startServer(t, nil).initialize(t.TempDir(), object{}, nil))
	for _, absent := range []string{"diagnosticProvider", "resolveProvider", "textDocumentContent"} {
		if strings.Contains(bare, absent) {
			t.Errorf("%s is offered to a client that does not know it", absent)
		}
	}
	full := string(startServer(t, nil).initialize(t.TempDir(), fullCapabilities(), nil))
	for _, present := range []string{"diagnosticProvider", "resolveProvider", "textDocumentContent"} {
		if !strings.Contains(full, present) {
			t.Errorf("%s is not offered to a client that knows it", present)
		}
	}
}

// fullCapabilities is what a client declares that can do everything.
func fullCapabilities() object {
	c := pushCapabilities()
	c["textDocument"].(object)["diagnostic"] = object{"relatedInformation": true}
	c["workspace"].(object)["diagnostics"] = object{"refreshSupport": true}
	return c
}

// pushCapabilities is the same for a client that does not pull diagnostics.
func pushCapabilities() object {
	return object{
		"workspace": object{
			"applyEdit":           true,
			"workspaceEdit":       object{"documentChanges": true, "resourceOperations": []string{"create", "rename", "delete"}},
			"textDocumentContent": object{},
		},
		"textDocument": object{
			"publishDiagnostics": object{"versionSupport": true, "relatedInformation": true},
			"codeAction": object{
				"codeActionLiteralSupport": object{"codeActionKind": object{"valueSet": []string{"quickfix"}}},
				"isPreferredSupport":       true, "dataSupport": true,
				"resolveSupport": object{"properties": []string{"edit"}},
			},
		},
		"window":       object{"workDoneProgress": true, "showDocument": object{"support": true}},
		"experimental": object{"specls": object{"clipboard": true}},
	}
}

// What is wrong with one message costs that message an error, and nothing else.
func TestFailuresAreContained(t *testing.T) {
	c, dir := openClient(t, object{}, nil)
	u := fileURI(dir, "a.go")

	if _, err := c.call("textDocument/codeAction", []int{1}); codeOf(t, err) != -32602 {
		t.Errorf("undecodable parameters gave %v, want code -32602", err)
	}
	if _, err := c.call("specls/nothing", object{}); codeOf(t, err) != -32601 {
		t.Errorf("an unknown method gave %v, want code -32601", err)
	}
	c.notify("textDocument/didOpen", []int{1})
	c.notify("textDocument/didChange", object{"textDocument": object{"uri": u, "version": 2}, "contentChanges": "x"})
	c.notify("textDocument/didClose", object{"textDocument": object{"uri": u}})
	c.notify("$/cancelRequest", object{"id": nil})
	c.notify("$/cancelRequest", object{"id": 4711})
	c.notify("specls/nothing", object{})

	// A document without a mapper makes any handler that touches it panic.
	c.server.update(func(snap *snapshot) {
		snap.put(&document{uri: "file:///broken.go", language: goLanguage})
		snap.put(&document{uri: "file:///broken.tla", language: tlaLanguage})
	})
	for _, broken := range []uri.URI{"file:///broken.go", "file:///broken.tla"} {
		if _, err := c.call("textDocument/codeAction", codeActionParams(broken, rangeAt(0, 0, 0, 0))); codeOf(t, err) != -32603 {
			t.Errorf("a panic gave %v, want code -32603", err)
		}
	}
	c.change("file:///broken.tla", 2, object{"range": rangeAt(0, 0, 0, 0), "text": "x"})
	c.server.recheck() // panics in the background

	c.open(u, "go", 1, "package a\n")
	c.mustCall("textDocument/codeAction", codeActionParams(u, rangeAt(0, 0, 0, 0)))
}

func codeActionParams(u uri.URI, at object) object {
	return object{"textDocument": object{"uri": u}, "range": at, "context": object{"diagnostics": []object{}}}
}

func TestCancelledRequest(t *testing.T) {
	c, dir := openClient(t, object{}, nil)
	u := fileURI(dir, "a.go")
	c.open(u, "go", 1, "package a\n")
	asked := make(chan struct{})
	release := make(chan struct{})
	defer close(release)
	c.on("window/showMessageRequest", func(json.RawMessage) any {
		close(asked)
		<-release
		return nil
	})
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		<-asked
		cancel()
	}()
	failed := make(chan error, 1)
	go func() {
		// The call's own context is not cancelled, so that the answer is seen.
		_, err := c.call("workspace/executeCommand", object{"command": commandChoose, "arguments": []object{{"uri": u}}})
		failed <- err
	}()
	<-ctx.Done()
	// The first call after initialize has the second id.
	c.notify("$/cancelRequest", object{"id": 2})
	select {
	case err := <-failed:
		if codeOf(t, err) != -32800 {
			t.Errorf("a cancelled request gave %v, want code -32800", err)
		}
	case <-time.After(patience):
		t.Fatal("the cancelled request was not answered")
	}
}
