package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/specls/specls/analysis/gosource"
	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/commands"
)

func newProfiles(t *terminal) *cobra.Command {
	return &cobra.Command{
		Use:   "profiles",
		Short: "List the profiles",
		Long: `Lists the profiles: a profile is a prompt together with the contract that the
specification made with it must keep.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "PROFILE\tWRITES\tDEFAULT FOCUS")
			for _, p := range profile.Builtin() {
				fmt.Fprintf(w, "%s\t%s\t%s\n", p.Name, p.FileName(), p.DefaultFocus)
			}
			return w.Flush()
		},
	}
}

// profileHelp describes --profile where it has a default.
const profileHelp = "use the profile of this `NAME` (see \"specls profiles\"); default: the one that fits the files best"

// chooseProfile returns the profile of the given name, or, where that is empty,
// the one that fits the sources best; it tells on standard error which one that
// is and why. It fails where no profile fits best.
func chooseProfile(t *terminal, name string, sources []commands.Source) (*profile.Profile, error) {
	if name != "" {
		p, err := profile.Lookup(profile.Builtin(), name)
		if err != nil {
			return nil, fmt.Errorf("--profile: %w", err)
		}
		return p, nil
	}
	ranked := profile.Rank(profile.Builtin(), gosource.Read(commands.Files(sources)), sources[0].Path)
	best := profile.Best(ranked)
	if best == nil {
		return nil, undecided(ranked)
	}
	fmt.Fprintf(t.err, "profile %s, for the source %s\n", best.Name, evidence(ranked[0]))
	return best, nil
}

// undecided says why no profile was chosen.
func undecided(ranked []profile.Ranked) error {
	if len(ranked) == 0 {
		var names []string
		for _, p := range profile.Builtin() {
			names = append(names, p.Name)
		}
		return fmt.Errorf("no profile fits the source, for it shows no sign of Raft; choose one with --profile: %s", strings.Join(names, ", "))
	}
	var fits []string
	for _, r := range ranked {
		fits = append(fits, fmt.Sprintf("\n  --profile %s: the source %s", r.Profile.Name, evidence(r)))
	}
	return fmt.Errorf("several profiles fit the source equally well; choose one:%s", strings.Join(fits, ""))
}

// evidence returns the first things that speak for a profile.
func evidence(r profile.Ranked) string {
	const limit = 3
	shown := r.Evidence[:min(limit, len(r.Evidence))]
	return strings.Join(shown, ", ")
}
