package main

import (
	"fmt"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/commands"
)

const profilesHelp = `Lists the profiles: a profile is a prompt together with the contract that the
specification made with it must keep.

Besides the built-in ones there are your own, each in a folder with a
profile.toml and a prompt.txt:

  .specls/profiles/NAME/                of a workspace, which is the directory
                                        in which specls is started
  profiles/NAME/                        of you, in specls's folder in your
                                        configuration directory

Those of the workspace come first, then yours, then the built-in ones; where
several write the same module, the first is the one it is checked against.
Yours can take the place of a built-in one by having its name; a workspace's
cannot, nor that of one of yours.`

func newProfiles(t *terminal) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "profiles",
		Short: "List the profiles, make one, check them",
		Long:  profilesHelp,
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "PROFILE\tFROM\tWRITES\tDEFAULT FOCUS")
			for _, p := range loadProfiles(t) {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", p.Name, origin(p), p.FileName(), p.DefaultFocus)
			}
			return w.Flush()
		},
	}
	cmd.AddCommand(newProfilesInit(t), newProfilesCheck(t))
	return cmd
}

// origin says where a profile comes from, and whether it takes a built-in one's
// place.
func origin(p *profile.Profile) string {
	if _, err := profile.Lookup(profile.Builtin(), p.Name); err == nil && p.Origin != profile.OriginBuiltin {
		return p.Origin.String() + ", in place of the built-in one"
	}
	return p.Origin.String()
}

func newProfilesInit(t *terminal) *cobra.Command {
	user := false
	cmd := &cobra.Command{
		Use:   "init [--user] NAME",
		Short: "Write a starting profile",
		Long: `Writes a starting profile: a profile.toml with a comment on every key, and a
prompt. They go into .specls/profiles/NAME, or, with --user, into your
configuration directory. What exists is never overwritten.`,
		Example: `  specls profiles init mutex`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			userDir := ""
			if user {
				userDir = commands.UserProfileDir()
			}
			dir, err := commands.NewProfile(args[0], userDir, workspaceDir)
			if err != nil {
				return err
			}
			for _, name := range []string{profile.ConfigFile, profile.PromptFile} {
				fmt.Fprintf(t.out, "wrote %s\n", filepath.ToSlash(filepath.Join(dir, name)))
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&user, "user", false, "make it yours, for all workspaces")
	return cmd
}

func newProfilesCheck(t *terminal) *cobra.Command {
	return &cobra.Command{
		Use:   "check [DIR]",
		Short: "Check profiles",
		Long: `Checks the profiles of the workspace and your own, or those in DIR, which is a
folder of profiles or one profile's. Each mistake is a line

  FILE:LINE: MESSAGE

or without LINE where it concerns the whole file.

Exit codes: 0 there are no mistakes; 1 there are; 2 it could not run.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var problems profile.Problems
			if len(args) == 0 {
				_, problems = commands.Profiles(commands.UserProfileDir(), workspaceDir)
			} else {
				var err error
				if _, problems, err = commands.ProfilesIn(args[0]); err != nil {
					return err
				}
			}
			for _, p := range problems {
				fmt.Fprintln(t.out, p)
			}
			if len(problems) > 0 {
				return exitCode(exitFindings)
			}
			return nil
		},
	}
}
