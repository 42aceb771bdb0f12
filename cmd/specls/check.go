package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/commands"
	"github.com/specls/specls/commands/config"
)

const checkHelp = `Checks TLA+ files: their syntax, names, arities and levels, as the TLA+ tools
would, and the contract of the profile that they belong to by the name of their
module or file. Of a directory, all .tla files in it and below are checked. A
.cfg file beside a module, of its name, is taken into account, and what the
workspace's .specls/specls.toml says of the profile, the rules and the library
paths, where no flag does.

--format text, the default, has a line for each finding:

  FILE:LINE:COLUMN: SEVERITY: MESSAGE [RULE]

--format json is a list of

  {"file", "rule", "severity", "message", "help", "range", "related", "fixes"}

where a range is {"start": {"line", "column"}, "end": {"line", "column"}}; help is
the address of the rule's page; related has places and what they have to do with
it; fixes have a title, whether they are safe, and edits. Lines and columns count
from 1, columns in characters; the end is the place behind the last character.
Severities are error, warning, information, hint.

--format sarif is SARIF 2.1.0, for code scanning. --format github are workflow
commands, which GitHub shows beside the lines of a pull request: it shows the
first ten errors and the first ten warnings of a step.

--fix first makes the fixes that are safe: those of form that leave nothing to
choose. They never change what a specification models. What was fixed is told on
standard error. With --diff nothing is written: the changes are shown instead of
the findings.

Exit codes: 0 there are no errors (there may be lesser findings), and no changes
with --diff; 1 there are; 2 it could not check, for instance because a profile
has mistakes.`

const checkExamples = `  specls check etcdraft.tla
  specls check --profile none --format json -L lib specs/
  specls check --fix --diff specs/
  specls check --rule comments=off --rule fairness=warning etcdraft.tla
  specls check --format sarif specs/ > specls.sarif`

// checkFlags are the flags of check.
type checkFlags struct {
	profile, format    string
	libraryDirs, rules []string
	fix, diff          bool
}

func newCheck(t *terminal) *cobra.Command {
	var flags checkFlags
	cmd := &cobra.Command{
		Use:     "check [--profile NAME|none] [--rule ID=SEVERITY]... [--format FORMAT] [--fix [--diff]] [-L DIR]... FILE|DIR...",
		Short:   "Check TLA+ specifications",
		Long:    checkHelp,
		Example: checkExamples,
		Args:    needArgs("at least one file or directory"),
		RunE:    func(cmd *cobra.Command, args []string) error { return check(cmd.Context(), t, flags, args) },
	}
	cmd.Flags().StringVar(&flags.profile, "profile", "", "check against the contract of the profile `NAME`, or of none; default: by module or file name")
	cmd.Flags().StringArrayVar(&flags.rules, "rule", nil, "take a breach of a rule for more or less severe, as `ID=SEVERITY`: "+strings.Join(profile.SeverityWords(), ", ")+"; may be repeated")
	cmd.Flags().StringVar(&flags.format, "format", "text", "write the findings as `FORMAT`: "+strings.Join(formatNames(), ", "))
	cmd.Flags().BoolVar(&flags.fix, "fix", false, "make the fixes that are safe, then check")
	cmd.Flags().BoolVar(&flags.diff, "diff", false, "with --fix: show the changes instead of making them")
	cmd.Flags().StringArrayVarP(&flags.libraryDirs, "library", "L", nil, "look up in `DIR` what a file extends or instantiates; may be repeated")
	complete(cmd, "profile", func(typed string) []string { return append(profileNames(typed), analysis.NoProfile) })
	complete(cmd, "rule", ruleSeverities)
	complete(cmd, "format", func(string) []string { return formatNames() })
	return cmd
}

func check(ctx context.Context, t *terminal, flags checkFlags, args []string) error {
	write, err := formatNamed(flags.format)
	if err != nil {
		return err
	}
	if flags.diff && !flags.fix {
		return errors.New("--diff shows what --fix would change; give both")
	}
	req, err := checkRequest(t, flags)
	if err != nil {
		return err
	}
	req.Paths = args
	if flags.fix {
		changed, err := fix(ctx, t, req, flags.diff)
		if err != nil {
			return err
		}
		if flags.diff {
			return exitFor(changed)
		}
	}
	checked, err := commands.Check(ctx, req)
	if err != nil {
		return err
	}
	if err := write(t.out, checked); err != nil {
		return fmt.Errorf("writing the findings: %w", err)
	}
	errorsFound := false
	for _, c := range checked {
		errorsFound = errorsFound || finding.HasErrors(c.Findings)
	}
	return exitFor(errorsFound)
}

// exitFor returns the exit code of a check that did or did not find something.
func exitFor(found bool) error {
	if found {
		return exitCode(exitFindings)
	}
	return nil
}

// checkRequest returns how files are checked: as the flags say, then as the
// workspace's own file does.
func checkRequest(t *terminal, flags checkFlags) (req commands.CheckRequest, err error) {
	workspace, problems := config.LoadWorkspace(workspaceDir)
	if len(problems) > 0 {
		return req, problems
	}
	req.Profile = cmp.Or(flags.profile, workspace.Profile)
	if req.Profiles, err = profilesToCheck(t, req.Profile); err != nil {
		return req, err
	}
	req.LibraryDirs = append(flags.libraryDirs, workspace.LibraryPaths...)
	req.Severities, err = severitiesOf(workspace.Rules, flags.rules)
	return req, err
}

// profilesToCheck returns the profiles there are. A profile with mistakes could
// be the one that a file belongs to: without a name, nothing is checked then.
func profilesToCheck(t *terminal, name string) ([]*profile.Profile, error) {
	profiles, problems := commands.Profiles(commands.UserProfileDir(), workspaceDir)
	if name == "" && len(problems) > 0 {
		return nil, fmt.Errorf("a profile has mistakes, and files may belong to it; mend it, or name another one by --profile:\n%w", problems)
	}
	tellProblems(t, problems)
	if name == "" || name == analysis.NoProfile {
		return profiles, nil
	}
	if _, err := profile.Lookup(profiles, name); err != nil {
		return nil, fmt.Errorf("--profile: %w, or %s for no contract", err, analysis.NoProfile)
	}
	return profiles, nil
}

// severitiesOf reads the words of --rule, which outrank those of the workspace.
func severitiesOf(workspace map[string]string, words []string) (profile.Severities, error) {
	byRule := map[string]string{}
	maps.Copy(byRule, workspace)
	for _, word := range words {
		rule, severity, ok := strings.Cut(word, "=")
		if !ok {
			return nil, fmt.Errorf("--rule %s: write it as ID=SEVERITY, such as comments=off", word)
		}
		byRule[rule] = severity
	}
	severities, err := profile.ParseSeverities(byRule, analysis.RuleIDs())
	if err != nil {
		return nil, fmt.Errorf("--rule: %w", err)
	}
	return severities, nil
}

// fix makes the safe fixes, or shows what they would change, and reports whether
// there was anything to fix.
func fix(ctx context.Context, t *terminal, req commands.CheckRequest, dry bool) (changed bool, err error) {
	fixed, err := commands.Fix(ctx, req, dry)
	for _, f := range fixed {
		name := filepath.ToSlash(f.Path)
		switch {
		case f.Skipped != "":
			fmt.Fprintf(t.err, "%s: not fixed: %s\n", name, f.Skipped)
		case dry:
			changed = true
			if _, err := t.out.Write(diff.Diff(name+".orig", []byte(f.Before), name, []byte(f.After))); err != nil {
				return true, fmt.Errorf("writing the changes: %w", err)
			}
		default:
			changed = true
			for _, fix := range f.Fixes {
				fmt.Fprintf(t.err, "%s: fixed: %s\n", name, fix.Title)
			}
		}
	}
	return changed, err
}
