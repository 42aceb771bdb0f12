// Package file takes the reply from a file instead of asking a model: for people
// who paste the prompt into a chat window and save the answer, and for taking a
// reply that was kept once more.
package file

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/specls/specls/commands/model"
)

// Stdin is the path that stands for standard input.
const Stdin = "-"

// New returns a model whose reply is the content of the file at path; of stdin
// where path is [Stdin].
func New(path string, stdin io.Reader) model.Model { return &file{path, stdin} }

type file struct {
	path  string
	stdin io.Reader
}

// Name is what selects the model.
func (f *file) Name() string { return "file:" + f.path }

// Title says where the reply comes from.
func (f *file) Title() string {
	if f.path == Stdin {
		return "the reply on standard input"
	}
	return "the reply in " + filepath.Base(f.path)
}

// Host is empty: nothing leaves the process.
func (f *file) Host() string { return "" }

// Generate returns the file's content. The error is a *model.Error of kind
// Config where it cannot be read or is no text of a reply's size.
func (f *file) Generate(ctx context.Context, _ model.Request, progress func(delta string)) (model.Reply, error) {
	text, err := f.read(ctx)
	if ctx.Err() != nil {
		return model.Reply{}, ctx.Err()
	}
	if e := (*model.Error)(nil); errors.As(err, &e) {
		return model.Reply{}, e
	}
	if err != nil {
		return model.Reply{}, &model.Error{Kind: model.Config, Model: f.Name(), Message: "cannot read the reply: " + err.Error(), Advice: "name a file that holds the model's reply", Err: err}
	}
	if progress != nil {
		progress(text)
	}
	return model.Reply{Text: text, Model: f.Title()}, nil
}

// read reads the file, without waiting longer than ctx for standard input.
func (f *file) read(ctx context.Context) (string, error) {
	type result struct {
		data []byte
		err  error
	}
	done := make(chan result, 1)
	go func() {
		data, err := f.readAll()
		done <- result{data, err}
	}()
	select {
	case r := <-done:
		if r.err == nil && len(r.data) > model.MaxReply {
			r.err = model.TooLong(f)
		}
		return string(r.data), r.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func (f *file) readAll() ([]byte, error) {
	if f.path == Stdin {
		return io.ReadAll(io.LimitReader(f.stdin, model.MaxReply+1))
	}
	in, err := os.Open(f.path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	return io.ReadAll(io.LimitReader(in, model.MaxReply+1))
}
