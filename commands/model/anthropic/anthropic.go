// Package anthropic sends prompts to Anthropic's Messages API, or to a server
// that speaks it.
//
// The events of its streams are those of the vendor's page "Streaming
// messages": message_start, for each block of content content_block_start,
// content_block_delta and content_block_stop, then message_delta with the
// reason to stop, and message_stop; ping and error at any time. That page asks
// clients to pass over events that they do not know.
package anthropic

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/specls/specls/commands/model"
	"github.com/specls/specls/commands/model/wire"
)

// DefaultBaseURL is the vendor's own service.
const DefaultBaseURL = "https://api.anthropic.com"

// DefaultMaxOutput is the output limit in tokens where none is configured and the
// service says of no smaller one; the API insists on a limit.
const DefaultMaxOutput = 32000

// New returns the model. See [wire.New].
func New(o wire.Options) (*wire.Model, error) {
	if o.MaxOutput == 0 {
		o.MaxOutput = DefaultMaxOutput
	}
	return wire.New(o, &protocol)
}

var protocol = wire.Protocol{
	Name:      "the Messages API",
	Path:      "v1/messages",
	Hint:      ": it usually ends without /v1",
	Authorize: func(header http.Header, key string) { header.Set("x-api-key", key) },
	Header:    map[string]string{"anthropic-version": "2023-06-01"},
	Body: func(o wire.Options, _ string, req model.Request) any {
		return messagesRequest{
			Model: o.Model, MaxTokens: o.MaxOutput, Messages: wire.Messages(req),
			Stream: true, Temperature: o.Temperature,
		}
	},
	Decode:   decode,
	Describe: describe,
}

// describe asks for the model's entry in the vendor's list (Models API, "Get a
// model").
func describe(ctx context.Context, m *wire.Model) (model.Limits, error) {
	var entry struct {
		MaxInput  int `json:"max_input_tokens"`
		MaxOutput int `json:"max_tokens"`
	}
	err := m.Get(ctx, "v1/models/"+url.PathEscape(m.Model), &entry)
	return model.Limits{ContextWindow: entry.MaxInput, OutputLimit: entry.MaxOutput}, err
}

// messagesRequest is what is sent.
type messagesRequest struct {
	Model       string         `json:"model"`
	MaxTokens   int            `json:"max_tokens"`
	Messages    []wire.Message `json:"messages"`
	Stream      bool           `json:"stream"`
	Temperature *float64       `json:"temperature,omitempty"`
}

// event is what the server sends; its type says which fields stand in it. Only
// what is used is decoded.
type event struct {
	Type         string  `json:"type"`
	Message      answer  `json:"message"`       // message_start
	ContentBlock content `json:"content_block"` // content_block_start
	Delta        struct {
		content
		StopReason string `json:"stop_reason"` // message_delta
	} `json:"delta"`
	Usage usage `json:"usage"` // message_delta
}

// answer is a message of the model's: empty at the start of a stream, and whole
// where the server does not stream.
type answer struct {
	Model      string    `json:"model"`
	Content    []content `json:"content"`
	StopReason string    `json:"stop_reason"`
	Usage      usage     `json:"usage"`
}

// content is a block of content or what is added to one. Signatures and tools
// have other fields.
type content struct {
	Text     string `json:"text"`
	Thinking string `json:"thinking"`
}

// usage counts tokens; the reply's so far.
type usage struct {
	Input         int `json:"input_tokens"`
	CacheCreation int `json:"cache_creation_input_tokens"`
	CacheRead     int `json:"cache_read_input_tokens"`
	Output        int `json:"output_tokens"`
}

// finishes maps the reasons to stop. A model that would call a tool or pause
// has not been asked to.
var finishes = map[string]model.Finish{
	"end_turn": model.Stop, "stop_sequence": model.Stop,
	"max_tokens": model.Length, "model_context_window_exceeded": model.Length,
	"refusal": model.Filter,
}

func decode(a *wire.Answer, e wire.Event) (last bool, err error) {
	var v event
	if err := json.Unmarshal([]byte(e.Data), &v); err != nil {
		return false, err
	}
	switch v.Type {
	case "message_start":
		return false, take(a, v.Message)
	case "content_block_start":
		return false, add(a, v.ContentBlock)
	case "content_block_delta":
		return false, add(a, v.Delta.content)
	case "message_delta":
		count(a, v.Usage)
		stop(a, v.Delta.StopReason)
	case "message_stop":
		return true, nil
	case "error":
		return false, a.ServerError([]byte(e.Data))
	case "message":
		var whole answer
		if err := json.Unmarshal([]byte(e.Data), &whole); err != nil {
			return false, err
		}
		return true, take(a, whole)
	}
	return false, nil
}

// take takes a message into the answer.
func take(a *wire.Answer, message answer) error {
	a.AnsweredBy(message.Model)
	count(a, message.Usage)
	for _, c := range message.Content {
		if err := add(a, c); err != nil {
			return err
		}
	}
	stop(a, message.StopReason)
	return nil
}

func add(a *wire.Answer, c content) error {
	if err := a.Think(c.Thinking); err != nil {
		return err
	}
	return a.Write(c.Text)
}

func count(a *wire.Answer, u usage) { a.Count(u.Input+u.CacheCreation+u.CacheRead, u.Output) }

func stop(a *wire.Answer, reason string) {
	if reason != "" {
		a.End(finishes[reason])
	}
}
