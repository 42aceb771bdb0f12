// Package analysis checks a TLA+ text: against the language, and against the
// contract of the profile it belongs to. It is the one entry that the server
// and the command line share; the packages below it do the work. Nothing here
// does I/O: what lies outside the text is asked for through functions.
package analysis

import (
	"slices"

	"github.com/specls/specls/analysis/contract"
	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/analysis/syntax"
)

// NoProfile is the name that turns the contract off.
const NoProfile = profile.None

// Source gives the texts of modules by their names; see [module.Source].
type Source = module.Source

// Modules keeps modules between checks; see [module.Cache].
type Modules = module.Cache

// Input is a text to check.
type Input struct {
	// Path is the file's path or URI, with forward slashes; only its last
	// element counts. It may be empty.
	Path string
	Text string
	// Profiles are the profiles that the text may belong to. Profile is the
	// name of the one it does belong to, NoProfile for no contract, or empty to
	// go by the module's name and the file's.
	Profiles []*profile.Profile
	Profile  string
	// Source gives the texts of the modules that can be found, besides those of
	// the embedded library. Nil means that none can.
	Source Source
	// Config is the text of the .cfg file that stands beside the text's file and
	// has its name, empty for none.
	Config string
	// Severities take the place of those that the profile or a rule itself has,
	// by rule id; they make no rule hold that otherwise would not.
	Severities profile.Severities
	// Modules keeps modules between checks, so that what many texts extend is
	// analysed once. Nil keeps none.
	Modules *Modules
}

// Result is what a check says.
type Result struct {
	// Profile is the one whose contract was checked, nil for none.
	Profile *profile.Profile
	// Requirements are what the profile asks to be modelled, and whether it is;
	// none without a profile.
	Requirements []contract.Requirement
	// Findings are sorted by place, and no two are equal.
	Findings []finding.Finding
	// Tree is the text's syntax, and Names what the names in it mean.
	Tree  *syntax.Tree
	Names *module.Result
}

// Check checks a text: what its names mean and whether they are used as TLA+
// allows, and with a profile the rules of its contract, without one those that
// hold for every module. It fails only where Input.Profile names
// a profile that is not among Input.Profiles; the error names those that are.
func Check(in Input) (Result, error) {
	tree := syntax.Parse(in.Text)
	p, err := in.profile(tree)
	if err != nil {
		return Result{}, err
	}
	modules := in.Modules
	if modules == nil {
		modules = new(Modules)
	}
	names := modules.Analyze(tree, in.Source)
	found, requirements := contract.Judge(contract.Input{Tree: tree, Names: names, Path: in.Path, Config: in.Config, Profile: p, Severities: in.Severities})
	found = append(found, in.Severities.Apply(names.Findings)...)
	finding.Sort(found)
	found = withoutEchoes(slices.CompactFunc(found, same))
	return Result{Profile: p, Requirements: requirements, Findings: found, Tree: tree, Names: names}, nil
}

// withoutEchoes drops the parser's warnings of operators that no module is likely
// to define where an error says that none does. The findings are sorted, so that
// the error comes first.
func withoutEchoes(found []finding.Finding) []finding.Finding {
	var unknown finding.Span
	return slices.DeleteFunc(found, func(f finding.Finding) bool {
		if f.Rule == module.RuleUnknownName {
			unknown = f.Span
		}
		return f.Rule == syntax.Rule && f.Severity == finding.Warning && f.Span == unknown
	})
}

// profile returns the profile that the text belongs to, or nil.
func (in Input) profile(tree *syntax.Tree) (*profile.Profile, error) {
	switch in.Profile {
	case NoProfile:
		return nil, nil
	case "":
		m, _ := tree.Module()
		return profile.ForModule(in.Profiles, m.Name(), in.Path), nil
	}
	return profile.Lookup(in.Profiles, in.Profile)
}

// same reports whether two findings tell a person the same.
func same(a, b finding.Finding) bool {
	return a.Span == b.Span && a.Rule == b.Rule && a.Message == b.Message
}
