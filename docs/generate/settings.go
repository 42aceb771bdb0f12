package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/specls/specls/server"
)

// settings makes the page on the server's settings, and what VS Code's
// package.json says of them.
func settings(string) (map[string]string, error) {
	vscode, err := vscodeSettings(server.Settings())
	return map[string]string{"docs/settings.md": settingsPage(server.Settings()), "editors/vscode/settings.json": vscode}, err
}

// settingsPage returns the reference of the settings, in Markdown.
func settingsPage(settings []server.Setting) string {
	var b strings.Builder
	b.WriteString("# Settings\n\n" +
		"<!-- Generated from server.Settings; do not edit. -->\n\n" +
		"Editors send the server its settings under the name `specls`, as `workspace/configuration`, `workspace/didChangeConfiguration` or\n" +
		"`initializationOptions`. Names with a dot may be written as objects: `{\"repair\": {\"rounds\": 0}}`.\n\n" +
		"Where a setting is empty or null, the workspace's own `.specls/specls.toml` counts for `profile`, `rules`, `outputDirectory` and\n" +
		"`libraryPaths`, and the environment and `config.toml` for the model and its repairs; see [config.md](config.md). Settings marked\n" +
		"*user only* decide what is sent, where to, or what is spent: a workspace's files must not set them, and are told so by a\n" +
		"diagnostic where they try.\n")
	for _, s := range settings {
		fmt.Fprintf(&b, "\n## `specls.%s`\n%s\n\n", s.Name, s.Description)
		fmt.Fprintf(&b, "%s, default `%s`%s\n", typeInProse(s), mustJSON(s.Default), userOnly(s))
	}
	return b.String()
}

func typeInProse(s server.Setting) string {
	switch {
	case s.Type == server.TypeObject:
		return "Object; each value is one of `" + strings.Join(s.Enum, "`, `") + "`"
	case s.Type == server.TypeStrings:
		return "List of strings"
	case s.Type == server.TypeInteger:
		return fmt.Sprintf("Whole number from %d to %d", s.Minimum, s.Maximum)
	case len(s.Enum) > 0:
		return "One of `" + strings.Join(s.Enum, "`, `") + "`"
	}
	return strings.ToUpper(s.Type[:1]) + s.Type[1:]
}

func userOnly(s server.Setting) string {
	if s.UserOnly {
		return "; *user only*"
	}
	return ""
}

// vscodeSettings returns the object that stands for contributes.configuration
// in the VS Code extension's package.json.
func vscodeSettings(settings []server.Setting) (string, error) {
	properties := make(map[string]any)
	for i, s := range settings {
		p := map[string]any{"type": s.Type, "default": s.Default, "markdownDescription": s.Description, "scope": "window", "order": i}
		if s.UserOnly {
			p["scope"] = "machine"
		}
		switch s.Type {
		case server.TypeStrings:
			p["items"] = map[string]any{"type": "string"}
		case server.TypeInteger:
			p["type"] = []string{s.Type, "null"}
			p["minimum"], p["maximum"] = s.Minimum, s.Maximum
		case server.TypeObject:
			keys := make(map[string]any)
			for _, key := range s.Keys {
				keys[key] = map[string]any{"type": "string", "enum": s.Enum}
			}
			p["properties"], p["additionalProperties"] = keys, false
		case server.TypeString:
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
