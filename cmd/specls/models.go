package main

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/specls/specls/commands"
	"github.com/specls/specls/commands/config"
)

const modelsHelp = `Lists the models that a prompt can be sent to, and what is missing before one can
be used: those that config.toml names, the back ends as the environment
configures them, and what Ollama has, if it runs. Nothing else is asked.

Keys come from the environment alone. docs/models.md describes all of it.`

func newModels(t *terminal) *cobra.Command {
	return &cobra.Command{
		Use:   "models",
		Short: "List the models, and whether they are ready",
		Long:  modelsHelp,
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, args []string) error { return listModels(cmd.Context(), t) },
	}
}

func listModels(ctx context.Context, t *terminal) error {
	registry, err := t.registry()
	if err != nil {
		return err
	}
	models := registry.List(ctx)
	w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "MODEL\tREADY\tWHAT IT IS")
	for _, m := range models {
		ready := "yes"
		if !m.Usable() {
			ready = "no"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", m.Usage, ready, m.About)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, m := range models {
		if m.Problem != nil {
			fmt.Fprintf(t.out, "\n%v\n", m.Problem)
		}
	}
	return nil
}

// registry returns the models as the person's config.toml and the environment
// configure them. Mistakes in the file are an error: what it says about where
// source goes must not be half understood.
func (t *terminal) registry() (*commands.Registry, error) {
	c, problems := config.Load(config.Dir())
	if len(problems) > 0 {
		return nil, problems
	}
	return &commands.Registry{Config: c, Environment: t.getenv, Files: true, Stdin: t.in, Pause: t.pause}, nil
}
