package server

import (
	"context"

	"github.com/specls/specls/commands"
	"github.com/specls/specls/commands/model"
)

// newModel returns the model that a spec selects, empty for the configured one.
func (s *Server) newModel(spec string, snap *snapshot) (model.Model, error) {
	return snap.near.registry.New(selector(spec, snap))
}

// modelName returns what selects the configured model.
func (snap *snapshot) modelName() string {
	name, _ := snap.near.registry.Selected(snap.settings.Model)
	return name
}

// modelItem is one model in the answer to specls.models.
type modelItem struct {
	Name   string `json:"name"`
	Title  string `json:"title"`
	Host   string `json:"host,omitempty"`
	Usable bool   `json:"usable"`
	// Problem says why the model cannot be used.
	Problem string `json:"problem,omitempty"`
	// ContextWindow and OutputLimit are in tokens; 0 where they are not known.
	ContextWindow int `json:"contextWindow"`
	OutputLimit   int `json:"outputLimit"`
}

// listModels answers specls.models: what there is to choose from.
func (s *Server) listModels(ctx context.Context, i *invocation) (any, error) {
	items := []modelItem{}
	for _, m := range i.snap.near.registry.List(ctx) {
		limits := m.Limits()
		item := modelItem{
			Name: m.Name, Title: m.Title, Host: m.Host(), Usable: m.Usable(),
			ContextWindow: limits.ContextWindow, OutputLimit: limits.OutputLimit,
		}
		if m.Problem != nil {
			item.Problem = m.Problem.Error()
		}
		items = append(items, item)
	}
	return map[string]any{"models": items}, nil
}

// estimate is the answer to specls.estimate: what a conversion would send.
type estimate struct {
	Profile string `json:"profile"`
	Tokens  int    `json:"tokens"` // about, of the prompt
	Model   string `json:"model"`
	Host    string `json:"host,omitempty"`
	// Profiles are all profiles, those that fit the file first.
	Profiles []string `json:"profiles"`
}

// estimateConversion answers specls.estimate.
func (s *Server) estimateConversion(_ context.Context, j *job) (any, error) {
	m, err := s.newModel(j.model, j.snap)
	if err != nil {
		return nil, err
	}
	files, _, err := j.files(m)
	if err != nil {
		return nil, err
	}
	return estimate{
		Profile: j.profile.Name, Profiles: profileNames(s.ranked(j)),
		Tokens: commands.EstimateTokens(commands.Render(j.profile, j.focus, files)),
		Model:  m.Name(), Host: m.Host(),
	}, nil
}
