package commands

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/specls/specls/analysis/gosource"
	"github.com/specls/specls/commands/model"
)

const wholeModule = "---- MODULE test ----\nInit == TRUE\n====\n"

// piece is the event of a piece of a reply, last the events that end one.
func piece(text string) string {
	quoted, _ := json.Marshal(text)
	return fmt.Sprintf("data: {\"choices\":[{\"delta\":{\"content\":%s}}]}\n\n", quoted)
}

func last(reason string) string {
	return fmt.Sprintf("data: {\"choices\":[{\"delta\":{},\"finish_reason\":%q}]}\n\ndata: [DONE]\n\n", reason)
}

// request returns a request to a loopback server, with its reply directory.
func request(t *testing.T, handler http.HandlerFunc) ConvertRequest {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Only a server that has read the request notices that the client left.
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "text/event-stream")
		handler(w, r)
	}))
	t.Cleanup(server.Close)
	m, err := (&Registry{Environment: func(name string) string {
		return map[string]string{"OPENAI_BASE_URL": server.URL, "OPENAI_API_KEY": "sk-secret"}[name]
	}}).New("openai:gpt-test")
	if err != nil {
		t.Fatal(err)
	}
	return ConvertRequest{
		Profile:  testProfile(t),
		Files:    []gosource.File{{Path: "raft.go", Text: "package raft"}},
		Model:    m,
		StateDir: filepath.Join(t.TempDir(), "state"),
	}
}

func answer(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, text) }
}

func TestConvert(t *testing.T) {
	const raw = "Sure:\n```tla\n" + wholeModule + "```\nEnjoy."
	req := request(t, answer(piece(raw[:20])+piece(raw[20:])+last("stop")))
	var progress []int
	req.Progress = func(n int) { progress = append(progress, n) }
	c, err := Convert(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	if c.Module != wholeModule || c.FileName != "test.tla" || c.Finish != model.Stop || !strings.HasPrefix(c.AnsweredBy, "gpt-test at ") || len(c.Findings) != 0 || c.Record == "" {
		t.Errorf("got %+v", c)
	}
	if want := []int{20, len(raw)}; !slices.Equal(progress, want) {
		t.Errorf("progress %v, want %v", progress, want)
	}
	wantReport := []string{
		"dropped 1 Markdown fence line before the module", "dropped 1 line of text before the module",
		"dropped 1 Markdown fence line after the module", "dropped 1 line of text after the module",
	}
	if !slices.Equal(c.Report, wantReport) {
		t.Errorf("report %q", c.Report)
	}
	if kept, err := os.ReadFile(c.ReplyPath); err != nil || string(kept) != raw {
		t.Errorf("kept %q, %v", kept, err)
	}
	for path, want := range map[string]os.FileMode{c.ReplyPath: 0o600, filepath.Dir(c.ReplyPath): 0o700 | os.ModeDir} {
		if info, err := os.Stat(path); err != nil || info.Mode() != want {
			t.Errorf("%s: mode %v, %v, want %v", path, info.Mode(), err, want)
		}
	}
}

// TestConvertFailures: each failure ends in a clear message that says where
// the raw reply is kept, and it is there.
func TestConvertFailures(t *testing.T) {
	begin := wholeModule[:30]
	for _, c := range []struct {
		name    string
		handler http.HandlerFunc
		want    string // without what says where the reply is
		kept    string
	}{
		{"401", func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(401)
			io.WriteString(w, `{"error":{"message":"Incorrect API key provided: sk-secret"}}`)
		}, "openai:gpt-test: HOST answered 401: it does not accept the key; it says: Incorrect API key provided: [key]; check OPENAI_API_KEY", ""},
		{"429", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", "700")
			w.WriteHeader(429)
		}, "openai:gpt-test: HOST answered 429: too many requests; try again in 11m40s", ""},
		{"cut in mid-stream", func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, piece(begin))
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}, "openai:gpt-test: the connection to HOST broke in the middle of the reply; KEPT; try again", begin},
		{"cut by length", answer(piece(begin) + last("length")),
			"openai:gpt-test: the reply is cut off after 30 characters, before the end of the module, so nothing was written; KEPT; " +
				"raise the output limit of the model's server, choose a model with a larger one, or narrow the focus", begin},
		{"cut, says stop", answer(piece(begin+" Foo(") + last("stop")),
			"openai:gpt-test: the reply is cut off after 35 characters, before the end of the module, so nothing was written; KEPT; try again, or choose another model", begin + " Foo("},
		{"filtered", answer(piece(begin) + last("content_filter")),
			"openai:gpt-test: the service withheld the reply or part of it (content filter), so nothing was written; KEPT; try again, or choose another model", begin},
		{"empty", answer(last("stop")), "openai:gpt-test: the reply is empty; try again, or choose another model", ""},
		{"only reasoning", answer(piece("<think>hm") + last("length")),
			"openai:gpt-test: the reply holds reasoning and nothing else; KEPT; the output limit was spent on reasoning: raise it, or lower the model's reasoning effort", "<think>hm"},
		{"refused", answer(piece("I'm sorry, I can't.") + last("stop")),
			`openai:gpt-test: the model declined: "I'm sorry, I can't."; KEPT; choose another model, or another focus`, "I'm sorry, I can't."},
		{"prose", answer(piece("It is a fine\nprogram.") + last("stop")),
			`openai:gpt-test: the reply holds no TLA+ module; it begins "It is a fine program."; KEPT; try again, or choose another model`, "It is a fine\nprogram."},
		{"malformed event", answer(piece(begin) + "data: {\n\n"),
			"openai:gpt-test: HOST sent what the chat-completions protocol does not allow (not JSON at byte 1 of an event); KEPT; check OPENAI_BASE_URL, or try again", begin},
	} {
		t.Run(c.name, func(t *testing.T) {
			req := request(t, c.handler)
			conversion, err := Convert(t.Context(), req)
			var ce *ConvertError
			if conversion != nil || !errors.As(err, &ce) {
				t.Fatalf("got %v, %v, want a *ConvertError", conversion, err)
			}
			want := strings.ReplaceAll(c.want, "HOST", req.Model.Host())
			want = strings.ReplaceAll(want, "KEPT", "the raw reply is kept in "+ce.ReplyPath)
			if err.Error() != want {
				t.Errorf("got  %v\nwant %s", err, want)
			}
			kept, _ := os.ReadFile(ce.ReplyPath)
			if string(kept) != c.kept {
				t.Errorf("kept %q, want %q", kept, c.kept)
			}
		})
	}
}

func TestConvertCancelled(t *testing.T) {
	req := request(t, func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, piece("---- MODULE"))
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	req.Progress = func(int) { cancel() }
	_, err := Convert(ctx, req)
	var ce *ConvertError
	if !errors.Is(err, context.Canceled) || !errors.As(err, &ce) {
		t.Fatalf("got %v", err)
	}
	if want := "cancelled after 11 characters of the reply; the raw reply is kept in " + ce.ReplyPath; err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if kept, _ := os.ReadFile(ce.ReplyPath); string(kept) != "---- MODULE" {
		t.Errorf("kept %q", kept)
	}
}

// TestConvertWithoutState: that the reply cannot be kept is told, and costs
// neither the conversion nor its error.
func TestConvertWithoutState(t *testing.T) {
	blocked := filepath.Join(t.TempDir(), "file")
	writeFile(t, blocked, "not a directory")

	req := request(t, answer(piece(wholeModule)+last("stop")))
	req.StateDir = blocked
	c, err := Convert(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	if c.ReplyPath != "" || c.Record != "" || len(c.Report) != 2 || !strings.HasPrefix(c.Report[0], "the raw reply could not be kept: ") ||
		!strings.HasPrefix(c.Report[1], "the record of the conversion could not be kept: ") {
		t.Errorf("got %+v", c)
	}

	req = request(t, answer(piece(wholeModule[:9])+last("length")))
	req.StateDir = blocked
	if _, err = Convert(t.Context(), req); err == nil || !strings.Contains(err.Error(), "what arrived of the reply is lost: ") {
		t.Errorf("got %v", err)
	}
}
