package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/specls/specls/commands"
)

const renderHelp = `Writes the prompt over one or more Go files to standard output, and nothing else,
for instance to paste it into a chat window.`

const renderExamples = `  specls render --profile etcd raft.go | wc --chars
  specls render --profile etcd --focus "leader election" go.etcd.io/raft/v3@v3.7.0/raft.go`

// sourceHelp says what FILE may be.
const sourceHelp = `

FILE is a path, or a file in a module, which is found through the Go module
cache: go.etcd.io/raft/v3@v3.7.0/raft.go.`

func newRender(t *terminal) *cobra.Command {
	var profileName, focus string
	var companions bool
	cmd := &cobra.Command{
		Use:     "render [--profile NAME] [--focus TEXT] FILE...",
		Short:   "Write the prompt to standard output",
		Long:    renderHelp + sourceHelp,
		Example: renderExamples,
		Args:    needArgs("at least one Go file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			sources, err := commands.ReadSources(cmd.Context(), args)
			if err != nil {
				return err
			}
			p, err := chooseProfile(t, profileName, sources)
			if err != nil {
				return err
			}
			registry, err := t.registry()
			if err != nil {
				return err
			}
			m, err := registry.New("")
			if err != nil {
				return err
			}
			files, err := withCompanions(t, companions, sources, p, focus, m)
			if err != nil {
				return err
			}
			_, err = io.WriteString(t.out, commands.Render(p, focus, files))
			return err
		},
	}
	cmd.Flags().StringVar(&profileName, "profile", "", profileHelp)
	complete(cmd, "profile", profileNames)
	cmd.Flags().StringVar(&focus, "focus", "", focusHelp)
	cmd.Flags().BoolVar(&companions, "companions", false, companionsHelp)
	return cmd
}

const focusHelp = "what the specification is to concentrate on, as `TEXT`; default: the profile's (see \"specls profiles\")"
