package commands

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/specls/specls/analysis/profile"
)

// writeProfile writes a small profile into a folder of profiles.
func writeProfile(t *testing.T, dir, name string) {
	t.Helper()
	writeFile(t, filepath.Join(dir, name, profile.ConfigFile), "title = 'T'\nmodule = '"+name+"'\nfocus = 'F'\n")
	writeFile(t, filepath.Join(dir, name, profile.PromptFile), "{focus} {file_path} {source_code}")
}

// listed returns names with origins, and the problems without the directory
// that both tests' folders are in.
func listed(dir string, profiles []*profile.Profile, problems profile.Problems) (names, wrong string) {
	var all []string
	for _, p := range profiles {
		all = append(all, p.Name+"/"+p.Origin.String())
	}
	return strings.Join(all, " "), strings.ReplaceAll(problems.Error(), filepath.ToSlash(dir)+"/", "")
}

const builtinNames = "etcd/built-in raftkvs/built-in"

func TestProfiles(t *testing.T) {
	dir := t.TempDir()
	user, near, far := filepath.Join(dir, "user"), filepath.Join(dir, "near"), filepath.Join(dir, "far")
	names, wrong := listed(dir, first(Profiles(user, near)), nil)
	if names != builtinNames || wrong != "" {
		t.Errorf("where there are no folders: %s; %s", names, wrong)
	}
	writeProfile(t, user, "mutex")
	writeProfile(t, user, "raftkvs")
	writeProfile(t, WorkspaceProfileDir(near), "lock")
	writeProfile(t, WorkspaceProfileDir(near), "etcd")
	writeProfile(t, WorkspaceProfileDir(far), "lock")
	names, wrong = listed(dir, first(Profiles(user, near, far)), second(Profiles(user, near, far)))
	if want := "lock/workspace mutex/user raftkvs/user etcd/built-in"; names != want {
		t.Errorf("got %s, want %s", names, want)
	}
	if want := "near/.specls/profiles/etcd/profile.toml: there is a built-in profile called etcd, and a workspace's does not take its place; rename the folder\n" +
		"far/.specls/profiles/lock/profile.toml: there is a workspace profile called lock, and a workspace's does not take its place; rename the folder"; wrong != want {
		t.Errorf("got\n%s\nwant\n%s", wrong, want)
	}
	if names, _ = listed(dir, first(Profiles("", near)), nil); names != "lock/workspace "+builtinNames {
		t.Errorf("without the user's: %s", names)
	}
}

func first(ps []*profile.Profile, _ profile.Problems) []*profile.Profile { return ps }
func second(_ []*profile.Profile, ps profile.Problems) profile.Problems  { return ps }
