// Package doctor looks at what a person's machine has of what specls needs, and
// says how to mend what is not in order: configuration, profiles, models and
// whether their hosts answer, state, the editors and whether they are set up,
// the TLA+ tools.
//
// It is a list of examinations, a file a subject. Each only looks: nothing is
// written, no prompt and no key is sent, and a host is asked for no more than a
// connection. What is not there and not needed is a note, never a fault.
package doctor

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"github.com/specls/specls/commands"
)

// State says how it is with one thing.
type State string

// The states. Only Mend is a fault.
const (
	OK   State = "ok"
	Mend State = "mend" // something is wrong; Advice says what to do
	Note State = "note" // worth knowing, and no fault
)

// Finding is what an examination says of one thing.
type Finding struct {
	State State
	// Text says what was found, and Advice what to do about it, a sentence each
	// without a full stop; Advice is empty where there is nothing to do.
	Text, Advice string
}

// Report is what the examinations of one subject found.
type Report struct {
	Subject  string
	Findings []Finding
}

// Machine is what is examined. The directories are absolute.
type Machine struct {
	// Version is that of the running program, and Executable its path.
	Version, Executable string
	Environment         commands.Environment
	// ConfigDir, ProfileDir and StateDir are specls's own; Workspace is the
	// directory that profiles of a workspace are looked for in.
	ConfigDir, ProfileDir, StateDir, Workspace string
	// Home and EditorConfig are where editors keep their extensions and their
	// configuration.
	Home, EditorConfig string
}

// Examine runs all examinations. It takes as long as the slowest program or
// host that it asks, ten seconds each at most.
func Examine(ctx context.Context, m Machine) []Report {
	var reports []Report
	for _, subject := range []struct {
		name    string
		examine func(context.Context, Machine) []Finding
	}{
		{"specls", program},
		{"Configuration", configuration},
		{"Models", models},
		{"Editors", editors},
		{"TLA+ tools", tools},
	} {
		reports = append(reports, Report{Subject: subject.name, Findings: subject.examine(ctx, m)})
	}
	return reports
}

// Healthy reports whether nothing has to be mended.
func Healthy(reports []Report) bool {
	for _, r := range reports {
		for _, f := range r.Findings {
			if f.State == Mend {
				return false
			}
		}
	}
	return true
}

// patience is how long a program or a host has to answer.
const patience = 10 * time.Second

// ask runs a program and returns the first line of what it prints, on either
// output.
func ask(ctx context.Context, name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	command := exec.CommandContext(ctx, name, args...)
	command.WaitDelay = time.Second
	out, err := command.CombinedOutput()
	line, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", name, strings.Join(args, " "), err)
	}
	return line, nil
}
