package main

import (
	"fmt"
	"os"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"

	"github.com/specls/specls/commands"
	"github.com/specls/specls/commands/config"
	"github.com/specls/specls/commands/doctor"
)

const doctorHelp = `Looks at what this machine has of what specls needs, and says how to mend what is
not in order: the configuration, profiles, the models and whether their hosts
answer, the editors and whether they are set up, the TLA+ tools.

Nothing is written, and no prompt and no key is sent; a host is asked for no
more than a connection.

Exit codes: 0 nothing has to be mended; 1 something has.`

func newDoctor(t *terminal) *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Look whether all that is needed is there, and say how to mend what is not",
		Long:  doctorHelp,
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			executable, err := os.Executable()
			if err != nil {
				return fmt.Errorf("finding the program itself: %w", err)
			}
			workspace, err := os.Getwd()
			if err != nil {
				return fmt.Errorf("finding the current directory: %w", err)
			}
			reports := doctor.Examine(cmd.Context(), doctor.Machine{
				Version: version(), Executable: executable, Environment: t.getenv,
				ConfigDir: config.Dir(), ProfileDir: commands.UserProfileDir(), StateDir: commands.StateDir(),
				Workspace: workspace, Home: xdg.Home, EditorConfig: xdg.ConfigHome,
			})
			for _, report := range reports {
				printReport(t, report)
			}
			if !doctor.Healthy(reports) {
				return exitCode(exitFindings)
			}
			return nil
		},
	}
}

func printReport(t *terminal, report doctor.Report) {
	fmt.Fprintf(t.out, "%s\n", report.Subject)
	for _, f := range report.Findings {
		fmt.Fprintf(t.out, "  %-4s  %s\n", f.State, f.Text)
		if f.Advice != "" {
			fmt.Fprintf(t.out, "        to mend it: %s\n", f.Advice)
		}
	}
}
