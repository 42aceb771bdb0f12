// Package contract checks a specification against the contract of the profile
// it belongs to: the rules that the profile's prompt states. A reply that
// ignores one should say so in the editor, at the right place, with the
// prompt's own reason.
//
// The package is a table of rules, in rules.go, and a file for each rule. A
// rule is a function from a [Pass] to findings; it knows neither LSP nor files
// nor the other rules. What several rules need (the stretches outside the
// module, the definitions and what reaches what) is worked out once for a
// text and shared through the Pass. A rule that fails is reported as such and
// leaves the others alone.
//
// The comment that opens a rule's file is its page in the documentation. It
// begins with "Rule <id>:", and holds what is checked, why (the prompt's own
// requirement, by number), and an example that breaks the rule and one that
// keeps it. docs/generate makes the page of it, and a test there runs the
// examples.
//
// Rules see texts that are broken in other ways too. They stay silent about
// what follows from a syntax error: a Spec that could not be read is not a
// missing Spec.
package contract

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/specls/specls/analysis/config"
	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/analysis/step"
	"github.com/specls/specls/analysis/syntax"
)

// Input is what is checked.
type Input struct {
	Tree *syntax.Tree
	// Names is what the names of the tree mean. With nil it is worked out, with
	// no other modules than those of the library.
	Names *module.Result
	// Config is the text of the .cfg file that stands beside the module and has
	// its name, empty for none.
	Config string
	// Path is the file's path with forward slashes; only its last element
	// counts. It may be empty.
	Path string
	// Profile is the one whose contract is checked. With nil, only the rules
	// that hold for every module are.
	Profile *profile.Profile
	// Severities take the place of the profile's, or the rules' own, for rules
	// that hold; they make none hold.
	Severities profile.Severities
}

// Check returns the findings of all rules that hold, sorted.
func Check(in Input) []finding.Finding { return newShared(in).check() }

// Judge returns what [Check] and [Requirements] do, for less than both.
func Judge(in Input) ([]finding.Finding, []Requirement) {
	s := newShared(in)
	return s.check(), s.requirements()
}

func newShared(in Input) *shared {
	if in.Names == nil {
		in.Names = module.Analyze(in.Tree, nil)
	}
	return &shared{Input: in}
}

func (s *shared) check() []finding.Finding {
	for _, rule := range rules {
		if severity, ok := s.severity(rule); ok {
			s.run(rule, severity)
		}
	}
	finding.Sort(s.findings)
	return s.findings
}

// shared is what the passes of one check have in common.
type shared struct {
	Input
	findings []finding.Finding
	// Worked out when first asked for.
	segments    []segment
	segmented   bool
	definitions *definitions
	behaviour   *behaviour
	model       *modelled
	steps       *step.Follower
	stepsKnown  bool
	stepsFound  *steps
	stepsDone   bool
	config      *config.Config
	prompt      string
}

// follower returns what follows the text's formulas to the variables that they
// set, made once; nil where the text has no module or too many variables.
func (s *shared) follower() *step.Follower {
	if !s.stepsKnown {
		s.stepsKnown = true
		if f, ok := step.NewFollower(s.Names); ok && s.Names.Module != nil {
			s.steps = f
		}
	}
	return s.steps
}

// severity returns how severe a breach of a rule is, and whether it holds.
func (s *shared) severity(r Rule) (severity finding.Severity, holds bool) {
	severity, holds = r.Severity, r.General
	if s.Profile != nil {
		if set, named := s.Profile.Contract.Severity(r.ID); named {
			severity, holds = set, set != profile.Off
		}
	}
	if set, ok := s.Severities[r.ID]; ok && holds {
		return set, set != profile.Off
	}
	return severity, holds
}

// holds reports whether the rule of the given id is checked.
func (s *shared) holds(id string) bool {
	for _, r := range rules {
		if r.ID == id {
			_, ok := s.severity(r)
			return ok
		}
	}
	return false
}

// recoverPanics is turned off by the tests, where a panic must be seen.
var recoverPanics = true

// run runs one rule. Where it fails, a finding says so in place of its own.
func (s *shared) run(rule Rule, severity finding.Severity) {
	p := &Pass{shared: s, rule: rule, Severity: severity}
	before := len(s.findings)
	if recoverPanics {
		defer func() {
			if r := recover(); r != nil {
				s.findings = append(s.findings[:before], finding.Finding{
					Rule: rule.ID, Severity: finding.Information,
					Message: fmt.Sprintf("The rule %s could not be checked on this text because of a fault in specls: %v", rule.ID, r),
				})
			}
		}()
	}
	rule.Check(p)
}

// Pass is one rule's view of one text.
type Pass struct {
	*shared
	rule Rule
	// promptLine is the line of the prompt that asks for the rule, 0 for none;
	// promptRead says that it has been looked for.
	promptLine int
	promptRead bool
	// Severity is how severe the contract holds a breach of the rule to be.
	Severity finding.Severity
}

// Report adds a finding. Rule is filled in, Severity where it is zero, and the
// line of the prompt that asks for what the rule checks, if there is one.
func (p *Pass) Report(f finding.Finding) {
	f.Rule = p.rule.ID
	if f.Severity == 0 {
		f.Severity = p.Severity
	}
	if !p.promptRead {
		p.promptRead, p.promptLine = true, p.lineThatAsks(p.rule)
	}
	if p.promptLine > 0 && !slices.ContainsFunc(f.Related, func(r finding.Related) bool { return r.PromptLine > 0 }) {
		f.Related = append(f.Related, finding.Related{PromptLine: p.promptLine, Message: "The prompt asks for it here"})
	}
	p.findings = append(p.findings, f)
}

// lineThatAsks returns the 1-based line of the profile's prompt that asks for
// what a rule checks, 0 where the rule or the prompt names none.
func (s *shared) lineThatAsks(r Rule) int {
	if r.Asks == nil || s.Profile == nil || s.Profile.Template == nil {
		return 0
	}
	key := askedKey{r.ID, s.Profile.Template}
	if line, ok := askedLines.Load(key); ok {
		return line.(int)
	}
	line, prompt := 0, s.thePrompt()
	if at := r.Asks.FindStringIndex(prompt); at != nil {
		line = 1 + strings.Count(prompt[:at[0]], "\n")
	}
	askedLines.Store(key, line)
	return line
}

// askedLines keeps the lines that ask, by rule and prompt, since the prompts are
// few and the same from one keystroke to the next.
var askedLines sync.Map

type askedKey struct {
	rule   string
	prompt *profile.Template
}

// thePrompt returns the profile's prompt in lower case, without placeholders
// filled in; empty where there is none.
func (s *shared) thePrompt() string {
	if s.prompt == "" && s.Profile != nil && s.Profile.Template != nil {
		s.prompt = strings.ToLower(s.Profile.Template.Text())
	}
	return s.prompt
}

// atMost returns the rule's severity, or the given one if that is milder.
func (p *Pass) atMost(s finding.Severity) finding.Severity { return max(p.Severity, s) }

// allows reports whether the contract exempts a definition from the rule.
func (p *Pass) allows(name string) bool {
	return p.Profile != nil && p.Profile.Contract.Allows(p.rule.ID, name)
}

// text returns the text under check.
func (p *Pass) text() string { return p.Tree.Text() }

// judged returns the module whose contents the contract is about: the outermost
// one, unless the module that the contract wants stands elsewhere in the text.
// It is false too where there is no header, since prose may then have been read
// as definitions.
func (p *Pass) judged() (m syntax.Module, ok bool) {
	m, ok = p.Tree.Module()
	if !ok || !m.Header().Valid() {
		return m, false
	}
	if p.Profile != nil && m.Name() != p.Profile.Module {
		if _, elsewhere := p.moduleCalled(p.Profile.Module); elsewhere {
			return m, false
		}
	}
	return m, true
}

// moduleName returns the name that the contract wants the module to have, or
// else the one it has.
func (p *Pass) moduleName() string {
	if p.Profile != nil {
		return p.Profile.Module
	}
	m, _ := p.Tree.Module()
	return m.Name()
}

// canonicalHeader is how the prompts write a header.
func canonicalHeader(name string) string { return "---- MODULE " + name + " ----" }
