package library

import (
	"archive/zip"
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the module files as SANY has them, keeping their prose")

// The real modules are found by these environment variables. Each may be left
// out; what then can't be compared is said in the test's output.
const (
	toolsVariable     = "SPECLS_TLA2TOOLS"         // tla2tools.jar
	communityVariable = "SPECLS_COMMUNITY_MODULES" // CommunityModules.jar, or its directory modules
	proofsVariable    = "SPECLS_TLAPM_LIBRARY"     // the directory library of tlapm
	apalacheVariable  = "SPECLS_APALACHE_MODULES"  // the directory src/tla of Apalache
)

// newestCommunityModule is in the CommunityModules since the release that the
// library describes, and not in the older ones, which differ in what they extend.
const newestCommunityModule = "FiniteSetsExtTheorems"

// bagsTheorems need the proof system's own Bags, which has other symbols than
// the standard one. The library leaves out their CopiesIn, which the standard
// Bags has too.
var bagsTheorems = []string{"BagsTheorems", "BagsTheorems_proofs"}

// TestAgainstSANY compares all that the library says with what SANY says: what a
// module extends and instantiates, and kind, arity, level and the parameters'
// levels of everything in it; and, for a module that extends it, which symbols
// that gets, and from which module each comes.
func TestAgainstSANY(t *testing.T) {
	s := newSANY(t)
	var names []string
	for name := range Names() {
		if missing := s.missing(name); missing != "" {
			t.Logf("NOT COMPARED: %s, for %s has not been given", name, missing)
		} else {
			names = append(names, name)
		}
	}
	for path := range s.files {
		if !Has(path) {
			t.Errorf("the library lacks module %s", path)
		}
	}
	var asked []string
	for _, name := range names {
		if slices.Contains(bagsTheorems, name) {
			continue
		}
		s.write(t, "Extends_"+name, "EXTENDS "+name)
		asked = append(asked, name, "="+name)
	}
	answers := s.ask(t, s.path, asked)
	if s.proofs != "" {
		for name, lines := range s.ask(t, append([]string{s.proofs}, s.path...), bagsTheorems) {
			answers[name] = slices.DeleteFunc(lines, func(line string) bool { return strings.HasPrefix(line, "def CopiesIn(") })
		}
	}
	symbols := 0
	for _, name := range names {
		if *update {
			rewrite(t, name, answers[name])
		}
		symbols += len(answers[name])
		compare(t, name, facts(t, name), answers[name])
		if lines, ok := answers["="+name]; ok {
			symbols += len(lines)
			compare(t, "what extends "+name, exports(name), lines)
		}
	}
	t.Logf("compared %d modules, %d lines", len(names), symbols)
}

// compare reports the lines that only one side has.
func compare(t *testing.T, what string, library, sany []string) {
	t.Helper()
	for _, line := range library {
		if !slices.Contains(sany, line) {
			t.Errorf("%s: the library has %q, SANY has not", what, line)
		}
	}
	for _, line := range sany {
		if !slices.Contains(library, line) {
			t.Errorf("%s: SANY has %q, the library has not", what, line)
		}
	}
}

// facts returns a module's file without its prose and its origin.
func facts(t *testing.T, name string) []string {
	text, err := files.ReadFile("modules/" + name + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "  ") {
			lines = append(lines, withoutParts(strings.TrimSuffix(line, "\n")))
		}
	}
	lines[0] = "module " + name
	return lines
}

// withoutParts returns a line without what is said of the body, which SANY is not
// asked for here: a test of package module looks into the modules themselves.
func withoutParts(line string) string {
	before, parts, ok := strings.Cut(line, " parts ")
	if !ok {
		return line
	}
	_, behind, _ := strings.Cut(parts, " ")
	return strings.TrimSpace(before + " " + behind)
}

func exports(name string) []string {
	var lines []string
	for _, s := range Exports(name) {
		lines = append(lines, fmt.Sprintf("%s %d %d %s", s.Name, s.Arity(), s.Level, s.Module))
	}
	return lines
}

// rewrite writes a module's file anew, with the prose and the parts that it has
// now.
func rewrite(t *testing.T, name string, lines []string) {
	path := filepath.Join("modules", name+".txt")
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	prose, whole := map[string]string{}, map[string]string{}
	var first, key string
	for line := range strings.Lines(string(old)) {
		if strings.HasPrefix(line, "  ") {
			prose[key] += line
			continue
		}
		if first == "" {
			first = line
		}
		key = subject(line)
		whole[withoutParts(strings.TrimSuffix(line, "\n"))] = line
	}
	text := first + prose[subject(first)]
	for _, line := range lines[1:] {
		if kept, ok := whole[line]; ok {
			text += kept
		} else {
			text += line + "\n"
		}
		text += prose[subject(line)]
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// subject returns what the prose below a line is about: the name of the symbol
// or of the module.
func subject(line string) string {
	m := &Module{}
	if err := m.parseLine(strings.TrimSpace(line)); err == nil && len(m.Symbols) > 0 {
		return m.Symbols[0].Name
	}
	return "module " + m.Name
}

// sany is the real SANY, and where the real modules are.
type sany struct {
	classPath []string
	path      []string // directories, in the order of search
	proofs    string   // the proof system's library, or empty
	scratch   string   // a directory on the path
	origins   []Origin // those that have been given
	files     map[string]bool
}

func newSANY(t *testing.T) *sany {
	tools := os.Getenv(toolsVariable)
	if tools == "" {
		t.Skipf("SKIPPED: set %s to tla2tools.jar to compare the library with SANY; %s, %s and %s add other modules",
			toolsVariable, communityVariable, proofsVariable, apalacheVariable)
	}
	if _, err := exec.LookPath("java"); err != nil {
		t.Skip("SKIPPED: no java to compare the library with SANY")
	}
	scratch := t.TempDir()
	s := &sany{classPath: []string{tools}, path: []string{scratch}, scratch: scratch, origins: []Origin{Standard}}
	s.files = modulesOf(t, tools)
	s.addCommunity(t, os.Getenv(communityVariable))
	s.addProofs(t, os.Getenv(proofsVariable))
	if dir := os.Getenv(apalacheVariable); dir != "" {
		s.path = append(s.path, dir)
		s.origins = append(s.origins, Apalache)
	}
	return s
}

func (s *sany) addCommunity(t *testing.T, place string) {
	if place == "" {
		return
	}
	modules := modulesOf(t, place)
	if !modules[newestCommunityModule] {
		t.Errorf("%s=%s is older than the CommunityModules that the library describes, those of July 2026, which have the module %s; give these, or none",
			communityVariable, place, newestCommunityModule)
		return
	}
	for name := range modules {
		s.files[name] = true
	}
	if strings.HasSuffix(place, ".jar") {
		s.classPath = append(s.classPath, place)
	} else {
		s.path = append(s.path, place)
	}
	s.origins = append(s.origins, Community)
}

// addProofs adds the modules of the proof system, but not its versions of the
// standard modules.
func (s *sany) addProofs(t *testing.T, dir string) {
	if dir == "" {
		return
	}
	s.proofs = dir
	s.origins = append(s.origins, ProofSystem)
	for name := range modulesOf(t, dir) {
		if OriginOf(name) == Standard {
			continue
		}
		s.files[name] = true
		text, err := os.ReadFile(filepath.Join(dir, name+".tla"))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(s.scratch, name+".tla"), text, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// missing returns a variable that SANY would need in order to read the module.
func (s *sany) missing(name string) string {
	seen := map[string]bool{}
	var visit func(name string) string
	visit = func(name string) string {
		m, ok := Lookup(name)
		if !ok || seen[name] {
			return ""
		}
		seen[name] = true
		if !slices.Contains(s.origins, m.Origin) {
			return [...]string{Standard: toolsVariable, Community: communityVariable, ProofSystem: proofsVariable, Apalache: apalacheVariable}[m.Origin]
		}
		for _, i := range m.Instances {
			if v := visit(i.Module); v != "" {
				return v
			}
		}
		for _, e := range m.Extends {
			if v := visit(e); v != "" {
				return v
			}
		}
		return ""
	}
	return visit(name)
}

func (s *sany) write(t *testing.T, name, body string) {
	text := "---- MODULE " + name + " ----\n" + body + "\n====\n"
	if err := os.WriteFile(filepath.Join(s.scratch, name+".tla"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// ask runs testdata/Facts.java and returns the lines that it prints for each of
// its arguments.
func (s *sany) ask(t *testing.T, path, names []string) map[string][]string {
	program, err := filepath.Abs(filepath.Join("testdata", "Facts.java"))
	if err != nil {
		t.Fatal(err)
	}
	separator := string(os.PathListSeparator)
	arguments := []string{"-XX:+UseSerialGC", "-DTLA-Library=" + strings.Join(path, separator), "-cp", strings.Join(s.classPath, separator), program}
	command := exec.Command("java", append(arguments, names...)...)
	command.Dir = s.scratch
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("running SANY: %v\n%s", err, stderr.Bytes())
	}
	answers := map[string][]string{}
	var name string
	for line := range strings.Lines(canonical.Replace(string(out))) {
		line = strings.TrimSuffix(line, "\n")
		if rejected, ok := strings.CutPrefix(line, "rejected "); ok {
			t.Errorf("SANY rejects %s: %s", name, rejected)
		} else if asked, ok := strings.CutPrefix(line, "## "); ok {
			name = asked
		} else {
			answers[name] = append(answers[name], line)
		}
	}
	return answers
}

// canonical turns the spelling that SANY takes for canonical into that of
// package syntax, where they differ.
var canonical = strings.NewReplacer(`\leq`, "<=", `\geq`, ">=")

// modulesOf returns the names of the modules in a directory, in the root of a
// jar, or among the standard modules of a jar.
func modulesOf(t *testing.T, place string) map[string]bool {
	var paths []string
	if strings.HasSuffix(place, ".jar") {
		jar, err := zip.OpenReader(place)
		if err != nil {
			t.Fatal(err)
		}
		defer jar.Close()
		for _, f := range jar.File {
			if path := strings.TrimPrefix(f.Name, "tla2sany/StandardModules/"); !strings.Contains(path, "/") {
				paths = append(paths, path)
			}
		}
	} else {
		found, err := filepath.Glob(filepath.Join(place, "*.tla"))
		if err != nil || len(found) == 0 {
			t.Fatalf("no modules in %s", place)
		}
		paths = found
	}
	names := map[string]bool{}
	for _, path := range paths {
		if name, ok := strings.CutSuffix(filepath.Base(path), ".tla"); ok {
			names[name] = true
		}
	}
	return names
}
