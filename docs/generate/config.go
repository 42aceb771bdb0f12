package main

import (
	"fmt"
	"strings"

	"github.com/specls/specls/commands"
	"github.com/specls/specls/commands/config"
)

// configPage makes the page about what is configured in files and by the
// environment.
func configPage(string) (map[string]string, error) {
	if _, problems := config.Parse("the example", configExample); len(problems) > 0 {
		return nil, problems
	}
	if _, problems := config.ParseWorkspace("the workspace's example", workspaceExample); len(problems) > 0 {
		return nil, problems
	}
	var page strings.Builder
	page.WriteString(configIntroduction)
	page.WriteString("\n```toml\n" + configExample + "```\n")
	for _, s := range config.Sections() {
		title := "At the top"
		if s.Table != "" {
			title = "In a table `[" + s.Table + "]`"
		}
		fmt.Fprintf(&page, "\n%s:\n\n| key | type | meaning |\n| --- | --- | --- |\n", title)
		for _, k := range s.Keys {
			fmt.Fprintf(&page, "| `%s` | %s | %s |\n", k.Name, k.Type, k.About)
		}
	}
	page.WriteString(configVariables)
	for _, v := range commands.Variables() {
		fmt.Fprintf(&page, "| `%s` | %s |\n", v.Name, v.About)
	}
	page.WriteString(configWorkspace + "\n```toml\n" + workspaceExample + "```\n" + configRefused)
	return map[string]string{"docs/config.md": page.String()}, nil
}

const configIntroduction = `<!-- Made by go run ./docs/generate; change it there. -->

# Configuration

What holds for specls comes from several places. Of those that name a value, the first in this order counts:

1. a flag of the command line, such as ` + "`--model`" + `;
2. a setting of your editor, such as ` + "`specls.model`" + ` ([all settings](settings.md)); a key in its secret store;
3. the environment;
4. ` + "`config.toml`" + `;
5. the default.

A table ` + "`[models.NAME]`" + ` says what that name means, and is used whole: where it names an address, no variable changes
where the name sends.

## config.toml

The file lies in ` + "`specls`" + ` in your configuration directory: ` + "`~/.config/specls/config.toml`" + ` on Linux,
` + "`~/Library/Application Support/specls`" + ` on macOS, ` + "`%LOCALAPPDATA%\\specls`" + ` on Windows. It is read strictly: an unknown key
or a value that is not allowed is told with its line. Keys of services never stand in it.
`

const configExample = `model = "sonnet"

[models.sonnet]
backend = "anthropic"
model = "claude-sonnet-4-5"
max_output = 32000
context_window = 200000
price = { input = 3, output = 15, currency = "USD" }

[models.router]
backend = "openai"
model = "deepseek/deepseek-chat"
base_url = "https://openrouter.ai/api/v1"
key_env = "OPENROUTER_API_KEY"

[models.local]
backend = "ollama"
model = "qwen3-coder:30b"
context_window = 65536

[models.assistant]
backend = "exec"
command = ["claude", "-p"]

[hosts."api.anthropic.com"]
requests_per_minute = 50
parallel = 4
`

const configVariables = `
## The environment

| variable | meaning |
| --- | --- |
`

const configWorkspace = `
A server on this machine needs no key.

## A workspace's own file

` + "`.specls/specls.toml`" + ` in a workspace holds for all who work there. It names a profile, severities of rules, and folders
inside the workspace:
`

const workspaceExample = `profile = "etcd"
output_directory = "spec"
library_paths = ["spec/lib"]

[rules]
comments = "warning"
`

const configRefused = `
A workspace comes with somebody's sources, and so it can set nothing that runs a command, sends anything, or reads a
secret: ` + "`model`, `base_url`, `command`, `key_env`" + ` and the like are a problem on their line, and so are folders outside
the workspace.
`
