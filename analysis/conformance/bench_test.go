//go:build unix

package conformance

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/contract"
	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/analysis/syntax"
	"github.com/specls/specls/analysis/testmodule"
)

// The benchmarks that compare go by the processor time of the fastest round on
// each side, so that other work on the machine counts little; garbage collection
// is part of it. Where MB/s is far below best-MB/s, the machine was busy.

// BenchmarkParseExamples parses all examples.
func BenchmarkParseExamples(b *testing.B) {
	texts, size := load(b, examples(b))
	b.SetBytes(size)
	ours := fastest(b, func() { parseAll(texts) })
	b.ReportMetric(float64(size)/ours.Seconds()/1e6, "best-MB/s")
}

// BenchmarkTreeSitter parses the examples with specls, and with tree-sitter's C
// parser as gcc -O2 makes it. The ratio is tree-sitter's time to ours.
func BenchmarkTreeSitter(b *testing.B) {
	files := examples(b)
	program := buildTreeSitter(b)
	texts, size := load(b, files)
	arguments := []string{"5"}
	for _, f := range files {
		arguments = append(arguments, f.path)
	}
	theirs := nanoseconds(b, exec.Command(program, arguments...))
	b.SetBytes(size)
	ours := fastest(b, func() { parseAll(texts) })
	b.ReportMetric(float64(size)/theirs.Seconds()/1e6, "tree-sitter-MB/s")
	b.ReportMetric(float64(size)/ours.Seconds()/1e6, "best-MB/s")
	b.ReportMetric(float64(theirs)/float64(ours), "ratio")
}

// BenchmarkSANY checks the examples that SANY accepts, with what they depend on:
// the syntax, names, arities and levels, as SANY does; once with nothing kept from
// one file to the next, as SANY keeps nothing, and once with the modules kept, as
// the server keeps them. The last time all rules are checked too that hold without
// a profile, for which SANY has nothing. SANY goes through all files several times
// in one process. The ratio is its time to ours.
func BenchmarkSANY(b *testing.B) {
	s := newSANY(b)
	var files []file
	for _, a := range s.ask(b, examples(b)) {
		if a.verdict == "accepted" {
			files = append(files, a.file)
		}
	}
	n, err := strconv.ParseInt(strings.TrimSpace(s.run(b, files, "time", "6")), 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	theirs := time.Duration(n)
	texts, size := load(b, files)
	run := func(name string, check func(c *checker, f file, text string)) {
		b.Run(name, func(b *testing.B) {
			var c checker
			b.SetBytes(size)
			ours := fastest(b, func() {
				for i, f := range files {
					check(&c, f, texts[i])
				}
			})
			b.ReportMetric(float64(theirs)/1e6/float64(len(files)), "SANY-ms/file")
			b.ReportMetric(float64(ours)/1e6/float64(len(files)), "best-ms/file")
			b.ReportMetric(float64(theirs)/float64(ours), "ratio")
		})
	}
	run("kept=false", func(c *checker, f file, text string) { module.Analyze(syntax.Parse(text), c.source(f)) })
	run("kept=true", func(c *checker, f file, text string) { c.modules.Analyze(syntax.Parse(text), c.source(f)) })
	run("rules", func(c *checker, f file, text string) {
		in := analysis.Input{Path: f.path, Text: text, Profile: analysis.NoProfile, Source: c.source(f), Modules: &c.modules}
		if _, err := analysis.Check(in); err != nil {
			b.Fatal(err)
		}
	})
}

// BenchmarkEtcd analyses etcd's specification of Raft, of 926 lines. At a
// keystroke the modules that it extends are known already; cold, nothing is.
func BenchmarkEtcd(b *testing.B) {
	text := read(b, filepath.Join(testmodule.Dir(b, published[0]), "tla", "etcdraft.tla"))
	check := func(cache *module.Cache) {
		tree := syntax.Parse(text)
		if found := append(tree.Findings(), cache.Analyze(tree, nil).Findings...); len(found) > 0 {
			b.Fatal(found)
		}
	}
	b.Run("keystroke", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		cache := new(module.Cache)
		best := fastest(b, func() { check(cache) })
		b.ReportMetric(float64(best)/1e6, "best-ms")
	})
	b.Run("cold", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		best := fastest(b, func() { check(new(module.Cache)) })
		b.ReportMetric(float64(best)/1e6, "best-ms")
	})
}

// BenchmarkRules measures all rules of the contract on etcd's own specification,
// and on one that the builtin model made of etcd's code, which is more typical of
// what is checked: many small actions, each with all its variables. Both are
// parsed and their names analysed. The goal is a millisecond for 900 lines.
func BenchmarkRules(b *testing.B) {
	b.Run("own", func(b *testing.B) {
		benchmarkRules(b, read(b, filepath.Join(testmodule.Dir(b, published[0]), "tla", "etcdraft.tla")))
	})
	b.Run("generated", func(b *testing.B) {
		benchmarkRules(b, read(b, filepath.Join("testdata", "generated", "etcdraft.tla")))
	})
}

// checksARound is how often a text is checked in one round, as one check is too
// short for the clock and collects no garbage most of the time.
const checksARound = 50

func benchmarkRules(b *testing.B, text string) {
	etcd, err := profile.Lookup(profile.Builtin(), "etcd")
	if err != nil {
		b.Fatal(err)
	}
	tree := syntax.Parse(text)
	in := contract.Input{Tree: tree, Names: module.Analyze(tree, nil), Profile: etcd, Path: "etcdraft.tla"}
	b.ReportAllocs()
	best := fastest(b, func() {
		for range checksARound {
			contract.Check(in)
		}
	})
	check := float64(best) / 1e6 / checksARound
	b.ReportMetric(check, "best-ms/check")
	b.ReportMetric(check*900/float64(strings.Count(text, "\n")), "best-ms/900-lines")
}

// fastest runs the benchmark's loop and returns the processor time of the
// fastest round.
func fastest(b *testing.B, round func()) time.Duration {
	best := time.Duration(1<<63 - 1)
	for b.Loop() {
		begin := processorTime(b)
		round()
		best = min(best, processorTime(b)-begin)
	}
	return best
}

// processorTime returns what the process has used so far.
func processorTime(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func parseAll(texts []string) {
	for _, text := range texts {
		syntax.Parse(text)
	}
}

func load(b *testing.B, files []file) (texts []string, size int64) {
	b.Helper()
	for _, f := range files {
		texts = append(texts, read(b, f.path))
		size += int64(len(texts[len(texts)-1]))
	}
	return texts, size
}

// buildTreeSitter compiles testdata/treesitter.c with the runtime and the
// grammar that npm brings, and returns the path of the program.
func buildTreeSitter(b *testing.B) string {
	b.Helper()
	modules := os.Getenv(treeSitter)
	if modules == "" {
		b.Skipf("NOT COMPARED WITH TREE-SITTER: set %s to a node_modules with @tlaplus/tree-sitter-tlaplus and tree-sitter", treeSitter)
	}
	gcc, err := exec.LookPath("gcc")
	if err != nil {
		b.Skip("NOT COMPARED WITH TREE-SITTER: there is no gcc")
	}
	grammar := filepath.Join(modules, "@tlaplus", "tree-sitter-tlaplus", "src")
	runtime := filepath.Join(modules, "tree-sitter", "vendor", "tree-sitter", "lib")
	program := filepath.Join(b.TempDir(), "treesitter")
	out, err := exec.Command(gcc, "-O2", "-w", "-o", program, "-I"+filepath.Join(runtime, "include"), "-I"+filepath.Join(runtime, "src"), "-I"+grammar,
		filepath.Join("testdata", "treesitter.c"), filepath.Join(runtime, "src", "lib.c"), filepath.Join(grammar, "parser.c"), filepath.Join(grammar, "scanner.c")).CombinedOutput()
	if err != nil {
		b.Fatalf("compiling tree-sitter's parser: %v\n%s", err, out)
	}
	return program
}

// nanoseconds runs a program that prints how long something took.
func nanoseconds(b *testing.B, cmd *exec.Cmd) time.Duration {
	b.Helper()
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		b.Fatalf("running %s: %v\n%s", cmd.Path, err, stderr.String())
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	return time.Duration(n)
}
