// Package testmodule gives tests the files of public Go modules, which come
// from the Go module proxy or the module cache and are not copied into the
// repository. Only tests import it.
package testmodule

import (
	"encoding/json"
	"os/exec"
	"testing"
)

// Etcd is the release of etcd's Raft that the tests read.
const Etcd = "go.etcd.io/raft/v3@v3.7.0"

// Dir returns the directory that holds a module, named as in Etcd. It skips the
// test where the module cannot be downloaded.
func Dir(tb testing.TB, module string) string {
	tb.Helper()
	cmd := exec.Command("go", "mod", "download", "-json", module)
	cmd.Dir = tb.TempDir() // no go.mod has a say there
	out, err := cmd.Output()
	if err != nil {
		tb.Skipf("SKIPPED: %s could not be downloaded: %v\n%s", module, err, out)
	}
	var downloaded struct{ Dir string }
	if err := json.Unmarshal(out, &downloaded); err != nil {
		tb.Fatalf("reading what go mod download printed: %v", err)
	}
	return downloaded.Dir
}
