// Package vscode holds the extension for VS Code, and this test, which builds
// its packages and drives a real VS Code, code-server's, in a real browser: the
// files test/*.test.mjs hold the scenarios.
package vscode

import (
	"archive/zip"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/specls/specls/editors/testenv"
	"github.com/specls/specls/server"
)

// largestPackage is what a package may weigh, in bytes: people wait for it.
const largestPackage = 8_000_000

// platforms are VS Code's names of those that packages are made for.
var platforms = []string{"linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64", "win32-x64", "win32-arm64"}

func TestVSCode(t *testing.T) {
	vscode := testenv.Tool(t, "SPECLS_TEST_VSCODE")
	chromium := testenv.Tool(t, "SPECLS_TEST_CHROMIUM")
	t.Setenv("PATH", filepath.Join(vscode, "bin")+string(os.PathListSeparator)+os.Getenv("PATH"))
	packages := t.TempDir()
	t.Logf("%s", testenv.Run(t, ".", "node", "scripts/package.mjs", "--out", packages))

	for _, platform := range append(slices.Clone(platforms), "universal") {
		t.Run("package "+platform, func(t *testing.T) { checkPackage(t, packageOf(t, packages, platform), platform) })
	}
	host := map[string]string{"linux/amd64": "linux-x64", "linux/arm64": "linux-arm64"}[runtime.GOOS+"/"+runtime.GOARCH]
	if host == "" {
		t.Fatalf("code-server is not installed on %s/%s", runtime.GOOS, runtime.GOARCH)
	}
	environment := append(testenv.Home(t),
		"SPECLS_TEST_CHROMIUM="+chromium,
		"SPECLS_TEST_CODE_SERVER="+filepath.Join(vscode, "code-server"),
		"SPECLS_TEST_WORKSPACE="+testenv.EtcdWorkspace(t),
		"SPECLS_TEST_VSIX="+packageOf(t, packages, host),
		"SPECLS_TEST_UNIVERSAL_VSIX="+packageOf(t, packages, "universal"),
		"SPECLS_TEST_SCREENSHOTS="+screenshots(t),
	)
	scenarios, err := filepath.Glob("test/*.test.mjs")
	if err != nil || len(scenarios) == 0 {
		t.Fatalf("no scenarios: %v, %v", scenarios, err)
	}
	for _, scenario := range scenarios {
		t.Run(strings.TrimSuffix(filepath.Base(scenario), ".test.mjs"), func(t *testing.T) {
			command := exec.CommandContext(t.Context(), "node", "--test", "--test-reporter=spec", scenario)
			command.Env = append(os.Environ(), environment...)
			out, err := command.CombinedOutput()
			t.Logf("%s", out)
			if err != nil {
				t.Fatalf("%s: %v", command, err)
			}
		})
	}
}

// packageOf returns the path of a platform's package, which is the only one.
func packageOf(t *testing.T, dir, platform string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "specls-"+platform+"-*.vsix"))
	if err != nil || len(found) != 1 {
		t.Fatalf("the packages for %s: %v, %v", platform, found, err)
	}
	return found[0]
}

// checkPackage checks what a package weighs and holds: the server, except in
// the universal one, and a manifest with all settings there are.
func checkPackage(t *testing.T, path, platform string) {
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: %.2f MB", platform, float64(info.Size())/1e6)
	if info.Size() >= largestPackage {
		t.Errorf("the package weighs %d bytes, and must weigh less than %d", info.Size(), largestPackage)
	}
	archive, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()

	binary := "extension/server/specls"
	if strings.HasPrefix(platform, "win32") {
		binary += ".exe"
	}
	packed, err := fs.Stat(archive, binary)
	switch {
	case platform == "universal":
		if err == nil {
			t.Errorf("the universal package holds %s", binary)
		}
	case err != nil:
		t.Error(err)
	case packed.Mode()&0o100 == 0:
		t.Errorf("%s is not executable: %v", binary, packed.Mode())
	}
	checkManifest(t, archive)
}

func checkManifest(t *testing.T, archive fs.FS) {
	file, err := archive.Open("extension/package.json")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	content, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		ActivationEvents []string
		Contributes      struct {
			Configuration []struct {
				Properties map[string]struct{ Scope string }
			}
		}
	}
	if err := json.Unmarshal(content, &manifest); err != nil {
		t.Fatal(err)
	}
	scopes := make(map[string]string)
	for _, section := range manifest.Contributes.Configuration {
		for name, property := range section.Properties {
			scopes[name] = property.Scope
		}
	}
	for _, setting := range server.Settings() {
		scope, ok := scopes["specls."+setting.Name]
		if !ok {
			t.Errorf("the manifest lacks the setting specls.%s", setting.Name)
		}
		if setting.UserOnly && scope != "machine" {
			t.Errorf("a workspace could set specls.%s: its scope is %q", setting.Name, scope)
		}
	}
	if scopes["specls.server.path"] != "machine" {
		t.Errorf("a workspace could name the server to start: the scope of specls.server.path is %q", scopes["specls.server.path"])
	}
	// Languages that are contributed and commands activate without being named.
	if want := []string{"onLanguage:go"}; !slices.Equal(manifest.ActivationEvents, want) {
		t.Errorf("the extension is activated by %q, and should be by %q", manifest.ActivationEvents, want)
	}
}

// screenshots returns the directory in the checkout's cache for the pictures
// that the scenarios take.
func screenshots(t *testing.T) string {
	dir, err := filepath.Abs(filepath.Join("..", "..", ".cache", "screenshots", "vscode"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}
