package commands

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/specls/specls/analysis/gosource"
	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/commands/model"
)

// writeTree writes files, by slash-separated paths, into a new directory.
func writeTree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func paths(files []gosource.File) string {
	var all []string
	for _, f := range files {
		all = append(all, f.Path)
	}
	return strings.Join(all, " ")
}

func TestCompanions(t *testing.T) {
	const words = "package raft // one two three four five six seven eight nine ten\n" // 14 tokens or so
	dir := writeTree(t, map[string]string{
		"raft.go": words, "log.go": words, "log_test.go": words, "other.go": words,
		"tracker/progress.go": words, "tracker/inflights.go": words, "tracker/state_test.go": words, "tracker/notes.txt": words,
		"outside/secret.go": words,
	})
	for link, target := range map[string]string{"tracker/leak.go": "../../../etc/passwd", "tracker/inside.go": "progress.go"} {
		if err := os.Symlink(target, filepath.Join(dir, filepath.FromSlash(link))); err != nil {
			t.Skip(err)
		}
	}
	p := &profile.Profile{Companions: []string{"log.go", "tracker/*.go", "raft.go", "log*.go", "o*.go", "missing.go"}}
	file := []gosource.File{{Path: "src/raft.go", Text: words}, {Path: "./src/other.go"}}
	each := EstimateTokens(words)

	got, err := FindCompanions(p, file, dir, 100*each, nil)
	if err != nil || paths(got.Files) != "src/log.go src/tracker/inflights.go src/tracker/inside.go src/tracker/progress.go" || got.LeftOut != nil {
		t.Errorf("got %s, without %v, %v", paths(got.Files), got.LeftOut, err)
	}
	got, err = FindCompanions(p, file, dir, 2*each, nil)
	if err != nil || paths(got.Files) != "src/log.go src/tracker/inflights.go" || got.Tokens != 2*each || len(got.LeftOut) != 2 {
		t.Errorf("with little room: got %s, without %v, %v", paths(got.Files), got.LeftOut, err)
	}
	if want := "with src/log.go, src/tracker/inflights.go (about 28 tokens), without src/tracker/inside.go, src/tracker/progress.go, for which there is no room"; got.String() != strings.ReplaceAll(want, "28", Thousands(2*each)) {
		t.Errorf("it says %s", got)
	}
	open := func(path string) (string, bool) { return "package edited", path == filepath.Join(dir, "log.go") }
	if got, err = FindCompanions(p, file, dir, 100*each, open); err != nil || got.Files[0].Text != "package edited" || got.Files[1].Text != words {
		t.Errorf("what is open in an editor: got %+v, %v", got.Files, err)
	}
	if got, err = FindCompanions(&profile.Profile{}, file, dir, 100, nil); err != nil || got.String() != "" {
		t.Errorf("without patterns: got %s, %v", got, err)
	}
}

// TestEtcdCompanions finds etcd's in the module cache's layout.
func TestEtcdCompanions(t *testing.T) {
	dir := writeTree(t, map[string]string{
		"raft.go": "package raft", "log.go": "package raft", "node.go": "package raft",
		"tracker/tracker.go": "package tracker", "tracker/progress.go": "package tracker",
	})
	p, err := profile.Lookup(profile.Builtin(), "etcd")
	if err != nil {
		t.Fatal(err)
	}
	got, err := FindCompanions(p, []gosource.File{{Path: "raft.go"}}, dir, 1000, nil)
	if err != nil || paths(got.Files) != "log.go tracker/progress.go tracker/tracker.go" {
		t.Errorf("got %s, %v", paths(got.Files), err)
	}
}

func TestRoom(t *testing.T) {
	for _, c := range []struct {
		limits       model.Limits
		prompt, want int
	}{
		{model.Limits{}, 28000, 128000 - 28000 - LeastReply},
		{model.Limits{ContextWindow: 200000, OutputLimit: 32000}, 30000, 138000},
		{model.Limits{ContextWindow: 8000}, 9000, 0},
	} {
		if got := Room(limited{c.limits}, c.prompt); got != c.want {
			t.Errorf("%+v: got %d", c, got)
		}
	}
}
