package tlc

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/specls/specls/analysis/syntax"
)

func TestConfig(t *testing.T) {
	const spec = "Init == TRUE\nSpec == Init\n"
	for _, c := range []struct{ name, module, want string }{
		{"no constants", spec, "SPECIFICATION Spec\n"},
		{"no Spec", "Init == TRUE\nNext == TRUE\n", "INIT Init\nNEXT Next\n"},
		{"neither", "A == 1\n", "! there is neither Spec nor Init and Next; write a configuration by hand"},
		{"sets", "CONSTANTS Server, Value, Data\nP(v) == v \\in Value\nQ == Cardinality(Data) = 1\nS == [Server -> Value]\n" + spec,
			"SPECIFICATION Spec\nCONSTANTS\n    Server = {server1, server2, server3}\n    Value = {value1}\n    Data = {data1}\n"},
		{"numbers", "CONSTANTS MaxTerm, ElectionTimeout, N\nASSUME ElectionTimeout \\in Nat \\ {0}\nP(x) == x < MaxTerm /\\ x + N > 0\n" + spec,
			"SPECIFICATION Spec\nCONSTANTS\n    MaxTerm = 2\n    ElectionTimeout = 1\n    N = 2\n"},
		{"values", "CONSTANTS Nil, Follower, Strict\nASSUME Strict \\in BOOLEAN\nASSUME Nil \\notin {1}\nP(x) == x = Follower\n" + spec,
			"SPECIFICATION Spec\nCONSTANTS\n    Nil = Nil\n    Follower = Follower\n    Strict = TRUE\n"},
		{"an operator", "CONSTANT Less(_, _)\n" + spec, "! the constant Less takes arguments; write a configuration by hand, with a definition in a module of its own for it"},
	} {
		got, err := Config(syntax.Parse("---- MODULE M ----\n" + c.module + "====\n"))
		if err != nil {
			got = "! " + err.Error()
		}
		if got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
	if _, err := Config(syntax.Parse("")); err == nil {
		t.Error("no module has no configuration")
	}
}

// said wraps texts as TLC does.
func said(messages ...string) string {
	var out strings.Builder
	for _, m := range messages {
		code, text, _ := strings.Cut(m, " ")
		out.WriteString("@!@!@STARTMSG " + code + " @!@!@\n" + text + "\n@!@!@ENDMSG " + strings.Split(code, ":")[0] + " @!@!@\n")
	}
	return out.String()
}

func TestRead(t *testing.T) {
	for _, c := range []struct {
		name   string
		output string
		ending Ending
		want   Result
	}{
		{"passed", said("2190:0 Finished computing", "2199:0 4 states generated, 3,000 distinct states found, 0 states left on queue.", "2194:0 The depth of the complete state graph search is 7."),
			Succeeded, Result{Outcome: Passed, Distinct: 3000, Depth: 7}},
		{"out of time", said("2200:0 Progress(12) at 2026-01-01: 19,636 states generated (19,636 s/min), 5,399 distinct states found (5,399 ds/min), 2,957 states left on queue."),
			Stopped, Result{Outcome: Unfinished, Distinct: 5399, Left: 2957, Depth: 12}},
		{"invariant", said("2110:1 Invariant Inv is violated.", "2121:1 The behavior up to this point is:", "2217:4 1: <Initial predicate>", "2217:4 2: <Step line 5>"),
			Failed, Result{Outcome: Violated, Errors: []string{"Invariant Inv is violated."}, Trace: []string{"1: <Initial predicate>", "2: <Step line 5>"}}},
		{"not completely specified", said("2109:1 Successor state is not completely specified.", "2103:1 The error occurred at 0."),
			Failed, Result{Outcome: Broken, Errors: []string{"Successor state is not completely specified."}}},
		{"no message", "Exception in thread main\njava.lang.Nonsense\n", Failed, Result{Outcome: Broken, Errors: []string{"Exception in thread main\njava.lang.Nonsense"}}},
		{"cut off", "@!@!@STARTMSG 2110:1 @!@!@\nInvariant", Stopped, Result{Outcome: Violated, Errors: []string{"Invariant"}}},
		{"nothing", "", Failed, Result{Outcome: Broken, Errors: []string{""}}},
	} {
		got := Read(c.output, c.ending)
		if got.Outcome != c.want.Outcome || strings.Join(got.Errors, "|") != strings.Join(c.want.Errors, "|") || strings.Join(got.Trace, "|") != strings.Join(c.want.Trace, "|") ||
			got.Distinct != c.want.Distinct || got.Left != c.want.Left || got.Depth != c.want.Depth {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(said("2110:1 Invariant Inv is violated."), 1)
	f.Fuzz(func(t *testing.T, output string, ending int) { Read(output, Ending(ending)) })
}

func TestFind(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if _, err := Find(os.Getenv); err == nil || !strings.Contains(err.Error(), "java is not on PATH") {
		t.Errorf("without java: %v", err)
	}
	java := filepath.Join(os.Getenv("PATH"), "java")
	if err := os.WriteFile(java, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	for value, want := range map[string]string{"": ToolsVariable + " is not set", "/nowhere.jar": ToolsVariable + ": "} {
		if _, err := Find(func(string) string { return value }); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("with %q: %v, want %s", value, err, want)
		}
	}
}

func TestBounded(t *testing.T) {
	b := &bounded{}
	b.Write([]byte("first"))
	for range 200 {
		b.Write([]byte(strings.Repeat("x", 100<<10)))
	}
	b.Write([]byte("last"))
	if s := b.String(); !strings.HasPrefix(s, "first") || !strings.HasSuffix(s, "last") || len(s) > maxOutput+3*lastKept+100<<10 {
		t.Errorf("kept %d bytes", len(s))
	}
}

// TestRun has TLC run specifications of which the outcome is known.
func TestRun(t *testing.T) {
	tools, err := Find(os.Getenv)
	if err != nil {
		t.Skipf("SKIPPED: TLC is not run: %v", err)
	}
	const good = "---- MODULE M ----\nEXTENDS Naturals\nCONSTANT Max\nVARIABLES x, y\nInit == x = 0 /\\ y = 0\nStep == x < Max /\\ x' = x + 1 /\\ UNCHANGED y\nNext == Step\nSpec == Init /\\ [][Next]_<<x, y>>\nInv == x < 2\n====\n"
	for _, c := range []struct {
		name, old, new, config string
		options                Options
		want                   Outcome
		said                   string
		trace, distinct        int
	}{
		{name: "good", want: Passed, distinct: 3},
		{name: "endless", old: "x < Max /\\ ", options: Options{Time: 10 * time.Second}, want: Unfinished},
		{name: "simulated", old: "x < Max /\\ ", options: Options{Simulate: 5, Depth: 10}, want: Passed},
		{name: "a variable left open", old: " /\\ UNCHANGED y", want: Broken, said: "The following variable is not defined: y", trace: 2},
		{name: "a variable without a start", old: " /\\ y = 0", want: Broken},
		{name: "an unbounded choice", old: "y = 0", new: "y = CHOOSE v : v \\notin {1}", want: Broken, said: "unbounded CHOOSE"},
		{name: "an invariant", config: "SPECIFICATION Spec\nCONSTANT Max = 3\nINVARIANT Inv\n", want: Violated, said: "Invariant Inv is violated", trace: 3},
		{name: "a deadlock", options: Options{Deadlock: true}, want: Violated, said: "Deadlock", trace: 3},
		{name: "a constant without a value", config: "SPECIFICATION Spec\n", want: Broken, said: "Max is not assigned a value"},
		{name: "no TLA+", old: "Next == Step", new: "Next ==", want: Broken},
	} {
		t.Run(c.name, func(t *testing.T) {
			module, config := good, c.config
			if c.old != "" {
				module = strings.Replace(good, c.old, c.new, 1)
			}
			if config == "" {
				var err error
				if config, err = Config(syntax.Parse(module)); err != nil {
					t.Fatal(err)
				}
			}
			if c.options.Time == 0 {
				c.options.Time = 3 * time.Minute
			}
			got, err := tools.Run(t.Context(), "M", module, config, t.TempDir(), c.options)
			if err != nil || got.Outcome != c.want || !strings.Contains(strings.Join(got.Errors, "\n"), c.said) || len(got.Trace) < c.trace || c.distinct > 0 && got.Distinct != c.distinct {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}
