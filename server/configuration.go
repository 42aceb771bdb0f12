package server

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"go.lsp.dev/protocol"
	"go.uber.org/zap"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/profile"
)

// settings are the settings, immutable once made; [Settings] says what each means.
// None of them names a command to run, an address to send to, or a key: those
// come from the environment, the editor's secret store and the user's own
// configuration file, since a workspace can bring settings of its own.
type settings struct {
	Model           string
	Profile         string
	Rules           map[string]string
	OutputDirectory string
	LibraryPaths    []string
	Companions      bool
	RepairRounds    *int // nil: as config.toml says
	TokenBudget     *int // tokens; 0 for no limit
}

// parseSettings reads settings, either the section itself or an object that
// holds it. A setting that is unknown, of the wrong type, or names a profile
// that is not among profiles is left at its default and told in problems, one
// sentence each.
func parseSettings(raw protocol.LSPAny, profiles []*profile.Profile) (c *settings, problems []string) {
	c = defaultSettings()
	if len(raw) == 0 || string(raw) == "null" {
		return c, nil
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(raw, &object); err != nil {
		return c, []string{"The settings of specls are not a JSON object; the defaults are used."}
	}
	if inner, ok := object[section]; ok {
		return parseSettings(protocol.LSPAny(inner), profiles)
	}
	for name, value := range flatten(object) {
		i := slices.IndexFunc(allSettings, func(s Setting) bool { return s.Name == name })
		switch {
		case i < 0:
			problems = append(problems, fmt.Sprintf("Unknown setting %s.%s; there are %s.", section, name, strings.Join(settingNames(), ", ")))
		case string(value) == "null":
		default:
			if problem := allSettings[i].read(c, value); problem != "" {
				problems = append(problems, fmt.Sprintf("The setting %s.%s %s; it is ignored.", section, name, problem))
			}
		}
	}
	if c.Profile != "" && c.Profile != analysis.NoProfile {
		if _, err := profile.Lookup(profiles, c.Profile); err != nil {
			problems = append(problems, fmt.Sprintf("The setting %s.profile is ignored: %v, %s.", section, err, analysis.NoProfile))
			c.Profile = ""
		}
	}
	slices.Sort(problems)
	return c, problems
}

// initializationOptions are what a client tells at the start: the settings, and
// beside them "trusted", which is false where the person has not said that they
// trust the workspace.
type initializationOptions struct {
	settings  protocol.LSPAny
	untrusted bool
}

func readInitializationOptions(raw protocol.LSPAny) initializationOptions {
	var object map[string]json.RawMessage
	if len(raw) == 0 || json.Unmarshal(raw, &object) != nil {
		return initializationOptions{settings: raw}
	}
	trusted, given := object["trusted"]
	if !given {
		return initializationOptions{settings: raw}
	}
	delete(object, "trusted")
	// What is not true, whatever it is, is no trust.
	return initializationOptions{settings: mustEncode(object), untrusted: string(trusted) != "true"}
}

// flatten gives the settings their full names: what stands in an object that is
// no setting itself is named "object.name".
func flatten(object map[string]json.RawMessage) map[string]json.RawMessage {
	flat := make(map[string]json.RawMessage)
	for name, value := range object {
		group := slices.ContainsFunc(allSettings, func(s Setting) bool { return strings.HasPrefix(s.Name, name+".") })
		var members map[string]json.RawMessage
		if group && json.Unmarshal(value, &members) == nil {
			for member, value := range members {
				flat[name+"."+member] = value
			}
			continue
		}
		flat[name] = value
	}
	return flat
}

var allSettings = Settings()

func settingNames() []string {
	names := make([]string, len(allSettings))
	for i, s := range allSettings {
		names[i] = section + "." + s.Name
	}
	return names
}

// DidChangeConfiguration takes new settings: from the notification, or by
// asking, where the client wants to be asked (LSP 3.17,
// workspace/didChangeConfiguration).
func (s *Server) DidChangeConfiguration(_ context.Context, params *protocol.DidChangeConfigurationParams) error {
	if s.caps.configuration {
		s.inBackground("workspace/configuration", func() {
			s.pullConfiguration()
		})
		return nil
	}
	s.configure(params.Settings)
	return nil
}

// pullConfiguration asks the client for the section, where the client answers
// such requests. It waits for the answer and so must not run on the read loop.
func (s *Server) pullConfiguration() {
	if !s.caps.configuration {
		return
	}
	s.pullMu.Lock() // two answers must not overtake each other
	defer s.pullMu.Unlock()
	answers, err := s.client.Configuration(s.lifetime, &protocol.ConfigurationParams{
		Items: []protocol.ConfigurationItem{{Section: ptr(section)}},
	})
	if err != nil || len(answers) != 1 {
		s.log.Warn("workspace/configuration", zap.Int("answers", len(answers)), zap.Error(err))
		return
	}
	// A client without settings answers null: what initialize gave still holds.
	if len(answers[0]) > 0 && string(answers[0]) != "null" {
		s.configure(answers[0])
	}
}

// configure puts settings into force and checks everything again.
func (s *Server) configure(raw protocol.LSPAny) {
	c, problems := parseSettings(raw, s.current.Load().near.profiles)
	s.update(func(snap *snapshot) { snap.settings = c })
	s.warnLater(problems)
	s.recheck()
}

// warnLater tells the person about problems without holding up the read loop.
func (s *Server) warnLater(problems []string) {
	if len(problems) == 0 {
		return
	}
	s.inBackground("window/showMessage", func() {
		for _, problem := range problems {
			s.showMessage(s.lifetime, protocol.MessageTypeWarning, problem)
		}
	})
}

// showMessage tells the person something (LSP 3.17, window/showMessage).
func (s *Server) showMessage(ctx context.Context, kind protocol.MessageType, message string) {
	if err := s.client.ShowMessage(context.WithoutCancel(ctx), &protocol.ShowMessageParams{Type: kind, Message: message}); err != nil {
		s.log.Warn("window/showMessage", zap.Error(err))
	}
}

// resolveDirectory makes a configured directory absolute: relative ones start
// at the workspace folder that holds path, else at the first folder. It
// returns "" where there is nothing to start from.
func (snap *snapshot) resolveDirectory(dir, path string) string {
	if filepath.IsAbs(dir) {
		return filepath.Clean(dir)
	}
	if root := snap.rootOf(path); root != "" {
		return filepath.Join(root, dir)
	}
	return ""
}

// rootOf returns the path of the innermost workspace folder that holds path,
// of the first folder where none does, and "" without folders.
func (snap *snapshot) rootOf(path string) string {
	best, first := "", ""
	for _, f := range snap.folders {
		if f.path == "" {
			continue
		}
		if first == "" {
			first = f.path
		}
		if rel, err := filepath.Rel(f.path, path); err == nil && filepath.IsLocal(rel) && len(f.path) > len(best) {
			best = f.path
		}
	}
	if best == "" {
		return first
	}
	return best
}
