package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/specls/specls/commands"
)

func newModels(t *terminal) *cobra.Command {
	return &cobra.Command{
		Use:   "models",
		Short: "List the models, and whether they are ready",
		Long: `Lists the models that a prompt can be sent to, and what is missing before one can
be used. Keys and addresses come from the environment alone; nothing is sent.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "MODEL\tREADY\tWHAT IT IS")
			for _, m := range commands.Models(t.getenv) {
				ready := "yes"
				if m.Problem != nil {
					ready = "no"
				}
				fmt.Fprintf(w, "%s\t%s\t%s\n", m.Usage, ready, m.About)
			}
			if err := w.Flush(); err != nil {
				return err
			}
			for _, m := range commands.Models(t.getenv) {
				if m.Problem != nil {
					fmt.Fprintf(t.out, "\n%v\n", m.Problem)
				}
			}
			return nil
		},
	}
}
