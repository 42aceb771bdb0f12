package commands

import (
	"fmt"
	"strings"

	"github.com/specls/specls/commands/model"
	"github.com/specls/specls/commands/model/builtin"
	"github.com/specls/specls/commands/model/openai"
)

// DefaultModel is the model used where the person named none. It needs no
// network and no key.
const DefaultModel = "builtin"

// Environment looks up an environment variable, as os.Getenv does.
type Environment func(name string) string

// backEnd is one kind of model.
type backEnd struct {
	name string
	// usage is how a person writes it: "openai:NAME".
	usage string
	// about says in one line what it is.
	about string
	// build makes the model; name is what follows the colon, or empty.
	build func(name string, env Environment) (model.Model, error)
}

// backEnds are all there are, in the order in which they are listed.
var backEnds = []backEnd{
	{
		name: "builtin", usage: "builtin",
		about: "a template of Raft in the names of the source; no language model, needs neither key nor network",
		build: func(name string, _ Environment) (model.Model, error) {
			if name != "" {
				return nil, &model.Error{
					Kind: model.Config, Model: "builtin:" + name,
					Message: fmt.Sprintf("there is only one builtin model, and none called %q", name),
					Advice:  "write builtin",
				}
			}
			return builtin.New(), nil
		},
	},
	{
		name: "openai", usage: "openai:NAME",
		about: "any server that speaks OpenAI chat completions, at " + openai.BaseURLVariable + " with the key in " + openai.KeyVariable,
		build: func(name string, env Environment) (model.Model, error) {
			m, err := openai.New(name, env)
			if err != nil {
				return nil, err
			}
			return m, nil
		},
	},
}

// ModelInfo describes a back end as it is configured now.
type ModelInfo struct {
	Name  string // what selects it: "builtin", "openai"
	Usage string // how it is written with its argument: "openai:NAME"
	About string // what it is, in one line
	// Model is the back end as it is configured; nil where Problem says why it
	// cannot be used yet.
	Model   model.Model
	Problem error
}

// Models returns all back ends, the default one first.
func Models(env Environment) []ModelInfo {
	infos := make([]ModelInfo, len(backEnds))
	for i, b := range backEnds {
		infos[i] = ModelInfo{Name: b.name, Usage: b.usage, About: b.about}
		infos[i].Model, infos[i].Problem = b.build("", env)
	}
	return infos
}

// NewModel returns the model that spec selects: a back end's name, followed
// where it takes one by a colon and a name ("openai:gpt-5"); empty is the
// default. Its error is a *model.Error of kind Config, and names the back ends
// where spec names none of them.
func NewModel(spec string, env Environment) (model.Model, error) {
	if spec == "" {
		spec = DefaultModel
	}
	kind, name, _ := strings.Cut(spec, ":")
	usages := make([]string, len(backEnds))
	for i, b := range backEnds {
		if b.name == kind {
			return b.build(name, env)
		}
		usages[i] = b.usage
	}
	return nil, &model.Error{
		Kind: model.Config, Model: spec,
		Message: fmt.Sprintf("unknown model %q", spec),
		Advice:  "the models are " + strings.Join(usages, ", "),
	}
}
