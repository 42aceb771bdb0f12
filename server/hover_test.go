package server

import (
	"encoding/json"
	"strings"
	"testing"
)

// base is a module that others extend.
const base = "---- MODULE Base ----\nEXTENDS Naturals\n\\* Where counting begins.\nStart == 0\nTwice(n) == 2 * n\n====\n"

func TestHover(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"variable", "VARIABLE log\nInit == l¦og = <<>>", []string{"VARIABLE log", "variable, state level"}},
		{"definition", "VARIABLE x\n\\* One step.\nStep(d, F(_)) == x' = F(d)\nNext == St¦ep(1, LAMBDA v : v)",
			[]string{"```tla\nStep(d, F(_)) == x' = F(d)\n```", "One step.", "definition with 2 parameters, action level"}},
		{"another module's", "EXTENDS Base\nA == Sta¦rt", []string{"Start == 0", "Where counting begins.", "definition, constant level, from module Base"}},
		{"the library's", "EXTENDS Sequences\nA == L¦en(<<1>>)", []string{"Len(s)", "from the standard module `Sequences`, which specls knows without a file"}},
		{"community's", "EXTENDS SequencesExt\nA == To¦Set(<<1>>)", []string{"ToSet(s)", "community module `SequencesExt`"}},
		{"an instance's", "I == INSTANCE Base\nA == I!Twi¦ce(2)", []string{"Twice(n) == 2 * n", "definition with 1 parameter, constant level, from module Base"}},
		{"function", "f[i \\in {1}] == i\nA == ¦f[1]", []string{"definition of a function, constant level"}},
		{"bound", "A == \\E i, j \\in {1, 2} : i¦ = j", []string{"i, j \\in {1, 2}", "bound name"}},
		{"parameter", "A(n) == ¦n", []string{"parameter"}},
		{"extended module", "EXTENDS Fini¦teSets, Base", []string{"standard module `FiniteSets`"}},
		{"module on disk", "EXTENDS FiniteSets, Bas¦e", []string{"module `Base` in Base.tla"}},
		{"builtin", "VARIABLE x\nA == UNCH¦ANGED x", []string{"operator of TLA+", "e' = e"}},
		{"nothing", "A == 1 \\* no¦thing", nil},
		{"unknown", "A == nothi¦ng", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := openMarked(t, "---- MODULE Main ----\n"+test.text+"\n====\n", map[string]string{"Base.tla": base})
			wantHover(t, m.ask("textDocument/hover", nil), test.want)
		})
	}
}

func wantHover(t *testing.T, raw json.RawMessage, want []string) {
	t.Helper()
	if want == nil {
		if string(raw) != "null" {
			t.Errorf("got %s, want nothing", raw)
		}
		return
	}
	value := decode[struct{ Contents struct{ Kind, Value string } }](t, raw).Contents.Value
	for _, part := range want {
		if !strings.Contains(value, part) {
			t.Errorf("got\n%s\nwithout %q", value, part)
		}
	}
}

// The header tells what the module is checked against.
func TestHoverOnHeader(t *testing.T) {
	m := openMarked(t, "---- MODULE etc¦draft ----\n====\n", nil)
	wantHover(t, m.ask("textDocument/hover", nil), []string{"profile `etcd`"})
	m = openMarked(t, "---- MODULE Ma¦in ----\n====\n", nil)
	wantHover(t, m.ask("textDocument/hover", nil), []string{"without a contract"})
}

// A client that shows no Markdown gets none.
func TestHoverInPlainText(t *testing.T) {
	c, dir := openClient(t, object{}, nil)
	u := fileURI(dir, "Main.tla")
	c.open(u, "tla", 1, "---- MODULE Main ----\nVARIABLE x\n====\n")
	raw := c.mustCall("textDocument/hover", object{"textDocument": object{"uri": u}, "position": object{"line": 1, "character": 9}})
	contents := decode[struct{ Contents struct{ Kind, Value string } }](t, raw).Contents
	if contents.Kind != "plaintext" || strings.Contains(contents.Value, "`") || !strings.Contains(contents.Value, "VARIABLE x") {
		t.Errorf("got %+v", contents)
	}
}
