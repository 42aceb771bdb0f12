// Package exec asks a command-line assistant: it gets the prompt on standard
// input and writes the reply to standard output. The command comes from the
// person's own configuration only, and is started as it stands there, without a
// shell, in an empty directory of its own, so that an assistant that likes to
// read and write files finds none of the workspace's.
package exec

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/specls/specls/commands/model"
)

// DefaultStall is how long a command may write nothing. Many write the whole
// reply at the end.
const DefaultStall = 20 * time.Minute

// Options configure the command.
type Options struct {
	// Name is what selects the model.
	Name string
	// Command is the command and its arguments.
	Command []string
	// ContextWindow and MaxOutput are the limits in tokens, 0 where not known.
	ContextWindow, MaxOutput int
	// Stall is how long the command may write nothing; 0 is DefaultStall.
	Stall time.Duration
	// Secrets are not shown where the command's error output holds them.
	Secrets []string
}

// New returns the model. The error is a *model.Error of kind Config.
func New(o Options) (model.Model, error) {
	e := &command{o}
	if len(o.Command) == 0 || o.Command[0] == "" {
		return nil, e.fail(model.Config, "no command is configured", `write command = ["NAME", "ARGUMENT"] into its table in config.toml`, nil)
	}
	if e.Stall == 0 {
		e.Stall = DefaultStall
	}
	return e, nil
}

type command struct{ Options }

// program returns the command's name, without directory.
func (c *command) program() string {
	if len(c.Command) == 0 {
		return "?"
	}
	return filepath.Base(c.Command[0])
}

// Name is what selects the model.
func (c *command) Name() string { return c.Options.Name }

// Title is how a person reads it.
func (c *command) Title() string { return c.Options.Name + " by the command " + c.program() }

// Host is the command: where it sends the prompt is its own affair.
func (c *command) Host() string { return "the command " + c.program() }

// Limits returns the limits that are configured.
func (c *command) Limits() model.Limits {
	return model.Limits{ContextWindow: c.ContextWindow, OutputLimit: c.MaxOutput}
}

func (c *command) fail(kind model.Kind, message, advice string, err error) *model.Error {
	return &model.Error{Kind: kind, Model: c.Name(), Host: c.Host(), Message: message, Advice: advice, Err: err}
}

// Generate runs the command once. When ctx is cancelled it ends the command and
// all that the command started. See [model.Model].
func (c *command) Generate(ctx context.Context, req model.Request, progress func(delta string)) (model.Reply, error) {
	if err := ctx.Err(); err != nil {
		return model.Reply{}, err
	}
	r, err := c.start(req.Text())
	if err != nil {
		return model.Reply{}, c.fail(model.Config, fmt.Sprintf("cannot start the command %s: %v", c.program(), startFault(err)),
			"check command in its table in config.toml", err)
	}
	defer r.end()
	var text strings.Builder
	reply := func() model.Reply { return model.Reply{Text: text.String(), Model: c.program(), Attempts: 1} }
	silence := time.NewTimer(c.Stall)
	defer silence.Stop()
	for {
		select {
		case <-ctx.Done():
			return reply(), ctx.Err()
		case <-silence.C:
			return reply(), c.fail(model.Interrupted, fmt.Sprintf("the command %s wrote nothing for %v", c.program(), c.Stall),
				"try again, or allow more time with stall_timeout in its table in config.toml", nil)
		case piece, more := <-r.pieces:
			if !more {
				answer := reply()
				err := c.outcome(ctx, <-r.exit, r.stderr.String(), req.Text())
				if err == nil {
					answer.Finish = model.Stop
				}
				return answer, err
			}
			silence.Reset(c.Stall)
			if text.Len()+len(piece) > model.MaxReply {
				return reply(), model.TooLong(c)
			}
			text.WriteString(piece)
			if progress != nil {
				progress(piece)
			}
		}
	}
}

// outcome words how the command ended; nil where it ended well.
func (c *command) outcome(ctx context.Context, err error, stderr, prompt string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err == nil {
		return nil
	}
	message := fmt.Sprintf("the command %s failed: %v", c.program(), err)
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.Exited() {
		message = fmt.Sprintf("the command %s ended with exit code %d", c.program(), exit.ExitCode())
	}
	if said := model.Presentable(stderr, prompt, c.Secrets...); said != "" {
		message += "; it says: " + said
	}
	return c.fail(model.Service, message, "run it by hand to see what it wants", err)
}

// startFault returns why a command could not be started, without its path.
func startFault(err error) error {
	var pathError *os.PathError
	var execError *exec.Error
	switch {
	case errors.As(err, &execError):
		return execError.Err
	case errors.As(err, &pathError):
		return pathError.Err
	}
	return err
}

// running is a command that was started.
type running struct {
	group  *group
	stderr *tail
	// pieces are what it writes, each whole characters; closed at the end.
	pieces chan string
	// exit then holds how it ended.
	exit chan error
	// stop is closed when nobody wants to read any more.
	stop chan struct{}
}

// start starts the command in a directory of its own, and what reads from it
// and writes to it.
func (c *command) start(prompt string) (*running, error) {
	dir, err := os.MkdirTemp("", "specls-")
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(c.Command[0], c.Command[1:]...)
	cmd.Dir = dir
	cmd.Stdin = strings.NewReader(prompt)
	r := &running{stderr: &tail{}, pieces: make(chan string), exit: make(chan error, 1), stop: make(chan struct{})}
	cmd.Stderr = r.stderr
	// What the command started may hold its output open after it has ended.
	cmd.WaitDelay = 2 * time.Second
	out, in := io.Pipe()
	cmd.Stdout = in
	if r.group, err = startGroup(cmd); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	go func() {
		err := cmd.Wait()
		if errors.Is(err, exec.ErrWaitDelay) {
			err = nil
		}
		r.exit <- err
		in.Close()
		r.group.end()
		os.RemoveAll(dir) // what stays of it is the system's to clean up
	}()
	go r.read(out)
	return r, nil
}

// end ends the command and all that it started, and what waits for it.
func (r *running) end() {
	r.group.end()
	close(r.stop)
}

// read hands on what the command writes, without cutting through a character.
func (r *running) read(out *io.PipeReader) {
	defer close(r.pieces)
	defer out.Close() // a command that writes on is told so
	buffer := make([]byte, 32<<10)
	held := 0 // bytes at the buffer's start that wait for the rest of a character
	for {
		n, err := out.Read(buffer[held:])
		n += held
		whole := n
		if err == nil {
			whole = wholeCharacters(buffer[:n])
		}
		if whole > 0 {
			select {
			case r.pieces <- strings.ToValidUTF8(string(buffer[:whole]), "\uFFFD"):
			case <-r.stop:
				return
			}
		}
		held = copy(buffer, buffer[whole:n])
		if err != nil {
			return
		}
	}
}

// wholeCharacters returns how many bytes of data end with a whole character, or
// with what can become none.
func wholeCharacters(data []byte) int {
	for back := 1; back <= min(utf8.UTFMax, len(data)); back++ {
		start := len(data) - back
		if utf8.RuneStart(data[start]) {
			if utf8.FullRune(data[start:]) {
				return len(data)
			}
			return start
		}
	}
	return len(data)
}

// tail keeps the end of what is written to it.
type tail struct {
	mu   sync.Mutex
	text []byte
}

const maxTail = 2 << 10

// Write never fails.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	if cut := len(t.text) - maxTail; cut > 0 {
		t.text = append(t.text[:0], t.text[cut:]...)
	}
	return len(p), nil
}

// shownTail is how many bytes of the error output are shown at most.
const shownTail = 280

// String returns the last whole lines of what was written, as many as can be
// shown: the last of them mostly says why.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	text := strings.TrimSpace(string(t.text))
	if len(text) <= shownTail {
		return text
	}
	text = text[len(text)-shownTail:]
	if _, whole, ok := strings.Cut(text, "\n"); ok {
		return whole
	}
	return text
}
