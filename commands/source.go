package commands

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"

	"github.com/specls/specls/analysis/gosource"
)

// Source is a Go file that a person named.
type Source struct {
	gosource.File
	// Dir is the directory that the file lies in. It is empty for a file named
	// by module, which lies in the module cache, where nothing may be written.
	Dir string
	// Found is the directory that the file was read from, wherever that is.
	Found string
}

// Files returns the files alone.
func Files(sources []Source) []gosource.File {
	files := make([]gosource.File, len(sources))
	for i, s := range sources {
		files[i] = s.File
	}
	return files
}

// ReadSources reads the Go files that args name. Each is a path, or a file of a
// module, found through the Go module cache:
//
//	raft/raft.go
//	go.etcd.io/raft/v3@v3.7.0/raft.go
//	go.etcd.io/raft/v3/tracker@v3.7.0/progress.go
//	go.etcd.io/raft/v3/raft.go
//
// The version may stand behind the module's path or behind a package's, and may
// be anything that go takes: latest, a branch, a commit; without one it is
// latest. A module that the cache lacks is downloaded with the go command. A
// path that exists is never taken for a module.
func ReadSources(ctx context.Context, args []string) ([]Source, error) {
	var sources []Source
	for _, arg := range args {
		s, err := readSource(ctx, arg)
		if err != nil {
			return nil, err
		}
		s.Path = filepath.ToSlash(arg)
		sources = append(sources, s)
	}
	return sources, nil
}

func readSource(ctx context.Context, arg string) (Source, error) {
	info, err := os.Stat(arg)
	switch {
	case err == nil && info.IsDir():
		return Source{}, fmt.Errorf("%s is a directory; name the Go files in it", arg)
	case errors.Is(err, fs.ErrNotExist):
		if m, ok := parseModuleFile(arg); ok {
			return m.read(ctx)
		}
		return Source{}, fmt.Errorf("%s: no such file; a file of a module is named as in go.etcd.io/raft/v3@v3.7.0/raft.go", arg)
	case err != nil:
		return Source{}, fmt.Errorf("reading a source: %w", err)
	}
	text, err := os.ReadFile(arg)
	if err != nil {
		return Source{}, fmt.Errorf("reading a source: %w", err)
	}
	dir := filepath.Dir(arg)
	return Source{File: gosource.File{Text: string(text)}, Dir: dir, Found: dir}, nil
}

// moduleFile is a file named by module.
type moduleFile struct {
	arg string // as the person wrote it
	// pkg is the path of the module or of a package in it, version what stood
	// behind the @ or latest, file the slash-separated path below pkg.
	pkg, version, file string
}

// parseModuleFile takes an argument apart. It reports false where the argument
// cannot name a file of a module: its first element must have a dot, as a host
// name does.
func parseModuleFile(arg string) (moduleFile, bool) {
	m := moduleFile{arg: arg, version: "latest"}
	pkg, rest, versioned := strings.Cut(arg, "@")
	if versioned {
		m.pkg = pkg
		m.version, m.file, _ = strings.Cut(rest, "/")
	} else {
		m.pkg, m.file = path.Split(arg)
		m.pkg = strings.TrimSuffix(m.pkg, "/")
	}
	first, _, _ := strings.Cut(m.pkg, "/")
	ok := m.version != "" && m.file != "." && fs.ValidPath(m.file) && path.Ext(m.file) == ".go" &&
		strings.Contains(strings.Trim(first, "."), ".") && module.CheckImportPath(m.pkg) == nil
	return m, ok
}

// read returns the file. The module's path is pkg or the beginning of
// it: the longest that is a module counts, as it does to go.
func (m moduleFile) read(ctx context.Context) (Source, error) {
	var first error
	for mod := m.pkg; mod != "."; mod = path.Dir(mod) {
		dir, err := moduleDir(ctx, mod, m.version)
		if err == nil {
			return m.readIn(mod, dir)
		}
		if first == nil {
			first = err
		}
		if !errors.Is(err, errNoModule) {
			break
		}
	}
	return Source{}, fmt.Errorf("%s: %w", m.arg, first)
}

// readIn reads the file in the module that dir holds.
func (m moduleFile) readIn(mod, dir string) (Source, error) {
	file := path.Join(strings.TrimPrefix(strings.TrimPrefix(m.pkg, mod), "/"), m.file)
	found := filepath.Join(dir, filepath.FromSlash(file))
	text, err := os.ReadFile(found)
	if errors.Is(err, fs.ErrNotExist) {
		return Source{}, fmt.Errorf("%s: module %s has no file %s%s", m.arg, mod, file, alternatives(dir, file))
	}
	if err != nil {
		return Source{}, fmt.Errorf("%s: %w", m.arg, err)
	}
	return Source{File: gosource.File{Text: string(text)}, Found: filepath.Dir(found)}, nil
}

// alternatives lists the Go files beside one that does not exist.
func alternatives(dir, file string) string {
	const limit = 20
	found, err := filepath.Glob(filepath.Join(dir, filepath.FromSlash(path.Dir(file)), "*.go"))
	var names []string
	for _, f := range found {
		if name := filepath.Base(f); !strings.HasSuffix(name, "_test.go") {
			names = append(names, name)
		}
	}
	if err != nil || len(names) == 0 {
		return "; there are no Go files beside it"
	}
	if len(names) > limit {
		names = append(names[:limit], "…")
	}
	return "; beside it are " + strings.Join(names, ", ")
}

// errNoModule says that go could not provide a module, which may be because
// the path is that of a package in one.
var errNoModule = errors.New("the go command cannot provide the module")

// moduleDir returns the directory in the module cache of a module's version.
// What the cache holds is found without running go, and so without network.
func moduleDir(ctx context.Context, mod, version string) (string, error) {
	if dir, ok := cachedModule(mod, version); ok {
		return dir, nil
	}
	return downloadModule(ctx, mod, version)
}

// cachedModule looks a module up where go keeps it by default or by the
// environment. Only a full version has a directory of its own.
func cachedModule(mod, version string) (string, bool) {
	escaped, err := module.EscapePath(mod)
	if err != nil || semver.Canonical(version) != version && !strings.HasSuffix(version, "+incompatible") {
		return "", false
	}
	escapedVersion, err := module.EscapeVersion(version)
	if err != nil {
		return "", false
	}
	dir := filepath.Join(moduleCache(), filepath.FromSlash(escaped)+"@"+escapedVersion)
	info, err := os.Stat(dir)
	return dir, err == nil && info.IsDir()
}

// moduleCache returns the directory that the environment makes the module
// cache (go help environment, GOMODCACHE and GOPATH).
func moduleCache() string {
	if dir := os.Getenv("GOMODCACHE"); dir != "" {
		return dir
	}
	gopath := filepath.SplitList(os.Getenv("GOPATH"))
	if len(gopath) > 0 && gopath[0] != "" {
		return filepath.Join(gopath[0], "pkg", "mod")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "" // the lookup fails, and go is asked
	}
	return filepath.Join(home, "go", "pkg", "mod")
}

// downloadModule has go download a module, and returns its directory. It runs
// in an empty directory, so that no go.mod or go.work of the person's has a
// say in it.
func downloadModule(ctx context.Context, mod, version string) (string, error) {
	goCommand, err := exec.LookPath("go")
	if err != nil {
		return "", fmt.Errorf("module %s@%s is not in the module cache, and the go command that would download it is not on PATH; install Go, or name a file", mod, version)
	}
	dir, err := os.MkdirTemp("", "specls-module-")
	if err != nil {
		return "", fmt.Errorf("downloading module %s@%s: %w", mod, version, err)
	}
	defer os.RemoveAll(dir)

	cmd := exec.CommandContext(ctx, goCommand, "mod", "download", "-json", mod+"@"+version)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GO111MODULE=on")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	runErr := cmd.Run()
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	var answer struct{ Dir, Error string }
	if err := json.Unmarshal(stdout.Bytes(), &answer); err != nil {
		return "", fmt.Errorf("downloading module %s@%s: %w: %s", mod, version, errors.Join(runErr, err), bytes.TrimSpace(stderr.Bytes()))
	}
	if answer.Error != "" || answer.Dir == "" {
		return "", fmt.Errorf("%w: %s", errNoModule, strings.Join(strings.Fields(answer.Error), " "))
	}
	return answer.Dir, nil
}
