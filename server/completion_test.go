package server

import (
	"slices"
	"strings"
	"testing"
)

type completions struct {
	Items []struct {
		Label, Detail, SortText string
		Documentation           any
		TextEdit                *struct {
			Range   wireRange
			NewText string
		}
	}
}

func (c completions) labels() []string {
	var labels []string
	for _, item := range c.Items {
		labels = append(labels, item.Label)
	}
	return labels
}

func TestCompletion(t *testing.T) {
	for _, test := range []struct{ name, text, want, not string }{
		{"names", "EXTENDS Base\nVARIABLE x\nF(param) == LET inner == 1 IN ¦", "x F param inner Start Twice IF UNCHANGED Nat", "+ Sequences \\in"},
		{"half a name", "VARIABLE xylophone\nA == xy¦", "xylophone", ""},
		{"modules", "EXTENDS Naturals, ¦", "Sequences SequencesExt Base TLC", "x IF Main"},
		{"half a module", "EXTENDS Seq¦", "Sequences Base", "IF"},
		{"behind INSTANCE", "I == INSTANCE ¦", "Base Sequences", "IF"},
		{"behind LOCAL INSTANCE", "LOCAL INSTANCE B¦\nA == 1", "Base", "IF"},
		{"an instance's", "I == INSTANCE Base\nA == I!¦", "Start Twice", "A IF"},
		{"half an instance's", "I == INSTANCE Base\nA == I!St¦", "Start Twice", "A IF"},
		{"signs", "A == 1 \\¦", "\\in \\cup \\union \\E \\A \\notin", "IF Base"},
		{"half a sign", "A == 1 \\no¦ {}", "\\notin", "IF"},
		{"a comment", "A == 1 \\* I¦", "", "IF A"},
		{"a string", "A == \"I¦\"", "", "IF A"},
		{"prose", "====\nsome I¦", "", "IF A"},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := openMarked(t, "---- MODULE Main ----\n"+test.text+"\n====\n", map[string]string{"Base.tla": base})
			labels := decode[completions](t, m.ask("textDocument/completion", nil)).labels()
			for _, label := range strings.Fields(test.want) {
				if !slices.Contains(labels, label) {
					t.Errorf("%s is missing in %q", label, labels)
				}
			}
			for _, label := range strings.Fields(test.not) {
				if slices.Contains(labels, label) {
					t.Errorf("%s is offered", label)
				}
			}
			if test.want == "" && len(labels) > 0 {
				t.Errorf("offered are %q", labels)
			}
		})
	}
}

// A sign replaces what was typed of it, the "\" included.
func TestCompletionReplacesTheSign(t *testing.T) {
	m := openMarked(t, "---- MODULE Main ----\nA == 1 \\no¦ {}\n====\n", nil)
	for _, item := range decode[completions](t, m.ask("textDocument/completion", nil)).Items {
		if item.TextEdit == nil || textOf(m.text, item.TextEdit.Range) != "\\no" || item.TextEdit.NewText != item.Label {
			t.Errorf("%s is put in by %+v", item.Label, item.TextEdit)
		}
	}
}

func TestCompletionTellsMore(t *testing.T) {
	m := openMarked(t, "---- MODULE Main ----\nEXTENDS Sequences\nF(a, G(_)) == a\nB == ¦\n====\n", nil)
	details := map[string]string{}
	for _, item := range decode[completions](t, m.ask("textDocument/completion", nil)).Items {
		details[item.Label] = item.Detail
		if item.Label == "Len" && item.Documentation == nil {
			t.Error("Len has no documentation")
		}
	}
	if want := "F(a, G(_)): definition with 2 parameters, constant level"; details["F"] != want {
		t.Errorf("F is described by %q, want %q", details["F"], want)
	}
}

func TestSignatureHelp(t *testing.T) {
	type help struct {
		Signatures []struct {
			Label      string
			Parameters []struct{ Label [2]int }
		}
		ActiveParameter int
	}
	m := openMarked(t, "---- MODULE Main ----\nEXTENDS Sequences\nF(a, G(_)) == a\nB == F(Len(<<1, 2>>), ¦\n====\n", nil)
	got := decode[help](t, m.ask("textDocument/signatureHelp", nil))
	if len(got.Signatures) != 1 || got.Signatures[0].Label != "F(a, G(_))" || got.ActiveParameter != 1 {
		t.Fatalf("got %+v", got)
	}
	place := got.Signatures[0].Parameters[1].Label
	if part := got.Signatures[0].Label[place[0]:place[1]]; part != "G(_)" {
		t.Errorf("the second parameter is marked as %q", part)
	}
	m = openMarked(t, "---- MODULE Main ----\nA == 1 + ¦\n====\n", nil)
	if raw := m.ask("textDocument/signatureHelp", nil); string(raw) != "null" {
		t.Errorf("outside an application there is %s", raw)
	}
}
