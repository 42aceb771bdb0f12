package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/commands"
	"github.com/specls/specls/commands/model"
)

const convertHelp = `Renders the prompt over one or more Go files, sends it to a model, takes the
module out of the reply, mends what can be mended mechanically, has the model
repair what is left, writes the module, and checks it.

The builtin model, the default, needs neither key nor network. It is no language
model: it writes a complete Raft model for the profile in the vocabulary of the
source. See "specls models" for the others. With another model your source
leaves this machine for that model's host: once, and once more for each round of
repair. A round is kept only if the module is better and has lost no action. A
request that was turned away is sent again at most twice, before anything of a
reply has arrived, and that is told. A model that you did not name in the command
is not sent to before you have agreed, once for each directory and host.

The module goes beside the first file, or into the current directory where that
is named by module. A .cfg that comes with it goes beside it, but never replaces
another one unless --force says so. The raw replies and a record of the conversion
are kept in your state directory; see "specls history" and "specls replies".

A reply that is cut off is not written; --resume asks for the rest. A conversion
that was interrupted is taken up when it is started again, and what has arrived
is not paid for twice; --fresh begins anew.

With several models, or --samples, it converts as often as that makes, into a
directory each below --out (default: specls-runs), and writes a table of what came
of it. Started again it goes on where it was.` + sourceHelp + `

Exit codes: 0 the module is clean; 1 it was written, and the check has findings;
2 there is no module.`

const convertExamples = `  specls convert --profile etcd go.etcd.io/raft/v3@v3.7.0/raft.go
  specls convert --model openai:gpt-5 --out spec --force raft.go

  Compare two models, five times each, four at once:
    specls convert --model openai:gpt-5 --model sonnet --samples 5 --jobs 4 raft.go

  With a server on this machine, which needs no key:
    OPENAI_BASE_URL=http://localhost:11434/v1 specls convert --model openai:qwen3-coder raft.go`

// convertFlags are the flags of convert.
type convertFlags struct {
	profile, focus, out, resume string
	models                      []string
	rounds, tokenBudget         int
	keepReplies                 int // as config.toml says
	force, fresh, companions    bool

	batch batchFlags
}

func newConvert(t *terminal) *cobra.Command {
	var flags convertFlags
	cmd := &cobra.Command{
		Use:     "convert [--profile NAME] [--focus TEXT] [--model MODEL] [--out DIR] [--force] FILE... | --resume ID",
		Short:   "Convert Go files to a TLA+ specification",
		Long:    convertHelp,
		Example: convertExamples,
		Args: func(cmd *cobra.Command, args []string) error {
			if flags.resume != "" && len(args) > 0 {
				return errors.New("--resume: the files are those of the record; name none")
			}
			if flags.resume != "" {
				return nil
			}
			return needArgs("at least one Go file")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := flags.configure(t, cmd.Flags()); err != nil {
				return err
			}
			if flags.rounds < 0 || flags.tokenBudget < 0 {
				return errors.New("--rounds and --token-budget: write a number from 0")
			}
			if flags.batch.asked(flags.models) {
				return batch(cmd.Context(), t, flags, args)
			}
			return convert(cmd.Context(), t, flags, args)
		},
	}
	cmd.Flags().StringVar(&flags.profile, "profile", "", profileHelp)
	complete(cmd, "profile", profileNames)
	cmd.Flags().StringVar(&flags.focus, "focus", "", focusHelp)
	cmd.Flags().StringArrayVar(&flags.models, "model", nil, "send the prompt to this `MODEL` (see \"specls models\"); default: as $SPECLS_MODEL or config.toml says, else builtin; several to compare them")
	cmd.Flags().BoolVar(&flags.companions, "companions", false, companionsHelp)
	cmd.Flags().StringVar(&flags.out, "out", "", "write the module into `DIR`; default: beside the first file")
	cmd.Flags().BoolVar(&flags.force, "force", false, "replace a file that exists and differs")
	cmd.Flags().IntVar(&flags.rounds, "rounds", commands.DefaultRounds, "have the model repair its module up to `N` times; 0 for never")
	cmd.Flags().IntVar(&flags.tokenBudget, "token-budget", 0, "begin no round of repair that would take more than `N` tokens in all; 0 for no limit")
	cmd.Flags().StringVar(&flags.resume, "resume", "", "take up the conversion with this `ID` (see \"specls history\"), and ask for the rest of its reply if that was cut off")
	cmd.Flags().BoolVar(&flags.fresh, "fresh", false, "begin anew, even where an interrupted conversion could be taken up")
	flags.batch.add(cmd.Flags())
	return cmd
}

// configure fills in what config.toml says and no flag does.
func (f *convertFlags) configure(t *terminal, flags *pflag.FlagSet) error {
	registry, err := t.registry()
	if err != nil {
		return err
	}
	c := registry.Config
	if c.RepairRounds != nil && !flags.Changed("rounds") {
		f.rounds = *c.RepairRounds
	}
	if c.TokenBudget != nil && !flags.Changed("token-budget") {
		f.tokenBudget = *c.TokenBudget
	}
	f.keepReplies = c.KeepReplies
	return nil
}

func convert(ctx context.Context, t *terminal, flags convertFlags, args []string) error {
	req, target, err := conversionOf(ctx, t, flags, args)
	if err != nil {
		return err
	}
	if err := worthSending(req.Model, target, flags.force); err != nil {
		return err
	}
	if err := t.agree(sending{
		model: req.Model, named: len(flags.models) > 0 || flags.resume != "", files: req.Files,
		tokens: commands.EstimateTokens(commands.Render(req.Profile, req.Focus, req.Files)),
	}); err != nil {
		return err
	}
	conversion, err := generate(ctx, t, target, req)
	if err != nil {
		return resumable(err)
	}
	dir := filepath.Dir(target)
	written, err := commands.WriteFile(dir, filepath.Base(target), conversion.Module, flags.force)
	if err != nil {
		return notWritten(err, conversion)
	}
	config := writeConfig(dir, conversion, flags.force)
	if err := commands.Delivered("", conversion.Record, target); err != nil {
		return err
	}
	return report(t, req.Model, target, written, config, conversion)
}

// conversionOf returns what the flags and arguments ask for, and the path that
// the module is to be written to.
func conversionOf(ctx context.Context, t *terminal, flags convertFlags, args []string) (commands.ConvertRequest, string, error) {
	req := commands.ConvertRequest{Focus: flags.focus, Rounds: flags.rounds, TokenBudget: flags.tokenBudget, KeepReplies: flags.keepReplies, Resume: flags.resume}
	registry, err := t.registry()
	if err != nil {
		return req, "", err
	}
	if flags.resume != "" {
		return resumed(t, registry, flags, req)
	}
	if req.Model, err = registry.New(strings.Join(flags.models, "")); err != nil {
		return req, "", fmt.Errorf("--model: %w", err)
	}
	sources, err := commands.ReadSources(ctx, args)
	if err != nil {
		return req, "", err
	}
	if req.Profile, err = chooseProfile(t, flags.profile, sources); err != nil {
		return req, "", err
	}
	if req.Files, err = withCompanions(t, flags.companions, sources, req.Profile, flags.focus, req.Model); err != nil {
		return req, "", err
	}
	target := filepath.Join(outputDir(flags.out, sources[0]), req.Profile.FileName())
	req.Output = target
	if earlier, ok := commands.Unfinished(req); ok && !flags.fresh && !commands.AnswersOnce(req.Model) {
		fmt.Fprintf(t.err, "taking up %s, which was %s; --fresh begins anew\n", earlier.ID, earlier.Status)
		req.Resume = earlier.ID
	}
	return req, target, nil
}

// resumed returns what --resume asks for.
func resumed(t *terminal, registry *commands.Registry, flags convertFlags, req commands.ConvertRequest) (commands.ConvertRequest, string, error) {
	earlier, err := commands.RecordOf("", flags.resume)
	if err != nil {
		return req, "", fmt.Errorf("--resume: %w", err)
	}
	if req.Profile, err = profile.Lookup(loadProfiles(t), earlier.Profile); err != nil {
		return req, "", fmt.Errorf("--resume: %w", err)
	}
	if req.Model, err = registry.New(earlier.Model); err != nil {
		return req, "", fmt.Errorf("--resume: %w", err)
	}
	if host := req.Model.Host(); host != earlier.Host {
		return req, "", fmt.Errorf("--resume: %s was begun with %s at %s, which is now at %s; nothing was sent; convert anew", earlier.ID, earlier.Model, earlier.Host, host)
	}
	req.Output = earlier.Output
	if flags.out != "" || earlier.Output == "" {
		req.Output = filepath.Join(cmp.Or(flags.out, "."), req.Profile.FileName())
	}
	return req, req.Output, nil
}

// resumable adds to an error how the rest of a reply can be asked for.
func resumable(err error) error {
	if e := (*commands.ConvertError)(nil); errors.As(err, &e) && e.Cut && e.Record != "" {
		return fmt.Errorf("%w; \"specls convert --resume %s\" asks for the rest", err, e.Record)
	}
	return err
}

// writeConfig writes the configuration that came with a module beside it, and
// says what became of it; empty where none came. One that is there already is the
// person's own, and is replaced only by force.
func writeConfig(dir string, c *commands.Conversion, force bool) string {
	if c.Config == "" {
		return ""
	}
	name := filepath.ToSlash(filepath.Join(dir, c.ConfigName))
	switch written, err := commands.WriteFile(dir, c.ConfigName, c.Config, force); {
	case errors.Is(err, commands.ErrExists):
		return name + " is as it was, and differs from the one in the reply; --force replaces it"
	case err != nil:
		return err.Error()
	case written:
		return "wrote " + name + ", which came with the module"
	}
	return "unchanged: " + name
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
func generate(ctx context.Context, t *terminal, target string, req commands.ConvertRequest) (*commands.Conversion, error) {
	progress := startProgress(t.err, req.Model.Title())
	defer progress.stop()
	req.Progress, req.Stage = progress.characters, progress.stage
	req.Check = commands.CheckInput(target, commands.CheckRequest{Profile: req.Profile.Name, Profiles: []*profile.Profile{req.Profile}})
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
func report(t *terminal, m model.Model, target string, written bool, config string, c *commands.Conversion) error {
	verb := "wrote"
	if !written {
		verb = "unchanged:"
	}
	fmt.Fprintf(t.out, "%s %s, by %s\n", verb, filepath.ToSlash(target), m.Title())
	if config != "" {
		fmt.Fprintln(t.out, config)
	}
	for _, remark := range c.Report {
		fmt.Fprintf(t.out, "  %s\n", remark)
	}
	if c.PromptTokens+c.ReplyTokens > 0 {
		fmt.Fprintf(t.out, "  %d tokens sent, %d received, as %s counts\n", c.PromptTokens, c.ReplyTokens, m.Host())
	}
	if c.Cost > 0 {
		fmt.Fprintf(t.out, "  cost %.4f %s, at the price in config.toml\n", c.Cost, c.Currency)
	}
	if c.ReplyPath != "" {
		fmt.Fprintf(t.out, "  the raw reply is kept in %s\n", c.ReplyPath)
	}
	if c.After.Required > 0 {
		fmt.Fprintf(t.out, "%d of %d requirements met\n", c.After.Met, c.After.Required)
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
