package main

import (
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
