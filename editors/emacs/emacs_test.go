// Package emacs holds how to set up Emacs, and a test that does so and drives a
// real one in batch mode: emacs_test.el. The test runs where SPECLS_TEST_EMACS
// names an Emacs of 29 or newer; .ci/test does not install one, for it is
// larger than all the other editors together.
package emacs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/specls/specls/editors/testenv"
)

func TestEmacs(t *testing.T) {
	emacs := os.Getenv("SPECLS_TEST_EMACS")
	if emacs == "" {
		t.Skip("SKIPPED, AND SO NOT TESTED: SPECLS_TEST_EMACS names no Emacs")
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```elisp\n(.*?)```").FindSubmatch(readme)
	if block == nil {
		t.Fatal("README.md has no elisp block")
	}
	init := filepath.Join(t.TempDir(), "init.el")
	if err := os.WriteFile(init, block[1], 0o644); err != nil {
		t.Fatal(err)
	}
	script, err := filepath.Abs("emacs_test.el")
	if err != nil {
		t.Fatal(err)
	}
	environment := append(append(os.Environ(), testenv.Home(t)...), "SPECLS_MODEL=builtin",
		"PATH="+filepath.Dir(testenv.BuildSpecls(t))+string(os.PathListSeparator)+os.Getenv("PATH"))
	out := testenv.RunWith(t, testenv.EtcdWorkspace(t), environment, emacs, "--batch", "-Q", "-l", init, "-l", script)
	if !strings.Contains(string(out), "SCENARIO PASSED") {
		t.Errorf("Emacs says\n%s", out)
	}
}
