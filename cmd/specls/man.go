//go:build man

package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// The manual pages are made of the same help that the commands print, by a
// build of their own: the released program does not carry what makes them. See
// .ci/release.
func init() {
	extraCommands = append(extraCommands, newMan)
}

func newMan(*terminal) *cobra.Command {
	return &cobra.Command{
		Use:    "man DIR",
		Short:  "Write the manual pages into DIR",
		Args:   cobra.ExactArgs(1),
		Hidden: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return fmt.Errorf("making the directory of the manual pages: %w", err)
			}
			root := cmd.Root()
			root.DisableAutoGenTag = true
			epoch := time.Unix(0, 0) // a date would make each release differ from the next
			header := &doc.GenManHeader{Title: strings.ToUpper(root.Name()), Section: "1", Source: "specls", Manual: "specls", Date: &epoch}
			return doc.GenManTree(root, header, args[0])
		},
	}
}
