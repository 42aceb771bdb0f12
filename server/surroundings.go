package server

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
	"go.uber.org/zap"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/analysis/strict"
	"github.com/specls/specls/analysis/text"
	"github.com/specls/specls/commands"
	"github.com/specls/specls/commands/config"
)

// surroundings are what files say that are not open here: the user's and the
// workspace's profiles and configuration. They are immutable; a change on disk
// makes new ones.
type surroundings struct {
	profiles []*profile.Profile
	// workspaces are the workspaces' own settings, by their folders' paths.
	workspaces map[string]config.Workspace
	registry   *commands.Registry
	problems   strict.Problems
}

// readSurroundings reads them anew. Of a workspace that is not trusted nothing
// is read.
func (s *Server) readSurroundings(folders []folder) *surroundings {
	near := &surroundings{workspaces: make(map[string]config.Workspace)}
	var trusted []string
	for _, f := range folders {
		if f.path != "" && !s.untrusted {
			trusted = append(trusted, f.path)
		}
	}
	userProfiles := ""
	registry := &commands.Registry{Environment: s.options.Getenv, Key: s.keys.get}
	if s.caps.generate {
		registry.Editor = editorModel{s}
	}
	if dir := s.options.ConfigDir; dir != "" {
		userProfiles = filepath.Join(dir, "profiles")
		var problems strict.Problems
		registry.Config, problems = config.Load(dir)
		near.problems = append(near.problems, problems...)
	}
	near.registry = registry
	profiles, problems := commands.Profiles(userProfiles, trusted...)
	near.profiles = profiles
	near.problems = append(near.problems, problems...)
	for _, folder := range trusted {
		w, problems := config.LoadWorkspace(folder)
		near.workspaces[folder] = w
		near.problems = append(near.problems, problems...)
		near.problems = append(near.problems, editorFileProblems(folder)...)
	}
	return near
}

// editorFile is where VS Code, and editors that follow it, keep a workspace's
// settings.
var editorFile = filepath.Join(".vscode", "settings.json")

// editorFileProblems finds settings in a workspace's editor settings that it
// must not set. VS Code ignores them there; the person is told all the same,
// since somebody meant something by them.
func editorFileProblems(folder string) strict.Problems {
	path := filepath.Join(folder, editorFile)
	content, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	var problems strict.Problems
	number := 0
	for line := range strings.Lines(string(content)) {
		number++
		for _, setting := range allSettings {
			if name := section + "." + setting.Name; setting.UserOnly && strings.Contains(line, `"`+name+`"`) {
				problems = append(problems, strict.Problem{
					File: filepath.ToSlash(path), Line: number,
					Message: fmt.Sprintf("%s decides what is sent, where to, or what is spent, so that a workspace cannot set it; set it in your own settings", name),
				})
			}
		}
	}
	return problems
}

// refreshSurroundings reads the surroundings, and checks again what depends on
// them.
func (s *Server) refreshSurroundings() {
	s.surroundingsMu.Lock() // an older reading must not come last
	defer s.surroundingsMu.Unlock()
	near := s.readSurroundings(s.current.Load().folders)
	s.update(func(snap *snapshot) { snap.near = near })
	s.publishProblems(near.problems)
	s.recheck()
}

// publishProblems shows mistakes in profiles and configuration files where they
// are, and takes those away that were shown before. Clients that pull
// diagnostics take pushed ones too, and would not ask about these files.
func (s *Server) publishProblems(problems strict.Problems) {
	byFile := make(map[string][]protocol.Diagnostic)
	for file := range s.problemFiles {
		byFile[file] = []protocol.Diagnostic{}
	}
	s.problemFiles = make(map[string]bool)
	for _, p := range problems {
		s.problemFiles[p.File] = true
		byFile[p.File] = append(byFile[p.File], s.problemDiagnostic(p))
	}
	for file, diagnostics := range byFile {
		params := &protocol.PublishDiagnosticsParams{URI: uri.File(filepath.FromSlash(file)), Diagnostics: diagnostics}
		if err := s.client.PublishDiagnostics(s.lifetime, params); err != nil {
			s.log.Debug("textDocument/publishDiagnostics", zap.Error(err))
		}
	}
}

func (s *Server) problemDiagnostic(p strict.Problem) protocol.Diagnostic {
	d := protocol.Diagnostic{
		Severity: protocol.DiagnosticSeverityError,
		Source:   protocol.NewOptional(section),
		Code:     protocol.String("configuration"),
		Message:  protocol.String(p.Message),
	}
	// The range is the line's text, as far as the file can be read.
	content, err := os.ReadFile(filepath.FromSlash(p.File))
	if err == nil && p.Line > 0 {
		m := text.NewMapper(text.Sanitise(string(content)))
		start, end := m.LineStart(p.Line-1), m.LineStart(p.Line)
		line := strings.TrimRight(m.Text()[start:end], "\r\n")
		d.Range = s.rangeOf(m, finding.Span{Start: start + len(line) - len(strings.TrimLeft(line, " \t")), End: start + len(line)})
	}
	return d
}

// isSurrounding reports whether a file is one of the surroundings, so that they
// must be read again when it changes.
func (s *Server) isSurrounding(u uri.URI) bool {
	path := u.Path()
	if strings.Contains(path, "/.specls/") || strings.HasSuffix(path, "/"+filepath.ToSlash(editorFile)) {
		return true
	}
	dir := s.options.ConfigDir
	return dir != "" && u.IsFile() && strings.HasPrefix(u.FsPath(), dir+string(filepath.Separator))
}

// workspaceOf returns what the workspace that holds a path says.
func (snap *snapshot) workspaceOf(path string) config.Workspace {
	return snap.near.workspaces[snap.rootOf(path)]
}

// profileName returns the name of the profile that a specification is checked
// against, empty to go by its name: as the editor's settings say, or else the
// workspace's.
func (snap *snapshot) profileName(u uri.URI) string {
	for _, name := range []string{snap.settings.Profile, snap.workspaceOf(pathOf(u)).Profile} {
		if name == analysis.NoProfile {
			return name
		}
		// One that has gone since is no profile; its problem was told.
		if _, err := profile.Lookup(snap.near.profiles, name); err == nil {
			return name
		}
	}
	return ""
}

// severities returns the person's severities for a specification. The editor's
// go before the workspace's.
func (snap *snapshot) severities(u uri.URI) profile.Severities {
	merged := make(map[string]string)
	for _, rules := range []map[string]string{snap.workspaceOf(pathOf(u)).Rules, snap.settings.Rules} {
		for rule, severity := range rules {
			merged[rule] = severity
		}
	}
	if len(merged) == 0 {
		return nil
	}
	// What could not be understood was told when it was read.
	severities, _ := profile.ParseSeverities(merged, analysis.RuleIDs())
	return severities
}

// libraryPaths returns the directories in which modules are looked up for a
// file, besides its own.
func (snap *snapshot) libraryPaths(path string) []string {
	paths := slices.Clone(snap.settings.LibraryPaths)
	return append(paths, snap.workspaceOf(path).LibraryPaths...)
}
