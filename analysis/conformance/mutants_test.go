package conformance

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/specls/specls/analysis/finding"
)

var (
	mutants = flag.Int("mutants", 6000, "make so many `mutants`")
	seed    = flag.Uint64("seed", 1, "make the mutants from this `number`")
	keep    = flag.String("keep", "", "write the mutants on which there is no agreement to this `directory`")
)

// The goals: the share of mutants with the same verdict as SANY's, and, of those
// that both reject, with the first error within a line of SANY's first.
const (
	verdictGoal = 0.995
	placeGoal   = 0.95
)

// largest bounds the files that are changed, in bytes, so that SANY is done with
// thousands of them in minutes.
const largest = 60000

// mutant is a file with one change.
type mutant struct {
	file
	origin string
	mutation
	change string
}

// score counts the mutants of one kind.
type score struct {
	rejected, accepted, crashed int // by SANY
	agreed                      int
	placed, near, any           int // of those with a place: first near first, any near SANY's first
}

// TestMutants makes mutants of the examples, and compares the verdicts and the
// first errors with SANY's.
func TestMutants(t *testing.T) {
	s := newSANY(t)
	made := makeMutants(t, s)
	var files []file
	for _, m := range made {
		files = append(files, m.file)
	}
	c := new(checker)
	scores := map[string]*score{}
	for i, a := range s.ask(t, files) {
		m := made[i]
		if scores[m.name] == nil {
			scores[m.name] = new(score)
		}
		errors := c.check(t, m.file, finding.Error)
		if why := scores[m.name].count(a, errors); why != "" {
			disagree(t, m, a, errors, why)
		}
	}
	total := report(t, scores)
	if share := float64(total.agreed) / float64(total.accepted+total.rejected); share < verdictGoal {
		t.Errorf("the verdicts agree for %.2f %%, below the goal of %.1f %%", 100*share, 100*verdictGoal)
	}
	if share := float64(total.near) / float64(total.placed); share < placeGoal {
		t.Errorf("the first error is within a line for %.2f %%, below the goal of %.0f %%", 100*share, 100*placeGoal)
	}
}

// count adds a mutant and returns what there is no agreement on, if anything.
func (s *score) count(a answer, errors []found) string {
	switch a.verdict {
	case "crashed":
		s.crashed++
		return ""
	case "accepted":
		s.accepted++
		if len(errors) > 0 {
			return "FALSE ALARM"
		}
		s.agreed++
		return ""
	}
	s.rejected++
	if len(errors) == 0 {
		return "MISSED"
	}
	s.agreed++
	theirs := a.errors()
	if len(theirs) == 0 {
		return ""
	}
	first := slices.MinFunc(theirs, func(a, b message) int { return cmp.Compare(a.first, b.first) })
	s.placed++
	if slices.ContainsFunc(errors, first.near) {
		s.any++
	}
	if !first.near(errors[0]) {
		return "ELSEWHERE"
	}
	s.near++
	return ""
}

// near reports whether an error begins within a line of where SANY's does.
func (m message) near(e found) bool { return m.first-1 <= e.first && e.first <= m.first+1 }

// makeMutants writes mutants of the examples that SANY accepts to a directory.
func makeMutants(t *testing.T, s *sany) []mutant {
	var origins []file
	for _, a := range s.ask(t, examples(t)) {
		if a.verdict == "accepted" && len(read(t, a.path)) <= largest {
			origins = append(origins, a.file)
		}
	}
	random := rand.New(rand.NewPCG(*seed, 0))
	dir := t.TempDir()
	seen := map[string]bool{}
	var made []mutant
	for tries := 0; len(made) < *mutants && tries < 100**mutants; tries++ {
		origin, how := origins[random.IntN(len(origins))], mutations[random.IntN(len(mutations))]
		old := read(t, origin.path)
		e, ok := how.make(newMutator(old, random))
		if !ok {
			continue
		}
		text, err := finding.Apply(old, []finding.Edit{e})
		if err != nil {
			t.Fatalf("%s in %s: %v", how.name, origin.path, err)
		}
		if text == old || seen[text] {
			continue
		}
		seen[text] = true
		m := mutant{origin: origin.path, mutation: how, change: describe(old, e)}
		m.path = filepath.Join(dir, fmt.Sprint(len(made)), filepath.Base(origin.path))
		m.directories = []string{filepath.Dir(origin.path)}
		write(t, m.path, text)
		made = append(made, m)
	}
	return made
}

// describe says what an edit changes.
func describe(text string, e finding.Edit) string {
	return fmt.Sprintf("line %d: %s → %s", 1+strings.Count(text[:e.Span.Start], "\n"), shorten(text[e.Span.Start:e.Span.End]), shorten(e.NewText))
}

func shorten(s string) string {
	if r := []rune(s); len(r) > 60 {
		s = string(r[:60]) + "…"
	}
	return fmt.Sprintf("%q", s)
}

// listed counts what disagree has listed, by what there is no agreement on.
var listed = map[string]int{}

func disagree(t *testing.T, m mutant, a answer, errors []found, why string) {
	t.Helper()
	listed[why]++
	if *keep != "" {
		path := filepath.Join(*keep, fmt.Sprintf("%s-%d", strings.ReplaceAll(why, " ", "-"), listed[why]), filepath.Base(m.path))
		write(t, path, read(t, m.path))
		write(t, filepath.Join(filepath.Dir(path), "origin.txt"), m.origin+"\n"+m.name+"\n"+m.change+"\n")
	}
	if listed[why] > *show {
		return
	}
	text := fmt.Sprintf("%s: %s in %s, %s\n", why, m.name, filepath.Base(m.origin), m.change)
	for i, e := range a.errors() {
		if i < 2 {
			text += fmt.Sprintf("\tSANY, line %d: %s [%d]\n", e.first, e.text, e.code)
		}
	}
	t.Log(text + list(errors))
}

// report prints a table of the scores and returns their sum.
func report(t *testing.T, scores map[string]*score) score {
	t.Helper()
	var total score
	var b strings.Builder
	fmt.Fprintf(&b, "seed %d\n%-28s %8s %8s %8s %8s %9s %9s\n", *seed, "mutation", "rejected", "accepted", "crashed", "agreed", "1st near", "any near")
	line := func(name string, s score) {
		fmt.Fprintf(&b, "%-28s %8d %8d %8d %8s %9s %9s\n", name, s.rejected, s.accepted, s.crashed,
			percent(s.agreed, s.accepted+s.rejected), percent(s.near, s.placed), percent(s.any, s.placed))
	}
	for _, name := range slices.Sorted(maps.Keys(scores)) {
		s := scores[name]
		total.rejected += s.rejected
		total.accepted += s.accepted
		total.crashed += s.crashed
		total.agreed += s.agreed
		total.placed += s.placed
		total.near += s.near
		total.any += s.any
		line(name, *s)
	}
	line("all", total)
	fmt.Fprintf(&b, "no agreement: %v", listed)
	t.Log(b.String())
	if total.accepted+total.rejected == 0 || total.placed == 0 {
		fmt.Fprintln(os.Stderr, b.String())
		t.Fatal("there are no mutants to compare")
	}
	return total
}

func percent(n, of int) string {
	if of == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f %%", 100*float64(n)/float64(of))
}
