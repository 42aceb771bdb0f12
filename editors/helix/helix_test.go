// Package helix holds the configuration for Helix, and this test, which drives
// a real one in a terminal by keys, and looks at what stands on its screen.
package helix

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/specls/specls/editors/testenv"
)

// session is a Helix in a workspace with etcd's raft.go.
type session struct {
	*testenv.Terminal
	t         *testing.T
	workspace string
}

// start opens a file in a Helix that is set up as the README says, with gopls
// and specls on the path. change, if not nil, changes the configuration.
func start(t *testing.T, file string, environment []string, change func(config string) string) *session {
	t.Helper()
	hx, gopls := testenv.Tool(t, "SPECLS_TEST_HELIX"), testenv.Tool(t, "SPECLS_TEST_GOPLS")
	path := filepath.Dir(testenv.BuildSpecls(t)) + ":" + filepath.Dir(gopls) + ":" + os.Getenv("PATH")
	home := testenv.Home(t)
	// Helix keeps to HOME where the README names ~/.config.
	directory := strings.TrimPrefix(home[0], "HOME=")
	home = append(home, "XDG_CONFIG_HOME="+filepath.Join(directory, ".config"))
	runReadme(t, append(os.Environ(), home...))
	if change != nil {
		configuration := filepath.Join(directory, ".config", "helix", "languages.toml")
		content, err := os.ReadFile(configuration)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(configuration, []byte(change(string(content))), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s := &session{t: t, workspace: testenv.EtcdWorkspace(t)}
	checkDoctor(t, s.workspace, slices.Concat(os.Environ(), home, []string{"PATH=" + filepath.Dir(hx) + ":" + path}))
	environment = slices.Concat(home, testenv.GoCaches(t), []string{"PATH=" + path, "GOFLAGS=-mod=mod"}, environment)
	s.Terminal = testenv.StartTerminal(t, s.workspace, environment, hx, "-v", file)
	t.Cleanup(func() {
		if t.Failed() {
			logs, _ := os.ReadFile(filepath.Join(directory, "cache", "helix", "helix.log"))
			t.Logf("the screen:\n%s\nHelix's log ends\n%s", strings.Join(s.Screen(), "\n"), logs[max(0, len(logs)-8000):])
		}
	})
	return s
}

// runReadme runs the shell block of README.md, word for word.
func runReadme(t *testing.T, environment []string) {
	t.Helper()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```sh\n(.*?)```").FindSubmatch(readme)
	if block == nil {
		t.Fatal("README.md has no shell block")
	}
	testenv.RunWith(t, filepath.Join("..", ".."), environment, "sh", "-euc", string(block[1]))
}

// checkDoctor checks that "specls doctor" sees that Helix is set up.
func checkDoctor(t *testing.T, workspace string, environment []string) {
	t.Helper()
	report := testenv.RunWith(t, workspace, environment, "env", "specls", "doctor")
	if !regexp.MustCompile(`(?m)^  ok +Helix .* is set up$`).Match(report) {
		t.Errorf("specls doctor says\n%s", report)
	}
}

// pick opens the menu of code actions and picks the one of the given title.
func (s *session) pick(title string) {
	s.t.Helper()
	s.openMenu(title)
	s.choose(title)
}

// choose picks the row of the given title in the menu that is open.
func (s *session) choose(title string) {
	s.t.Helper()
	for range 40 {
		chosen := s.Chosen()
		if chosen == title {
			s.Keys("Enter")
			return
		}
		s.Keys("Tab")
		s.Within(3*time.Second, func([]string) bool { return s.Chosen() != chosen })
	}
	s.t.Fatalf("%s cannot be chosen:\n%s", title, strings.Join(s.Screen(), "\n"))
}

// openMenu opens the menu of code actions. Helix does not show when a server is
// ready, and opens no menu before, so that the keys may have to be pressed
// again, as by a person.
func (s *session) openMenu(title string) {
	s.t.Helper()
	for deadline := time.Now().Add(testenv.Patience); time.Now().Before(deadline); {
		s.Keys("Space", "a")
		if s.Within(3*time.Second, testenv.Shows(regexp.QuoteMeta(title))) {
			return
		}
		s.Escape()
	}
	s.t.Fatalf("no menu with %s:\n%s", title, strings.Join(s.Screen(), "\n"))
}

// command types a command of Helix's.
func (s *session) command(text string) {
	s.t.Helper()
	s.Type(":" + text)
	s.AwaitText("^:" + regexp.QuoteMeta(text))
	s.Keys("Enter")
}

// read returns the text of a file of the workspace, "" where there is none.
func (s *session) read(name string) string {
	s.t.Helper()
	content, err := os.ReadFile(filepath.Join(s.workspace, name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.t.Fatal(err)
	}
	return string(content)
}

// awaitFile writes the buffer and waits until the file is as wanted.
func (s *session) awaitFile(name string, wanted func(text string) bool) {
	s.t.Helper()
	s.command("w")
	s.Await("the file "+name, func([]string) bool { return wanted(s.read(name)) })
}

// The whole path: convert beside gopls, break the name, see it, mend it.
func TestConvertAndMend(t *testing.T) {
	s := start(t, "raft.go", nil, nil)
	s.AwaitText("could not import") // gopls is at work too
	s.pick("Convert to TLA+ (etcd)")
	s.AwaitText(`written by built-in template .*no findings`)
	s.AwaitText(`NOR +etcdraft\.tla`)
	s.awaitFile("etcdraft.tla", func(text string) bool {
		return strings.HasPrefix(text, "---- MODULE etcdraft ----\n") && strings.HasSuffix(text, "\n====\n")
	})
	spec := s.read("etcdraft.tla")

	s.Keys("g", "g", "w", "w", "w", "c")
	s.Type("etcdraff ")
	s.Escape()
	s.AwaitText(`● +1 .*MODULE etcdraff`)
	s.AwaitText("the contract wants exactly etcdraft") // behind the line, or under it
	s.pick("Rename the module to etcdraft")
	s.AwaitNoText("●")
	s.awaitFile("etcdraft.tla", func(text string) bool { return text == spec })
}

// A conversion streams while the person goes on typing in the Go file: both the
// text that is typed and the specification are whole.
func TestEditDuringConversion(t *testing.T) {
	release := make(chan struct{})
	model := slowModel(t, release)
	s := start(t, "raft.go", []string{"OPENAI_BASE_URL=" + model + "/v1", "OPENAI_API_KEY=key-of-the-test"}, func(config string) string {
		return strings.Replace(config, `model = "builtin"`, `model = "openai:slow"`, 1)
	})
	s.pick("Convert to TLA+ (etcd)")
	s.AwaitText(`Send raft\.go \(about [0-9,]+ tokens\) to 127\.0\.0\.1`)
	s.choose("Send")
	s.AwaitText(`NOR [⣾⣽⣻⢿⡿⣟⣯⣷] raft\.go`) // the status line shows that something is under way
	if s.read("etcdraft.tla") != "" {
		t.Error("half a reply was written")
	}
	s.Keys("g", "g", "O") // Helix goes on with the comment below, so with //
	for word := range strings.FieldsSeq("typed while the model was writing") {
		s.Type(word + " ")
		s.AwaitText(regexp.QuoteMeta(word))
	}
	s.Escape()
	close(release)
	s.AwaitText(`etcdraft\.tla written by slow`)
	s.AwaitText(`NOR +etcdraft\.tla`)
	s.awaitFile("etcdraft.tla", func(text string) bool { return text == slowModule })
	s.command("open raft.go")
	s.AwaitText(`NOR +raft\.go`)
	// Helix has gopls format what it writes, and so the last space goes.
	s.awaitFile("raft.go", func(text string) bool {
		return strings.HasPrefix(text, "// typed while the model was writing\n// Copyright")
	})
}

// The server's commands can be run by name.
func TestWorkspaceCommand(t *testing.T) {
	s := start(t, "raft.go", nil, nil)
	s.openMenu("Convert to TLA+ (etcd)")
	// The cursor, a selection of one character, is no wish to focus on a line.
	if testenv.Shows("focused on line")(s.Screen()) {
		t.Error("a conversion focused on the line of the cursor is offered")
	}
	s.Escape()
	s.command(`lsp-workspace-command specls.convert {"uri":"file://` + filepath.ToSlash(s.workspace) + `/raft.go","profile":"etcd"}`)
	s.AwaitText(`NOR +etcdraft\.tla`)
	s.AwaitText(`^ +\d+ +MODULE|---- MODULE etcdraft ----|====`)
}

// slowModule is what the slow model writes. It breaks the contract, which is
// not what its test is about.
const slowModule = "---- MODULE etcdraft ----\nEXTENDS Naturals\nVARIABLE x\nInit == x = 0\n====\n"

// slowModel is a server that streams half a reply, and the rest when released.
func slowModel(t *testing.T, release <-chan struct{}) string {
	event := func(w http.ResponseWriter, choice string) {
		_, _ = io.WriteString(w, `data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"slow","choices":[`+choice+"]}\n\n")
		_ = http.NewResponseController(w).Flush()
	}
	content := func(text string) string {
		return fmt.Sprintf(`{"index":0,"delta":{"role":"assistant","content":%q},"finish_reason":null}`, text)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Only with the request read does the server notice that the client hangs
		// up.
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "text/event-stream")
		half := len(slowModule) / 2
		event(w, content(slowModule[:half]))
		select {
		case <-release:
			event(w, content(slowModule[half:]))
			event(w, `{"index":0,"delta":{},"finish_reason":"stop"}`)
			_, _ = io.WriteString(w, "data: [DONE]\n\n")
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}
