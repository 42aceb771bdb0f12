package server

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"go.lsp.dev/uri"
)

// describePlace returns a place as "file:line:column text", 1-based.
func describePlace(files map[string]string, l wireLocation) string {
	name := uri.Basename(l.URI)
	return fmt.Sprintf("%s:%d:%d %s", name, l.Range.Start.Line+1, l.Range.Start.Character+1, textOf(files[name], l.Range))
}

func TestDefinition(t *testing.T) {
	files := map[string]string{"Base.tla": base}
	for _, test := range []struct{ text, want string }{
		{"VARIABLE x\nA == x¦", "Main.tla:2:10 x"},
		{"EXTENDS Base\nA == Star¦t", "Base.tla:4:1 Start"},
		{"I == INSTANCE Base\nA == I!Twi¦ce(2)", "Base.tla:5:1 Twice"},
		{"I == INSTANCE Base\nA == ¦I!Twice(2)", "Main.tla:2:1 I"},
		{"EXTENDS Ba¦se", "Base.tla:1:1 "},
		{"I == INSTANCE Ba¦se", "Base.tla:1:1 "},
		{"A(n) == LET m == n IN ¦m", "Main.tla:2:13 m"},
		{"RECURSIVE F(_)\nF(n) == F¦(n)", "Main.tla:3:1 F"},
		{"EXTENDS Sequences\nA == L¦en(<<>>)", ""},
		{"EXTENDS Seq¦uences", ""},
		{"A == nowhe¦re", ""},
	} {
		m := openMarked(t, "---- MODULE Main ----\n"+test.text+"\n====\n", files)
		raw := m.ask("textDocument/definition", nil)
		got := ""
		if string(raw) != "null" {
			got = describePlace(map[string]string{"Base.tla": base, "Main.tla": m.text}, decode[wireLocation](t, raw))
		}
		if got != test.want {
			t.Errorf("from %q: got %q, want %q", test.text, got, test.want)
		}
	}
}

func TestReferences(t *testing.T) {
	user := "---- MODULE User ----\nEXTENDS Base\nB == Start + Twice(Start)\n====\n"
	instance := "---- MODULE Instance ----\nI == INSTANCE Base\nB == I!Start\n====\n"
	other := "---- MODULE Other ----\nEXTENDS Base\nStarting == 1\n====\n"
	files := map[string]string{
		"Base.tla": base, "User.tla": user, "Instance.tla": instance, "Other.tla": other,
		// A module of the same name elsewhere is another one.
		"elsewhere/Base.tla": base, "elsewhere/Far.tla": "---- MODULE Far ----\nEXTENDS Base\nC == Start\n====\n",
	}
	m := openMarked(t, "---- MODULE Main ----\nEXTENDS Base\nA == St¦art\n====\n", files)
	m.open(fileURI(m.dir, "elsewhere/Far.tla"), "tla", 1, files["elsewhere/Far.tla"])
	files["Main.tla"] = m.text
	for _, test := range []struct {
		declaration bool
		want        string
	}{
		{false, "Instance.tla:3:8 Start, Main.tla:3:6 Start, User.tla:3:20 Start, User.tla:3:6 Start"},
		{true, "Base.tla:4:1 Start, Instance.tla:3:8 Start, Main.tla:3:6 Start, User.tla:3:20 Start, User.tla:3:6 Start"},
	} {
		var got []string
		for _, l := range decode[[]wireLocation](t, m.ask("textDocument/references", object{"context": object{"includeDeclaration": test.declaration}})) {
			got = append(got, describePlace(files, l))
		}
		slices.Sort(got)
		if strings.Join(got, ", ") != test.want {
			t.Errorf("got %q, want %q", strings.Join(got, ", "), test.want)
		}
	}
}

func TestDocumentHighlight(t *testing.T) {
	m := openMarked(t, "---- MODULE Main ----\nEXTENDS Naturals\nVARIABLE x\nNext == x' = x¦ + 1\n====\n", nil)
	type highlight struct {
		Range wireRange
		Kind  int
	}
	var got []string
	for _, h := range decode[[]highlight](t, m.ask("textDocument/documentHighlight", nil)) {
		got = append(got, fmt.Sprintf("%d:%d %d", h.Range.Start.Line, h.Range.Start.Character, h.Kind))
	}
	if want := "2:9 3, 3:8 3, 3:13 2"; strings.Join(got, ", ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
