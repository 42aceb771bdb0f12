package commands

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/specls/specls/commands/config"
	"github.com/specls/specls/commands/model"
	"github.com/specls/specls/commands/model/builtin"
	"github.com/specls/specls/commands/model/exec"
	"github.com/specls/specls/commands/model/file"
)

// DefaultModel is the model used where the person named none. It needs no
// network and no key.
const DefaultModel = "builtin"

// ModelVariable is the environment variable that selects the model where no
// flag or setting does.
const ModelVariable = "SPECLS_MODEL"

// Environment looks up an environment variable, as os.Getenv does.
type Environment func(name string) string

// Registry knows the models there are for one person, and makes them. Its
// fields are not changed after the first call; it is then safe for concurrent
// use.
//
// What selects a model is one of: the name of a table in config.toml; a back
// end with what it takes, as in "openai:gpt-5" or "file:reply.txt"; "builtin";
// or "editor". docs/models.md says which source of a value goes before which.
type Registry struct {
	Config      config.Config
	Environment Environment
	// Key returns the key that the editor's secret store holds under a name,
	// that of a back end or of a table in config.toml; empty where it holds
	// none. Nil where there is no editor.
	Key func(name string) string
	// Editor is the editor's own model; nil where the editor offers none.
	Editor model.Model
	// Files says that a person who names a file means one of this machine, as on
	// the command line; a server takes replies as text instead. Stdin is what
	// "file:-" reads.
	Files bool
	Stdin io.Reader
	// Pause is how long to wait before a request is sent again, where the server does not say; 0 outside tests.
	Pause time.Duration
}

// Selected returns what selects the model to use, by precedence: spec, as a
// flag or a setting names it, the environment, config.toml, [DefaultModel].
// chosen is false where nobody chose and it is the default.
func (r *Registry) Selected(spec string) (selected string, chosen bool) {
	selected = cmp.Or(spec, strings.TrimSpace(r.getenv(ModelVariable)), r.Config.Model)
	return cmp.Or(selected, DefaultModel), selected != ""
}

// New returns the model that spec selects; see [Registry.Selected] for an empty
// one. Its error is a *model.Error of kind Config, and names what there is
// where spec names nothing.
func (r *Registry) New(spec string) (model.Model, error) {
	spec, _ = r.Selected(spec)
	if named, ok := r.Config.Lookup(spec); ok {
		return r.named(named)
	}
	kind, argument, hasArgument := strings.Cut(spec, ":")
	for _, s := range services {
		if s.name == kind {
			return s.build(r.serviceOptions(s, argument))
		}
	}
	switch {
	case spec == DefaultModel:
		return builtin.New(), nil
	case kind == DefaultModel:
		return nil, misnamed(spec, fmt.Sprintf("there is only one builtin model, and none called %q", argument), "write builtin")
	case spec == editorName && r.Editor != nil:
		return r.Editor, nil
	case spec == editorName:
		return nil, misnamed(spec, "this editor offers no model of its own", "choose another model")
	case kind == fileName && r.Files && hasArgument && argument != "":
		return file.New(argument, r.Stdin), nil
	case kind == fileName && r.Files:
		return nil, misnamed(spec, "no file is named", "write file:PATH, or file:- for standard input")
	case kind == fileName:
		return nil, misnamed(spec, "a reply is taken from a file on the command line only", "paste its text instead")
	case kind == execName:
		return nil, misnamed(spec, "a command is run only where a table of your own "+config.FileName+" has it", "see docs/models.md, and select the table by its name")
	}
	return nil, misnamed(spec, fmt.Sprintf("unknown model %q", spec), "the models are "+strings.Join(r.usages(), ", "))
}

func misnamed(spec, message, advice string) error {
	return &model.Error{Kind: model.Config, Model: spec, Message: message, Advice: advice}
}

// The names of the models that are no services.
const (
	editorName = "editor"
	fileName   = "file"
	execName   = "exec"
)

// usages are all ways to select a model.
func (r *Registry) usages() []string {
	var usages []string
	for _, m := range r.Config.Models {
		usages = append(usages, m.Name)
	}
	usages = append(usages, DefaultModel)
	for _, s := range services {
		usages = append(usages, s.name+":NAME")
	}
	if r.Editor != nil {
		usages = append(usages, editorName)
	}
	if r.Files {
		usages = append(usages, fileName+":PATH")
	}
	return usages
}

// named makes a model of a table in config.toml.
func (r *Registry) named(m config.Model) (model.Model, error) {
	if m.Backend == execName {
		return r.command(m)
	}
	i := slices.IndexFunc(services, func(s service) bool { return s.name == m.Backend })
	if i < 0 {
		return nil, misnamed(m.Name, fmt.Sprintf("unknown back end %q", m.Backend), "there are "+strings.Join(config.Backends, ", "))
	}
	return services[i].build(r.namedOptions(services[i], m))
}

// command makes a model of a command in config.toml.
func (r *Registry) command(m config.Model) (model.Model, error) {
	stall, err := r.stall(m)
	if err != nil {
		return nil, err
	}
	return exec.New(exec.Options{
		Name: m.Name, Command: m.Command, Secrets: r.secrets(),
		ContextWindow: m.ContextWindow, MaxOutput: m.MaxOutput, Stall: stall,
	})
}

// secrets are the keys that a command's output must not be shown with.
func (r *Registry) secrets() []string {
	var secrets []string
	for _, s := range services {
		secrets = append(secrets, r.getenv(s.keyVariable), r.key(s.name))
	}
	for _, m := range r.Config.Models {
		secrets = append(secrets, r.getenv(m.KeyEnv), r.key(m.Name))
	}
	return slices.DeleteFunc(secrets, func(s string) bool { return s == "" })
}

func (r *Registry) getenv(name string) string {
	if r.Environment == nil || name == "" {
		return ""
	}
	return r.Environment(name)
}

func (r *Registry) key(name string) string {
	if r.Key == nil {
		return ""
	}
	return r.Key(name)
}

// ModelInfo describes a model, or a back end that lacks something.
type ModelInfo struct {
	Name  string // what selects it: "openai:gpt-5"; of a back end that lacks something, its name
	Usage string // how it is written with what it takes: "openai:NAME"
	Title string // how a person reads it in a menu
	About string // what it is, in one line
	// Model is the model; nil where Problem says why it cannot be used yet.
	Model   model.Model
	Problem error
}

// Usable reports whether a prompt can be sent to it.
func (m ModelInfo) Usable() bool { return m.Problem == nil }

// Host is where it sends prompts to; see [model.Model].
func (m ModelInfo) Host() string {
	if m.Model == nil {
		return ""
	}
	return m.Model.Host()
}

// Limits are its limits, as far as they are known.
func (m ModelInfo) Limits() model.Limits {
	if m.Model == nil {
		return model.Limits{}
	}
	return model.LimitsOf(m.Model)
}

// List returns all models: those that config.toml names, the back ends as the
// environment configures them, the models that a running Ollama has, the
// editor's, and the builtin one. It asks nobody but Ollama, for no longer than
// listingTimeout.
func (r *Registry) List(ctx context.Context) []ModelInfo {
	var infos []ModelInfo
	for _, named := range r.Config.Models {
		m, err := r.named(named)
		infos = append(infos, info(named.Name, r.aboutNamed(named), m, err))
	}
	infos = append(infos, r.listServices(ctx)...)
	if r.Editor != nil {
		infos = append(infos, info(editorName, "the language model that the editor offers its extensions", r.Editor, nil))
	}
	return append(infos, info(DefaultModel, "a template of Raft in the names of the source; no language model, needs neither key nor network", builtin.New(), nil))
}

// Usable returns the language models that a prompt can be sent to now: those of
// List without the builtin one, which is none. Where it is empty, a person who
// wants to convert has the choices that [NoModelChoices] words.
func (r *Registry) Usable(ctx context.Context) []ModelInfo {
	return slices.DeleteFunc(r.List(ctx), func(m ModelInfo) bool { return !m.Usable() || m.Name == DefaultModel })
}

func info(usage, about string, m model.Model, err error) ModelInfo {
	if err != nil {
		name, _, _ := strings.Cut(usage, ":")
		return ModelInfo{Name: name, Usage: usage, Title: name, About: about, Problem: err}
	}
	return ModelInfo{Name: m.Name(), Usage: m.Name(), Title: m.Title(), About: about, Model: m}
}

func (r *Registry) aboutNamed(m config.Model) string {
	if m.Backend == execName {
		return "a command of yours, from " + config.FileName
	}
	return m.Model + " by " + m.Backend + ", from " + config.FileName
}

// NoModelMessage is what a person is told who wants to convert and has chosen no
// model; see [Registry.Selected].
const NoModelMessage = "No language model is configured. The built-in template needs none, but it reads only names from your code."

// Choice is something that a person can do who has no language model.
type Choice string

// The choices, as the titles of actions.
const (
	ChooseConfigure Choice = "Configure a model"
	ChooseCopy      Choice = "Copy the prompt"
	ChoosePaste     Choice = "Use a reply that I have"
	ChooseBuiltin   Choice = "Use the built-in template"
)

// NoModelChoices returns the choices in the order in which to offer them, the
// most useful first.
func NoModelChoices() []Choice {
	return []Choice{ChooseConfigure, ChooseCopy, ChoosePaste, ChooseBuiltin}
}
