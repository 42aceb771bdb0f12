package profile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// The files of a profile's folder.
const (
	ConfigFile = "profile.toml"
	PromptFile = "prompt.txt"
)

// The most that is read of a file, in bytes: both built-in prompts together are 8 KB, and
// a prompt of a megabyte fills the largest context window there is.
const (
	MaxConfig = 64 << 10
	MaxPrompt = 1 << 20
)

// MaxProfiles is the most profiles that are read from one folder.
const MaxProfiles = 100

// LoadDir reads a folder of profiles: each folder in it whose name does not
// begin with a dot is a profile of that name. dir is what the folder is called
// in errors and in the profiles' paths, with forward slashes. A profile with a
// mistake is left out and its mistakes are returned; the others are returned
// all the same, sorted by name. A folder that does not exist has no profiles.
//
// What may be read is for fsys to say: one made of an os.Root keeps links from
// leading out of it.
func LoadDir(fsys fs.FS, dir string, origin Origin) ([]*Profile, Problems) {
	entries, err := fs.ReadDir(fsys, ".")
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, Problems{Unreadable(dir, err)}
	}
	entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return !isFolder(e) })
	if len(entries) > MaxProfiles {
		return nil, Problems{{File: dir, Message: fmt.Sprintf("holds %d profiles; %d are the most", len(entries), MaxProfiles)}}
	}
	var profiles []*Profile
	var problems Problems
	for _, e := range entries {
		p, err := Load(fsys, dir, e.Name(), origin)
		if err != nil {
			problems = append(problems, err...)
			continue
		}
		profiles = append(profiles, p)
	}
	return profiles, problems
}

// isFolder reports whether an entry is a profile's: a folder, or a link, of
// which only reading tells where it leads.
func isFolder(e fs.DirEntry) bool {
	return !strings.HasPrefix(e.Name(), ".") && (e.IsDir() || e.Type()&fs.ModeSymlink != 0)
}

// Load reads the profile in one of the folders of a folder; see [LoadDir].
func Load(fsys fs.FS, dir, name string, origin Origin) (*Profile, Problems) {
	src := Source{
		Name: name, Origin: origin,
		ConfigPath: path.Join(dir, name, ConfigFile), PromptPath: path.Join(dir, name, PromptFile),
	}
	var problems Problems
	read := func(file, called string, limit int64) string {
		text, err := readText(fsys, path.Join(name, file), limit)
		if err != nil {
			problems = append(problems, Unreadable(called, err))
		}
		return text
	}
	src.Config = read(ConfigFile, src.ConfigPath, MaxConfig)
	src.Prompt = read(PromptFile, src.PromptPath, MaxPrompt)
	if len(problems) > 0 {
		return nil, problems
	}
	p, err := Parse(src)
	if errors.As(err, &problems) {
		return nil, problems
	}
	return p, nil
}

// readText reads a file that must be a regular one, of at most limit bytes and
// UTF-8. What a file is is asked before it is opened, for opening a pipe waits.
func readText(fsys fs.FS, file string, limit int64) (string, error) {
	info, err := fs.Stat(fsys, file)
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", errors.New("it is not a regular file")
	}
	f, err := fsys.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	switch {
	case err != nil:
		return "", err
	case int64(len(data)) > limit:
		return "", fmt.Errorf("it is larger than %d bytes, which are the most", limit)
	case !utf8.Valid(data):
		return "", errors.New("it is not UTF-8")
	}
	return string(data), nil
}

// Unreadable returns the problem that a file or folder cannot be read.
func Unreadable(file string, err error) Problem {
	var pe *fs.PathError
	message := err.Error()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		message = "it does not exist; a profile is a folder with " + ConfigFile + " and " + PromptFile
	case !errors.As(err, &pe):
	case strings.Contains(pe.Err.Error(), "escapes"): // os.Root's error has no name
		message = "it is a link that leads out of the folder of profiles; put a copy in its place"
	default:
		message = "it cannot be read: " + pe.Err.Error()
	}
	return Problem{File: file, Message: message}
}

// Merge returns all profiles there are to choose from, given the user's own and
// those of each workspace folder: the workspaces', then the user's, then the
// built-in ones, so that where several are for one module the closest comes
// first. A name means one profile. The user's own takes the place of a built-in
// one of the same name; a workspace's, which came with somebody's sources, takes
// no name that is taken, and is a problem instead.
func Merge(user []*Profile, workspaces ...[]*Profile) ([]*Profile, Problems) {
	own := slices.Clone(user)
	for _, p := range Builtin() {
		if byName(own, p.Name) == nil {
			own = append(own, p)
		}
	}
	var near []*Profile
	var problems Problems
	for _, workspace := range workspaces {
		for _, p := range workspace {
			taken := byName(own, p.Name)
			if taken == nil {
				taken = byName(near, p.Name)
			}
			if taken != nil {
				problems = append(problems, Problem{File: p.ConfigPath, Message: fmt.Sprintf(
					"there is a %s profile called %s, and a workspace's does not take its place; rename the folder", taken.Origin, p.Name)})
				continue
			}
			near = append(near, p)
		}
	}
	return append(near, own...), problems
}

// byName returns the profile of the given name, nil where there is none.
func byName(profiles []*Profile, name string) *Profile {
	i := slices.IndexFunc(profiles, func(p *Profile) bool { return p.Name == name })
	if i < 0 {
		return nil
	}
	return profiles[i]
}
