package commands

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/specls/specls/analysis/gosource"
	"github.com/specls/specls/commands/model"
)

func TestRepliesAreLimited(t *testing.T) {
	dir := t.TempDir()
	other := filepath.Join(dir, "notes.txt")
	writeFile(t, other, "mine")
	keep := func(text string, l limit) string {
		t.Helper()
		file := &replyFile{dir: dir, label: "etcd-openai:x/../Y", keep: l}
		path, err := file.finish(text)
		if err != nil {
			t.Fatal(err)
		}
		// The newest stay, by time; two made within one tick of the clock are told
		// apart by their names.
		return path
	}
	var paths []string
	for i := range 8 {
		paths = append(paths, keep(fmt.Sprint(i), limit{files: 5, bytes: 1000}))
	}
	if !slices.IsSorted(paths) || filepath.Dir(paths[0]) != dir {
		t.Errorf("paths do not sort by time, or lie elsewhere: %s …", paths[0])
	}
	writeFile(t, reportPath(paths[7]), "- a report\n")
	check := func(what string, kept ...string) {
		t.Helper()
		for _, path := range append(paths, other) {
			_, err := os.Stat(path)
			if want := slices.Contains(kept, path) || path == other; (err == nil) != want {
				t.Errorf("%s: %s is there: %v", what, filepath.Base(path), err == nil)
			}
		}
	}
	check("by number", paths[3:]...)
	paths = append(paths, keep("0123456789", limit{files: 100, bytes: 11}))
	check("by size", paths[7:]...)
	paths = append(paths, keep("larger than the limit", limit{files: 100, bytes: 12}))
	check("the newest in any case", paths[9])
	if _, err := os.Stat(reportPath(paths[7])); err == nil {
		t.Error("the report outlives its reply")
	}
	if replies, err := Replies(dir); err != nil || len(replies) != 1 || replies[0].Path != paths[9] || replies[0].Bytes != 21 {
		t.Errorf("got %+v, %v", replies, err)
	}
	if n, err := ClearReplies(dir); err != nil || n != 1 {
		t.Errorf("cleared %d, %v", n, err)
	}
	check("cleared")
	if replies, err := Replies(filepath.Join(dir, "nowhere")); err != nil || len(replies) != 0 {
		t.Errorf("got %+v, %v", replies, err)
	}
}

// A reply that does not stream, or whose text turns out otherwise, is kept as it
// is in the end.
func TestReplyFile(t *testing.T) {
	for _, c := range []struct {
		pieces []string
		text   string
	}{
		{nil, "all at once"},
		{[]string{"in ", "two"}, "in two"},
		{[]string{"begin"}, "begin and end"},
		{[]string{"something else, and longer"}, "this"},
		{nil, ""},
	} {
		file := &replyFile{dir: t.TempDir(), label: "x", keep: replyLimit}
		for _, piece := range c.pieces {
			file.write(piece)
		}
		path, err := file.finish(c.text)
		if err != nil || (path == "") != (c.text == "") {
			t.Errorf("%q: %q, %v", c.text, path, err)
		}
		if data, _ := os.ReadFile(path); string(data) != c.text {
			t.Errorf("%q: kept %q", c.text, data)
		}
	}
}

func TestRecord(t *testing.T) {
	m := &script{replies: []model.Reply{
		{Text: replaced(small, "x + 1", "x + One"), Finish: model.Stop, Model: "script-1", PromptTokens: 100, ReplyTokens: 50, Cost: 0.25, Currency: "EUR", Attempts: 3},
		{Text: small, Finish: model.Stop, Model: "script-1", PromptTokens: 200, ReplyTokens: 60, Cost: 0.5, Currency: "EUR"},
	}}
	req := repairRequest(t, m)
	req.Focus, req.Output = "elections", filepath.Join(t.TempDir(), "small.tla")
	c, err := Convert(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	if said := c.Report[len(c.Report)-1]; said != "requests that were turned away and sent again: 2" {
		t.Errorf("said %q", said)
	}
	r, err := RecordOf(req.StateDir, c.Record)
	if err != nil {
		t.Fatal(err)
	}
	cost, currency := r.Cost()
	if r.Kind != KindConversion || r.Status != Ready || r.Profile != "small" || r.ProfileHash != hashOfProfile(req.Profile) || r.Focus != "elections" ||
		r.Model != "script" || r.Host != "script.example" || r.AnsweredBy != "script-1" || r.MaxRounds != 2 ||
		r.PromptTokens() != 300 || r.ReplyTokens() != 110 || cost != 0.75 || currency != "EUR" || len(r.Calls) != 2 ||
		len(r.Rounds) != 1 || r.Rounds[0].Before.Errors != 1 || r.Before.Errors != 1 || r.After.Errors != 0 || r.ModuleHash != hashOf(small) ||
		len(r.Sources) != 1 || r.Sources[0].Path != "raft.go" || r.Sources[0].Hash != hashOf("package raft") {
		t.Errorf("got %+v", r)
	}
	if _, ok := FindRecord(req.StateDir, req.Output, "another text"); ok {
		t.Error("the record is found by its path, though nobody said that it was written there")
	}
	if found, ok := FindRecord(req.StateDir, req.Output, small); !ok || found.ID != r.ID {
		t.Error("the record is not found by its text")
	}
	if err := Delivered(req.StateDir, c.Record, req.Output); err != nil {
		t.Fatal(err)
	}
	if found, ok := FindRecord(req.StateDir, req.Output, "another text"); !ok || found.Status != Written {
		t.Error("the record is not found by its path")
	}
	if files, ok := KeptSources(req.StateDir, r); !ok || !slices.Equal(files, req.Files) {
		t.Errorf("sources %v", files)
	}
	err = filepath.WalkDir(req.StateDir, func(path string, entry os.DirEntry, err error) error {
		if info, infoErr := entry.Info(); err != nil || infoErr != nil || path != req.StateDir && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v", path, info.Mode())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := ClearHistory(req.StateDir); err != nil || n != 1 {
		t.Errorf("cleared %d, %v", n, err)
	}
	if _, ok := KeptSources(req.StateDir, r); ok {
		t.Error("the copies of the sources are still there")
	}
}

// A repair finds the source in the record of the module.
func TestRepairKnowsTheSource(t *testing.T) {
	broken := replaced(small, "x + 1", "x + One")
	req := repairRequest(t, says(broken))
	req.Rounds, req.Output = 0, filepath.Join(t.TempDir(), "small.tla")
	if _, err := Convert(t.Context(), req); err != nil {
		t.Fatal(err)
	}
	m := says(small)
	req.Model, req.Rounds, req.Files = m, 1, nil
	c, err := Repair(t.Context(), RepairRequest{ConvertRequest: req, Module: broken})
	if err != nil || c.Module != small {
		t.Fatalf("got %+v, %v", c, err)
	}
	if want := Render(req.Profile, "", []gosource.File{{Path: "raft.go", Text: "package raft"}}); m.asked[0].Prompt != want {
		t.Errorf("asked %q", m.asked[0].Prompt)
	}
	if r, err := RecordOf(req.StateDir, c.Record); err != nil || r.Kind != KindRepair || r.Start != hashOf(broken) {
		t.Errorf("record %+v, %v", r, err)
	}
}

func TestStrangeRecords(t *testing.T) {
	dir := t.TempDir()
	s := recordsIn(dir)
	if err := os.MkdirAll(filepath.Join(dir, "records"), 0o700); err != nil {
		t.Fatal(err)
	}
	for id, text := range map[string]string{
		"20260101T000000-etcd-aaaaaa": "{",
		"20260101T000000-etcd-bbbbbb": `{"version": 99}`,
		"20260101T000000-etcd-cccccc": `{"version": 1, "id": "../../evil", "status": "running"}`,
	} {
		writeFile(t, s.path(id), text)
	}
	all, err := History(dir)
	if err != nil || len(all) != 1 || all[0].ID != "20260101T000000-etcd-cccccc" || all[0].Status != Interrupted {
		t.Errorf("got %+v, %v", all, err)
	}
	for _, id := range []string{"", "..", "../x", "20260101T000000-etcd-aaaaaa", "20260101T000000-etcd-bbbbbb", "20260101T000000-etcd-dddddd"} {
		if _, err := RecordOf(dir, id); err == nil {
			t.Errorf("%q gives a record", id)
		}
	}
}

// One that is under way is neither interrupted nor taken up twice.
func TestRecordUnderWay(t *testing.T) {
	req := repairRequest(t, nil)
	var inner error
	m := &counting{name: "outer"}
	m.answer = func(int, model.Request) (model.Reply, error) {
		all, err := History(req.StateDir)
		if err != nil || len(all) != 1 || all[0].Status != Running {
			t.Errorf("got %+v, %v", all, err)
			return priced(small), nil
		}
		again := req
		again.Resume = all[0].ID
		_, inner = Convert(t.Context(), again)
		return priced(small), nil
	}
	req.Model = m
	if _, err := Convert(t.Context(), req); err != nil {
		t.Fatal(err)
	}
	if inner == nil || !strings.Contains(inner.Error(), "is under way in another process") {
		t.Errorf("got %v", inner)
	}
}

func TestResumeRefusals(t *testing.T) {
	req := repairRequest(t, says(small[:150]))
	_, err := Convert(t.Context(), req)
	ce, ok := err.(*ConvertError)
	if !ok || !ce.Cut {
		t.Fatalf("got %v", err)
	}
	other := etcd(t)
	for _, c := range []struct {
		want   string
		change func(*ConvertRequest)
	}{
		{"it was begun with the profile small", func(r *ConvertRequest) { r.Profile = other }},
		{"it was begun with the model script", func(r *ConvertRequest) { r.Model = &counting{name: "other"} }},
		{"there is no record of a conversion", func(r *ConvertRequest) { r.Resume = "20260101T000000-etcd-dddddd" }},
		{"its sources are no longer kept; convert anew", func(r *ConvertRequest) { must(t, os.RemoveAll(filepath.Join(r.StateDir, "sources"))) }},
	} {
		again := req
		again.Resume = ce.Record
		c.change(&again)
		if _, err := Convert(t.Context(), again); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestChanges(t *testing.T) {
	const before = "package raft\n\nfunc a() {}\n\nfunc b() {}\n\ntype T int\n"
	req := repairRequest(t, says(small))
	req.Files = []gosource.File{{Path: "raft/raft.go", Text: before}}
	c, err := Convert(t.Context(), req)
	must(t, err)
	r, err := RecordOf(req.StateDir, c.Record)
	must(t, err)
	for _, test := range []struct {
		name, path, now string
		want            []FunctionChange
	}{
		{"the same", "raft/raft.go", before, nil},
		{"comments", "raft/raft.go", "// Hi.\n" + before, nil},
		{"another file", "raft/log.go", "package raft\n\nfunc log() {}\n", nil},
		{"changed, added and removed", "raft.go", "package raft\n\nfunc a() { b() }\n\nfunc b() {}\n\nfunc c() {}\n", []FunctionChange{
			{File: "raft.go", Kind: gosource.Function, Name: "a", Change: Altered, Old: "func a() {}", New: "func a() { b() }", Line: 3},
			{File: "raft.go", Kind: gosource.Function, Name: "c", Change: Added, New: "func c() {}", Line: 7},
			{File: "raft.go", Kind: gosource.Type, Name: "T", Change: Removed, Old: "type T int"},
		}},
	} {
		if got := Changes(req.StateDir, r, []gosource.File{{Path: test.path, Text: test.now}}); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %+v", test.name, got)
		}
	}
	// Without the copy it is still known what has changed.
	must(t, os.RemoveAll(filepath.Join(req.StateDir, "sources")))
	got := Changes(req.StateDir, r, []gosource.File{{Path: "raft/raft.go", Text: "package raft\n\nfunc a() { b() }\n"}})
	if len(got) != 3 || got[0].Old != "" || got[0].Change != Altered {
		t.Errorf("without the copy: got %+v", got)
	}
}

func TestOldFilesGo(t *testing.T) {
	dir := t.TempDir()
	for i, name := range []string{"a.txt", "b.txt", "c.txt"} {
		path := filepath.Join(dir, name)
		writeFile(t, path, name)
		at := time.Now().Add(time.Duration(-i) * time.Hour)
		must(t, os.Chtimes(path, at, at))
	}
	removeOld(dir, replyName, limit{}, os.Remove)
	if files, _ := os.ReadDir(dir); len(files) != 3 {
		t.Errorf("files of another kind are gone: %v", files)
	}
}
