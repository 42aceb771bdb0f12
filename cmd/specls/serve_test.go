package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// frames returns messages as LSP's base protocol frames them.
func frames(messages ...string) string {
	var out strings.Builder
	for _, m := range messages {
		fmt.Fprintf(&out, "Content-Length: %d\r\n\r\n%s", len(m), m)
	}
	return out.String()
}

const (
	initialize  = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"rootUri":null,"capabilities":{}}}`
	initialized = `{"jsonrpc":"2.0","method":"initialized","params":{}}`
	shutdown    = `{"jsonrpc":"2.0","id":2,"method":"shutdown"}`
	exit        = `{"jsonrpc":"2.0","method":"exit"}`
)

func TestServe(t *testing.T) {
	for _, c := range []struct {
		name  string
		args  []string
		input string
		code  int
	}{
		{"an orderly end", []string{"serve"}, frames(initialize, initialized, shutdown, exit), exitOK},
		{"without a command", nil, frames(initialize, initialized, shutdown, exit), exitOK},
		{"as VS Code starts it", []string{"--stdio"}, frames(initialize, initialized, shutdown, exit), exitOK},
		{"exit without shutdown", []string{"serve"}, frames(initialize, initialized, exit), 1},
		{"a client that vanishes", []string{"serve"}, frames(initialize), 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			logFile := filepath.Join(t.TempDir(), "specls.log")
			var out, errs bytes.Buffer
			code := run(t.Context(), append(c.args, "--log-file", logFile, "--log-level", "debug"), &terminal{
				in: io.NopCloser(strings.NewReader(c.input)), out: &out, err: &errs, getenv: func(string) string { return "" },
			})
			if code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			if !strings.Contains(out.String(), `"serverInfo":{"name":"specls"`) {
				t.Errorf("no answer to initialize: %q", out.String())
			}
			if errs.Len() > 0 {
				t.Errorf("on standard error, though there is a log file: %q", errs.String())
			}
			if log, err := os.ReadFile(logFile); err != nil || len(log) == 0 {
				t.Errorf("log %q, %v", log, err)
			}
		})
	}
}
