package profile

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/strict"
)

// Source is a profile as its author wrote it: profile.toml and prompt.txt of
// one folder, whose name is the profile's. The paths are used in errors only.
type Source struct {
	Name               string
	ConfigPath, Config string
	PromptPath, Prompt string
}

// Problem is one mistake in a profile, and Problems are those in one profile.
type (
	Problem  = strict.Problem
	Problems = strict.Problems
)

var (
	profileName = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)
	// moduleName is a TLA+ identifier (Specifying Systems, 15.1.1), in ASCII.
	moduleName = regexp.MustCompile(`^[A-Za-z0-9_]*[A-Za-z][A-Za-z0-9_]*$`)
)

// Parse reads a profile strictly: an unknown key, a value of the wrong type, an
// unknown rule or severity, a malformed glob and an unknown or lacking
// placeholder are all mistakes. Its error is of type Problems.
func Parse(src Source) (*Profile, error) {
	p := &Profile{Name: src.Name}
	d := &strict.Decoder{File: src.ConfigPath}
	if !profileName.MatchString(src.Name) {
		d.Problem(0, "profile name %q; a name is lower-case letters, digits and hyphens, and starts with a letter", src.Name)
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

// decode fills p from the text of a profile.toml.
func (p *Profile) decode(d *strict.Decoder, config string) {
	root, ok := d.Open(config)
	if !ok {
		return
	}
	p.Title = root.String("title", strict.Required)
	p.Module = root.String("module", strict.Required)
	if p.Module != "" && !moduleName.MatchString(p.Module) {
		d.Problem(root.Line("module"), "module = %q; a TLA+ module name is letters, digits and underscores, at least one of them a letter", p.Module)
	}
	p.Extends = root.Strings("extends")
	p.DefaultFocus = root.String("focus", strict.Required)

	match := root.Table("match")
	p.Match = Match{
		Files:    match.Globs("files"),
		Imports:  match.Globs("imports"),
		Declares: match.Globs("declares"),
		Supports: match.Globs("supports"),
	}
	match.Close()

	vocabulary := root.Table("vocabulary")
	p.Vocabulary = Vocabulary{Roles: vocabulary.Strings("roles"), Messages: vocabulary.Strings("messages")}
	vocabulary.Close()

	p.Contract = decodeContract(d, root.Table("contract"))
	root.Close()
}

// decodeContract reads a table of rule ids and severities.
func decodeContract(d *strict.Decoder, t *strict.Table) Contract {
	c := Contract{severity: map[string]finding.Severity{}}
	for _, rule := range ruleIDs {
		word := t.String(rule, strict.Optional)
		if word == "" {
			continue
		}
		severity, ok := parseSeverity(word)
		if !ok {
			d.Problem(t.Line(rule), "%s = %q; a severity is error, warning, information or hint, and a rule that is not to hold is left out", rule, word)
		}
		c.severity[rule] = severity
	}
	t.Close()
	return c
}

func parseSeverity(word string) (finding.Severity, bool) {
	for s := finding.Error; s <= finding.Hint; s++ {
		if s.String() == word {
			return s, true
		}
	}
	return 0, false
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
