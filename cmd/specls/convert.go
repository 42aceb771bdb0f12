package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/commands"
	"github.com/specls/specls/commands/model"
)

const convertHelp = `Renders the prompt over one or more Go files, sends it to a model, takes the
module out of the reply, writes it, and checks it.

The builtin model, the default, needs neither key nor network. It is no language
model: it writes a complete Raft model for the profile in the vocabulary of the
source. See "specls models" for the others. With another model your source
leaves this machine for that model's host. A request that was turned away is sent
again at most twice, before anything of a reply has arrived, and that is told.

The module goes beside the first file, or into the current directory where that
is named by module. The raw reply is kept in your state directory. A reply that
is cut off is not written.` + sourceHelp + `

Exit codes: 0 the module is clean; 1 it was written, and the check has findings;
2 there is no module.`

const convertExamples = `  specls convert --profile etcd go.etcd.io/raft/v3@v3.7.0/raft.go
  specls convert --model openai:gpt-5 --out spec --force raft.go

  With a server on this machine, which needs no key:
    OPENAI_BASE_URL=http://localhost:11434/v1 specls convert --model openai:qwen3-coder raft.go`

// convertFlags are the flags of convert.
type convertFlags struct {
	profile, focus, model, out string
	force                      bool
}

func newConvert(t *terminal) *cobra.Command {
	var flags convertFlags
	cmd := &cobra.Command{
		Use:     "convert [--profile NAME] [--focus TEXT] [--model MODEL] [--out DIR] [--force] FILE...",
		Short:   "Convert Go files to a TLA+ specification",
		Long:    convertHelp,
		Example: convertExamples,
		Args:    needArgs("at least one Go file"),
		RunE:    func(cmd *cobra.Command, args []string) error { return convert(cmd.Context(), t, flags, args) },
	}
	cmd.Flags().StringVar(&flags.profile, "profile", "", profileHelp)
	cmd.Flags().StringVar(&flags.focus, "focus", "", focusHelp)
	cmd.Flags().StringVar(&flags.model, "model", "", "send the prompt to this `MODEL` (see \"specls models\"); default: as $SPECLS_MODEL or config.toml says, else builtin")
	cmd.Flags().StringVar(&flags.out, "out", "", "write the module into `DIR`; default: beside the first file")
	cmd.Flags().BoolVar(&flags.force, "force", false, "replace a file that exists and differs")
	return cmd
}

func convert(ctx context.Context, t *terminal, flags convertFlags, args []string) error {
	registry, err := t.registry()
	if err != nil {
		return err
	}
	m, err := registry.New(flags.model)
	if err != nil {
		return fmt.Errorf("--model: %w", err)
	}
	sources, err := commands.ReadSources(ctx, args)
	if err != nil {
		return err
	}
	p, err := chooseProfile(t, flags.profile, sources)
	if err != nil {
		return err
	}
	dir := outputDir(flags.out, sources[0])
	target := filepath.Join(dir, p.FileName())
	if err := worthSending(m, target, flags.force); err != nil {
		return err
	}
	conversion, err := generate(ctx, t, m, target, commands.ConvertRequest{
		Profile: p, Focus: flags.focus, Files: commands.Files(sources), Model: m,
	})
	if err != nil {
		return err
	}
	written, err := commands.WriteFile(dir, conversion.FileName, conversion.Module, flags.force)
	if err != nil {
		return notWritten(err, conversion)
	}
	if err := commands.Delivered("", conversion.Record, target); err != nil {
		return err
	}
	return report(t, m, target, written, conversion)
}

// outputDir returns where the module goes.
func outputDir(out string, first commands.Source) string {
	switch {
	case out != "":
		return out
	case first.Dir != "":
		return first.Dir
	}
	return "."
}

// worthSending fails where the reply could not be written, before anything is
// spent on it. The builtin model costs nothing, and may well write what is
// there already.
func worthSending(m model.Model, target string, force bool) error {
	if m.Host() == "" || force {
		return nil
	}
	if _, err := os.Lstat(target); err == nil {
		return fmt.Errorf("%s exists; nothing was sent; replace it with --force, or choose another directory with --out", target)
	}
	return nil
}

// generate converts, and shows progress.
func generate(ctx context.Context, t *terminal, m model.Model, target string, req commands.ConvertRequest) (*commands.Conversion, error) {
	progress := startProgress(t.err, m.Title())
	defer progress.stop()
	req.Progress = progress.characters
	req.Check = commands.CheckInput(target, commands.CheckRequest{Profile: req.Profile.Name, Profiles: []*profile.Profile{req.Profile}})
	req.Output = target
	return commands.Convert(ctx, req)
}

// notWritten says what became of a module that was not written.
func notWritten(err error, c *commands.Conversion) error {
	advice := ""
	if errors.Is(err, commands.ErrExists) {
		advice = "; replace it with --force, or choose another directory with --out"
	}
	if c.ReplyPath != "" {
		advice += "; the reply is kept in " + c.ReplyPath
	}
	return fmt.Errorf("%w%s", err, advice)
}

// report tells what was done and what the check says.
func report(t *terminal, m model.Model, target string, written bool, c *commands.Conversion) error {
	verb := "wrote"
	if !written {
		verb = "unchanged:"
	}
	fmt.Fprintf(t.out, "%s %s, by %s\n", verb, filepath.ToSlash(target), m.Title())
	for _, remark := range c.Report {
		fmt.Fprintf(t.out, "  %s\n", remark)
	}
	if c.PromptTokens+c.ReplyTokens > 0 {
		fmt.Fprintf(t.out, "  %d tokens sent, %d received, as %s counts\n", c.PromptTokens, c.ReplyTokens, m.Host())
	}
	if c.ReplyPath != "" {
		fmt.Fprintf(t.out, "  the raw reply is kept in %s\n", c.ReplyPath)
	}
	if len(c.Findings) == 0 {
		fmt.Fprintln(t.out, "check: no findings")
		return nil
	}
	fmt.Fprintf(t.out, "check: %s\n", countOf(len(c.Findings), "finding"))
	writeText(t.out, []commands.Checked{{Path: target, Text: c.Module, Findings: c.Findings}})
	return exitCode(exitFindings)
}

func countOf(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
