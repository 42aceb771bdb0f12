package commands

import (
	"os"

	"golang.org/x/sys/windows"
)

// lockFile takes the lock on an open file, and reports false where another
// process holds it. The system releases it when the file is closed, also by the
// end of the process, whatever ended it.
func lockFile(file *os.File) bool {
	const all = ^uint32(0)
	return windows.LockFileEx(windows.Handle(file.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, all, all, new(windows.Overlapped)) == nil
}
