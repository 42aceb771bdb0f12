// Package model is the one interface behind which every back end stands that
// a conversion prompt can be sent to: remote services, local servers, and the
// builtin model, which needs none. A back end streams what it writes, stops
// when its context is cancelled, and says why it stopped.
package model

import (
	"context"
	"fmt"
	"strings"

	"github.com/specls/specls/analysis/gosource"
	"github.com/specls/specls/analysis/profile"
)

// Request is what a model is asked.
type Request struct {
	// Prompt is the rendered template, whole. A language model sees only this.
	Prompt string
	// Turns are what was said since, oldest first, in a conversation that goes
	// on: a reply of the model's, then what it is told about it, and so on.
	// Empty in a first request. A back end that knows no conversations sends
	// [Request.Text].
	Turns []Turn
	// Profile, Focus and Sources are what the prompt was rendered from. The
	// builtin model works on them.
	Profile *profile.Profile
	Focus   string
	Sources []gosource.File
	// Notice, where not nil, is told in a sentence without full stop what the
	// person is waiting for while no text arrives: that the model is thinking,
	// that a request is sent again, and why. It is called from the goroutine
	// that called Generate.
	Notice func(text string)
}

// Tell calls Notice if there is one.
func (r Request) Tell(format string, args ...any) {
	if r.Notice != nil {
		r.Notice(fmt.Sprintf(format, args...))
	}
}

// Turn is one message of a conversation after the prompt.
type Turn struct {
	// FromModel says that the model wrote it; else the person did.
	FromModel bool
	Text      string
}

// Text returns the whole conversation as one text: the prompt alone where there
// are no turns, and else each turn under a line that says whose it is.
func (r Request) Text() string {
	var text strings.Builder
	text.WriteString(r.Prompt)
	for _, turn := range r.Turns {
		if turn.FromModel {
			text.WriteString("\n\n[Your reply]\n\n")
		} else {
			text.WriteString("\n\n[Next request]\n\n")
		}
		text.WriteString(turn.Text)
	}
	return text.String()
}

// Finish says why a model stopped writing.
type Finish string

// The reasons that the back ends' own words are mapped to.
const (
	Stop    Finish = "stop"           // the model ended its reply
	Length  Finish = "length"         // the reply met the output limit and is cut off
	Filter  Finish = "content_filter" // the service withheld the reply or part of it
	Unknown Finish = ""               // the service did not say
)

// Reply is what came back. After an error it holds what had arrived by then.
type Reply struct {
	// Text is the reply as the model wrote it, fences and prose included.
	Text   string
	Finish Finish
	// Model is the name under which the service says it answered.
	Model string
	// PromptTokens and ReplyTokens are as the service counted them, 0 where it
	// did not say.
	PromptTokens, ReplyTokens int
	// Cost is what the tokens cost at the configured price, in Currency; 0 where
	// no price is configured or the service counted nothing.
	Cost     float64
	Currency string
	// Attempts is how often the request was sent: 0 where nothing was sent, 1
	// where the first answer counted, more where it was sent again.
	Attempts int
	// Reasoning is what the model wrote before its reply, where the service
	// tells it apart; never part of Text.
	Reasoning string
	// Report are remarks for the person who asked, one sentence each: for the
	// builtin model, what it read in the source but does not model.
	Report []string
}

// Model is a back end.
type Model interface {
	// Name is what selects the model: "builtin", "openai:gpt-5".
	Name() string
	// Title is how a person reads it in a menu or a progress title.
	Title() string
	// Host is where the prompt goes, as a person is asked about it: a
	// host[:port], "the command claude", "your editor's model"; empty where the
	// prompt does not leave the process.
	Host() string
	// Generate sends the request and returns the reply. As text arrives it
	// calls progress with the text that is new, from the calling goroutine;
	// progress may be nil. It returns within 100 ms of ctx being cancelled,
	// with ctx's error. The error of a failed call is an *Error. In every case
	// the Reply holds what had arrived.
	Generate(ctx context.Context, req Request, progress func(delta string)) (Reply, error)
}

// Limits are what a model can take and give, in its own tokens; 0 where that
// is not known.
type Limits struct {
	// ContextWindow bounds prompt and reply together, OutputLimit the reply.
	ContextWindow, OutputLimit int
}

// Limited is a model whose limits may be known.
type Limited interface{ Limits() Limits }

// Prober is a model whose service can be asked for its limits.
type Prober interface {
	// Probe asks, where the limits are not all known yet, for no longer than a
	// few seconds; Limits then returns them. Nothing of the person's is sent. That
	// the service does not tell is no error: the request itself will show it.
	Probe(ctx context.Context)
}

// LimitsOf returns a model's limits, as far as they are known.
func LimitsOf(m Model) Limits {
	if l, ok := m.(Limited); ok {
		return l.Limits()
	}
	return Limits{}
}

// Parameters are what a request asks for besides the prompt, as the service
// names it: {"temperature": "0.2"}. What is left to the service is absent.
type Parameters map[string]string

// Parametrised is a model that asks for parameters.
type Parametrised interface{ Parameters() Parameters }

// ParametersOf returns what a model asks for; nil where it asks for nothing.
func ParametersOf(m Model) Parameters {
	if p, ok := m.(Parametrised); ok {
		return p.Parameters()
	}
	return nil
}

// Price is what a million tokens cost. The zero Price is none.
type Price struct {
	Input, Output float64
	Currency      string // as the person writes it: "USD"
}

// Of returns what so many tokens cost.
func (p Price) Of(promptTokens, replyTokens int) float64 {
	return (p.Input*float64(promptTokens) + p.Output*float64(replyTokens)) / 1e6
}

// Kind classes what can go wrong with a model, so that callers can say what to
// do next.
type Kind string

// The kinds of failure.
const (
	Config      Kind = "configuration" // key, URL or model name missing or malformed; nothing was sent
	Refused     Kind = "unreachable"   // no connection could be made
	Auth        Kind = "authentication"
	NotFound    Kind = "not found" // no such model or endpoint
	RateLimit   Kind = "rate limit"
	TooLarge    Kind = "too large"   // the prompt exceeds what the service takes
	Rejected    Kind = "rejected"    // the service takes no such request, for another reason
	Service     Kind = "service"     // the service failed (5xx)
	Interrupted Kind = "interrupted" // the connection broke, or stalled, in mid-reply
	Malformed   Kind = "malformed"   // the service answered what the protocol does not allow
)

// Error is a failed call, worded for the person who asked: what happened, and
// what to do next. It never holds a key, a prompt or a reply.
type Error struct {
	Kind    Kind
	Model   string // the model's Name
	Host    string
	Message string // what happened
	Advice  string // what to do next; may be empty
	Err     error  // the cause; may be nil
}

// Error returns the message and the advice, in one line.
func (e *Error) Error() string {
	if e.Advice == "" {
		return fmt.Sprintf("%s: %s", e.Model, e.Message)
	}
	return fmt.Sprintf("%s: %s; %s", e.Model, e.Message, e.Advice)
}

// MaxReply bounds the bytes of a reply, its reasoning included. The longest
// specifications seen have 60 KB, and the longest reasoning some hundreds.
const MaxReply = 4 << 20

// TooLong is the error for a reply of more than [MaxReply].
func TooLong(m Model) *Error {
	return &Error{Kind: Malformed, Model: m.Name(), Host: m.Host(),
		Message: fmt.Sprintf("the reply is longer than %d MB", MaxReply>>20),
		Advice:  "no specification is; try again, or choose another model"}
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }
