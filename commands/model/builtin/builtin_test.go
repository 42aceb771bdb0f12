package builtin

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/gosource"
	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/analysis/testmodule"
	"github.com/specls/specls/commands/model"
)

var update = flag.Bool("update", false, "rewrite the expected specifications and reports in testdata")

// lookup returns a built-in profile.
func lookup(tb testing.TB, name string) *profile.Profile {
	tb.Helper()
	p, err := profile.Lookup(profile.Builtin(), name)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

// generate runs the model and fails the test on an error.
func generate(tb testing.TB, profileName string, files ...gosource.File) model.Reply {
	tb.Helper()
	p := lookup(tb, profileName)
	reply, err := New().Generate(context.Background(), model.Request{
		Prompt: "not read", Profile: p, Focus: p.DefaultFocus, Sources: files,
	}, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return reply
}

// TestGolden generates a specification from the Go files of each
// testdata/*.txtar and compares it and the report with the archive's files
// <module>.tla and report. The archive's comment begins with the profile's
// name. etcd.txtar holds no source: that is etcd's raft.go from the module
// cache.
func TestGolden(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no test archives: %v", err)
	}
	for _, name := range archives {
		t.Run(filepath.Base(name), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			p, sources := goldenInput(t, archive)
			reply := generate(t, p, sources...)
			got := map[string]string{
				lookup(t, p).FileName(): reply.Text,
				"report":                strings.Join(reply.Report, "\n") + "\n",
			}
			if *update {
				archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool { return !strings.HasSuffix(f.Name, ".go") })
				for _, name := range []string{"report", lookup(t, p).FileName()} {
					archive.Files = append(archive.Files, txtar.File{Name: name, Data: []byte(got[name])})
				}
				if err := os.WriteFile(name, txtar.Format(archive), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			for name, text := range got {
				i := slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == name })
				if i < 0 || string(archive.Files[i].Data) != text {
					t.Errorf("%s differs; got:\n%s", name, text)
				}
			}
		})
	}
}

// goldenInput returns the profile and the sources of an archive.
func goldenInput(tb testing.TB, archive *txtar.Archive) (profileName string, sources []gosource.File) {
	tb.Helper()
	profileName, _, _ = strings.Cut(string(archive.Comment), ":")
	for _, f := range archive.Files {
		if strings.HasSuffix(f.Name, ".go") {
			sources = append(sources, gosource.File{Path: f.Name, Text: string(f.Data)})
		}
	}
	if len(sources) == 0 {
		sources = []gosource.File{moduleFile(tb, testmodule.Etcd, "raft.go")}
	}
	return profileName, sources
}

// moduleFile returns a file of a module from the module cache, fetching it if
// need be, and skips the test where it cannot be had.
func moduleFile(tb testing.TB, module, name string) gosource.File {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join(testmodule.Dir(tb, module), name))
	if err != nil {
		tb.Fatal(err)
	}
	return gosource.File{Path: name, Text: string(text)}
}

// TestContract holds every golden specification, and those in hostile
// vocabularies, to what both prompts ask of the text itself.
func TestContract(t *testing.T) {
	for name, spec := range allSpecifications(t) {
		t.Run(name, func(t *testing.T) {
			header := "---- MODULE " + spec.module + " ----\n"
			if !strings.HasPrefix(spec.text, header) || !strings.HasSuffix(spec.text, "\n====\n") {
				t.Errorf("it must begin with %q and end with ====", header)
			}
			for _, bad := range []string{"\\*", "(*", "```", "THEOREM", "«", "»", "{{", "<no value>"} {
				if strings.Contains(spec.text, bad) {
					t.Errorf("contains %q", bad)
				}
			}
			if !regexp.MustCompile(`(?m)^Spec ==\n    /\\ Init\n    /\\ \[\]\[Next\]_vars\n    /\\ \\A i \\in Server :\n          /\\ WF_vars`).MatchString(spec.text) {
				t.Error("Spec is not Init, [][Next]_vars and fairness")
			}
			checkUses(t, spec.text)
		})
	}
}

// TestRequirements holds every golden specification, and those in hostile
// vocabularies, to what the prompts ask to be modelled: all of it is found.
func TestRequirements(t *testing.T) {
	for name, spec := range allSpecifications(t) {
		t.Run(name, func(t *testing.T) {
			result, err := analysis.Check(analysis.Input{Text: spec.text, Path: spec.module + ".tla", Profiles: profile.Builtin()})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range result.Requirements {
				if !r.Met {
					t.Errorf("%s %s is not met: %s", r.Kind, r.Name, r.Why)
				}
			}
			if len(result.Requirements) < 10 {
				t.Errorf("only %d requirements", len(result.Requirements))
			}
		})
	}
}

var (
	definition = regexp.MustCompile(`(?m)^(\w+)(?:\([^)]*\))? ==`)
	tlaString  = regexp.MustCompile(`"[^"\n]*"`)
)

// checkUses reports definitions that nothing uses, and names defined twice.
func checkUses(t *testing.T, text string) {
	uses := map[string]int{}
	for _, name := range anyName.FindAllString(tlaString.ReplaceAllString(text, ""), -1) {
		uses[name]++
	}
	uses["vars"] += uses["WF_vars"]
	seen := map[string]bool{}
	for _, m := range definition.FindAllStringSubmatch(text, -1) {
		name := m[1]
		if seen[name] {
			t.Errorf("%s is defined twice", name)
		}
		seen[name] = true
		if name != "Spec" && uses[name] < 2 {
			t.Errorf("%s is defined and not used", name)
		}
	}
}

// TestLineLength holds the specifications in the profile's own names to 100
// columns.
func TestLineLength(t *testing.T) {
	for _, p := range []string{"etcd", "raftkvs"} {
		for i, line := range strings.Split(generate(t, p).Text, "\n") {
			if len([]rune(line)) > 100 {
				t.Errorf("%s: line %d has %d columns", p, i+1, len([]rune(line)))
			}
		}
	}
}

// generated is a specification under test.
type generated struct{ module, text string }

// allSpecifications returns the golden specifications and those generated from
// hostile vocabularies.
func allSpecifications(tb testing.TB) map[string]generated {
	tb.Helper()
	all := map[string]generated{}
	archives, _ := filepath.Glob("testdata/*.txtar")
	for _, name := range archives {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			tb.Fatal(err)
		}
		for _, f := range archive.Files {
			if module, ok := strings.CutSuffix(f.Name, ".tla"); ok {
				all[filepath.Base(name)] = generated{module, string(f.Data)}
			}
		}
	}
	for name, source := range hostile {
		for _, p := range []string{"etcd", "raftkvs"} {
			reply := generate(tb, p, gosource.File{Path: "hostile.go", Text: source})
			all[name+" for "+p] = generated{lookup(tb, p).Module, reply.Text}
		}
	}
	return all
}

// hostile are sources whose names TLA+ or the templates have other uses for.
var hostile = map[string]string{
	"names of variables": `package p
const (
	follower_ = iota
	Candidate
	Leader
)
type MessageType int
const (
	messages MessageType = iota
	MsgHup
)
func log() {}
func becomeLeader() {}
func Tick() {}
func step() { panic(Candidate) }
`,
	"library operators": `package p
type State int
const (
	IsFollower State = iota
	WF_Candidate
	SF_leader
)
func tail() {}
func Poll() {}
func StepDown() {}
func startElection() {}
func StartElection() {}
type GetArgs struct{}
type ReadRequest struct{}
`,
	"each other's names": `package p
type State int
const (
	StateLeaderFollower State = iota
	StateCandidate
	StateLeader
)
const StateFollower = 7
func HandleAppendEntries() {}
func appendEntries() {}
func handle_append_entries() {}
func ConvertToFollower() {}
func becomefollower() {}
`,
	"not ASCII": `package p
type État int
const (
	ÉtatFollower État = iota
	ÉtatCandidate
	ÉtatLeader
)
`,
	"longest names": `package p
type S int
const (
	TheStateInWhichANodeOfThisClusterIsAFollowerOfSomeLeader S = iota
	TheStateInWhichANodeOfThisClusterIsACandidateForLeadership_Candidate
	TheStateInWhichANodeOfThisClusterIsALeaderOfAllTheOthers
	T_precandidate
)
type RequestVoteArgs struct{}
type AppendEntriesArgs struct{}
`,
	"no Go at all": "#!/bin/sh\necho follower candidate leader\n",
	"empty":        "",
}

func TestStreaming(t *testing.T) {
	p := lookup(t, "etcd")
	var pieces []string
	reply, err := New().Generate(context.Background(), model.Request{Profile: p}, func(d string) { pieces = append(pieces, d) })
	if err != nil || strings.Join(pieces, "") != reply.Text || len(pieces) < 50 {
		t.Errorf("%d pieces, error %v; they must be the definitions, and make up the reply", len(pieces), err)
	}
	if reply.Finish != model.Stop || reply.Model != New().Title() || len(reply.Report) == 0 {
		t.Errorf("reply %+v", reply)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	pieces := 0
	reply, err := New().Generate(ctx, model.Request{Profile: lookup(t, "etcd")}, func(string) {
		if pieces++; pieces == 3 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || pieces != 3 || reply.Finish != model.Unknown || reply.Text == "" {
		t.Errorf("%d pieces after cancelling at the third, error %v, finish %q", pieces, err, reply.Finish)
	}
	if _, err := New().Generate(ctx, model.Request{Profile: lookup(t, "etcd")}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled before the call: error %v", err)
	}
}

func TestUnknownProfile(t *testing.T) {
	for _, p := range []*profile.Profile{nil, {Name: "mutex", Module: "mutex"}} {
		_, err := New().Generate(context.Background(), model.Request{Profile: p}, nil)
		var failed *model.Error
		if !errors.As(err, &failed) || failed.Kind != model.Config || !strings.Contains(err.Error(), "etcdraft and raftkvs") {
			t.Errorf("profile %v: error %v", p, err)
		}
	}
}

func TestReportSaysWhatItIs(t *testing.T) {
	if title := New().Title(); !strings.Contains(title, "no language model") {
		t.Errorf("title %q", title)
	}
	p := lookup(t, "raftkvs")
	reply, err := New().Generate(context.Background(), model.Request{
		Profile: p, Focus: "the commit index",
		Sources: []gosource.File{{Path: "x.go", Text: "package x\n\nfunc f() {\n"}},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	report := strings.Join(reply.Report, "\n")
	for _, want := range []string{"not the work of a language model", "Nothing of Raft was recognised",
		"RequestVoteRequest", `focus "the commit index" has no effect`, "syntax errors"} {
		if !strings.Contains(report, want) {
			t.Errorf("the report does not say %q:\n%s", want, report)
		}
	}
}

// TestSlotsAreUsed tells templates and slots that have drifted apart.
func TestSlotsAreUsed(t *testing.T) {
	for _, s := range specifications {
		text, err := s.templateText()
		if err != nil {
			t.Fatal(err)
		}
		for _, slot := range s.slots {
			if !strings.Contains(text, "«"+slot.name+"»") {
				t.Errorf("%s: the template does not use %s", s.module, slot.name)
			}
			if want := fmt.Sprintf("«%s» == %q", slot.name, slot.name); slot.kind != action && !strings.Contains(text, want) {
				t.Errorf("%s: the template lacks %s", s.module, want)
			}
		}
		if _, err := s.render(s.vocabulary(gosource.Facts{})); err != nil {
			t.Errorf("%s: %v", s.module, err)
		}
	}
}

// FuzzVocabulary generates from any text: the specification must still define
// every name once and use it.
func FuzzVocabulary(f *testing.F) {
	for _, source := range hostile {
		f.Add(source)
	}
	f.Add("package p\n\nconst (\n\tDOMAIN_Follower = iota\n\tm\n\tLeader\n)\n\ntype VoteReq struct{}\n\nfunc tick() {}\n")
	f.Fuzz(func(t *testing.T, text string) {
		for _, p := range []string{"etcd", "raftkvs"} {
			reply := generate(t, p, gosource.File{Path: "f.go", Text: text})
			if strings.Count(reply.Text, "\n") != strings.Count(generate(t, p).Text, "\n") {
				t.Error("a name has changed the number of lines")
			}
			checkUses(t, reply.Text)
		}
	})
}
