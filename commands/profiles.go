package commands

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/adrg/xdg"

	"github.com/specls/specls/analysis/profile"
)

// UserProfileDir is the folder of the user's own profiles, in the user's
// configuration directory.
func UserProfileDir() string { return filepath.Join(xdg.ConfigHome, "specls", "profiles") }

// WorkspaceProfileDir is the folder of a workspace's profiles, given the
// workspace's own folder.
func WorkspaceProfileDir(workspace string) string {
	return filepath.Join(workspace, ".specls", "profiles")
}

// Profiles returns the profiles there are to choose from, in the order and by
// the precedence of [profile.Merge]: those of the workspaces, given by their
// folders, the user's own in userDir (see [UserProfileDir]; empty for none), and
// the built-in ones. A profile with mistakes is left out, and they are returned.
//
// Of a workspace, nothing is read that does not lie in its folder of profiles:
// a link that leads out of it is a mistake. In the user's own folder links are
// followed wherever they lead, for people keep their configuration so.
func Profiles(userDir string, workspaces ...string) ([]*profile.Profile, profile.Problems) {
	var user []*profile.Profile
	var problems profile.Problems
	if userDir != "" {
		user, problems = profile.LoadDir(os.DirFS(userDir), filepath.ToSlash(userDir), profile.OriginUser)
	}
	near := make([][]*profile.Profile, len(workspaces))
	for i, workspace := range workspaces {
		found, wrong := workspaceProfiles(workspace)
		near[i] = found
		problems = append(problems, wrong...)
	}
	merged, wrong := profile.Merge(user, near...)
	return merged, append(problems, wrong...)
}

// workspaceProfiles reads a workspace's profiles. It opens the folder of
// profiles from within the workspace, so that no link can put another in its
// place.
func workspaceProfiles(workspace string) ([]*profile.Profile, profile.Problems) {
	dir := filepath.ToSlash(WorkspaceProfileDir(workspace))
	root, err := os.OpenRoot(workspace)
	if err == nil {
		defer root.Close()
		root, err = root.OpenRoot(WorkspaceProfileDir(""))
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, profile.Problems{profile.Unreadable(dir, err)}
	}
	defer root.Close()
	return profile.LoadDir(root.FS(), dir, profile.OriginWorkspace)
}

// ProfilesIn returns the profiles of one folder: of a folder of profiles, or the
// one whose own folder it is. It fails where dir is no folder or holds none.
func ProfilesIn(dir string) ([]*profile.Profile, profile.Problems, error) {
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return nil, nil, fmt.Errorf("looking for profiles: %w", err)
	case !info.IsDir():
		return nil, nil, fmt.Errorf("looking for profiles: %s is no folder", dir)
	}
	if _, err := os.Lstat(filepath.Join(dir, profile.ConfigFile)); err == nil {
		if dir, err = filepath.Abs(dir); err != nil {
			return nil, nil, fmt.Errorf("looking for profiles: %w", err)
		}
		parent, name := filepath.Split(dir)
		p, problems := profile.Load(os.DirFS(parent), filepath.ToSlash(parent), name, profile.OriginUser)
		if p == nil {
			return nil, problems, nil
		}
		return []*profile.Profile{p}, nil, nil
	}
	profiles, problems := profile.LoadDir(os.DirFS(dir), filepath.ToSlash(dir), profile.OriginUser)
	if len(profiles)+len(problems) == 0 {
		return nil, nil, fmt.Errorf("there is no profile in %s; a profile is a folder with %s and %s", dir, profile.ConfigFile, profile.PromptFile)
	}
	return profiles, problems, nil
}
