package syntax

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/specls/specls/analysis/finding"
)

// laterPhase names the sources under testdata that SANY's parser lets pass and
// its semantic analysis refuses, because its grammar takes an operator or [x]
// for an expression.
var laterPhase = map[string]bool{"brackets": true, "lone-operators": true}

// TestSANY asks SANY about every source under testdata: it must accept those
// without findings and refuse the others. It needs java, and the path of
// tla2tools.jar in SPECLS_TLA2TOOLS.
func TestSANY(t *testing.T) {
	jar := os.Getenv("SPECLS_TLA2TOOLS")
	if jar == "" {
		t.Skip("NOT COMPARED WITH SANY: set SPECLS_TLA2TOOLS to the path of tla2tools.jar")
	}
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range archives {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.Files {
			name, isSource := strings.CutSuffix(f.Name, ".tla")
			if !isSource || laterPhase[name] {
				continue
			}
			t.Run(name, func(t *testing.T) {
				source := strings.TrimSuffix(string(f.Data), "\n")
				tree := Parse(source)
				accepted, output := askSANY(t, jar, tree)
				if ok := !finding.HasErrors(tree.Findings()); ok != accepted {
					t.Errorf("accepted: %v, by SANY: %v\n%s", ok, accepted, output)
				}
			})
		}
	}
}

// askSANY reports whether SANY's parser accepts a text.
func askSANY(t *testing.T, jar string, tree *Tree) (accepted bool, output string) {
	t.Helper()
	name := "M"
	if m, ok := tree.Module(); ok && m.Name() != "" {
		name = m.Name()
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name+".tla"), []byte(tree.Text()), 0o644); err != nil {
		t.Fatal(err)
	}
	// -S leaves the semantic analysis out.
	cmd := exec.Command("java", "-XX:+UseSerialGC", "-cp", jar, "tla2sany.SANY", "-S", name+".tla")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		t.Fatalf("running SANY: %v", err)
	}
	output = string(out)
	if strings.Contains(output, "Cannot find source file") {
		return true, output // It got as far as looking for what is extended.
	}
	return err == nil, output
}
