package testenv

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// Patience is how long a terminal is waited for before the test fails. It is
// not a measure of speed.
const Patience = 2 * time.Minute

// Terminal is a program in a terminal without a screen, which tmux keeps: keys
// go in, and what a person would see comes out.
type Terminal struct {
	t            *testing.T
	tmux, socket string
}

// StartTerminal starts a command in a directory, with environment variables
// besides those of the test, in a terminal of 160 columns and 50 lines. It is
// killed when the test ends.
func StartTerminal(t *testing.T, dir string, environment []string, command ...string) *Terminal {
	t.Helper()
	term := &Terminal{t: t, tmux: Tool(t, "SPECLS_TEST_TMUX"), socket: filepath.Join(t.TempDir(), "tmux")}
	// The terminal outlives the program, so that its last words can be read. The
	// environment goes through env, since tmux would keep its own PATH.
	term.run(slices.Concat(
		[]string{"-f", "/dev/null", "new-session", "-d", "-x", "160", "-y", "50", "-c", dir},
		[]string{"sh", "-c", `"$@"; echo "[ended with status $?]"; sleep 1000`, "sh", "env"},
		environment, command)...)
	t.Cleanup(func() { _ = exec.Command(term.tmux, "-S", term.socket, "kill-server").Run() })
	return term
}

// run runs a command of tmux's. It works in the test's clean-up too.
func (term *Terminal) run(args ...string) string {
	term.t.Helper()
	out, err := exec.Command(term.tmux, append([]string{"-S", term.socket}, args...)...).CombinedOutput()
	if err != nil {
		term.t.Fatalf("tmux %s: %v\n%s", args, err, out)
	}
	return string(out)
}

// Keys presses keys, by tmux's names for them: "Enter", "Escape", "C-s", "a".
func (term *Terminal) Keys(keys ...string) {
	term.t.Helper()
	term.run(append([]string{"send-keys"}, keys...)...)
}

// Escape presses Escape, and waits: programs take an Escape that another key
// follows at once for that key with Alt.
func (term *Terminal) Escape() {
	term.t.Helper()
	term.Keys("Escape")
	time.Sleep(200 * time.Millisecond)
}

// Type types a text.
func (term *Terminal) Type(text string) {
	term.t.Helper()
	term.run("send-keys", "-l", text)
}

// Screen returns what is on the screen, line by line, without trailing spaces.
func (term *Terminal) Screen() []string {
	term.t.Helper()
	return strings.Split(strings.TrimRight(term.run("capture-pane", "-p"), "\n"), "\n")
}

// reversed is a stretch of a line in reverse video, as a terminal is told of it.
var reversed = regexp.MustCompile(`\x1b\[7m((?:\x1b\[[0-9;]*m)*)([^\x1b▐]*)`)

// Chosen returns the row of a menu that is shown in reverse video, without the
// spaces around it; "" where there is none. A cursor is no such row.
func (term *Terminal) Chosen() string {
	term.t.Helper()
	for _, match := range reversed.FindAllStringSubmatch(term.run("capture-pane", "-p", "-e"), -1) {
		if text := strings.TrimSpace(match[2]); len(text) > 1 {
			return text
		}
	}
	return ""
}

// Await waits until the screen is as wanted, and fails the test with the screen
// where it does not get so.
func (term *Terminal) Await(what string, wanted func(screen []string) bool) {
	term.t.Helper()
	if !term.Within(Patience, wanted) {
		term.t.Fatalf("waited in vain for %s; the screen is\n%s", what, strings.Join(term.Screen(), "\n"))
	}
}

// Within waits until the screen is as wanted, and tells whether it got so in
// time.
func (term *Terminal) Within(limit time.Duration, wanted func(screen []string) bool) bool {
	term.t.Helper()
	for deadline := time.Now().Add(limit); ; time.Sleep(50 * time.Millisecond) {
		if wanted(term.Screen()) {
			return true
		}
		if time.Now().After(deadline) {
			return false
		}
	}
}

// Shows returns a condition on a screen: that one of its lines matches a
// regular expression.
func Shows(pattern string) func(screen []string) bool {
	matcher := regexp.MustCompile(pattern)
	return func(screen []string) bool { return slices.ContainsFunc(screen, matcher.MatchString) }
}

// AwaitText waits until a line of the screen matches a regular expression.
func (term *Terminal) AwaitText(pattern string) {
	term.t.Helper()
	term.Await("the text "+pattern, Shows(pattern))
}

// AwaitNoText waits until no line of the screen matches a regular expression.
func (term *Terminal) AwaitNoText(pattern string) {
	term.t.Helper()
	shows := Shows(pattern)
	term.Await("the text "+pattern+" to go", func(screen []string) bool { return !shows(screen) })
}
