package main

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/specls/specls/analysis/testmodule"
)

// sarifModule holds OASIS's schema of SARIF 2.1.0 (errata 01), as a Go constant.
const sarifModule = "github.com/owenrumney/go-sarif/v3@v3.3.1"

// officialSchema returns the schema that SARIF logs are validated with.
func officialSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	file := filepath.Join(testmodule.Dir(t, sarifModule), "pkg", "report", "v210", "sarif", "schema.go")
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	ast.Inspect(parsed, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && strings.Contains(lit.Value, "sarif-schema-2.1.0.json") {
			text, err = strconv.Unquote(lit.Value)
		}
		return err == nil
	})
	document, err2 := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil || err2 != nil {
		t.Fatalf("no schema in %s: %v, %v", file, err, err2)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat() // URIs above all
	if err := compiler.AddResource(sarifSchema, document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile(sarifSchema)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

const sarifSpec = `---- MODULE etcdraft ----
VARIABLE x
Name == "𝔸é" \* a comment
Init == x = TRUE /\ y
Next == x' = ~x
Spec == Init /\ [][Next]_x
====
`

// checkSARIF checks files, given as name, text, name, text, and returns the log
// as it was written.
func checkSARIF(t *testing.T, args []string, files ...string) []byte {
	t.Helper()
	t.Chdir(t.TempDir())
	for i := 0; i < len(files); i += 2 {
		if err := os.MkdirAll(filepath.Dir(files[i]), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(files[i], []byte(files[i+1]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out, errs bytes.Buffer
	code := run(t.Context(), append([]string{"check", "--format", "sarif"}, args...), &terminal{
		in: io.NopCloser(strings.NewReader("")), out: &out, err: &errs, getenv: func(string) string { return "" },
	})
	if code == exitFailed || errs.Len() > 0 {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	return out.Bytes()
}

func TestSARIFIsValid(t *testing.T) {
	schema := officialSchema(t)
	mine := "title = \"T\"\nmodule = \"mine\"\nfocus = \"F\"\n[contract]\nfairness = \"warning\"\n"
	prompt := "{focus} {file_path} {source_code}\nThe Spec includes fairness.\n"
	outside := filepath.Join(t.TempDir(), "out side.tla")
	for _, c := range []struct {
		name  string
		args  []string
		files []string
	}{
		{"nothing found", []string{"a.tla"}, []string{"a.tla", "---- MODULE a ----\n====\n"}},
		{"of all kinds", []string{"spec"}, []string{"spec/etcdraft.tla", sarifSpec, "spec/b c%.tla", "---- MODULE b ----\n"}},
		{"an empty file, and no end", []string{"spec"}, []string{"spec/etcdraft.tla", "", "spec/raftkvs.tla", "---- MODULE raftkvs ----"}},
		{"a profile of the workspace", []string{"mine.tla"}, []string{"mine.tla", strings.Replace(sarifSpec, "etcdraft", "mine", 1),
			".specls/profiles/mine/profile.toml", mine, ".specls/profiles/mine/prompt.txt", prompt}},
		{"outside of the directory", []string{outside}, []string{outside, sarifSpec}},
	} {
		t.Run(c.name, func(t *testing.T) {
			written := checkSARIF(t, c.args, c.files...)
			log, err := jsonschema.UnmarshalJSON(bytes.NewReader(written))
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(log); err != nil {
				t.Errorf("%v\n%s", err, written)
			}
		})
	}
	// A schema that lets anything through would have let those through as well.
	if schema.Validate(map[string]any{"version": "2.1.0", "runs": []any{map[string]any{"tool": "specls"}}}) == nil {
		t.Error("the schema accepts a run whose tool is a string")
	}
}

func TestSARIF(t *testing.T) {
	var log sarifLog
	if err := json.Unmarshal(checkSARIF(t, []string{"./a b/../a b"}, "a b/etcdraft.tla", sarifSpec), &log); err != nil {
		t.Fatal(err)
	}
	r := log.Runs[0]
	found := map[string]sarifResult{}
	for _, result := range r.Results {
		found[result.RuleID] = result
		if id := r.Tool.Driver.Rules[result.RuleIndex].ID; id != result.RuleID {
			t.Errorf("ruleIndex of %s leads to %s", result.RuleID, id)
		}
		if at := result.Locations[0].Physical.Artifact; at.URI != "a%20b/etcdraft.tla" || at.BaseID != "SRCROOT" {
			t.Errorf("%s is in %+v", result.RuleID, at)
		}
	}
	comments := found["comments"]
	if at, want := comments.Locations[0].Physical.Region, (sarifRegion{3, 15, 3, 27}); at != want || r.ColumnKind != "utf16CodeUnits" {
		t.Errorf("the comment is at %+v, want %+v, in UTF-16 units", at, want)
	}
	if len(comments.Fixes) == 0 || comments.Fixes[0].Changes[0].Replacements[0].Deleted != (sarifRegion{3, 14, 3, 27}) {
		t.Errorf("the comment's fixes are %+v", comments.Fixes)
	}
	fairness := found["fairness"]
	if len(fairness.Fixes) == 0 || fairness.Level != "error" || !strings.HasSuffix(fairness.Message.Text, ".") {
		t.Errorf("fairness: %+v", fairness)
	}
	if last := fairness.Related[len(fairness.Related)-1]; last.Physical != nil || !strings.Contains(last.Message.Text, "of the built-in prompt etcd)") {
		t.Errorf("fairness's last related place is %+v", last)
	}
	if unknown := found["unknown-name"].Message.Text; !strings.HasPrefix(unknown, "“y”") {
		t.Errorf("a message begins otherwise than it should: %s", unknown)
	}
	for _, rule := range r.Tool.Driver.Rules {
		if !strings.HasSuffix(rule.HelpURI, "/docs/rules/"+rule.ID+".md") {
			t.Errorf("the page of %s is %s", rule.ID, rule.HelpURI)
		}
	}
}

// A related place in the prompt of one's own profile is a place in its file.
func TestSARIFOwnPrompt(t *testing.T) {
	var log sarifLog
	if err := json.Unmarshal(checkSARIF(t, []string{"mine.tla"}, "mine.tla", strings.Replace(sarifSpec, "etcdraft", "mine", 1),
		".specls/profiles/mine/profile.toml", "title = \"T\"\nmodule = \"mine\"\nfocus = \"F\"\n[contract]\nfairness = \"hint\"\n",
		".specls/profiles/mine/prompt.txt", "{focus} {file_path} {source_code}\nThe Spec includes fairness.\n"), &log); err != nil {
		t.Fatal(err)
	}
	results := log.Runs[0].Results
	results = slices.DeleteFunc(results, func(r sarifResult) bool { return r.RuleID != "fairness" })
	if len(results) != 1 || results[0].Level != "note" {
		t.Fatalf("got %+v", results)
	}
	last := results[0].Related[len(results[0].Related)-1]
	if last.Physical == nil || last.Physical.Artifact.URI != ".specls/profiles/mine/prompt.txt" || last.Physical.Region.StartLine != 2 {
		t.Errorf("the prompt's place is %+v", last.Physical)
	}
}
