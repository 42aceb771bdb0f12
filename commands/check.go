package commands

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/analysis/text"
)

// CheckRequest is what a person asked to have checked.
type CheckRequest struct {
	// Paths are files, whatever their names, and directories, in which and below
	// which every .tla file counts, but for those in directories whose names
	// begin with a dot.
	Paths []string
	// Profile is the profile's name, analysis.NoProfile for no contract, or empty
	// to go by each file's module and name.
	Profile  string
	Profiles []*profile.Profile
	// LibraryDirs are directories in which modules that a file extends or
	// instantiates are looked up, after the file's own.
	LibraryDirs []string
	// Severities take the place of those that the profile or a rule itself has.
	Severities profile.Severities
	// Modules keeps what is known of modules from one check to the next; nil
	// keeps it for one.
	Modules *analysis.Modules
}

// Checked is a file and what the check says of it.
type Checked struct {
	// Path is as the person gave it, or below a directory that was given.
	Path string
	// Text is what was checked: the file's, where bytes that are not UTF-8 are
	// replaced. The findings' spans are offsets into it.
	Text     string
	Profile  *profile.Profile // nil for no contract
	Findings []finding.Finding
}

// Check checks files, in the order in which they are given, those of a
// directory in lexical order. It fails where a path, a library directory or the
// profile does not exist, or a directory holds no .tla file.
func Check(ctx context.Context, req CheckRequest) ([]Checked, error) {
	var all []Checked
	err := forEach(ctx, req, func(in analysis.Input, file string, _ []byte) error {
		result, err := analysis.Check(in)
		all = append(all, Checked{Path: file, Text: in.Text, Profile: result.Profile, Findings: result.Findings})
		return err
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// CheckInput says how a file is checked: all but its text. Of req it uses all but
// Paths.
func CheckInput(file string, req CheckRequest) analysis.Input {
	return analysis.Input{
		Path:     filepath.ToSlash(file),
		Profiles: req.Profiles,
		Profile:  req.Profile,
		Source: func(name string) (string, bool) {
			return FindModule(append([]string{filepath.Dir(file)}, req.LibraryDirs...), name)
		},
		Config:     FindConfig(file),
		Severities: req.Severities,
		Modules:    req.Modules,
	}
}

// forEach calls do with each file that req names, as what to check and as the
// bytes that are in it, until one call fails. In the text to check, bytes that
// are not UTF-8 are replaced.
func forEach(ctx context.Context, req CheckRequest, do func(in analysis.Input, file string, data []byte) error) error {
	for _, dir := range req.LibraryDirs {
		if info, err := os.Stat(dir); err != nil {
			return fmt.Errorf("looking for modules: %w", err)
		} else if !info.IsDir() {
			return fmt.Errorf("looking for modules: %s is not a directory", dir)
		}
	}
	if req.Modules == nil {
		req.Modules = new(analysis.Modules)
	}
	files, err := specifications(req.Paths)
	if err != nil {
		return err
	}
	for _, file := range files {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return fmt.Errorf("reading a specification: %w", err)
		}
		in := CheckInput(file, req)
		in.Text = text.Sanitise(string(data))
		if err := do(in, file, data); err != nil {
			return err
		}
	}
	return nil
}

// FindModule returns the text of a module out of the first of the directories
// that holds it. It is false where none does. A name that is not a plain one,
// which only a broken specification has, is not looked up.
func FindModule(dirs []string, name string) (string, bool) {
	if name == "" || strings.ContainsAny(name, `/\:.`) {
		return "", false
	}
	for _, dir := range dirs {
		file := filepath.Join(dir, name+".tla")
		info, err := os.Stat(file)
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		if data, err := os.ReadFile(file); err == nil {
			return text.Sanitise(string(data)), true
		}
	}
	return "", false
}

// FindConfig returns the text of the model checker's configuration that stands
// beside a specification and has its name, with .cfg for .tla. It is empty where
// there is none.
func FindConfig(specification string) string {
	path, isTLA := strings.CutSuffix(specification, ".tla")
	if !isTLA {
		return ""
	}
	data, err := os.ReadFile(path + ".cfg")
	if err != nil {
		return ""
	}
	return text.Sanitise(string(data))
}

// specifications returns the files that paths name.
func specifications(paths []string) ([]string, error) {
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("reading a specification: %w", err)
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		found, err := specificationsBelow(path)
		if err != nil {
			return nil, err
		}
		files = append(files, found...)
	}
	return files, nil
}

func specificationsBelow(dir string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != dir && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir
		case !entry.IsDir() && filepath.Ext(path) == ".tla":
			files = append(files, path)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("looking for specifications: %w", err)
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("there is no .tla file in %s or below", dir)
	}
	return files, nil
}
