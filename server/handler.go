package server

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
	"go.uber.org/zap"
)

// handler is the chain every incoming message passes through. The protocol
// package's own chain starts each message concurrently, so that a burst of
// didChange can arrive out of order, and lets one bad message end the
// connection; this one
//
//   - keeps notifications, initialize and shutdown on the read loop, in the
//     order of the wire, and hands every other request the snapshot that stood
//     at its place on the wire before letting it run concurrently;
//   - answers a panic with an error for that request alone;
//   - logs a failed notification and goes on, since nobody waits for an answer;
//   - gives errors the codes LSP asks for.
func (s *Server) handler() jsonrpc2.Handler {
	inline := s.phases(s.route(protocol.ServerHandler(s, jsonrpc2.MethodNotFoundHandler)))
	concurrent := protocol.CancelHandler(s.release(inline))
	return s.contain(func(ctx context.Context, req *jsonrpc2.Request) (any, error) {
		if concurrentCall(req) || req.Method() == protocol.MethodCancelRequest {
			return concurrent(ctx, req)
		}
		// The context of a request that stays on the read loop is used again for
		// the next one, so nothing may hang on it, as CancelHandler would.
		return inline(jsonrpc2.DetachContext(ctx), req)
	})
}

// concurrentCall tells whether a message may run beside those that come after
// it.
func concurrentCall(req *jsonrpc2.Request) bool {
	return req.IsCall() && req.Method() != protocol.MethodInitialize && req.Method() != protocol.MethodShutdown
}

// contain keeps a failure inside the message that caused it.
func (s *Server) contain(next jsonrpc2.Handler) jsonrpc2.Handler {
	return func(ctx context.Context, req *jsonrpc2.Request) (result any, err error) {
		// The method is borrowed from the transport's buffer.
		method, call, start := strings.Clone(req.Method()), req.IsCall(), time.Now()
		defer func() {
			if p := recover(); p != nil {
				s.logPanic(method, p)
				result, err = nil, jsonrpc2.Errorf(jsonrpc2.InternalError, "%s failed inside specls; this is a bug, its trace is in the log", method)
			}
			s.log.Debug("handled", zap.String("method", method), zap.Bool("call", call), zap.Duration("took", time.Since(start)), zap.Error(err))
			if err == nil {
				return
			}
			if !call {
				s.log.Warn("notification dropped", zap.String("method", method), zap.Error(err))
				err = nil
				return
			}
			err = wireError(err)
		}()
		return next(ctx, req)
	}
}

// logPanic records where a handler panicked. The panic's value is logged only
// where it is the runtime's own, which never quotes a document.
func (s *Server) logPanic(method string, p any) {
	stack := make([]byte, 16<<10)
	stack = stack[:runtime.Stack(stack, false)]
	what := fmt.Sprintf("%T", p)
	if e, ok := p.(runtime.Error); ok {
		what = e.Error()
	}
	s.log.Error("handler panicked", zap.String("method", method), zap.String("panic", what), zap.ByteString("stack", stack))
}

// wireError gives an error the code that LSP asks for: -32800 for a request
// that was cancelled, -32602 for parameters that could not be decoded.
func wireError(err error) error {
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, protocol.ErrRequestCancelled):
		return protocol.ErrRequestCancelled
	case errors.Is(err, jsonrpc2.ErrParse):
		return jsonrpc2.Errorf(jsonrpc2.InvalidParams, "invalid parameters: %v", err)
	}
	return err
}

// release lets a request run beside those that come after it, bound to the
// snapshot that stood when it arrived.
func (s *Server) release(next jsonrpc2.Handler) jsonrpc2.Handler {
	return func(ctx context.Context, req *jsonrpc2.Request) (any, error) {
		bound := context.WithValue(ctx, snapshotKey{}, s.current.Load())
		jsonrpc2.Async(ctx)
		return next(bound, req)
	}
}

// phases enforces the lifecycle (LSP 3.17, "Server lifecycle"): before
// initialize only initialize and exit are served, after shutdown only exit.
func (s *Server) phases(next jsonrpc2.Handler) jsonrpc2.Handler {
	return func(ctx context.Context, req *jsonrpc2.Request) (any, error) {
		method := req.Method()
		if method == protocol.MethodExit {
			return next(ctx, req)
		}
		switch phase(s.phase.Load()) {
		case uninitialized:
			if method != protocol.MethodInitialize {
				return nil, jsonrpc2.Errorf(jsonrpc2.ServerNotInitialized, "%s before initialize", method)
			}
		case running:
			if method == protocol.MethodInitialize {
				return nil, jsonrpc2.Errorf(jsonrpc2.InvalidRequest, "initialize was sent twice")
			}
		case shutDown:
			return nil, jsonrpc2.Errorf(jsonrpc2.InvalidRequest, "%s after shutdown", method)
		}
		return next(ctx, req)
	}
}

// route takes specls's own notifications, and didChange, which the protocol
// package would misread: to it, `"range": null` is an edit at the start of the
// document.
func (s *Server) route(next jsonrpc2.Handler) jsonrpc2.Handler {
	return func(ctx context.Context, req *jsonrpc2.Request) (any, error) {
		switch req.Method() {
		case protocol.MethodTextDocumentDidChange:
			return nil, notified(req, s.didChange)
		case methodSetKey:
			return nil, notified(req, s.setKey)
		case methodGenerateProgress:
			return nil, notified(req, s.generations.progress)
		}
		return next(ctx, req)
	}
}

// notified decodes a notification and handles it.
func notified[T any](req *jsonrpc2.Request, handle func(*T) error) error {
	params := new(T)
	if err := protocol.Unmarshal(req.Params(), params); err != nil {
		return fmt.Errorf("%w: %w", jsonrpc2.ErrParse, err)
	}
	return handle(params)
}
