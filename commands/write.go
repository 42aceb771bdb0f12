package commands

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"time"
)

// ErrExists says that a file was not written because another text stands there.
var ErrExists = errors.New("it exists and differs")

// WriteFile writes text to the file of the given name in dir, which is made
// where it does not exist. At every moment the file has either its old text or
// the new one. A file that has another text is replaced only if replace is
// set, and the error is otherwise ErrExists. A symbolic link is never followed:
// it counts as another text, and is replaced itself. written is false where
// the file had this text already.
func WriteFile(dir, name, text string, replace bool) (written bool, err error) {
	target := filepath.Join(dir, name)
	if filepath.Base(target) != name {
		return false, fmt.Errorf("writing %s: not a plain file name", target)
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return false, fmt.Errorf("writing %s: %w", target, err)
	}
	info, err := os.Lstat(target)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return false, fmt.Errorf("writing %s: %w", target, err)
	case info.IsDir():
		return false, fmt.Errorf("writing %s: it is a directory", target)
	case info.Mode().IsRegular() && hasText(target, text):
		return false, nil
	case !replace:
		return false, fmt.Errorf("writing %s: %w", target, ErrExists)
	}
	removeLeftovers(dir, name)
	if err := replaceFile(target, text, 0o666); err != nil {
		return false, fmt.Errorf("writing %s: %w", target, err)
	}
	return true, nil
}

// hasText reports whether a file has the text; one that cannot be read has not.
func hasText(file, text string) bool {
	data, err := os.ReadFile(file)
	return err == nil && string(data) == text
}

// leftover matches the names that replaceFile gives to files that are to be
// renamed; the first group is that of the target.
var leftover = regexp.MustCompile(`^\.(.+)\.[A-Z2-7]{26}\.tmp$`)

// removeLeftovers removes what processes that were killed have left behind of
// files that were to become name, or any file where that is empty. One that is
// young may be in the making. That nothing can be removed does no harm.
func removeLeftovers(dir, name string) {
	files, err := keptFiles(dir, leftover)
	if err != nil {
		return
	}
	for _, f := range files {
		target := leftover.FindStringSubmatch(filepath.Base(f.path))[1]
		if (name == "" || target == name) && time.Since(f.changed) > time.Hour {
			_ = os.Remove(f.path)
		}
	}
}

// replaceFile writes a new file of the given mode, less the umask, beside the
// target and renames it to it.
func replaceFile(target, text string, mode os.FileMode) error {
	temporary := filepath.Join(filepath.Dir(target), "."+filepath.Base(target)+"."+rand.Text()+".tmp")
	file, err := os.OpenFile(temporary, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	if err == nil {
		err = file.Sync()
	}
	err = errors.Join(err, file.Close())
	if err == nil {
		err = os.Rename(temporary, target)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temporary))
	}
	return nil
}
