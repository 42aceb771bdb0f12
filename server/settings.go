package server

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/commands"
)

// section is the name under which clients keep specls's settings.
const section = "specls"

// The types of settings, as JSON Schema and VS Code name them.
const (
	TypeString  = "string"
	TypeInteger = "integer"
	TypeBoolean = "boolean"
	TypeStrings = "array"  // of strings
	TypeObject  = "object" // of strings: each key is one of Setting.Keys, each value one of Setting.Enum
)

// Setting is one setting of the server. The reading of settings, docs/settings.md
// and the settings of the VS Code extension are all made from the table that
// [Settings] returns.
type Setting struct {
	// Name is the name below "specls.", such as "repair.rounds"; clients may
	// give the part before the dot as an object.
	Name string
	Type string
	// Default is what holds where the setting is absent or null: a string, bool,
	// []string or map[string]string; nil where something else then decides.
	Default any
	// Description is Markdown, a sentence or more.
	Description string
	// Enum are the values allowed, empty where any is; Keys those of an
	// object's keys.
	Enum, Keys []string
	// Minimum and Maximum bound an integer.
	Minimum, Maximum int
	// UserOnly says that a workspace must not set it, since it decides what is
	// sent, where to, or how much is spent. VS Code does not let one; a file of
	// the workspace that tries is told so in a diagnostic.
	UserOnly bool

	// field returns where the setting is kept: a pointer of the type's kind.
	field func(*settings) any
}

// Settings returns all settings, in the order in which a person should read
// them.
func Settings() []Setting {
	return []Setting{
		{
			Name: "model", Type: TypeString, Default: "", UserOnly: true,
			Description: "The model that prompts are sent to, such as `builtin`, `openai:NAME` or `anthropic:NAME`; `specls models` lists those there are. " +
				"Empty means the one that the user's `config.toml` names, and `builtin` without. Keys and addresses are never settings: they come from the environment, the editor's secret store, or `config.toml`.",
			field: func(c *settings) any { return &c.Model },
		},
		{
			Name: "profile", Type: TypeString, Default: "",
			Description: "The profile that `.tla` files are checked against; `none` checks the language only. Empty finds it by the module's or the file's name.",
			field:       func(c *settings) any { return &c.Profile },
		},
		{
			Name: "rules", Type: TypeObject, Default: map[string]string{},
			Keys:        analysis.RuleIDs(),
			Enum:        profile.SeverityWords(),
			Description: "How severe a breach of each rule is, by the rule's id: `{\"comments\": \"off\"}`. Rules that are not named are as severe as the profile says. Suppression is by this setting only, since a module may hold no comments.",
			field:       func(c *settings) any { return &c.Rules },
		},
		{
			Name: "outputDirectory", Type: TypeString, Default: "",
			Description: "Where modules are written: an absolute path, or one relative to the workspace folder. Empty means beside the Go file.",
			field:       func(c *settings) any { return &c.OutputDirectory },
		},
		{
			Name: "libraryPaths", Type: TypeStrings, Default: []string{},
			Description: "Directories in which `EXTENDS` and `INSTANCE` are looked up besides the file's own; absolute, or relative to the workspace folder. The standard modules and the CommunityModules are always known.",
			field:       func(c *settings) any { return &c.LibraryPaths },
		},
		{
			Name: "companions", Type: TypeBoolean, Default: false, UserOnly: true,
			Description: "Whether the files that a profile names as companions, such as `log.go` beside etcd's `raft.go`, are sent along, as many as fit the model.",
			field:       func(c *settings) any { return &c.Companions },
		},
		{
			Name: "repair.rounds", Type: TypeInteger, Minimum: 0, Maximum: 10, UserOnly: true,
			Description: "How often at most a model is shown the findings on its own module and asked to mend them. 0 leaves the module as it came, but for fixes that are mechanical; null is as `config.toml` says, and " + fmt.Sprint(commands.DefaultRounds) + " without.",
			field:       func(c *settings) any { return &c.RepairRounds },
		},
		{
			Name: "repair.tokenBudget", Type: TypeInteger, Minimum: 0, Maximum: 100000000, UserOnly: true,
			Description: "How many tokens a conversion may use, prompts and replies of all rounds together, before no further round is begun. 0 sets no limit; null is as `config.toml` says, and no limit without.",
			field:       func(c *settings) any { return &c.TokenBudget },
		},
	}
}

// defaultSettings is what holds without any settings.
func defaultSettings() *settings {
	c := &settings{}
	for _, s := range Settings() {
		if s.Default != nil {
			s.set(c, s.Default)
		}
	}
	return c
}

// set stores a value of the setting's type.
func (s *Setting) set(c *settings, value any) {
	switch field := s.field(c).(type) {
	case *string:
		*field = value.(string)
	case **int:
		*field = ptr(value.(int))
	case *bool:
		*field = value.(bool)
	case *[]string:
		*field = slices.Clone(value.([]string))
	case *map[string]string:
		*field = maps.Clone(value.(map[string]string))
	}
}

// read decodes a value into its place, or says what is wrong with it; the place
// is then as it was.
func (s *Setting) read(c *settings, raw json.RawMessage) (problem string) {
	var value any
	var err error
	switch s.field(c).(type) {
	case *string:
		value, err = decodeAs[string](raw)
	case **int:
		value, err = decodeAs[int](raw)
	case *bool:
		value, err = decodeAs[bool](raw)
	case *[]string:
		value, err = decodeAs[[]string](raw)
	case *map[string]string:
		value, err = decodeAs[map[string]string](raw)
	}
	if err != nil {
		return "must be " + s.typeName()
	}
	if problem := s.check(value); problem != "" {
		return problem
	}
	s.set(c, value)
	return ""
}

// decodeAs decodes JSON into a value of type T.
func decodeAs[T any](raw json.RawMessage) (any, error) {
	var value T
	err := json.Unmarshal(raw, &value)
	return value, err
}

// check says what is wrong with a value of the right type, or nothing.
func (s *Setting) check(value any) (problem string) {
	switch value := value.(type) {
	case int:
		if value < s.Minimum || value > s.Maximum {
			return fmt.Sprintf("must lie between %d and %d", s.Minimum, s.Maximum)
		}
	case string:
		return oneOf("must be", value, s.Enum)
	case map[string]string:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			if problem := oneOf(fmt.Sprintf("names %q; what it names must be", key), key, s.Keys); problem != "" {
				return problem
			}
			if problem := oneOf(fmt.Sprintf("sets %s to %q, which must be", key, value[key]), value[key], s.Enum); problem != "" {
				return problem
			}
		}
	}
	return ""
}

// oneOf says that a value must be among the allowed ones where it is not. An
// empty list allows all.
func oneOf(must, value string, allowed []string) string {
	if len(allowed) == 0 || slices.Contains(allowed, value) {
		return ""
	}
	return must + " one of " + strings.Join(allowed, ", ")
}

func (s *Setting) typeName() string {
	switch s.Type {
	case TypeInteger:
		return "a whole number"
	case TypeBoolean:
		return "true or false"
	case TypeStrings:
		return "a list of strings"
	case TypeObject:
		return "an object of strings"
	}
	return "a string"
}
