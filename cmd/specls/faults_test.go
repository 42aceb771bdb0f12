package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/adrg/xdg"

	"github.com/specls/specls/commands"
	"github.com/specls/specls/commands/model"
	"github.com/specls/specls/commands/model/modeltest"
)

// faultKey is the key with which all faults are met. Nothing may show it.
const faultKey = "sk-secret-0123456789abcdef"

// halfModule is a reply that does not come to its end.
const halfModule = "---- MODULE etcdraft ----\nEXTENDS Naturals\nVARIABLE x\n"

// fault is a way in which a service fails.
type fault struct {
	name string
	// handle answers the requests; nil where there is no server to speak of.
	handle func(v modeltest.Vendor) http.HandlerFunc
	// address changes the server's address.
	address func(t *testing.T, url string) string
	// patience is how long the service may be silent; empty for the default.
	patience string
	// sent is how often the request is to be sent.
	sent int
	// read and written are the tokens that are to be counted.
	read, written int
}

// faults are those of the table in docs/models.md, in its order.
var faults = []fault{
	{name: "nobody listens", address: func(t *testing.T, _ string) string {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		l.Close()
		return "http://" + l.Addr().String()
	}},
	{name: "the certificate is not trusted", handle: answers(http.StatusOK), address: func(t *testing.T, _ string) string {
		server := httptest.NewUnstartedServer(http.NotFoundHandler())
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		server.StartTLS()
		t.Cleanup(server.Close)
		return server.URL
	}},
	{name: "the connection breaks in the reply", sent: 1, read: countedAtStart, handle: func(v modeltest.Vendor) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			v.Send(begun(v))(w, r)
			panic(http.ErrAbortHandler)
		}
	}},
	{name: "the connection is reset in the reply", sent: 1, read: countedAtStart, handle: func(v modeltest.Vendor) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			v.Send(begun(v))(w, r)
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				panic(err)
			}
			time.Sleep(20 * time.Millisecond) // a reset overtakes what was sent just before
			conn.(*net.TCPConn).SetLinger(0)  // Close then resets
			conn.Close()
		}
	}},
	{name: "the service falls silent in the reply", patience: "1s", sent: 1, read: countedAtStart, handle: func(v modeltest.Vendor) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			v.Send(begun(v))(w, r)
			modeltest.Hang(w, r)
		}
	}},
	{name: "401", sent: 1, handle: answers(http.StatusUnauthorized)},
	{name: "403", sent: 1, handle: answers(http.StatusForbidden)},
	{name: "404, no such model", sent: 1, handle: answers(http.StatusNotFound)},
	{name: "413, too large", sent: 1, handle: answers(http.StatusRequestEntityTooLarge)},
	{name: "429", sent: 3, handle: answers(http.StatusTooManyRequests)},
	{name: "429 with a Retry-After of up to a minute", sent: 3, handle: answers(http.StatusTooManyRequests, "Retry-After", "0.01")},
	{name: "429 with a longer Retry-After", sent: 1, handle: answers(http.StatusTooManyRequests, "Retry-After", "300")},
	{name: "500", sent: 3, handle: answers(http.StatusInternalServerError)},
	{name: "529, overloaded", sent: 3, handle: answers(529)},
	{name: "an error in mid-reply", sent: 1, read: countedAtStart, handle: func(v modeltest.Vendor) http.HandlerFunc {
		return v.Send(begun(v), v.ErrorEvent(529, "Overloaded"))
	}},
	{name: "an event that is malformed", sent: 1, read: countedAtStart, handle: func(v modeltest.Vendor) http.HandlerFunc {
		return v.Send(begun(v), v.Malformed)
	}},
	{name: "the reply meets the output limit", sent: 1, read: 1234, written: 56, handle: replies(model.Length, halfModule)},
	{name: "the content filter", sent: 1, read: 1234, written: 56, handle: replies(model.Filter, halfModule)},
	{name: "an empty reply", sent: 1, read: 1234, written: 56, handle: replies(model.Stop, "")},
	{name: "a reply of 20 MB", sent: 1, read: countedAtStart, handle: func(v modeltest.Vendor) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			var pieces []string
			for range 20 {
				pieces = append(pieces, strings.Repeat("x", 1<<20))
			}
			v.Send(v.Stream(modeltest.Reply{Text: pieces, Finish: model.Stop, PromptTokens: 1234, ReplyTokens: 5e6}))(w, r)
		}
	}},
	{name: "something else answers", sent: 1, handle: func(modeltest.Vendor) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			io.WriteString(w, "<html>Log in with "+faultKey+"</html>")
		}
	}},
}

// countedAtStart stands for the tokens of a prompt whose reply did not end: only
// Anthropic counts them at the start.
const countedAtStart = -1

// answers fails with a status, and has the service repeat the key.
func answers(status int, header ...string) func(modeltest.Vendor) http.HandlerFunc {
	said := map[int]string{
		401: "invalid key: " + faultKey, 403: "not allowed for " + faultKey[:12] + "…", 404: "model: test",
		413: "request exceeds the maximum size", 429: "slow down", 500: "internal error", 529: "Overloaded",
	}
	return func(v modeltest.Vendor) http.HandlerFunc { return v.Status(status, said[status], header...) }
}

func replies(finish model.Finish, text string) func(modeltest.Vendor) http.HandlerFunc {
	return func(v modeltest.Vendor) http.HandlerFunc {
		return v.Answer(modeltest.Reply{Text: []string{text}, Finish: finish, PromptTokens: 1234, ReplyTokens: 56})
	}
}

// begun is the beginning of a stream, up to behind some text.
func begun(v modeltest.Vendor) string {
	const mark = "\x01"
	stream := v.Stream(modeltest.Reply{Text: []string{halfModule, mark}, PromptTokens: 1234})
	before := stream[:strings.Index(stream, `\u0001`)]
	return before[:strings.LastIndex(before, "}")+1] + "\n\n"
}

// TestFaults meets every fault with every network model, on the command line:
// what the person is told, what was sent and counted, that the workspace is
// untouched, and that the key is nowhere. docs/models.md has the table of it.
func TestFaults(t *testing.T) {
	rows := []string{}
	for _, f := range faults {
		var told []string
		for _, v := range modeltest.Vendors {
			if f.name == "the content filter" && v.Finishes[model.Filter] == "" {
				continue // it has none
			}
			t.Run(v.Name+"/"+f.name, func(t *testing.T) {
				if said := meet(t, f, v); !slices.Contains(told, said) {
					told = append(told, said)
				}
			})
		}
		counted := "none"
		switch {
		case f.written > 0:
			counted = "all"
		case f.read == countedAtStart:
			counted = "`anthropic`: those of the prompt; others: none"
		}
		rows = append(rows, fmt.Sprintf("| %s | %s | %s | %s |", f.name, strings.Join(told, "<br>"), times(f.sent), counted))
	}
	compareTable(t, rows)
}

func times(n int) string {
	switch n {
	case 0:
		return "not received"
	case 1:
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// meet converts a file with a service that fails, and returns what the person is
// told, with names in place of what differs between services.
func meet(t *testing.T, f fault, v modeltest.Vendor) string {
	t.Helper()
	server := modeltest.Serve(t, func(w http.ResponseWriter, r *http.Request, _ int) { f.handle(v)(w, r) })
	url := server.URL
	if f.address != nil {
		url = f.address(t, url)
	}
	home := t.TempDir()
	useHome(t, home)
	workspace := filepath.Join(home, "workspace")
	write(t, filepath.Join(workspace, "raft.go"), "package raft\n\nconst StatePreCandidate = 1\n")
	write(t, filepath.Join(workspace, "notes.txt"), "mine")
	before := tree(t, workspace)

	variable := strings.ToUpper(v.Name)
	environment := map[string]string{
		variable + "_BASE_URL": url + v.BasePath, variable + "_API_KEY": faultKey, "OLLAMA_HOST": url, "SPECLS_STALL_TIMEOUT": f.patience,
	}
	var out, errs bytes.Buffer
	terminal := &terminal{in: io.NopCloser(strings.NewReader("")), out: &out, err: &errs, pause: time.Millisecond,
		getenv: func(name string) string { return environment[name] }}
	code := run(context.Background(), []string{"convert", "--profile", "etcd", "--model", v.Name + ":test", filepath.Join(workspace, "raft.go")}, terminal)

	if code != exitFailed || out.Len() > 0 {
		t.Errorf("exit code %d, output %s", code, out.String())
	}
	if after := tree(t, workspace); after != before {
		t.Errorf("the workspace was\n%sand is\n%s", before, after)
	}
	if got := prompts(server, v); got != f.sent {
		t.Errorf("the request was sent %d times, want %d", got, f.sent)
	}
	wantTokens(t, f, v)
	// Some services echo the key, in whole or in part.
	if everything := out.String() + errs.String() + tree(t, home); strings.Contains(everything, faultKey[:10]) {
		t.Errorf("the key is shown or kept:\n%s", everything)
	}
	return generalised(errs.String(), v, strings.TrimPrefix(strings.TrimPrefix(url, "http://"), "https://"))
}

// prompts returns how often a prompt was sent; a service may be asked about the
// model besides.
func prompts(server *modeltest.Server, v modeltest.Vendor) int {
	n := 0
	for _, r := range server.Requests() {
		if r.Path == v.Path {
			n++
		}
	}
	return n
}

// wantTokens holds the record of the conversion to the tokens of the fault.
func wantTokens(t *testing.T, f fault, v modeltest.Vendor) {
	t.Helper()
	records, err := commands.History("")
	if err != nil || len(records) != 1 {
		t.Fatalf("got %d records, %v", len(records), err)
	}
	read, written := f.read, f.written
	if read == countedAtStart {
		read = 0
		if v.Name == "anthropic" {
			read, written = 1234, 1
		}
	}
	if records[0].PromptTokens() != read || records[0].ReplyTokens() != written {
		t.Errorf("counted %d and %d tokens, want %d and %d", records[0].PromptTokens(), records[0].ReplyTokens(), read, written)
	}
}

// useHome puts the person's configuration and state below a directory.
func useHome(t *testing.T, home string) {
	t.Helper()
	state, config := xdg.StateHome, xdg.ConfigHome
	xdg.StateHome, xdg.ConfigHome = filepath.Join(home, "state"), filepath.Join(home, "config")
	t.Cleanup(func() { xdg.StateHome, xdg.ConfigHome = state, config })
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// tree returns the names and contents of all files below a directory.
func tree(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		fmt.Fprintf(&all, "%s: %s\n", path, text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

var (
	keptIn   = regexp.MustCompile(`; the raw reply is kept in \S+\.txt`)
	resumeBy = regexp.MustCompile(`--resume \S+"`)
	atByte   = regexp.MustCompile(`at byte \d+ of`)
	certFail = regexp.MustCompile(`(tls: failed to verify certificate: )[^;]*`)
)

// generalised returns a message with names in place of what differs from run to
// run and between services, as the table shows it.
func generalised(message string, v modeltest.Vendor, host string) string {
	_, message, _ = strings.Cut(message, "specls: "+v.Name+":test: ")
	message = strings.TrimSpace(message)
	message = keptIn.ReplaceAllString(message, "; the raw reply is kept in FILE")
	message = resumeBy.ReplaceAllString(message, `--resume ID"`)
	message = certFail.ReplaceAllString(message, "${1}…")
	message = atByte.ReplaceAllString(message, "at byte N of")
	variable := strings.ToUpper(v.Name)
	return strings.NewReplacer(
		host, "HOST", "|", `\|`,
		variable+"_BASE_URL", "ADDRESS", "OLLAMA_HOST", "ADDRESS", variable+"_API_KEY", "KEY",
		"the chat-completions protocol", "its protocol", "the Messages API", "its protocol", "Ollama's API", "its protocol",
		": it usually ends in /v1", "", ": it usually ends without /v1", "", ": it usually ends without a path", "",
		"<", "&lt;",
	).Replace(message)
}

const (
	faultsPage  = "../../docs/models.md"
	faultsBegin = "<!-- made by go test ./cmd/specls -run TestFaults -update -->\n"
	faultsEnd   = "<!-- end -->"
)

// compareTable holds the page to the table, or writes it there with -update.
func compareTable(t *testing.T, rows []string) {
	t.Helper()
	table := "| what happens | what you are told | the prompt was sent | tokens counted |\n| --- | --- | --- | --- |\n" + strings.Join(rows, "\n") + "\n"
	page, err := os.ReadFile(faultsPage)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(page), faultsBegin)
	old, after, ended := strings.Cut(rest, faultsEnd)
	if !found || !ended {
		t.Fatalf("%s has no place for the table", faultsPage)
	}
	if old == table {
		return
	}
	if !*update {
		t.Fatalf("the table in %s is not what happens now; run go test ./cmd/specls -run TestFaults -update\ngot\n%s", faultsPage, table)
	}
	if err := os.WriteFile(faultsPage, []byte(before+faultsBegin+table+faultsEnd+after), 0o666); err != nil {
		t.Fatal(err)
	}
}
