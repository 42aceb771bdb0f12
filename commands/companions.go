package commands

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/specls/specls/analysis/gosource"
	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/commands/model"
)

// Company are the companions that go with a file, as its profile names them, and
// those for which there is no room.
type Company struct {
	Files []gosource.File
	// Tokens is about how many the files have.
	Tokens int
	// LeftOut are the paths of those that would not fit.
	LeftOut []string
}

// unknownWindow is the context window that companions have to fit in where the
// model's own is not known, in tokens: that of most models of today.
const unknownWindow = 128000

// Room returns how many tokens of companions may go with a prompt of about so
// many tokens: what the model's context window leaves beside the prompt and the
// reply.
func Room(m model.Model, promptTokens int) int {
	limits := model.LimitsOf(m)
	window := limits.ContextWindow
	if window == 0 {
		window = unknownWindow
	}
	return max(0, window-promptTokens-max(limits.OutputLimit, LeastReply))
}

// FindCompanions returns the companions that the profile names for the first of
// the files, which lies in the directory dir: Go files that are no tests and not
// among the files, in the order of the profile's patterns and of their names,
// each as long as it fits into room tokens. Their paths are beside that of the
// first file. read, where not nil, returns the
// text of a file that is open in an editor, by its path. What a link leads to
// outside dir is no companion.
func FindCompanions(p *profile.Profile, files []gosource.File, dir string, room int, read func(path string) (string, bool)) (Company, error) {
	var c Company
	file := files[0]
	root, err := os.OpenRoot(dir)
	if err != nil {
		return c, fmt.Errorf("looking for companions of %s: %w", file.Path, err)
	}
	defer root.Close()
	var seen []string
	for _, f := range files {
		seen = append(seen, path.Clean(f.Path))
	}
	for _, pattern := range p.Companions {
		names, err := fs.Glob(root.FS(), pattern)
		if err != nil {
			return c, fmt.Errorf("looking for companions of %s: %q: %w", file.Path, pattern, err)
		}
		for _, name := range names {
			shown := path.Join(path.Dir(file.Path), name)
			if path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") || slices.Contains(seen, shown) {
				continue
			}
			seen = append(seen, shown)
			text, err := readCompanion(root, dir, name, read)
			if errors.Is(err, errNoCompanion) {
				continue
			}
			if err != nil {
				return c, fmt.Errorf("reading a companion of %s: %w", file.Path, err)
			}
			c.add(gosource.File{Path: shown, Text: text}, room)
		}
	}
	return c, nil
}

// errNoCompanion says that a name is not that of a file inside the directory.
var errNoCompanion = errors.New("not a file inside the directory")

func readCompanion(root *os.Root, dir, name string, read func(path string) (string, bool)) (string, error) {
	// Stat fails for what leads out of the directory.
	if info, err := root.Stat(name); err != nil || !info.Mode().IsRegular() {
		return "", errNoCompanion
	}
	if read != nil {
		if text, ok := read(filepath.Join(dir, filepath.FromSlash(name))); ok {
			return text, nil
		}
	}
	text, err := root.ReadFile(name)
	return string(text), err
}

// add takes a file, or leaves it out where there is no room.
func (c *Company) add(file gosource.File, room int) {
	tokens := EstimateTokens(file.Text)
	if c.Tokens+tokens > room {
		c.LeftOut = append(c.LeftOut, file.Path)
		return
	}
	c.Files = append(c.Files, file)
	c.Tokens += tokens
}

// String says in a clause what goes along and what does not; it is empty where
// there are no companions.
func (c Company) String() string {
	var said []string
	if len(c.Files) > 0 {
		paths := make([]string, len(c.Files))
		for i, f := range c.Files {
			paths[i] = f.Path
		}
		said = append(said, fmt.Sprintf("with %s (about %s tokens)", strings.Join(paths, ", "), Thousands(c.Tokens)))
	}
	if len(c.LeftOut) > 0 {
		said = append(said, "without "+strings.Join(c.LeftOut, ", ")+", for which there is no room")
	}
	return strings.Join(said, ", ")
}
