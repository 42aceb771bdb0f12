package commands

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/goproxytest"
)

func TestParseModuleFile(t *testing.T) {
	for _, c := range []struct{ arg, pkg, version, file string }{
		{"go.etcd.io/raft/v3@v3.7.0/raft.go", "go.etcd.io/raft/v3", "v3.7.0", "raft.go"},
		{"go.etcd.io/raft/v3@v3.7.0/tracker/progress.go", "go.etcd.io/raft/v3", "v3.7.0", "tracker/progress.go"},
		{"go.etcd.io/raft/v3/tracker@latest/progress.go", "go.etcd.io/raft/v3/tracker", "latest", "progress.go"},
		{"go.etcd.io/raft/v3/raft.go", "go.etcd.io/raft/v3", "latest", "raft.go"},
		{"raft/raft.go", "", "", ""},
		{"./raft@v1/raft.go", "", "", ""},
		{"../a.b/raft.go", "", "", ""},
		{"raft.go", "", "", ""},
		{"go.etcd.io/raft/v3@v3.7.0", "", "", ""},
		{"go.etcd.io/raft/v3@v3.7.0/", "", "", ""},
		{"go.etcd.io/raft/v3@v3.7.0/../../x.go", "", "", ""},
		{"go.etcd.io/raft/v3@/x.go", "", "", ""},
		{"go.etcd.io/raft/v3@v3.7.0/README.md", "", "", ""},
	} {
		m, ok := parseModuleFile(c.arg)
		if !ok {
			m = moduleFile{}
		}
		if m.pkg != c.pkg || m.version != c.version || m.file != c.file {
			t.Errorf("%s: got %q, %q, %q", c.arg, m.pkg, m.version, m.file)
		}
	}
}

// writeFile writes a file and the directories above it.
func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestReadSourcesFromCache has a module cache with one module and no go
// command, so that nothing can be downloaded.
func TestReadSourcesFromCache(t *testing.T) {
	cache := t.TempDir()
	t.Setenv("GOMODCACHE", cache)
	t.Setenv("PATH", "")
	writeFile(t, filepath.Join(cache, "example.com/!up/raft/v3@v3.1.0-!r!c1/raft.go"), "package raft")
	writeFile(t, filepath.Join(cache, "example.com/!up/raft/v3@v3.1.0-!r!c1/sub/sub.go"), "package sub")

	for _, c := range []struct{ arg, text, err string }{
		{"example.com/Up/raft/v3@v3.1.0-RC1/raft.go", "package raft", ""},
		{"example.com/Up/raft/v3@v3.1.0-RC1/sub/sub.go", "package sub", ""},
		{"example.com/Up/raft/v3@v3.1.0-RC1/sub/raft.go", "", "has no file sub/raft.go; beside it are sub.go"},
		{"example.com/Up/raft/v3@v3.1.0-RC1/none/raft.go", "", "has no file none/raft.go; there are no Go files beside it"},
		{"example.com/Up/raft/v3@v3.2.0/raft.go", "", "not on PATH"},
		{"example.com/Up/raft/v3/raft.go", "", "not on PATH"},
		{"nothing.go", "", "no such file; a file of a module is named as in go.etcd.io/raft/v3@v3.7.0/raft.go"},
		{cache, "", "is a directory; name the Go files in it"},
	} {
		sources, err := ReadSources(t.Context(), []string{c.arg})
		switch {
		case c.err != "":
			if err == nil || !strings.Contains(err.Error(), c.err) || !strings.Contains(err.Error(), c.arg) {
				t.Errorf("%s: got error %v, want one with %q", c.arg, err, c.err)
			}
		case err != nil:
			t.Errorf("%s: %v", c.arg, err)
		case sources[0].Text != c.text || sources[0].Path != c.arg || sources[0].Dir != "":
			t.Errorf("%s: got %+v", c.arg, sources[0])
		}
	}
}

func TestReadSourcesByPath(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "raft", "raft.go"), "package raft\r\n")
	t.Chdir(dir)
	sources, err := ReadSources(t.Context(), []string{filepath.Join("raft", "raft.go")})
	if err != nil {
		t.Fatal(err)
	}
	if s := sources[0]; s.Path != "raft/raft.go" || s.Text != "package raft\r\n" || s.Dir != "raft" {
		t.Errorf("got %+v", s)
	}
}

// TestReadSourcesByDownload has go download from a proxy of the test's own.
func TestReadSourcesByDownload(t *testing.T) {
	proxy, err := goproxytest.NewServer("testdata/proxy", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer proxy.Close()
	t.Setenv("GOPROXY", proxy.URL)
	t.Setenv("GOSUMDB", "off")
	t.Setenv("GOMODCACHE", t.TempDir())
	t.Setenv("GOFLAGS", "-modcacherw") // so that the cache can be removed

	for _, c := range []struct{ arg, text, err string }{
		{"example.com/raft/v2@v2.1.0/raft.go", "package raft\n", ""},
		{"example.com/raft/v2@v2.1.0/sub/sub.go", "package sub\n", ""},
		{"example.com/raft/v2/sub@v2.1.0/sub.go", "package sub\n", ""},
		{"example.com/raft/v2@latest/raft.go", "package raft\n", ""},
		{"example.com/raft/v2/sub/sub.go", "package sub\n", ""},
		{"example.com/raft/v2@v2.1.0/nothing.go", "", "module example.com/raft/v2 has no file nothing.go; beside it are raft.go"},
		{"example.com/raft/v2@v2.2.0/raft.go", "", "the go command cannot provide the module: example.com/raft/v2@v2.2.0"},
		{"example.com/other/raft.go", "", "the go command cannot provide the module: module example.com/other: reading"},
	} {
		sources, err := ReadSources(t.Context(), []string{c.arg})
		switch {
		case c.err != "":
			if err == nil || !strings.Contains(err.Error(), c.err) || !strings.Contains(err.Error(), c.arg) {
				t.Errorf("%s: got error %v, want one with %q", c.arg, err, c.err)
			}
		case err != nil:
			t.Errorf("%s: %v", c.arg, err)
		case sources[0].Text != c.text || sources[0].Path != c.arg || sources[0].Dir != "":
			t.Errorf("%s: got %+v", c.arg, sources[0])
		}
	}
}
