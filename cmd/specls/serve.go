package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/specls/specls/commands/config"
	"github.com/specls/specls/server"
)

const serveHelp = `Speaks the Language Server Protocol over standard input and output, for the
languages go and tlaplus (also called tla). Editors start it; "specls" alone is
the same.

It logs to standard error, or to a file: what was asked for, how long it took,
and errors, but never the text of a document, a prompt, a reply, or a key.`

const serveExamples = `  specls serve --log-file /tmp/specls.log --log-level debug`

// serveOptions are the flags of serve.
type serveOptions struct {
	logFile, logLevel string
	stdio             bool
}

// logLevels are the words for --log-level, zap's.
var logLevels = []string{"debug", "info", "warn", "error"}

func (o *serveOptions) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&o.logFile, "log-file", "", "append the log to `FILE` instead of writing it to standard error")
	flags.StringVar(&o.logLevel, "log-level", "info", "log from this `LEVEL` on: "+strings.Join(logLevels, ", "))
	// VS Code's client library passes this to every server; there is no other way
	// to talk to this one.
	flags.BoolVar(&o.stdio, "stdio", true, "use standard input and output")
	if err := flags.MarkHidden("stdio"); err != nil {
		panic(err) // the flag was defined one line above
	}
}

func newServe(t *terminal) *cobra.Command {
	var options serveOptions
	cmd := &cobra.Command{
		Use:     "serve",
		Short:   "Be a language server on standard input and output (the default)",
		Long:    serveHelp,
		Example: serveExamples,
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, args []string) error { return serve(cmd.Context(), t, options) },
	}
	options.addFlags(cmd.Flags())
	return cmd
}

// serve runs the language server until its client leaves.
func serve(ctx context.Context, t *terminal, options serveOptions) error {
	log, closeLog, err := newLog(t.err, options)
	if err != nil {
		return err
	}
	defer closeLog()
	if isTerminal(t.in) {
		fmt.Fprintln(t.err, "specls is a language server and waits for an editor on standard input; for help: specls --help")
	}
	err = server.Run(ctx, t.in, nopCloser{t.out}, server.Options{
		Log:       log,
		Version:   version(),
		Getenv:    t.getenv,
		ConfigDir: config.Dir(),
	})
	if errors.Is(err, server.ErrNoShutdown) {
		return exitCode(1) // as LSP wants it; nobody is left to tell
	}
	return err
}

// nopCloser keeps the server from closing the process's standard output.
type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// newLog returns the logger that the flags ask for, and what closes it.
func newLog(stderr io.Writer, options serveOptions) (*zap.Logger, func(), error) {
	level, err := zapcore.ParseLevel(options.logLevel)
	if err != nil || level < zapcore.DebugLevel || level > zapcore.ErrorLevel {
		return nil, nil, fmt.Errorf("--log-level: unknown level %q; the levels are %s", options.logLevel, strings.Join(logLevels, ", "))
	}
	out, closeOut := stderr, func() {}
	if options.logFile != "" {
		file, err := os.OpenFile(options.logFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, nil, fmt.Errorf("--log-file: %w", err)
		}
		out, closeOut = file, func() { file.Close() }
	}
	encoder := zap.NewDevelopmentEncoderConfig()
	core := zapcore.NewCore(zapcore.NewConsoleEncoder(encoder), zapcore.Lock(zapcore.AddSync(out)), level)
	return zap.New(core), closeOut, nil
}
