package commands

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/commands/model"
	"github.com/specls/specls/commands/reply"
)

// DefaultRounds is how many rounds of repair there are where the person did not
// say: each costs about what the first reply did.
const DefaultRounds = 2

// Round is one attempt to make a module better.
type Round struct {
	// Number is 0 for what is mended mechanically, without a model, and counts the
	// model's rounds from 1.
	Number int `json:"number"`
	// Before and After count the findings on the module that the round began with
	// and on the one it made, kept or not.
	Before Tally `json:"before"`
	After  Tally `json:"after"`
	// Fixes are the titles of the fixes that were made mechanically.
	Fixes []string `json:"fixes,omitempty"`
	// Kept says that the module is better, and taken. Why says why it is not.
	Kept bool   `json:"kept"`
	Why  string `json:"why,omitempty"`
}

// RepairRequest is what a person asked to have repaired.
type RepairRequest struct {
	// ConvertRequest says for what and how, as for a conversion. Files may be
	// empty: they are then those of the record of Output, as they were when the
	// module was made, and else the model is told that the source is not at hand.
	ConvertRequest
	// Module is the text to repair, and Config that of the configuration beside
	// it, empty for none.
	Module, Config string
	// Only are the findings to mend; nil is for all of them, after those that can
	// be mended mechanically.
	Only []finding.Finding
}

// Repair asks the model to mend the findings on a module, in up to Rounds rounds,
// and returns the best version, which may be the one it was given. As with
// [Convert], what was reached is returned even where a later round fails or ctx
// ends; the error, a *ConvertError, is for where the model's very first answer
// failed and nothing was mended.
func Repair(ctx context.Context, req RepairRequest) (*Conversion, error) {
	if len(req.Files) == 0 && req.Resume == "" {
		if r, ok := FindRecord(req.StateDir, req.Output, req.Module); ok {
			req.Files, _ = KeptSources(req.StateDir, r)
			req.Focus = r.Focus
		}
	}
	w, err := req.begin(KindRepair, req.Module)
	if err != nil {
		return nil, err
	}
	w.answerer = w.Model.Title()
	w.only = target{findings: req.Only}
	w.adopt(req.Module, req.Config)
	if !w.only.chosen() {
		w.mend()
	}
	if err := w.repair(ctx); err != nil && w.best.text == req.Module {
		return nil, w.fail(modelFailure(err, model.Reply{}))
	}
	return w.finish(), nil
}

// AnswersOnce reports whether a model gives the same reply whatever it is asked,
// for free: the builtin one, and a text that is there already. To ask it for a
// repair, or to take up what it was asked, is of no use.
func AnswersOnce(m model.Model) bool {
	kind, _, _ := strings.Cut(m.Name(), ":")
	return kind == DefaultModel || kind == givenReply{}.Name()
}

// target is what a repair is to mend: some findings, or all where there are none.
type target struct{ findings []finding.Finding }

func (t target) chosen() bool { return len(t.findings) > 0 }

// left returns the findings on a version that are to be mended. Those that were
// chosen are known again by what they say, for their places change.
func (t target) left(v version) []finding.Finding {
	if !t.chosen() {
		return slices.DeleteFunc(slices.Clone(v.result.Findings), func(f finding.Finding) bool { return f.Severity > finding.Warning })
	}
	return slices.DeleteFunc(slices.Clone(v.result.Findings), func(f finding.Finding) bool {
		return !slices.ContainsFunc(t.findings, func(c finding.Finding) bool { return c.Rule == f.Rule && c.Message == f.Message })
	})
}

// mend makes the fixes that need no model and that nobody would refuse.
func (w *work) mend() {
	mended, fixes := w.mended(w.best)
	if len(fixes) == 0 {
		return
	}
	r := Round{Before: w.best.tally, After: mended.tally, Fixes: fixes, Kept: true}
	if lost := w.best.lost(mended); len(lost) > 0 {
		r.Kept, r.Why = false, "it would lose "+strings.Join(lost, ", ")
	} else {
		w.best = mended
		for _, fix := range fixes {
			w.remark("mended: " + fix)
		}
	}
	w.ended(r)
}

// mended returns a version with all safe fixes made, and their titles, each once
// with how often it was made.
func (w *work) mended(v version) (version, []string) {
	in := w.Check
	in.Text = v.text
	if v.config != "" {
		in.Config = v.config
	}
	text, fixes, err := analysis.FixAll(in)
	if err != nil || text == v.text {
		return v, nil
	}
	var titles []string
	times := map[string]int{}
	for _, fix := range fixes {
		if times[fix.Title]++; times[fix.Title] == 1 {
			titles = append(titles, fix.Title)
		}
	}
	for i, title := range titles {
		if times[title] > 1 {
			titles[i] = fmt.Sprintf("%s (%d times)", title, times[title])
		}
	}
	return w.judge(text, v.config), titles
}

// ended notes a round.
func (w *work) ended(r Round) {
	w.rounds = append(w.rounds, r)
	w.journal.record.Rounds = w.rounds
	w.journal.save()
	if w.OnRound != nil {
		w.OnRound(r)
	}
}

// repair has the model mend what is left, as often as it may, until nothing is
// left, nothing gets better, or the tokens are spent. Its error is that of the
// model or of ctx; it is in the report too.
func (w *work) repair(ctx context.Context) error {
	if AnswersOnce(w.Model) {
		return nil
	}
	for number := 1; number <= w.Rounds; number++ {
		left := w.only.left(w.best)
		if len(left) == 0 {
			return nil
		}
		req := w.repairRequest(left)
		if cost := EstimateTokens(req.Text()) + EstimateTokens(w.best.text); w.TokenBudget > 0 && w.journal.spent+cost > w.TokenBudget {
			w.remark(fmt.Sprintf("no round %d of repair: it would take about %d tokens, and %d of the budget of %d are spent", number, cost, w.journal.spent, w.TokenBudget))
			return nil
		}
		w.stage(fmt.Sprintf("repair, round %d of %d: asking %s to mend %s", number, w.Rounds, w.Model.Title(), findingCount(len(left))))
		kept, err := w.round(ctx, number, req)
		if err != nil {
			w.remark(w.endedEarly(number, err))
			return err
		}
		if !kept {
			return nil
		}
	}
	return nil
}

// endedEarly says why a round failed, and that nothing is lost by it.
func (w *work) endedEarly(number int, err error) string {
	why := err.Error()
	if errors.Is(err, context.Canceled) {
		why = "cancelled"
	}
	w.journal.record.Error = fmt.Sprintf("round %d of repair: %s", number, why)
	return w.journal.record.Error + "; the best version so far is kept"
}

// round asks for a better module, and keeps it if it is one.
func (w *work) round(ctx context.Context, number int, req model.Request) (kept bool, err error) {
	r := Round{Number: number, Before: w.best.tally, After: w.best.tally}
	answer, err := w.askWhole(ctx, req)
	if err != nil {
		return false, err
	}
	if answer.Model != "" {
		w.answeredBy(answer, w.Model)
	}
	result := reply.Extract(answer.Text, w.Profile.Module, answer.Finish)
	if result.Status != reply.Whole && result.Status != reply.NoFooter {
		r.Why = "the reply is not a whole module: " + string(result.Status)
	} else {
		config := result.Config
		if config == "" {
			config = w.best.config
		}
		next := w.judge(w.moduleOf(result), config)
		if !w.only.chosen() {
			next, r.Fixes = w.mended(next)
		}
		r.After = next.tally
		if r.Why = w.only.refusal(w.best, next); r.Why == "" {
			w.best, r.Kept = next, true
		}
	}
	if r.Kept {
		w.remark(fmt.Sprintf("round %d of repair: %s left of %s", number, findingCount(r.After.total()), findingCount(r.Before.total())))
	} else {
		w.remark(fmt.Sprintf("round %d of repair was not kept: %s", number, r.Why))
	}
	w.ended(r)
	return r.Kept, nil
}

// refusal says why a version is not better than the one before, and is empty
// where it is: fewer errors, or as many and fewer warnings, and no action or
// requirement less. Where the findings were chosen, fewer of these and no more
// errors.
func (t target) refusal(before, after version) string {
	if lost := before.lost(after); len(lost) > 0 {
		return "it loses " + strings.Join(lost, ", ")
	}
	if t.chosen() {
		switch {
		case after.tally.Errors > before.tally.Errors:
			return fmt.Sprintf("it has %d errors, and had %d", after.tally.Errors, before.tally.Errors)
		case len(t.left(after)) >= len(t.left(before)):
			return "what was to be mended is still there"
		}
		return ""
	}
	b, a := before.tally, after.tally
	if a.Errors < b.Errors || a.Errors == b.Errors && a.Warnings < b.Warnings {
		return ""
	}
	return fmt.Sprintf("it has %d errors and %d warnings, and had %d and %d", a.Errors, a.Warnings, b.Errors, b.Warnings)
}

func (t Tally) total() int { return t.Errors + t.Warnings + t.Others }

func findingCount(n int) string {
	if n == 1 {
		return "1 finding"
	}
	return fmt.Sprintf("%d findings", n)
}
