package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/specls/specls/commands/model"
)

// errStalled is the cause with which a request is cancelled whose server has
// been silent for too long.
var errStalled = errors.New("stalled")

// Generate sends the conversation and reads the reply. See [model.Model].
func (m *Model) Generate(ctx context.Context, req model.Request, progress func(delta string)) (model.Reply, error) {
	body, err := m.body(req)
	if err != nil {
		return model.Reply{}, m.fail(model.Config, "the prompt cannot be sent: "+err.Error(), "", err).what
	}
	var remarks []string
	for attempt := 1; ; attempt++ {
		answer := &Answer{model: m, req: req, progress: progress}
		failed := m.once(ctx, body, answer)
		reply := answer.finished()
		reply.Attempts = attempt
		if failed == nil {
			reply.Report = append(remarks, reply.Report...)
			return reply, nil
		}
		if ctx.Err() != nil {
			return reply, ctx.Err()
		}
		pause, again := m.again(failed, reply, attempt)
		if !again {
			return reply, failed.told(attempt)
		}
		req.Tell("%s; trying again in %v (%d of %d)", failed.what.Message, pause.Round(time.Second/10), attempt, maxRepeats)
		remarks = append(remarks, "the request was sent again, for "+failed.what.Message)
		if !wait(ctx, pause) {
			return reply, ctx.Err()
		}
	}
}

// once sends the request and reads what comes back into the answer. It returns
// nil where the reply is complete.
func (m *Model) once(ctx context.Context, body []byte, answer *Answer) *failure {
	sending, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	silence := time.AfterFunc(m.Stall, func() { cancel(errStalled) })
	defer silence.Stop()

	response, err := m.send(sending, body)
	if err == nil {
		defer response.Body.Close()
		alive := &heartbeat{in: response.Body, beat: func() { silence.Reset(m.Stall) }}
		alive.beat()
		err = answer.read(response, alive)
	}
	if err != nil {
		return m.explain(err, context.Cause(sending) == errStalled, answer.begun())
	}
	return nil
}

// body returns the request's JSON.
func (m *Model) body(req model.Request) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	o := m.Options
	if limits := m.Limits(); o.MaxOutput > 0 {
		o.MaxOutput = limits.OutputLimit
	}
	err := encoder.Encode(m.protocol.Body(o, m.base.Hostname(), req))
	return out.Bytes(), err
}

// send posts the request. An error means that no response began.
func (m *Model) send(ctx context.Context, body []byte) (*http.Response, error) {
	request, err := m.request(ctx, http.MethodPost, m.protocol.Path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	if !m.protocol.Lines {
		request.Header.Set("Accept", "text/event-stream")
	}
	// A body that can be rewound lets net/http send again by itself on a
	// connection that turns out to be dead; every send may cost, and is counted.
	request.GetBody = nil
	return m.client.Do(request)
}

// request returns a request for a path below the base URL.
func (m *Model) request(ctx context.Context, method, path string, body io.Reader) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, method, m.base.JoinPath(path).String(), body)
	if err != nil {
		return nil, err
	}
	request.Header.Set("User-Agent", "specls")
	for name, value := range m.protocol.Header {
		request.Header.Set(name, value)
	}
	if m.Key != "" && m.protocol.Authorize != nil {
		m.protocol.Authorize(request.Header, m.Key)
	}
	return request, nil
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
