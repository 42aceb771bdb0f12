package server

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// docs/protocol.md names all commands and messages, and none that there is not.
func TestProtocolPage(t *testing.T) {
	page, err := os.ReadFile("../docs/protocol.md")
	if err != nil {
		t.Fatal(err)
	}
	known := append(commandNames(), methodSetKey, methodGenerate, methodGenerateProgress, methodStatus, methodCopy)
	for _, name := range known {
		if !strings.Contains(string(page), "| `"+name+"` |") {
			t.Errorf("%s is not on the page", name)
		}
	}
	for _, found := range regexp.MustCompile("(?m)^\\| `(specls[./][^`]*)` \\|").FindAllStringSubmatch(string(page), -1) {
		if !slices.Contains(known, found[1]) {
			t.Errorf("the page has %s, which there is not", found[1])
		}
	}
}
