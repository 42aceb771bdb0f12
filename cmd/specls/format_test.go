package main

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/analysis/text"
	"github.com/specls/specls/commands"
)

var (
	textLine   = regexp.MustCompile(`^a b/odd:etcdraft\.tla:[1-9]\d*:[1-9]\d*: (error|warning|information|hint): .+ \[[a-z-]+\]$`)
	gitHubLine = regexp.MustCompile(`^::(error|warning|notice) file=a b/odd%3Aetcdraft\.tla,line=[1-9]\d*,endLine=[1-9]\d*(,col=[1-9]\d*,endColumn=[1-9]\d*)?,title=specls%3A [a-z-]+::.+$`)
)

// FuzzFormats writes the findings on any text in every format: a line for each,
// whatever stands in the text, and JSON that can be read, with places in order.
func FuzzFormats(f *testing.F) {
	f.Add(sarifSpec)
	f.Add("---- MODULE a ----\r\nx == \"\u2028\r\v\x00\nEXTENDS \U0001D538, b\r c\n")
	f.Add("<think>%0A::error::</think>\n```\n---- MODULE etcdraft ----\n(*\n")
	f.Fuzz(func(t *testing.T, spec string) {
		spec = text.Sanitise(spec)
		result, err := analysis.Check(analysis.Input{Text: spec, Profiles: profile.Builtin(), Profile: "etcd"})
		if err != nil {
			t.Fatal(err)
		}
		checked := []commands.Checked{{Path: "a b/odd:etcdraft.tla", Text: spec, Profile: result.Profile, Findings: result.Findings}}
		written := map[string]string{}
		for _, format := range formats {
			var out bytes.Buffer
			if err := format.write(&out, checked); err != nil {
				t.Fatalf("%s: %v", format.name, err)
			}
			written[format.name] = out.String()
		}
		for name, want := range map[string]*regexp.Regexp{"text": textLine, "github": gitHubLine} {
			lines := strings.Split(strings.TrimSuffix(written[name], "\n"), "\n")
			if len(result.Findings) == 0 {
				lines = nil
			}
			if len(lines) != len(result.Findings) {
				t.Errorf("%s: %d lines for %d findings", name, len(lines), len(result.Findings))
			}
			for _, line := range lines {
				if !want.MatchString(line) {
					t.Errorf("%s: %q", name, line)
				}
			}
		}
		var list []jsonFinding
		if err := json.Unmarshal([]byte(written["json"]), &list); err != nil || len(list) != len(result.Findings) {
			t.Errorf("json: %d findings, %v", len(list), err)
		}
		var log sarifLog
		if err := json.Unmarshal([]byte(written["sarif"]), &log); err != nil || len(log.Runs[0].Results) != len(result.Findings) {
			t.Fatalf("sarif: %v", err)
		}
		for _, r := range log.Runs[0].Results {
			at := r.Locations[0].Physical.Region
			if at.StartLine < 1 || at.StartColumn < 1 || at.EndLine < at.StartLine || at.EndLine == at.StartLine && at.EndColumn < at.StartColumn {
				t.Errorf("sarif: %s is at %+v", r.RuleID, at)
			}
		}
	})
}
