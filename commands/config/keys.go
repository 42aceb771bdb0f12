package config

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"time"

	"github.com/specls/specls/analysis/strict"
	"github.com/specls/specls/commands/model"
	"github.com/specls/specls/commands/model/wire"
)

// This file is the one description of config.toml: Parse reads by it, and
// docs/models.md is made of it.

// Key is a key of config.toml, for the page about it.
type Key struct {
	Name, Type string
	// About is what it is for, in sentences for the person who writes one.
	About string
}

// key is a key of a table that is read into a T.
type key[T any] struct {
	Key
	required bool
	decode   func(t *strict.Table, name string, required bool, into *T)
}

// Sections returns the keys of config.toml: by the table they stand in, empty
// for the top level, in the order in which a person should read them.
func Sections() []struct {
	Table string
	Keys  []Key
} {
	return []struct {
		Table string
		Keys  []Key
	}{
		{"", described(topKeys)}, {"models.NAME", described(modelKeys)}, {`hosts."HOST"`, described(hostKeys)},
	}
}

func described[T any](keys []key[T]) []Key {
	list := make([]Key, len(keys))
	for i, k := range keys {
		list[i] = k.Key
	}
	return list
}

// Backends are the back ends that a model may name.
var Backends = []string{"anthropic", "openai", "ollama", "exec"}

// reserved are the names that select a back end without configuration.
var reserved = append([]string{"builtin", "file", "editor"}, Backends...)

var (
	modelName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)
	variable  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	currency  = regexp.MustCompile(`^[A-Za-z]{3}$`)
)

var topKeys = []key[Config]{
	text("model", "The model to use where none is named: the name of a table below `models`, or one that needs none, such as `ollama:NAME` or `builtin`.", false,
		func(c *Config) *string { return &c.Model }),
	count("repair_rounds", "How often at most a model is shown the findings on its own module and asked to mend them. 0 turns that off.",
		func(c *Config) any { return &c.RepairRounds }),
	count("token_budget", "How many tokens a conversion may use, prompts and replies of all rounds together, before no further round is begun. 0 sets no limit.",
		func(c *Config) any { return &c.TokenBudget }),
	count("keep_replies", "How many raw replies are kept in the state directory; older ones are removed.",
		func(c *Config) any { return &c.KeepReplies }),
}

var modelKeys = []key[Model]{
	text("backend", "`anthropic`, `openai`, `ollama` or `exec`.", true, func(m *Model) *string { return &m.Backend }),
	text("model", "What the server calls the model.", false, func(m *Model) *string { return &m.Model }),
	{Key{"base_url", "string", "The server's address. For `openai` it usually ends in `/v1`; for `anthropic` and `ollama` it has no path. Without, it is the one that the environment names, or the back end's own (see below)."}, false,
		func(t *strict.Table, name string, required bool, m *Model) {
			if url := t.String(name, required); url != "" {
				if _, err := wire.ParseBase(url); err != nil {
					t.Problem(name, "%v; write it as in https://example.com/v1, without user, password or query", err)
				}
				m.BaseURL = url
			}
		}},
	{Key{"key_env", "string", "The environment variable that holds the key. Without, it is the back end's own, but only where the table has no `base_url`: a key goes to no other host than the one it is meant for."}, false,
		func(t *strict.Table, name string, required bool, m *Model) {
			if m.KeyEnv = t.String(name, required); m.KeyEnv != "" && (!variable.MatchString(m.KeyEnv) || looksLikeKey(m.KeyEnv)) {
				m.KeyEnv = ""
				t.Problem(name, "must be the name of an environment variable, such as MY_KEY, and never a key itself")
			}
		}},
	{Key{"command", "list of strings", "For `exec`: the command and its arguments. It is started without a shell, in an empty directory, with the prompt on standard input; its standard output is the reply."}, false,
		func(t *strict.Table, name string, _ bool, m *Model) {
			m.Command = t.Strings(name)
			for _, argument := range m.Command {
				if looksLikeKey(argument) {
					t.Problem(name, "holds what looks like a key; give it to the command in an environment variable")
				}
			}
			if t.Has(name) && len(m.Command) == 0 {
				t.Problem(name, "must name a command")
			}
		}},
	count("max_output", "The most tokens a reply may have. It is asked for only where it stands here, but for `anthropic`, which insists on a limit and is asked for 32,000.",
		func(m *Model) any { return &m.MaxOutput }),
	count("context_window", "The most tokens that prompt and reply may have together. A prompt that is too large is not sent. `ollama` is told to use a window of this size; without, of the size that the prompt and a reply need.",
		func(m *Model) any { return &m.ContextWindow }),
	{Key{"temperature", "number", "From 0 to 2. It is sent only where it stands here."}, false,
		func(t *strict.Table, name string, _ bool, m *Model) { m.Temperature = t.Float(name, 0, 2) }},
	{Key{"price", "table", "What a million tokens cost: `{ input = 3, output = 15, currency = \"USD\" }`."}, false, decodePrice},
	{Key{"stall_timeout", "string", "How long the model may be silent before it is given up, as in `90s` or `10m`. Without, it is 10 minutes, and 20 for `exec`."}, false,
		func(t *strict.Table, name string, required bool, m *Model) {
			text := t.String(name, required)
			stall, err := time.ParseDuration(text)
			if text != "" && (err != nil || stall <= 0) {
				t.Problem(name, "= %q; write a duration as in 90s or 10m", text)
				stall = 0
			}
			m.Stall = stall
		}},
}

var hostKeys = []key[Host]{
	count("requests_per_minute", "How many requests may be begun in a minute.", func(h *Host) any { return &h.RequestsPerMinute }),
	count("tokens_per_minute", "How many tokens may be sent in a minute, as estimated.", func(h *Host) any { return &h.TokensPerMinute }),
	count("parallel", "How many requests may be under way at a time.", func(h *Host) any { return &h.Parallel }),
}

// text is a string.
func text[T any](name, about string, required bool, field func(*T) *string) key[T] {
	return key[T]{Key{name, "string", about}, required, func(t *strict.Table, name string, required bool, into *T) {
		*field(into) = t.String(name, required)
		if looksLikeKey(*field(into)) {
			*field(into) = ""
			t.Problem(name, "looks like a key; %s", whereKeysGo)
		}
	}}
}

// count is a whole number; the field is an *int, or an **int where the absence
// of the key means something else than 0.
func count[T any](name, about string, field func(*T) any) key[T] {
	return key[T]{Key{name, "whole number", about}, false, func(t *strict.Table, name string, _ bool, into *T) {
		n := t.Int(name, 0)
		switch field := field(into).(type) {
		case *int:
			*field = n
		case **int:
			if t.Has(name) {
				*field = &n
			}
		default:
			panic(fmt.Sprintf("config: %s is read into %v", name, reflect.TypeOf(field)))
		}
	}}
}

func decodePrice(t *strict.Table, name string, _ bool, m *Model) {
	price := t.Table(name)
	if !t.Has(name) {
		return
	}
	number := func(key string) float64 {
		if n := price.Float(key, 0, 1e6); n != nil {
			return *n
		}
		return 0
	}
	m.Price = model.Price{Input: number("input"), Output: number("output"), Currency: price.String("currency", strict.Optional)}
	switch {
	case m.Price.Currency == "":
		m.Price.Currency = "USD"
	case !currency.MatchString(m.Price.Currency):
		price.Problem("currency", "= %q; write three letters as in USD", m.Price.Currency)
	}
	price.Close()
}

// decodeKeys reads a table by its keys.
func decodeKeys[T any](t *strict.Table, keys []key[T], into *T) {
	for _, k := range keys {
		k.decode(t, k.Name, k.required, into)
	}
}

func list(words []string) string { return strings.Join(words, ", ") }
