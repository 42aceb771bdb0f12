package doctor

import (
	"context"
	"os"
	"os/exec"
)

// toolsVariable names the jar of the TLA+ tools.
const toolsVariable = "SPECLS_TLA2TOOLS"

// tools examines what model checking needs: the reference tools, which nothing
// else does.
func tools(ctx context.Context, m Machine) []Finding {
	jar := m.Environment(toolsVariable)
	if jar == "" {
		return []Finding{{State: Note, Text: "no TLA+ tools: set " + toolsVariable + " to tla2tools.jar to check specifications with TLC; all else works without"}}
	}
	if _, err := os.Stat(jar); err != nil {
		return []Finding{{Mend, toolsVariable + ": " + err.Error(), "set it to the path of tla2tools.jar"}}
	}
	if _, err := exec.LookPath("java"); err != nil {
		return []Finding{{Mend, "there is a " + toolsVariable + ", and no java on the path", "install a Java runtime"}}
	}
	version, err := ask(ctx, "java", "-version")
	if err != nil {
		return []Finding{{Mend, err.Error(), "install a Java runtime that works"}}
	}
	return []Finding{{State: OK, Text: jar + ", run by " + version}}
}
