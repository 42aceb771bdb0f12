package commands

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/analysis/syntax"
	"github.com/specls/specls/commands/model"
	"github.com/specls/specls/commands/model/builtin"
	"github.com/specls/specls/commands/reply"
)

// mendedMechanically is how many of the broken replies come clean without a model.
const mendedMechanically = 17

// TestBrokenReplies has each of testdata/broken mended mechanically. An archive
// is a reply as models get it wrong: its comment says what is wrong, and may name
// the profile; its files "old" and "new" are changes to the module that the
// builtin model writes, which is clean; "before" and "after" stand around the
// module; and "left" are the rules that still find something when all is mended,
// one a line, or "clean", or "unnoticed" where the check has nothing to say of the
// reply. No action may be lost, and what came clean once must stay so; better is
// no failure, but ought to be written down with -update.
func TestBrokenReplies(t *testing.T) {
	files, err := filepath.Glob("testdata/broken/*.txtar")
	if err != nil || len(files) < 12 {
		t.Fatalf("%d broken replies, %v", len(files), err)
	}
	clean := 0
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			b := readBroken(t, file)
			c, err := ReplyText(t.Context(), ConvertRequest{Profile: b.profile, StateDir: t.TempDir()}, b.reply)
			if err != nil {
				t.Fatal(err)
			}
			had := actionsOf(syntax.Parse(reply.Extract(b.reply, b.profile.Module, model.Stop).Module))
			if c.After.Clean() {
				had = actionsOf(syntax.Parse(b.module))
			}
			has := actionsOf(syntax.Parse(c.Module))
			for _, action := range had {
				if !slices.Contains(has, action) {
					t.Errorf("%s is lost:\n%s", action, c.Module)
				}
			}
			left := rulesLeft(c.Findings)
			if left == "clean\n" && len(c.Report) == 0 {
				left = "unnoticed\n"
			}
			t.Logf("%d errors, %d warnings; mended: %q; left: %s", c.Before.Errors, c.Before.Warnings, c.Report, left)
			if left == "clean\n" {
				clean++
			}
			switch {
			case *update:
				b.expect(t, left)
			case left != b.left && left == "clean\n":
				t.Logf("better than expected: %s", b.left)
			case b.left == "clean\n" && left != b.left:
				t.Errorf("left: %swant it clean: %v", left, c.Findings)
			}
		})
	}
	t.Logf("%d of %d come clean mechanically", clean, len(files))
	if clean < mendedMechanically {
		t.Errorf("%d of %d come clean mechanically, want %d", clean, len(files), mendedMechanically)
	}
}

// broken is an archive of testdata/broken.
type broken struct {
	file    string
	archive *txtar.Archive
	profile *profile.Profile
	module  string // before it was broken
	reply   string
	left    string
}

func readBroken(t *testing.T, file string) broken {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	name := "etcd"
	if _, rest, ok := strings.Cut(string(archive.Comment), "profile: "); ok {
		name = strings.TrimSpace(rest)
	}
	b := broken{file: file, archive: archive}
	if b.profile, err = profile.Lookup(profile.Builtin(), name); err != nil {
		t.Fatal(err)
	}
	answer, err := builtin.New().Generate(t.Context(), model.Request{Profile: b.profile}, nil)
	if err != nil {
		t.Fatal(err)
	}
	b.module = answer.Text
	text, before, after := answer.Text, "", ""
	for i, f := range archive.Files {
		switch f.Name {
		case "old":
			text = replaceOnce(t, text, strings.TrimSuffix(string(f.Data), "\n"), strings.TrimSuffix(string(archive.Files[i+1].Data), "\n"))
		case "before":
			before = string(f.Data)
		case "after":
			after = string(f.Data)
		case "left":
			b.left = string(f.Data)
		}
	}
	b.reply = before + text + after
	return b
}

func replaceOnce(t *testing.T, text, old, with string) string {
	t.Helper()
	if n := strings.Count(text, old); n != 1 || old == with {
		t.Fatalf("%q stands %d times in the module", old, n)
	}
	return strings.Replace(text, old, with, 1)
}

// expect writes what is left into the archive.
func (b broken) expect(t *testing.T, left string) {
	t.Helper()
	files := slices.DeleteFunc(b.archive.Files, func(f txtar.File) bool { return f.Name == "left" })
	b.archive.Files = append(files, txtar.File{Name: "left", Data: []byte(left)})
	if err := os.WriteFile(b.file, txtar.Format(b.archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

// rulesLeft returns the rules with errors and warnings, one a line, or "clean".
func rulesLeft(found []finding.Finding) string {
	var rules []string
	for _, f := range found {
		if f.Severity <= finding.Warning && !slices.Contains(rules, f.Rule) {
			rules = append(rules, f.Rule)
		}
	}
	if len(rules) == 0 {
		return "clean\n"
	}
	slices.Sort(rules)
	return strings.Join(rules, "\n") + "\n"
}

// TestNoRoundLosesAnAction has a model repair a module by leaving out parts of
// it, which is how models that are told of an error like to get rid of it. Whatever
// it leaves out, no round may be kept that has an action less.
func TestNoRoundLosesAnAction(t *testing.T) {
	b := readBroken(t, "testdata/broken/fairness-over-messages.txtar")
	had := actionsOf(syntax.Parse(b.reply))
	random := rand.New(rand.NewPCG(1, 2))
	kept := 0
	for range 40 {
		// The repaired module, half of the time with up to a tenth of its lines left
		// out somewhere.
		lines := strings.SplitAfter(b.module, "\n")
		n := random.IntN(2) * random.IntN(len(lines)/10)
		at := 2 + random.IntN(len(lines)-n-4)
		m := says(b.reply, strings.Join(slices.Delete(lines, at, at+n), ""))
		c, err := Convert(t.Context(), ConvertRequest{Profile: b.profile, Model: m, Rounds: 1, StateDir: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		if len(m.asked) != 2 {
			t.Fatalf("asked %d times", len(m.asked))
		}
		if c.Rounds[len(c.Rounds)-1].Kept {
			kept++
		}
		for _, action := range had {
			if !slices.Contains(actionsOf(syntax.Parse(c.Module)), action) {
				t.Fatalf("without lines %d to %d: %s is lost", at+1, at+n, action)
			}
		}
	}
	t.Logf("%d of 40 rounds were kept", kept)
	if kept == 0 || kept == 40 {
		t.Errorf("%d of 40 rounds were kept; the test shows nothing", kept)
	}
}
