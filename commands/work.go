package commands

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/gosource"
	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/commands/model"
	"github.com/specls/specls/commands/reply"
)

// work is one conversion or repair under way: what was asked for, the journal of
// what was said to the model, and the best version of the module so far.
type work struct {
	ConvertRequest
	journal *journal
	prompt  string
	// continues is how often a reply that is cut off may be asked to go on.
	continues int
	best      version
	before    Tally
	rounds    []Round
	remarks   []string
	answerer  string
	// only, where not empty, restricts the repair to some findings.
	only target
}

// begin opens the record and the journal. The error is a *ConvertError.
func (req ConvertRequest) begin(kind Kind, module string) (*work, error) {
	w := &work{ConvertRequest: req}
	records := recordsIn(req.StateDir)
	record := &Record{Status: Running, Started: time.Now().UTC()}
	if req.Resume != "" {
		earlier, err := w.takeUp(records)
		if err != nil {
			return nil, &ConvertError{Message: "the conversion cannot be taken up: " + err.Error(), Err: err}
		}
		record, w.continues = earlier, 1
	}
	w.describe(record, kind, module)
	w.prompt = Render(w.Profile, w.Focus, w.Files)
	w.Check = w.checkInput()
	w.journal = &journal{
		model: req.Model, records: records, record: record, earlier: len(record.Calls), taken: map[int]bool{},
		replyDir: cmp.Or(req.ReplyDir, filepath.Join(records.dir, "replies")), label: req.Profile.Name + "-" + req.Model.Name(),
		progress: req.Progress, stage: req.Stage, module: req.Profile.Module, keep: limit{cmp.Or(req.KeepReplies, replyLimit.files), replyLimit.bytes},
	}
	w.journal.open(w.Files)
	return w, nil
}

// takeUp returns the record that is resumed, and makes its files and focus those
// of the request.
func (w *work) takeUp(s records) (*Record, error) {
	r, err := s.load(w.Resume)
	if err != nil {
		return nil, err
	}
	files, ok := KeptSources(s.dir, *r)
	switch {
	case r.Status == Running:
		return nil, fmt.Errorf("%s is under way in another process", r.ID)
	case !ok:
		return nil, errors.New("its sources are no longer kept; convert anew")
	case r.Profile != w.Profile.Name:
		return nil, fmt.Errorf("it was begun with the profile %s", r.Profile)
	case r.ProfileHash != hashOfProfile(w.Profile):
		return nil, fmt.Errorf("the profile %s has changed since; convert anew", r.Profile)
	case r.Model != w.Model.Name() && r.Model != givenReply{}.Name():
		return nil, fmt.Errorf("it was begun with the model %s", r.Model)
	}
	w.Files, w.Focus = files, r.Focus
	w.Output = cmp.Or(w.Output, r.Output)
	return r, nil
}

// describe writes into a record what it is of.
func (w *work) describe(r *Record, kind Kind, module string) {
	r.Version, r.Kind, r.Status, r.Error = recordVersion, kind, Running, ""
	r.ID = cmp.Or(r.ID, newRecordID(r.Started, w.Profile.Name))
	r.Profile, r.ProfileHash, r.Focus = w.Profile.Name, hashOfProfile(w.Profile), w.Focus
	r.Model, r.Host = w.Model.Name(), w.Model.Host()
	r.MaxRounds, r.TokenBudget = w.Rounds, w.TokenBudget
	r.Parameters = model.ParametersOf(w.Model)
	r.Output, r.Sources, r.Rounds = absolute(w.Output), nil, nil
	if kind == KindRepair {
		r.Start = hashOf(module)
	}
	for _, f := range w.Files {
		r.Sources = append(r.Sources, RecordedSource{Path: f.Path, Hash: hashOf(f.Text), Declarations: gosource.Outline(f)})
	}
}

// checkInput fills in what Check leaves open.
func (w *work) checkInput() analysis.Input {
	in := w.Check
	in.Path = cmp.Or(in.Path, w.Profile.FileName())
	if in.Profiles == nil && in.Profile == "" {
		in.Profiles, in.Profile = []*profile.Profile{w.Profile}, w.Profile.Name
	}
	if in.Modules == nil {
		in.Modules = new(analysis.Modules)
	}
	return in
}

// stage tells what is done next.
func (w *work) stage(what string) {
	if w.Stage != nil {
		w.Stage(what)
	}
}

// remark adds to the report.
func (w *work) remark(remarks ...string) { w.remarks = append(w.remarks, remarks...) }

func (w *work) answeredBy(answer model.Reply, m model.Model) {
	w.answerer = cmp.Or(answer.Model, m.Title())
	w.journal.record.AnsweredBy = w.answerer
}

// goOn asks for the rest of a reply.
const goOn = "Your reply was cut off before its end. Go on exactly where it stopped, in the middle of the line if need be. " +
	"Repeat nothing, explain nothing, open no code block."

// askWhole asks for a reply, and where it is cut off for the rest of it, as often
// as that may be asked or has been answered before.
func (w *work) askWhole(ctx context.Context, req model.Request) (model.Reply, error) {
	answer, err := w.journal.ask(ctx, req)
	for err == nil {
		part := reply.Extract(answer.Text, w.Profile.Module, answer.Finish)
		if part.Status != reply.CutOff || part.Module == "" {
			break
		}
		rest := req
		rest.Turns = append(append([]model.Turn{}, req.Turns...), model.Turn{FromModel: true, Text: reply.Unfinished(answer.Text)}, model.Turn{Text: goOn})
		if _, answered := w.journal.find(rest); !answered {
			if w.continues == 0 {
				break
			}
			w.continues--
			w.stage("asking for the rest of the reply")
		}
		var more model.Reply
		more, err = w.journal.ask(ctx, rest)
		if err != nil && more.Text == "" {
			return answer, err
		}
		answer.Text, answer.Finish = reply.Join(answer.Text, more.Text, w.Profile.Module), more.Finish
		w.remark("the reply was cut off, and the model was asked for the rest")
	}
	return answer, err
}

// fail ends the work without a module.
func (w *work) fail(e *ConvertError) *ConvertError {
	e.ReplyPath, e.KeepErr = w.journal.last, w.journal.keepErr
	if w.journal.recordErr == nil {
		e.Record = w.journal.record.ID
	}
	w.journal.close(statusOf(e, e.Cut), e)
	return e
}

// adopt takes a module, and its configuration, for the best version so far.
func (w *work) adopt(module, config string) {
	w.best = w.judge(module, config)
	w.before = w.best.tally
}

// finish ends the work with the best version.
func (w *work) finish() *Conversion {
	j := w.journal
	if sent := j.record.sentAgain(); sent > 0 {
		w.remark(fmt.Sprintf("requests that were turned away and sent again: %d", sent))
	}
	j.record.Before, j.record.After = w.before, w.best.tally
	j.record.ModuleHash, j.record.Missing = hashOf(w.best.text), w.best.missing()
	j.close(Ready, nil)
	c := &Conversion{
		Module: w.best.text, FileName: w.Profile.FileName(),
		Config: w.best.config, ConfigName: w.Profile.Module + ".cfg",
		Findings: w.best.result.Findings, Requirements: w.best.result.Requirements, Before: w.before, After: w.best.tally, Rounds: w.rounds,
		Report: w.remarks, ReplyPath: j.last, AnsweredBy: w.answerer,
		PromptTokens: j.record.PromptTokens(), ReplyTokens: j.record.ReplyTokens(),
	}
	c.Cost, c.Currency = j.record.Cost()
	if j.keepErr != nil {
		c.Report = append(c.Report, "the raw reply could not be kept: "+j.keepErr.Error())
	}
	if j.recordErr != nil {
		c.Report = append(c.Report, "the record of the conversion could not be kept: "+j.recordErr.Error())
	} else {
		c.Record = j.record.ID
	}
	if c.ReplyPath != "" && len(c.Report) > 0 {
		var err error
		if c.ReportPath, err = keepReport(c.ReplyPath, c.Report); err != nil {
			c.Report = append(c.Report, err.Error())
		}
	}
	return c
}
