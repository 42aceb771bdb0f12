// Command generate writes the documentation that is made of the program itself:
//
//	go run ./docs/generate
//
// in the root of the repository. Each generator in the table below returns the
// files that it makes. A test fails where a file in the repository is not what
// its generator makes of the program as it is.
package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// generator makes files.
type generator struct {
	// folder is one in which the generator makes all files there are, "" for
	// none: what it no longer makes is removed.
	folder string
	// make returns the texts of files by their paths from the repository's root,
	// with forward slashes, given where that root is.
	make func(root string) (map[string]string, error)
}

// generators are all of them. To add one, add a row.
var generators = []generator{
	{folder: "docs/rules", make: rulePages},
	{make: profileSchema},
	{make: profilesPage},
	{make: settings},
	{make: configPage},
}

func main() {
	changed, err := generate(".", true)
	if err != nil {
		fmt.Fprintf(os.Stderr, "generate: %v\n", err)
		os.Exit(1)
	}
	for _, path := range changed {
		fmt.Println(path)
	}
}

// generate returns the files that are not as they should be, sorted, and writes
// or removes them where write is set.
func generate(root string, write bool) (stale []string, err error) {
	for _, g := range generators {
		made, err := g.make(root)
		if err != nil {
			return nil, err
		}
		if g.folder != "" {
			entries, err := os.ReadDir(filepath.Join(root, g.folder))
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return nil, err
			}
			for _, e := range entries {
				if path := g.folder + "/" + e.Name(); made[path] == "" {
					made[path] = "" // to be removed
				}
			}
		}
		for _, path := range slices.Sorted(maps.Keys(made)) {
			file := filepath.Join(root, filepath.FromSlash(path))
			if text, err := os.ReadFile(file); err == nil && string(text) == made[path] && len(text) > 0 {
				continue
			}
			stale = append(stale, path)
			if write {
				if err := put(file, made[path]); err != nil {
					return nil, err
				}
			}
		}
	}
	return stale, nil
}

// put writes a file, or removes it where the text is empty.
func put(file, text string) error {
	if text == "" {
		return os.Remove(file)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(text), 0o666)
}
