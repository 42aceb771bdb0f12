//go:build unix

package commands

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/specls/specls/analysis/profile"
)

// A workspace comes from anywhere, and may try to have another file of the
// person's read, and sent as a prompt.
func TestHostileWorkspace(t *testing.T) {
	dir := t.TempDir()
	secret := filepath.Join(dir, "home", "secret", profile.PromptFile)
	writeProfile(t, filepath.Join(dir, "home"), "secret")
	link := func(t *testing.T, target, name string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(target, name); err != nil {
			t.Fatal(err)
		}
	}
	const leadsOut = "it is a link that leads out of the folder of profiles; put a copy in its place"
	for _, c := range []struct {
		name  string
		setup func(t *testing.T, workspace, profiles string)
		want  string // the problems
	}{
		{"an absolute link in place of the prompt", func(t *testing.T, _, profiles string) {
			writeProfile(t, profiles, "x")
			os.Remove(filepath.Join(profiles, "x", profile.PromptFile))
			link(t, secret, filepath.Join(profiles, "x", profile.PromptFile))
		}, ".specls/profiles/x/prompt.txt: " + leadsOut},
		{"a link to a file of the workspace", func(t *testing.T, workspace, profiles string) {
			writeFile(t, filepath.Join(workspace, ".env"), "KEY=1 {focus} {file_path} {source_code}")
			writeProfile(t, profiles, "x")
			os.Remove(filepath.Join(profiles, "x", profile.PromptFile))
			link(t, "../../../.env", filepath.Join(profiles, "x", profile.PromptFile))
		}, ".specls/profiles/x/prompt.txt: " + leadsOut},
		{"in place of the profile", func(t *testing.T, _, profiles string) {
			link(t, filepath.Dir(secret), filepath.Join(profiles, "x"))
		}, ".specls/profiles/x/profile.toml: " + leadsOut + "\n.specls/profiles/x/prompt.txt: " + leadsOut},
		{"in place of all profiles", func(t *testing.T, _, profiles string) {
			link(t, filepath.Join(dir, "home"), profiles)
		}, ".specls/profiles: " + leadsOut},
		{"in place of .specls", func(t *testing.T, workspace, _ string) {
			writeProfile(t, filepath.Join(dir, "elsewhere", "profiles"), "x")
			link(t, filepath.Join(dir, "elsewhere"), filepath.Join(workspace, ".specls"))
		}, ".specls/profiles: " + leadsOut},
		{"a pipe", func(t *testing.T, _, profiles string) {
			writeProfile(t, profiles, "x")
			os.Remove(filepath.Join(profiles, "x", profile.PromptFile))
			if err := syscall.Mkfifo(filepath.Join(profiles, "x", profile.PromptFile), 0o600); err != nil {
				t.Fatal(err)
			}
		}, ".specls/profiles/x/prompt.txt: it is not a regular file"},
		{"a file in place of the folder", func(t *testing.T, _, profiles string) {
			writeFile(t, profiles, "")
		}, ".specls/profiles: it cannot be read: not a directory"},
	} {
		t.Run(c.name, func(t *testing.T) {
			workspace := t.TempDir()
			c.setup(t, workspace, WorkspaceProfileDir(workspace))
			names, wrong := listed(workspace, first(Profiles("", workspace)), second(Profiles("", workspace)))
			if names != builtinNames {
				t.Errorf("got the profiles %s", names)
			}
			if wrong != c.want {
				t.Errorf("got\n%s\nwant\n%s", wrong, c.want)
			}
		})
	}

	// Within the folder of profiles links may lead where they like, and in the
	// user's own folder anywhere.
	workspace := t.TempDir()
	writeProfile(t, WorkspaceProfileDir(workspace), "x")
	link(t, "x", filepath.Join(WorkspaceProfileDir(workspace), "y"))
	user := t.TempDir()
	link(t, filepath.Dir(secret), filepath.Join(user, "z"))
	names, wrong := listed(workspace, first(Profiles(user, workspace)), second(Profiles(user, workspace)))
	if want := "x/workspace y/workspace z/user " + builtinNames; names != want || wrong != "" {
		t.Errorf("got %s; %s, want %s", names, wrong, want)
	}
}

// A new profile is not written through a link that leads out of the workspace,
// nor over what is there.
func TestNewProfileStaysInside(t *testing.T) {
	workspace, elsewhere := t.TempDir(), t.TempDir()
	if err := os.Symlink(elsewhere, filepath.Join(workspace, ".specls")); err != nil {
		t.Fatal(err)
	}
	if dir, err := NewProfile("lock", "", workspace); err == nil {
		t.Errorf("wrote %s through a link", dir)
	}
	if entries, err := os.ReadDir(elsewhere); err != nil || len(entries) > 0 {
		t.Errorf("%d entries where the link leads, %v", len(entries), err)
	}
	user := t.TempDir()
	if err := os.Symlink(elsewhere, filepath.Join(user, "lock")); err != nil {
		t.Fatal(err)
	}
	if dir, err := NewProfile("lock", user, ""); err == nil {
		t.Errorf("wrote %s over a link", dir)
	}
}
