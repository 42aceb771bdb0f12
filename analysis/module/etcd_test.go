package module

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/specls/specls/analysis/syntax"
)

// TestEtcd analyses the specifications that etcd's raft comes with, which SANY
// accepts, against the library's declarations alone. They come from the Go
// module proxy, or from the module cache.
func TestEtcd(t *testing.T) {
	cmd := exec.Command("go", "mod", "download", "-json", "go.etcd.io/raft/v3@v3.7.0")
	cmd.Dir = t.TempDir()
	out, err := cmd.Output()
	var module struct{ Dir string }
	if err != nil || json.Unmarshal(out, &module) != nil {
		t.Skipf("SKIPPED: etcd's raft is not to be had: %v", err)
	}
	dir := filepath.Join(module.Dir, "tla")
	source := func(name string) (string, bool) {
		data, err := os.ReadFile(filepath.Join(dir, name+".tla"))
		return string(data), err == nil
	}
	for _, name := range []string{"etcdraft", "MCetcdraft", "Traceetcdraft"} {
		text, ok := source(name)
		if !ok {
			t.Fatalf("no %s.tla in %s", name, dir)
		}
		for _, f := range Analyze(syntax.Parse(text), source).Findings {
			t.Errorf("%s: %+v", name, f)
		}
	}
}
