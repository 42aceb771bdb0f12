// Package clienttest drives the real binary over stdio with a client that has
// nothing in common with it: the JSON-RPC and protocol libraries of VS Code,
// from npm. The tests are the .test.mjs files; client.mjs is the editor that
// they share, which holds everything it receives to the protocol.
package clienttest

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/specls/specls/editors/testenv"
)

func TestProtocolClient(t *testing.T) {
	node := testenv.Tool(t, "SPECLS_TEST_NODE")
	modules := testenv.Tool(t, "SPECLS_TEST_NODE_MODULES")
	files, err := filepath.Glob("*.test.mjs")
	if err != nil || len(files) == 0 {
		t.Fatalf("no tests for node: %v, %v", files, err)
	}
	command := exec.CommandContext(t.Context(), node, append([]string{"--test", "--test-reporter=spec"}, files...)...)
	command.Env = append(os.Environ(), testenv.Home(t)...)
	command.Env = append(command.Env,
		"SPECLS_TEST_NODE_MODULES="+modules,
		"SPECLS_TEST_BINARY="+testenv.BuildSpecls(t),
		"SPECLS_TEST_WORKSPACE="+testenv.EtcdWorkspace(t),
	)
	out, err := command.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Fatalf("%s: %v", command, err)
	}
}
