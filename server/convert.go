package server

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
	"go.uber.org/zap"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/gosource"
	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/commands"
)

// The answers to the question whether to replace a file.
const (
	answerReplace = "Replace it"
	answerKeep    = "Keep the old one"
)

// convert renders the prompt, sends it to the configured model, and puts the
// module that comes back beside the Go file.
func (s *Server) convert(ctx context.Context, j *job) (outcome, error) {
	// Whether the module has a place to go is settled before a model is paid.
	path, err := j.outputPath()
	if err != nil {
		return outcome{}, err
	}
	conversion, err := s.generate(ctx, j, path)
	if err != nil {
		if errors.Is(err, context.Canceled) {
			s.showMessage(ctx, protocol.MessageTypeInfo, err.Error())
		}
		return outcome{}, err
	}
	return s.deliver(ctx, path, conversion)
}

// generate runs the conversion, with progress that the person can cancel.
func (s *Server) generate(ctx context.Context, j *job, path string) (*commands.Conversion, error) {
	m, err := s.newModel(j.model, j.snap)
	if err != nil {
		return nil, err
	}
	ctx, progress := s.beginProgress(ctx, j.token, fmt.Sprintf("Convert %s to TLA+ (%s) with %s", uri.Basename(j.doc.uri), j.profile.Name, m.Title()))
	s.log.Info("conversion", zap.String("profile", j.profile.Name), zap.String("model", m.Name()))
	conversion, err := commands.Convert(ctx, commands.ConvertRequest{
		Profile:  j.profile,
		Focus:    j.focus,
		Files:    []gosource.File{j.snap.goFile(j.doc)},
		Model:    m,
		Progress: func(characters int) { progress.report(commands.Thousands(characters) + " characters") },
		Check:    s.checkInput(path, j.profile),
		Output:   path,
	})
	switch {
	case errors.Is(err, context.Canceled):
		progress.end("cancelled")
	case err != nil:
		progress.end("failed")
	default:
		progress.end("done")
	}
	return conversion, err
}

// outputPath returns where the module goes: into the configured directory, or
// beside the Go file.
func (j *job) outputPath() (string, error) {
	source := j.doc.uri
	if dir := j.snap.settings.OutputDirectory; dir != "" {
		if dir = j.snap.resolveDirectory(dir, source.Path()); dir != "" {
			return filepath.Join(dir, j.profile.FileName()), nil
		}
		return "", fmt.Errorf("the setting %s.outputDirectory is relative, and no workspace folder is open; open one or set an absolute directory", section)
	}
	if !source.IsFile() {
		return "", fmt.Errorf("%s is not saved, so there is no place beside it for %s; save it or set %s.outputDirectory", uri.Basename(source), j.profile.FileName(), section)
	}
	return filepath.Join(filepath.Dir(source.FsPath()), j.profile.FileName()), nil
}

// deliver writes the module, asking before it replaces another one, and opens
// it.
func (s *Server) deliver(ctx context.Context, path string, c *commands.Conversion) (outcome, error) {
	// The workspace may have changed while the model wrote.
	target, err := s.current.Load().readTarget(path)
	if err != nil {
		return outcome{}, keptAnyway(err, c)
	}
	if target.exists && target.content != "" && target.content != c.Module {
		answer, err := s.ask(ctx, fmt.Sprintf("%s exists and differs from the new specification. Replace it?", filepath.Base(path)), answerReplace, answerKeep)
		if err != nil {
			return outcome{}, keptAnyway(err, c)
		}
		if answer != answerReplace {
			s.showMessage(ctx, protocol.MessageTypeInfo, filepath.Base(path)+" is as it was. "+whereKept(c))
			return outcome{Kept: true}, nil
		}
		// The question may have stood for long.
		if target, err = s.current.Load().readTarget(path); err != nil {
			return outcome{}, keptAnyway(err, c)
		}
	}
	if !target.exists || target.content != c.Module {
		if err := s.write(ctx, target, "Convert to TLA+", c.Module); err != nil {
			return outcome{}, keptAnyway(fmt.Errorf("writing %s: %w", filepath.Base(path), err), c)
		}
	}
	if err := commands.Delivered("", c.Record, path); err != nil {
		s.log.Warn("record", zap.Error(err))
	}
	s.reports.put(target.uri, c.ReportPath)
	s.show(ctx, target.uri, "The specification is in")
	s.tell(ctx, filepath.Base(path), c)
	return outcome{URI: target.uri}, nil
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

// tell says in one line what was written, since editors make people wait for
// more, and the rest in the log.
func (s *Server) tell(ctx context.Context, name string, c *commands.Conversion) {
	said := "no findings"
	if n := len(c.Findings); n == 1 {
		said = "1 finding"
	} else if n > 1 {
		said = fmt.Sprintf("%d findings", n)
	}
	summary := fmt.Sprintf("%s written by %s; %s", name, c.AnsweredBy, said)
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

// checkInput says how a module is checked that is to be written to path: all but
// its text.
func (s *Server) checkInput(path string, p *profile.Profile) analysis.Input {
	in := s.inputFor(s.current.Load(), uri.File(path))
	in.Profile = p.Name
	return in
}
