package config

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/specls/specls/analysis/strict"
	"github.com/specls/specls/commands/model"
)

func TestParse(t *testing.T) {
	c, problems := Parse("config.toml", `
model = "sonnet"
repair_rounds = 0
token_budget = 150000
keep_replies = 20

[models.sonnet]
backend = "anthropic"
model = "claude-sonnet"
key_env = "MY_KEY"
max_output = 20000
context_window = 200000
temperature = 0.2
price = { input = 3, output = 15 }
stall_timeout = "5m"

[models."local.7b"]
backend = "openai"
model = "qwen"
base_url = "http://localhost:8000/v1"

[models.assistant]
backend = "exec"
command = ["claude", "-p"]

[hosts."api.anthropic.com"]
requests_per_minute = 50
tokens_per_minute = 40000
parallel = 4
`)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	rounds, budget, warm := 0, 150000, 0.2
	want := Config{
		Path: "config.toml", Model: "sonnet", RepairRounds: &rounds, TokenBudget: &budget, KeepReplies: 20,
		Models: []Model{
			{Name: "assistant", Backend: "exec", Command: []string{"claude", "-p"}},
			{Name: "local.7b", Backend: "openai", Model: "qwen", BaseURL: "http://localhost:8000/v1"},
			{Name: "sonnet", Backend: "anthropic", Model: "claude-sonnet", KeyEnv: "MY_KEY", MaxOutput: 20000, ContextWindow: 200000,
				Temperature: &warm, Price: model.Price{Input: 3, Output: 15, Currency: "USD"}, Stall: 5 * time.Minute},
		},
		Hosts: map[string]Host{"api.anthropic.com": {50, 40000, 4}},
	}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("got  %+v\nwant %+v", c, want)
	}
	if m, ok := c.Lookup("local.7b"); !ok || m.Model != "qwen" {
		t.Errorf("looked up %+v, %v", m, ok)
	}
}

// leaked is a key that people might write in the wrong place.
const leaked = "sk-ant-api03-R2D2c3poBB8aaaaZZZZ1234567890"

func TestMistakes(t *testing.T) {
	const table = "[models.m]\nbackend = \"openai\"\nmodel = \"x\"\n"
	for _, c := range []struct{ text, want string }{
		{"colour = 1", "config.toml:1: unknown key colour; allowed are model, repair_rounds, token_budget, keep_replies, models, hosts"},
		{"model = 7", "config.toml:1: model must be a string"},
		{"\nrepair_rounds = -1", "config.toml:2: repair_rounds = -1; it must be at least 0"},
		{"token_budget = 'all'", "config.toml:1: token_budget must be a whole number"},
		{table + "colour = 1", "config.toml:4: unknown key models.m.colour; allowed are backend, model, base_url, key_env, command, max_output, context_window, temperature, price, stall_timeout"},
		{"[models.m]\nmodel = 'x'", "config.toml:1: models.m.backend is missing; it must be a string"},
		{"[models.m]\nbackend = 'gpt'\nmodel = 'x'", `config.toml:2: models.m.backend = "gpt"; it must be one of anthropic, openai, ollama, exec`},
		{"[models.m]\nbackend = 'ollama'", "config.toml:2: models.m.backend ollama needs model, the name by which its server knows it"},
		{"[models.openai]\nbackend = 'openai'\nmodel = 'x'", "config.toml:1: models.openai is no name for a model; one has letters, digits, dots, hyphens and underscores, and is not that of a back end"},
		{"[models.'a b']\nbackend = 'openai'\nmodel = 'x'", "config.toml:1: models.a b is no name for a model; one has letters, digits, dots, hyphens and underscores, and is not that of a back end"},
		{table + "base_url = 'localhost'", "config.toml:4: models.m.base_url is not the URL of a server; write it as in https://example.com/v1, without user, password or query"},
		{table + "base_url = 'https://me:" + leaked + "@example.com'", "config.toml:4: models.m.base_url is not the URL of a server; write it as in https://example.com/v1, without user, password or query"},
		{table + "base_url = 'https://example.com/?key=" + leaked + "'", "config.toml:4: models.m.base_url is not the URL of a server; write it as in https://example.com/v1, without user, password or query"},
		{table + "key_env = '" + leaked + "'", "config.toml:4: models.m.key_env must be the name of an environment variable, such as MY_KEY, and never a key itself"},
		{table + "key = '" + leaked + "'", "config.toml:4: models.m.key is not allowed; " + whereKeysGo},
		{table + "api_key = '" + leaked + "'", "config.toml:4: models.m.api_key is not allowed; " + whereKeysGo},
		{"OPENAI_API_KEY = '" + leaked + "'", "config.toml:1: OPENAI_API_KEY is not allowed; " + whereKeysGo},
		{"model = '" + leaked + "'", "config.toml:1: model looks like a key; " + whereKeysGo},
		{table + "key = " + leaked, "config.toml:4: not valid TOML; " + whereKeysGo},
		{"\nmodel = " + leaked, "config.toml:2: not valid TOML; " + whereKeysGo},
		{table + "max_output = 1.5", "config.toml:4: models.m.max_output must be a whole number"},
		{table + "temperature = 3", "config.toml:4: models.m.temperature = 3; it must lie between 0 and 2"},
		{table + "temperature = nan", "config.toml:4: models.m.temperature = NaN; it must lie between 0 and 2"},
		{table + "price = { input = -1 }", "config.toml:4: models.m.price.input = -1; it must lie between 0 and 1e+06"},
		{table + "price = { in = 1 }", "config.toml:4: unknown key models.m.price.in; allowed are input, output, currency"},
		{table + "price = { input = 1, currency = '$' }", `config.toml:4: models.m.price.currency = "$"; write three letters as in USD`},
		{table + "stall_timeout = '10'", `config.toml:4: models.m.stall_timeout = "10"; write a duration as in 90s or 10m`},
		{table + "command = ['x']", "config.toml:4: models.m.command goes with backend exec only"},
		{"[models.m]\nbackend = 'exec'", `config.toml:2: models.m.backend exec needs command, as in command = ["NAME", "ARGUMENT"]`},
		{"[models.m]\nbackend = 'exec'\ncommand = 'claude -p'", "config.toml:3: models.m.command must be a list of strings\nconfig.toml:3: models.m.command must name a command"},
		{"[models.m]\nbackend = 'exec'\ncommand = ['claude', '--api-key', '" + leaked + "']", "config.toml:3: models.m.command holds what looks like a key; give it to the command in an environment variable"},
		{"[models.m]\nbackend = 'exec'\ncommand = ['c']\nbase_url = 'https://x.y'", "config.toml:4: models.m.base_url does not go with backend exec, which takes command"},
		{"[hosts.x]\nspeed = 1", "config.toml:2: unknown key hosts.x.speed; allowed are requests_per_minute, tokens_per_minute, parallel"},
		{"models = 1", "config.toml:1: models must be a table"},
		{"model = ", "config.toml:1: not valid TOML: "},
	} {
		got, problems := Parse("config.toml", c.text)
		said := strict.Problems(problems).Error()
		if !strings.HasPrefix(said, c.want) || !strings.HasSuffix(c.want, ": ") && said != c.want {
			t.Errorf("%s\ngot  %s\nwant %s", c.text, said, c.want)
		}
		if strings.Contains(said, "R2D2") {
			t.Errorf("%s\nthe key is shown: %s", c.text, said)
		}
		if len(got.Models) > 0 && !strings.Contains(c.text, "[hosts") {
			t.Errorf("%s\na model with a mistake exists: %+v", c.text, got.Models)
		}
	}
}

func TestWhatLooksLikeAKey(t *testing.T) {
	for _, s := range []string{leaked, "sk-proj-abcdefghijklmnop", "AIzaSyA1234567890abcdefghijklmnopqrstu", "gsk_abcdefghijklmnopqrst", "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE"} {
		if !looksLikeKey(s) {
			t.Errorf("%s is not taken for one", s)
		}
	}
	for _, s := range []string{"", "claude-sonnet-4-5-20250929", "qwen2.5-coder:32b-instruct-q4_K_M", "http://localhost:11434/v1", "meta-llama/Llama-3.3-70B-Instruct-Turbo-Free", "--dangerously-skip-permissions", "accounts/fireworks/models/deepseek-v3p1", "MY_OWN_VERY_LONG_ENVIRONMENT_VARIABLE_1"} {
		if looksLikeKey(s) {
			t.Errorf("%s is taken for one", s)
		}
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	if c, problems := Load(dir); !reflect.DeepEqual(c, Config{}) || problems != nil {
		t.Errorf("without a file: got %+v, %v", c, problems)
	}
	path := filepath.Join(dir, FileName)
	if err := os.WriteFile(path, []byte("model = 'ollama:qwen'\nkey = 'x'"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, problems := Load(dir)
	if c.Model != "ollama:qwen" || c.Path != path || len(problems) != 1 || problems[0].Line != 2 {
		t.Errorf("got %+v, %v", c, problems)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, problems = Load(dir); len(problems) != 1 || !strings.Contains(problems[0].Message, "cannot be read") {
		t.Errorf("a directory in its place: got %v", problems)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("model = 'x'\n[models.a]\nbackend='exec'\ncommand=['x']\n[hosts.'a:1']\nparallel=2")
	f.Add("[models]\na.b.c = { d = 1 }")
	f.Fuzz(func(t *testing.T, text string) {
		c, problems := Parse("f", text)
		for _, m := range c.Models {
			if m.Backend != "exec" && m.Model == "" || m.Backend == "exec" && len(m.Command) == 0 {
				t.Errorf("a model that cannot be used: %+v, %v", m, problems)
			}
		}
		lines := strings.Count(text, "\n") + 1
		for _, p := range problems {
			if p.Line < 0 || p.Line > lines {
				t.Errorf("a problem on line %d of %d: %s", p.Line, lines, p.Message)
			}
		}
	})
}
