package profile

import (
	"slices"
	"strings"
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
[contract.no-invariant]
severity = "warning"
allow = ["Type*"]
[reply]
config = true
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
	if s, ok := p.Contract.Severity("no-invariant"); !ok || s != finding.Warning {
		t.Errorf("no-invariant: %v, %v", s, ok)
	}
	if c := p.Contract; !c.Allows("no-invariant", "TypeOK") || c.Allows("no-invariant", "Inv") || c.Allows("footer", "TypeOK") {
		t.Error("no-invariant allows what it should not, or not what it should")
	}
	if !p.Reply.Config {
		t.Error("reply.config was not read")
	}
	if _, ok := p.Contract.Severity("fence"); ok {
		t.Error("fence holds though the contract does not name it")
	}
}

func TestParseMistakes(t *testing.T) {
	const head = "title = \"T\"\nmodule = \"m\"\nfocus = \"F\"\n"
	for _, c := range []struct{ name, config, prompt, want string }{
		{"unknown key", head + "\ncolour = \"red\"\n", goodPrompt,
			"mutex/profile.toml:5: unknown key colour; allowed are title, module, focus, companions, extends, excluded, match, vocabulary, behaviour, reply, contract"},
		{"unknown key in a table", head + "[match]\nfiles = []\n[vocabulary]\nrolls = [\n]\n", goodPrompt,
			"mutex/profile.toml:7: unknown key vocabulary.rolls; allowed are roles, messages, spellings, actions"},
		{"a spelling of nothing", head + "[vocabulary]\nroles = ['Held']\n[vocabulary.spellings]\nHold = ['H']\n", goodPrompt,
			`mutex/profile.toml:7: vocabulary.spellings.Hold names "Hold", which is none of vocabulary.roles and vocabulary.messages: Held`},
		{"a step to nothing", head + "[vocabulary]\nroles = ['Held']\n[behaviour]\nsteps = ['Held', 'Free']\nentries = 'App'\n", goodPrompt,
			`mutex/profile.toml:7: behaviour.steps names "Free", which is none of vocabulary.roles and vocabulary.messages: Held` + "\n" +
				`mutex/profile.toml:8: behaviour.entries names "App", which is none of vocabulary.roles and vocabulary.messages: Held`},
		{"wrong type", head + "extends = 'TLC'\n", goodPrompt, "mutex/profile.toml:4: extends must be a list of strings"},
		{"wrong element type", head + "extends = ['TLC', 1]\n", goodPrompt, "mutex/profile.toml:4: extends must be a list of strings"},
		{"not a table", head + "match = 1\n", goodPrompt, "mutex/profile.toml:4: match must be a table"},
		{"missing key", "title = 'T'\nfocus = 'F'\n", goodPrompt, "mutex/profile.toml: module is missing; it must be a string"},
		{"empty", "title = 'T'\nfocus = ' '\nmodule = 'm'", goodPrompt, "mutex/profile.toml:2: focus must not be empty"},
		{"module name", "title = 'T'\nfocus = 'F'\nmodule = '../m'", goodPrompt,
			`mutex/profile.toml:3: module = "../m"; a TLA+ module name is letters, digits and underscores, at least one of them a letter`},
		{"severity", head + "[contract]\nfence = \"fatal\"\n", goodPrompt,
			`mutex/profile.toml:5: contract.fence = "fatal"; a severity is error, warning, information, hint or off`},
		{"rule", head + "[contract]\nfences = \"error\"\n", goodPrompt,
			"mutex/profile.toml:5: unknown key contract.fences; allowed are " + strings.Join(RuleIDs(), ", ")},
		{"no severity", head + "[contract]\nno-invariant = { allow = ['TypeOK'] }\n", goodPrompt,
			"mutex/profile.toml:5: contract.no-invariant has no severity; it must be error, warning, information, hint or off"},
		{"option", head + "[contract.fence]\nseverity = 'error'\nallow = []\n", goodPrompt,
			"mutex/profile.toml:6: unknown key contract.fence.allow; allowed are severity"},
		{"option's type", head + "[contract]\nno-invariant = { severity = 'error', allow = 'TypeOK' }\n", goodPrompt,
			"mutex/profile.toml:5: contract.no-invariant.allow must be a list of strings"},
		{"neither severity nor table", head + "[contract]\nfence = true\n", goodPrompt,
			"mutex/profile.toml:5: contract.fence must be a string"},
		{"truth value", head + "[reply]\nconfig = 'yes'\n", goodPrompt, "mutex/profile.toml:5: reply.config must be true or false"},
		{"what runs or sends", head + "command = 'sh'\nmodel = 'openai:x'\n[reply]\nurl = 'http://h'\n", goodPrompt,
			"mutex/profile.toml:4: unknown key command; allowed are title, module, focus, companions, extends, excluded, match, vocabulary, behaviour, reply, contract\n" +
				"mutex/profile.toml:5: unknown key model; allowed are title, module, focus, companions, extends, excluded, match, vocabulary, behaviour, reply, contract\n" +
				"mutex/profile.toml:7: unknown key reply.url; allowed are config"},
		{"glob", head + "[match]\nfiles = [\"[\"]\n", goodPrompt,
			`mutex/profile.toml:5: match.files: "[" is not a glob; * matches within a path element, ? one character, [ab] one of a set`},
		{"companions", head + "companions = [\"log.go\", \"../../home/*.go\"]\n", goodPrompt,
			`mutex/profile.toml:4: companions holds "../../home/*.go"; it must be a path below the folder, with slashes and without ..`},
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
	for _, name := range []string{"../evil", "Etcd", "", None, strings.Repeat("a", 65)} {
		src := source(head, goodPrompt)
		src.Name = name
		if _, err := Parse(src); err == nil {
			t.Errorf("the name %q was accepted", name)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, p := range Builtin() {
		config, err := builtinFiles.ReadFile(p.ConfigPath)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(config), p.Template.Text())
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
