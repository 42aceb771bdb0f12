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
	packages := followReadme(t, filepath.Join(vscode, "code-server"))

	for _, platform := range append(slices.Clone(platforms), "universal") {
		t.Run("package "+platform, func(t *testing.T) { checkPackage(t, packageOf(t, packages, platform), platform) })
	}
	environment := append(testenv.Home(t),
		"SPECLS_TEST_CHROMIUM="+chromium,
		"SPECLS_TEST_CODE_SERVER="+filepath.Join(vscode, "code-server"),
		"SPECLS_TEST_WORKSPACE="+testenv.EtcdWorkspace(t),
		"SPECLS_TEST_VSIX="+packageOf(t, packages, hostPlatform(t)),
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

// followReadme does what README.md says under VS Code, word for word but for
// the platform: builds the packages, and installs one into a VS Code of its own.
// It returns the directory of the packages.
func followReadme(t *testing.T, codeServer string) string {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(readme), "**VS Code**")
	_, block, _ := strings.Cut(section, "```sh\n")
	block, _, found := strings.Cut(block, "```")
	if !found || !strings.Contains(block, "code --install-extension dist/specls-linux-x64-") {
		t.Fatal("README.md does not say how to install the extension")
	}
	packages := filepath.Join(root, "editors", "vscode", "dist")
	old, err := filepath.Glob(filepath.Join(packages, "*.vsix"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range old {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	bin, data := t.TempDir(), t.TempDir()
	code := "#!/bin/sh\nexec node '" + codeServer + "/out/node/entry.js' --user-data-dir '" + data + "' --extensions-dir '" + data + "/extensions' \"$@\"\n"
	if err := os.WriteFile(filepath.Join(bin, "code"), []byte(code), 0o755); err != nil {
		t.Fatal(err)
	}
	environment := append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	block = strings.ReplaceAll(block, "linux-x64", hostPlatform(t))
	t.Logf("%s", testenv.RunWith(t, root, environment, "sh", "-euc", block+"code --list-extensions"))
	installed, err := filepath.Glob(filepath.Join(data, "extensions", "specls.specls-*", "server", "specls"))
	if err != nil || len(installed) != 1 {
		t.Errorf("after what README.md says, VS Code has the servers %v, %v", installed, err)
	}
	return packages
}

// hostPlatform is VS Code's name of the platform that the test runs on.
func hostPlatform(t *testing.T) string {
	t.Helper()
	name := map[string]string{"linux/amd64": "linux-x64", "linux/arm64": "linux-arm64"}[runtime.GOOS+"/"+runtime.GOARCH]
	if name == "" {
		t.Fatalf("code-server is not installed on %s/%s", runtime.GOOS, runtime.GOARCH)
	}
	return name
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
