package server

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the generated files anew")

// What is generated from the table of settings is not stale.
func TestGeneratedSettings(t *testing.T) {
	vscode, err := vscodeSettings(Settings())
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"../docs/settings.md":             settingsPage(Settings()),
		"../editors/vscode/settings.json": vscode,
	} {
		if *update {
			if err := os.WriteFile(path, []byte(want), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if strings.ReplaceAll(string(got), "\r\n", "\n") != want {
			t.Errorf("%s is stale; run go test ./server -run TestGeneratedSettings -update", path)
		}
	}
}

// The default of every setting is of its type, and one that it allows.
func TestDefaultSettings(t *testing.T) {
	for _, s := range Settings() {
		raw, err := json.Marshal(s.Default)
		if err != nil {
			t.Fatal(err)
		}
		if problem := s.read(&config{}, raw); problem != "" {
			t.Errorf("%s: the default %s", s.Name, problem)
		}
	}
}

// settingsPage returns the reference of the settings, in Markdown.
func settingsPage(settings []Setting) string {
	var b strings.Builder
	b.WriteString("# Settings\n\n" +
		"<!-- Generated from server.Settings; do not edit. -->\n\n" +
		"Editors send the server its settings under the name `specls`, as `workspace/configuration`, `workspace/didChangeConfiguration` or\n" +
		"`initializationOptions`. Names with a dot may be written as objects: `{\"repair\": {\"rounds\": 0}}`.\n\n" +
		"What a setting is comes from the first of these that has it: the command line's flags, the editor's settings, the user's\n" +
		"`config.toml`, the default. Settings marked *user only* decide what is sent, where to, or what is spent: a workspace's files\n" +
		"must not set them, and are told so by a diagnostic where they try.\n")
	for _, s := range settings {
		fmt.Fprintf(&b, "\n## `specls.%s`\n%s\n\n", s.Name, s.Description)
		fmt.Fprintf(&b, "%s, default `%s`%s\n", typeInProse(s), mustJSON(s.Default), userOnly(s))
	}
	return b.String()
}

func typeInProse(s Setting) string {
	switch {
	case s.Type == TypeObject:
		return "Object; each value is one of `" + strings.Join(s.Enum, "`, `") + "`"
	case s.Type == TypeStrings:
		return "List of strings"
	case s.Type == TypeInteger:
		return fmt.Sprintf("Whole number from %d to %d", s.Minimum, s.Maximum)
	case len(s.Enum) > 0:
		return "One of `" + strings.Join(s.Enum, "`, `") + "`"
	}
	return strings.ToUpper(s.Type[:1]) + s.Type[1:]
}

func userOnly(s Setting) string {
	if s.UserOnly {
		return "; *user only*"
	}
	return ""
}

// vscodeSettings returns the object that stands for contributes.configuration
// in the VS Code extension's package.json.
func vscodeSettings(settings []Setting) (string, error) {
	properties := make(map[string]any)
	for i, s := range settings {
		p := map[string]any{"type": s.Type, "default": s.Default, "markdownDescription": s.Description, "scope": "window", "order": i}
		if s.UserOnly {
			p["scope"] = "machine"
		}
		switch s.Type {
		case TypeStrings:
			p["items"] = map[string]any{"type": "string"}
		case TypeInteger:
			p["minimum"], p["maximum"] = s.Minimum, s.Maximum
		case TypeObject:
			keys := make(map[string]any)
			for _, key := range s.Keys {
				keys[key] = map[string]any{"type": "string", "enum": s.Enum}
			}
			p["properties"], p["additionalProperties"] = keys, false
		case TypeString:
			if len(s.Enum) > 0 {
				p["enum"] = s.Enum
			}
		}
		properties["specls."+s.Name] = p
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	err := e.Encode(map[string]any{"title": "specls", "properties": properties})
	return b.String(), err
}

func mustJSON(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(raw)
}
