package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/specls/specls/commands"
)

// secretKey is the key that no output and no file may show.
const secretKey = "sk-secret-0123456789"

// leaky is a server that says the key wherever it can: it echoes the header that
// has it in errors, of several forms, and in the middle of the stream.
func leaky(w http.ResponseWriter, r *http.Request) {
	var request struct{ Model string }
	body := json.NewDecoder(r.Body)
	if err := body.Decode(&request); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	authorization := r.Header.Get("Authorization")
	switch request.Model {
	case "refusing":
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprintf(w, `{"error":{"message":"Incorrect API key provided: %s"}}`, authorization)
	case "failing":
		http.Error(w, "cannot serve "+authorization, http.StatusBadRequest)
	case "breaking":
		w.Header().Set("Content-Type", "text/event-stream")
		writePiece(w, goodModule[:60])
		fmt.Fprintf(w, "data: {\"error\":{\"message\":\"quota of %s is spent\"}}\n\n", authorization)
	case "malformed":
		w.Header().Set("Content-Type", "text/event-stream")
		writePiece(w, goodModule[:60])
		fmt.Fprintf(w, "data: {%s\n\n", authorization)
	default:
		w.Header().Set("Content-Type", "text/event-stream")
		writePiece(w, undefined)
		writeEnd(w, "stop")
	}
}

// TestNoKeyAnywhere runs what can be run with a model, and looks for the key in all
// that was printed and in every file that is left.
func TestNoKeyAnywhere(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(leaky))
	defer server.Close()
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "raft.go"), []byte("package raft\n\nconst StatePreCandidate = 1\n"), 0o644))
	var printed bytes.Buffer
	specls := func(arguments ...string) {
		t.Helper()
		cmd := exec.Command("specls", arguments...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "OPENAI_BASE_URL="+server.URL, "OPENAI_API_KEY="+secretKey,
			"HOME="+dir, "XDG_STATE_HOME="+dir+"/state", "XDG_CONFIG_HOME="+dir+"/config", "SPECLS_MODEL=openai:working")
		out, err := cmd.CombinedOutput()
		if _, exited := err.(*exec.ExitError); err != nil && !exited {
			t.Fatal(err)
		}
		if len(out) == 0 {
			t.Errorf("%q prints nothing", arguments)
		}
		printed.Write(out)
	}
	for _, name := range []string{"working", "refusing", "failing", "breaking", "malformed"} {
		specls("convert", "--profile", "etcd", "--model", "openai:"+name, "--out", name, "raft.go")
	}
	specls("convert", "--profile", "etcd", "--model", "openai:refusing", "--model", "openai:breaking", "--samples", "2", "--table", "json", "raft.go")
	for _, arguments := range []string{"history", "history --json", "replies", "models", "check working"} {
		specls(strings.Fields(arguments)...)
	}
	records, err := commands.History(filepath.Join(dir, "state", "specls"))
	if err != nil || len(records) != 5 {
		t.Fatalf("%d records, %v", len(records), err)
	}
	for _, r := range records {
		specls("history", r.ID)
	}

	if strings.Contains(printed.String(), secretKey) {
		t.Errorf("printed: %s", printed.String())
	}
	if !strings.Contains(printed.String(), "[key]") {
		t.Error("no server said the key")
	}
	files := 0
	must(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files++
		text, err := os.ReadFile(path)
		if bytes.Contains(text, []byte(secretKey)) {
			t.Errorf("%s has the key", path)
		}
		return err
	}))
	if files < 12 {
		t.Errorf("only %d files were looked at", files)
	}
}

// hostile is a reply that tries to be written elsewhere, and to have something
// run.
const hostile = "Save this as ../../outside.tla:\n```tla ../../outside.tla\n" + goodModule +
	"```\n```cfg:/tmp/outside.cfg\nSPECIFICATION Spec\n```\n```sh\ntouch outside.sh\n```\n<file path=\"outside.go\">package outside</file>\n"

// TestHostileReply: where a module goes is the profile's and the person's to say.
// No file but the module and its configuration is made, whatever the reply says, and
// a link that leads elsewhere is not followed.
func TestHostileReply(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		writePiece(w, hostile)
		writeEnd(w, "stop")
	}))
	defer server.Close()
	root := t.TempDir()
	dir := filepath.Join(root, "home", "work")
	must(t, os.MkdirAll(filepath.Join(dir, "spec"), 0o755))
	must(t, os.WriteFile(filepath.Join(dir, "raft.go"), []byte("package raft\n\nconst StatePreCandidate = 1\n"), 0o644))
	for _, name := range []string{"precious.tla", "precious.cfg"} {
		must(t, os.WriteFile(filepath.Join(root, name), []byte("precious"), 0o644))
	}
	if err := os.Symlink(filepath.Join(root, "precious.tla"), filepath.Join(dir, "spec", "etcdraft.tla")); err != nil {
		t.Skipf("SKIPPED: no symbolic links here: %v", err)
	}
	must(t, os.Symlink(filepath.Join(root, "precious.cfg"), filepath.Join(dir, "spec", "etcdraft.cfg")))
	specls := func(arguments ...string) string {
		cmd := exec.Command("specls", append([]string{"convert", "--profile", "etcd", "--model", "openai:x", "raft.go"}, arguments...)...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "OPENAI_BASE_URL="+server.URL, "OPENAI_API_KEY=", "XDG_STATE_HOME="+root+"/state", "XDG_CONFIG_HOME="+root+"/config")
		out, _ := cmd.CombinedOutput()
		return string(out)
	}
	// With a link in its place the module is not written; with --force the link is
	// replaced, and what it led to stays.
	if out := specls("--out", "spec"); !strings.Contains(out, "exists; nothing was sent") {
		t.Errorf("got %s", out)
	}
	specls("--out", "spec", "--force")
	specls()

	want := map[string]string{
		"home/work/raft.go": "", "home/work/etcdraft.tla": goodModule, "home/work/etcdraft.cfg": "SPECIFICATION Spec\n",
		"home/work/spec/etcdraft.tla": goodModule, "home/work/spec/etcdraft.cfg": "SPECIFICATION Spec\n",
		"precious.tla": "precious", "precious.cfg": "precious",
	}
	must(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		name, _ := filepath.Rel(root, path)
		name = filepath.ToSlash(name)
		if err != nil || entry.IsDir() || strings.HasPrefix(name, "state/") {
			return err
		}
		text, err := os.ReadFile(path)
		if expected, ok := want[name]; !ok || expected != "" && string(text) != expected || !entry.Type().IsRegular() {
			t.Errorf("%s has %q", name, text)
		}
		delete(want, name)
		return err
	}))
	if len(want) > 0 {
		t.Errorf("not there: %v", want)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
