package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/analysis/strict"
)

// WorkspaceFile is where a workspace keeps its own settings, below its folder.
var WorkspaceFile = filepath.Join(".specls", "specls.toml")

// Workspace is what a workspace's file may say.
type Workspace struct {
	// Profile is the profile that .tla files are checked against; see
	// analysis.Input.
	Profile string
	// Rules are severities by rule; see [profile.ParseSeverities].
	Rules map[string]string
	// OutputDirectory is where modules go, and LibraryPaths are where EXTENDS
	// and INSTANCE are looked up: relative to the workspace's folder, and inside
	// it.
	OutputDirectory string
	LibraryPaths    []string
}

// workspaceKeys are the keys of a workspace's file.
var workspaceKeys = []string{"profile", "rules", "output_directory", "library_paths"}

// LoadWorkspace reads the file of the workspace with the given folder. A link
// that leads out of the workspace is not followed. A file that does not exist
// is an empty one.
func LoadWorkspace(folder string) (Workspace, strict.Problems) {
	path := filepath.Join(folder, WorkspaceFile)
	text, err := readInside(folder, WorkspaceFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Workspace{}, nil
	case err != nil:
		return Workspace{}, strict.Problems{unreadable(path, err)}
	}
	return ParseWorkspace(path, text)
}

// readInside reads a file below a folder without leaving it.
func readInside(folder, name string) (string, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return "", err
	}
	defer root.Close()
	text, err := root.ReadFile(name)
	return string(text), err
}

// ParseWorkspace reads the text of a workspace's file. file is used in problems.
// An attempt to name a model, an address, a command or a key is a problem on
// its line, as is a folder outside the workspace.
func ParseWorkspace(file, text string) (Workspace, strict.Problems) {
	var w Workspace
	d := &strict.Decoder{File: filepath.ToSlash(file)}
	root, ok := open(d, text)
	if !ok {
		return w, d.Problems
	}
	w.Profile = root.String("profile", strict.Optional)
	w.Rules = decodeRules(root)
	w.OutputDirectory = inside(root, "output_directory", root.String("output_directory", strict.Optional))
	for _, path := range root.Strings("library_paths") {
		if path = inside(root, "library_paths", path); path != "" {
			w.LibraryPaths = append(w.LibraryPaths, path)
		}
	}
	for _, name := range root.Keys() {
		if why := refused(name); why != "" {
			root.Know(name)
			root.Problem(name, "is not for a workspace to set, since it %s; put it into your own %s. A workspace sets %s", why, FileName, list(workspaceKeys))
		}
	}
	root.Close()
	d.Problems.Sort()
	return w, d.Problems
}

// decodeRules reads the table of severities.
func decodeRules(root *strict.Table) map[string]string {
	t := root.Table("rules")
	words := map[string]string{}
	for _, id := range t.Keys() {
		word := t.String(id, strict.Optional)
		if _, err := profile.ParseSeverities(map[string]string{id: word}, analysis.RuleIDs()); err != nil && word != "" {
			t.Problem(id, "is ignored: %v", err)
			continue
		}
		words[id] = word
	}
	return words
}

// inside returns a path that stays below the workspace's folder, and reports
// one that does not.
func inside(t *strict.Table, key, path string) string {
	if path != "" && !filepath.IsLocal(filepath.FromSlash(path)) {
		t.Problem(key, "= %q leads out of the workspace; it must be relative, without ..", path)
		return ""
	}
	return path
}

// refused says why a key is not for a workspace, empty where it is merely
// unknown.
func refused(name string) string {
	plain := strings.ToLower(strings.NewReplacer("_", "", "-", "", ".", "").Replace(name))
	switch {
	case keyNames.MatchString(name), strings.Contains(plain, "key"), strings.Contains(plain, "secret"), strings.Contains(plain, "token") && !strings.Contains(plain, "budget"):
		return "would read or hold a secret"
	case strings.Contains(plain, "command"), strings.Contains(plain, "exec"), strings.Contains(plain, "shell"):
		return "would run a command"
	case strings.Contains(plain, "model"), strings.Contains(plain, "backend"), strings.Contains(plain, "url"), strings.Contains(plain, "host"), strings.Contains(plain, "proxy"):
		return "decides where your source is sent"
	case strings.Contains(plain, "budget"), strings.Contains(plain, "rounds"), strings.Contains(plain, "companions"), strings.Contains(plain, "price"):
		return "decides what is sent and spent"
	}
	return ""
}

// OutputDirectory returns the directory, below the workspace's folder, that a
// workspace may have modules written to. Unlike [filepath.Join] it fails where
// a link on the way leads out of the workspace.
func OutputDirectory(folder, relative string) (string, error) {
	dir := filepath.Join(folder, filepath.FromSlash(relative))
	root, err := os.OpenRoot(folder)
	if err != nil {
		return "", fmt.Errorf("the output directory %s: %w", relative, err)
	}
	defer root.Close()
	// Stat refuses to leave the folder. What does not exist yet will be made;
	// what of it exists must be inside.
	for at := filepath.Clean(filepath.FromSlash(relative)); ; at = filepath.Dir(at) {
		_, err := root.Stat(at)
		switch {
		case err == nil:
			return dir, nil
		case !errors.Is(err, fs.ErrNotExist):
			return "", fmt.Errorf("the output directory %s is refused, for it leads out of the workspace %s: %w", relative, folder, err)
		case isLink(root, at):
			return "", fmt.Errorf("the output directory %s is refused, for %s is a link to what does not exist", relative, at)
		}
	}
}

func isLink(root *os.Root, name string) bool {
	info, err := root.Lstat(name)
	return err == nil && info.Mode()&fs.ModeSymlink != 0
}
