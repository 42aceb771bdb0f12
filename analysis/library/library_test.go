package library

import (
	"archive/zip"
	"io"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestEveryExtendedModuleIsInTheLibrary(t *testing.T) {
	for name, m := range modules {
		if m.origin == Unknown {
			t.Errorf("%s has no origin", name)
		}
		for _, e := range m.extends {
			if !Has(e) {
				t.Errorf("%s extends %s, which is not in the library", name, e)
			}
		}
	}
}

func TestPath(t *testing.T) {
	for _, test := range []struct {
		from, to string
		want     string
	}{
		{"Naturals", "Naturals", "Naturals"},
		{"Reals", "Naturals", "Reals Integers Naturals"},
		{"SequencesExt", "TLC", "SequencesExt TLC"},
		{"Sequences", "Naturals", ""},
		{"NoSuchModule", "Naturals", ""},
	} {
		if got := strings.Join(Path(test.from, test.to), " "); got != test.want {
			t.Errorf("Path(%s, %s) = %q, want %q", test.from, test.to, got, test.want)
		}
	}
}

func TestExtendsIsACopy(t *testing.T) {
	Extends("SequencesExt")[0] = "changed"
	if got := Extends("SequencesExt")[0]; got != "Sequences" {
		t.Errorf("the library's own list was changed: %q", got)
	}
}

// TestAgainstTools compares the standard modules with those in the jar of the
// TLA+ tools.
func TestAgainstTools(t *testing.T) {
	jar := os.Getenv("SPECLS_TLA2TOOLS")
	if jar == "" {
		t.Skip("SKIPPED: set SPECLS_TLA2TOOLS to tla2tools.jar to compare the library with the TLA+ tools")
	}
	r, err := zip.OpenReader(jar)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	seen := 0
	for _, f := range r.File {
		name, isModule := strings.CutSuffix(path.Base(f.Name), ".tla")
		if !isModule || path.Base(path.Dir(f.Name)) != "StandardModules" || strings.HasPrefix(name, "_") {
			continue
		}
		seen++
		if OriginOf(name) != Standard {
			t.Errorf("%s is a standard module and not in the library", name)
		}
		if got, want := Extends(name), extendsOf(t, f); !slices.Equal(got, want) {
			t.Errorf("%s extends %v, the library says %v", name, want, got)
		}
	}
	standard := 0
	for _, m := range modules {
		if m.origin == Standard {
			standard++
		}
	}
	if seen != standard {
		t.Errorf("the tools have %d standard modules, the library %d", seen, standard)
	}
}

var extendsClause = regexp.MustCompile(`(?m)^EXTENDS\s+(\w+(?:\s*,\s*\w+)*)`)

// extendsOf returns what a module of a jar extends.
func extendsOf(t *testing.T, f *zip.File) []string {
	r, err := f.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	m := extendsClause.FindStringSubmatch(string(text))
	if m == nil {
		return nil
	}
	return regexp.MustCompile(`\s*,\s*`).Split(m[1], -1)
}
