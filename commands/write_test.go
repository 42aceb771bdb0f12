package commands

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
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
