package file

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/specls/specls/commands/model"
)

func TestReply(t *testing.T) {
	const text = "---- MODULE étcd ----\r\n====\n"
	path := filepath.Join(t.TempDir(), "reply.md")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, m := range []model.Model{New(path, nil), New(Stdin, strings.NewReader(text))} {
		progress := ""
		got, err := m.Generate(t.Context(), model.Request{}, func(s string) { progress += s })
		if err != nil || got.Text != text || progress != text || got.Attempts != 0 || m.Host() != "" {
			t.Errorf("%s: got %+v, %v", m.Name(), got, err)
		}
	}
}

func TestFailures(t *testing.T) {
	dir := t.TempDir()
	for name, m := range map[string]model.Model{
		"cannot read the reply: open ": New(filepath.Join(dir, "missing"), nil),
		"cannot read the reply: read ": New(dir, nil),
		"longer than 4 MB":             New(Stdin, endless{}),
	} {
		_, err := m.Generate(t.Context(), model.Request{}, nil)
		var me *model.Error
		if !errors.As(err, &me) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// TestCancelled waits for standard input that never ends.
func TestCancelled(t *testing.T) {
	in, out := io.Pipe()
	defer out.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := New(Stdin, in).Generate(ctx, model.Request{}, nil); err != context.Canceled {
		t.Errorf("got %v", err)
	}
}
