// Package openai sends prompts to any server that speaks the OpenAI
// chat-completions protocol with streaming: the vendor's own, vLLM, Ollama,
// LM Studio, OpenRouter, Gemini's compatible endpoint and others.
//
// They differ in what they take beyond model, messages and stream, and many
// reject a request with a field they don't know. So nothing else is sent unless
// it was configured, or the server is the vendor's own: an output limit under
// the name that the server knows, a temperature, and the wish to be told usage.
package openai

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/specls/specls/commands/model"
	"github.com/specls/specls/commands/model/wire"
)

// DefaultBaseURL is the vendor's own service.
const DefaultBaseURL = "https://api.openai.com/v1"

// vendor is the host of the vendor's own service.
const vendor = "api.openai.com"

// New returns the model. See [wire.New].
func New(o wire.Options) (*wire.Model, error) { return wire.New(o, &protocol) }

var protocol = wire.Protocol{
	Name: "the chat-completions protocol",
	Path: "chat/completions",
	Hint: ": it usually ends in /v1",
	Authorize: func(header http.Header, key string) {
		header.Set("Authorization", "Bearer "+key)
	},
	Body:   func(o wire.Options, host string, req model.Request) any { return newRequest(o, host, req) },
	Decode: decode,
}

// chatRequest is what is sent.
type chatRequest struct {
	Model         string         `json:"model"`
	Messages      []wire.Message `json:"messages"`
	Stream        bool           `json:"stream"`
	StreamOptions *streamOptions `json:"stream_options,omitempty"`
	// The vendor's own service has replaced the first name by the second, which
	// its reasoning models insist on; the other servers know the first.
	MaxTokens           int      `json:"max_tokens,omitempty"`
	MaxCompletionTokens int      `json:"max_completion_tokens,omitempty"`
	Temperature         *float64 `json:"temperature,omitempty"`
}

type streamOptions struct {
	IncludeUsage bool `json:"include_usage"`
}

func newRequest(o wire.Options, host string, req model.Request) chatRequest {
	r := chatRequest{Model: o.Model, Messages: wire.Messages(req), Stream: true, Temperature: o.Temperature}
	if host == vendor {
		r.MaxCompletionTokens = o.MaxOutput
	} else {
		r.MaxTokens = o.MaxOutput
	}
	// Who states a price wants the tokens counted.
	if host == vendor || o.Price != (model.Price{}) {
		r.StreamOptions = &streamOptions{IncludeUsage: true}
	}
	return r
}

// chunk is what the server sends: a whole answer, one piece of a streamed one,
// or an error. Only what is used is decoded.
type chunk struct {
	Model   string `json:"model"`
	Choices []struct {
		// Delta stands in a streamed answer, Message in a whole one.
		Delta        message `json:"delta"`
		Message      message `json:"message"`
		FinishReason string  `json:"finish_reason"`
	} `json:"choices"`
	Usage *struct {
		PromptTokens     int `json:"prompt_tokens"`
		CompletionTokens int `json:"completion_tokens"`
	} `json:"usage"`
	Error json.RawMessage `json:"error"`
}

type message struct {
	Content string `json:"content"`
	Refusal string `json:"refusal"`
	// Servers that tell reasoning apart call it by one of these names.
	ReasoningContent string `json:"reasoning_content"`
	Reasoning        string `json:"reasoning"`
}

// finishes maps the servers' words for why a reply ended.
var finishes = map[string]model.Finish{
	"stop": model.Stop, "eos": model.Stop, "end_turn": model.Stop,
	"length": model.Length, "max_tokens": model.Length,
	"content_filter": model.Filter, "safety": model.Filter,
}

func decode(a *wire.Answer, e wire.Event) (last bool, err error) {
	if strings.TrimSpace(e.Data) == wire.Done {
		return true, nil
	}
	var c chunk
	err = json.Unmarshal([]byte(e.Data), &c)
	switch {
	case e.Name == "error" && c.Error == nil:
		return false, a.ServerError([]byte(e.Data))
	case err != nil:
		return false, err
	case len(c.Error) > 0 && string(c.Error) != "null":
		return false, a.ServerError([]byte(`{"error":` + string(c.Error) + `}`))
	}
	a.AnsweredBy(c.Model)
	if c.Usage != nil {
		a.Count(c.Usage.PromptTokens, c.Usage.CompletionTokens)
	}
	if len(c.Choices) == 0 {
		return false, nil
	}
	choice := c.Choices[0]
	if choice.FinishReason != "" {
		a.End(finishes[strings.ToLower(choice.FinishReason)])
	}
	if err := a.Think(choice.Delta.thoughts() + choice.Message.thoughts()); err != nil {
		return false, err
	}
	return false, a.Write(choice.Delta.Content + choice.Message.Content + choice.Delta.Refusal + choice.Message.Refusal)
}

func (m message) thoughts() string {
	if m.ReasoningContent != "" {
		return m.ReasoningContent
	}
	return m.Reasoning
}
