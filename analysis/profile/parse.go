package profile

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/specls/specls/analysis/strict"
)

// Source is a profile as its author wrote it: profile.toml and prompt.txt of
// one folder, whose name is the profile's.
type Source struct {
	Name   string
	Origin Origin
	// The paths are for people: errors name them, and the profile keeps them.
	ConfigPath, PromptPath string
	Config, Prompt         string
}

// Problem is one mistake in a profile, and Problems are those in one or more.
type (
	Problem  = strict.Problem
	Problems = strict.Problems
)

// profileName bounds names to what is safe as a folder, a word of a command line
// and a part of a file's name, on every system.
var profileName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,63}$`)

// ValidName returns an error that says what is wrong with a profile's name, nil
// where it is a good one.
func ValidName(name string) error {
	switch {
	case !profileName.MatchString(name):
		return fmt.Errorf("profile name %q; a name is at most 64 lower-case letters, digits and hyphens, and starts with a letter", name)
	case name == None:
		return fmt.Errorf("profile name %q; it stands for no profile at all, choose another", name)
	}
	return nil
}

// Parse reads a profile strictly: an unknown key, a value of the wrong type, an
// unknown rule or severity, a malformed glob and an unknown or lacking
// placeholder are all mistakes. Its error is of type Problems.
func Parse(src Source) (*Profile, error) {
	p := &Profile{Name: src.Name, Origin: src.Origin, ConfigPath: src.ConfigPath, PromptPath: src.PromptPath}
	d := &strict.Decoder{File: src.ConfigPath}
	if err := ValidName(src.Name); err != nil {
		d.Problem(0, "%v", err)
	}
	p.decode(d, src.Config)

	var err error
	if p.Template, err = ParseTemplate(src.Prompt); err != nil {
		d.Problems = append(d.Problems, templateProblems(src.PromptPath, err)...)
	}
	if len(d.Problems) > 0 {
		d.Problems.Sort()
		return nil, d.Problems
	}
	return p, nil
}

// templateProblems takes apart the joined errors of ParseTemplate.
func templateProblems(file string, err error) Problems {
	var ps Problems
	for _, err := range err.(interface{ Unwrap() []error }).Unwrap() {
		var pe *PlaceholderError
		if errors.As(err, &pe) {
			ps = append(ps, Problem{File: file, Line: pe.Line, Message: strings.TrimPrefix(pe.Error(), fmt.Sprintf("line %d: ", pe.Line))})
		}
	}
	return ps
}
