package commands

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/analysis/text"
	"github.com/specls/specls/commands/model"
	"github.com/specls/specls/commands/reply"
)

var update = flag.Bool("update", false, "rewrite what the archives in testdata/replies expect")

// ownProfiles are profiles as a user would write them, for what the built-in
// ones are not: a mutex, a spin lock whose contract allows comments and TypeOK,
// and a reply of two fenced blocks, a module and its configuration.
func ownProfiles(t *testing.T) []*profile.Profile {
	t.Helper()
	profiles, problems, err := ProfilesIn(filepath.Join("..", "analysis", "profile", "testdata"))
	if err != nil || len(problems) > 0 || len(profiles) != 3 {
		t.Fatalf("%d profiles, %v, %v", len(profiles), problems, err)
	}
	return profiles
}

// TestRepliesToOwnProfiles runs testdata/replies/*.txtar: "reply" is what a model
// answered to the prompt of the profile that the archive's comment names. Then
// come what is said of the module as it came, the files after all safe fixes
// were made, and what is then still wrong.
func TestRepliesToOwnProfiles(t *testing.T) {
	archives, err := filepath.Glob("testdata/replies/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	profiles := ownProfiles(t)
	for _, file := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			_, name, _ := strings.Cut(string(archive.Comment), "profile: ")
			p, err := profile.Lookup(profiles, strings.TrimSpace(name))
			if err != nil {
				t.Fatal(err)
			}
			files := append(archive.Files[:1:1], outcome(t, p, string(archive.Files[0].Data))...)
			got := txtar.Format(&txtar.Archive{Comment: archive.Comment, Files: files})
			if want := txtar.Format(archive); string(got) == string(want) {
				return
			}
			if !*update {
				t.Fatalf("got:\n%s", got)
			}
			if err := os.WriteFile(file, got, 0o666); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// outcome returns what becomes of a reply.
func outcome(t *testing.T, p *profile.Profile, answer string) []txtar.File {
	t.Helper()
	extracted := reply.Extract(answer, p.Module, model.Stop)
	file := func(name, text string) txtar.File { return txtar.File{Name: name, Data: []byte(text)} }
	came := file("findings on what came", findingsOn(t, p, extracted.Module, extracted.Config))
	c, err := ReplyText(t.Context(), ConvertRequest{
		Profile: p, StateDir: t.TempDir(), ReplyDir: t.TempDir(),
	}, answer)
	if err != nil {
		message, _, _ := strings.Cut(err.Error(), "; the raw reply is kept in ")
		return []txtar.File{came, file("error", message+"\n")}
	}
	files := []txtar.File{came, file(c.FileName, c.Module)}
	if c.Config != "" {
		files = append(files, file(c.ConfigName, c.Config))
	}
	return append(files, file("findings", describeFindings(c.Module, c.Findings)))
}

func findingsOn(t *testing.T, p *profile.Profile, module, config string) string {
	t.Helper()
	result, err := analysis.Check(analysis.Input{Text: module, Config: config, Profiles: []*profile.Profile{p}, Profile: p.Name})
	if err != nil {
		t.Fatal(err)
	}
	return describeFindings(module, result.Findings)
}

func describeFindings(module string, findings []finding.Finding) string {
	var b strings.Builder
	mapper := text.NewMapper(module)
	for _, f := range findings {
		line, column := mapper.LineColumn(f.Span.Start)
		fmt.Fprintf(&b, "%d:%d: %s [%s]\n", line, column, f.Severity, f.Rule)
	}
	return b.String()
}
