package commands

import (
	"cmp"
	"context"
	"errors"
	"os"
	"time"
	"unicode/utf8"

	"github.com/specls/specls/analysis/gosource"
	"github.com/specls/specls/commands/model"
	"github.com/specls/specls/commands/reply"
)

// journal asks a model and writes down what it was asked and what came back, so
// that nothing is lost or paid twice: what an earlier, interrupted process was
// answered to the same request is taken from the disk.
type journal struct {
	model    model.Model
	records  records
	replyDir string
	label    string // goes into the names of the files of raw replies
	module   string // the name of the module that is asked for
	keep     limit  // how many of them are kept
	record   *Record
	unlock   func()
	// earlier is how many of the record's calls are those of the work that is
	// resumed, and taken says which of them have been used.
	earlier int
	taken   map[int]bool
	// spent are the tokens of the calls of this process and of those that were
	// recalled, estimated where the service did not count.
	spent int
	// last is the path of the last raw reply; empty where it is not kept.
	last string
	// keepErr is why replies could not be kept, recordErr why the record could
	// not; the work goes on without. The latter is said once.
	keepErr, recordErr error
	// progress, where not nil, is told the characters of the reply so far.
	progress func(characters int)
	// stage, where not nil, is told what the model is waiting for.
	stage func(what string)
}

// open begins the record, or takes up that of earlier work. That it cannot be
// written is no reason not to convert.
func (j *journal) open(files []gosource.File) {
	j.unlock, j.recordErr = j.records.begin(j.record, files)
	if j.recordErr != nil {
		j.unlock = nil
		return
	}
	j.save()
}

// save writes the record. After a failure nothing more is tried.
func (j *journal) save() {
	if j.recordErr == nil {
		j.recordErr = j.records.save(j.record)
	}
}

// close ends the work with a status, and tells why it failed where it did.
func (j *journal) close(status Status, err error) {
	j.record.Status = status
	if err != nil {
		j.record.Error = err.Error()
	}
	j.save()
	if j.unlock != nil {
		j.unlock()
	}
}

// ask sends a request, unless it was answered before. A reply that was
// interrupted before is returned as one that is cut off, where going on with it
// is worth while.
func (j *journal) ask(ctx context.Context, req model.Request) (model.Reply, error) {
	if answer, ok := j.recall(req); ok {
		return answer, nil
	}
	if p, ok := j.model.(model.Prober); ok {
		p.Probe(ctx)
	}
	if err := CheckBudget(j.model, EstimateTokens(req.Text())); err != nil {
		return model.Reply{}, err
	}
	req.Notice = j.stage
	j.record.Calls = append(j.record.Calls, Call{Request: hashOf(req.Text()), Started: time.Now().UTC()})
	at := len(j.record.Calls) - 1
	j.save()

	characters := 0
	file := &replyFile{dir: j.replyDir, label: j.label, keep: j.keep, made: func(path string) {
		j.record.Calls[at].Reply = path
		j.save()
	}}
	answer, err := j.model.Generate(ctx, req, func(delta string) {
		file.write(delta)
		characters += utf8.RuneCountInString(delta)
		if j.progress != nil {
			j.progress(characters)
		}
	})
	j.last, j.keepErr = file.finish(answer.Text)
	c := &j.record.Calls[at]
	c.Reply, c.Complete, c.Hash, c.Finish = j.last, err == nil, hashOf(answer.Text), string(answer.Finish)
	c.AnsweredBy, c.PromptTokens, c.ReplyTokens = answer.Model, answer.PromptTokens, answer.ReplyTokens
	c.Cost, c.Currency, c.Attempts, c.Report = answer.Cost, answer.Currency, answer.Attempts, answer.Report
	c.Seconds = time.Since(c.Started).Seconds()
	if err != nil {
		c.Error = err.Error()
	}
	j.save()
	if answer.Text != "" {
		j.count(req, answer)
	}
	return answer, err
}

// recall returns what came back earlier to the same request.
func (j *journal) recall(req model.Request) (model.Reply, bool) {
	i, ok := j.find(req)
	if !ok {
		return model.Reply{}, false
	}
	c := j.record.Calls[i]
	text, err := os.ReadFile(c.Reply)
	whole := err == nil && c.Complete && hashOf(string(text)) == c.Hash
	if !whole && reply.Extract(string(text), j.module, model.Length).Module == "" {
		return model.Reply{}, false // lost, or no more than an introduction
	}
	j.taken[i] = true
	j.last, j.keepErr = c.Reply, nil
	answer := model.Reply{Text: string(text), Finish: model.Unknown, Model: c.AnsweredBy, PromptTokens: c.PromptTokens, ReplyTokens: c.ReplyTokens}
	if whole {
		answer.Finish, answer.Report = model.Finish(c.Finish), c.Report
	}
	j.count(req, answer)
	return answer, true
}

// find returns which of the earlier calls was the same request, and brought
// something that has not been used yet.
func (j *journal) find(req model.Request) (int, bool) {
	hash := hashOf(req.Text())
	for i, c := range j.record.Calls[:j.earlier] {
		if c.Request == hash && c.Reply != "" && !j.taken[i] {
			return i, true
		}
	}
	return 0, false
}

// count adds up the tokens that a request and its reply took.
func (j *journal) count(req model.Request, reply model.Reply) {
	j.spent += cmp.Or(reply.PromptTokens, EstimateTokens(req.Text())) + cmp.Or(reply.ReplyTokens, EstimateTokens(reply.Text))
}

// statusOf says how work ended that gave no module.
func statusOf(err error, cut bool) Status {
	switch {
	case errors.Is(err, context.Canceled):
		return Cancelled
	case cut:
		return CutOff
	}
	return Failed
}
