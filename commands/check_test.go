package commands

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/specls/specls/analysis/profile"
)

func TestCheckFindsFiles(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b.tla", "a.tla", "sub/c.tla", ".git/d.tla", "notes.md", "empty/readme"} {
		writeFile(t, filepath.Join(dir, filepath.FromSlash(name)), "---- MODULE a ----\n====\n")
	}
	for _, c := range []struct {
		paths []string
		want  string // the files, or the error
	}{
		{[]string{"."}, "a.tla b.tla sub/c.tla"},
		{[]string{"notes.md", "sub", "a.tla"}, "notes.md sub/c.tla a.tla"},
		{[]string{".git"}, ".git/d.tla"},
		{[]string{"empty"}, "there is no .tla file in empty or below"},
		{[]string{"a.tla", "nothing.tla"}, "reading a specification: stat nothing.tla: no such file or directory"},
	} {
		t.Chdir(dir)
		checked, err := Check(t.Context(), CheckRequest{Paths: c.paths, Profile: "none", Profiles: profile.Builtin()})
		var names []string
		for _, file := range checked {
			names = append(names, filepath.ToSlash(file.Path))
		}
		got := strings.Join(names, " ")
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%v: got %s, want %s", c.paths, got, c.want)
		}
	}
}

func TestCheckFailures(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a.tla")
	writeFile(t, file, "\xff")
	for _, c := range []struct {
		req  CheckRequest
		want string
	}{
		{CheckRequest{Paths: []string{file}, Profile: "etc", Profiles: profile.Builtin()}, `unknown profile "etc"`},
		{CheckRequest{Paths: []string{file}, LibraryDirs: []string{file}}, "is not a directory"},
		{CheckRequest{Paths: []string{file}, LibraryDirs: []string{filepath.Join(dir, "no")}}, "looking for modules: "},
	} {
		if _, err := Check(t.Context(), c.req); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
	checked, err := Check(t.Context(), CheckRequest{Paths: []string{file}, Profile: "none"})
	if err != nil || len(checked) != 1 || checked[0].Text != "\uFFFD" {
		t.Errorf("a file that is not UTF-8: got %+v, %v", checked, err)
	}
}

func TestFindModule(t *testing.T) {
	first, second := t.TempDir(), t.TempDir()
	writeFile(t, filepath.Join(first, "A.tla"), "a")
	writeFile(t, filepath.Join(second, "A.tla"), "not this one")
	writeFile(t, filepath.Join(second, "B.tla"), "b")
	var found []string
	for _, name := range []string{"A", "B", "C", "", "../A", "A.tla"} {
		if text, ok := FindModule([]string{first, second}, name); ok {
			found = append(found, name+text)
		}
	}
	if want := []string{"Aa", "Bb"}; !slices.Equal(found, want) {
		t.Errorf("found %v, want %v", found, want)
	}
}
