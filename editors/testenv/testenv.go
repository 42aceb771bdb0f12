// Package testenv gives the tests that drive the real binary from outside, in
// an editor or by a protocol client, what they share: the tools that
// .ci/install-tools installs, the binary, and a workspace with real Go source.
package testenv

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"github.com/specls/specls/analysis/testmodule"
)

// Require is the environment variable under which a tool that is absent fails
// the test that needs it, instead of skipping it.
const Require = "SPECLS_TEST_REQUIRE"

// Tool returns the value of an environment variable set by .ci/install-tools.
// Where it is not set the test is skipped, or fails under [Require].
func Tool(t *testing.T, variable string) string {
	t.Helper()
	value := os.Getenv(variable)
	if value != "" {
		return value
	}
	complaint := variable + ` is not set: run .ci/test, or eval "$(.ci/install-tools)" before go test`
	if os.Getenv(Require) != "" {
		t.Fatal(complaint)
	}
	t.Skip("SKIPPED, AND SO NOT TESTED: " + complaint)
	return ""
}

// BuildSpecls builds the binary, with the race detector if the test has it,
// and returns its path.
func BuildSpecls(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "specls")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	args := []string{"build", "-o", binary}
	if raceEnabled() {
		args = append(args, "-race")
	}
	Run(t, "", "go", append(args, "github.com/specls/specls/cmd/specls")...)
	return binary
}

// raceEnabled tells whether the test was built with the race detector.
func raceEnabled() bool {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return false
	}
	for _, setting := range info.Settings {
		if setting.Key == "-race" {
			return setting.Value == "true"
		}
	}
	return false
}

// EtcdWorkspace returns the directory of a new git workspace that holds the
// real raft.go of etcd, from the Go module proxy or the module cache.
func EtcdWorkspace(t *testing.T) string {
	t.Helper()
	var module struct{ Dir string }
	if err := json.Unmarshal(Run(t, t.TempDir(), "go", "mod", "download", "-json", testmodule.Etcd), &module); err != nil {
		t.Fatalf("go mod download: %v", err)
	}
	// Editors and node name files by the path without symbolic links.
	workspace, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"raft.go", "go.mod"} {
		content, err := os.ReadFile(filepath.Join(module.Dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(workspace, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	Run(t, workspace, "git", "init", "--quiet")
	return workspace
}

// Home returns environment variables that keep programs off the user's own
// settings and state: everything they keep goes under a new directory. It is
// removed when the test ends, as far as that goes: what an editor leaves behind,
// such as gopls, may still be writing there for a moment.
func Home(t *testing.T) []string {
	t.Helper()
	home, err := os.MkdirTemp("", "specls-home-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for range 50 {
			if os.RemoveAll(home) == nil {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
		t.Logf("%s could not be removed", home)
	})
	return []string{
		"HOME=" + home,
		"XDG_CONFIG_HOME=" + filepath.Join(home, "config"),
		"XDG_STATE_HOME=" + filepath.Join(home, "state"),
		"XDG_DATA_HOME=" + filepath.Join(home, "data"),
		"XDG_CACHE_HOME=" + filepath.Join(home, "cache"),
	}
}

// GoCaches returns environment variables that let the go command, under another
// home, find what this machine has downloaded and compiled already.
func GoCaches(t *testing.T) []string {
	t.Helper()
	var variables []string
	for _, name := range []string{"GOPATH", "GOMODCACHE", "GOCACHE"} {
		variables = append(variables, name+"="+string(bytes.TrimSpace(Run(t, "", "go", "env", name))))
	}
	return variables
}

// Run runs a command in a directory, empty for the current one, and returns
// its standard output. The test fails with all its output if it fails.
func Run(t *testing.T, dir, name string, args ...string) []byte {
	t.Helper()
	return RunWith(t, dir, nil, name, args...)
}

// RunWith is Run with an environment, nil for that of the test.
func RunWith(t *testing.T, dir string, environment []string, name string, args ...string) []byte {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, args...)
	var stderr bytes.Buffer
	command.Dir, command.Env, command.Stderr = dir, environment, &stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", command, err, out, stderr.Bytes())
	}
	return out
}
