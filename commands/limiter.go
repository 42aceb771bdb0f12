package commands

import (
	"context"
	"sync"
	"time"

	"github.com/specls/specls/commands/config"
	"github.com/specls/specls/commands/model"
)

// limiter keeps the requests of several conversions to what a host allows. It
// counts what it lets through itself: what other programs ask the host it cannot
// know.
type limiter struct {
	hosts map[string]config.Host

	mu    sync.Mutex
	gates map[string]*gate
}

func newLimiter(hosts map[string]config.Host) *limiter {
	return &limiter{hosts: hosts, gates: map[string]*gate{}}
}

// gate is what is known of one host.
type gate struct {
	limit config.Host
	slots chan struct{} // one for each request under way; nil for no limit

	mu      sync.Mutex
	request time.Time // when the next request may be begun, by requests a minute
	tokens  time.Time // likewise by tokens a minute
}

func (l *limiter) gate(host string) *gate {
	l.mu.Lock()
	defer l.mu.Unlock()
	g, ok := l.gates[host]
	if !ok {
		g = &gate{limit: l.hosts[host]}
		if g.limit.Parallel > 0 {
			g.slots = make(chan struct{}, g.limit.Parallel)
		}
		l.gates[host] = g
	}
	return g
}

// enter waits until a request of about so many tokens may be begun, and returns
// what is to be called when it has ended. The error is that of ctx.
func (g *gate) enter(ctx context.Context, tokens int) (leave func(), err error) {
	if g.slots != nil {
		select {
		case g.slots <- struct{}{}:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	leave = func() {
		if g.slots != nil {
			<-g.slots
		}
	}
	timer := time.NewTimer(time.Until(g.turn(time.Now(), tokens)))
	defer timer.Stop()
	select {
	case <-timer.C:
		return leave, nil
	case <-ctx.Done():
		leave()
		return nil, ctx.Err()
	}
}

// turn returns when a request may be begun. Requests are spread evenly over the
// minute; one that has more tokens than a minute allows waits no longer than the
// one before it makes it, for else it could never be sent.
func (g *gate) turn(now time.Time, tokens int) time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	at := latest(now, g.request, g.tokens)
	if n := g.limit.RequestsPerMinute; n > 0 {
		g.request = at.Add(time.Minute / time.Duration(n))
	}
	if n := g.limit.TokensPerMinute; n > 0 {
		g.tokens = at.Add(time.Duration(float64(time.Minute) * float64(tokens) / float64(n)))
	}
	return at
}

func latest(times ...time.Time) time.Time {
	last := times[0]
	for _, t := range times[1:] {
		if t.After(last) {
			last = t
		}
	}
	return last
}

// throttled is a model that keeps to what its host allows.
type throttled struct {
	model.Model
	gate *gate
}

// Generate waits for its turn first.
func (m throttled) Generate(ctx context.Context, req model.Request, progress func(string)) (model.Reply, error) {
	leave, err := m.gate.enter(ctx, EstimateTokens(req.Text()))
	if err != nil {
		return model.Reply{}, err
	}
	defer leave()
	return m.Model.Generate(ctx, req, progress)
}

// Limits are those of the model.
func (m throttled) Limits() model.Limits { return model.LimitsOf(m.Model) }
