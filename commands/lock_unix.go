//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package commands

import (
	"os"

	"golang.org/x/sys/unix"
)

// lockFile takes the lock on an open file, and reports false where another
// process holds it. The system releases it when the file is closed, also by the
// end of the process, whatever ended it.
func lockFile(file *os.File) bool {
	return unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB) == nil
}
