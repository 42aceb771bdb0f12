package openai

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/specls/specls/commands/model"
)

func (m *Model) fail(kind model.Kind, message, advice string, err error) *model.Error {
	return &model.Error{Kind: kind, Model: m.Name(), Host: m.Host(), Message: message, Advice: advice, Err: err}
}

// explain words an error of sending or reading. begun says that some of the
// reply had arrived.
func (m *Model) explain(err error, stalled, begun bool) error {
	var done *model.Error
	if errors.As(err, &done) {
		return done
	}
	// A url.Error repeats the URL, which may hold a secret.
	var ue *url.Error
	if errors.As(err, &ue) {
		err = ue.Err
	}
	if stalled {
		return m.fail(model.Interrupted, fmt.Sprintf("%s sent nothing for %v", m.Host(), m.stall),
			"try again, or allow more time with "+StallVariable, errStalled)
	}
	if errors.Is(err, errEventTooLong) {
		return m.fail(model.Malformed, m.Host()+" sent "+err.Error(), "check "+BaseURLVariable, err)
	}
	var dial *net.OpError
	if errors.As(err, &dial) && dial.Op == "dial" {
		return m.fail(model.Refused, fmt.Sprintf("cannot connect to %s: %v", m.Host(), dial.Err),
			"check that the server runs, and "+BaseURLVariable, err)
	}
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	if errors.As(err, &certificate) || errors.As(err, &record) || strings.Contains(err.Error(), "server gave HTTP response to HTTPS client") {
		return m.fail(model.Refused, fmt.Sprintf("no secure connection to %s: %v", m.Host(), err),
			"check the server's certificate, and whether "+BaseURLVariable+" begins with the right one of https and http", err)
	}
	if begun {
		return m.fail(model.Interrupted, fmt.Sprintf("the connection to %s broke in the middle of the reply", m.Host()), "try again", err)
	}
	return m.fail(model.Interrupted, fmt.Sprintf("the connection to %s broke before the reply began", m.Host()), "try again", err)
}

// maxErrorBody is how many bytes of an error's body are read.
const maxErrorBody = 64 << 10

// statusError words an answer that is not a success.
func (m *Model) statusError(response *http.Response, body io.Reader, prompt string) error {
	if code := response.StatusCode; code >= 300 && code < 400 {
		message := fmt.Sprintf("%s redirects elsewhere (%d)", m.Host(), code)
		if to, err := response.Location(); err == nil && to.Host != m.base.Host {
			message = fmt.Sprintf("%s redirects to %s (%d), which nobody agreed to send the source to", m.Host(), to.Host, code)
		}
		return m.fail(model.NotFound, message, "set "+BaseURLVariable+" to the server's own address", nil)
	}
	// What of the body cannot be read is not told; the status alone says enough.
	data, _ := io.ReadAll(io.LimitReader(body, maxErrorBody))
	e := m.serverError(response.StatusCode, data, prompt)
	if wait := retryAfter(response.Header); wait > 0 && (e.Kind == model.RateLimit || e.Kind == model.Service) {
		e.Advice = fmt.Sprintf("try again in %v", wait)
	}
	return e
}

// serverError words an error that the server sent: as an HTTP status with a
// body, or, with status 0, as an object in a stream.
func (m *Model) serverError(status int, body []byte, prompt string) *model.Error {
	said := parseError(body)
	if status == 0 {
		status = said.status
	}
	e := m.classify(status, said)
	e.Model, e.Host = m.Name(), m.Host()
	if text := m.presentable(said.message, prompt); text != "" {
		e.Message += "; it says: " + text
	}
	return e
}

// classify words a status and what the server said with it.
func (m *Model) classify(status int, said serverMessage) *model.Error {
	host := m.Host()
	numbered := host
	if status != 0 {
		numbered = fmt.Sprintf("%s answered %d", host, status)
	}
	switch {
	case said.is("context_length_exceeded", "context length", "maximum context", "context window", "prompt is too long", "too many tokens") || status == http.StatusRequestEntityTooLarge:
		return &model.Error{Kind: model.TooLarge, Message: fmt.Sprintf("the prompt is too large for %s at %s", m.name, host),
			Advice: "choose a model with a larger context window, or fewer files"}
	case said.is("insufficient_quota"):
		return &model.Error{Kind: model.RateLimit, Message: "the account's quota at " + host + " is used up", Advice: "check its plan and billing"}
	case status == http.StatusUnauthorized && m.key == "":
		return &model.Error{Kind: model.Auth, Message: numbered + ": it wants a key", Advice: "set " + KeyVariable}
	case status == http.StatusUnauthorized:
		return &model.Error{Kind: model.Auth, Message: numbered + ": it does not accept the key", Advice: "check " + KeyVariable}
	case status == http.StatusForbidden:
		return &model.Error{Kind: model.Auth, Message: fmt.Sprintf("%s: the key may not use %s", numbered, m.name), Advice: "check the key's permissions, or choose another model"}
	case status == http.StatusNotFound:
		return &model.Error{Kind: model.NotFound, Message: fmt.Sprintf("%s: it has no model %s, or no chat completions there", numbered, m.name), Advice: "check the model's name, and " + BaseURLVariable}
	case status == http.StatusTooManyRequests || said.is("rate_limit"):
		return &model.Error{Kind: model.RateLimit, Message: numbered + ": too many requests", Advice: "try again later"}
	case status >= 500:
		return &model.Error{Kind: model.Service, Message: numbered + ": the service failed", Advice: "try again later"}
	case status == 0:
		return &model.Error{Kind: model.Service, Message: host + " reported an error in the middle of the reply", Advice: "try again"}
	}
	return &model.Error{Kind: model.Rejected, Message: numbered + ": it rejected the request", Advice: "check the model's name, and " + BaseURLVariable}
}

// serverMessage is an error as a server words it.
type serverMessage struct {
	message, code string
	status        int // where the error object names one
}

// is reports whether the message or code mentions one of the words.
func (s serverMessage) is(words ...string) bool {
	for _, word := range words {
		if strings.Contains(strings.ToLower(s.message+" "+s.code), word) {
			return true
		}
	}
	return false
}

// parseError reads the shapes in which servers send errors:
// {"error": {"message", "type", "code"}}, {"error": "…"}, {"message": "…"} and
// {"detail": "…"}. Of anything else, such as a page of HTML, nothing is told.
func parseError(body []byte) serverMessage {
	var outer struct {
		Error           json.RawMessage
		Message, Detail any
	}
	if json.Unmarshal(body, &outer) != nil {
		return serverMessage{}
	}
	var inner struct{ Message, Type, Code any }
	if json.Unmarshal(outer.Error, &inner) != nil {
		var text any
		if json.Unmarshal(outer.Error, &text) == nil {
			inner.Message = text
		}
	}
	s := serverMessage{code: words(inner.Code) + " " + words(inner.Type)}
	for _, m := range []any{inner.Message, outer.Message, outer.Detail} {
		if s.message == "" {
			s.message = words(m)
		}
	}
	if code, ok := inner.Code.(float64); ok {
		s.status = int(code)
	}
	return s
}

// words returns a JSON string's text, and nothing of any other value.
func words(v any) string {
	s, _ := v.(string)
	return s
}

// presentable returns what may be shown of a server's message: one line of at
// most 300 characters, without the key, and nothing where it quotes the prompt.
func (m *Model) presentable(message, prompt string) string {
	const limit = 300
	line := []rune(m.withoutKey(strings.Join(strings.Fields(message), " ")))
	if len(line) > limit {
		line = append(line[:limit-1], '…')
	}
	if quotes(message, prompt) {
		return "(not shown, for it quotes the prompt)"
	}
	return strings.TrimRight(string(line), ".")
}

// keyHint is how many characters of the key, at its start, give it away in a
// message that shows only part of it.
const keyHint = 6

var nonSpace = regexp.MustCompile(`\S+`)

// withoutKey returns text with every word left out that holds the key or its
// beginning.
func (m *Model) withoutKey(text string) string {
	if m.key == "" {
		return text
	}
	hint := m.key[:min(keyHint, len(m.key))]
	return nonSpace.ReplaceAllStringFunc(text, func(word string) string {
		if strings.Contains(word, hint) {
			return "[key]"
		}
		return word
	})
}

// quotes reports whether text holds 40 bytes or more in a row of the prompt.
func quotes(text, prompt string) bool {
	const run = 40
	text = text[:min(len(text), 4096)]
	for i := 0; i+run <= len(text); i++ {
		if strings.Contains(prompt, text[i:i+run]) {
			return true
		}
	}
	return false
}

// retryAfter returns how long the server wants one to wait (RFC 9110, 10.2.3),
// 0 where it does not say.
func retryAfter(header http.Header) time.Duration {
	value := strings.TrimSpace(header.Get("Retry-After"))
	if seconds, err := strconv.Atoi(value); err == nil && seconds > 0 {
		return time.Duration(min(seconds, 1<<30)) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, time.Until(at).Round(time.Second))
	}
	return 0
}
