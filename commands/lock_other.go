//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || windows)

package commands

import "os"

// lockFile always succeeds where there are no such locks: a conversion that is
// still under way can then be mistaken for one that was killed.
func lockFile(*os.File) bool { return true }
