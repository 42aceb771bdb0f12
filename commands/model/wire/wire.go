// Package wire is what the back ends have in common that reach a model over
// HTTP: they post one JSON request and read a stream of JSON events. A
// [Protocol] says what distinguishes one service from another; all else is here
// once, and so the same for all of them: how long a server may be silent, how
// much it may send, when a request is sent again, what can go wrong in words
// for a person, and that no key and no prompt gets into an error.
//
// It speaks net/http rather than use the vendors' SDKs, which would make the
// binary nearly three times as large (docs/decisions/0001-models-over-net-http.md).
// It asks for as little as possible, because servers differ in what they take:
// an output limit, a temperature and usage are asked for only where they are
// configured or known to be understood. It follows no redirect, since the
// person agreed to one host, and sends a request again only before anything of
// a reply has arrived, at most twice, and says so (see retry.go).
package wire

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/specls/specls/commands/model"
)

// DefaultStall is how long a server may be silent. Models that reason send
// nothing for minutes.
const DefaultStall = 10 * time.Minute

// Options configure a model on a server.
type Options struct {
	// Name is what selects the model: "openai:gpt-5", or a name of the person's
	// own. Model is what the server calls it.
	Name, Model string
	// BaseURL is the server's address. Key authorises; it may be empty for a
	// server on this machine.
	BaseURL, Key string
	// BaseURLFrom and KeyFrom say where a person sets them, as errors put it
	// behind "check" or "set": "OPENAI_BASE_URL".
	BaseURLFrom, KeyFrom string
	// MaxOutput is the most tokens to ask for, 0 to leave it to the server.
	MaxOutput int
	// ContextWindow is the most tokens that prompt and reply may have together,
	// 0 where that is not known.
	ContextWindow int
	// Temperature is left to the server where nil.
	Temperature *float64
	Price       model.Price
	// Stall is how long the server may be silent; 0 is DefaultStall.
	Stall time.Duration
	// Pause is how long to wait before the first repetition where the server
	// does not say; 0 is DefaultPause.
	Pause time.Duration
}

// Protocol is how one kind of service talks.
type Protocol struct {
	// Name is what errors call it: "the chat-completions protocol".
	Name string
	// Path is what the base URL is extended by: "chat/completions".
	Path string
	// Hint says in a clause what is usual for a base URL; may be empty.
	Hint string
	// Keyless says that the service mostly wants no key, wherever it runs.
	Keyless bool
	// Authorize puts the key, which is not empty, into the request's header.
	Authorize func(header http.Header, key string)
	// Header are further fields of the request.
	Header map[string]string
	// Body returns the request, to be encoded as JSON.
	Body func(o Options, host string, req model.Request) any
	// Lines says that a stream is a JSON value a line, rather than server-sent
	// events.
	Lines bool
	// Decode takes what an event holds into the answer: one of a stream, or a
	// whole answer where the server does not stream. It returns true at the
	// event that ends the stream. An error that is no *model.Error says how the
	// data breaks the protocol, without quoting it.
	Decode func(a *Answer, e Event) (last bool, err error)
	// Describe asks the service what the model takes and gives; nil where the
	// service does not tell.
	Describe func(ctx context.Context, m *Model) (model.Limits, error)
}

// Model is a model on a server. It is safe for concurrent use.
type Model struct {
	Options
	protocol *Protocol
	base     *url.URL
	client   *http.Client

	mu     sync.Mutex
	learnt model.Limits // what the service said
}

// New returns the model. The error is a *model.Error of kind Config. A server
// on a loopback address needs no key.
func New(o Options, p *Protocol) (*Model, error) {
	fail := func(message, advice string) error {
		return &model.Error{Kind: model.Config, Model: o.Name, Message: message, Advice: advice}
	}
	base, err := ParseBase(o.BaseURL)
	if err != nil {
		return nil, fail(o.BaseURLFrom+" "+err.Error(), "write it as in https://example.com/v1 or http://localhost:11434, without user or password")
	}
	o.Key = strings.TrimSpace(o.Key)
	if strings.ContainsFunc(o.Key, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return nil, fail(o.KeyFrom+" holds characters that a key cannot have", "set it again, without spaces or line ends")
	}
	if o.Key == "" && !p.Keyless && !IsLoopback(base.Hostname()) {
		return nil, fail(o.KeyFrom+" is not set", fmt.Sprintf("set it to the key of %s, or set %s to a server on this machine, which needs none", base.Host, o.BaseURLFrom))
	}
	if o.Stall == 0 {
		o.Stall = DefaultStall
	}
	if o.Pause == 0 {
		o.Pause = DefaultPause
	}
	return &Model{Options: o, protocol: p, base: base, client: newClient()}, nil
}

// Parameters returns the temperature and the output limit, where they are asked
// for.
func (m *Model) Parameters() model.Parameters {
	asked := model.Parameters{}
	if m.Temperature != nil {
		asked["temperature"] = strconv.FormatFloat(*m.Temperature, 'g', -1, 64)
	}
	if m.MaxOutput > 0 {
		asked["max_output"] = strconv.Itoa(m.MaxOutput)
	}
	return asked
}

// ParseBase reads the address of a server. Its error continues a sentence that
// begins with where the address is set; it does not show the address, which may
// hold a secret.
func ParseBase(text string) (*url.URL, error) {
	base, err := url.Parse(strings.TrimSpace(text))
	if err != nil || base.Host == "" || base.Scheme != "https" && base.Scheme != "http" || base.User != nil || base.RawQuery != "" || base.Fragment != "" {
		return nil, fmt.Errorf("is not the URL of a server")
	}
	return base, nil
}

// IsLoopback reports whether a host, without port, is this machine.
func IsLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
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

// Name returns what selects the model.
func (m *Model) Name() string { return m.Options.Name }

// Title returns the model's name and its host.
func (m *Model) Title() string { return m.Options.Model + " at " + m.base.Host }

// Host returns the host[:port] that the prompt is sent to.
func (m *Model) Host() string { return m.base.Host }

// Limits returns the limits that are configured, and where they are not what the
// service has said.
func (m *Model) Limits() model.Limits {
	m.mu.Lock()
	defer m.mu.Unlock()
	limits := m.learnt
	if m.ContextWindow > 0 {
		limits.ContextWindow = m.ContextWindow
	}
	// More may be configured, or asked for by default, than there is.
	if m.MaxOutput > 0 && (limits.OutputLimit == 0 || m.MaxOutput < limits.OutputLimit) {
		limits.OutputLimit = m.MaxOutput
	}
	return limits
}

// probeTimeout is how long a service has to describe a model.
const probeTimeout = 3 * time.Second

// Probe asks the service for the model's limits, once. See [model.Prober].
func (m *Model) Probe(ctx context.Context) {
	m.mu.Lock()
	known := m.learnt != (model.Limits{})
	m.mu.Unlock()
	if known || m.protocol.Describe == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	limits, err := m.protocol.Describe(ctx, m)
	if err != nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.learnt = limits
}

// Message is one message of a conversation, in the form that all protocols
// have.
type Message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// Messages returns the conversation: the prompt, then the turns.
func Messages(req model.Request) []Message {
	messages := []Message{{Role: "user", Content: req.Prompt}}
	for _, turn := range req.Turns {
		role := "user"
		if turn.FromModel {
			role = "assistant"
		}
		messages = append(messages, Message{Role: role, Content: turn.Text})
	}
	return messages
}
