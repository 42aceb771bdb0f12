package server

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.lsp.dev/protocol"
	"go.uber.org/zap"

	"github.com/specls/specls/commands"
)

// progressInterval is the least time between two reports of the same work: a
// model may stream hundreds of pieces a second.
const progressInterval = 100 * time.Millisecond

// progressTokens are the works under way that the client can cancel.
type progressTokens struct {
	mu      sync.Mutex
	last    int
	cancels map[protocol.ProgressToken]context.CancelFunc
}

// progress shows one work under way. Its methods do nothing where the client
// shows no progress.
type progress struct {
	server   *Server
	token    protocol.ProgressToken // nil: not shown
	cancel   context.CancelFunc     // releases the work's context
	reported time.Time
}

// beginProgress starts to show a work, under the token of the request where
// the client gave one and else under a new one. The context it returns is
// cancelled when the person cancels the work there. Call end when it is done.
func (s *Server) beginProgress(ctx context.Context, given protocol.ProgressToken, title string) (context.Context, *progress) {
	ctx, cancel := context.WithCancel(ctx)
	p := &progress{server: s, token: given, cancel: cancel}
	if given == nil && s.caps.workDoneProgress {
		token := s.progress.next()
		if err := s.client.WorkDoneProgressCreate(ctx, &protocol.WorkDoneProgressCreateParams{Token: token}); err != nil {
			s.log.Warn("window/workDoneProgress/create", zap.Error(err))
		} else {
			p.token = token
		}
	}
	if p.token != nil {
		s.progress.add(p.token, cancel)
		p.send(&protocol.WorkDoneProgressBegin{Kind: "begin", Title: title, Cancellable: ptr(true)})
	}
	return ctx, p
}

// follow makes a conversion show what it does: what it waits for, how much of a
// reply has come, and what became of each round of repair.
func (p *progress) follow(req *commands.ConvertRequest) {
	req.Stage = p.stage
	req.Progress = func(characters int) { p.report(commands.Thousands(characters) + " characters") }
	req.OnRound = func(r commands.Round) { p.stage(describeRound(r)) }
}

func describeRound(r commands.Round) string {
	name := fmt.Sprintf("round %d", r.Number)
	if r.Number == 0 {
		name = "mechanical fixes"
	}
	if !r.Kept {
		return fmt.Sprintf("%s: not kept, %s", name, r.Why)
	}
	return fmt.Sprintf("%s: %s before, %s after", name, describeTally(r.Before), describeTally(r.After))
}

// stage shows what is done next, at once, and does not hold up what follows.
func (p *progress) stage(message string) {
	p.reported = time.Time{}
	p.report(message)
	p.reported = time.Time{}
}

// endWith ends with what came of a conversion: how many tokens it took, as far
// as the service counted, or what an error, nil for none, says of it.
func (p *progress) endWith(c *commands.Conversion, err error) {
	switch {
	case err == nil && c.PromptTokens+c.ReplyTokens > 0:
		p.end(fmt.Sprintf("done: %s tokens sent, %s received", commands.Thousands(c.PromptTokens), commands.Thousands(c.ReplyTokens)))
	case errors.Is(err, context.Canceled):
		p.end("cancelled")
	case err != nil:
		p.end("failed")
	default:
		p.end("done")
	}
}

// report shows how far the work is, at most every progressInterval.
func (p *progress) report(message string) {
	if p.token == nil || time.Since(p.reported) < progressInterval {
		return
	}
	p.reported = time.Now()
	p.send(&protocol.WorkDoneProgressReport{Kind: "report", Message: ptr(message), Cancellable: ptr(true)})
}

// end takes the work off the screen, and ends its context.
func (p *progress) end(message string) {
	p.cancel()
	if p.token == nil {
		return
	}
	p.server.progress.remove(p.token)
	p.send(&protocol.WorkDoneProgressEnd{Kind: "end", Message: ptr(message)})
}

func (p *progress) send(value any) {
	raw, err := protocol.Marshal(value)
	if err == nil {
		err = p.server.client.Progress(p.server.lifetime, &protocol.ProgressParams{Token: p.token, Value: raw})
	}
	if err != nil {
		p.server.log.Warn("$/progress", zap.Error(err))
	}
}

// WorkDoneProgressCancel cancels the work that a token stands for. A token
// that is unknown is one whose work has just ended.
func (s *Server) WorkDoneProgressCancel(_ context.Context, params *protocol.WorkDoneProgressCancelParams) error {
	s.progress.mu.Lock()
	defer s.progress.mu.Unlock()
	if cancel, ok := s.progress.cancels[params.Token]; ok {
		cancel()
	}
	return nil
}

func (t *progressTokens) next() protocol.ProgressToken {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last++
	return protocol.String(fmt.Sprintf("specls-%d", t.last))
}

func (t *progressTokens) add(token protocol.ProgressToken, cancel context.CancelFunc) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.cancels == nil {
		t.cancels = make(map[protocol.ProgressToken]context.CancelFunc)
	}
	t.cancels[token] = cancel
}

func (t *progressTokens) remove(token protocol.ProgressToken) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.cancels, token)
}
