package server

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
	"go.uber.org/zap"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/gosource"
	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/commands"
	"github.com/specls/specls/commands/config"
	"github.com/specls/specls/commands/model"
)

// The page on how a model is configured.
const modelsPage = "https://github.com/specls/specls/blob/main/docs/models.md"

// answerContinue asks for the rest of a reply that was cut off.
const answerContinue = "Continue the reply"

// convert renders the prompt, sends it to the model, and puts the module that
// comes back beside the Go file.
func (s *Server) convert(ctx context.Context, j *job) (outcome, error) {
	// Whether the module has a place to go is settled before a model is paid.
	path, err := s.outputPath(ctx, j)
	if err != nil {
		return outcome{}, err
	}
	m, instead, err := s.chooseModel(ctx, j)
	if m == nil {
		return instead, err
	}
	files, _, err := j.files(m)
	if err != nil {
		return outcome{}, err
	}
	if err := s.consent(ctx, j, m, files); err != nil {
		return outcome{}, err
	}
	if err := s.mayReplaceLater(ctx, path, m); err != nil {
		return outcome{}, err
	}
	title := fmt.Sprintf("Convert %s to TLA+ (%s) with %s", uri.Basename(j.doc.uri), j.profile.Name, m.Title())
	c, err := s.generate(ctx, j, m, files, path, title, commands.Convert)
	for isCut(err) {
		answer, asked := s.ask(ctx, err.Error(), answerContinue)
		if asked != nil {
			break
		}
		if answer != answerContinue {
			return outcome{Error: err.Error(), Record: recordOf(err)}, nil
		}
		c, err = s.generate(ctx, j, m, files, path, title, continueRecord(recordOf(err)))
	}
	return s.deliverOrTell(ctx, path, c, err)
}

// isCut reports whether an error is that of a reply whose rest can be asked for.
// One who cancelled wants no question.
func isCut(err error) bool {
	var e *commands.ConvertError
	return errors.As(err, &e) && e.Cut && e.Record != "" && !errors.Is(err, context.Canceled)
}

// conversionFunc is one of the ways to come to a module.
type conversionFunc func(context.Context, commands.ConvertRequest) (*commands.Conversion, error)

// recordOf returns the record of the conversion that failed, "" for none.
func recordOf(err error) string {
	var e *commands.ConvertError
	if errors.As(err, &e) {
		return e.Record
	}
	return ""
}

// continueRecord asks for the rest of a reply that was cut off.
func continueRecord(record string) conversionFunc {
	return func(ctx context.Context, req commands.ConvertRequest) (*commands.Conversion, error) {
		return commands.Continue(ctx, req, record)
	}
}

// generate runs a conversion, with progress that the person can cancel.
func (s *Server) generate(ctx context.Context, j *job, m model.Model, files []gosource.File, path, title string, run conversionFunc) (*commands.Conversion, error) {
	req := s.request(j, m, files, path)
	ctx, progress := s.beginProgress(ctx, j.token, title)
	progress.follow(&req)
	s.log.Info("conversion", zap.String("profile", j.profile.Name), zap.String("model", m.Name()))
	c, err := run(ctx, req)
	progress.endWith(c, err)
	return c, err
}

// request says what is to be converted and how, by the settings. A nil model is
// asked for no repairs.
func (s *Server) request(j *job, m model.Model, files []gosource.File, path string) commands.ConvertRequest {
	req := commands.ConvertRequest{
		Profile: j.profile, Focus: j.focus, Files: files, Model: m,
		Check: s.checkInput(path, j.profile), Output: path,
		KeepReplies: j.snap.near.registry.Config.KeepReplies,
	}
	req.Rounds, req.TokenBudget = j.snap.repairLimits()
	return req
}

// repairLimits returns how many rounds of repair there are, and how many tokens
// a conversion may use: as the editor's settings say, else config.toml, else the
// defaults.
func (snap *snapshot) repairLimits() (rounds, tokens int) {
	user := snap.near.registry.Config
	rounds = commands.DefaultRounds
	for _, set := range []*int{user.RepairRounds, snap.settings.RepairRounds} {
		if set != nil {
			rounds = *set
		}
	}
	for _, set := range []*int{user.TokenBudget, snap.settings.TokenBudget} {
		if set != nil {
			tokens = *set
		}
	}
	return rounds, tokens
}

// files returns what is sent: the Go file, and with it the companions that the
// profile names, where the person wants them and as far as the model has room.
// leftOut are the paths of those for which it has none.
func (j *job) files(m model.Model) (files []gosource.File, leftOut []string, err error) {
	files = []gosource.File{j.snap.goFile(j.doc)}
	if !j.snap.settings.Companions || !j.doc.uri.IsFile() {
		return files, nil, nil
	}
	dir := filepath.Dir(j.doc.uri.FsPath())
	room := commands.Room(m, commands.EstimateTokens(commands.Render(j.profile, j.focus, files)))
	company, err := commands.FindCompanions(j.profile, files, dir, room, func(path string) (string, bool) {
		doc, open := j.snap.documents[uri.File(path)]
		if !open {
			return "", false
		}
		return doc.text(), true
	})
	if err != nil {
		return nil, nil, err
	}
	return append(files, company.Files...), company.LeftOut, nil
}

// chooseModel returns the model that the argument or the settings select. Where
// nobody chose one, the person is asked what to do; the model is nil where that
// is something else than converting, and instead what came of it.
func (s *Server) chooseModel(ctx context.Context, j *job) (m model.Model, instead outcome, err error) {
	if _, chosen := j.snap.near.registry.Selected(selector(j.model, j.snap)); chosen {
		m, err = s.newModel(j.model, j.snap)
		return m, outcome{}, err
	}
	var choices []string
	for _, choice := range commands.NoModelChoices() {
		choices = append(choices, string(choice))
	}
	answer, err := s.ask(ctx, commands.NoModelMessage, choices...)
	if cannotAsk(err) {
		s.showMessage(ctx, protocol.MessageTypeInfo, commands.NoModelMessage)
		answer, err = string(commands.ChooseBuiltin), nil
	}
	if err != nil {
		return nil, outcome{}, err
	}
	switch commands.Choice(answer) {
	case commands.ChooseBuiltin:
		m, err = s.newModel(commands.DefaultModel, j.snap)
		return m, outcome{}, err
	case commands.ChooseCopy:
		instead, err = s.copyPrompt(ctx, j)
		return nil, instead, err
	case commands.ChoosePaste:
		s.showMessage(ctx, protocol.MessageTypeInfo, fmt.Sprintf("Copy the reply; then run \"specls: Use the Reply in the Clipboard\" in VS Code or :SpeclsReply in Neovim, or save it to a file and run: specls convert --model file:REPLY %s", uri.Basename(j.doc.uri)))
		return nil, outcome{UseReply: true}, nil
	case commands.ChooseConfigure:
		s.showPage(ctx, modelsPage, fmt.Sprintf("Name a model in the setting %s.model, or in %s. How is told at", section, filepath.Join(config.Dir(), config.FileName)))
		return nil, outcome{URI: modelsPage}, nil
	}
	return nil, outcome{}, context.Canceled
}

// selector returns what selects the model: the argument of a command, or else
// the setting.
func selector(argument string, snap *snapshot) string {
	if argument != "" {
		return argument
	}
	return snap.settings.Model
}

// useReply takes a text that the person has from elsewhere as the model's reply.
// It sends nothing: no model is asked to repair what comes of it.
func (s *Server) useReply(ctx context.Context, j *job) (outcome, error) {
	if j.argument.Text == "" {
		return outcome{}, errors.New("there is no reply: the text is empty; copy the model's whole reply and try again")
	}
	path, err := s.outputPath(ctx, j)
	if err != nil {
		return outcome{}, err
	}
	c, err := commands.ReplyText(ctx, s.request(j, nil, []gosource.File{j.snap.goFile(j.doc)}, path), j.argument.Text)
	return s.deliverOrTell(ctx, path, c, err)
}

// continueReply asks for the rest of a reply that was cut off.
func (s *Server) continueReply(ctx context.Context, j *job) (outcome, error) {
	if j.argument.Record == "" {
		return outcome{}, fmt.Errorf("%s needs the record of the conversion whose reply was cut off", commandContinue)
	}
	path, err := s.outputPath(ctx, j)
	if err != nil {
		return outcome{}, err
	}
	m, err := s.newModel(j.model, j.snap)
	if err != nil {
		return outcome{}, err
	}
	files := []gosource.File{j.snap.goFile(j.doc)}
	if err := s.consent(ctx, j, m, files); err != nil {
		return outcome{}, err
	}
	title := fmt.Sprintf("Continue the reply for %s (%s) with %s", uri.Basename(j.doc.uri), j.profile.Name, m.Title())
	c, err := s.generate(ctx, j, m, files, path, title, continueRecord(j.argument.Record))
	return s.deliverOrTell(ctx, path, c, err)
}

// checkInput says how a module is checked that is to be written to path: all but
// its text.
func (s *Server) checkInput(path string, p *profile.Profile) analysis.Input {
	in := s.inputFor(s.current.Load(), uri.File(path))
	in.Profile = p.Name
	return in
}
