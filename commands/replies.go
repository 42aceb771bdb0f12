package commands

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// replyLimit is how many raw replies are kept; older ones are removed. A
// conversion with two rounds of repair has three.
var replyLimit = limit{files: 300, bytes: 256 << 20}

// ReplyDir is the directory in the user's state in which raw replies are kept.
func ReplyDir() string { return filepath.Join(StateDir(), "replies") }

var (
	// replyName matches the files that hold raw replies, and so those that may
	// be removed.
	replyName  = regexp.MustCompile(`^\d{8}T\d{6}\.\d{9}Z-[a-z0-9.-]*\.txt$`)
	notInNames = regexp.MustCompile(`[^a-z0-9.-]+`)
)

// replyFile takes a raw reply as it arrives, so that what was paid for is on
// disk even if the process is killed. The file is made with the first piece of
// text: an empty reply leaves none.
type replyFile struct {
	dir, label string
	keep       limit
	// made, where not nil, is called once the file exists.
	made func(path string)

	file *os.File
	text strings.Builder
	err  error // the first that occurred; nothing is written after it
}

// write adds a piece of text.
func (r *replyFile) write(piece string) {
	r.text.WriteString(piece)
	if r.err != nil || piece == "" {
		return
	}
	if r.file == nil {
		if r.err = r.create(); r.err != nil {
			return
		}
	}
	_, r.err = r.file.WriteString(piece)
}

func (r *replyFile) create() error {
	if err := os.MkdirAll(r.dir, 0o700); err != nil {
		return err
	}
	file, err := createReply(r.dir, notInNames.ReplaceAllString(strings.ToLower(r.label), "-"))
	if err != nil {
		return err
	}
	r.file = file
	if r.made != nil {
		r.made(file.Name())
	}
	return nil
}

// finish makes text the whole of the file, whatever of it was written piece by
// piece, and returns the file's path, empty for an empty text. Of all replies in
// the directory it leaves the newest.
func (r *replyFile) finish(text string) (string, error) {
	switch written := r.text.String(); {
	case strings.HasPrefix(text, written):
		r.write(text[len(written):])
	case r.err == nil:
		r.err = r.file.Truncate(0)
		if r.err == nil {
			_, r.err = r.file.WriteAt([]byte(text), 0)
		}
	}
	path := ""
	if r.file != nil {
		path = r.file.Name()
		if r.err == nil {
			r.err = r.file.Sync()
		}
		r.err = errors.Join(r.err, r.file.Close())
		removeOld(r.dir, replyName, r.keep, removeReply)
	}
	if r.err != nil {
		return path, fmt.Errorf("keeping the reply: %w", r.err)
	}
	return path, nil
}

// createReply opens a new file, readable by the user alone, named after this
// moment; where another process took the same nanosecond, the next one is tried.
// Names sort by time.
func createReply(dir, label string) (*os.File, error) {
	for now := time.Now().UTC(); ; now = now.Add(time.Nanosecond) {
		name := now.Format("20060102T150405.000000000Z") + "-" + label + ".txt"
		file, err := os.OpenFile(filepath.Join(dir, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if !errors.Is(err, fs.ErrExist) {
			return file, err
		}
	}
}

// removeReply removes a raw reply, and the report beside it if there is one.
func removeReply(path string) error {
	err := os.Remove(path)
	if reportErr := os.Remove(reportPath(path)); !errors.Is(reportErr, fs.ErrNotExist) {
		err = errors.Join(err, reportErr)
	}
	return err
}

// reportPath is where the report of the conversion is kept whose raw reply is
// in the given file.
func reportPath(reply string) string { return strings.TrimSuffix(reply, ".txt") + ".report.md" }

// keepReport writes a report beside the reply that it is about, as a list in
// Markdown, and returns its path.
func keepReport(reply string, remarks []string) (string, error) {
	path := reportPath(reply)
	text := "- " + strings.Join(remarks, ".\n- ") + ".\n"
	if err := replaceFile(path, text, 0o600); err != nil {
		return "", fmt.Errorf("keeping the report: %w", err)
	}
	return path, nil
}

// KeptReply is a raw reply that is kept.
type KeptReply struct {
	Path  string
	Bytes int64
	// Received is when the last of it arrived.
	Received time.Time
}

// Replies returns the raw replies that a directory holds, empty for the user's
// own, the newest first.
func Replies(dir string) ([]KeptReply, error) {
	if dir == "" {
		dir = ReplyDir()
	}
	files, err := keptFiles(dir, replyName)
	if err != nil {
		return nil, fmt.Errorf("listing the replies: %w", err)
	}
	replies := make([]KeptReply, len(files))
	for i, f := range files {
		replies[i] = KeptReply{Path: f.path, Bytes: f.bytes, Received: f.changed}
	}
	return replies, nil
}

// ClearReplies removes the raw replies that a directory holds, empty for the
// user's own, and the reports on them. It says how many replies are gone, also
// where it fails.
func ClearReplies(dir string) (removed int, err error) {
	replies, err := Replies(dir)
	if err != nil {
		return 0, err
	}
	for _, r := range replies {
		if err := removeReply(r.Path); err != nil {
			return removed, fmt.Errorf("removing a reply: %w", err)
		}
		removed++
	}
	return removed, nil
}
