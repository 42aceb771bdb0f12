package conformance

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/syntax"
)

// stepMutants is how many mutants of examples are run through TLC. It takes a few
// seconds for each.
var stepMutants = flag.Int("step-mutants", 0, "compare with TLC on so many mutants of examples")

// tlcFaults has what TLC says of the faults that the rules find, by rule.
var tlcFaults = map[string]*regexp.Regexp{
	"unassigned":      regexp.MustCompile(`[Ss]uccessor state is not completely specified`),
	"uninitialised":   regexp.MustCompile(`initial state is not completely specified|current state is not a legal state`),
	"read-before-set": regexp.MustCompile(`the identifier \S+ is either undefined or not an operator|was not a member of its domain|Attempted to apply a function|Attempted to select field`),
}

// runTLC returns what TLC prints about a module, and false where it did not end in
// time.
func runTLC(t *testing.T, dir, module string, limit time.Duration) (string, bool) {
	t.Helper()
	tools, community := os.Getenv(toolsVariable), os.Getenv(communityVariable)
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "java", "-XX:+UseSerialGC", "-DTLA-Library="+community, "-cp", tools+string(os.PathListSeparator)+community, "tlc2.TLC",
		"-deadlock", "-workers", "1", "-metadir", t.TempDir(), module+".tla")
	cmd.Dir = dir
	out, _ := cmd.CombinedOutput()
	return string(out), ctx.Err() == nil
}

// faultOf returns the rule that finds what TLC stopped at, "" where it stopped at
// nothing of the kind.
func faultOf(out string) string {
	for _, rule := range []string{"unassigned", "uninitialised", "read-before-set"} {
		if tlcFaults[rule].MatchString(out) {
			return rule
		}
	}
	return ""
}

// reported returns the findings of the rules that TLC judges: all of them, and
// those that are errors.
func reported(found []finding.Finding) (all, errors []finding.Finding) {
	for _, f := range found {
		if tlcFaults[f.Rule] != nil {
			all = append(all, f)
			if f.Severity == finding.Error {
				errors = append(errors, f)
			}
		}
	}
	return all, errors
}

// usualConfig is the .cfg file of the golden cases that have none.
const usualConfig = "SPECIFICATION Spec\nCONSTANT Server = {1, 2}\n"

// TestGoldenCasesInTLC runs the golden cases of the rules on what TLC would stop at
// through TLC: it must stop at what is an error, and at nothing of the kind where
// nothing was found.
func TestGoldenCasesInTLC(t *testing.T) {
	newSANY(t) // skips
	counts := map[string]int{}
	for _, c := range fixCases(t) {
		rule, _, _ := strings.Cut(c.name, "-broken")
		rule, _, _ = strings.Cut(rule, "-innocent")
		root, _ := syntax.Parse(c.in.Text).Module()
		if tlcFaults[rule] == nil {
			continue
		}
		if c.in.Config == "" {
			c.in.Config = usualConfig
		}
		if c.modules["Integers"] == "" && !strings.Contains(c.in.Text, "Spec ==") && !strings.Contains(c.in.Config, "INIT") {
			continue // nothing to check
		}
		c.in.Path = root.Name() + ".tla"
		result, err := analysis.Check(c.in)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		write(t, filepath.Join(dir, root.Name()+".tla"), c.in.Text)
		write(t, filepath.Join(dir, root.Name()+".cfg"), c.in.Config)
		for _, name := range slices.Sorted(maps.Keys(c.modules)) {
			write(t, filepath.Join(dir, name+".tla"), c.modules[name])
		}
		out, ended := runTLC(t, dir, root.Name(), time.Minute)
		fault := faultOf(out)
		all, errors := reported(result.Findings)
		key := fmt.Sprintf("errors %v, TLC stops %v", len(errors) > 0, fault != "")
		counts[key]++
		switch {
		case !ended || !strings.Contains(out, "Starting..."):
			t.Errorf("%s: TLC did not run:\n%s", c.name, out)
		case fault == "" && len(errors) > 0:
			t.Errorf("%s: TLC does not stop at %v:\n%s", c.name, errors, out)
		case fault != "" && len(all) == 0:
			t.Errorf("%s: nothing is reported, but TLC stops:\n%s", c.name, out)
		}
	}
	t.Log(counts)
}

// TestStepMutants takes examples that TLC can check in a few seconds, breaks them in
// one place where a variable is set, and compares what TLC says with what the rules
// say. It is off unless -step-mutants is given.
func TestStepMutants(t *testing.T) {
	if *stepMutants == 0 {
		t.Skip("NOT COMPARED WITH TLC ON MUTANTS: give -step-mutants=N")
	}
	newSANY(t)
	c := new(checker)
	random := rand.New(rand.NewPCG(1, 2))
	files := examples(t)
	random.Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
	counts := map[string]int{}
	made := 0
	for _, f := range files {
		config, err := os.ReadFile(strings.TrimSuffix(f.path, ".tla") + ".cfg")
		if made >= *stepMutants || err != nil {
			continue
		}
		edits := stepEdits(syntax.Parse(read(t, f.path)))
		if len(edits) == 0 {
			continue
		}
		if out, ended := runTLC(t, filepath.Dir(f.path), f.module(), 8*time.Second); !ended || faultOf(out) != "" || !strings.Contains(out, "No error has been found") {
			continue
		}
		counts["specifications"]++
		for range min(4, *stepMutants-made) {
			made++
			e := edits[random.IntN(len(edits))]
			text, err := finding.Apply(read(t, f.path), []finding.Edit{e})
			if err != nil {
				t.Fatal(err)
			}
			in := analysis.Input{Path: filepath.ToSlash(f.path), Text: text, Profile: analysis.NoProfile, Source: c.source(f), Config: string(config), Modules: &c.modules}
			result, err := analysis.Check(in)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			for _, path := range glob(t, filepath.Join(filepath.Dir(f.path), "*.*")) {
				if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
					write(t, filepath.Join(dir, filepath.Base(path)), read(t, path))
				}
			}
			write(t, filepath.Join(dir, f.module()+".tla"), text)
			out, ended := runTLC(t, dir, f.module(), 15*time.Second)
			fault := faultOf(out)
			all, errors := reported(result.Findings)
			said := "nothing"
			if len(errors) > 0 {
				said = "an error"
			} else if len(all) > 0 {
				said = "a warning"
			}
			verdict := map[bool]string{true: "TLC stops", false: "TLC does not stop"}[fault != ""]
			if !ended && fault == "" {
				verdict = "TLC does not end in time"
			}
			counts[said+" said, "+verdict]++
			t.Logf("%s: %s said, %s", filepath.Base(f.path), said, verdict)
			if said == "an error" && verdict == "TLC does not stop" || said == "nothing" && fault != "" {
				line := 1 + strings.Count(read(t, f.path)[:e.Span.Start], "\n")
				t.Logf("%s:%d: %q becomes %q: %s said, %s: %v\n%s", f.path, line, read(t, f.path)[e.Span.Start:e.Span.End], e.NewText, said, verdict, all, tail(out, 600))
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(counts)) {
		t.Logf("%4d %s", counts[key], key)
	}
}

func tail(s string, n int) string { return s[max(0, len(s)-n):] }

// stepEdits returns edits that each take away one place where a variable is set: an
// element of the tuple of UNCHANGED, or a conjunct x' = e or x = e of a list.
func stepEdits(tree *syntax.Tree) []finding.Edit {
	var edits []finding.Edit
	for n := range tree.Root().Walk() {
		switch n.Kind() {
		case syntax.KindTuple:
			if p := n.Parent(); p.Kind() == syntax.KindPrefix && p.Token().Kind() == syntax.OpUnchanged && n.NumChildren() > 1 {
				for i := range n.NumChildren() - 1 {
					edits = append(edits, finding.Edit{Span: finding.Span{Start: n.Child(i).Span().Start, End: n.Child(i + 1).Span().Start}})
				}
			}
		case syntax.KindItem:
			e := n.Child(0)
			if n.Parent().Kind() != syntax.KindConjunction || e.Kind() != syntax.KindInfix || e.Token().Kind() != syntax.OpEquals {
				continue
			}
			left := e.Child(0)
			if left.Kind() == syntax.KindPostfix && left.Token().Kind() == syntax.OpPrime && left.Child(0).Kind() == syntax.KindIdentifier {
				edits = append(edits, finding.Edit{Span: e.Span(), NewText: "TRUE"})
			}
		}
	}
	return edits
}
