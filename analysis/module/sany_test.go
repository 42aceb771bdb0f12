package module

import (
	"archive/zip"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/library"
	"github.com/specls/specls/analysis/syntax"
	"github.com/specls/specls/analysis/text"
)

// TestSANY asks SANY about the golden texts: it must refuse those with errors
// and accept the others, and for each error that it has there must be a finding
// on the lines it names, or next to them. It needs java, and the path of tla2tools.jar in
// SPECLS_TLA2TOOLS, and of CommunityModules.jar in SPECLS_COMMUNITY_MODULES.
func TestSANY(t *testing.T) {
	jar, community := os.Getenv("SPECLS_TLA2TOOLS"), os.Getenv("SPECLS_COMMUNITY_MODULES")
	if jar == "" || community == "" {
		t.Skip("NOT COMPARED WITH SANY: set SPECLS_TLA2TOOLS and SPECLS_COMMUNITY_MODULES to the paths of the jars")
	}
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			for _, f := range archive.Files {
				if err := os.WriteFile(filepath.Join(dir, f.Name), f.Data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			name := archive.Files[0].Name
			cmd := exec.Command("java", "-XX:+UseSerialGC", "-cp", jar+string(filepath.ListSeparator)+community, "tla2sany.SANY", "-error-codes", name)
			cmd.Dir = dir
			out, err := cmd.CombinedOutput()
			if _, exited := err.(*exec.ExitError); err != nil && !exited {
				t.Fatalf("running SANY: %v", err)
			}
			compareWithSANY(t, archive, strings.TrimSuffix(name, ".tla"), err == nil, string(out))
		})
	}
}

func compareWithSANY(t *testing.T, archive *txtar.Archive, module string, accepted bool, output string) {
	root := string(archive.Files[0].Data)
	tree := syntax.Parse(root)
	found := append(tree.Findings(), Analyze(tree, sourceOf(archive)).Findings...)
	if ok := !finding.HasErrors(found); ok != accepted {
		t.Errorf("accepted: %v, by SANY: %v\n%s", ok, accepted, output)
	}
	lines := map[int]bool{}
	mapper := text.NewMapper(root)
	for _, f := range found {
		line, _ := mapper.LineColumn(f.Span.Start)
		lines[line] = true
	}
	_, errors, _ := strings.Cut(output, "*** Errors: ")
	for line := range strings.Lines(errors) {
		var start, end, column int
		var name string
		if n, _ := fmt.Sscanf(line, "line %d, col %d to line %d, col %d of module %s", &start, &column, &end, &column, &name); n != 5 || name != module {
			continue
		}
		matched := false
		for l := start - 1; l <= end+1; l++ {
			matched = matched || lines[l]
		}
		if !matched {
			t.Errorf("SANY has an error on lines %d to %d, and nothing is found there", start, end)
		}
	}
}

// TestLibraryParts compares what the library says of the parts of definitions
// with the modules themselves.
func TestLibraryParts(t *testing.T) {
	compared := 0
	for name := range library.Names() {
		decl, _ := library.Lookup(name)
		text, given := realModule(t, decl)
		if !given {
			continue
		}
		m, _ := syntax.Parse(text).Module()
		for _, d := range m.Definitions() {
			known := decl.Symbol(definedName(d))
			if known == nil || known.Kind != library.Operator {
				continue
			}
			compared++
			if want := partsOf(d); known.Parts != want {
				t.Errorf("%s of %s has %d parts, not %d", known.Name, name, want, known.Parts)
			}
		}
	}
	if compared == 0 {
		t.Skip("NOT COMPARED: set SPECLS_TLA2TOOLS, SPECLS_COMMUNITY_MODULES, SPECLS_TLAPM_LIBRARY or SPECLS_APALACHE_MODULES")
	}
	t.Logf("compared %d definitions", compared)
}

// realModule returns the text of a module of the library; false where it has not
// been given.
func realModule(t *testing.T, m *library.Module) (string, bool) {
	t.Helper()
	variable := map[library.Origin]string{library.Standard: "SPECLS_TLA2TOOLS", library.Community: "SPECLS_COMMUNITY_MODULES",
		library.ProofSystem: "SPECLS_TLAPM_LIBRARY", library.Apalache: "SPECLS_APALACHE_MODULES"}[m.Origin]
	place, file := os.Getenv(variable), m.Name+".tla"
	if place == "" {
		return "", false
	}
	dir := os.DirFS(place)
	if strings.HasSuffix(place, ".jar") {
		jar, err := zip.OpenReader(place)
		if err != nil {
			t.Fatal(err)
		}
		defer jar.Close()
		dir = jar
		if m.Origin == library.Standard {
			file = "tla2sany/StandardModules/" + file
		}
	}
	data, err := fs.ReadFile(dir, file)
	if err != nil {
		t.Errorf("%s: %v", variable, err)
	}
	return string(data), err == nil
}

func definedName(d syntax.Definition) string {
	if t := d.Token(); t.Valid() && d.Fixity() == syntax.Prefix {
		return operatorName(t, true)
	}
	return nameOf(d.Node)
}

// partsOf returns how many operands the body of a definition has, as the library
// counts them.
func partsOf(d syntax.Definition) int {
	if d.Kind() != syntax.KindDefinition {
		return library.UnknownParts
	}
	for n := range d.Body().Walk() {
		if n.Kind() == syntax.KindLabel {
			return library.UnknownParts
		}
	}
	p := path{node: d.Body()}
	p.unwrap()
	switch p.node.Kind() {
	case syntax.KindQuantifier, syntax.KindFunctionLiteral, syntax.KindFilter, syntax.KindMap, syntax.KindChoose, syntax.KindCase:
		return library.UnknownParts
	}
	return len(operandsOf(p.node))
}
