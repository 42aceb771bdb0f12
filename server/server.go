// Package server is the language server: it takes a snapshot of the workspace,
// calls down into commands and analysis, and translates between their terms
// and LSP's. It is the only package that knows protocol types. One file serves
// one feature and is named as LSP names it.
//
// Messages are handled in the order of the wire up to the point where a
// request gets its snapshot (see handler.go); snapshots are immutable, so
// requests then run concurrently without locks. Diagnostics are computed from
// the newest version of a document, one run at a time, and therefore never
// arrive out of order (see diagnostic.go).
package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
	"go.uber.org/zap"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/text"
)

// Options are what a server needs from the process around it.
type Options struct {
	// Log receives the server's log: methods, durations, errors; never the text
	// of a document, a prompt, a reply, or a key. Nil logs nothing.
	Log *zap.Logger
	// Version is told to the client as the server's version.
	Version string
	// Getenv reads the environment, for the models' keys and URLs.
	Getenv func(string) string
	// ConfigDir is the directory with the user's config.toml and profiles; empty
	// for none.
	ConfigDir string
}

// phase is where the server stands in LSP's lifecycle.
type phase int32

const (
	uninitialized phase = iota
	running
	shutDown
)

// Server is one session with one client.
type Server struct {
	protocol.UnimplementedServer
	log     *zap.Logger
	options Options

	conn   jsonrpc2.Conn
	client protocol.Client
	// lifetime ends when the session does; work that outlives a request hangs
	// on it.
	lifetime context.Context
	end      context.CancelFunc

	// background is the work that no request waits for.
	background sync.WaitGroup

	phase atomic.Int32
	// exited is closed by the exit notification or the parent's death.
	exited   chan struct{}
	exitOnce sync.Once

	// Set once by initialize, before any other request is served.
	caps     clientCapabilities
	encoding text.Encoding
	// untrusted says that the workspace's files may be hostile: nothing is sent
	// or written then, and none of its profiles is read.
	untrusted bool

	pullMu   sync.Mutex // held while workspace/configuration is under way
	updateMu sync.Mutex
	// surroundingsMu is held while the surroundings are read. problemFiles are
	// the files whose problems are shown.
	surroundingsMu sync.Mutex
	problemFiles   map[string]bool
	current        atomic.Pointer[snapshot]

	// modules keeps what is known of the modules that documents extend.
	modules analysis.Modules

	publisher *publisher
	progress  progressTokens
	prompts   promptStore
	reports   reports

	keys        keys
	generations generations
	statuses    statuses
	provenance  provenance
	shy         shy
}

// ErrNoShutdown is returned by Run when the client went away, or sent exit,
// without shutdown before: LSP wants the process to exit with 1 then.
var ErrNoShutdown = errors.New("the client left without shutting the server down")

// Run serves one client over in and out until the client sends exit, its
// stream ends, its process dies, or ctx is cancelled. It returns nil after an
// orderly shutdown, and ErrNoShutdown or the stream's error otherwise. It
// closes both ends.
func Run(ctx context.Context, in io.ReadCloser, out io.WriteCloser, options Options) error {
	s := newServer(ctx, options)
	defer s.end()
	return s.serve(ctx, in, out)
}

func (s *Server) serve(ctx context.Context, in io.ReadCloser, out io.WriteCloser) error {
	// The connection stays open until its last handler returns, and one may be
	// waiting for a model: the end of the stream ends that wait.
	stream := pipe{endingReader{in, s.end}, out}
	s.conn = jsonrpc2.NewConn(jsonrpc2.NewHeaderStream(stream), jsonrpc2.WithCodec(codec{}))
	s.client = protocol.ClientDispatcher(s.conn)
	s.conn.Go(s.lifetime, s.handler())

	select {
	case <-s.exited:
	case <-s.conn.Done():
	case <-ctx.Done():
	}
	// Requests that wait for the client or a model end with the lifetime; the
	// streams are closed rather than drained, since nobody reads them any more.
	s.end()
	in.Close()
	out.Close()
	if phase(s.phase.Load()) == shutDown {
		return nil
	}
	select {
	case <-s.conn.Done():
		if err := s.conn.Err(); err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			return fmt.Errorf("%w: %w", ErrNoShutdown, err)
		}
	default:
	}
	return ErrNoShutdown
}

func newServer(ctx context.Context, options Options) *Server {
	s := &Server{log: options.Log, options: options, exited: make(chan struct{})}
	if s.log == nil {
		s.log = zap.NewNop()
	}
	if s.options.Getenv == nil {
		s.options.Getenv = func(string) string { return "" }
	}
	s.lifetime, s.end = context.WithCancel(ctx)
	s.current.Store(&snapshot{documents: map[uri.URI]*document{}, settings: defaultSettings(), near: s.readSurroundings(nil), world: new(world)})
	s.publisher = newPublisher(s)
	return s
}

// exit ends the session.
func (s *Server) exit() { s.exitOnce.Do(func() { close(s.exited) }) }

// endingReader calls end when there is nothing more to read.
type endingReader struct {
	io.ReadCloser
	end func()
}

func (r endingReader) Read(b []byte) (int, error) {
	n, err := r.ReadCloser.Read(b)
	if err != nil {
		r.end()
	}
	return n, err
}

// pipe joins the two ends of stdio.
type pipe struct {
	io.ReadCloser
	out io.WriteCloser
}

func (p pipe) Write(b []byte) (int, error) { return p.out.Write(b) }

func (p pipe) Close() error { return errors.Join(p.ReadCloser.Close(), p.out.Close()) }
