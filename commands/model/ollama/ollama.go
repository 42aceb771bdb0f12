// Package ollama sends prompts to Ollama in its own API: the person's models,
// on this machine. The same server speaks the chat-completions protocol too,
// but there it does not say when it cut off a prompt for which its context
// window is too small, nor can it be told to use a larger one.
package ollama

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"

	"github.com/specls/specls/commands/model"
	"github.com/specls/specls/commands/model/wire"
)

// DefaultBaseURL is where Ollama listens.
const DefaultBaseURL = "http://127.0.0.1:11434"

// New returns the model. See [wire.New].
func New(o wire.Options) (*wire.Model, error) { return wire.New(o, &protocol) }

var protocol = wire.Protocol{
	Name:      "Ollama's API",
	Path:      "api/chat",
	Hint:      ": it usually ends without a path",
	Keyless:   true,
	Authorize: func(header http.Header, key string) { header.Set("Authorization", "Bearer "+key) },
	Body:      func(o wire.Options, _ string, req model.Request) any { return newRequest(o, req) },
	Lines:     true,
	Decode:    decode,
}

// BaseURL returns the address that a value of OLLAMA_HOST means: Ollama itself
// takes it without scheme and port, and to listen at all addresses.
func BaseURL(host string) string {
	host = strings.TrimSpace(host)
	if host == "" || strings.Contains(host, "://") {
		return host
	}
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		name, port = strings.Trim(host, "[]"), "11434"
	}
	if name == "" || name == "0.0.0.0" || name == "::" {
		name = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(name, port)
}

// chatRequest is what is sent.
type chatRequest struct {
	Model    string         `json:"model"`
	Messages []wire.Message `json:"messages"`
	Stream   bool           `json:"stream"`
	Options  map[string]any `json:"options,omitempty"`
}

func newRequest(o wire.Options, req model.Request) chatRequest {
	options := map[string]any{"num_ctx": window(o, req)}
	if o.MaxOutput > 0 {
		options["num_predict"] = o.MaxOutput
	}
	if o.Temperature != nil {
		options["temperature"] = *o.Temperature
	}
	return chatRequest{Model: o.Model, Messages: wire.Messages(req), Stream: true, Options: options}
}

// window returns the context window to ask for. By its own default Ollama takes
// one of a few thousand tokens and leaves out what does not fit, without a word;
// so unless one is configured it is asked for what this conversation needs. A
// model that has less is given what it has.
func window(o wire.Options, req model.Request) int {
	if o.ContextWindow > 0 {
		return o.ContextWindow
	}
	const bytesPerToken, step = 3, 4096
	reply := o.MaxOutput
	if reply == 0 {
		reply = 16000 // the longest specifications seen have 15,000 tokens
	}
	need := len(req.Text())/bytesPerToken + reply
	return (need + step - 1) / step * step
}

// chunk is a line of the answer. Only what is used is decoded.
type chunk struct {
	Model   string `json:"model"`
	Message struct {
		Content  string `json:"content"`
		Thinking string `json:"thinking"`
	} `json:"message"`
	Done            bool            `json:"done"`
	DoneReason      string          `json:"done_reason"`
	PromptEvalCount int             `json:"prompt_eval_count"`
	EvalCount       int             `json:"eval_count"`
	Error           json.RawMessage `json:"error"`
}

var finishes = map[string]model.Finish{"stop": model.Stop, "length": model.Length}

func decode(a *wire.Answer, e wire.Event) (last bool, err error) {
	var c chunk
	if err := json.Unmarshal([]byte(e.Data), &c); err != nil {
		return false, err
	}
	if c.Error != nil {
		return false, a.ServerError([]byte(e.Data))
	}
	a.AnsweredBy(c.Model)
	a.Count(c.PromptEvalCount, c.EvalCount)
	if err := a.Think(c.Message.Thinking); err != nil {
		return false, err
	}
	if err := a.Write(c.Message.Content); err != nil {
		return false, err
	}
	if c.Done {
		a.End(finishes[c.DoneReason])
		warnOfCutPrompt(a, c.PromptEvalCount)
	}
	return c.Done, nil
}

// No tokenizer takes this many bytes of source as one token on average: they
// take three to five.
const bytesPerToken = 8

// warnOfCutPrompt tells when the server has read less than it was sent: it
// silently leaves out what its context window does not hold.
func warnOfCutPrompt(a *wire.Answer, read int) {
	if sent := a.PromptBytes(); read > 0 && read*bytesPerToken < sent {
		a.Remark(fmt.Sprintf("Ollama read %d tokens of a prompt of %d bytes, so it left most of it out: the model's context window is too small", read, sent))
	}
}

// Models returns the names of the models that the server at the given address
// has. The error is a *model.Error.
func Models(ctx context.Context, o wire.Options) ([]string, error) {
	server, err := New(o)
	if err != nil {
		return nil, err
	}
	var tags struct {
		Models []struct {
			Name string `json:"name"`
		} `json:"models"`
	}
	if err := server.Get(ctx, "api/tags", &tags); err != nil {
		return nil, err
	}
	names := make([]string, len(tags.Models))
	for i, m := range tags.Models {
		names[i] = m.Name
	}
	return names, nil
}
