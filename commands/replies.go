package commands

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/adrg/xdg"
)

// keptReplies is how many raw replies are kept; older ones are removed.
const keptReplies = 100

// ReplyDir is the directory in the user's state in which raw replies are kept.
func ReplyDir() string { return filepath.Join(xdg.StateHome, "specls", "replies") }

var (
	// replyName matches the files that keepReply writes, and so those that it
	// may remove.
	replyName  = regexp.MustCompile(`^\d{8}T\d{6}\.\d{9}Z-[a-z0-9.-]*\.txt$`)
	notInNames = regexp.MustCompile(`[^a-z0-9.-]+`)
)

// keepReply writes a raw reply to a new file of its own, readable by the user
// alone, and returns its path. Names sort by time. Of all replies in dir it
// leaves the newest keptReplies.
func keepReply(dir, label, text string) (string, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("keeping the reply: %w", err)
	}
	file, err := createReply(dir, notInNames.ReplaceAllString(label, "-"))
	if err != nil {
		return "", fmt.Errorf("keeping the reply: %w", err)
	}
	_, err = file.WriteString(text)
	if err = errors.Join(err, file.Close()); err != nil {
		return "", fmt.Errorf("keeping the reply: %w", err)
	}
	removeOldReplies(dir)
	return file.Name(), nil
}

// createReply opens a new file named after this moment; where another process
// took the same nanosecond, the next one is tried.
func createReply(dir, label string) (*os.File, error) {
	for now := time.Now().UTC(); ; now = now.Add(time.Nanosecond) {
		name := now.Format("20060102T150405.000000000Z") + "-" + label + ".txt"
		file, err := os.OpenFile(filepath.Join(dir, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if !errors.Is(err, fs.ErrExist) {
			return file, err
		}
	}
}

// removeOldReplies is done on the side: that an old reply stays, because
// another process removed it first or the directory cannot be read, is no
// reason to fail a conversion.
func removeOldReplies(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	var names []string
	for _, e := range entries {
		if replyName.MatchString(e.Name()) {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	for _, name := range names[:max(0, len(names)-keptReplies)] {
		os.Remove(filepath.Join(dir, name))
		os.Remove(reportPath(filepath.Join(dir, name)))
	}
}

// reportPath is where the report of the conversion is kept whose raw reply is
// in the given file.
func reportPath(reply string) string { return strings.TrimSuffix(reply, ".txt") + ".report.md" }

// keepReport writes a report beside the reply that it is about, as a list in
// Markdown, and returns its path.
func keepReport(reply string, remarks []string) (string, error) {
	path := reportPath(reply)
	text := "- " + strings.Join(remarks, ".\n- ") + ".\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return "", fmt.Errorf("keeping the report: %w", err)
	}
	return path, nil
}
