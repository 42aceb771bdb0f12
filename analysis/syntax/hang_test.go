package syntax

import (
	"strings"
	"testing"
)

// TestParseEnds holds texts on which the parser once did not end, or panicked.
func TestParseEnds(t *testing.T) {
	for name, text := range map[string]string{
		"footer before a faulty header": "A == 1\n====- MODULE M ----\n",
		"an operator before ==":         "A= # ==",
		"the same in a module":          "---- MODULE M ----\nA= # ==\n====\n",
		"modules nested too deep":       strings.Repeat("---- MODULE M ----\n", maxDepth+2),
	} {
		tree := Parse(text)
		checkTree(t, tree)
		if len(tree.Findings()) == 0 {
			t.Errorf("%s: no finding", name)
		}
	}
}

// TestEmptyFacts holds proofs that name no facts, which SANY refuses.
func TestEmptyFacts(t *testing.T) {
	for _, word := range []string{"BY", "BY ONLY", "PROOF BY"} {
		if len(Parse("---- MODULE M ----\nTHEOREM TRUE\n"+word+"\n====\n").Findings()) != 1 {
			t.Errorf("%s: not one finding", word)
		}
	}
	if found := Parse("---- MODULE M ----\nTHEOREM TRUE\nBY DEF M\nUSE TRUE\n====\n").Findings(); len(found) > 0 {
		t.Error(found)
	}
}
