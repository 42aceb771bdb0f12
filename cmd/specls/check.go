package main

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/analysis/text"
	"github.com/specls/specls/commands"
)

const checkHelp = `Checks TLA+ files: their syntax, names, arities and levels, as the TLA+ tools
would, and the contract of the profile that they belong to by the name of their
module or file. Of a directory, all .tla files in it and below are checked.

The text format has a line for each finding:

  FILE:LINE:COLUMN: SEVERITY: MESSAGE [RULE]

The json format is a list of

  {"file", "rule", "severity", "message",
   "range": {"start": {"line", "column"}, "end": {"line", "column"}}}

Lines and columns count from 1, columns in characters; the end is the place
behind the last character. Severities are error, warning, information, hint.

Exit codes: 0 there are no errors (there may be lesser findings); 1 there are
errors; 2 it could not run.`

const checkExamples = `  specls check etcdraft.tla
  specls check --profile none --format json -L lib specs/`

// checkFlags are the flags of check.
type checkFlags struct {
	profile, format string
	libraryDirs     []string
}

// formats are the words for --format.
var formats = map[string]func(io.Writer, []commands.Checked) error{"text": writeText, "json": writeJSON}

func newCheck(t *terminal) *cobra.Command {
	var flags checkFlags
	cmd := &cobra.Command{
		Use:     "check [--profile NAME|none] [--format text|json] [-L DIR]... FILE|DIR...",
		Short:   "Check TLA+ specifications",
		Long:    checkHelp,
		Example: checkExamples,
		Args:    needArgs("at least one file or directory"),
		RunE: func(cmd *cobra.Command, args []string) error {
			write, ok := formats[flags.format]
			if !ok {
				return fmt.Errorf("--format: unknown format %q; the formats are text, json", flags.format)
			}
			if err := validProfile(flags.profile); err != nil {
				return err
			}
			checked, err := commands.Check(cmd.Context(), commands.CheckRequest{
				Paths: args, Profile: flags.profile, Profiles: profile.Builtin(), LibraryDirs: flags.libraryDirs,
			})
			if err != nil {
				return err
			}
			if err := write(t.out, checked); err != nil {
				return fmt.Errorf("writing the findings: %w", err)
			}
			for _, c := range checked {
				if finding.HasErrors(c.Findings) {
					return exitCode(exitFindings)
				}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&flags.profile, "profile", "", "check against the contract of the profile `NAME`, or of none; default: by module or file name")
	cmd.Flags().StringVar(&flags.format, "format", "text", "write the findings as `FORMAT`: text, json")
	cmd.Flags().StringArrayVarP(&flags.libraryDirs, "library", "L", nil, "look up in `DIR` what a file extends or instantiates; may be repeated")
	return cmd
}

// validProfile fails for a name that is neither a profile's nor none.
func validProfile(name string) error {
	if name == "" || name == analysis.NoProfile {
		return nil
	}
	if _, err := profile.Lookup(profile.Builtin(), name); err != nil {
		return fmt.Errorf("--profile: %w, or %s for no contract", err, analysis.NoProfile)
	}
	return nil
}

// writeText writes a line for each finding.
func writeText(w io.Writer, checked []commands.Checked) error {
	var out strings.Builder
	for _, c := range checked {
		mapper := text.NewMapper(c.Text)
		for _, f := range c.Findings {
			line, column := mapper.LineColumn(f.Span.Start)
			fmt.Fprintf(&out, "%s:%d:%d: %s: %s [%s]\n", filepath.ToSlash(c.Path), line, column, f.Severity, f.Message, f.Rule)
		}
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// jsonFinding is a finding as --format json writes it.
type jsonFinding struct {
	File     string    `json:"file"`
	Rule     string    `json:"rule"`
	Severity string    `json:"severity"`
	Message  string    `json:"message"`
	Range    jsonRange `json:"range"`
}

type jsonRange struct {
	Start jsonPlace `json:"start"`
	End   jsonPlace `json:"end"`
}

// jsonPlace is 1-based, its column in characters.
type jsonPlace struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

func writeJSON(w io.Writer, checked []commands.Checked) error {
	list := []jsonFinding{} // none is [], not null
	for _, c := range checked {
		mapper := text.NewMapper(c.Text)
		place := func(offset int) (p jsonPlace) {
			p.Line, p.Column = mapper.LineColumn(offset)
			return p
		}
		for _, f := range c.Findings {
			list = append(list, jsonFinding{
				File: filepath.ToSlash(c.Path), Rule: f.Rule, Severity: f.Severity.String(), Message: f.Message,
				Range: jsonRange{Start: place(f.Span.Start), End: place(f.Span.End)},
			})
		}
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(list)
}
