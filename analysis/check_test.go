package analysis

import (
	"archive/zip"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/profile"
)

const clean = `---- MODULE etcdraft ----
EXTENDS Naturals
VARIABLE x
Init == x = 0
Next == x' = 1 - x
Spec == Init /\ [][Next]_x /\ WF_x(Next)
====
`

func TestCheck(t *testing.T) {
	noFairness := strings.Replace(clean, ` /\ WF_x(Next)`, "", 1)
	renamed := strings.Replace(noFairness, "etcdraft", "other", 1)
	for _, test := range []struct {
		name        string
		in          Input
		wantProfile string
		want        []string // rules
	}{
		{"clean", Input{Text: clean}, "etcd", nil},
		{"by module name", Input{Text: noFairness}, "etcd", []string{"fairness"}},
		{"by file name", Input{Path: "dir/etcdraft.tla", Text: renamed}, "etcd", []string{"module-name", "fairness"}},
		{"by URI path", Input{Path: "/home/x/etcdraft.tla", Text: clean}, "etcd", nil},
		{"by configuration", Input{Path: "other.tla", Text: renamed, Profile: "etcd"}, "etcd", []string{"module-name", "fairness"}},
		{"other profile", Input{Text: clean, Profile: "raftkvs"}, "raftkvs",
			[]string{"module-name", "extends", "extends", "extends", "extends", "extends"}},
		{"turned off", Input{Path: "etcdraft.tla", Text: noFairness, Profile: NoProfile}, "", nil},
		{"of no profile", Input{Path: "other.tla", Text: renamed}, "", nil},
		{"of no profile, misnamed", Input{Path: "another.tla", Text: renamed}, "", []string{"module-name"}},
		{"of no profile, unknown module", Input{Text: strings.Replace(renamed, "Naturals", "Naturals, Nowhere", 1)}, "", []string{"unknown-module"}},
		{"module found", Input{Text: strings.Replace(renamed, "Naturals", "Naturals, Nowhere", 1),
			Source: func(name string) (string, bool) { return "---- MODULE Nowhere ----\n====\n", name == "Nowhere" }}, "", nil},
		{"module in the same file", Input{Text: strings.Replace(renamed, "Naturals", "Naturals, Nowhere", 1) +
			"---- MODULE Nowhere ----\n====\n"}, "", nil},
		{"unknown name", Input{Text: strings.Replace(renamed, "Next == x'", "Next == y'", 1)}, "", []string{"unknown-name"}},
		{"operator of another language", Input{Text: strings.Replace(renamed, "x = 0", "x = 0 /\\ (TRUE && FALSE)", 1)}, "", []string{"unknown-name"}},
		{"one that cannot stand there", Input{Text: strings.Replace(renamed, "x = 0", "x = 0 && x = 0", 1)}, "", []string{"syntax"}},
		{"prose around no contract", Input{Text: "Prose.\n" + renamed + "More.\n"}, "", nil},
		{"rules turned off", Input{Path: "etcdraft.tla", Text: noFairness, Severities: profile.Severities{"fairness": profile.Off}}, "etcd", nil},
		{"of no profile, rules turned off", Input{Text: strings.Replace(renamed, "Naturals", "Naturals, Nowhere", 1),
			Severities: profile.Severities{"unknown-module": profile.Off}}, "", nil},
		{"a severity makes no rule hold", Input{Text: renamed, Severities: profile.Severities{"fairness": finding.Error}}, "", nil},
		{"empty", Input{}, "", []string{"syntax"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.in.Profiles = profile.Builtin()
			got, err := Check(test.in)
			if err != nil {
				t.Fatal(err)
			}
			name := ""
			if got.Profile != nil {
				name = got.Profile.Name
			}
			if name != test.wantProfile {
				t.Errorf("profile %q, want %q", name, test.wantProfile)
			}
			if rules := rulesOf(got.Findings); !slices.Equal(rules, test.want) {
				t.Errorf("rules %v, want %v: %v", rules, test.want, got.Findings)
			}
		})
	}
}

func TestSeverities(t *testing.T) {
	text := strings.Replace(strings.Replace(clean, ` /\ WF_x(Next)`, "", 1), "EXTENDS Naturals\n", "", 1)
	got, err := Check(Input{Text: text, Profiles: profile.Builtin(),
		Severities: profile.Severities{"fairness": finding.Hint, "unknown-name": finding.Warning}})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]finding.Severity{}
	for _, f := range got.Findings {
		seen[f.Rule] = f.Severity
	}
	if seen["fairness"] != finding.Hint || seen["unknown-name"] != finding.Warning {
		t.Errorf("got %v", got.Findings)
	}
}

func rulesOf(found []finding.Finding) []string {
	var rules []string
	for _, f := range found {
		rules = append(rules, f.Rule)
	}
	return rules
}

func TestCheckNamesTheProfilesThereAre(t *testing.T) {
	_, err := Check(Input{Text: clean, Profiles: profile.Builtin(), Profile: "etdc"})
	if err == nil || !strings.Contains(err.Error(), "etcd, raftkvs") {
		t.Errorf("error %v does not name the profiles", err)
	}
}

func TestFindingsAreSortedAndUnlike(t *testing.T) {
	text := "prose\n```\n" + strings.Replace(clean, "EXTENDS Naturals", "EXTENDS Foo, Foo \\* c", 1) + "```\nprose\n"
	got, err := Check(Input{Text: text, Profiles: profile.Builtin()})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Findings) < 7 {
		t.Errorf("only %d findings", len(got.Findings))
	}
	for i := 1; i < len(got.Findings); i++ {
		a, b := got.Findings[i-1], got.Findings[i]
		if a.Span.Start > b.Span.Start || same(a, b) {
			t.Errorf("%v before %v", a, b)
		}
	}
}

// TestToolsModules checks the modules of the TLA+ tools and the CommunityModules
// without a contract: nothing may be said of a module that SANY accepts. The
// variables name the jars, or for the second one its directory of modules.
func TestToolsModules(t *testing.T) {
	for _, path := range []string{os.Getenv("SPECLS_TLA2TOOLS"), os.Getenv("SPECLS_COMMUNITY_MODULES")} {
		if path == "" {
			t.Log("SKIPPED: set SPECLS_TLA2TOOLS and SPECLS_COMMUNITY_MODULES to check their modules")
			continue
		}
		texts := modulesIn(t, path)
		if len(texts) == 0 {
			t.Errorf("there are no modules in %s", path)
		}
		for name, text := range texts {
			got, err := Check(Input{Path: name, Text: text, Profile: NoProfile,
				Source: func(module string) (string, bool) {
					text, ok := texts[module+".tla"]
					return text, ok
				}})
			if err != nil {
				t.Fatal(err)
			}
			for _, finding := range got.Findings {
				t.Errorf("%s in %s: %v", name, filepath.Base(path), finding)
			}
		}
	}
}

// modulesIn returns the texts of the modules of a jar or a directory, by file
// name: those at its top, and those where the TLA+ tools keep theirs.
func modulesIn(t *testing.T, source string) map[string]string {
	t.Helper()
	files := os.DirFS(source)
	if filepath.Ext(source) == ".jar" {
		jar, err := zip.OpenReader(source)
		if err != nil {
			t.Fatal(err)
		}
		defer jar.Close()
		files = jar
	}
	texts := map[string]string{}
	for _, pattern := range []string{"*.tla", "tla2sany/StandardModules/*.tla"} {
		names, err := fs.Glob(files, pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			text, err := fs.ReadFile(files, name)
			if err != nil {
				t.Fatal(err)
			}
			texts[path.Base(name)] = string(text)
		}
	}
	return texts
}

// A contract need not name the rules that hold for every module, but can turn
// them off; the others hold only where it names them.
func TestWhatAContractNames(t *testing.T) {
	const broken = "---- MODULE mine ----\n\\* A comment.\nInit == TRUE;\n====\n"
	for contract, want := range map[string][]string{
		"":                                       {"syntax"},
		"syntax = 'off'":                         nil,
		"comments = 'hint'":                      {"comments", "syntax"},
		"comments = 'off'\nsyntax = 'warning'\n": {"syntax"},
	} {
		p, err := profile.Parse(profile.Source{Name: "mine", Prompt: "{focus} {file_path} {source_code}",
			Config: "title = 'T'\nmodule = 'mine'\nfocus = 'F'\n[contract]\n" + contract})
		if err != nil {
			t.Fatal(err)
		}
		got, err := Check(Input{Text: broken, Profiles: []*profile.Profile{p}})
		if rules := rulesOf(got.Findings); err != nil || !slices.Equal(rules, want) {
			t.Errorf("%q: got %v, %v, want %v", contract, rules, err, want)
		}
	}
}

func TestRules(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Rules() {
		if seen[r.ID] || r.ID == "" || r.Title == "" {
			t.Errorf("the rule %+v is incomplete, or there twice", r)
		}
		seen[r.ID] = true
	}
	for _, id := range []string{"syntax", "no-invariant", "arity", "unknown-module"} {
		if !seen[id] {
			t.Errorf("the rule %s is missing", id)
		}
	}
}
