package server

import (
	"slices"
	"strings"
	"testing"

	"go.lsp.dev/uri"
)

type wireEdit struct {
	DocumentChanges []struct {
		TextDocument struct {
			URI     uri.URI
			Version *int
		}
		Edits []struct {
			Range                 wireRange
			NewText, AnnotationID string
		}
	}
	ChangeAnnotations map[string]struct {
		Label             string
		NeedsConfirmation bool
	}
}

// apply returns what the files become, by their names.
func (e wireEdit) apply(files map[string]string) map[string]string {
	result := map[string]string{}
	for _, change := range e.DocumentChanges {
		name := uri.Basename(change.TextDocument.URI)
		text := files[name]
		slices.Reverse(change.Edits)
		for _, edit := range change.Edits {
			lines := strings.SplitAfter(text, "\n")
			line := lines[edit.Range.Start.Line]
			lines[edit.Range.Start.Line] = line[:edit.Range.Start.Character] + edit.NewText + line[edit.Range.End.Character:]
			text = strings.Join(lines, "")
		}
		result[name] = text
	}
	return result
}

func TestRename(t *testing.T) {
	user := "---- MODULE User ----\nEXTENDS Main\nC == A + 1\n====\n"
	m := openMarked(t, "---- MODULE Main ----\nEXTENDS Naturals\nVARIABLE x\n¦A == 1\nB == A + A\nF(n) == LET y == n IN y + A\n====\n", map[string]string{"User.tla": user})
	edit := decode[wireEdit](t, m.ask("textDocument/rename", object{"newName": "One"}))
	got := edit.apply(map[string]string{"Main.tla": m.text, "User.tla": user})
	want := map[string]string{
		"Main.tla": "---- MODULE Main ----\nEXTENDS Naturals\nVARIABLE x\nOne == 1\nB == One + One\nF(n) == LET y == n IN y + One\n====\n",
		"User.tla": "---- MODULE User ----\nEXTENDS Main\nC == One + 1\n====\n",
	}
	for name := range want {
		if got[name] != want[name] {
			t.Errorf("%s becomes\n%s\nwant\n%s", name, got[name], want[name])
		}
	}
	for _, change := range edit.DocumentChanges {
		if open := change.TextDocument.URI == m.uri; open != (change.TextDocument.Version != nil) {
			t.Errorf("the version of %s is %v", change.TextDocument.URI, change.TextDocument.Version)
		}
	}
}

func TestRenameRefused(t *testing.T) {
	files := map[string]string{"User.tla": "---- MODULE User ----\nEXTENDS Main\nTaken == A\n====\n", "Base.tla": base}
	for _, test := range []struct{ text, to, want string }{
		{"A¦ == 1\nB == A", "B", "the name is taken: in line 3 of Main.tla"},
		{"A¦ == 1", "Taken", "of User.tla"},
		{"A¦ == 1\nF(n) == A", "n", "the name is taken"},
		{"F(n) == LET m == 1 IN ¦n", "m", "the name is taken"},
		{"EXTENDS Sequences\nA¦ == Len(<<>>)", "Len", "the name is taken"},
		{"EXTENDS Sequences\nA == L¦en(<<>>)", "Size", "Len is defined by the library's module Sequences"},
		{"A == UNION ¦{}\nB == A", "C", "there is no name here"},
		{"A == UNI¦ON {}", "C", "UNION is an operator of the language"},
		{"a \\op¦lus b == a", "plus", "is a sign, not a name"},
		{"A¦ == 1", "2", `"2" is no name of TLA+`},
		{"A¦ == 1", "IF", `"IF" is no name of TLA+`},
		{"A¦ == 1", "a b", `"a b" is no name of TLA+`},
		{"A¦ == 1", "WF_x", `"WF_x" is no name of TLA+`},
		{"A¦ == 1", "", `"" is no name of TLA+`},
		{"EXTENDS Ba¦se", "Other", "Base is a module's name"},
	} {
		m := openMarked(t, "---- MODULE Main ----\n"+test.text+"\n====\n", files)
		_, err := m.call("textDocument/rename", m.params(object{"newName": test.to}))
		if err == nil || codeOf(t, err) != -32803 || !strings.Contains(err.Error(), test.want) {
			t.Errorf("renaming in %q to %q gave %v, want %q", test.text, test.to, err, test.want)
		}
	}
}

// A module that substitutes for a variable by name is part of the rename.
func TestRenameAcrossInstance(t *testing.T) {
	user := "---- MODULE User ----\nVARIABLE y\nI == INSTANCE Main WITH x <- y\n====\n"
	implicit := "---- MODULE Implicit ----\nVARIABLE x\nI == INSTANCE Main\n====\n"
	m := openMarked(t, "---- MODULE Main ----\nVARIABLE ¦x\nA == x\n====\n", map[string]string{"User.tla": user})
	got := decode[wireEdit](t, m.ask("textDocument/rename", object{"newName": "z"})).apply(map[string]string{"Main.tla": m.text, "User.tla": user})
	if !strings.Contains(got["User.tla"], "WITH z <- y") {
		t.Errorf("User.tla becomes %q", got["User.tla"])
	}
	m = openMarked(t, "---- MODULE Main ----\nVARIABLE ¦x\nA == x\n====\n", map[string]string{"Implicit.tla": implicit})
	if _, err := m.call("textDocument/rename", m.params(object{"newName": "z"})); err == nil {
		t.Error("a variable that another module replaces by one of the same name was renamed")
	}
}

func TestPrepareRename(t *testing.T) {
	m := openMarked(t, "---- MODULE Main ----\nAlpha == 1\nB == Al¦pha\n====\n", nil)
	got := decode[struct {
		Range       wireRange
		Placeholder string
	}](t, m.ask("textDocument/prepareRename", nil))
	if got.Placeholder != "Alpha" || textOf(m.text, got.Range) != "Alpha" || got.Range.Start.Line != 2 {
		t.Errorf("got %+v", got)
	}
	m = openMarked(t, "---- MODULE Main ----\nEXTENDS Naturals\nB == 1 +¦ 1\n====\n", nil)
	if _, err := m.call("textDocument/prepareRename", m.params(nil)); err == nil || codeOf(t, err) != -32803 {
		t.Errorf("a sign can be renamed: %v", err)
	}
}
