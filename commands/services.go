package commands

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/specls/specls/commands/config"
	"github.com/specls/specls/commands/model"
	"github.com/specls/specls/commands/model/anthropic"
	"github.com/specls/specls/commands/model/ollama"
	"github.com/specls/specls/commands/model/openai"
	"github.com/specls/specls/commands/model/wire"
)

// service is a back end that is reached over HTTP, and what configures it where
// config.toml does not.
type service struct {
	name, about string
	// The environment variables for the address, the key and the model to use
	// where none is named.
	baseVariable, keyVariable, modelVariable string
	defaultBase                              string
	// readBase makes an address of what baseVariable holds; nil where it is one.
	readBase func(value string) string
	new      func(wire.Options) (*wire.Model, error)
}

// services are all there are, in the order in which they are listed.
var services = []service{
	{
		name: "anthropic", about: "Anthropic's Messages API",
		baseVariable: "ANTHROPIC_BASE_URL", keyVariable: "ANTHROPIC_API_KEY", modelVariable: "SPECLS_ANTHROPIC_MODEL",
		defaultBase: anthropic.DefaultBaseURL, new: anthropic.New,
	},
	{
		name: "openai", about: "any server that speaks OpenAI chat completions",
		baseVariable: "OPENAI_BASE_URL", keyVariable: "OPENAI_API_KEY", modelVariable: "SPECLS_OPENAI_MODEL",
		defaultBase: openai.DefaultBaseURL, new: openai.New,
	},
	{
		name: ollamaName, about: "the models that Ollama has on this machine",
		baseVariable: "OLLAMA_HOST", keyVariable: "OLLAMA_API_KEY", modelVariable: "SPECLS_OLLAMA_MODEL",
		defaultBase: ollama.DefaultBaseURL, readBase: ollama.BaseURL, new: ollama.New,
	},
}

const ollamaName = "ollama"

// Variable is an environment variable that configures models.
type Variable struct{ Name, About string }

// Variables returns all of them, for the page about configuration.
func Variables() []Variable {
	all := []Variable{
		{ModelVariable, "The model to use where neither a flag nor a setting names one."},
		{wire.StallVariable, "How long a model may be silent before it is given up, as in `90s` or `10m`, where its table in `config.toml` does not say."},
	}
	for _, s := range services {
		all = append(all,
			Variable{s.keyVariable, "The key of `" + s.name + "`."},
			Variable{s.baseVariable, "The address of `" + s.name + "`; without, it is `" + s.defaultBase + "`."},
			Variable{s.modelVariable, "The model that `" + s.name + "` alone means."})
	}
	return all
}

// serviceOptions are the options of a model that was named by its back end. An
// empty name is that which the environment holds.
func (r *Registry) serviceOptions(s service, name string) (wire.Options, error) {
	o := wire.Options{
		Name: s.name, Model: cmp.Or(strings.TrimSpace(name), strings.TrimSpace(r.getenv(s.modelVariable))),
		BaseURL: r.baseURL(s), BaseURLFrom: s.baseVariable,
		Key: cmp.Or(r.key(s.name), r.getenv(s.keyVariable)), KeyFrom: s.keyVariable,
		Pause: r.Pause,
	}
	if o.Model == "" {
		return o, misnamed(s.name, "no model is named", "write "+s.name+":NAME, or set "+s.modelVariable)
	}
	o.Name = s.name + ":" + o.Model
	var err error
	o.Stall, err = r.stall(config.Model{Name: o.Name})
	return o, err
}

// namedOptions are the options of a model that a table in config.toml names.
// What the table says is used whole: no variable changes where a name sends.
// And a key goes to the host it is meant for only: where the table names the
// address, it has to name the key's variable too, or the editor holds a key
// under the table's own name.
func (r *Registry) namedOptions(s service, m config.Model) (wire.Options, error) {
	o := wire.Options{
		Name: m.Name, Model: m.Model,
		MaxOutput: m.MaxOutput, ContextWindow: m.ContextWindow, Temperature: m.Temperature, Price: m.Price,
		BaseURL: m.BaseURL, BaseURLFrom: "base_url of " + m.Name + " in " + config.FileName,
		Key: cmp.Or(r.key(m.Name), r.getenv(m.KeyEnv)), KeyFrom: m.KeyEnv,
		Pause: r.Pause,
	}
	if m.BaseURL == "" {
		o.BaseURL, o.BaseURLFrom = r.baseURL(s), s.baseVariable
		if m.KeyEnv == "" {
			o.Key, o.KeyFrom = cmp.Or(o.Key, r.key(s.name), r.getenv(s.keyVariable)), s.keyVariable
		}
	}
	if o.KeyFrom == "" {
		o.KeyFrom = "key_env of " + m.Name + " in " + config.FileName
	}
	var err error
	o.Stall, err = r.stall(m)
	return o, err
}

// baseURL returns the address of a service where config.toml names none.
func (r *Registry) baseURL(s service) string {
	base := strings.TrimSpace(r.getenv(s.baseVariable))
	if s.readBase != nil {
		base = s.readBase(base)
	}
	return cmp.Or(base, s.defaultBase)
}

// stall returns how long a model may be silent: as its table says, or else the
// environment; 0 for the back end's own limit.
func (r *Registry) stall(m config.Model) (time.Duration, error) {
	text := r.getenv(wire.StallVariable)
	if m.Stall > 0 || text == "" {
		return m.Stall, nil
	}
	stall, err := time.ParseDuration(text)
	if err != nil || stall <= 0 {
		return 0, misnamed(m.Name, wire.StallVariable+" is no duration", "write one as in 90s or 10m")
	}
	return stall, nil
}

// build makes the model of its options, unless they could not be made.
func (s service) build(o wire.Options, err error) (model.Model, error) {
	if err != nil {
		return nil, err
	}
	m, err := s.new(o)
	if err != nil {
		return nil, err
	}
	return m, nil
}

// listingTimeout is how long a running Ollama has to list its models.
const listingTimeout = 700 * time.Millisecond

// listServices returns the services as the environment configures them, and in
// place of Ollama the models that it has, where it runs.
func (r *Registry) listServices(ctx context.Context) []ModelInfo {
	var infos []ModelInfo
	for _, s := range services {
		if s.name == ollamaName {
			infos = append(infos, r.listOllama(ctx, s)...)
			continue
		}
		m, err := s.build(r.serviceOptions(s, ""))
		infos = append(infos, info(s.name+":NAME", s.about+", at "+s.baseVariable+" with the key in "+s.keyVariable, m, err))
	}
	return infos
}

// listOllama returns the models of a running Ollama, or in their place why
// there are none.
func (r *Registry) listOllama(ctx context.Context, s service) []ModelInfo {
	lacking := func(err error) []ModelInfo { return []ModelInfo{info(s.name+":NAME", s.about, nil, err)} }
	o, err := r.serviceOptions(s, "*")
	if err != nil {
		return lacking(err)
	}
	o.Name = s.name
	ctx, cancel := context.WithTimeout(ctx, listingTimeout)
	defer cancel()
	names, err := ollama.Models(ctx, o)
	switch {
	case ctx.Err() != nil:
		return lacking(misnamed(s.name, "it does not answer", "start Ollama, or set "+s.baseVariable))
	case err != nil:
		return lacking(err)
	case len(names) == 0:
		return lacking(misnamed(s.name, "it runs, and has no models", "get one by: ollama pull NAME"))
	}
	var infos []ModelInfo
	for _, name := range names {
		m, err := s.build(r.serviceOptions(s, name))
		infos = append(infos, info(s.name+":"+name, s.about, m, err))
	}
	return infos
}
