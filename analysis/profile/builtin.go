package profile

import (
	"embed"
	"fmt"
	"slices"
	"sync"
)

//go:embed builtin
var builtinFiles embed.FS

// Builtin returns the built-in profiles: etcd, then raftkvs. The slice is the
// caller's own.
func Builtin() []*Profile { return slices.Clone(builtin()) }

var builtin = sync.OnceValue(func() []*Profile {
	var profiles []*Profile
	for _, name := range []string{"etcd", "raftkvs"} {
		p, err := Parse(builtinSource(name))
		if err != nil {
			// The files are compiled in; a test loads them.
			panic(fmt.Sprintf("profile: built-in %s: %v", name, err))
		}
		profiles = append(profiles, p)
	}
	return profiles
})

// builtinSource returns the embedded files of a built-in profile.
func builtinSource(name string) Source {
	read := func(file string) (string, string) {
		path := "builtin/" + name + "/" + file
		data, err := builtinFiles.ReadFile(path)
		if err != nil {
			panic(fmt.Sprintf("profile: built-in %s: %v", name, err))
		}
		return path, string(data)
	}
	src := Source{Name: name}
	src.ConfigPath, src.Config = read("profile.toml")
	src.PromptPath, src.Prompt = read("prompt.txt")
	return src
}
