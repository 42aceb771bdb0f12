package server

import (
	"slices"
	"strings"
	"testing"
)

const outlined = "---- MODULE Main ----\nCONSTANT C\nVARIABLES x, y\nInit == x = C\n---- MODULE Inner ----\nA == 1\n====\n====\n¦"

type wireSymbol struct {
	Name           string
	Kind           int
	ContainerName  string
	Range          wireRange
	SelectionRange wireRange
	Location       wireLocation
	Children       []wireSymbol
}

func TestDocumentSymbol(t *testing.T) {
	m := openMarked(t, outlined, nil)
	symbols := decode[[]wireSymbol](t, m.ask("textDocument/documentSymbol", nil))
	if len(symbols) != 1 || symbols[0].Name != "Main" || textOf(m.text, symbols[0].SelectionRange) != "Main" {
		t.Fatalf("got %+v", symbols)
	}
	var names []string
	for _, s := range symbols[0].Children {
		names = append(names, s.Name)
		if textOf(m.text, s.SelectionRange) != s.Name {
			t.Errorf("%s is selected as %q", s.Name, textOf(m.text, s.SelectionRange))
		}
	}
	if want := []string{"C", "x", "y", "Init", "Inner"}; !slices.Equal(names, want) {
		t.Errorf("got %q, want %q", names, want)
	}
	if inner := symbols[0].Children[4]; len(inner.Children) != 1 || inner.Children[0].Name != "A" {
		t.Errorf("Inner holds %+v", inner.Children)
	}
}

// A client that knows no trees gets a list.
func TestDocumentSymbolList(t *testing.T) {
	c, dir := openClient(t, object{}, nil)
	u := fileURI(dir, "Main.tla")
	c.open(u, "tla", 1, strings.TrimSuffix(outlined, cursor))
	var got []string
	for _, s := range decode[[]wireSymbol](t, c.mustCall("textDocument/documentSymbol", object{"textDocument": object{"uri": u}})) {
		got = append(got, s.ContainerName+"/"+s.Name)
		if s.Location.URI != u {
			t.Errorf("%s is in %s", s.Name, s.Location.URI)
		}
	}
	if want := "/Main Main/C Main/x Main/y Main/Init Main/Inner Inner/A"; strings.Join(got, " ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWorkspaceSymbol(t *testing.T) {
	m := openMarked(t, outlined, map[string]string{"Base.tla": base, "not.txt": "---- MODULE not ----\nStart == 1\n====\n"})
	for query, want := range map[string]string{"sta": "Start", "inner": "Inner", "xyz": "", "twc": "Twice", "": "A Base C Init Inner Main Start Twice x y"} {
		var got []string
		for _, s := range decode[[]wireSymbol](t, m.mustCall("workspace/symbol", object{"query": query})) {
			got = append(got, s.Name)
		}
		slices.Sort(got)
		if strings.Join(got, " ") != want {
			t.Errorf("%q finds %q, want %q", query, got, want)
		}
	}
}
