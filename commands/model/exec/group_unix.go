//go:build unix

package exec

import (
	"os/exec"
	"sync"
	"syscall"
)

// group is a command and all that it starts: on Unix, a process group.
type group struct {
	id   int
	once sync.Once
}

// startGroup starts the command as the first of a group.
func startGroup(cmd *exec.Cmd) (*group, error) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &group{id: cmd.Process.Pid}, nil
}

// end ends all of the group that still runs; it may be called again.
func (g *group) end() {
	// Once only, for later another group may have the number. ESRCH says that
	// there is none left, and there is no other failure.
	g.once.Do(func() { _ = syscall.Kill(-g.id, syscall.SIGKILL) })
}
