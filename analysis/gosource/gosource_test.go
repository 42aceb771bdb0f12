package gosource

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/specls/specls/analysis/testmodule"
)

var update = flag.Bool("update", false, "rewrite the expected facts in testdata")

// TestRead reads the Go files of each testdata/*.txtar and compares the facts
// with the archive's file "facts".
func TestRead(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no test archives: %v", err)
	}
	for _, name := range archives {
		t.Run(filepath.Base(name), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			var files []File
			var want *txtar.File
			for i, f := range archive.Files {
				if f.Name == "facts" {
					want = &archive.Files[i]
				} else {
					files = append(files, File{Path: f.Name, Text: string(f.Data)})
				}
			}
			got := describe(Read(files))
			if *update {
				if want == nil {
					archive.Files = append(archive.Files, txtar.File{Name: "facts"})
					want = &archive.Files[len(archive.Files)-1]
				}
				want.Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(archive), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want == nil || string(want.Data) != got {
				t.Errorf("facts differ; got:\n%s", got)
			}
		})
	}
}

// describe renders facts for a person to read.
func describe(f Facts) string {
	var b strings.Builder
	names := func(ns []Name) (s []string) {
		for _, n := range ns {
			s = append(s, fmt.Sprintf("%s@%s:%d", n.Name, n.File, n.Line))
		}
		return s
	}
	fmt.Fprintf(&b, "package %s, generated %t\n", f.Package, f.Generated)
	fmt.Fprintf(&b, "imports %s\n", strings.Join(f.Imports, " "))
	fmt.Fprintf(&b, "declared %s\n", strings.Join(f.Declared, " "))
	fmt.Fprintf(&b, "roles %s\n", strings.Join(names(f.Roles), " "))
	fmt.Fprintf(&b, "messages %s\n", strings.Join(names(f.Messages), " "))
	for _, h := range f.Handlers {
		fmt.Fprintf(&b, "handler %s.%s:%d consumes %v sends %v enters %v\n", h.Receiver, h.Name.Name, h.Line, h.Consumes, h.Sends, h.Enters)
	}
	for _, e := range f.Errors {
		fmt.Fprintf(&b, "error %s\n", e)
	}
	return b.String()
}

func TestReadEtcd(t *testing.T) {
	text := etcdSource(t)
	f := Read([]File{{Path: "raft.go", Text: text}})
	if got, want := bare(f.Roles), "StateFollower StateCandidate StateLeader StatePreCandidate"; got != want {
		t.Errorf("roles %s, want %s", got, want)
	}
	wantKinds := strings.Fields(`MsgHup MsgBeat MsgProp MsgApp MsgAppResp MsgVote MsgVoteResp MsgPreVote MsgPreVoteResp
		MsgHeartbeat MsgHeartbeatResp MsgSnap MsgReadIndex MsgTransferLeader MsgTimeoutNow MsgCheckQuorum`)
	kinds := setOf(f.Messages)
	for _, k := range wantKinds {
		if !kinds[k] {
			t.Errorf("message kind %s was not found", k)
		}
	}
	if kinds["MsgAppFlowPaused"] {
		t.Error("MsgAppFlowPaused is a field, not a message kind")
	}
	handlers := map[string]Handler{}
	for _, h := range f.Handlers {
		handlers[h.Name.Name] = h
	}
	for _, c := range []struct{ handler, consumes, sends, enters string }{
		{"becomeLeader", "[]", "[]", "[StateLeader]"},
		{"becomePreCandidate", "[]", "[]", "[StatePreCandidate]"},
		{"campaign", "[]", "[MsgPreVote MsgVote]", "[]"},
		{"stepCandidate", "[MsgPreVoteResp MsgVoteResp MsgProp MsgApp MsgHeartbeat MsgSnap MsgTimeoutNow]", "[]", "[]"},
		{"handleHeartbeat", "[]", "[MsgHeartbeatResp]", "[]"},
	} {
		h, ok := handlers[c.handler]
		if got := fmt.Sprint(h.Consumes, h.Sends, h.Enters); !ok || got != c.consumes+" "+c.sends+" "+c.enters {
			t.Errorf("%s: %s", c.handler, got)
		}
	}
}

// TestReadCutOff cuts etcd's file at every 4000th byte: what stands before the
// cut must be read as from the whole file.
func TestReadCutOff(t *testing.T) {
	text := etcdSource(t)
	for cut := 4000; cut < len(text); cut += 4000 {
		f := Read([]File{{Path: "raft.go", Text: text[:cut]}})
		if f.Package != "raft" || bare(f.Roles) != "StateFollower StateCandidate StateLeader StatePreCandidate" {
			t.Errorf("cut at byte %d: package %q, roles %s", cut, f.Package, bare(f.Roles))
		}
	}
}

func bare(names []Name) string {
	var s []string
	for _, n := range names {
		s = append(s, n.Name)
	}
	return strings.Join(s, " ")
}

// etcdSource returns etcd's raft.go from the module cache, fetching it if need
// be, and skips the test where it cannot be had.
func etcdSource(tb testing.TB) string {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join(testmodule.Dir(tb, testmodule.Etcd), "raft.go"))
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

const twoFunctions = `package p

// first is documented.
func first() {
	println(1)
}

type (
	// A is one.
	A struct{ x int }
	B[T any] struct{ y T }
)

func (b *B[T]) method() { println(2) }

var x = 1

type C int
`

func TestEnclosing(t *testing.T) {
	broken := strings.Replace(twoFunctions, "println(1)\n}", "if x {\n", 1)
	for _, c := range []struct {
		name, text, from, to string // the range from the start of from to the end of to
		want                 string
	}{
		{"in a body", twoFunctions, "println(1)", "println(1)", "function first"},
		{"in a doc comment", twoFunctions, "is documented", "is", "function first"},
		{"grouped type", twoFunctions, "x int", "x", "type A"},
		{"generic type", twoFunctions, "y T", "y", "type B"},
		{"method of a generic type", twoFunctions, "println(2)", "println(2)", "method B.method"},
		{"variable", twoFunctions, "var x", "var x", ""},
		{"ungrouped type", twoFunctions, "type C", "int", "type C"},
		{"across two", twoFunctions, "println(1)", "println(2)", ""},
		{"package clause", twoFunctions, "package", "p", ""},
		{"unclosed function before", broken, "println(2)", "println(2)", "method B.method"},
		{"in the unclosed function", broken, "if x", "{", "function first"},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := strings.Index(c.text, c.from)
			end := start + strings.Index(c.text[start:], c.to) + len(c.to)
			d, ok := Enclosing(File{"p.go", c.text}, start, end)
			got := ""
			if ok {
				got = string(d.Kind) + " " + d.String()
				if d.Start > start || d.End < end {
					t.Errorf("extent %d to %d does not hold %d to %d", d.Start, d.End, start, end)
				}
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	for _, r := range [][2]int{{-1, 0}, {5, 4}, {0, len(twoFunctions) + 1}} {
		if d, ok := Enclosing(File{"p.go", twoFunctions}, r[0], r[1]); ok {
			t.Errorf("bytes %d to %d: got %v, want none", r[0], r[1], d)
		}
	}
}

// TestEnclosingBehindLastByte places the cursor behind a closing brace.
func TestEnclosingBehindLastByte(t *testing.T) {
	at := strings.Index(twoFunctions, "}\n\ntype") + 1
	if d, ok := Enclosing(File{"p.go", twoFunctions}, at, at); !ok || d.Name != "first" {
		t.Errorf("got %v %t, want first", d, ok)
	}
}

func FuzzRead(f *testing.F) {
	archives, _ := filepath.Glob("testdata/*.txtar")
	for _, name := range archives {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			f.Add(string(file.Data), 10, 20)
		}
	}
	f.Add(twoFunctions, 30, 30)
	f.Fuzz(func(t *testing.T, text string, start, end int) {
		file := File{Path: "dir/f.go", Text: text}
		facts := Read([]File{file})
		if again := Read([]File{file}); !reflect.DeepEqual(facts, again) {
			t.Errorf("two readings differ:\n%+v\n%+v", facts, again)
		}
		lines := 1 + strings.Count(text, "\n")
		for _, n := range append(facts.Roles, facts.Messages...) {
			if n.Line < 1 || n.Line > lines || !strings.Contains(text, n.Name) {
				t.Errorf("%+v is not in the text", n)
			}
		}
		if d, ok := Enclosing(file, start, end); ok && (d.Start > start || d.End < end || d.Start < 0 || d.End > len(text)) {
			t.Errorf("Enclosing(%d, %d) of %d bytes: %+v", start, end, len(text), d)
		}
	})
}

func BenchmarkEnclosing(b *testing.B) {
	f := File{Path: "raft.go", Text: etcdSource(b)}
	for b.Loop() {
		Enclosing(f, len(f.Text)/2, len(f.Text)/2)
	}
}

func BenchmarkRead(b *testing.B) {
	f := File{Path: "raft.go", Text: etcdSource(b)}
	for b.Loop() {
		Read([]File{f})
	}
}
