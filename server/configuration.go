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

// section is the name under which clients keep specls's settings.
const section = "specls"

// config is the settings, immutable once made. None of them names a command to
// run, an address to send to, or a key: those come from the environment only,
// since a workspace can bring settings of its own.
type config struct {
	// Model selects the model that prompts are sent to; empty is "builtin".
	Model string
	// OutputDirectory is where modules are written: absolute, or relative to
	// the workspace folder. Empty means beside the Go file.
	OutputDirectory string
	// Profile is the profile that .tla files are checked against, "none" for no
	// contract; empty means found by the module's or the file's name.
	Profile string
	// LibraryPaths are directories in which EXTENDS and INSTANCE are looked up
	// besides the file's own; absolute or relative to the workspace folder.
	LibraryPaths []string
}

// settings maps each setting to where it is read into.
func (c *config) settings() map[string]any {
	return map[string]any{
		"model":           &c.Model,
		"outputDirectory": &c.OutputDirectory,
		"profile":         &c.Profile,
		"libraryPaths":    &c.LibraryPaths,
	}
}

// parseConfig reads settings, either the section itself or an object that
// holds it. A setting that is unknown, of the wrong type, or names a profile
// that is not among profiles is left at its default and told in problems, one
// sentence each.
func parseConfig(raw protocol.LSPAny, profiles []*profile.Profile) (c *config, problems []string) {
	c = &config{}
	if len(raw) == 0 || string(raw) == "null" {
		return c, nil
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(raw, &object); err != nil {
		return c, []string{"The settings of specls are not a JSON object; the defaults are used."}
	}
	if inner, ok := object[section]; ok {
		return parseConfig(protocol.LSPAny(inner), profiles)
	}
	targets := c.settings()
	for name, value := range object {
		target, known := targets[name]
		if !known {
			problems = append(problems, fmt.Sprintf("Unknown setting %s.%s; there are %s.", section, name, strings.Join(settingNames(), ", ")))
			continue
		}
		if string(value) == "null" {
			continue
		}
		if err := json.Unmarshal(value, target); err != nil {
			problems = append(problems, fmt.Sprintf("The setting %s.%s must be a %s; it is ignored.", section, name, typeName(target)))
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

func settingNames() []string {
	var names []string
	for name := range (&config{}).settings() {
		names = append(names, section+"."+name)
	}
	slices.Sort(names)
	return names
}

func typeName(target any) string {
	if _, ok := target.(*[]string); ok {
		return "list of strings"
	}
	return "string"
}

// DidChangeConfiguration takes new settings: from the notification, or by
// asking, where the client wants to be asked (LSP 3.17,
// workspace/didChangeConfiguration).
func (s *Server) DidChangeConfiguration(_ context.Context, params *protocol.DidChangeConfigurationParams) error {
	if s.caps.configuration {
		go func() {
			defer s.recoverBackground("workspace/configuration")
			s.pullConfiguration()
		}()
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
	c, problems := parseConfig(raw, s.options.Profiles)
	s.update(func(snap *snapshot) { snap.config = c })
	s.warnLater(problems)
	s.recheck()
}

// warnLater tells the person about problems without holding up the read loop.
func (s *Server) warnLater(problems []string) {
	if len(problems) == 0 {
		return
	}
	go func() {
		defer s.recoverBackground("window/showMessage")
		for _, problem := range problems {
			s.showMessage(s.lifetime, protocol.MessageTypeWarning, problem)
		}
	}()
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
