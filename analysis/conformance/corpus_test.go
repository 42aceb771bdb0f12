package conformance

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/syntax"
)

// corpusGoal is the share of SANY's semantic test files for which there must be
// an error of the same class in the same place.
const corpusGoal = 0.98

// classes has the rules that say what SANY's codes say, by code.
var classes = map[int][]string{
	4003: {syntax.Rule},
	4200: {module.RuleUnknownName},
	4201: {module.RuleAlreadyDefined},
	4202: {module.RuleAlreadyDefined},
	4203: {module.RuleSelection, module.RuleUnknownName, module.RuleInstance},
	4204: {module.RuleArity, module.RuleInstance}, // An instance is no operator.
	4205: {module.RuleLevel},
	4206: {module.RuleLevel},
	4220: {module.RuleUnknownModule},
	4221: {"module-name"},
	4222: {module.RuleModuleCycle},
	4223: {module.RuleAlreadyDefined},
	4224: {module.RuleAlreadyDefined},
	4240: {module.RuleInstance},
	4241: {module.RuleInstance},
	4242: {module.RuleInstance},
	4243: {module.RuleInstance, module.RuleArity},
	4244: {module.RuleInstance},
	4245: {module.RuleInstance, module.RuleLevel},
	4246: {module.RuleInstance, module.RuleLevel},
	4247: {module.RuleInstance, module.RuleLevel},
	4260: {module.RuleArity},
	4261: {module.RuleAt},
	4262: {module.RuleRecordField},
	4270: {module.RuleArity},
	4271: {module.RuleArity},
	4272: {module.RuleLevel},
	4273: {module.RuleLevel},
	4274: {module.RuleArity},
	4275: {module.RuleArity},
	4290: {module.RuleRecursive, module.RuleLevel},
	4291: {module.RuleRecursive},
	4292: {module.RuleRecursive},
	4293: {module.RuleRecursive},
	4294: {module.RuleRecursive},
	4310: {module.RuleLevel},
	4311: {module.RuleLevel},
	4312: {module.RuleLevel},
	4313: {module.RuleLevel},
	4314: {module.RuleLevel},
	4315: {module.RuleLevel},
	4330: {module.RuleLabel},
	4331: {module.RuleLabel},
	4332: {module.RuleLabel},
	4333: {module.RuleLabel},
	4334: {module.RuleLabel},
	4335: {module.RuleLabel},
	4336: {module.RuleLabel},
	4337: {module.RuleLabel, module.RuleArity},
	4350: {module.RuleProofStep, syntax.Rule},
	4351: {module.RuleProofStep},
	4352: {module.RuleLevel, module.RuleProofStep},
	4353: {module.RuleLevel, module.RuleProofStep},
	4354: {module.RuleLevel, module.RuleProofStep},
	4355: {module.RuleProofStep},
	4356: {module.RuleLevel, module.RuleProofStep},
	4357: {module.RuleProofStep},
	4800: {module.RuleDefinedTwice},
	4801: {module.RuleDefinedTwice},
	4802: {module.RuleRecordName},
}

// plusCal are the warnings about a translation that does not fit its algorithm.
var plusCal = []int{4803, 4804, 4805}

// codeOf finds the code in the name of one of SANY's semantic test files.
var codeOf = regexp.MustCompile(`^([EW])(\d+)_.*Test\.tla$|^([EW])(\d+)_Test\.tla$`)

// TestSemanticErrors compares with what SANY says of its own files of semantic
// errors: each has one fault, of the code in its name.
func TestSemanticErrors(t *testing.T) {
	s := newSANY(t)
	var files []file
	for _, f := range filesIn(t, filepath.Join(corpus(t), "semantic", "error_corpus")) {
		if codeOf.MatchString(filepath.Base(f.path)) {
			files = append(files, f)
		}
	}
	c := new(checker)
	matched, of := map[bool]int{}, map[bool]int{}
	for _, a := range s.ask(t, files) {
		parts := codeOf.FindStringSubmatch(filepath.Base(a.path))
		isError, code := parts[1] == "E", number(t, parts[2])
		if slices.Contains(plusCal, code) {
			continue // specls leaves PlusCal to its translator.
		}
		severity := finding.Warning
		if isError {
			severity = finding.Error
		}
		of[isError]++
		found := c.check(t, a.file, severity)
		if a.says(code, found) {
			matched[isError]++
		} else {
			t.Logf("%s: SANY: %v\n%s", filepath.Base(a.path), a.messages, list(found))
		}
	}
	t.Logf("same class and place: errors %d of %d (%s), warnings %d of %d", matched[true], of[true], percent(matched[true], of[true]), matched[false], of[false])
	if share := float64(matched[true]) / float64(of[true]); !(share >= corpusGoal) {
		t.Errorf("same class and place for %.2f %%, below the goal of %.0f %%", 100*share, 100*corpusGoal)
	}
}

// says reports whether one of the findings is of the code's class, and where
// SANY has it: it touches the lines that SANY names, if it names any.
func (a answer) says(code int, findings []found) bool {
	return slices.ContainsFunc(a.messages, func(m message) bool {
		return m.code == code && slices.ContainsFunc(findings, func(e found) bool {
			elsewhere := m.first == 0 || m.module != a.module()
			return slices.Contains(classes[code], e.Rule) && (elsewhere || e.first <= m.last && m.first <= e.last)
		})
	})
}

// TestSemantics compares the verdicts on SANY's files of semantics, which are
// about the meaning of names.
func TestSemantics(t *testing.T) {
	s := newSANY(t)
	c := new(checker)
	verdicts := map[string]int{}
	for _, a := range s.ask(t, filesIn(t, filepath.Join(corpus(t), "semantic", "corpus"))) {
		verdicts[a.verdict]++
		if errors := c.check(t, a.file, finding.Error); (len(errors) == 0) != (a.verdict == "accepted") {
			t.Errorf("%s: SANY: %s\n%s", a.path, a.verdict, list(errors))
		}
	}
	t.Logf("SANY: %v", verdicts)
}

// syntaxCase begins one case of the syntax corpus: its name, its attributes, and
// behind that the source.
var syntaxCase = regexp.MustCompile(`(?m)^=+\|\|\|\n(.*)\n((?::.*\n)*)=+\|\|\|\n`)

// syntaxResult divides the source from the tree that it should give.
var syntaxResult = regexp.MustCompile(`(?m)^-+\|\|\|\n`)

// TestSyntaxCorpus checks that the parser takes and refuses what SANY's parser
// does of the syntax corpus. SANY does not do what the corpus says in some cases,
// which its own test lists; those are counted.
func TestSyntaxCorpus(t *testing.T) {
	s := newSANY(t)
	cases := syntaxCases(t)
	var files []file
	for _, c := range cases {
		files = append(files, c.file)
	}
	wrong, sanyDiffers := 0, 0
	for i, a := range s.ask(t, files) {
		c := cases[i]
		theirs := !a.parsed && slices.ContainsFunc(a.messages, func(m message) bool { return m.code == 4003 })
		findings := syntax.Parse(c.source).Findings()
		ours := finding.HasErrors(findings)
		if theirs != c.refused {
			sanyDiffers++
		}
		if ours != theirs {
			wrong++
			t.Errorf("%s: refused: %v, by SANY: %v\n%s%v\n%v", c.name, ours, theirs, c.source, findings, a.messages)
		}
	}
	t.Logf("%d cases: %d as SANY; SANY differs from its corpus in %d", len(cases), len(cases)-wrong, sanyDiffers)
}

// syntaxExample is one case of the syntax corpus, written to a file of its own.
type syntaxExample struct {
	file
	name, source string
	refused      bool // as the corpus says
}

func syntaxCases(t *testing.T) []syntaxExample {
	t.Helper()
	dir, to := filepath.Join(corpus(t), "corpus"), t.TempDir()
	var cases []syntaxExample
	for _, path := range append(glob(t, filepath.Join(dir, "*.txt")), glob(t, filepath.Join(dir, "*", "*.txt"))...) {
		content := strings.ReplaceAll(read(t, path), "\r\n", "\n")
		starts := syntaxCase.FindAllStringSubmatchIndex(content, -1)
		for i, at := range starts {
			end := len(content)
			if i+1 < len(starts) {
				end = starts[i+1][0]
			}
			c := syntaxExample{name: content[at[2]:at[3]], refused: strings.Contains(content[at[4]:at[5]], ":error")}
			c.source = syntaxResult.Split(content[at[1]:end], 2)[0]
			name := "Test"
			if m, ok := syntax.Parse(c.source).Module(); ok && m.Name() != "" {
				name = m.Name()
			}
			c.path = filepath.Join(to, strconv.Itoa(len(cases)), name+".tla")
			write(t, c.path, c.source)
			cases = append(cases, c)
		}
	}
	if len(cases) == 0 {
		t.Fatal("the corpus has no cases")
	}
	return cases
}

func corpus(t *testing.T) string {
	t.Helper()
	dir := os.Getenv(corpusVariable)
	if dir == "" {
		t.Skipf("NOT MEASURED ON SANY'S OWN TESTS: set %s to the directory test/tla2sany of its sources", corpusVariable)
	}
	return dir
}
