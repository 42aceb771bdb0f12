package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/specls/specls/editors/testenv"
)

// The main command that the README gives works in a fresh clone, as it stands
// there, and the check has nothing to say of what it writes.
func TestReadmeCommand(t *testing.T) {
	root := strings.TrimSpace(string(testenv.Run(t, "", "git", "rev-parse", "--show-toplevel")))
	clone := filepath.Join(t.TempDir(), "specls")
	testenv.Run(t, "", "git", "clone", "--quiet", "--no-hardlinks", root, clone)
	readme := string(testenv.Run(t, clone, "git", "show", "HEAD:README.md"))

	command := ""
	for line := range strings.Lines(readme) {
		if strings.HasPrefix(line, "go run ./cmd/specls convert ") {
			command = strings.TrimSpace(line)
			break
		}
	}
	if command == "" {
		t.Fatal("README.md has no line that begins with go run ./cmd/specls convert")
	}
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	words := strings.Fields(command)
	testenv.Run(t, clone, words[0], words[1:]...)
	if out := testenv.Run(t, clone, "go", "run", "./cmd/specls", "check", "etcdraft.tla"); len(out) > 0 {
		t.Errorf("after %s the check says\n%s", command, out)
	}
}

// The commands of specls that the README gives in blocks of sh do not fail, each
// run behind the one before it.
func TestReadmeExamples(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if err := os.Mkdir("spec", 0o700); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"etcdraft.tla", "spec/etcdraft.tla"} {
		if err := os.WriteFile(file, []byte(goodModule), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	commands := 0
	for _, block := range strings.Split(string(readme), "```sh\n")[1:] {
		block, _, _ = strings.Cut(block, "```")
		for line := range strings.Lines(block) {
			command, _, _ := strings.Cut(line, "#")
			words := strings.Fields(command)
			if len(words) == 0 || words[0] != "specls" {
				continue
			}
			commands++
			var out, errs bytes.Buffer
			code := run(t.Context(), words[1:], &terminal{
				in: io.NopCloser(strings.NewReader("")), out: &out, err: &errs, getenv: func(string) string { return "" },
			})
			if code != exitOK || errs.Len() > 0 {
				t.Errorf("%s: exit code %d\n%s%s", strings.TrimSpace(command), code, out.String(), errs.String())
			}
		}
	}
	if commands < 5 {
		t.Errorf("the README gives %d commands of specls, want at least 5", commands)
	}
}
