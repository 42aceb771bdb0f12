// Command specls turns Go implementations of Raft into TLA+ specifications with
// a language model, and checks such specifications: as a language server for
// editors, and on the command line.
//
// This package only reads flags, calls packages server and commands, and shows
// what they return; one file a subcommand.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// The exit codes. "specls help" documents them.
const (
	exitOK       = 0
	exitFindings = 1 // it ran, and found something
	exitFailed   = 2 // it could not run
)

func main() {
	// The first signal cancels, so that what has arrived of a reply is kept; the
	// second ends the process as usual.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], &terminal{
		in: os.Stdin, out: os.Stdout, err: os.Stderr, getenv: os.Getenv,
		interactive: isTerminal(os.Stdin) && isTerminal(os.Stderr),
	}))
}

// terminal is what a subcommand reads from and writes to.
type terminal struct {
	in       io.ReadCloser
	out, err io.Writer
	getenv   func(string) string
	// interactive says that there is a person who can be asked.
	interactive bool
	// pause is how long a model waits before it sends a request again; 0 outside
	// tests.
	pause time.Duration
}

// exitCode is an error that ends the process with a code and, having been
// reported already, without a message.
type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// run runs the command line and returns the exit code.
func run(ctx context.Context, args []string, t *terminal) int {
	root := newRoot(t)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	var code exitCode
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &code):
		return int(code)
	}
	fmt.Fprintf(t.err, "specls: %v\n", err)
	return exitFailed
}

const rootHelp = `specls turns Go implementations of Raft into TLA+ specifications with a language
model, and checks such specifications against the contract of the prompt that
they were made with.

Without a command it is a language server, which editors start: see
"specls serve --help".`

const rootExamples = `  Convert etcd's Raft with the builtin model, which needs neither key nor network:
    specls convert --profile etcd go.etcd.io/raft/v3@v3.7.0/raft.go

  Convert with a model of one's own choice:
    export OPENAI_API_KEY=…
    specls convert --model openai:gpt-5 raft.go

  Check a specification:
    specls check etcdraft.tla

  Exit codes: 0 all is well; 1 it ran and has findings to report; 2 it could not run.`

// extraCommands are those that only some builds have; see man.go.
var extraCommands []func(*terminal) *cobra.Command

func newRoot(t *terminal) *cobra.Command {
	var options serveOptions
	root := &cobra.Command{
		Use:           "specls",
		Short:         "Convert Go to TLA+ with a language model, and check the result",
		Long:          rootHelp,
		Example:       rootExamples,
		Args:          cobra.ArbitraryArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return fmt.Errorf("unknown command %q; the commands are %s", args[0], strings.Join(commandNames(cmd), ", "))
			}
			return serve(cmd.Context(), t, options)
		},
	}
	options.addFlags(root.Flags())
	root.SetIn(t.in)
	root.SetOut(t.out)
	root.SetErr(t.err)
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(
		newConvert(t), newRender(t), newCheck(t), newProfiles(t), newModels(t), newConsents(t), newHistory(t), newChanges(t),
		newReplies(t), newVerify(t), newServe(t), newDoctor(t), newVersion(t),
	)
	for _, command := range extraCommands {
		root.AddCommand(command(t))
	}
	return root
}

func commandNames(cmd *cobra.Command) []string {
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return names
}

// flagError adds to a mistake in a flag what the command's flags are.
func flagError(cmd *cobra.Command, err error) error {
	if !strings.Contains(err.Error(), "unknown") {
		return err
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, "--"+f.Name)
		}
	})
	return fmt.Errorf("%w; the flags of %q are %s", err, cmd.CommandPath(), strings.Join(names, ", "))
}

// needArgs returns a check that there are arguments, and says which.
func needArgs(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return fmt.Errorf("%s: name %s; see %q", cmd.Name(), what, cmd.CommandPath()+" --help")
		}
		return nil
	}
}
