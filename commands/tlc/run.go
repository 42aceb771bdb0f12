package tlc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// The environment variables that name what is the user's own: the jar of the TLA+
// tools, and that of the CommunityModules, which is needed only for specifications
// that extend one of them.
const (
	ToolsVariable     = "SPECLS_TLA2TOOLS"
	CommunityVariable = "SPECLS_COMMUNITY_MODULES"
)

// Tools are a JVM and the jars.
type Tools struct {
	Java      string
	classPath string
}

// Find returns the tools that the environment names. The error says what is
// missing and where to get it.
func Find(getenv func(string) string) (Tools, error) {
	java, err := exec.LookPath("java")
	if err != nil {
		return Tools{}, errors.New("TLC needs a JVM, and java is not on PATH; install one (Java 11 or newer)")
	}
	jar := getenv(ToolsVariable)
	if jar == "" {
		return Tools{}, fmt.Errorf("%s is not set; set it to the path of tla2tools.jar, which the TLA+ project publishes", ToolsVariable)
	}
	paths := []string{jar}
	if community := getenv(CommunityVariable); community != "" {
		paths = append(paths, community)
	}
	for i, path := range paths {
		if _, err := os.Stat(path); err != nil {
			return Tools{}, fmt.Errorf("%s: %w", []string{ToolsVariable, CommunityVariable}[i], err)
		}
		if paths[i], err = filepath.Abs(path); err != nil {
			return Tools{}, err
		}
	}
	return Tools{Java: java, classPath: strings.Join(paths, string(os.PathListSeparator))}, nil
}

// Options are what a run is limited to.
type Options struct {
	// Time is how long TLC may take before it is ended.
	Time time.Duration
	// Simulate is how many random behaviours of at most Depth steps to look at
	// instead of all states; 0 for all states.
	Simulate, Depth int
	Workers         int // 0 for as many as there are processors
	Deadlock        bool
}

// maxOutput bounds what is kept of TLC's output, in bytes: the beginning, where
// errors are.
const maxOutput = 8 << 20

// Run runs TLC on a module, given as text, in a directory of its own that is
// removed; library is where the modules are that it extends. The error is that of
// ctx, or says that TLC could not be started.
func (t Tools) Run(ctx context.Context, name, module, config, library string, options Options) (Result, error) {
	dir, err := os.MkdirTemp("", "specls-tlc-")
	if err != nil {
		return Result{}, fmt.Errorf("running TLC: %w", err)
	}
	defer os.RemoveAll(dir)
	for file, text := range map[string]string{name + ".tla": module, name + ".cfg": config} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
			return Result{}, fmt.Errorf("running TLC: %w", err)
		}
	}
	limited, cancel := context.WithTimeout(ctx, options.Time)
	defer cancel()
	cmd := exec.CommandContext(limited, t.Java, t.arguments(name, library, options)...)
	cmd.Dir = dir
	cmd.WaitDelay = 5 * time.Second
	out := &bounded{}
	cmd.Stdout, cmd.Stderr = out, out
	err = cmd.Run()
	if ctx.Err() != nil {
		return Result{}, ctx.Err()
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) && limited.Err() == nil {
		return Result{}, fmt.Errorf("running TLC: %w", err)
	}
	ending := Succeeded
	switch {
	case limited.Err() != nil:
		ending = Stopped
	case err != nil:
		ending = Failed
	}
	return Read(out.String(), ending), nil
}

func (t Tools) arguments(name, library string, o Options) []string {
	workers := "auto"
	if o.Workers > 0 {
		workers = fmt.Sprint(o.Workers)
	}
	args := []string{
		"-XX:+UseParallelGC", "-DTLA-Library=" + library, "-cp", t.classPath, "tlc2.TLC", "-tool",
		"-config", name + ".cfg", "-workers", workers, "-noGenerateSpecTE", "-checkpoint", "0",
	}
	if !o.Deadlock {
		args = append(args, "-deadlock") // which turns the check off
	}
	if o.Simulate > 0 {
		args = append(args, "-simulate", fmt.Sprintf("num=%d", o.Simulate), "-depth", fmt.Sprint(o.Depth))
	}
	return append(args, name+".tla")
}

// bounded keeps the first maxOutput bytes, and the last ones of what comes behind
// them.
type bounded struct {
	first bytes.Buffer
	last  []byte
}

const lastKept = 64 << 10

func (b *bounded) Write(p []byte) (int, error) {
	n := len(p)
	if room := maxOutput - b.first.Len(); room > 0 {
		taken := min(room, n)
		b.first.Write(p[:taken])
		p = p[taken:]
	}
	b.last = append(b.last, p...)
	if len(b.last) > 2*lastKept {
		b.last = append([]byte{}, b.last[len(b.last)-lastKept:]...)
	}
	return n, nil
}

func (b *bounded) String() string { return b.first.String() + string(b.last) }
