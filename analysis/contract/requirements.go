package contract

import (
	"fmt"

	"github.com/specls/specls/analysis/finding"
)

// Requirement is one thing that a profile's prompt asks to be modelled, and
// whether the specification does.
type Requirement struct {
	Kind RequirementKind
	// Name is the prompt's own: "MsgVoteResp", "StateLeader".
	Name string
	Met  bool
	// Span is where it was found, or part of it; empty where nothing was.
	Span finding.Span
	// Why says what was found, or what was looked for and not found.
	Why string
}

// RequirementKind says what a requirement is about.
type RequirementKind string

// The kinds of requirements.
const (
	RequirementMessage RequirementKind = "message" // a message kind
	RequirementRole    RequirementKind = "role"    // a state of a node
	RequirementAction  RequirementKind = "action"  // a step of the system
	RequirementRule    RequirementKind = "rule"    // a part of the rule behavioural-scope
)

// Requirements returns what the profile asks to be modelled, in the order of its
// vocabulary: message kinds, roles, steps, and the parts of the behavioural
// scope. It is empty without a profile. Requirements of a text with errors are judged by what can be read.
func Requirements(in Input) []Requirement { return newShared(in).requirements() }

func (s *shared) requirements() []Requirement {
	if s.Profile == nil {
		return nil
	}
	m := s.modelled()
	var messages, roles []Requirement
	for _, k := range m.kinds {
		if k.role {
			roles = append(roles, k.requirement(m))
		} else {
			messages = append(messages, k.requirement(m))
		}
	}
	all := append(messages, roles...)
	for _, step := range m.wantedSteps(s.Profile.Behaviour.Steps) {
		r := Requirement{Kind: RequirementAction, Name: step.name(m), Met: step.at.Valid(), Why: "no step that Next allows takes a node there"}
		if r.Met {
			r.Span, r.Why = step.at.Span(), "a step that Next allows takes a node there"
		}
		all = append(all, r)
	}
	if m.flow == nil {
		return all
	}
	for _, part := range m.scope() {
		all = append(all, Requirement{Kind: RequirementRule, Name: part.name, Met: part.met, Span: part.at.Span(), Why: part.why})
	}
	return all
}

// requirement returns what is known of a kind as a requirement.
func (k modelledKind) requirement(m *modelled) Requirement {
	r := Requirement{Kind: RequirementMessage, Name: k.name, Met: k.met()}
	in, out := "sent", "received"
	if k.role {
		r.Kind, in, out = RequirementRole, "entered", "left"
	}
	switch {
	case m.flow == nil:
		r.Why = "there is no Next to look at"
	case k.in.Valid() && k.out.Valid():
		r.Span, r.Why = k.in.Span(), in+" and "+out
	case k.action.Valid():
		r.Span, r.Why = k.action.NameSpan(), fmt.Sprintf("modelled by %s", k.action.Name())
	case k.in.Valid():
		r.Span, r.Why = k.in.Span(), fmt.Sprintf("%s, but not %s", in, out)
	case k.out.Valid():
		r.Span, r.Why = k.out.Span(), fmt.Sprintf("%s, but not %s", out, in)
	case len(k.mentions) > 0:
		r.Span, r.Why = k.mentions[0].Span(), fmt.Sprintf("named, but neither %s nor %s", in, out)
	default:
		r.Why = "no step that Next allows has to do with it"
	}
	return r
}
