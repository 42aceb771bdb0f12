package commands

import (
	"os"
	"strings"
)

// maxModules bounds how many modules ModulesIn returns of one directory, which
// may be anyone's.
const maxModules = 2000

// ModulesIn returns the names of the modules that have files in a directory, in
// lexical order, without a look into them. Of a directory that cannot be read
// it returns none.
func ModulesIn(dir string) []string {
	entries, _ := os.ReadDir(dir) // what was read before an error is good
	var names []string
	for _, entry := range entries {
		name, isTLA := strings.CutSuffix(entry.Name(), ".tla")
		if isTLA && name != "" && len(names) < maxModules {
			names = append(names, name)
		}
	}
	return names
}
