package exec

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/specls/specls/commands/model"
)

// assistantVariable makes the test binary a command-line assistant of the named
// kind.
const assistantVariable = "SPECLS_TEST_ASSISTANT"

func TestMain(m *testing.M) {
	if kind := os.Getenv(assistantVariable); kind != "" {
		assistants[kind]()
		return
	}
	os.Exit(m.Run())
}

const secret = "sk-secret-0123456789"

var assistants = map[string]func(){
	"echo": func() { io.Copy(os.Stdout, os.Stdin) },
	"arguments": func() {
		dir, _ := os.Getwd()
		entries, _ := os.ReadDir(dir)
		fmt.Printf("%q in a directory with %d entries", os.Args[1:], len(entries))
	},
	"bytes": func() {
		for _, b := range []byte("é∈𝔸" + "\xe2\x88" + "x\xf0\x9d") {
			os.Stdout.Write([]byte{b})
			time.Sleep(2 * time.Millisecond)
		}
	},
	"fail": func() {
		fmt.Print("half a rep")
		io.Copy(io.Discard, os.Stdin)
		fmt.Fprintln(os.Stderr, strings.Repeat("noise\n", 1000)+"not logged in\nkey "+secret+" is bad")
		os.Exit(3)
	},
	"quote": func() {
		io.Copy(os.Stderr, os.Stdin)
		os.Exit(1)
	},
	"hang": func() { time.Sleep(time.Hour) },
	// family starts one that hangs, which holds the output open and writes to a
	// file as long as it lives.
	"family": func() {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), assistantVariable+"=alive")
		child.Stdout = os.Stdout
		if err := child.Start(); err != nil {
			panic(err)
		}
		fmt.Print("started")
		child.Wait()
	},
	"orphan": func() {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), assistantVariable+"=alive")
		child.Stdout = os.Stdout
		if err := child.Start(); err != nil {
			panic(err)
		}
		fmt.Print("done")
	},
	"alive": func() {
		for {
			file, err := os.OpenFile(os.Getenv("ALIVE_FILE"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
			if err != nil {
				return
			}
			file.WriteString(".")
			file.Close()
			time.Sleep(5 * time.Millisecond)
		}
	},
	"flood": func() {
		for {
			if _, err := os.Stdout.Write(make([]byte, 1<<16)); err != nil {
				return
			}
		}
	},
	"silent": func() {},
}

// assistant returns a model whose command is the test binary as an assistant.
func assistant(t *testing.T, kind string, change ...func(*Options)) model.Model {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(assistantVariable, kind)
	o := Options{Name: "mine", Command: []string{self}, Secrets: []string{secret}}
	for _, c := range change {
		c(&o)
	}
	m, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestReply(t *testing.T) {
	prompt := strings.Repeat("package raft // é∈𝔸\n", 20000) // more than pipes hold
	var progress strings.Builder
	m := assistant(t, "echo")
	got, err := m.Generate(t.Context(), model.Request{Prompt: prompt, Turns: []model.Turn{{Text: "more"}}}, func(s string) { progress.WriteString(s) })
	if err != nil || got.Text != prompt+"\n\n[Next request]\n\nmore" || got.Finish != model.Stop || got.Attempts != 1 || progress.String() != got.Text {
		t.Errorf("got %d bytes of %d, %q, %v", len(got.Text), len(prompt), got.Finish, err)
	}
	if !strings.HasPrefix(m.Host(), "the command ") {
		t.Errorf("the host is %q", m.Host())
	}
}

// TestWithoutShell passes arguments that a shell would not leave alone, and
// finds itself where there is nothing.
func TestWithoutShell(t *testing.T) {
	arguments := []string{"$HOME", "*", "; echo x", "a b", "`id`"}
	m := assistant(t, "arguments", func(o *Options) { o.Command = append(o.Command, arguments...) })
	got, err := m.Generate(t.Context(), model.Request{Prompt: "p"}, nil)
	if want := fmt.Sprintf("%q in a directory with 0 entries", arguments); err != nil || got.Text != want {
		t.Errorf("got %s, %v\nwant %s", got.Text, err, want)
	}
}

func TestCharactersAreWhole(t *testing.T) {
	got, err := assistant(t, "bytes").Generate(t.Context(), model.Request{}, func(s string) {
		if strings.Contains(s, "\uFFFD") && !slices.Contains([]string{"\uFFFDx", "\uFFFD"}, s) {
			t.Errorf("progress was told %q", s)
		}
	})
	if want := "é∈𝔸\uFFFDx\uFFFD"; err != nil || got.Text != want {
		t.Errorf("got %q, %v", got.Text, err)
	}
}

func TestFailures(t *testing.T) {
	prompt := "Convert this, please: package raft; func becomeFollower() {}"
	for _, c := range []struct {
		kind   string
		change func(*Options)
		fault  model.Kind
		want   string
		text   string
	}{
		{"fail", func(*Options) {}, model.Service, "noise not logged in key [key] is bad; run it by hand to see what it wants", "half a rep"},
		{"quote", func(*Options) {}, model.Service, "ended with exit code 1; it says: (not shown, for it quotes the prompt); run it by hand to see what it wants", ""},
		{"echo", func(o *Options) { o.Command[0] = "specls-no-such-command" }, model.Config, "cannot start the command specls-no-such-command: executable file not found in ", ""},
		{"echo", func(o *Options) { o.Command[0] = os.TempDir() }, model.Config, "cannot start the command ", ""},
		{"hang", func(o *Options) { o.Stall = 100 * time.Millisecond }, model.Interrupted, "wrote nothing for 100ms; try again, or allow more time with stall_timeout", ""},
	} {
		got, err := assistant(t, c.kind, c.change).Generate(t.Context(), model.Request{Prompt: prompt}, nil)
		var me *model.Error
		if !errors.As(err, &me) || me.Kind != c.fault || !strings.Contains(me.Error(), c.want) || got.Text != c.text {
			t.Errorf("%s: got %q, %v\nwant %s", c.kind, got.Text, err, c.want)
		}
		if text := fmt.Sprintf("%v %+v", err, err); strings.Contains(text, "sk-sec") || strings.Contains(text, "becomeFollower") {
			t.Errorf("%s: the error holds a secret: %v", c.kind, err)
		}
	}
	if _, err := New(Options{Name: "mine"}); err == nil {
		t.Error("no command is taken for one")
	}
}

func TestTailOfErrorOutput(t *testing.T) {
	var tail tail
	for range 1000 {
		tail.Write([]byte("line of noise\n"))
	}
	tail.Write([]byte("the end"))
	if got := tail.String(); len(got) > shownTail || !strings.HasPrefix(got, "line of") || !strings.HasSuffix(got, "the end") {
		t.Errorf("got %d bytes, ending in %q", len(got), got[len(got)-20:])
	}
}

func TestBounded(t *testing.T) {
	got, err := assistant(t, "flood").Generate(t.Context(), model.Request{}, nil)
	var me *model.Error
	if !errors.As(err, &me) || me.Kind != model.Malformed || len(got.Text) > model.MaxReply {
		t.Errorf("got %d bytes, %v", len(got.Text), err)
	}
}

func TestNothing(t *testing.T) {
	got, err := assistant(t, "silent").Generate(t.Context(), model.Request{Prompt: strings.Repeat("x", 1<<20)}, nil)
	if err != nil || got.Text != "" || got.Finish != model.Stop {
		t.Errorf("got %+v, %v", got, err)
	}
}

// patience is how long to wait for what should happen at once.
const patience = 10 * time.Second

// TestCancelEndsTheFamily cancels a command that has started another, which
// must end too.
func TestCancelEndsTheFamily(t *testing.T) {
	alive := filepath.Join(t.TempDir(), "alive")
	t.Setenv("ALIVE_FILE", alive)
	m := assistant(t, "family")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	type result struct {
		reply model.Reply
		err   error
	}
	returned := make(chan result, 1)
	go func() {
		reply, err := m.Generate(ctx, model.Request{}, nil)
		returned <- result{reply, err}
	}()
	waitFor(t, "the child to live", func() bool { return size(alive) > 0 })
	start := time.Now()
	cancel()
	select {
	case r := <-returned:
		if r.err != context.Canceled || r.reply.Text != "started" {
			t.Errorf("got %+v", r)
		}
		t.Logf("returned after %v", time.Since(start))
	case <-time.After(patience):
		t.Fatal("it did not return")
	}
	waitForSilence(t, alive)
}

// TestOrphansEnd has a command end that leaves another behind.
func TestOrphansEnd(t *testing.T) {
	alive := filepath.Join(t.TempDir(), "alive")
	t.Setenv("ALIVE_FILE", alive)
	got, err := assistant(t, "orphan").Generate(t.Context(), model.Request{}, nil)
	if err != nil || got.Text != "done" {
		t.Errorf("got %+v, %v", got, err)
	}
	waitForSilence(t, alive)
}

// waitForSilence waits until nothing is written to a file any more.
func waitForSilence(t *testing.T, file string) {
	t.Helper()
	waitFor(t, "the child to end", func() bool {
		before := size(file)
		time.Sleep(100 * time.Millisecond)
		return size(file) == before
	})
}

func waitFor(t *testing.T, what string, happened func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !happened(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

func size(file string) int64 {
	info, err := os.Stat(file)
	if err != nil {
		return 0
	}
	return info.Size()
}
