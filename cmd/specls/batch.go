package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/pflag"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/commands"
)

// batchFlags are the flags of convert for many conversions at once.
type batchFlags struct {
	samples, jobs int
	table         string
}

func (f *batchFlags) add(flags *pflag.FlagSet) {
	flags.IntVar(&f.samples, "samples", 1, "convert `N` times with each model")
	flags.IntVar(&f.jobs, "jobs", 1, "convert up to `N` times at once")
	flags.StringVar(&f.table, "table", "md", "write the table of what came of it as `FORMAT`: "+strings.Join(commands.TableFormats, ", "))
}

// asked reports whether there is more than one conversion to make.
func (f batchFlags) asked(models []string) bool { return f.samples != 1 || len(models) > 1 }

// batch makes many conversions.
func batch(ctx context.Context, t *terminal, flags convertFlags, args []string) error {
	switch {
	case flags.batch.samples < 1 || flags.batch.jobs < 1:
		return errors.New("--samples and --jobs: write a number from 1")
	case !slices.Contains(commands.TableFormats, flags.batch.table):
		return fmt.Errorf("--table: unknown format %q; the formats are %s", flags.batch.table, strings.Join(commands.TableFormats, ", "))
	case flags.resume != "":
		return errors.New("--resume is for one conversion; many are taken up when the same command is given again")
	}
	req, err := batchOf(ctx, t, flags, args)
	if err != nil {
		return err
	}
	for _, m := range req.Models {
		tokens := commands.EstimateTokens(commands.Render(req.Profile, req.Focus, req.Files))
		if err := t.agree(sending{model: m, named: len(flags.models) > 0, files: req.Files, tokens: tokens}); err != nil {
			return err
		}
	}
	progress := startBatchProgress(t.err)
	req.OnProgress = progress.tell
	runs, err := commands.Batch(ctx, req)
	progress.stop()
	if len(runs) > 0 {
		if err := commands.WriteTable(t.out, flags.batch.table, runs); err != nil {
			return fmt.Errorf("writing the table: %w", err)
		}
	}
	if errors.Is(err, context.Canceled) {
		return errors.New("cancelled; give the same command again to go on")
	}
	if err != nil {
		return err
	}
	return batchExit(runs)
}

// batchOf returns what the flags and arguments ask for.
func batchOf(ctx context.Context, t *terminal, flags convertFlags, args []string) (commands.BatchRequest, error) {
	req := commands.BatchRequest{Samples: flags.batch.samples, Jobs: flags.batch.jobs, Dir: cmp.Or(flags.out, "specls-runs")}
	req.Focus, req.Rounds, req.TokenBudget = flags.focus, flags.rounds, flags.tokenBudget
	registry, err := t.registry()
	if err != nil {
		return req, err
	}
	req.Hosts = registry.Config.Hosts
	for _, name := range flags.models {
		m, err := registry.New(name)
		if err != nil {
			return req, fmt.Errorf("--model: %w", err)
		}
		req.Models = append(req.Models, m)
	}
	if len(req.Models) == 0 {
		m, err := registry.New("")
		if err != nil {
			return req, fmt.Errorf("--model: %w", err)
		}
		req.Models = append(req.Models, m)
	}
	sources, err := commands.ReadSources(ctx, args)
	if err != nil {
		return req, err
	}
	if req.Profile, err = chooseProfile(t, flags.profile, sources); err != nil {
		return req, err
	}
	// What goes along is the same for all models, so that they can be compared.
	if req.Files, err = withCompanions(t, flags.companions, sources, req.Profile, flags.focus, req.Models[0]); err != nil {
		return req, err
	}
	req.CheckAt = func(path string) analysis.Input {
		return commands.CheckInput(path, commands.CheckRequest{Profile: req.Profile.Name, Profiles: []*profile.Profile{req.Profile}})
	}
	return req, nil
}

// batchExit returns the exit code: 0 where all modules are clean, 1 where some
// have findings, 2 where some run gave none.
func batchExit(runs []commands.Run) error {
	code := exitOK
	for _, r := range runs {
		switch {
		case r.Status != commands.Written:
			code = exitFailed
		case !r.After.Clean():
			code = max(code, exitFindings)
		}
	}
	if code == exitOK {
		return nil
	}
	return exitCode(code)
}

// batchProgress shows how far a batch is: on a terminal in one line that is
// rewritten, elsewhere a line for each run that ends.
type batchProgress struct {
	out      io.Writer
	terminal bool

	mu    sync.Mutex
	shown time.Time
}

func startBatchProgress(out io.Writer) *batchProgress {
	return &batchProgress{out: out, terminal: isTerminal(out)}
}

func (b *batchProgress) tell(p commands.BatchProgress) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if p.Ended != nil {
		b.clear()
		fmt.Fprintf(b.out, "%d of %d: %s, sample %d: %s\n", p.Done, p.Runs, p.Ended.Model, p.Ended.Sample, ending(*p.Ended))
	}
	if b.terminal && (p.Ended != nil || time.Since(b.shown) > 200*time.Millisecond) {
		b.clear()
		fmt.Fprint(b.out, summaryOf(p))
		b.shown = time.Now()
	}
}

func ending(r commands.Run) string {
	said := string(r.Status)
	if r.Status == commands.Written {
		said = fmt.Sprintf("%s before repair, %s after", countOf(r.Before.Errors, "error"), countOf(r.After.Errors, "error"))
	}
	if r.Error != "" {
		said += ": " + r.Error
	}
	if r.Earlier {
		said += " (from before)"
	}
	return said
}

// summaryOf says how far a batch is, in one line.
func summaryOf(p commands.BatchProgress) string {
	line := fmt.Sprintf("%d of %d done, %d under way, %v", p.Done, p.Runs, p.Running, p.Elapsed.Round(time.Second))
	if seconds := p.Elapsed.Seconds(); seconds > 0 {
		line += fmt.Sprintf(", %.0f characters/s", float64(p.Characters)/seconds)
	}
	if p.Currency != "" {
		line += fmt.Sprintf(", %.2f %s so far, about %.2f to come", p.Cost, p.Currency, p.Remaining)
	}
	return line
}

func (b *batchProgress) clear() {
	if b.terminal {
		fmt.Fprint(b.out, clearLine)
	}
}

func (b *batchProgress) stop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.clear()
}
