package commands

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/commands/config"
	"github.com/specls/specls/commands/model"
)

// BatchRequest is what a person asked to have converted several times, to compare
// models.
type BatchRequest struct {
	// ConvertRequest says what is converted and how. Model, Output, Check and what
	// concerns one conversion alone are filled in for each run.
	ConvertRequest
	Models []model.Model
	// Samples is how often each model is asked, Jobs how many runs are under way
	// at once; at least 1 each.
	Samples, Jobs int
	// Dir is where the runs go, a directory each: Dir/<model>/<sample>. Records and
	// copies of the sources are in Dir/state.
	Dir string
	// Hosts is what the hosts of the models allow, by their names.
	Hosts map[string]config.Host
	// CheckAt says how a module that is written to a path is checked.
	CheckAt func(path string) analysis.Input
	// OnProgress, where not nil, is called whenever something has changed, by one
	// goroutine at a time.
	OnProgress func(BatchProgress)
}

// BatchProgress is how far a batch is.
type BatchProgress struct {
	Runs, Done, Failed, Running int
	// Characters have arrived in this process, of replies that are whole or not.
	Characters int
	Elapsed    time.Duration
	// Cost is what the runs have cost that are done, and Remaining about what those
	// will that are not, by the mean of their model's; both 0 where no price is
	// configured or nothing is known yet.
	Cost, Remaining float64
	Currency        string
	// Ended is the run that has just ended, nil where none has.
	Ended *Run
}

// Run is one conversion of a batch.
type Run struct {
	Model  string `json:"model"`
	Sample int    `json:"sample"`
	// Status is Written, or says why there is no module, as Error does in words;
	// it is empty for a run that was not begun.
	Status Status `json:"status"`
	Error  string `json:"error,omitempty"`
	// Before and After count the findings before and after repair.
	Before Tally `json:"before"`
	After  Tally `json:"after"`
	// Rounds is how many rounds of repair were asked of the model, Kept how many of
	// them made the module better.
	Rounds       int      `json:"rounds"`
	Kept         int      `json:"kept"`
	Missing      []string `json:"missing,omitempty"`
	PromptTokens int      `json:"promptTokens"`
	ReplyTokens  int      `json:"replyTokens"`
	Cost         float64  `json:"cost,omitempty"`
	Currency     string   `json:"currency,omitempty"`
	Seconds      float64  `json:"seconds"`
	Finish       string   `json:"finish,omitempty"`
	// Module is the path of the module, empty where there is none. Earlier says
	// that the run was finished by an earlier process, and cost nothing now.
	Module  string `json:"module,omitempty"`
	Earlier bool   `json:"earlier"`

	model model.Model
	dir   string
}

// Batch makes the runs of a batch, and returns them in the order of the models
// and samples. What an earlier process has finished is not made again, and what it
// began is taken up: of what has arrived nothing is paid for twice. A run that
// fails does not stop the others. Batch fails where another process works in the
// directory, and with ctx's error where ctx ends; the runs are returned then too.
func Batch(ctx context.Context, req BatchRequest) ([]Run, error) {
	b := &batch{BatchRequest: req, limiter: newLimiter(req.Hosts), start: time.Now()}
	b.StateDir = filepath.Join(req.Dir, "state")
	if err := os.MkdirAll(b.StateDir, 0o777); err != nil {
		return nil, fmt.Errorf("making the directory of the runs: %w", err)
	}
	lock, err := os.OpenFile(filepath.Join(b.StateDir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("making the directory of the runs: %w", err)
	}
	defer lock.Close()
	if !lockFile(lock) {
		return nil, fmt.Errorf("another process makes runs in %s; wait for it, or name another directory", req.Dir)
	}
	b.plan()
	b.work(ctx)
	return b.runs, ctx.Err()
}

// batch is a batch under way.
type batch struct {
	BatchRequest
	limiter *limiter
	start   time.Time

	mu         sync.Mutex
	runs       []Run
	running    int
	characters int
}

// plan lists the runs, sample by sample, so that the models can be compared early.
func (b *batch) plan() {
	taken := map[string]bool{}
	for _, m := range b.Models {
		name := strings.Trim(notInNames.ReplaceAllString(strings.ToLower(m.Name()), "-"), "-.")
		dir := cmp.Or(name, "model")
		for n := 2; taken[dir]; n++ {
			dir = name + "-" + strconv.Itoa(n)
		}
		taken[dir] = true
		for sample := 1; sample <= b.Samples; sample++ {
			b.runs = append(b.runs, Run{Model: m.Name(), Sample: sample, model: m, dir: filepath.Join(b.Dir, dir, strconv.Itoa(sample))})
		}
	}
}

// work makes the runs, Jobs of them at once.
func (b *batch) work(ctx context.Context) {
	next := make(chan int)
	var workers sync.WaitGroup
	for range max(1, b.Jobs) {
		workers.Go(func() {
			for i := range next {
				b.do(ctx, i)
			}
		})
	}
	for sample := range b.Samples {
		for m := range b.Models {
			if ctx.Err() == nil {
				next <- m*b.Samples + sample
			}
		}
	}
	close(next)
	workers.Wait()
}

// do makes one run, unless it is finished.
func (b *batch) do(ctx context.Context, i int) {
	b.mu.Lock()
	run := b.runs[i]
	b.running++
	b.mu.Unlock()

	req := b.request(&run)
	record, begun := recordOfSameWork(req)
	switch {
	case begun && finished(record, req.Output):
		run.Earlier = true
	case begun && (record.Status != Failed || record.partial()):
		req.Resume = record.ID
		fallthrough
	default:
		record = b.convert(ctx, req)
	}
	run.describe(record)

	b.mu.Lock()
	defer b.mu.Unlock()
	b.running--
	b.runs[i] = run
	b.tell(&run)
}

// request returns the request of a run.
func (b *batch) request(run *Run) ConvertRequest {
	req := b.ConvertRequest
	req.Model = throttled{run.model, b.limiter.gate(run.model.Host())}
	req.Output = filepath.Join(run.dir, req.Profile.FileName())
	req.ReplyDir = run.dir
	if b.CheckAt != nil {
		req.Check = b.CheckAt(req.Output)
	}
	before := 0
	req.Progress = func(characters int) {
		b.mu.Lock()
		defer b.mu.Unlock()
		if characters < before {
			before = 0 // the next reply
		}
		b.characters += characters - before
		before = characters
		b.tell(nil)
	}
	return req
}

// finished reports whether a run needs no more work: its module is written, and
// its repair was not broken off, or a whole reply of the model's gave no module,
// which is a result too.
func finished(r Record, output string) bool {
	switch r.Status {
	case Written:
		_, err := os.Lstat(output)
		return err == nil && r.Error == ""
	case Failed, CutOff:
		return len(r.Calls) > 0 && r.Calls[len(r.Calls)-1].Complete
	}
	return false
}

// partial reports whether the last call brought something and was interrupted.
func (r Record) partial() bool {
	if len(r.Calls) == 0 {
		return false
	}
	last := r.Calls[len(r.Calls)-1]
	return !last.Complete && last.Reply != ""
}

// convert makes the conversion of a run, writes what came of it, and returns the
// record.
func (b *batch) convert(ctx context.Context, req ConvertRequest) Record {
	c, err := Convert(ctx, req)
	if err != nil {
		var e *ConvertError
		if errors.As(err, &e) && e.Record != "" {
			if r, err := RecordOf(req.StateDir, e.Record); err == nil {
				return r
			}
		}
		return Record{Status: Failed, Error: err.Error()}
	}
	if ctx.Err() != nil {
		// The best version is of no use where the repair goes on the next time.
		return Record{Status: Cancelled, Error: "cancelled"}
	}
	if err := deliver(req, c); err != nil {
		return Record{Status: Failed, Error: err.Error()}
	}
	r, err := RecordOf(req.StateDir, c.Record)
	if err != nil {
		return Record{Status: Failed, Error: err.Error()}
	}
	return r
}

// deliver writes a module and what came with it. The directory of a run is the
// batch's own, so what stands there is replaced.
func deliver(req ConvertRequest, c *Conversion) error {
	dir := filepath.Dir(req.Output)
	if c.Record == "" {
		return errors.New(strings.Join(c.Report, "; "))
	}
	if _, err := WriteFile(dir, filepath.Base(req.Output), c.Module, true); err != nil {
		return err
	}
	if c.Config != "" {
		if _, err := WriteFile(dir, c.ConfigName, c.Config, true); err != nil {
			return err
		}
	}
	return Delivered(req.StateDir, c.Record, req.Output)
}

// describe fills in what a record says.
func (run *Run) describe(r Record) {
	run.Status, run.Error = r.Status, r.Error
	run.Before, run.After, run.Missing = r.Before, r.After, r.Missing
	run.PromptTokens, run.ReplyTokens, run.Seconds = r.PromptTokens(), r.ReplyTokens(), r.Seconds()
	run.Cost, run.Currency = r.Cost()
	if len(r.Calls) > 0 {
		run.Finish = r.Calls[0].Finish
	}
	for _, round := range r.Rounds {
		if round.Number > 0 {
			run.Rounds++
			if round.Kept {
				run.Kept++
			}
		}
	}
	if r.Status == Written {
		run.Module = filepath.Join(run.dir, filepath.Base(r.Output))
	}
}

// tell tells how far the batch is. b.mu is held.
func (b *batch) tell(ended *Run) {
	if b.OnProgress == nil {
		return
	}
	p := BatchProgress{Runs: len(b.runs), Running: b.running, Characters: b.characters, Elapsed: time.Since(b.start), Ended: ended}
	for _, run := range b.runs {
		if run.Status == "" {
			continue
		}
		p.Done++
		if run.Status != Written {
			p.Failed++
		}
		p.Cost += run.Cost
		p.Currency = cmp.Or(run.Currency, p.Currency)
	}
	p.Remaining = b.remaining()
	b.OnProgress(p)
}

// remaining returns about what the runs will cost that are not done: each the mean
// of those of its model that are.
func (b *batch) remaining() float64 {
	sum := 0.0
	for m := range b.Models {
		runs := b.runs[m*b.Samples : (m+1)*b.Samples]
		cost, done := 0.0, 0
		for _, run := range runs {
			if run.Status != "" {
				cost += run.Cost
				done++
			}
		}
		if done > 0 {
			sum += cost / float64(done) * float64(len(runs)-done)
		}
	}
	return sum
}
