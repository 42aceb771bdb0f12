package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/specls/specls/commands"
)

var update = flag.Bool("update", false, "rewrite what the scripts in testdata compare with")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"specls": main})
}

// TestScripts runs testdata/*.txtar. Each script has a home and state of its
// own, and a loopback server that speaks chat completions and answers by the
// name of the model it is asked for; see models below.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata",
		UpdateScripts: *update,
		Cmds:          map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "id": id},
		Setup: func(env *testscript.Env) error {
			server := httptest.NewServer(http.HandlerFunc(chat))
			env.Defer(server.Close)
			env.Setenv("OPENAI_BASE_URL", server.URL+"/v1")
			env.Setenv("OPENAI_API_KEY", "sk-secret-0123456789")
			env.Setenv("HOME", env.WorkDir+"/home")
			env.Setenv("OLLAMA_HOST", "127.0.0.1:1") // nobody listens there
			env.Setenv("XDG_CONFIG_HOME", env.WorkDir+"/config")
			env.Setenv("XDG_STATE_HOME", env.WorkDir+"/state")
			return nil
		},
	})
}

// exits is the script command "exits CODE COMMAND [ARG...]": the command must
// end with the exit code.
func exits(ts *testscript.TestScript, negated bool, args []string) {
	if negated || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARG...]")
	}
	code := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		code = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

// id is the script command "id STATUS": it sets ID to that of the newest
// conversion with the status.
func id(ts *testscript.TestScript, negated bool, args []string) {
	records, err := commands.History(ts.Getenv("XDG_STATE_HOME") + "/specls")
	ts.Check(err)
	for _, r := range records {
		if string(r.Status) == strings.Join(args, " ") {
			ts.Setenv("ID", r.ID)
			return
		}
	}
	ts.Fatalf("there is no conversion that is %s", strings.Join(args, " "))
}

const goodModule = `---- MODULE etcdraft ----
EXTENDS Naturals
VARIABLE x
Init == x = 0
Next == x' = x + 1
Spec == Init /\ [][Next]_x /\ WF_x(Next)
====
`

// models are the replies of the loopback server.
var models = map[string]struct {
	text, finish string
	then         string // the reply to a second message, empty for the same again
}{
	"good":      {text: goodModule, finish: "stop"},
	"fenced":    {text: "Here you are:\n```tla\n" + goodModule + "```\n", finish: "stop"},
	"config":    {text: "```tla\n" + goodModule + "```\n```cfg\nSPECIFICATION Spec\n```\n", finish: "stop"},
	"renamed":   {text: "---- MODULE raft ----" + goodModule[len("---- MODULE etcdraft ----"):], finish: "stop"},
	"undefined": {text: undefined, finish: "stop"},
	"mending":   {text: undefined, finish: "stop", then: goodModule},
	"cut":       {text: goodModule[:60], finish: "length", then: goodModule[60:]},
	"broken":    {text: goodModule[:60]},
}

var undefined = strings.Replace(goodModule, "x + 1", "x + One", 1)

// chat answers as the model of the request's name; of a name that is unknown,
// with 401.
func chat(w http.ResponseWriter, r *http.Request) {
	var request struct {
		Model    string
		Messages []struct{ Content string }
	}
	if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	reply, ok := models[request.Model]
	if !ok {
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprintf(w, `{"error":{"message":"Incorrect API key provided: %s"}}`, r.Header.Get("Authorization"))
		return
	}
	if len(request.Messages) > 1 && reply.then != "" || strings.Contains(request.Messages[0].Content, "[Next request]") {
		reply.text, reply.finish = reply.then, "stop"
	}
	w.Header().Set("Content-Type", "text/event-stream")
	writePiece(w, reply.text)
	if reply.finish != "" {
		writeEnd(w, reply.finish)
	}
}

// writePiece writes the event of a piece of a reply, and writeEnd those that end
// one.
func writePiece(w io.Writer, text string) {
	quoted, _ := json.Marshal(text)
	fmt.Fprintf(w, "data: {\"choices\":[{\"delta\":{\"content\":%s}}]}\n\n", quoted)
}

func writeEnd(w io.Writer, finish string) {
	fmt.Fprintf(w, "data: {\"choices\":[{\"delta\":{},\"finish_reason\":%q}]}\n\n", finish)
	io.WriteString(w, "data: [DONE]\n\n")
}
