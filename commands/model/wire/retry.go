package wire

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/specls/specls/commands/model"
)

// A request is sent again where the server never worked on it: it was busy or
// failed (429, 5xx), or nobody listened. It is not sent again once anything of
// a reply has arrived, nor once tokens were counted, for those are paid; nor
// where the connection broke, for then nobody knows.
const (
	// maxRepeats is how often a request is sent again.
	maxRepeats = 2
	// DefaultPause is the pause before the first repetition where the server
	// does not say how long; before the second it is four times as long.
	DefaultPause = time.Second
	// maxPause is the longest pause that is waited for. A server that asks for a
	// longer one is not asked again: the person is told how long.
	maxPause = time.Minute
)

// again decides whether to send the request again after a failure, and after
// which pause. attempt is how often it has been sent.
func (m *Model) again(failed *failure, reply model.Reply, attempt int) (pause time.Duration, again bool) {
	if !failed.repeatable || attempt > maxRepeats {
		return 0, false
	}
	if reply.Text != "" || reply.Reasoning != "" || reply.PromptTokens+reply.ReplyTokens > 0 {
		return 0, false
	}
	if failed.pause > 0 {
		return failed.pause, failed.pause <= maxPause
	}
	pause = m.Pause
	for range attempt - 1 {
		pause *= 4
	}
	// Those who were turned away together should not come back together.
	return pause + rand.N(pause/4+1), true
}

// told returns the error as callers know it, which says how often was tried.
func (f *failure) told(attempts int) error {
	e := *f.what
	if attempts > 1 {
		e.Message += fmt.Sprintf(" (tried %d times)", attempts)
	}
	return &e
}

// wait returns true after the pause, and false as soon as ctx is cancelled.
func wait(ctx context.Context, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// retryAfter returns how long the server wants one to wait (RFC 9110, 10.2.3),
// in seconds or as a date; 0 where it does not say.
func retryAfter(header http.Header) time.Duration {
	value := strings.TrimSpace(header.Get("Retry-After"))
	if seconds, err := strconv.ParseFloat(value, 64); err == nil && seconds > 0 {
		return time.Duration(min(seconds, 1<<30) * float64(time.Second)).Round(time.Second / 10)
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, time.Until(at).Round(time.Second))
	}
	return 0
}
