package builtin

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// The tests in this file run the reference tools, SANY and TLC, on generated
// specifications. They need java and two jars, whose paths they take from these
// environment variables.
const (
	toolsVariable   = "SPECLS_TLA2TOOLS"
	modulesVariable = "SPECLS_COMMUNITY_MODULES"
)

// tlaTools returns the class path of the tools, or skips the test.
func tlaTools(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("SKIPPED: -short leaves out the runs of SANY and TLC")
	}
	if _, err := exec.LookPath("java"); err != nil {
		t.Skipf("SKIPPED: generated specifications are not checked by SANY and TLC, for there is no java: %v", err)
	}
	var jars []string
	for _, name := range []string{toolsVariable, modulesVariable} {
		jar := os.Getenv(name)
		if _, err := os.Stat(jar); jar == "" || err != nil {
			t.Skipf("SKIPPED: generated specifications are not checked by SANY and TLC, for %s=%q names no file", name, jar)
		}
		jars = append(jars, jar)
	}
	return strings.Join(jars, string(os.PathListSeparator))
}

// java runs a main class of the tools in dir and returns what it printed.
func java(t *testing.T, classPath, dir, class string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "java", append([]string{"-XX:+UseParallelGC", "-cp", classPath, class}, args...)...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		t.Fatalf("%s %v did not end in time:\n%s", class, args, out)
	}
	if err != nil && len(out) == 0 {
		t.Fatalf("%s %v: %v", class, args, err)
	}
	return string(out)
}

// writeFiles writes files, name to text, into a directory of the test's own.
func writeFiles(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestSANY parses every golden specification, and those in hostile
// vocabularies, with the reference parser.
func TestSANY(t *testing.T) {
	classPath := tlaTools(t)
	for name, spec := range allSpecifications(t) {
		t.Run(name, func(t *testing.T) {
			dir := writeFiles(t, map[string]string{spec.module + ".tla": spec.text})
			out := java(t, classPath, dir, "tla2sany.SANY", spec.module+".tla")
			if !strings.Contains(out, "Semantic processing of module "+spec.module) ||
				regexp.MustCompile(`(?i)error|abort|warning`).MatchString(out) {
				t.Errorf("SANY:\n%s\n%s", out, spec.text)
			}
		})
	}
}

// run is one run of TLC on a module of testdata that extends a generated one.
type run struct {
	name   string
	module string
	// servers is how many servers there are; 0 stands for 3.
	servers int
	// bounds are the values of the constants that end in them, in the order
	// MaxTerm, MaxLog, MaxMessages, MaxCopies and, for raftkvs, MaxRequests.
	bounds []int
	// config is the rest of the configuration file.
	config string
	args   []string
	// violates is what TLC is to find violated, or empty where it is to find
	// no error.
	violates string
}

const (
	etcdSafety = `INVARIANTS TypeOK ElectionSafety LogMatching LeaderCompleteness StateMachineSafety
	CommittedByMajority MatchIndexIsTrue
PROPERTIES OneVotePerTerm Monotonic StrictTransitions CommittedStays
CONSTRAINT Bounded
INIT Init
NEXT Next
`
	raftkvsSafety = `INVARIANTS TypeOK ElectionSafety LogMatching LeaderCompleteness StateMachineSafety
	CommittedByMajority
PROPERTIES OneVotePerTerm Monotonic StrictTransitions CommittedStays ReadYourWrites
CONSTRAINT Bounded
INIT HistoryInit
NEXT HistoryNext
`
	symmetry = "SYMMETRY Symmetry\n"
)

// etcdProbe and raftkvsProbe look for a behaviour of a part of Next in which
// the property, an INVARIANT or PROPERTY, is false.
func etcdProbe(next, property string, bounds ...int) run {
	return run{name: "etcd reaches " + property, module: "MCetcdraft", bounds: bounds,
		config:   "INIT Init\nNEXT " + next + "\nCONSTRAINT Bounded\n" + property + "\n",
		args:     []string{"-deadlock"}, // a part of Next may come to an end
		violates: strings.Fields(property)[1]}
}

func raftkvsProbe(next, property string, bounds ...int) run {
	return run{name: "raftkvs reaches " + property, module: "MCraftkvs", bounds: bounds,
		config:   "INIT HistoryInit\nNEXT " + next + "\nCONSTRAINT Bounded\n" + property + "\n",
		args:     []string{"-deadlock"}, // a part of Next may come to an end
		violates: strings.Fields(property)[1]}
}

var runs = []run{
	{name: "etcd safety, exhaustively", module: "MCetcdraft", servers: 2, bounds: []int{2, 1, 2, 1}, config: etcdSafety + symmetry},
	{name: "etcd safety, at random", module: "MCetcdraft", bounds: []int{4, 5, 12, 2}, config: etcdSafety,
		args: []string{"-simulate", "num=30", "-depth", "120"}},
	etcdProbe("OneElection", "INVARIANT NoLeader", 1, 2, 2, 1),
	etcdProbe("OneElection", "INVARIANT NothingCommitted", 1, 2, 2, 1),
	etcdProbe("OneElection", "INVARIANT CommitStaysWithLeader", 1, 2, 2, 1),
	etcdProbe("OneElection", "INVARIANT NoForwarding", 1, 2, 2, 1),
	etcdProbe("Partition", "INVARIANT NoSecondLeader", 2, 1, 2, 1),
	etcdProbe("Partition", "PROPERTY NoOverwriting", 2, 1, 2, 1),
	etcdProbe("Partition", "INVARIANT NoRejection", 2, 2, 2, 1),
	{name: "etcd liveness under Spec, one server", module: "MCetcdraft", servers: 1, bounds: []int{3, 3, 3, 1},
		config: "SPECIFICATION Spec\nCONSTRAINT Bounded\nPROPERTIES EventuallyLeader EventuallyCommitted\n"},
	{name: "etcd liveness, timely", module: "LiveEtcdraft", bounds: []int{9, 9, 99, 9},
		config: "CONSTANT MaxLosses = 1\nSPECIFICATION LiveSpec\nPROPERTIES EventuallyLeader EventuallyCommitted\n",
		args:   []string{"-deadlock"}},
	{name: "raftkvs safety, exhaustively", module: "MCraftkvs", servers: 2, bounds: []int{2, 1, 2, 1, 1}, config: raftkvsSafety + symmetry},
	{name: "raftkvs safety, at random", module: "MCraftkvs", bounds: []int{4, 5, 10, 2, 4}, config: raftkvsSafety,
		args: []string{"-simulate", "num=30", "-depth", "120"}},
	{name: "raftkvs liveness under Spec, one server", module: "LiveRaftkvs", servers: 1, bounds: []int{1, 2, 2, 1, 1},
		config: "SPECIFICATION Spec\nCONSTRAINT Bounded\nPROPERTIES EventuallyLeader EventuallyAnswered\n"},
	raftkvsProbe("OneElection", "INVARIANT NoLeader", 1, 1, 2, 1, 1),
	raftkvsProbe("OneElection", "INVARIANT NothingCommitted", 1, 1, 2, 1, 1),
	raftkvsProbe("OneElection", "INVARIANT CommitStaysWithLeader", 1, 1, 2, 1, 1),
	raftkvsProbe("OneElection", "INVARIANT NoRedirect", 1, 1, 2, 1, 1),
	raftkvsProbe("OneElection", "INVARIANT NoGetOfAValue", 1, 2, 2, 1, 2),
	raftkvsProbe("Partition", "INVARIANT NoSecondLeader", 2, 1, 2, 1, 1),
	raftkvsProbe("Partition", "PROPERTY NoOverwriting", 2, 1, 2, 1, 1),
}

// TestTLC model checks both specifications, in the profile's own names: no
// property of Raft may be violated, and what a running system does must be
// reachable, so that the properties do not hold for want of behaviours.
func TestTLC(t *testing.T) {
	classPath := tlaTools(t)
	files := map[string]string{
		"etcdraft.tla": generate(t, "etcd").Text,
		"raftkvs.tla":  generate(t, "raftkvs").Text,
	}
	for _, name := range []string{"MCetcdraft.tla", "LiveEtcdraft.tla", "MCraftkvs.tla", "LiveRaftkvs.tla"} {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(text)
	}
	for _, r := range runs {
		t.Run(r.name, func(t *testing.T) {
			files["run.cfg"] = r.constants() + r.config
			dir := writeFiles(t, files)
			args := append([]string{"-config", "run.cfg", "-workers", "2", "-noGenerateSpecTE"}, r.args...)
			out := java(t, classPath, dir, "tlc2.TLC", append(args, r.module)...)
			if m := regexp.MustCompile(`(?m)^[0-9,]+ states generated.*|^The number of states generated.*|^Finished in.*`).FindAllString(out, -1); m != nil {
				t.Log(strings.Join(m, "; "))
			}
			violated := regexp.MustCompile(`(?m)^Error: (?:Invariant|Action property|Temporal property) (\S+) (?:is|was) violated`).FindStringSubmatch(out)
			switch {
			case r.violates != "" && (violated == nil || violated[1] != r.violates):
				t.Errorf("TLC found no behaviour that violates %s:\n%s", r.violates, tail(out))
			case r.violates == "" && (strings.Contains(out, "Error:") || !strings.Contains(out, "Finished in")):
				t.Errorf("TLC:\n%s", tail(out))
			}
		})
	}
}

// constants returns the part of the configuration that binds constants.
func (r run) constants() string {
	servers := []string{"s1", "s2", "s3"}
	if r.servers > 0 {
		servers = servers[:r.servers]
	}
	var b strings.Builder
	bind := func(name string, values ...string) {
		fmt.Fprintf(&b, "CONSTANT %s = {%s}\n", name, strings.Join(values, ", "))
		for _, v := range values {
			fmt.Fprintf(&b, "CONSTANT %s = %s\n", v, v)
		}
	}
	bind("Server", servers...)
	bounds := []string{"MaxTerm", "MaxLog", "MaxMessages", "MaxCopies"}
	if strings.HasSuffix(r.module, "aftkvs") {
		bind("Client", "c1")
		bind("Key", "k1")
		bounds = append(bounds, "MaxRequests")
	}
	bind("Value", "v1", "v2")
	b.WriteString("CONSTANT Nil = Nil\nCONSTANT ElectionTimeout = 1\n")
	for i, name := range bounds {
		fmt.Fprintf(&b, "CONSTANT %s = %d\n", name, r.bounds[i])
	}
	return b.String()
}

// tail returns the last lines of TLC's output, without those that tell what it
// parsed.
func tail(out string) string {
	lines := strings.Split(regexp.MustCompile(`(?m)^(?:Parsing|Semantic|Linting).*\n`).ReplaceAllString(out, ""), "\n")
	return strings.Join(lines[max(0, len(lines)-60):], "\n")
}
