package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/profile"
)

const root = "../.."

func TestFresh(t *testing.T) {
	stale, err := generate(root, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range stale {
		t.Errorf("%s is not what is made now; run go run ./docs/generate", path)
	}
}

// TestGenerate sees what is missing, changed or too much, and mends it.
func TestGenerate(t *testing.T) {
	dir := t.TempDir()
	defer func(saved []generator) { generators = saved }(generators)
	generators = []generator{{folder: "a", make: func(string) (map[string]string, error) {
		return map[string]string{"a/new": "new", "a/old": "old"}, nil
	}}}
	if err := os.Mkdir(filepath.Join(dir, "a"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"old", "gone"} {
		if err := os.WriteFile(filepath.Join(dir, "a", name), []byte("stale"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []int{3, 0} {
		if stale, err := generate(dir, true); err != nil || len(stale) != want {
			t.Errorf("got %v, %v, want %d files", stale, err, want)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "a", "gone")); err == nil {
		t.Error("a file that is no longer made is still there")
	}
}

// TestExamples checks the examples of every rule's page: the broken one breaks
// the rule, and the check says nothing of the mended one.
func TestExamples(t *testing.T) {
	pages, err := readPages(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range analysis.Rules() {
		p := pages[r.ID]
		if p.own(r).Rule == "" {
			t.Errorf("%s: the broken example does not break the rule; found %v", r.ID, p.check(r, p.broken))
		}
		for _, f := range p.check(r, p.mended) {
			if f.Severity <= finding.Warning || f.Rule == r.ID {
				t.Errorf("%s: of the mended example the check says: %s [%s]", r.ID, f.Message, f.Rule)
			}
		}
	}
}

func TestParsePage(t *testing.T) {
	const text = "Body.\n\nAsked for by: me.\n\nConfig:\n\n\tINIT I\n\nBroken:\n\n\ta\n\n\tb\n\nMended:\n\n\tc\n"
	got, err := parsePage("T", text)
	if want := (page{"T", "Body.", "me.", "INIT I", "a\n\nb", "c"}); err != nil || got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	for _, bad := range []string{"Body.\n", "Asked for by: x\n\nBroken:\n\n\ta\n"} {
		if _, err := parsePage("T", bad); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}

func TestProse(t *testing.T) {
	const in = "A [][Next]_vars and\n\\* <x>.\n\n\tcode_[1]\n\nEnd."
	const want = "A \\[\\]\\[Next\\]\\_vars and\n\\\\\\* \\<x\\>.\n\n```\ncode_[1]\n```\n\nEnd."
	if got := prose(in); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestSchema validates profiles, the built-in ones and others that Parse takes,
// with the schema as it is published, and what Parse refuses is refused.
func TestSchema(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join(root, "docs", "profile.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	good, err := filepath.Glob(filepath.Join(root, "analysis", "profile", "*", "*", "profile.toml"))
	if err != nil || len(good) < 2 {
		t.Fatalf("found %v, %v", good, err)
	}
	for _, file := range good {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(asJSON(t, string(text))); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
	const head = "title = 'T'\nmodule = 'm'\nfocus = 'F'\n"
	for _, bad := range []string{
		"title = 'T'\nmodule = 'm'\n", "command = 'sh'\n" + head, head + "[match]\nfiles = 'x'\n", head + "[match]\nfiles = ['']\n",
		"title = 'T'\nmodule = '../m'\nfocus = 'F'\n", head + "[contract]\nfence = 'fatal'\n", head + "[contract]\nfences = 'error'\n",
		head + "[contract]\nfence = { allow = [] }\n", head + "[contract]\nno-invariant = { severity = 'error', allows = [] }\n",
		head + "[reply]\nconfig = 'yes'\n",
	} {
		if schema.Validate(asJSON(t, bad)) == nil {
			t.Errorf("the schema lets this through:\n%s", bad)
		}
	}
}

// asJSON returns a TOML text as encoding/json would read the same.
func asJSON(t *testing.T, text string) any {
	t.Helper()
	var value any
	if _, err := toml.Decode(text, &value); err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(data, &value)
	}
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// FuzzSchema checks that the schema refuses nothing that is a profile.
func FuzzSchema(f *testing.F) {
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join(root, "docs", "profile.schema.json"))
	if err != nil {
		f.Fatal(err)
	}
	config, prompt := profile.Starter("lock", func(string) string { return "" })
	f.Add(config)
	for _, p := range profile.Builtin() {
		text, err := os.ReadFile(filepath.Join(root, "analysis", "profile", filepath.FromSlash(p.ConfigPath)))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add("title = 'T'\nmodule = 'm'\nfocus = 'F'\ncontract.fence.severity = 'hint'\nvocabulary.roles = ['a']\nbehaviour.steps = ['a']\n")
	f.Fuzz(func(t *testing.T, config string) {
		if _, err := profile.Parse(profile.Source{Name: "lock", Config: config, Prompt: prompt}); err != nil {
			return
		}
		if err := schema.Validate(asJSON(t, config)); err != nil {
			t.Error(err)
		}
	})
}
