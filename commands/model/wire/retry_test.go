package wire

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestRetryAfter(t *testing.T) {
	for value, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, " 1.5 ": 1500 * time.Millisecond, "0": 0, "-3": 0, "soon": 0, "1e30": (1 << 30) * time.Second, "NaN": 0,
		"Fri, 31 Dec 1999 23:59:59 GMT": 0,
	} {
		if got := retryAfter(http.Header{"Retry-After": {value}}); got != want {
			t.Errorf("%q: got %v, want %v", value, got, want)
		}
	}
	in := time.Now().Add(90 * time.Minute).UTC().Format(http.TimeFormat)
	if got := retryAfter(http.Header{"Retry-After": {in}}); got < 80*time.Minute || got > 90*time.Minute {
		t.Errorf("in an hour and a half: got %v", got)
	}
}

// TestLineWithoutEnd is bounded as an event is.
func TestLineWithoutEnd(t *testing.T) {
	if _, err := newLineReader(strings.NewReader(strings.Repeat("x", maxEvent+1))).next(); err != errEventTooLong {
		t.Errorf("got %v", err)
	}
}
