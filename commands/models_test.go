package commands

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/specls/specls/commands/config"
	"github.com/specls/specls/commands/model"
	"github.com/specls/specls/commands/model/modeltest"
)

// variables returns an environment of names and values.
func variables(namesAndValues ...string) Environment {
	return func(name string) string {
		for i := 0; i < len(namesAndValues); i += 2 {
			if namesAndValues[i] == name {
				return namesAndValues[i+1]
			}
		}
		return ""
	}
}

// parseConfig reads a config.toml without mistakes.
func parseConfig(t *testing.T, text string) config.Config {
	t.Helper()
	c, problems := config.Parse("config.toml", text)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return c
}

const testConfig = `
[models.far]
backend = "openai"
model = "m"
base_url = "https://far.example/v1"
key_env = "FAR_KEY"

[models.keyless]
backend = "anthropic"
model = "m"
base_url = "https://keyless.example"

[models.near]
backend = "openai"
model = "m"
base_url = "http://localhost:8000/v1"
context_window = 32000
max_output = 4000

[models.vendor]
backend = "anthropic"
model = "claude"

[models.tool]
backend = "exec"
command = ["assistant", "-p"]
`

// TestSelecting holds what selects which model, where it sends, and which
// source of a value goes before which.
func TestSelecting(t *testing.T) {
	for _, c := range []struct {
		name, spec string
		env        Environment
		top        string // of config.toml
		host       string
		problem    string // the error's beginning
	}{
		{name: "nothing", host: ""},
		{name: "the file's default", top: `model = "near"`, host: "localhost:8000"},
		{name: "the environment before the file", top: `model = "near"`, env: variables("SPECLS_MODEL", "ollama:q"), host: "127.0.0.1:11434"},
		{name: "the flag before the environment", spec: "builtin", env: variables("SPECLS_MODEL", "ollama:q"), host: ""},
		{name: "a table of another host", spec: "far", env: variables("FAR_KEY", "k"), host: "far.example"},
		{name: "no variable moves a table", spec: "far", env: variables("FAR_KEY", "k", "OPENAI_BASE_URL", "https://evil.example"), host: "far.example"},
		{name: "no vendor's key for another host", spec: "keyless", env: variables("ANTHROPIC_API_KEY", "k"),
			problem: "keyless: key_env of keyless in config.toml is not set; set it to the key of keyless.example, or set base_url of keyless in config.toml to a server on this machine, which needs none"},
		{name: "the key's variable is empty", spec: "far", env: variables("OPENAI_API_KEY", "k"), problem: "far: FAR_KEY is not set; "},
		{name: "a table without address", spec: "vendor", env: variables("ANTHROPIC_API_KEY", "k"), host: "api.anthropic.com"},
		{name: "and with the environment's", spec: "vendor", env: variables("ANTHROPIC_API_KEY", "k", "ANTHROPIC_BASE_URL", "https://proxy.example"), host: "proxy.example"},
		{name: "a server on this machine", spec: "near", host: "localhost:8000"},
		{name: "a command", spec: "tool", host: "the command assistant"},
		{name: "by back end", spec: "openai:gpt", env: variables("OPENAI_API_KEY", "k"), host: "api.openai.com"},
		{name: "by back end, elsewhere", spec: "openai:gpt", env: variables("OPENAI_API_KEY", "k", "OPENAI_BASE_URL", "http://[::1]:8000/v1/"), host: "[::1]:8000"},
		{name: "with the model's name from the environment", spec: "openai", env: variables("SPECLS_OPENAI_MODEL", "gpt", "OPENAI_BASE_URL", "http://127.0.0.2:1"), host: "127.0.0.2:1"},
		{name: "a name with a colon", spec: "ollama:qwen:7b", env: variables("OLLAMA_HOST", "0.0.0.0"), host: "127.0.0.1:11434"},
		{name: "Ollama elsewhere", spec: "ollama:q", env: variables("OLLAMA_HOST", "localhost:9"), host: "localhost:9"},
		{name: "Ollama on another machine", spec: "ollama:q", env: variables("OLLAMA_HOST", "http://box.example:11434"), host: "box.example:11434"},
		{name: "a file", spec: "file:x.txt", host: ""},

		{name: "unknown", spec: "gpt-5", problem: `gpt-5: unknown model "gpt-5"; the models are far, keyless, near, tool, vendor, builtin, anthropic:NAME, openai:NAME, ollama:NAME, file:PATH`},
		{name: "two builtin", spec: "builtin:x", problem: `builtin:x: there is only one builtin model, and none called "x"; write builtin`},
		{name: "no name", spec: "openai", problem: "openai: no model is named; write openai:NAME, or set SPECLS_OPENAI_MODEL"},
		{name: "no file", spec: "file:", problem: "file:: no file is named; write file:PATH, or file:- for standard input"},
		{name: "a command by name", spec: "exec:rm", problem: "exec:rm: a command is run only where a table of your own config.toml has it"},
		{name: "no editor", spec: "editor", problem: "editor: this editor offers no model of its own"},
		{name: "no key", spec: "openai:gpt", problem: "openai:gpt: OPENAI_API_KEY is not set; set it to the key of api.openai.com, or set OPENAI_BASE_URL to a server on this machine, which needs none"},
		{name: "a name that only begins like this machine's", spec: "openai:gpt", env: variables("OPENAI_BASE_URL", "http://localhost.evil.example/v1"), problem: "openai:gpt: OPENAI_API_KEY is not set"},
		{name: "no URL", spec: "openai:gpt", env: variables("OPENAI_BASE_URL", "localhost:11434"), problem: "openai:gpt: OPENAI_BASE_URL is not the URL of a server; write it as in https://example.com/v1 or http://localhost:11434, without user or password"},
		{name: "a URL with a password", spec: "openai:gpt", env: variables("OPENAI_BASE_URL", "https://me:pw@example.com"), problem: "openai:gpt: OPENAI_BASE_URL is not the URL of a server"},
		{name: "a key with a line end", spec: "openai:gpt", env: variables("OPENAI_API_KEY", "k\nX-Evil: 1"), problem: "openai:gpt: OPENAI_API_KEY holds characters that a key cannot have"},
		{name: "no duration", spec: "openai:gpt", env: variables("OPENAI_API_KEY", "k", "SPECLS_STALL_TIMEOUT", "10"), problem: "openai:gpt: SPECLS_STALL_TIMEOUT is no duration; write one as in 90s or 10m"},
	} {
		r := &Registry{Config: parseConfig(t, c.top+testConfig), Environment: c.env, Files: true}
		m, err := r.New(c.spec)
		switch {
		case err != nil:
			var me *model.Error
			if c.problem == "" || !strings.HasPrefix(err.Error(), c.problem) || !errors.As(err, &me) || me.Kind != model.Config {
				t.Errorf("%s:\ngot  %v\nwant %s", c.name, err, c.problem)
			}
		case c.problem != "" || m.Host() != c.host:
			t.Errorf("%s: got %s at %q, want %q %s", c.name, m.Name(), m.Host(), c.host, c.problem)
		case c.spec != "" && !strings.HasPrefix(m.Name(), c.spec):
			t.Errorf("%s: %s is called %s", c.name, c.spec, m.Name())
		}
	}
}

// TestSelected tells a choice from the default.
func TestSelected(t *testing.T) {
	for _, c := range []struct {
		r        Registry
		spec     string
		selected string
		chosen   bool
	}{
		{Registry{}, "", "builtin", false},
		{Registry{}, "builtin", "builtin", true},
		{Registry{Environment: variables(ModelVariable, " x ")}, "", "x", true},
		{Registry{Config: config.Config{Model: "y"}}, "", "y", true},
	} {
		if selected, chosen := c.r.Selected(c.spec); selected != c.selected || chosen != c.chosen {
			t.Errorf("%q: got %s, %v", c.spec, selected, chosen)
		}
	}
}

// TestWhichKeyIsSent asks models whose keys come from several places.
func TestWhichKeyIsSent(t *testing.T) {
	server := modeltest.Serve(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		modeltest.OpenAI.Answer(modeltest.Reply{Finish: model.Stop})(w, r)
	})
	local := "[models.local]\nbackend = 'openai'\nmodel = 'm'\nbase_url = '" + server.URL + "/v1'\n"
	stored := func(names ...string) func(string) string {
		return func(name string) string {
			for _, n := range names {
				if n == name {
					return "stored-for-" + name
				}
			}
			return ""
		}
	}
	env := variables("OPENAI_API_KEY", "env-openai", "OPENAI_BASE_URL", server.URL+"/v1", "MY_KEY", "env-mine")
	for _, c := range []struct {
		name, config, spec string
		key                func(string) string
		want               string
	}{
		{"the environment's", "", "openai:m", nil, "Bearer env-openai"},
		{"the editor's before it", "", "openai:m", stored("openai", "local"), "Bearer stored-for-openai"},
		{"none to another host", local, "local", stored("openai"), ""},
		{"the table's", local + "key_env = 'MY_KEY'", "local", stored("openai"), "Bearer env-mine"},
		{"the editor's for the table", local + "key_env = 'MY_KEY'", "local", stored("openai", "local"), "Bearer stored-for-local"},
	} {
		r := &Registry{Config: parseConfig(t, c.config), Environment: env, Key: c.key}
		m, err := r.New(c.spec)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if _, err := m.Generate(t.Context(), model.Request{Prompt: "p"}, nil); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		requests := server.Requests()
		if got := requests[len(requests)-1].Header.Get("Authorization"); got != c.want {
			t.Errorf("%s: sent %q, want %q", c.name, got, c.want)
		}
	}
}

func names(infos []ModelInfo) string {
	var all []string
	for _, m := range infos {
		name := m.Usage
		if !m.Usable() {
			name = "(" + name + ")"
		}
		all = append(all, name)
	}
	return strings.Join(all, " ")
}

func TestListing(t *testing.T) {
	ollama := modeltest.Serve(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		if r.URL.Path != "/api/tags" {
			t.Errorf("asked for %s", r.URL.Path)
		}
		w.Write([]byte(modeltest.Ollama.Models))
	})
	r := &Registry{
		Config:      parseConfig(t, testConfig),
		Environment: variables("OLLAMA_HOST", ollama.URL, "SPECLS_OPENAI_MODEL", "gpt", "OPENAI_API_KEY", "k"),
		Editor:      limited{},
	}
	infos := r.List(t.Context())
	if want := "(far) (keyless) near tool (vendor) (anthropic:NAME) openai:gpt ollama:qwen-test:7b ollama:other:latest small builtin"; names(infos) != want {
		t.Errorf("got  %s\nwant %s", names(infos), want)
	}
	for _, m := range infos {
		if m.About == "" || m.Title == "" || m.Usable() != (m.Model != nil) || m.Usable() == (m.Problem != nil) {
			t.Errorf("got %+v", m)
		}
		if m.Name == "near" && (m.Limits() != model.Limits{ContextWindow: 32000, OutputLimit: 4000} || m.Host() != "localhost:8000") {
			t.Errorf("near has the limits %+v at %s", m.Limits(), m.Host())
		}
	}
	if got, want := names(r.Usable(t.Context())), "near tool openai:gpt ollama:qwen-test:7b ollama:other:latest small"; got != want {
		t.Errorf("usable are %s", got)
	}
}

// TestListingWithoutOllama lists where none runs, where it has no models, where
// something else answers, and where it hangs.
func TestListingWithoutOllama(t *testing.T) {
	for problem, handle := range map[string]http.HandlerFunc{
		"ollama: it runs, and has no models; get one by: ollama pull NAME": func(w http.ResponseWriter, r *http.Request) { w.Write([]byte(`{"models":[]}`)) },
		"ollama: THERE sent what Ollama's API does not allow (":            func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("<html>")) },
		"ollama: THERE answered 404: ":                                     http.NotFound,
		"ollama: it does not answer; start Ollama, or set OLLAMA_HOST":     modeltest.Hang,
	} {
		server := modeltest.Serve(t, func(w http.ResponseWriter, r *http.Request, _ int) { handle(w, r) })
		host := strings.TrimPrefix(server.URL, "http://")
		for _, m := range (&Registry{Environment: variables("OLLAMA_HOST", host)}).List(t.Context()) {
			if m.Name == "ollama" && (m.Problem == nil || !strings.HasPrefix(m.Problem.Error(), strings.ReplaceAll(problem, "THERE", host))) {
				t.Errorf("got %v\nwant %s", m.Problem, problem)
			}
		}
	}
	infos := (&Registry{Environment: variables("OLLAMA_HOST", "127.0.0.1:1")}).List(t.Context())
	if want := "(anthropic:NAME) (openai:NAME) (ollama:NAME) builtin"; names(infos) != want {
		t.Errorf("got %s", names(infos))
	}
	if usable := (&Registry{Environment: variables("OLLAMA_HOST", "127.0.0.1:1")}).Usable(t.Context()); len(usable) != 0 || len(NoModelChoices()) != 4 {
		t.Errorf("usable are %s", names(usable))
	}
}
