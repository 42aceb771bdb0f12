package server

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestFoldingRange(t *testing.T) {
	m := openMarked(t, "---- MODULE Main ----\nVARIABLES\n  x,\n  y\n(* a\nb *)\nA == LET z == 1\n  IN z\nB == 1\n====\n¦", nil)
	type fold struct {
		StartLine, EndLine int
		Kind               string
	}
	var got []string
	for _, f := range decode[[]fold](t, m.ask("textDocument/foldingRange", nil)) {
		got = append(got, strings.TrimSpace(fmt.Sprintf("%d-%d %s", f.StartLine, f.EndLine, f.Kind)))
	}
	if want := "0-9, 1-3, 6-7, 4-5 comment"; strings.Join(got, ", ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSelectionRange(t *testing.T) {
	m := openMarked(t, "---- MODULE Main ----\nA == {1, 2¦2}\n====\n", nil)
	type selection struct {
		Range  wireRange
		Parent *selection
	}
	all := decode[[]selection](t, m.ask("textDocument/selectionRange", object{"positions": []object{m.cursor, {"line": 0, "character": 14}}}))
	if len(all) != 2 {
		t.Fatalf("two places have %d answers", len(all))
	}
	var got []string
	for s := &all[0]; s != nil; s = s.Parent {
		got = append(got, textOf(m.text, s.Range))
	}
	if want := []string{"22", "{1, 22}", "A == {1, 22}", strings.TrimSuffix(m.text, "\n"), m.text}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSemanticTokens(t *testing.T) {
	c := startServer(t, nil)
	legend := decode[struct {
		Capabilities struct {
			SemanticTokensProvider struct {
				Legend struct{ TokenTypes, TokenModifiers []string }
			}
		}
	}](t, c.initialize(t.TempDir(), languageCapabilities(), nil)).Capabilities.SemanticTokensProvider.Legend

	m := openMarked(t, "---- MODULE Main ----\nEXTENDS Naturals\nVARIABLE x (* é\n*)\nA == x' = Nat \\cup \"s\"\n====\n¦", nil)
	data := decode[struct{ Data []int }](t, m.ask("textDocument/semanticTokens/full", nil)).Data
	var got []string
	line, column := 0, 0
	for i := 0; i+5 <= len(data); i += 5 {
		if data[i] > 0 {
			column = 0
		}
		line, column = line+data[i], column+data[i+1]
		text := []rune(strings.Split(m.text, "\n")[line])[column : column+data[i+2]]
		token := legend.TokenTypes[data[i+3]] + ":" + string(text)
		for bit, modifier := range legend.TokenModifiers {
			if data[i+4]>>bit&1 == 1 {
				token += "/" + modifier
			}
		}
		got = append(got, token)
	}
	want := "keyword:---- keyword:MODULE namespace:Main keyword:---- keyword:EXTENDS namespace:Naturals keyword:VARIABLE variable:x/definition " +
		"comment:(* é comment:*) function:A/definition operator:== variable:x operator:' operator:= function:Nat/defaultLibrary operator:\\cup string:\"s\" keyword:===="
	if strings.Join(got, " ") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, " "), want)
	}
}
