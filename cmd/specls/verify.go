package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/specls/specls/commands"
	"github.com/specls/specls/commands/tlc"
)

const verifyHelp = `Has TLC, the model checker of the TLA+ tools, check a specification, and says what
came of it. It needs java, and the path of tla2tools.jar in SPECLS_TLA2TOOLS; for
specifications that extend the CommunityModules, that of their jar in
SPECLS_COMMUNITY_MODULES.

Where no .cfg stands beside the file one is made: Spec, three nodes, and a small
value for each other constant, by the way it is used. --save-config writes it. What
such a run shows is whether the specification runs at all, and how far; generated
ones have no invariants, and mostly more states than can be looked at.

Exit codes: 0 there was no error, whether or not the time sufficed for all states;
1 TLC found one; 2 it could not run.`

const verifyExamples = `  specls verify etcdraft.tla
  specls verify --time 10m --config small.cfg etcdraft.tla
  specls verify --simulate 1000 --depth 100 etcdraft.tla`

func newVerify(t *terminal) *cobra.Command {
	var config string
	var save bool
	var options tlc.Options
	cmd := &cobra.Command{
		Use:     "verify [--config FILE] [--time D] [--simulate N [--depth N]] FILE",
		Short:   "Model-check a specification with TLC",
		Long:    verifyHelp,
		Example: verifyExamples,
		Args:    cobra.MatchAll(needArgs("the .tla file"), cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if options.Time <= 0 || options.Simulate < 0 || options.Depth < 1 || options.Workers < 0 {
				return errors.New("--time and --depth must be more than 0, --simulate and --workers not less")
			}
			tools, err := tlc.Find(t.getenv)
			if err != nil {
				return err
			}
			req := commands.VerifyRequest{Path: args[0], Config: config, Tools: tools, Options: options}
			return verify(cmd.Context(), t, req, save)
		},
	}
	cmd.Flags().StringVar(&config, "config", "", "use the configuration `FILE`; default: the .cfg beside the specification")
	cmd.Flags().BoolVar(&save, "save-config", false, "write the configuration that was made beside the specification")
	cmd.Flags().DurationVar(&options.Time, "time", 2*time.Minute, "end TLC after the duration `D`")
	cmd.Flags().IntVar(&options.Simulate, "simulate", 0, "look at `N` random behaviours instead of all states")
	cmd.Flags().IntVar(&options.Depth, "depth", 100, "of at most `N` steps each")
	cmd.Flags().IntVar(&options.Workers, "workers", 0, "use `N` threads; 0 for as many as there are processors")
	cmd.Flags().BoolVar(&options.Deadlock, "deadlock", false, "take a state without a next one for an error")
	return cmd
}

func verify(ctx context.Context, t *terminal, req commands.VerifyRequest, save bool) error {
	progress := startProgress(t.err, "TLC")
	v, err := commands.Verify(ctx, req)
	progress.stop()
	if err != nil {
		return err
	}
	if v.Made {
		if err := tellConfig(t, req.Path, v.Config, save); err != nil {
			return err
		}
	}
	if err := tellResult(t.out, req, v.Result); err != nil {
		return err
	}
	if v.Outcome == tlc.Violated || v.Outcome == tlc.Broken {
		return exitCode(exitFindings)
	}
	return nil
}

// tellConfig shows the configuration that was made, or writes it.
func tellConfig(t *terminal, path, config string, save bool) error {
	name := strings.TrimSuffix(filepath.Base(path), ".tla") + ".cfg"
	if !save {
		_, err := fmt.Fprintf(t.out, "there is no %s; TLC was given\n    %s\n", name, strings.ReplaceAll(strings.TrimSpace(config), "\n", "\n    "))
		return err
	}
	if _, err := commands.WriteFile(filepath.Dir(path), name, config, false); err != nil {
		return err
	}
	_, err := fmt.Fprintf(t.out, "wrote %s\n", filepath.ToSlash(filepath.Join(filepath.Dir(path), name)))
	return err
}

// tellResult says in plain words what TLC found.
func tellResult(out io.Writer, req commands.VerifyRequest, r tlc.Result) error {
	var text strings.Builder
	states := fmt.Sprintf("%s different states, to a depth of %d", commands.Thousands(r.Distinct), r.Depth)
	switch r.Outcome {
	case tlc.Passed:
		if n := req.Options.Simulate; n > 0 {
			fmt.Fprintf(&text, "no error in %d random behaviours of up to %d steps\n", n, req.Options.Depth)
		} else {
			fmt.Fprintf(&text, "no error: TLC looked at all that can happen, %s\n", states)
		}
	case tlc.Unfinished:
		fmt.Fprintf(&text, "no error within %v: %s; %s more are known and not looked at\n", req.Options.Time, states, commands.Thousands(r.Left))
	case tlc.Violated:
		text.WriteString("TLC found that something does not hold\n")
	case tlc.Broken:
		text.WriteString("TLC cannot run it\n")
	}
	for _, message := range r.Errors {
		text.WriteString("  " + strings.ReplaceAll(message, "\n", "\n  ") + "\n")
	}
	writeTrace(&text, r.Trace)
	_, err := io.WriteString(out, text.String())
	return err
}

// writeTrace writes the steps that lead to an error, and the last state in full.
func writeTrace(out *strings.Builder, trace []string) {
	if len(trace) == 0 {
		return
	}
	out.WriteString("it comes to that by\n")
	for _, state := range trace[:len(trace)-1] {
		step, _, _ := strings.Cut(state, "\n")
		out.WriteString("  " + step + "\n")
	}
	out.WriteString("  " + strings.ReplaceAll(trace[len(trace)-1], "\n", "\n     ") + "\n")
}
