package commands

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestWriteFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "spec") // does not exist yet
	path := filepath.Join(dir, "a.tla")
	for _, c := range []struct {
		text    string
		replace bool
		written bool
		err     error
		want    string
	}{
		{"one", false, true, nil, "one"},
		{"one", false, false, nil, "one"},
		{"two", false, false, ErrExists, "one"},
		{"two", true, true, nil, "two"},
	} {
		written, err := WriteFile(dir, "a.tla", c.text, c.replace)
		if written != c.written || !errors.Is(err, c.err) {
			t.Errorf("%+v: got %v, %v", c, written, err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != c.want {
			t.Errorf("%+v: the file has %q, %v", c, got, err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}

// What a process that was killed has left behind goes when the file is written
// again, unless it is so young that another process may be at it.
func TestWriteFileTidies(t *testing.T) {
	dir := t.TempDir()
	names := map[string]bool{ // whether it stays
		".a.tla.ABCDEFGHIJKLMNOPQRSTUVWXYZ.tmp":  false,
		".b.tla.ABCDEFGHIJKLMNOPQRSTUVWXYZ.tmp":  true,
		".a.tla.ABCDEFGHIJKLMNOPQRSTUVWXY2.tmp":  true,
		".a.tla.tmp":                             true,
		"notes.a.tla.ABCDEFGHIJKLMNOPQRSTUV.tmp": true,
	}
	for name := range names {
		path := filepath.Join(dir, name)
		writeFile(t, path, "left behind")
		if !strings.Contains(name, "XY2") {
			day := time.Now().Add(-24 * time.Hour)
			if err := os.Chtimes(path, day, day); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := WriteFile(dir, "a.tla", "text", false); err != nil {
		t.Fatal(err)
	}
	for name, stays := range names {
		if _, err := os.Stat(filepath.Join(dir, name)); (err == nil) != stays {
			t.Errorf("%s stays: %v, want %v", name, err == nil, stays)
		}
	}
}

func TestWriteFileStaysInItsDirectory(t *testing.T) {
	dir, outside := t.TempDir(), filepath.Join(t.TempDir(), "precious")
	writeFile(t, outside, "precious")
	link := filepath.Join(dir, "a.tla")
	if err := os.Symlink(outside, link); err != nil {
		t.Skipf("SKIPPED: no symbolic links here: %v", err)
	}
	if _, err := WriteFile(dir, "a.tla", "text", false); !errors.Is(err, ErrExists) {
		t.Errorf("through a link: got %v", err)
	}
	if _, err := WriteFile(dir, "a.tla", "precious", false); !errors.Is(err, ErrExists) {
		t.Errorf("through a link to the same text: got %v", err)
	}
	if _, err := WriteFile(dir, "a.tla", "text", true); err != nil {
		t.Error(err)
	}
	if info, err := os.Lstat(link); err != nil || !info.Mode().IsRegular() {
		t.Errorf("the link was not replaced by a file: %v, %v", info, err)
	}
	if got, _ := os.ReadFile(outside); string(got) != "precious" {
		t.Errorf("what the link led to has become %q", got)
	}
	for _, name := range []string{"../a.tla", "sub/a.tla", "", ".", ".."} {
		if _, err := WriteFile(dir, name, "text", true); err == nil {
			t.Errorf("wrote to %q", name)
		}
	}
}
