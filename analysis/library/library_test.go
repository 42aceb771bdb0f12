package library

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/specls/specls/analysis/syntax"
)

// TestEveryModule reads all modules and checks what must hold of each.
func TestEveryModule(t *testing.T) {
	for name := range Names() {
		m, ok := Lookup(name)
		if !ok {
			t.Errorf("%s is not found", name)
			continue
		}
		if m.Name != name {
			t.Errorf("the file of %s holds module %s", name, m.Name)
		}
		if m.Origin == Unknown || m.Doc == "" {
			t.Errorf("%s has no origin or nothing to say", name)
		}
		for _, e := range m.Extends {
			if !Has(e) {
				t.Errorf("%s extends %s, which is not in the library", name, e)
			}
		}
		for _, i := range m.Instances {
			if !Has(i.Module) {
				t.Errorf("%s instantiates %s, which is not in the library", name, i.Module)
			}
		}
		seen := map[string]bool{}
		for i := range m.Symbols {
			s := &m.Symbols[i]
			if seen[s.Name] {
				t.Errorf("%s has %s twice", name, s.Name)
			}
			seen[s.Name] = true
			if s.Module != name {
				t.Errorf("%s.%s is said to be of module %q", name, s.Name, s.Module)
			}
			if described := s.Doc != ""; described != (!s.Local && s.Kind != Theorem) {
				t.Errorf("%s.%s: prose %q", name, s.Name, s.Doc)
			}
			for _, u := range s.Uses {
				if d := m.Symbol(u.Name); d == nil || d.Kind != Constant && d.Kind != Variable {
					t.Errorf("%s.%s uses %s, which %s does not declare", name, s.Name, u.Name, name)
				}
			}
		}
	}
}

// TestReading checks that nothing in a file is lost on the way: what has been
// read is written again, and gives the same lines.
func TestReading(t *testing.T) {
	for name := range Names() {
		m, _ := Lookup(name)
		got, want := written(m), facts(t, name)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s is read as\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// written returns the lines of a module's file, in another order.
func written(m *Module) []string {
	lines := []string{"module " + m.Name}
	if len(m.Extends) > 0 {
		lines = append(lines, "extends "+strings.Join(m.Extends, " "))
	}
	local := map[bool]string{true: "local "}
	for _, i := range m.Instances {
		lines = append(lines, local[i.Local]+"instance "+i.Module)
	}
	for i := range m.Symbols {
		s := &m.Symbols[i]
		line := local[s.Local]
		if s.Recursive {
			line += "recursive "
		}
		line += map[Kind]string{Operator: "def ", Function: "def ", Constant: "constant ", Variable: "variable ", Theorem: "theorem "}[s.Kind]
		marked := *s
		marked.Params = slices.Clone(s.Params)
		for i, p := range marked.Params {
			marked.Params[i] = Param{Name: writtenParam(s, p)}
		}
		line += marked.Signature()
		if s.Sequent {
			line += " sequent"
		}
		if s.Level != 0 && s.Kind != Variable {
			line += fmt.Sprintf(" level %d", s.Level)
		}
		if len(s.Uses) > 0 {
			line += " uses"
		}
		for _, u := range s.Uses {
			line += " " + u.Name + marks(u.Max, u.Counts)
		}
		lines = append(lines, line)
	}
	return lines
}

func writtenParam(s *Symbol, p Param) string {
	text := p.String()
	if p.Arity > 0 && p.Fixity == Nonfix {
		var arguments []string
		for _, fed := range p.Fed {
			var names []string
			for _, i := range fed {
				names = append(names, s.Params[i].Name)
			}
			if len(names) == 0 {
				names = []string{"_"}
			}
			arguments = append(arguments, strings.Join(names, " "))
		}
		text = p.Name + "(" + strings.Join(arguments, ", ") + ")"
	}
	return text + marks(p.Max, p.Counts)
}

func marks(max Level, counts bool) string {
	text := ":"
	if max != defaultMax {
		text += fmt.Sprint(max)
	}
	if !counts {
		text += "i"
	}
	return strings.TrimSuffix(text, ":")
}

// TestSpelling checks that each definition's left side is TLA+, and that its
// operator is in the spelling that package syntax takes for canonical.
func TestSpelling(t *testing.T) {
	for name := range Names() {
		m, _ := Lookup(name)
		for i := range m.Symbols {
			s := &m.Symbols[i]
			if s.Kind != Operator || s.Name == "-." {
				continue
			}
			tree := syntax.Parse("---- MODULE M ----\n" + s.Signature() + " == TRUE\n====")
			if found := tree.Findings(); len(found) > 0 {
				t.Errorf("%s: %s is not the left side of a definition: %s", name, s.Signature(), found[0].Message)
			}
			if s.Fixity == Nonfix {
				continue
			}
			var spelling string
			for i := range tree.NumTokens() {
				if token := tree.Token(i); token.Text() == s.Name {
					spelling = token.Operator()
				}
			}
			if spelling != s.Name {
				t.Errorf("%s: the canonical spelling of %s is %q", name, s.Name, spelling)
			}
		}
	}
}

func TestLookupOfNoModule(t *testing.T) {
	for _, name := range []string{"", "NoSuchModule", "../library", "sequences", "Sequences.txt"} {
		if m, ok := Lookup(name); ok {
			t.Errorf("%q is found: %v", name, m)
		}
		if Has(name) || OriginOf(name) != Unknown || Extends(name) != nil || Exports(name) != nil {
			t.Errorf("something is known of %q", name)
		}
	}
}

func TestSymbols(t *testing.T) {
	for _, test := range []struct {
		module, name string
		want         string
	}{
		{"SequencesExt", "FoldRight", "FoldRight(op(_, _), seq, base)"},
		{"Naturals", "<=", "a <= b"},
		{"Integers", "-.", "-. a"},
		{"Bags", `\oplus`, `B1 \oplus B2`},
		{"Combinatorics", "factorial", "factorial[n]"},
		{"WellFoundedInduction", "OpToRel", `OpToRel(_\prec_, S)`},
		{"RealTime", "now", "now"},
	} {
		m, _ := Lookup(test.module)
		s := m.Symbol(test.name)
		if s == nil {
			t.Errorf("%s has no %s", test.module, test.name)
			continue
		}
		if got := s.Signature(); got != test.want {
			t.Errorf("the signature of %s is %q, want %q", test.name, got, test.want)
		}
	}
}

func TestExports(t *testing.T) {
	count := map[string]int{}
	for _, s := range Exports("SequencesExt") {
		count[s.Module+"."+s.Name]++
	}
	for _, name := range []string{"SequencesExt.Last", "FiniteSetsExt.Max", "Functions.Range", "TLC.PrintT", "Naturals.+", "Integers.-."} {
		if count[name] != 1 {
			t.Errorf("extending SequencesExt brings %s %d times", name, count[name])
		}
	}
	if count["Bags.Sum"] != 0 {
		t.Error("extending SequencesExt brings what is local to Bags")
	}
	own := func(module string) int {
		n := 0
		for _, s := range Exports("ShiViz") {
			if s.Module == module {
				n++
			}
		}
		return n
	}
	if own("Toolbox") == 0 || own("TLC") != 0 {
		t.Error("an INSTANCE hands on what is not local, and a LOCAL INSTANCE does not")
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

func TestLookupAtTheSameTime(t *testing.T) {
	var wg sync.WaitGroup
	modules := make([]*Module, 8)
	for i := range modules {
		wg.Go(func() { modules[i], _ = Lookup("Graphs") })
	}
	wg.Wait()
	for _, m := range modules {
		if m == nil || m != modules[0] {
			t.Error("a module has been read more than once")
		}
	}
}

func TestParse(t *testing.T) {
	m, err := parse("module M standard\n  One.\n  Two.\nextends A B\nlocal instance C\nvariable now\n  V.\n" +
		"recursive def F(op(S op, _):3, S:1i)\ndef a ^+\ntheorem T sequent\ndef G level 3 uses now:1i\n")
	if err != nil {
		t.Fatal(err)
	}
	if m.Doc != "One. Two." || !slices.Equal(m.Extends, []string{"A", "B"}) || !m.Instances[0].Local {
		t.Errorf("the head is read as %+v", m)
	}
	f := m.Symbol("F")
	if !f.Recursive || f.Params[0].Arity != 2 || f.Params[0].Max != 3 || !f.Params[0].Counts ||
		!slices.Equal(f.Params[0].Fed[0], []int{1, 0}) || f.Params[0].Fed[1] != nil || f.Params[1].Max != 1 || f.Params[1].Counts {
		t.Errorf("F is read as %+v", f)
	}
	if s := m.Symbol("^+"); s == nil || s.Fixity != Postfix || s.Signature() != "a ^+" {
		t.Errorf("^+ is read as %+v", s)
	}
	if g := m.Symbol("G"); g.Level != 3 || g.Uses[0] != (Use{Name: "now", Max: 1}) {
		t.Errorf("G is read as %+v", g)
	}
	if m.Symbol("now").Doc != "V." || m.Symbol("now").Level != 1 || !m.Symbol("T").Sequent {
		t.Errorf("the declarations are read as %+v", m.Symbols)
	}
}

func TestParseErrors(t *testing.T) {
	for text, want := range map[string]string{
		"module M nowhere":          `line 1: unknown origin "nowhere"`,
		"def":                       `line 1: "def" says nothing`,
		"macro F(x)":                `line 1: unknown word "macro"`,
		"  prose\ndef F(x:4)":       `line 2: unknown mark "4" in "x:4"`,
		"def F(x:j)":                `line 1: unknown mark "j" in "x:j"`,
		"def F(x) level 4":          `line 1: unknown level "4"`,
		"def F(op(y), x)":           `line 1: "y" is not a parameter of F`,
		"def F(op(_)":               `line 1: no closing parenthesis in "op(_"`,
		"def a + b + c":             `line 1: "a + b + c" is not the left side of a definition`,
		"def F()":                   `line 1: "" is not a parameter`,
		"def F uses now now:7":      `line 1: unknown mark "7" in "now:7"`,
		"def F(x)\nvariable":        `line 2: "variable" says nothing`,
		"def + a b\ndef F(x, y, +)": `line 1: "+" is not a parameter`,
	} {
		if _, err := parse(text); err == nil || err.Error() != want {
			t.Errorf("parse(%q): %v, want %s", text, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range []string{"RealTime", "Apalache", "Folds", "WellFoundedInduction", "Combinatorics"} {
		text, err := files.ReadFile("modules/" + name + ".txt")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, err := parse(text)
		if err != nil {
			return
		}
		for i := range m.Symbols {
			s := &m.Symbols[i]
			s.Signature()
			for _, p := range s.Params {
				if p.Arity != len(p.Fed) {
					t.Errorf("%s has the arity %d, and what is said of %d arguments", p.Name, p.Arity, len(p.Fed))
				}
			}
		}
	})
}

// raftkvs are the modules that the profile raftkvs asks a specification to extend.
var raftkvs = []string{"TLC", "Sequences", "SequencesExt", "Naturals", "FiniteSets", "Bags"}

// BenchmarkFirstLookup reads the modules that a raftkvs specification extends,
// and those that they extend, as the first check of such a specification does.
func BenchmarkFirstLookup(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		read.Clear()
		for _, name := range raftkvs {
			Exports(name)
		}
	}
}

// BenchmarkLookup asks for the same modules when they have been read.
func BenchmarkLookup(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		for _, name := range raftkvs {
			Exports(name)
		}
	}
}
