package commands

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"github.com/adrg/xdg"
)

// StateDir is the directory in which specls keeps what it must remember for the
// user: raw replies, records of conversions, and copies of their sources.
func StateDir() string { return filepath.Join(xdg.StateHome, "specls") }

// limit is how much of one kind of file is kept.
type limit struct {
	files int
	bytes int64
}

// keptFile is a file of the state directory.
type keptFile struct {
	path    string
	bytes   int64
	changed time.Time
}

// keptFiles returns the files of a directory whose names match, the newest
// first. A directory that does not exist has none.
func keptFiles(dir string, ours *regexp.Regexp) ([]keptFile, error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var files []keptFile
	for _, e := range entries {
		if !ours.MatchString(e.Name()) {
			continue
		}
		// A file that another process has removed meanwhile is none.
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			files = append(files, keptFile{filepath.Join(dir, e.Name()), info.Size(), info.ModTime()})
		}
	}
	slices.SortFunc(files, func(a, b keptFile) int {
		return cmp.Or(b.changed.Compare(a.changed), cmp.Compare(b.path, a.path))
	})
	return files, nil
}

// removeOld removes the oldest of the files of a directory whose names match,
// until the limit is kept; the newest one stays in any case. It is done on the
// side: that an old file stays, because another process removed it first or the
// directory cannot be read, is no reason to fail a conversion.
func removeOld(dir string, ours *regexp.Regexp, keep limit, remove func(path string) error) {
	files, err := keptFiles(dir, ours)
	if err != nil {
		return
	}
	bytes := int64(0)
	for i, f := range files {
		bytes += f.bytes
		if i > 0 && (i >= keep.files || bytes > keep.bytes) {
			_ = remove(f.path)
		}
	}
}
