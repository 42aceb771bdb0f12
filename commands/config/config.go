// Package config reads what a person has configured in files, and what a
// workspace's file may say.
//
// The person's own file, config.toml in the user's configuration directory,
// names models: where they are, what they take and cost, which environment
// variable holds the key. It never holds a key. A workspace's file,
// .specls/specls.toml, comes with somebody's sources: it may choose a profile,
// severities and folders inside the workspace, and nothing that runs, sends or
// reads secrets.
//
// Both are read strictly. What is wrong is told with file and line, without
// showing what might be a secret, and what is right holds all the same, but for
// a model with a mistake, which does not exist.
package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/adrg/xdg"

	"github.com/specls/specls/analysis/strict"
	"github.com/specls/specls/commands/model"
)

// FileName is the name of the person's file.
const FileName = "config.toml"

// Config is what config.toml says. Its zero value is what holds without one.
type Config struct {
	// Path is the file that it was read from; empty where there is none.
	Path string
	// Model selects the model to use where none is named.
	Model string
	// RepairRounds is how often a model is asked to mend its module; nil where
	// the file does not say.
	RepairRounds *int
	// TokenBudget is how many tokens a conversion may use; nil where the file
	// does not say, 0 for no limit.
	TokenBudget *int
	// KeepReplies is how many replies are kept; 0 where the file does not say.
	KeepReplies int
	// Models are the models that the person has named, sorted by name.
	Models []Model
	// Hosts are the limits that hold for hosts, by host[:port].
	Hosts map[string]Host
}

// Model is a model that the person has named: a table [models.NAME].
type Model struct {
	Name    string
	Backend string // "anthropic", "openai", "ollama" or "exec"
	Model   string // what the server calls it
	BaseURL string
	// KeyEnv is the environment variable that holds the key; empty for the back
	// end's own.
	KeyEnv string
	// Command is the command of an exec model, and its arguments.
	Command []string
	// MaxOutput and ContextWindow are in tokens, 0 where the file does not say.
	MaxOutput, ContextWindow int
	Temperature              *float64
	Price                    model.Price
	// Stall is how long the model may be silent, 0 where the file does not say.
	Stall time.Duration
}

// Host is how much a host may be asked, where several conversions run: a table
// [hosts."HOST"]. 0 is no limit.
type Host struct {
	RequestsPerMinute, TokensPerMinute, Parallel int
}

// Lookup returns the model of a name.
func (c Config) Lookup(name string) (Model, bool) {
	i := slices.IndexFunc(c.Models, func(m Model) bool { return m.Name == name })
	if i < 0 {
		return Model{}, false
	}
	return c.Models[i], true
}

// Dir is the directory of config.toml: specls in the user's configuration
// directory, which is ~/.config on Linux.
func Dir() string { return filepath.Join(xdg.ConfigHome, "specls") }

// Load reads config.toml in the directory; see [Dir]. A file that does not exist
// is an empty one.
func Load(dir string) (Config, strict.Problems) {
	path := filepath.Join(dir, FileName)
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Config{}, nil
	case err != nil:
		return Config{}, strict.Problems{unreadable(path, err)}
	}
	return Parse(path, string(text))
}

func unreadable(path string, err error) strict.Problem {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return strict.Problem{File: filepath.ToSlash(path), Message: "cannot be read: " + err.Error()}
}

// Parse reads the text of a config.toml. file is used in problems.
func Parse(file, text string) (Config, strict.Problems) {
	c := Config{Path: file}
	d := &strict.Decoder{File: filepath.ToSlash(file)}
	root, ok := open(d, text)
	if !ok {
		return c, d.Problems
	}
	decodeKeys(root, topKeys, &c)
	models := root.Table("models")
	for _, name := range models.Keys() {
		if m, ok := decodeModel(d, models, name); ok {
			c.Models = append(c.Models, m)
		}
	}
	hosts := root.Table("hosts")
	for _, name := range hosts.Keys() {
		var h Host
		t := hosts.Table(name)
		decodeKeys(t, hostKeys, &h)
		t.Close()
		if c.Hosts == nil {
			c.Hosts = map[string]Host{}
		}
		c.Hosts[name] = h
	}
	refuseKeys(root)
	root.Close()
	d.Problems.Sort()
	return c, d.Problems
}

// decodeModel reads the table of a model, and reports whether it has no
// mistakes.
func decodeModel(d *strict.Decoder, models *strict.Table, name string) (Model, bool) {
	before := len(d.Problems)
	m := Model{Name: name}
	if !modelName.MatchString(name) || slices.Contains(reserved, name) {
		models.Know(name)
		models.Problem(name, "is no name for a model; one has letters, digits, dots, hyphens and underscores, and is not %s", "that of a back end")
		return m, false
	}
	t := models.Table(name)
	decodeKeys(t, modelKeys, &m)
	if !slices.Contains(Backends, m.Backend) && m.Backend != "" {
		t.Problem("backend", "= %q; it must be one of %s", m.Backend, list(Backends))
	}
	checkBackend(t, m)
	refuseKeys(t)
	t.Close()
	return m, len(d.Problems) == before
}

// checkBackend reports what does not go with the model's back end.
func checkBackend(t *strict.Table, m Model) {
	if m.Backend == "exec" {
		for _, key := range []string{"base_url", "key_env", "temperature", "model"} {
			if t.Has(key) {
				t.Problem(key, "does not go with backend exec, which takes command")
			}
		}
		if len(m.Command) == 0 && !t.Has("command") {
			t.Problem("backend", `exec needs command, as in command = ["NAME", "ARGUMENT"]`)
		}
		return
	}
	if t.Has("command") {
		t.Problem("command", "goes with backend exec only")
	}
	if m.Model == "" && !t.Has("model") && m.Backend != "" {
		t.Problem("backend", "%s needs model, the name by which its server knows it", m.Backend)
	}
}
