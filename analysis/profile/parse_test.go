package profile

import (
	"slices"
	"testing"

	"github.com/specls/specls/analysis/finding"
)

const goodPrompt = "{focus} {file_path} {source_code}"

func source(config, prompt string) Source {
	return Source{Name: "mutex", ConfigPath: "mutex/profile.toml", Config: config, PromptPath: "mutex/prompt.txt", Prompt: prompt}
}

func TestParse(t *testing.T) {
	p, err := Parse(source(`
title = "Mutex"
module = "mutex"
focus = "Locking"
extends = ["Naturals"]
match.files = ["*lock*.go"]
[vocabulary]
roles = ["Held"]
[contract]
"module-name" = "error"
footer = "hint"
`, goodPrompt))
	if err != nil {
		t.Fatal(err)
	}
	if p.Name != "mutex" || p.Title != "Mutex" || p.FileName() != "mutex.tla" || p.DefaultFocus != "Locking" ||
		!slices.Equal(p.Extends, []string{"Naturals"}) || !slices.Equal(p.Match.Files, []string{"*lock*.go"}) ||
		!slices.Equal(p.Vocabulary.Roles, []string{"Held"}) {
		t.Errorf("got %+v", p)
	}
	if s, ok := p.Contract.Severity("footer"); !ok || s != finding.Hint {
		t.Errorf("footer: %v, %v", s, ok)
	}
	if _, ok := p.Contract.Severity("fence"); ok {
		t.Error("fence holds though the contract does not name it")
	}
}

func TestParseMistakes(t *testing.T) {
	const head = "title = \"T\"\nmodule = \"m\"\nfocus = \"F\"\n"
	for _, c := range []struct{ name, config, prompt, want string }{
		{"unknown key", head + "\ncolour = \"red\"\n", goodPrompt,
			"mutex/profile.toml:5: unknown key colour; allowed are title, module, extends, focus, match, vocabulary, contract"},
		{"unknown key in a table", head + "[match]\nfiles = []\n[vocabulary]\nrolls = [\n]\n", goodPrompt,
			"mutex/profile.toml:7: unknown key vocabulary.rolls; allowed are roles, messages"},
		{"wrong type", head + "extends = 'TLC'\n", goodPrompt, "mutex/profile.toml:4: extends must be a list of strings"},
		{"wrong element type", head + "extends = ['TLC', 1]\n", goodPrompt, "mutex/profile.toml:4: extends must be a list of strings"},
		{"not a table", head + "match = 1\n", goodPrompt, "mutex/profile.toml:4: match must be a table"},
		{"missing key", "title = 'T'\nfocus = 'F'\n", goodPrompt, "mutex/profile.toml: module is missing; it must be a string"},
		{"empty", "title = 'T'\nfocus = ' '\nmodule = 'm'", goodPrompt, "mutex/profile.toml:2: focus must not be empty"},
		{"module name", "title = 'T'\nfocus = 'F'\nmodule = '../m'", goodPrompt,
			`mutex/profile.toml:3: module = "../m"; a TLA+ module name is letters, digits and underscores, at least one of them a letter`},
		{"severity", head + "[contract]\nfence = \"fatal\"\n", goodPrompt,
			`mutex/profile.toml:5: fence = "fatal"; a severity is error, warning, information or hint, and a rule that is not to hold is left out`},
		{"rule", head + "[contract]\nfences = \"error\"\n", goodPrompt,
			"mutex/profile.toml:5: unknown key contract.fences; allowed are syntax, header, footer, outside-text, fence, comments, one-module, module-name, extends, spec, fairness, no-invariant"},
		{"glob", head + "[match]\nfiles = [\"[\"]\n", goodPrompt,
			`mutex/profile.toml:5: match.files: "[" is not a glob; * matches within a path element, ? one character, [ab] one of a set`},
		{"TOML", "title = \n", goodPrompt, "mutex/profile.toml:1: not valid TOML: expected value but found '\\n' instead"},
		{"prompt", head, "{focus}\n{file_path}\n{source_cod}",
			"mutex/prompt.txt: the template lacks the placeholder {source_code}; it needs {focus}, {file_path}, {source_code}\n" +
				"mutex/prompt.txt:3: unknown placeholder {source_cod}; a template has {focus}, {file_path}, {source_code}"},
	} {
		_, err := Parse(source(c.config, c.prompt))
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, got, c.want)
		}
	}
	src := source(head, goodPrompt)
	src.Name = "../evil"
	if _, err := Parse(src); err == nil {
		t.Error("a profile name with a path in it was accepted")
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range []string{"etcd", "raftkvs"} {
		src := builtinSource(name)
		f.Add(src.Config, src.Prompt)
	}
	f.Add("match.files = [[1]]\n[[contract]]\n[contract.fence]\n", "{focus}")
	f.Add("contract = {fence = 'error'}\ntitle.x = 1", "")
	f.Fuzz(func(t *testing.T, config, prompt string) {
		p, err := Parse(source(config, prompt))
		if (p == nil) == (err == nil) {
			t.Fatalf("Parse returned %v and %v", p, err)
		}
	})
}
