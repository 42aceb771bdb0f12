package reply

import (
	"regexp"
	"strings"
)

// configStart matches the words with which the statements of TLC's configuration
// begin (Specifying Systems, section 14.7.1), at the start of a line. A module
// has some of these words too, but not in capitals before a name alone.
var configStart = regexp.MustCompile(`^[ \t]*(SPECIFICATION|INIT|NEXT|CONSTANTS?|INVARIANTS?|PROPERTY|PROPERTIES|CONSTRAINTS?|ACTION_CONSTRAINTS?|SYMMETRY|VIEW|CHECK_DEADLOCK|POSTCONDITION|ALIAS)\b`)

// definitionSign is what every module has, and no configuration.
const definitionSign = "=="

// configOf returns the stretch of a reply that holds a configuration for the
// module, as byte offsets: the first fenced block of its own behind the module, or
// else the last before it. ok is false where there is none.
func configOf(body string, module candidate) (block [2]int, ok bool) {
	for _, b := range fencedBlocks(body) {
		outside := b[1] <= module.start || b[0] >= module.end
		if outside && (!ok || block[1] <= module.start) && isConfig(body[b[0]:b[1]]) {
			block, ok = b, true
		}
	}
	return block, ok
}

// isConfig reports whether the first line of a text that is neither blank nor a
// comment begins a statement of a configuration, and nothing in it is a
// definition.
func isConfig(text string) bool {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, `\*`) || strings.HasPrefix(line, "(*") {
			continue
		}
		return configStart.MatchString(line) && !strings.Contains(text, definitionSign)
	}
	return false
}
