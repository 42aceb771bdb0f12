package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/specls/specls/commands"
)

const historyHelp = `Lists the conversions and repairs of the past, the newest first, or shows one: the
source files with their hashes, the profile, the model, what was asked of it, the
rounds of repair with the findings before and after each, the tokens as the service
counted them, and where the module went. The records are in your state directory.

A conversion that is "interrupted", "cancelled", "cut off" or "ready" can be taken
up with "specls convert --resume ID".

"specls history clear" removes the records, and the copies of the sources that
were kept to tell what has changed since.`

func newHistory(t *terminal) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "history [--json] [ID] | history clear",
		Short: "List past conversions, or show one",
		Long:  historyHelp,
		Args:  cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 {
				r, err := commands.RecordOf("", args[0])
				if err != nil {
					return err
				}
				if asJSON {
					return encode(t.out, r)
				}
				return showRecord(t.out, r)
			}
			records, err := commands.History("")
			if err != nil {
				return err
			}
			if asJSON {
				return encode(t.out, append([]commands.Record{}, records...))
			}
			return listRecords(t.out, records)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "write the records as JSON")
	cmd.AddCommand(&cobra.Command{
		Use: "clear", Short: "Remove all records", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			removed, err := commands.ClearHistory("")
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(t.out, "removed %s\n", countOf(removed, "record"))
			return err
		},
	})
	return cmd
}

// encode writes JSON that people can read as well.
func encode(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

func listRecords(out io.Writer, records []commands.Record) error {
	if len(records) == 0 {
		_, err := fmt.Fprintln(out, "nothing has been converted yet")
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tWHAT\tSTATUS\tMODEL\tSOURCES\tMODULE")
	for _, r := range records {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", r.ID, r.Kind, r.Status, r.Model, strings.Join(sourcePaths(r), ", "), r.Output)
	}
	return w.Flush()
}

func sourcePaths(r commands.Record) []string {
	paths := make([]string, len(r.Sources))
	for i, source := range r.Sources {
		paths[i] = source.Path
	}
	return paths
}

// showRecord writes a record for a person to read.
func showRecord(out io.Writer, r commands.Record) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	row := func(name, format string, args ...any) { fmt.Fprintf(w, "%s\t%s\n", name, fmt.Sprintf(format, args...)) }
	row(string(r.Kind), "%s, %s", r.ID, r.Status)
	if r.Error != "" {
		row("because", "%s", r.Error)
	}
	row("started", "%s", r.Started.Local().Format(time.DateTime))
	for _, s := range r.Sources {
		row("source", "%s, SHA-256 %s", s.Path, s.Hash)
	}
	row("profile", "%s, SHA-256 %s", r.Profile, r.ProfileHash)
	if r.Focus != "" {
		row("focus", "%s", r.Focus)
	}
	row("model", "%s", strings.TrimSuffix(r.Model+", "+r.AnsweredBy, ", "))
	for _, name := range slices.Sorted(maps.Keys(r.Parameters)) {
		row(name, "%s", r.Parameters[name])
	}
	row("asked for", "up to %d rounds of repair", r.MaxRounds)
	for i, c := range r.Calls {
		row(fmt.Sprintf("call %d", i+1), "%s", describeCall(c))
	}
	for _, round := range r.Rounds {
		row(roundName(round), "%s", describeRound(round))
	}
	if r.Output != "" {
		row("module", "%s, SHA-256 %s", r.Output, r.ModuleHash)
	}
	for _, missing := range r.Missing {
		row("missing", "%s", missing)
	}
	return w.Flush()
}

func describeCall(c commands.Call) string {
	parts := []string{fmt.Sprintf("%.1f s", c.Seconds)}
	if c.PromptTokens+c.ReplyTokens > 0 {
		parts = append(parts, fmt.Sprintf("%d tokens sent, %d received", c.PromptTokens, c.ReplyTokens))
	}
	switch {
	case c.Error != "":
		parts = append(parts, c.Error)
	case c.Complete:
		parts = append(parts, "ended: "+c.Finish)
	default:
		parts = append(parts, "interrupted")
	}
	if c.Reply != "" {
		parts = append(parts, c.Reply)
	}
	return strings.Join(parts, "; ")
}

func roundName(r commands.Round) string {
	if r.Number == 0 {
		return "mechanical fixes"
	}
	return fmt.Sprintf("round %d", r.Number)
}

func describeRound(r commands.Round) string {
	text := fmt.Sprintf("%d errors and %d warnings, then %d and %d", r.Before.Errors, r.Before.Warnings, r.After.Errors, r.After.Warnings)
	if len(r.Fixes) > 0 {
		text += "; " + strings.Join(r.Fixes, "; ")
	}
	if !r.Kept {
		text += "; not kept: " + r.Why
	}
	return text
}
