package profile

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"sync"
)

//go:embed builtin
var builtinFiles embed.FS

// Builtin returns the built-in profiles: etcd, then raftkvs. The slice is the
// caller's own.
func Builtin() []*Profile { return slices.Clone(builtin()) }

var builtin = sync.OnceValue(func() []*Profile {
	folder, err := fs.Sub(builtinFiles, "builtin")
	if err == nil {
		var profiles []*Profile
		var problems Problems
		if profiles, problems = LoadDir(folder, "builtin", OriginBuiltin); len(problems) == 0 {
			return profiles
		}
		err = problems
	}
	// The files are compiled in; a test loads them.
	panic(fmt.Sprintf("profile: the built-in ones: %v", err))
})
