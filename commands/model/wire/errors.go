package wire

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/specls/specls/commands/model"
)

// failure is an error with what deciding on a repetition needs.
type failure struct {
	what       *model.Error
	repeatable bool          // the server has not begun to work on the request
	pause      time.Duration // as the server asks; 0 where it does not
}

func (f *failure) Error() string { return f.what.Error() }

func (m *Model) fail(kind model.Kind, message, advice string, err error) *failure {
	return &failure{what: &model.Error{Kind: kind, Model: m.Name(), Host: m.Host(), Message: message, Advice: advice, Err: err}}
}

// explain words an error of sending or reading. begun says that some of the
// reply had arrived.
func (m *Model) explain(err error, stalled, begun bool) *failure {
	var done *failure
	if errors.As(err, &done) {
		return done
	}
	// A url.Error repeats the URL, which may hold a secret.
	var ue *url.Error
	if errors.As(err, &ue) {
		err = ue.Err
	}
	if stalled {
		return m.fail(model.Interrupted, fmt.Sprintf("%s sent nothing for %v", m.Host(), m.Stall),
			"try again, or allow more time with "+StallVariable+" or stall_timeout in config.toml", errStalled)
	}
	if errors.Is(err, errEventTooLong) {
		return m.fail(model.Malformed, m.Host()+" sent "+err.Error(), "check "+m.BaseURLFrom, err)
	}
	var dial *net.OpError
	if errors.As(err, &dial) && dial.Op == "dial" {
		f := m.fail(model.Refused, fmt.Sprintf("cannot connect to %s: %v", m.Host(), dial.Err),
			"check that the server runs, and "+m.BaseURLFrom, err)
		f.repeatable = connectionRefused(err)
		return f
	}
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	if errors.As(err, &certificate) || errors.As(err, &record) || strings.Contains(err.Error(), "server gave HTTP response to HTTPS client") {
		return m.fail(model.Refused, fmt.Sprintf("no secure connection to %s: %v", m.Host(), err),
			"check the server's certificate, and whether "+m.BaseURLFrom+" begins with the right one of https and http", err)
	}
	if begun {
		return m.fail(model.Interrupted, fmt.Sprintf("the connection to %s broke in the middle of the reply", m.Host()), "try again", err)
	}
	return m.fail(model.Interrupted, fmt.Sprintf("the connection to %s broke before the reply began", m.Host()), "try again", err)
}

// StallVariable is the environment variable that says how long a server may be
// silent.
const StallVariable = "SPECLS_STALL_TIMEOUT"

// connectionRefused reports whether nobody listened. Package syscall has no
// name for what Windows calls WSAECONNREFUSED.
func connectionRefused(err error) bool {
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.Errno(10061))
}

// maxErrorBody is how many bytes of an error's body are read.
const maxErrorBody = 64 << 10

// statusError words an answer that is not a success.
func (m *Model) statusError(response *http.Response, body io.Reader, prompt string) *failure {
	if code := response.StatusCode; code >= 300 && code < 400 {
		message := fmt.Sprintf("%s redirects elsewhere (%d)", m.Host(), code)
		if to, err := response.Location(); err == nil && to.Host != m.base.Host {
			message = fmt.Sprintf("%s redirects to %s (%d), which nobody agreed to send the source to", m.Host(), to.Host, code)
		}
		return m.fail(model.NotFound, message, "set "+m.BaseURLFrom+" to the server's own address", nil)
	}
	// What of the body cannot be read is not told; the status alone says enough.
	data, _ := io.ReadAll(io.LimitReader(body, maxErrorBody))
	f := m.serverError(response.StatusCode, data, prompt)
	if f.repeatable {
		if f.pause = retryAfter(response.Header); f.pause > 0 {
			f.what.Advice = fmt.Sprintf("try again in %v", f.pause)
		}
	}
	return f
}

// serverError words an error that the server sent: as an HTTP status with a
// body, or, with status 0, as an object in a stream.
func (m *Model) serverError(status int, body []byte, prompt string) *failure {
	said := parseError(body)
	if status == 0 {
		status = said.status
	}
	f := m.classify(status, said)
	f.what.Model, f.what.Host = m.Name(), m.Host()
	if text := model.Presentable(said.message, prompt, m.Key); text != "" {
		f.what.Message += "; it says: " + text
	}
	return f
}

// classify words a status and what the server said with it.
func (m *Model) classify(status int, said serverMessage) *failure {
	host, name := m.Host(), m.Options.Model
	numbered := host
	if status != 0 {
		numbered = fmt.Sprintf("%s answered %d", host, status)
	}
	failed := func(kind model.Kind, message, advice string) *failure {
		return &failure{what: &model.Error{Kind: kind, Message: message, Advice: advice}}
	}
	repeatable := func(f *failure) *failure {
		f.repeatable = true
		return f
	}
	switch {
	case status == http.StatusRequestEntityTooLarge || said.is("context_length_exceeded", "context length", "maximum context", "context window", "prompt is too long", "too many tokens"):
		return failed(model.TooLarge, fmt.Sprintf("the prompt is too large for %s at %s", name, host), "choose a model with a larger context window, or fewer files")
	case said.is("insufficient_quota", "billing_error", "credit balance"):
		return failed(model.RateLimit, "the account's quota at "+host+" is used up", "check its plan and billing")
	case status == http.StatusUnauthorized && m.Key == "":
		return failed(model.Auth, numbered+": it wants a key", "set "+m.KeyFrom)
	case status == http.StatusUnauthorized:
		return failed(model.Auth, numbered+": it does not accept the key", "check "+m.KeyFrom)
	case status == http.StatusForbidden:
		return failed(model.Auth, fmt.Sprintf("%s: the key may not use %s", numbered, name), "check the key's permissions, or choose another model")
	case status == http.StatusNotFound:
		return failed(model.NotFound, fmt.Sprintf("%s: it has no model %s, or does not speak %s", numbered, name, m.protocol.Name), "check the model's name, and "+m.BaseURLFrom)
	case status == http.StatusTooManyRequests:
		return repeatable(failed(model.RateLimit, numbered+": too many requests", "try again later"))
	case status >= 500:
		return repeatable(failed(model.Service, numbered+": the service failed", "try again later"))
	case status == 0:
		return failed(model.Service, host+" reported an error in the middle of the reply", "try again")
	}
	return failed(model.Rejected, numbered+": it rejected the request", "check the model's name, and "+m.BaseURLFrom)
}

// serverMessage is an error as a server words it.
type serverMessage struct {
	message, code string
	status        int // where the error object names one, by number or by type
}

// is reports whether the message or code mentions one of the words.
func (s serverMessage) is(words ...string) bool {
	said := strings.ToLower(s.message + " " + s.code)
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(said, word) })
}

// statusOf maps the types of errors that services name, which in a stream stand
// instead of an HTTP status, to that status. (Anthropic, "Errors"; OpenAI,
// "Error codes".)
var statusOf = map[string]int{
	"invalid_request_error": 400, "authentication_error": 401, "permission_error": 403,
	"not_found_error": 404, "request_too_large": 413, "rate_limit_error": 429, "rate_limit_exceeded": 429,
	"api_error": 500, "server_error": 500, "internal_server_error": 500, "timeout_error": 504, "overloaded_error": 529,
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
	for _, word := range []string{words(inner.Code), words(inner.Type)} {
		if s.status == 0 {
			s.status = statusOf[word]
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
