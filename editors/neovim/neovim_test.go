// Package neovim holds the configuration for Neovim, and this test, which
// drives a real one without a screen: neovim_test.lua holds the scenarios.
package neovim

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/specls/specls/editors/testenv"
)

// patience is how long a scenario may take before Neovim is killed. It is not a
// measure of speed.
const patience = 5 * time.Minute

func TestNeovim(t *testing.T) {
	nvim := testenv.Tool(t, "SPECLS_TEST_NVIM")
	specls := testenv.BuildSpecls(t)
	for _, scenario := range []string{"convert", "replace", "preview", "copy", "commands", "reply", "repair", "changes", "health", "cancel"} {
		t.Run(scenario, func(t *testing.T) {
			environment := []string{
				"PATH=" + filepath.Dir(specls) + string(os.PathListSeparator) + os.Getenv("PATH"),
				"OPENAI_BASE_URL=" + languageModel(t) + "/v1",
				"OPENAI_API_KEY=key-of-the-test",
				"SPECLS_MODEL=builtin",
				"SPECLS_TEST_SCENARIO=" + scenario,
				"SPECLS_TEST_GOPLS=" + testenv.Tool(t, "SPECLS_TEST_GOPLS"),
				"SPECLS_TEST_PLUGIN=" + plugin(t),
			}
			runNeovim(t, nvim, environment)
		})
	}
}

// runNeovim starts Neovim in a workspace with etcd's raft.go, set up as the
// README says, and lets it run the scenario that the environment names.
func runNeovim(t *testing.T, nvim string, environment []string) {
	script, err := filepath.Abs("neovim_test.lua")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	command := exec.CommandContext(ctx, nvim, "--headless", "-i", "NONE", "-u", setup(t),
		"-c", fmt.Sprintf("lua local ok, err = pcall(dofile, [[%s]]) if not ok then io.stderr:write(err) vim.cmd.cquit() end", script))
	command.Dir = testenv.EtcdWorkspace(t)
	home := testenv.Home(t)
	command.Env = slices.Concat(os.Environ(), home, testenv.GoCaches(t), []string{"GOFLAGS=-mod=mod"}, environment)
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	command.WaitDelay = 10 * time.Second
	err = command.Run()
	logs := readLogs(t, home)
	if err != nil && err.Error() == "signal: broken pipe" {
		err = nil // on its way out Neovim may write to a server that has ended already
	}
	if err != nil || !strings.Contains(output.String(), "SCENARIO PASSED") {
		t.Errorf("%v\nNeovim:\n%s\n%s", err, output.Bytes(), logs)
	}
	// Neovim notes here what went wrong between it and the server.
	if strings.Contains(logs, `"on_error"`) {
		t.Errorf("Neovim's log has errors\n%s", logs)
	}
}

// setup returns an init.lua that holds what the README tells people to write.
func setup(t *testing.T) string {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```lua\n(.*?)```").FindSubmatch(readme)
	if block == nil {
		t.Fatal("README.md has no Lua block")
	}
	const placeholder = "/where/you/cloned/specls/editors/neovim"
	if !bytes.Contains(block[1], []byte(placeholder)) {
		t.Fatalf("the Lua block of README.md does not name %s", placeholder)
	}
	init := filepath.Join(t.TempDir(), "init.lua")
	if err := os.WriteFile(init, bytes.ReplaceAll(block[1], []byte(placeholder), []byte(plugin(t))), 0o644); err != nil {
		t.Fatal(err)
	}
	return init
}

// plugin returns this directory, which is the plugin.
func plugin(t *testing.T) string {
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	return here
}

// readLogs returns the logs of Neovim and, through it, of the server.
func readLogs(t *testing.T, home []string) string {
	paths, err := filepath.Glob(filepath.Join(strings.TrimPrefix(home[0], "HOME="), "state", "nvim", "*.log"))
	if err != nil {
		t.Fatal(err)
	}
	var logs strings.Builder
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&logs, "%s:\n%s\n", filepath.Base(path), content)
	}
	return logs.String()
}

// repaired is what the model "fixer" answers.
const repaired = "---- MODULE etcdraft ----\nEXTENDS Naturals\nVARIABLE x\nvars == <<x>>\nInit == x = 0\nNext == x' = x + 1\n" +
	"Spec == Init /\\ [][Next]_vars /\\ WF_vars(Next)\n====\n"

// languageModel is a server that streams chat completions: "fixer" answers with
// a module, any other begins one and never ends it.
func languageModel(t *testing.T) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Only with the request read does the server notice that the client hangs
		// up.
		var request struct{ Model string }
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "text/event-stream")
		text, finish := "---- MODULE etcdraft ----\n", "null"
		if request.Model == "fixer" {
			text, finish = repaired, `"stop"`
		}
		fmt.Fprintf(w, `data: {"id":"1","object":"chat.completion.chunk","created":1,"model":%q,"choices":[{"index":0,"delta":{"role":"assistant","content":%q},"finish_reason":%s}]}`+"\n\n", request.Model, text, finish)
		if request.Model == "fixer" {
			_, _ = io.WriteString(w, "data: [DONE]\n\n")
			return
		}
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}))
	t.Cleanup(server.Close)
	return server.URL
}
