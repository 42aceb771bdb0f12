package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"
)

// isTerminal reports whether a stream is one that a person looks at.
func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// progress shows on a terminal, in one line that it rewrites, that a model is
// at work. On anything else it shows nothing.
type progress struct {
	out   io.Writer
	start time.Time
	quit  chan struct{}
	ended sync.WaitGroup

	mu    sync.Mutex
	now   string // what is done now
	count int    // characters of the reply so far
}

// startProgress shows the title until stop is called.
func startProgress(out io.Writer, title string) *progress {
	p := &progress{out: out, now: title, start: time.Now(), quit: make(chan struct{})}
	if isTerminal(out) {
		p.ended.Go(p.show)
	}
	return p
}

// stage tells what is done from now on.
func (p *progress) stage(what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now, p.count = what, 0
}

// characters tells how many characters have arrived so far.
func (p *progress) characters(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count = n
}

// clearLine takes the cursor to the line's start and erases the line.
const clearLine = "\r\x1b[K"

func (p *progress) show() {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-p.quit:
			fmt.Fprint(p.out, clearLine)
			return
		case <-tick.C:
			p.mu.Lock()
			now, count := p.now, p.count
			p.mu.Unlock()
			fmt.Fprintf(p.out, "%s%s: %d characters, %v", clearLine, now, count, time.Since(p.start).Round(time.Second))
		}
	}
}

// stop removes the line.
func (p *progress) stop() {
	close(p.quit)
	p.ended.Wait()
}
