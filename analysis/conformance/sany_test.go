package conformance

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/specls/specls/analysis/library"
	"github.com/specls/specls/analysis/testmodule"
)

// show bounds how many cases of a kind are listed.
var show = flag.Int("show", 30, "list so many disagreements of each `kind`")

// The environment variables that say where things are; see the package's comment.
const (
	toolsVariable     = "SPECLS_TLA2TOOLS"
	communityVariable = "SPECLS_COMMUNITY_MODULES"
	examplesVariable  = "SPECLS_TLA_EXAMPLES"
	proofsVariable    = "SPECLS_TLAPM_LIBRARY"
	apalacheVariable  = "SPECLS_APALACHE_MODULES"
	corpusVariable    = "SPECLS_SANY_CORPUS"
	treeSitter        = "SPECLS_TREE_SITTER"
)

// published are modules of the Go proxy that carry specifications.
var published = []string{testmodule.Etcd, "github.com/cometbft/cometbft@v1.0.1"}

// file is a file to ask SANY about. The directories are looked through for the
// modules it needs, after its own.
type file struct {
	path        string
	directories []string
}

// answer is what SANY says of a file.
type answer struct {
	file
	// verdict is accepted, rejected, or crashed: SANY failed without a word
	// about the text.
	verdict string
	// parsed is false for what did not get beyond the parser, which also looks
	// for the modules.
	parsed   bool
	messages []message
	symbols  []symbol
}

// message is an error or a warning of SANY's. The lines are 1-based, and 0
// where it does not say.
type message struct {
	isError     bool
	code        int
	module      string
	first, last int
	text        string
}

type symbol struct {
	kind, name   string
	arity, level int
}

// module returns the name that the file's module must have.
func (f file) module() string { return strings.TrimSuffix(filepath.Base(f.path), ".tla") }

// errors returns the errors that SANY has in the file itself.
func (a answer) errors() []message {
	var errors []message
	for _, m := range a.messages {
		if m.isError && m.first > 0 && (m.module == a.module() || m.module == "?") {
			errors = append(errors, m)
		}
	}
	return errors
}

// sany is the real SANY, and where modules are that it needs besides its own.
type sany struct {
	classPath   []string
	directories []string
}

// newSANY skips the test where there is no SANY.
func newSANY(t testing.TB) *sany {
	t.Helper()
	tools, community := os.Getenv(toolsVariable), os.Getenv(communityVariable)
	if tools == "" || community == "" {
		t.Skipf("NOT COMPARED WITH SANY: set %s and %s to the paths of the jars", toolsVariable, communityVariable)
	}
	if _, err := exec.LookPath("java"); err != nil {
		t.Skip("NOT COMPARED WITH SANY: there is no java")
	}
	s := &sany{classPath: []string{tools}}
	if strings.HasSuffix(community, ".jar") {
		s.classPath = append(s.classPath, community)
	} else {
		s.directories = append(s.directories, community)
	}
	if dir := os.Getenv(proofsVariable); dir != "" {
		s.directories = append(s.directories, withoutStandard(t, dir))
	}
	if dir := os.Getenv(apalacheVariable); dir != "" {
		s.directories = append(s.directories, dir)
	}
	return s
}

// withoutStandard copies the proof system's modules without its versions of the
// standard ones, which would take the place of SANY's.
func withoutStandard(t testing.TB, dir string) string {
	to := t.TempDir()
	for _, path := range glob(t, filepath.Join(dir, "*.tla")) {
		if name := filepath.Base(path); library.OriginOf(strings.TrimSuffix(name, ".tla")) != library.Standard {
			write(t, filepath.Join(to, name), read(t, path))
		}
	}
	return to
}

// ask asks about all files in one process, and returns the answers in their order.
func (s *sany) ask(t testing.TB, files []file, arguments ...string) []answer {
	t.Helper()
	var answers []answer
	for line := range strings.Lines(s.run(t, files, arguments...)) {
		part := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if part[0] == "file" {
			answers = append(answers, answer{file: files[len(answers)], verdict: part[2], parsed: part[3] == ""})
			continue
		}
		a := &answers[len(answers)-1]
		switch part[0] {
		case "error", "warning":
			a.messages = append(a.messages, message{part[0] == "error", number(t, part[1]), part[2], number(t, part[3]), number(t, part[4]), part[5]})
		case "symbol":
			a.symbols = append(a.symbols, symbol{part[1], part[2], number(t, part[3]), number(t, part[4])})
		default:
			t.Fatalf("SANY's answer has the line %q", line)
		}
	}
	if len(answers) != len(files) {
		t.Fatalf("SANY answered %d of %d questions", len(answers), len(files))
	}
	return answers
}

// run runs testdata/Label.java and returns what it prints.
func (s *sany) run(t testing.TB, files []file, arguments ...string) string {
	t.Helper()
	program, err := filepath.Abs(filepath.Join("testdata", "Label.java"))
	if err != nil {
		t.Fatal(err)
	}
	var input bytes.Buffer
	for _, f := range files {
		input.WriteString(strings.Join(append([]string{f.path}, append(f.directories, s.directories...)...), "\t") + "\n")
	}
	cmd := exec.Command("java", append([]string{"-XX:+UseSerialGC", "-cp", strings.Join(s.classPath, string(os.PathListSeparator)), program}, arguments...)...)
	cmd.Dir = t.TempDir()
	cmd.Stdin = &input
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("running SANY: %v\n%s", err, stderr.Bytes())
	}
	return string(out)
}

// examples returns the .tla files in the directories that are given, and those
// of the published modules. It skips the test where there are none.
func examples(t testing.TB) []file {
	t.Helper()
	given := os.Getenv(examplesVariable)
	if given == "" {
		t.Skipf("NOT MEASURED ON EXAMPLES: set %s to directories with .tla files", examplesVariable)
	}
	directories := filepath.SplitList(given)
	for _, module := range published {
		directories = append(directories, testmodule.Dir(t, module))
	}
	var files []file
	for _, dir := range directories {
		files = append(files, filesIn(t, dir)...)
	}
	return files
}

func filesIn(t testing.TB, dir string) []file {
	t.Helper()
	var files []file
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && filepath.Ext(path) == ".tla" {
			files = append(files, file{path: path})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatalf("no .tla files in %s", dir)
	}
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.path, b.path) })
	return files
}

func glob(t testing.TB, pattern string) []string {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("there is no %s (%v)", pattern, err)
	}
	return paths
}

func read(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func number(t testing.TB, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatalf("SANY's answer: %v", err)
	}
	return n
}
