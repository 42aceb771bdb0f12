package server

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
	"go.uber.org/zap"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/commands"
	"github.com/specls/specls/commands/config"
	"github.com/specls/specls/commands/model"
)

// The answers to the questions before a file is written.
const (
	answerReplace = "Replace it"
	answerKeep    = "Keep the old one"
	answerWrite   = "Write it there"
	answerCancel  = "Cancel"
)

// outputPath returns where the module goes: into the configured directory, or
// beside the Go file. A directory outside the workspace, by way of a link too,
// needs the person's word: the setting may be the workspace's own.
func (s *Server) outputPath(ctx context.Context, j *job) (string, error) {
	source, name := j.doc.uri, j.profile.FileName()
	dir, err := j.outputDirectory()
	if err != nil {
		return "", err
	}
	if dir == "" {
		if !source.IsFile() {
			return "", fmt.Errorf("%s is not saved, so there is no place beside it for %s; save it or set %s.outputDirectory", uri.Basename(source), name, section)
		}
		return filepath.Join(filepath.Dir(source.FsPath()), name), nil
	}
	if !j.snap.holds(dir) {
		answer, err := s.confirm(ctx, fmt.Sprintf("Write %s into %s, which is outside the workspace?", name, dir), answerWrite, answerCancel)
		if err != nil {
			return "", err
		}
		if answer != answerWrite {
			return "", context.Canceled
		}
	}
	return filepath.Join(dir, name), nil
}

// outputDirectory returns the configured directory, empty for none: that of the
// editor's settings, or else the workspace's.
func (j *job) outputDirectory() (string, error) {
	path := pathOf(j.doc.uri)
	if dir := j.snap.settings.OutputDirectory; dir != "" {
		if resolved := j.snap.resolveDirectory(dir, path); resolved != "" {
			return resolved, nil
		}
		return "", fmt.Errorf("the setting %s.outputDirectory is relative, and no workspace folder is open; open one or set an absolute directory", section)
	}
	if dir := j.snap.workspaceOf(path).OutputDirectory; dir != "" {
		return config.OutputDirectory(j.snap.rootOf(path), dir)
	}
	return "", nil
}

// holds reports whether a directory, which need not exist yet, lies in one of
// the workspace's folders, with all links followed.
func (snap *snapshot) holds(dir string) bool {
	real := realDirectory(dir)
	for _, f := range snap.folders {
		if f.path == "" {
			continue
		}
		if rel, err := filepath.Rel(realDirectory(f.path), real); err == nil && (rel == "." || filepath.IsLocal(rel)) {
			return true
		}
	}
	return false
}

// realDirectory follows the links in as much of a path as exists.
func realDirectory(dir string) string {
	rest := ""
	for at := dir; ; at = filepath.Dir(at) {
		if real, err := filepath.EvalSymlinks(at); err == nil {
			return filepath.Join(real, rest)
		}
		if at == filepath.Dir(at) {
			return dir
		}
		rest = filepath.Join(filepath.Base(at), rest)
	}
}

// deliverOrTell writes what a conversion gave, or tells where it was cancelled
// what is kept.
func (s *Server) deliverOrTell(ctx context.Context, path string, c *commands.Conversion, err error) (outcome, error) {
	var failed *commands.ConvertError
	if errors.As(err, &failed) {
		if errors.Is(err, context.Canceled) {
			s.showMessage(ctx, protocol.MessageTypeInfo, err.Error())
		} else if failed.Cut {
			return outcome{Record: failed.Record}, err
		}
	}
	if err != nil {
		return outcome{}, err
	}
	return s.deliver(ctx, path, c)
}

// deliver writes the module, and the configuration where one came with it,
// asking before it replaces another one, and opens the module.
func (s *Server) deliver(ctx context.Context, path string, c *commands.Conversion) (outcome, error) {
	target, written, err := s.place(ctx, path, c.Module)
	if err != nil {
		return outcome{}, keptAnyway(err, c)
	}
	if !written {
		s.showMessage(ctx, protocol.MessageTypeInfo, filepath.Base(path)+" is as it was. "+whereKept(c))
		return outcome{Kept: true}, nil
	}
	if c.Config != "" {
		if _, _, err := s.place(ctx, filepath.Join(filepath.Dir(path), c.ConfigName), c.Config); err != nil {
			return outcome{}, keptAnyway(err, c)
		}
	}
	if err := commands.Delivered("", c.Record, path); err != nil {
		s.log.Warn("record", zap.Error(err))
	}
	s.reports.put(target.uri, c.ReportPath)
	s.provenance.forget(target.uri)
	s.show(ctx, target.uri, "The specification is in")
	// Neovim pulls only for what is on the screen, and the text may have come to
	// it before that.
	s.refreshDiagnostics()
	s.tell(ctx, filepath.Base(path), "written", c)
	return outcome{URI: target.uri}, nil
}

// place makes content the whole of a file. Where the file holds something else
// the person is asked; written is false where they want to keep that.
func (s *Server) place(ctx context.Context, path, content string) (t *target, written bool, err error) {
	// The workspace may have changed while the model wrote.
	t, err = s.current.Load().readTarget(path)
	if err != nil {
		return nil, false, err
	}
	if t.exists && t.content != "" && t.content != content {
		if replace, err := s.mayReplace(ctx, path); err != nil || !replace {
			return t, false, err
		}
		// The question may have stood for long.
		if t, err = s.current.Load().readTarget(path); err != nil {
			return nil, false, err
		}
	}
	if !t.exists || t.content != content {
		if err := s.write(ctx, t, "Convert to TLA+", content); err != nil {
			return t, false, fmt.Errorf("writing %s: %w", filepath.Base(path), err)
		}
	}
	return t, true, nil
}

// mayReplace asks whether a file is to be replaced.
func (s *Server) mayReplace(ctx context.Context, path string) (bool, error) {
	answer, err := s.confirm(ctx, replaceQuestion(path), answerReplace, answerKeep)
	return answer == answerReplace, err
}

func replaceQuestion(path string) string {
	return filepath.Base(path) + " exists and differs from the new one. Replace it?"
}

// mayReplaceLater settles before a model is paid whether a file that is there
// may be replaced, in an editor that shows no questions: there the answer is to
// do the same again.
func (s *Server) mayReplaceLater(ctx context.Context, path string, m model.Model) error {
	if m.Host() == "" || !s.shy.is() || s.shy.was(replaceQuestion(path)) {
		return nil
	}
	t, err := s.current.Load().readTarget(path)
	if err != nil || t.content == "" {
		return err
	}
	_, err = s.mayReplace(ctx, path)
	return err
}

// keptAnyway adds to an error where the reply can be found.
func keptAnyway(err error, c *commands.Conversion) error {
	return fmt.Errorf("%w. %s", err, whereKept(c))
}

func whereKept(c *commands.Conversion) string {
	if c.ReplyPath == "" {
		return "The model's reply could not be kept"
	}
	return "The model's reply is kept in " + c.ReplyPath
}

func messageType(findings []finding.Finding) protocol.MessageType {
	if finding.HasErrors(findings) {
		return protocol.MessageTypeWarning
	}
	return protocol.MessageTypeInfo
}

// tell says in one line what was done, since editors make people wait for more,
// and the rest in the log.
func (s *Server) tell(ctx context.Context, name, done string, c *commands.Conversion) {
	said := "no findings"
	if n := len(c.Findings); n == 1 {
		said = "1 finding"
	} else if n > 1 {
		said = fmt.Sprintf("%d findings", n)
	}
	summary := fmt.Sprintf("%s %s by %s; %s", name, done, c.AnsweredBy, said)
	s.showMessage(ctx, messageType(c.Findings), summary)
	if len(c.Report) == 0 {
		return
	}
	message := summary + ":\n- " + strings.Join(c.Report, ".\n- ") + "."
	if err := s.client.LogMessage(ctx, &protocol.LogMessageParams{Type: protocol.MessageTypeInfo, Message: message}); err != nil {
		s.log.Warn("window/logMessage", zap.Error(err))
	}
}

// reports remembers where the reports of this session's conversions are kept,
// by the specification that was written.
type reports struct {
	mu    sync.Mutex
	paths map[uri.URI]string
}

func (r *reports) put(spec uri.URI, path string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.paths == nil {
		r.paths = make(map[uri.URI]string)
	}
	r.paths[spec] = path
}

// get returns the path, or "" where there is no report.
func (r *reports) get(spec uri.URI) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.paths[spec]
}

// showReport opens the report of the conversion that wrote a specification.
func (s *Server) showReport(ctx context.Context, i *invocation) (any, error) {
	path := s.reports.get(i.argument.URI)
	if path == "" {
		return nil, fmt.Errorf("there is no report on %s: it was not converted since the server started", uri.Basename(i.argument.URI))
	}
	u := uri.File(path)
	s.show(ctx, u, "The report is in")
	return outcome{URI: u}, nil
}

// clearReplies removes the raw replies that are kept of all conversions.
func (s *Server) clearReplies(ctx context.Context, _ *invocation) (any, error) {
	removed, err := commands.ClearReplies("")
	if err != nil {
		return nil, err
	}
	s.showMessage(ctx, protocol.MessageTypeInfo, fmt.Sprintf("%d replies were removed.", removed))
	return map[string]int{"removed": removed}, nil
}

// errIsLink is told where a module would be written through a symbolic link, as
// an editor does: it would change a file that nobody named.
var errIsLink = errors.New("it is a symbolic link; remove it, and convert again")

// refuseLink fails where a path is a symbolic link.
func refuseLink(path string) error {
	info, err := os.Lstat(path)
	if err == nil && info.Mode()&os.ModeSymlink != 0 {
		return fmt.Errorf("%s: %w", filepath.Base(path), errIsLink)
	}
	return nil
}
