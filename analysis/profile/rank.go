package profile

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/specls/specls/analysis/gosource"
)

// Ranked is a profile that fits a Go file.
type Ranked struct {
	Profile *Profile
	// Score orders profiles for one file; it has no meaning beyond that. It is
	// never 0.
	Score int
	// Evidence says what spoke for the profile, strongest first: "names
	// MsgHup", "imports go.etcd.io/raft/v3/raftpb", "is named raft.go".
	Evidence []string
}

// Rank returns the profiles that fit a Go file, best first; profiles of equal
// score keep their order. A profile that nothing speaks for is left out. file
// is the file's path with forward slashes.
func Rank(profiles []*Profile, facts gosource.Facts, file string) []Ranked {
	var ranked []Ranked
	for _, p := range profiles {
		if r := p.rank(facts, file); r.Score > 0 {
			ranked = append(ranked, r)
		}
	}
	slices.SortStableFunc(ranked, func(a, b Ranked) int { return cmp.Compare(b.Score, a.Score) })
	return ranked
}

// Best returns the profile that fits best, nil where none does or where the
// best two are equal.
func Best(ranked []Ranked) *Profile {
	if len(ranked) == 0 || len(ranked) > 1 && ranked[0].Score == ranked[1].Score {
		return nil
	}
	return ranked[0].Profile
}

// What one match is worth. Each glob counts once, however many names it
// matches, so that a long file does not outweigh what it says.
const (
	evidenceScore = 2
	supportScore  = 1
)

func (p *Profile) rank(facts gosource.Facts, file string) Ranked {
	names := mentioned(facts)
	r := Ranked{Profile: p}
	count := func(score int, verb string, globs, candidates []string, match func(glob, s string) bool) {
		for _, glob := range globs {
			i := slices.IndexFunc(candidates, func(s string) bool { return match(glob, s) })
			if i >= 0 {
				r.Score += score
				r.Evidence = append(r.Evidence, fmt.Sprintf("%s %s", verb, candidates[i]))
			}
		}
	}
	m := p.Match
	count(evidenceScore, "names", m.Declares, names, matchName)
	count(evidenceScore, "imports", m.Imports, facts.Imports, matchPath)
	if r.Score == 0 && len(m.Declares)+len(m.Imports) > 0 {
		return Ranked{}
	}
	count(supportScore, "names", m.Supports, names, matchName)
	count(supportScore, "imports", slices.DeleteFunc(slices.Clone(m.Supports), isName), facts.Imports, matchPath)
	if i := slices.IndexFunc(m.Files, func(glob string) bool { return matchPath(glob, file) }); i >= 0 {
		r.Score += supportScore
		r.Evidence = append(r.Evidence, "is named "+path.Base(file))
	}
	return r
}

// mentioned returns the bare names that a file declares or mentions.
func mentioned(facts gosource.Facts) []string {
	names := slices.Clone(facts.Declared)
	for _, list := range [][]gosource.Name{facts.Roles, facts.Messages} {
		for _, n := range list {
			names = append(names, n.Name[strings.LastIndexByte(n.Name, '.')+1:])
		}
	}
	return names
}

func isName(glob string) bool { return !strings.Contains(glob, "/") }

func matchName(glob, name string) bool {
	ok, _ := path.Match(strings.ToLower(glob), strings.ToLower(name))
	return ok
}

// matchPath matches the last elements of a path, as many as the glob has.
func matchPath(glob, p string) bool {
	elements := strings.Split(p, "/")
	n := strings.Count(glob, "/") + 1
	if n > len(elements) {
		return false
	}
	ok, _ := path.Match(glob, strings.Join(elements[len(elements)-n:], "/"))
	return ok
}
