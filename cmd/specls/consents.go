package main

import (
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/specls/specls/commands"
)

const consentsHelp = `Lists the hosts to which you have agreed to send the source of which directories,
in an editor or on the command line, without being asked again.

"specls consents withdraw" takes them back: those for DIR, or all.`

func newConsents(t *terminal) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "consents [withdraw [DIR]]",
		Short: "List to which hosts source may be sent, or take that back",
		Long:  consentsHelp,
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			all, err := commands.Consent{}.List()
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
			for _, c := range all {
				fmt.Fprintf(w, "%s\t%s\t%s\n", c.Workspace, c.Host, c.Time.Local().Format(time.DateTime))
			}
			return w.Flush()
		},
	}
	cmd.AddCommand(&cobra.Command{
		Use: "withdraw [DIR]", Short: "Withdraw the consents for a directory, or all", Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			dir := ""
			if len(args) > 0 {
				dir = args[0]
			}
			n, err := commands.Consent{}.Withdraw(dir)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(t.out, "consents withdrawn: %d\n", n)
			return err
		},
	})
	return cmd
}
