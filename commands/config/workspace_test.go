package config

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/specls/specls/analysis/strict"
)

func TestWorkspace(t *testing.T) {
	got, problems := ParseWorkspace("specls.toml", `
profile = "etcd"
output_directory = "spec/tla"
library_paths = ["lib", "vendor/tla"]
[rules]
comments = "off"
fairness = "warning"
`)
	want := Workspace{Profile: "etcd", OutputDirectory: "spec/tla", LibraryPaths: []string{"lib", "vendor/tla"}, Rules: map[string]string{"comments": "off", "fairness": "warning"}}
	if problems != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, problems)
	}
}

// TestHostileWorkspace has a workspace try to run, send and read secrets.
func TestHostileWorkspace(t *testing.T) {
	const elsewhere = "; put it into your own config.toml. A workspace sets profile, rules, output_directory, library_paths"
	for _, c := range []struct{ text, want string }{
		{"model = 'openai:evil'", "specls.toml:1: model is not for a workspace to set, since it decides where your source is sent" + elsewhere},
		{"\nbase_url = 'https://evil.example'", "specls.toml:2: base_url is not for a workspace to set, since it decides where your source is sent" + elsewhere},
		{"[models.m]\nbackend = 'exec'\ncommand = ['sh']", "specls.toml:1: models is not for a workspace to set, since it decides where your source is sent" + elsewhere},
		{"command = ['sh', '-c', 'id']", "specls.toml:1: command is not for a workspace to set, since it would run a command" + elsewhere},
		{"exec = 'sh'", "specls.toml:1: exec is not for a workspace to set, since it would run a command" + elsewhere},
		{"key = '" + leaked + "'", "specls.toml:1: key is not for a workspace to set, since it would read or hold a secret" + elsewhere},
		{"key_env = 'AWS_SECRET_ACCESS_KEY'", "specls.toml:1: key_env is not for a workspace to set, since it would read or hold a secret" + elsewhere},
		{"repair_rounds = 99", "specls.toml:1: repair_rounds is not for a workspace to set, since it decides what is sent and spent" + elsewhere},
		{"token_budget = 0", "specls.toml:1: token_budget is not for a workspace to set, since it decides what is sent and spent" + elsewhere},
		{"companions = true", "specls.toml:1: companions is not for a workspace to set, since it decides what is sent and spent" + elsewhere},
		{"colour = 1", "specls.toml:1: unknown key colour; allowed are profile, rules, output_directory, library_paths"},
		{"output_directory = '/etc'", `specls.toml:1: output_directory = "/etc" leads out of the workspace; it must be relative, without ..`},
		{"output_directory = 'a/../../b'", `specls.toml:1: output_directory = "a/../../b" leads out of the workspace; it must be relative, without ..`},
		{"library_paths = ['lib', '../x']", `specls.toml:1: library_paths = "../x" leads out of the workspace; it must be relative, without ..`},
		{"[rules]\nnothing = 'error'", "specls.toml:2: rules.nothing is ignored: unknown rule"},
		{"[rules]\ncomments = 'loud'", "specls.toml:2: rules.comments is ignored: the rule comments: unknown severity"},
		{"key = " + leaked, "specls.toml:1: not valid TOML; a key must not stand in a file"},
	} {
		got, problems := ParseWorkspace("specls.toml", c.text)
		said := strict.Problems(problems).Error()
		if !strings.HasPrefix(said, c.want) {
			t.Errorf("%s\ngot  %s\nwant %s", c.text, said, c.want)
		}
		if strings.Contains(said, "R2D2") {
			t.Errorf("%s\nthe key is shown", c.text)
		}
		if got.OutputDirectory != "" || len(got.Rules) > 0 {
			t.Errorf("%s\ngot %+v", c.text, got)
		}
	}
}

// TestWorkspaceFileIsALink has the file be a link to one outside.
func TestWorkspaceFileIsALink(t *testing.T) {
	folder, outside := t.TempDir(), filepath.Join(t.TempDir(), "secret.toml")
	if err := os.WriteFile(outside, []byte("profile = 'etcd'"), 0o600); err != nil {
		t.Fatal(err)
	}
	if w, problems := LoadWorkspace(folder); !reflect.DeepEqual(w, Workspace{}) || problems != nil {
		t.Errorf("without a file: got %+v, %v", w, problems)
	}
	if err := os.Mkdir(filepath.Join(folder, ".specls"), 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, WorkspaceFile)
	if err := os.Symlink(outside, path); err != nil {
		t.Skip(err)
	}
	if w, problems := LoadWorkspace(folder); !reflect.DeepEqual(w, Workspace{}) || len(problems) != 1 {
		t.Errorf("a link to a file outside: got %+v, %v", w, problems)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("profile = 'raftkvs'"), 0o600); err != nil {
		t.Fatal(err)
	}
	if w, problems := LoadWorkspace(folder); w.Profile != "raftkvs" || problems != nil {
		t.Errorf("got %+v, %v", w, problems)
	}
}

func TestOutputDirectory(t *testing.T) {
	folder, outside := t.TempDir(), t.TempDir()
	for link, target := range map[string]string{"out": outside, "within": "sub", "nowhere": filepath.Join(outside, "new")} {
		if err := os.Symlink(target, filepath.Join(folder, link)); err != nil {
			t.Skip(err)
		}
	}
	if err := os.Mkdir(filepath.Join(folder, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	for relative, ok := range map[string]bool{
		"": true, ".": true, "sub": true, "sub/new/deep": true, "new": true, "within": true, "within/x": true,
		"out": false, "out/x": false, "..": false, "../x": false, "nowhere": false, "nowhere/x": false,
	} {
		dir, err := OutputDirectory(folder, relative)
		if (err == nil) != ok || ok && dir != filepath.Join(folder, filepath.FromSlash(relative)) {
			t.Errorf("%q: got %q, %v", relative, dir, err)
		}
	}
}

func FuzzParseWorkspace(f *testing.F) {
	f.Add("profile = 'x'\nrules.comments = 'off'\nlibrary_paths = ['a/b']\noutput_directory = 'c'")
	f.Fuzz(func(t *testing.T, text string) {
		w, _ := ParseWorkspace("f", text)
		for _, path := range append(w.LibraryPaths, w.OutputDirectory) {
			if path != "" && !filepath.IsLocal(path) {
				t.Errorf("%q leads out of the workspace", path)
			}
		}
	})
}
