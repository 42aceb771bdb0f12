package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/specls/specls/commands"
)

const changesHelp = `Tells which functions, types, constants and variables of the Go source have changed
since a specification was made from it. Comments, white space and line breaks do
not count. The source is looked for where it was when the specification was made,
as seen from the current directory; name the files where it has moved.

Exit codes: 0 nothing has changed; 1 something has; 2 it could not be told.`

func newChanges(t *terminal) *cobra.Command {
	return &cobra.Command{
		Use:     "changes SPECIFICATION [FILE...]",
		Short:   "Tell what has changed in the source of a specification",
		Long:    changesHelp,
		Example: "  specls changes etcdraft.tla",
		Args:    needArgs("the .tla file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := os.ReadFile(args[0])
			if err != nil {
				return fmt.Errorf("reading a specification: %w", err)
			}
			record, ok := commands.FindRecord("", args[0], string(text))
			if !ok {
				return fmt.Errorf("there is no record of a conversion that wrote %s", args[0])
			}
			files := args[1:]
			if len(files) == 0 {
				files = sourcePaths(record)
			}
			sources, err := commands.ReadSources(cmd.Context(), files)
			if err != nil {
				return err
			}
			changes := commands.Changes("", record, commands.Files(sources))
			if len(changes) == 0 {
				return nil
			}
			var out strings.Builder
			for _, c := range changes {
				place := filepath.ToSlash(c.File)
				if c.Line > 0 {
					place = fmt.Sprintf("%s:%d", place, c.Line)
				}
				fmt.Fprintf(&out, "%s: %s %s %s\n", place, c.Kind, c.Name, c.Change)
			}
			if _, err := fmt.Fprint(t.out, out.String()); err != nil {
				return err
			}
			return exitCode(exitFindings)
		},
	}
}
