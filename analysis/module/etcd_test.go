package module

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/specls/specls/analysis/syntax"
	"github.com/specls/specls/analysis/testmodule"
)

// TestEtcd analyses the specifications that etcd's raft comes with, which SANY
// accepts, against the library's declarations alone. They come from the Go
// module proxy, or from the module cache.
func TestEtcd(t *testing.T) {
	dir := filepath.Join(testmodule.Dir(t, testmodule.Etcd), "tla")
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
