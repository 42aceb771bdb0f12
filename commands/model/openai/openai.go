// Package openai sends prompts to any server that speaks the OpenAI
// chat-completions protocol with streaming: the vendor's own, vLLM, Ollama,
// LM Studio, OpenRouter and others.
//
// It speaks net/http rather than use the official SDK, for the SDK would make
// the binary three times as large (docs/decisions/0001-openai-over-net-http.md).
// It asks for as little as possible – model, message, streaming – because the
// servers differ in what else they take: no temperature, no token limit. It
// sends a prompt once and never again by itself, since every try may cost, and
// follows no redirect, since the person agreed to one host.
package openai

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/specls/specls/commands/model"
)

// The environment variables that configure the back end. Nothing else does: a
// workspace's files can name neither host nor key.
const (
	KeyVariable     = "OPENAI_API_KEY"
	BaseURLVariable = "OPENAI_BASE_URL"
	ModelVariable   = "SPECLS_OPENAI_MODEL"
	StallVariable   = "SPECLS_STALL_TIMEOUT"
)

// DefaultBaseURL is the vendor's own service.
const DefaultBaseURL = "https://api.openai.com/v1"

// DefaultStall is how long a server may be silent. Models that reason send
// nothing for minutes.
const DefaultStall = 10 * time.Minute

// Model is the back end. It is safe for concurrent use.
type Model struct {
	name   string // as the server knows it
	base   *url.URL
	key    string
	stall  time.Duration
	client *http.Client
}

// New returns the model of the given name, configured by the environment; an
// empty name is that in SPECLS_OPENAI_MODEL. getenv looks a variable up, as
// os.Getenv does. The error is a *model.Error of kind Config. A server on a
// loopback address needs no key.
func New(name string, getenv func(string) string) (*Model, error) {
	fail := func(message, advice string) error {
		return &model.Error{Kind: model.Config, Model: "openai", Message: message, Advice: advice}
	}
	m := &Model{name: strings.TrimSpace(name), key: strings.TrimSpace(getenv(KeyVariable)), stall: DefaultStall, client: newClient()}
	if m.name == "" {
		m.name = strings.TrimSpace(getenv(ModelVariable))
	}
	if m.name == "" {
		return nil, fail("no model is named", "write openai:NAME, or set "+ModelVariable)
	}
	base := strings.TrimSpace(getenv(BaseURLVariable))
	if base == "" {
		base = DefaultBaseURL
	}
	var err error
	if m.base, err = url.Parse(base); err != nil || m.base.Host == "" || m.base.Scheme != "https" && m.base.Scheme != "http" || m.base.User != nil {
		// The URL is not shown: it may hold a secret.
		return nil, fail(BaseURLVariable+" is not the URL of a server", "write it as in "+DefaultBaseURL+" or http://localhost:11434/v1, without user or password")
	}
	if strings.ContainsFunc(m.key, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return nil, fail(KeyVariable+" holds characters that a key cannot have", "set it again, without spaces or line ends")
	}
	if m.key == "" && !isLoopback(m.base.Hostname()) {
		return nil, fail(KeyVariable+" is not set", "set it to the key of "+m.base.Host+", or set "+BaseURLVariable+" to a server on this machine, which needs none")
	}
	if stall := getenv(StallVariable); stall != "" {
		if m.stall, err = time.ParseDuration(stall); err != nil || m.stall <= 0 {
			return nil, fail(fmt.Sprintf("%s is %q", StallVariable, stall), "write a duration as in 90s or 10m")
		}
	}
	return m, nil
}

// newClient returns a client that follows no redirects. Compression is off, for
// it would hold events back.
func newClient() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableCompression = true
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}

// Name returns what selects the model: "openai:gpt-5".
func (m *Model) Name() string { return "openai:" + m.name }

// Title returns the model's name and its host.
func (m *Model) Title() string { return m.name + " at " + m.base.Host }

// Host returns the host[:port] that the prompt is sent to.
func (m *Model) Host() string { return m.base.Host }

// chatRequest is what is sent.
type chatRequest struct {
	Model         string         `json:"model"`
	Messages      []chatMessage  `json:"messages"`
	Stream        bool           `json:"stream"`
	StreamOptions *streamOptions `json:"stream_options,omitempty"`
}

type chatMessage struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

type streamOptions struct {
	IncludeUsage bool `json:"include_usage"`
}

// errStalled is the cause with which a request is cancelled whose server has
// been silent for too long.
var errStalled = errors.New("stalled")

// Generate sends the prompt as one user message. See [model.Model].
func (m *Model) Generate(ctx context.Context, req model.Request, progress func(delta string)) (model.Reply, error) {
	body, err := m.body(req.Prompt)
	if err != nil {
		return model.Reply{}, m.fail(model.Config, "the prompt cannot be sent: "+err.Error(), "", err)
	}
	sending, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	silence := time.AfterFunc(m.stall, func() { cancel(errStalled) })
	defer silence.Stop()

	var reply model.Reply
	response, err := m.send(sending, body)
	if err == nil {
		defer response.Body.Close()
		alive := &heartbeat{in: response.Body, beat: func() { silence.Reset(m.stall) }}
		alive.beat()
		reply, err = m.read(response, alive, req.Prompt, progress)
	}
	if err == nil {
		return reply, nil
	}
	if ctx.Err() != nil {
		return reply, ctx.Err()
	}
	return reply, m.explain(err, context.Cause(sending) == errStalled, reply.Text != "")
}

// body returns the request's JSON. Usage is asked for only where that is known
// to be understood: some servers reject a request with a field they don't know.
func (m *Model) body(prompt string) ([]byte, error) {
	chat := chatRequest{Model: m.name, Messages: []chatMessage{{Role: "user", Content: prompt}}, Stream: true}
	if m.base.Hostname() == "api.openai.com" {
		chat.StreamOptions = &streamOptions{IncludeUsage: true}
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(chat)
	return out.Bytes(), err
}

// send posts the request. An error means that no response began.
func (m *Model) send(ctx context.Context, body []byte) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, m.base.JoinPath("chat", "completions").String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "text/event-stream")
	request.Header.Set("User-Agent", "specls")
	if m.key != "" {
		request.Header.Set("Authorization", "Bearer "+m.key)
	}
	// A body that can be rewound lets net/http send again by itself on a
	// connection that turns out to be dead; every send may cost.
	request.GetBody = nil
	return m.client.Do(request)
}

// heartbeat calls beat whenever bytes arrive.
type heartbeat struct {
	in   io.Reader
	beat func()
}

func (h *heartbeat) Read(p []byte) (int, error) {
	n, err := h.in.Read(p)
	if n > 0 {
		h.beat()
	}
	return n, err
}
