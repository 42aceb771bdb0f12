package main

import (
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/specls/specls/commands"
)

const repliesHelp = `Lists the raw replies of models that are kept, the newest first: the whole text,
as it came, of every reply that was paid for, also of one that gave no module. The
oldest are removed when there are more than 300 or they take more than 256 MB.

"specls replies clear" removes them all, and the reports beside them.`

func newReplies(t *terminal) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "replies [clear]",
		Short: "List the raw replies that are kept, or remove them",
		Long:  repliesHelp,
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			replies, err := commands.Replies("")
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
			for _, r := range replies {
				fmt.Fprintf(w, "%s\t%d bytes\t%s\n", r.Received.Local().Format(time.DateTime), r.Bytes, r.Path)
			}
			return w.Flush()
		},
	}
	cmd.AddCommand(&cobra.Command{
		Use: "clear", Short: "Remove all raw replies", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			removed, err := commands.ClearReplies("")
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(t.out, "raw replies removed: %d\n", removed)
			return err
		},
	})
	return cmd
}
