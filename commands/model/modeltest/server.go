package modeltest

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// Server plays one service.
type Server struct {
	*httptest.Server
	mu       sync.Mutex
	requests []Request
}

// Request is one that the server was sent.
type Request struct {
	Path   string
	Header http.Header
	Body   string
}

// Serve starts a server that answers with handle; i counts the requests, from 0.
func Serve(t *testing.T, handle func(w http.ResponseWriter, r *http.Request, i int)) *Server {
	t.Helper()
	s := &Server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Only a server that has read the request notices that the client left.
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the client left
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		s.mu.Lock()
		i := len(s.requests)
		s.requests = append(s.requests, Request{Path: r.URL.Path, Header: r.Header.Clone(), Body: string(body)})
		s.mu.Unlock()
		handle(w, r, i)
	}))
	t.Cleanup(s.Close)
	return s
}

// Requests returns those that were sent so far.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.requests...)
}

// Answer returns a handler that streams the reply.
func (v Vendor) Answer(r Reply) http.HandlerFunc { return v.Send(v.Stream(r)) }

// Send returns a handler that sends pieces of a stream, each in a packet of its
// own.
func (v Vendor) Send(pieces ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", v.ContentType)
		for _, piece := range pieces {
			if _, err := io.WriteString(w, piece); err != nil {
				return // the client left
			}
			w.(http.Flusher).Flush()
		}
	}
}

// Status returns a handler that fails with a status; header are names and
// values.
func (v Vendor) Status(status int, message string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		io.WriteString(w, v.Error(status, message))
	}
}

// Hang waits until the client leaves.
func Hang(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
