package server

import (
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"go.lsp.dev/uri"

	"github.com/specls/specls/commands"
)

// broken is a module whose mending needs a model: nothing says which step is
// fair, and there are an unknown name and a comment besides.
const brokenModule = "---- MODULE etcdraft ----\nEXTENDS Naturals\nVARIABLE x\nInit == x = Zero\nNext == x' = x + 1\nSpec == Init /\\ [][Next]_x /\\ WF_x(Next)\n====\n"

// mended is what the model makes of it.
const mendedModule = "---- MODULE etcdraft ----\nEXTENDS Naturals\nVARIABLE x\nInit == x = 0\nNext == x' = x + 1\nSpec == Init /\\ [][Next]_x /\\ WF_x(Next)\n====\n"

// openBroken opens the broken module, with a model that mends it.
func openBroken(t *testing.T, annotations bool) (*workspace, uri.URI) {
	t.Helper()
	capabilities := pushCapabilities()
	if annotations {
		capabilities["workspace"].(object)["workspaceEdit"].(object)["changeAnnotationSupport"] = object{}
	}
	w := openWorkspace(t, capabilities, "openai:test", modelServer(t, whole(mendedModule)))
	spec := fileURI(w.dir, "etcdraft.tla")
	writeFiles(t, w.dir, map[string]string{"etcdraft.tla": brokenModule})
	w.open(spec, "tla", 1, brokenModule)
	return w, spec
}

type repairEdit struct {
	Label string
	Edit  wireEdit
}

// Where the client knows annotated changes, a repair is one that the person
// confirms there.
func TestRepairIsConfirmed(t *testing.T) {
	for _, accept := range []bool{true, false} {
		w, spec := openBroken(t, true)
		var edit repairEdit
		w.on("workspace/applyEdit", func(raw json.RawMessage) any {
			edit = decode[repairEdit](t, raw)
			return object{"applied": accept}
		})
		result := execute[outcome](w.testClient, commandRepair, object{"uri": spec})
		if len(edit.Edit.DocumentChanges) != 1 {
			t.Fatalf("the edit is %+v, the result %+v", edit, result)
		}
		change := edit.Edit.DocumentChanges[0]
		text := brokenModule
		slices.Reverse(change.Edits)
		for _, e := range change.Edits {
			if !edit.Edit.ChangeAnnotations[e.AnnotationID].NeedsConfirmation {
				t.Errorf("%+v need not be confirmed", e)
			}
			text = strings.Replace(text, textOf(brokenModule, e.Range), e.NewText, 1)
		}
		if text != mendedModule || change.TextDocument.Version == nil || *change.TextDocument.Version != 1 {
			t.Errorf("the edit makes version %v\n%s", change.TextDocument.Version, text)
		}
		if accept {
			w.said("etcdraft.tla repaired by")
			if result.URI != spec {
				t.Errorf("the result is %+v", result)
			}
		} else if !result.Kept {
			t.Errorf("the result of a repair that was declined is %+v", result)
		}
	}
}

// Elsewhere the person is shown a diff and asked.
func TestRepairIsAskedAbout(t *testing.T) {
	for _, accept := range []bool{true, false} {
		w, spec := openBroken(t, false)
		var diff string
		w.on("window/showMessageRequest", func(json.RawMessage) any {
			shown := decode[struct{ URI uri.URI }](t, w.arrivedOf("window/showDocument")[0]).URI
			w.mu.Lock()
			diff = string(shown)
			w.mu.Unlock()
			if accept {
				return object{"title": answerApply}
			}
			return object{"title": answerDiscard}
		})
		result := execute[outcome](w.testClient, commandRepair, object{"uri": spec})
		text := decode[struct{ Text string }](t, w.mustCall("workspace/textDocumentContent", object{"uri": diff})).Text
		if !strings.Contains(text, "\n-Init == x = Zero\n+Init == x = 0\n") {
			t.Errorf("shown was\n%s", text)
		}
		want := brokenModule
		if accept {
			want = mendedModule
		}
		if got := w.read("etcdraft.tla"); got != want || result.Kept == accept {
			t.Errorf("accepted is %v, the result %+v, the file\n%s", accept, result, got)
		}
	}
}

// The actions on a finding ask about that one, and about all.
func TestRepairActions(t *testing.T) {
	w, spec := openBroken(t, true)
	offered := w.actions(codeActionParams(spec, rangeAt(3, 12, 3, 12)))
	one := slices.IndexFunc(offered, func(a action) bool { return strings.HasPrefix(a.Title, "Ask the model to fix this: ") })
	all := slices.IndexFunc(offered, func(a action) bool { return a.Title == "Repair with the model" })
	if one < 0 || all < 0 || offered[one].Command.Arguments[0].Range == nil || offered[all].Command.Arguments[0].Range != nil {
		t.Fatalf("offered are %q", titles(offered))
	}
	w.on("workspace/applyEdit", func(json.RawMessage) any { return object{"applied": true} })
	raw := w.mustCall("workspace/executeCommand", object{"command": offered[one].Command.Command, "arguments": offered[one].Command.Arguments})
	if result := decode[outcome](t, raw); result.URI != spec {
		t.Errorf("the result is %+v", result)
	}

	// Without a language model nothing of the kind is offered, and the command
	// says what to do.
	w.notify("workspace/didChangeConfiguration", object{"settings": object{"specls": object{"model": "builtin"}}})
	for _, title := range titles(w.actions(codeActionParams(spec, rangeAt(3, 12, 3, 12)))) {
		if strings.Contains(title, "model") {
			t.Errorf("%q is offered without a language model", title)
		}
	}
	if result := execute[outcome](w.testClient, commandRepair, object{"uri": spec}); !strings.Contains(result.Error, "choose a language model") {
		t.Errorf("the result is %+v", result)
	}
	w.notify("workspace/didChangeConfiguration", object{"settings": object{"specls": object{}}})
	if result := execute[outcome](w.testClient, commandRepair, object{"uri": spec}); !strings.Contains(result.Error, "no language model is configured") {
		t.Errorf("the result is %+v", result)
	}
	if result := execute[outcome](w.testClient, commandRepair, object{"uri": fileURI(w.dir, "closed.tla")}); !strings.Contains(result.Error, "open it") {
		t.Errorf("the result is %+v", result)
	}
}

// What the person types while the model writes is not overwritten.
func TestRepairOfChangedText(t *testing.T) {
	capabilities := pushCapabilities()
	capabilities["workspace"].(object)["workspaceEdit"].(object)["changeAnnotationSupport"] = object{}
	asked, typed := make(chan struct{}, 10), make(chan struct{})
	w := openWorkspace(t, capabilities, "openai:test", modelServer(t, func(send func(string, string), r *http.Request) {
		asked <- struct{}{}
		<-typed
		whole(mendedModule)(send, r)
	}))
	spec := fileURI(w.dir, "etcdraft.tla")
	w.open(spec, "tla", 1, brokenModule)
	done := make(chan outcome, 1)
	go func() { done <- execute[outcome](w.testClient, commandRepair, object{"uri": spec}) }()
	<-asked
	w.change(spec, 2, object{"text": brokenModule + "typed\n"})
	w.mustCall("textDocument/documentSymbol", object{"textDocument": object{"uri": spec}}) // the change has arrived
	close(typed)
	if result := <-done; !strings.Contains(result.Error, "has changed while the model wrote") {
		t.Errorf("the result is %+v", result)
	}
	if edits := w.arrivedOf("workspace/applyEdit"); len(edits) > 0 {
		t.Errorf("applied was %s", edits)
	}
}

// Nothing is sent for a repair to a host to which the person has not agreed.
func TestRepairAsksForConsent(t *testing.T) {
	w, spec := openBroken(t, true)
	if _, err := (commands.Consent{}).Withdraw(""); err != nil {
		t.Fatal(err)
	}
	w.on("window/showMessageRequest", func(json.RawMessage) any { return object{"title": commands.ConsentCancel} })
	if _, err := w.call("workspace/executeCommand", object{"command": commandRepair, "arguments": []object{{"uri": spec}}}); codeOf(t, err) != -32800 {
		t.Errorf("the answer is %v", err)
	}
	messages, _ := w.questions()
	if len(messages) != 1 || !strings.HasPrefix(messages[0], "Send etcdraft.tla (about ") {
		t.Errorf("asked was %q", messages)
	}
	if content, err := os.ReadFile(spec.FsPath()); err != nil || string(content) != brokenModule {
		t.Errorf("the file holds %s, %v", content, err)
	}
}
