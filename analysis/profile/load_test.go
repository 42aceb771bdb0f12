package profile

import (
	"io/fs"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
)

const goodConfig = "title = \"T\"\nmodule = \"m\"\nfocus = \"F\"\n"

// folder returns a folder of files, given as name, text, name, text.
func folder(files ...string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		fsys[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return fsys
}

func TestLoadDir(t *testing.T) {
	good := []string{"lock/profile.toml", goodConfig, "lock/prompt.txt", goodPrompt}
	pipe := folder(good...)
	pipe["lock/prompt.txt"] = &fstest.MapFile{Mode: fs.ModeNamedPipe}
	for _, c := range []struct {
		name  string
		fsys  fs.FS
		names string
		want  string // problems
	}{
		{"none", folder(), "", ""},
		{"one, and what is none", folder(append(good, "README", "x", ".git/config", "x")...), "lock", ""},
		{"a good one beside a bad one", folder(append(good, "bad/profile.toml", "titel = 'x'", "bad/prompt.txt", goodPrompt)...), "lock",
			"p/bad/profile.toml: focus is missing; it must be a string"},
		{"no prompt", folder(good[:2]...), "",
			"p/lock/prompt.txt: it does not exist; a profile is a folder with profile.toml and prompt.txt"},
		{"an empty folder", fstest.MapFS{"lock": &fstest.MapFile{Mode: fs.ModeDir}}, "", "p/lock/profile.toml: it does not exist"},
		{"too large", folder("lock/profile.toml", strings.Repeat("#", MaxConfig+1), "lock/prompt.txt", strings.Repeat("x", MaxPrompt+1)), "",
			"p/lock/profile.toml: it is larger than 65536 bytes, which are the most\np/lock/prompt.txt: it is larger than 1048576 bytes"},
		{"not UTF-8", folder("lock/profile.toml", goodConfig, "lock/prompt.txt", "\xff"), "", "p/lock/prompt.txt: it is not UTF-8"},
		{"a pipe", pipe, "", "p/lock/prompt.txt: it is not a regular file"},
		{"a bad name", folder("Lock/profile.toml", goodConfig, "Lock/prompt.txt", goodPrompt), "",
			`p/Lock/profile.toml: profile name "Lock"; a name is at most 64 lower-case letters`},
	} {
		profiles, problems := LoadDir(c.fsys, "p", OriginUser)
		if got := strings.Join(namesOf(profiles), " "); got != c.names {
			t.Errorf("%s: got the profiles %q, want %q", c.name, got, c.names)
		}
		if got := problems.Error(); !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%s: got the problems\n%s\nwant\n%s", c.name, got, c.want)
		}
	}

	profiles, _ := LoadDir(folder(good...), "/home/p", OriginWorkspace)
	if p := profiles[0]; p.Origin != OriginWorkspace || p.ConfigPath != "/home/p/lock/profile.toml" || p.PromptPath != "/home/p/lock/prompt.txt" {
		t.Errorf("got %+v", p)
	}
	many := fstest.MapFS{}
	for i := range MaxProfiles + 1 {
		many["a"+strings.Repeat("b", i)] = &fstest.MapFile{Mode: fs.ModeDir}
	}
	if _, problems := LoadDir(many, "p", OriginUser); len(problems) != 1 || problems[0].Message != "holds 101 profiles; 100 are the most" {
		t.Errorf("too many profiles: %v", problems)
	}
}

func namesOf(profiles []*Profile) []string {
	var names []string
	for _, p := range profiles {
		names = append(names, p.Name)
	}
	return names
}

func TestMerge(t *testing.T) {
	made := func(origin Origin, names ...string) []*Profile {
		var profiles []*Profile
		for _, name := range names {
			profiles = append(profiles, &Profile{Name: name, Origin: origin, ConfigPath: name + "/profile.toml"})
		}
		return profiles
	}
	for _, c := range []struct {
		name           string
		user           []*Profile
		workspaces     [][]*Profile
		want, problems string
	}{
		{"the built-in ones", nil, nil, "etcd raftkvs", ""},
		{"the closest first", made(OriginUser, "mine"), [][]*Profile{made(OriginWorkspace, "ours"), made(OriginWorkspace, "theirs")},
			"ours theirs mine etcd raftkvs", ""},
		{"the user's in place of a built-in one", made(OriginUser, "etcd"), nil, "etcd raftkvs", ""},
		{"a workspace's never", made(OriginUser, "mine"),
			[][]*Profile{made(OriginWorkspace, "etcd", "mine", "ours"), made(OriginWorkspace, "ours")},
			"ours mine etcd raftkvs",
			"etcd/profile.toml: there is a built-in profile called etcd, and a workspace's does not take its place; rename the folder\n" +
				"mine/profile.toml: there is a user profile called mine, and a workspace's does not take its place; rename the folder\n" +
				"ours/profile.toml: there is a workspace profile called ours, and a workspace's does not take its place; rename the folder"},
	} {
		profiles, problems := Merge(c.user, c.workspaces...)
		if got := strings.Join(namesOf(profiles), " "); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
		if got := problems.Error(); got != c.problems {
			t.Errorf("%s: got the problems\n%s\nwant\n%s", c.name, got, c.problems)
		}
		if p := byName(profiles, "etcd"); len(c.user) > 0 && c.user[0].Name == "etcd" && p.Origin != OriginUser {
			t.Errorf("%s: etcd is %s", c.name, p.Origin)
		}
	}
}

// The built-in profiles are such as a user can write: from a folder of the user's
// the same comes out.
func TestBuiltinProfilesAreLikeOthers(t *testing.T) {
	fsys, err := fs.Sub(builtinFiles, "builtin")
	if err != nil {
		t.Fatal(err)
	}
	profiles, problems := LoadDir(fsys, "/home/me", OriginUser)
	if len(problems) > 0 || len(profiles) != len(Builtin()) {
		t.Fatalf("%d profiles, %v", len(profiles), problems)
	}
	for i, p := range profiles {
		builtin := *Builtin()[i]
		builtin.Origin, builtin.ConfigPath, builtin.PromptPath = p.Origin, p.ConfigPath, p.PromptPath
		if !reflect.DeepEqual(*p, builtin) {
			t.Errorf("%s: got %+v, want %+v", p.Name, *p, builtin)
		}
	}
}
