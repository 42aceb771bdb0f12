package syntax

import (
	"strings"
	"testing"
)

// TestParseEnds holds texts on which the parser once did not end.
func TestParseEnds(t *testing.T) {
	for name, text := range map[string]string{
		"footer before a faulty header": "A == 1\n====- MODULE M ----\n",
		"modules nested too deep":       strings.Repeat("---- MODULE M ----\n", maxDepth+2),
	} {
		if len(Parse(text).Findings()) == 0 {
			t.Errorf("%s: no finding", name)
		}
	}
}
