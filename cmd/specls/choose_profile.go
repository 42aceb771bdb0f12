package main

import (
	"fmt"
	"strings"

	"github.com/specls/specls/analysis/gosource"
	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/commands"
)

// workspaceDir is the workspace of the command line: where specls is started.
// It does not look further up, where somebody else's folder may be.
const workspaceDir = "."

// loadProfiles returns the profiles there are, and tells on standard error what
// is wrong with those that could not be read.
func loadProfiles(t *terminal) []*profile.Profile {
	profiles, problems := commands.Profiles(commands.UserProfileDir(), workspaceDir)
	tellProblems(t, problems)
	return profiles
}

// tellProblems says on standard error what is wrong with profiles.
func tellProblems(t *terminal, problems profile.Problems) {
	for _, p := range problems {
		fmt.Fprintf(t.err, "specls: a profile is left out: %s\n", p)
	}
}

// profileHelp describes --profile where it has a default.
const profileHelp = "use the profile of this `NAME` (see \"specls profiles\"); default: the one that fits the files best"

// chooseProfile returns the profile of the given name, or, where that is empty,
// the one that fits the sources best; it tells on standard error which one that
// is and why. It fails where no profile fits best.
func chooseProfile(t *terminal, name string, sources []commands.Source) (*profile.Profile, error) {
	profiles := loadProfiles(t)
	if name != "" {
		p, err := profile.Lookup(profiles, name)
		if err != nil {
			return nil, fmt.Errorf("--profile: %w", err)
		}
		return p, nil
	}
	ranked := profile.Rank(profiles, gosource.Read(commands.Files(sources)), sources[0].Path)
	best := profile.Best(ranked)
	if best == nil {
		return nil, undecided(profiles, ranked)
	}
	from := ""
	if best.Origin != profile.OriginBuiltin {
		from = " (" + best.Origin.String() + ")"
	}
	fmt.Fprintf(t.err, "profile %s%s, for the source %s\n", best.Name, from, evidence(ranked[0]))
	return best, nil
}

// undecided says why no profile was chosen.
func undecided(profiles []*profile.Profile, ranked []profile.Ranked) error {
	if len(ranked) == 0 {
		var names []string
		for _, p := range profiles {
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
