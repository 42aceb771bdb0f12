package contract

import (
	"slices"
	"strings"

	"github.com/specls/specls/analysis/flow"
	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/syntax"
)

// modelled is how a specification models what its profile asks for.
type modelled struct {
	*profileNames
	// flow is nil where the specification has no action to go by.
	flow *flow.Flow
	// kinds are the roles and message kinds of the vocabulary, by value.
	kinds []modelledKind
	// state is the variable that holds the roles, nil where none does, and roles
	// tells which one a node has where a step is taken.
	state *module.Symbol
	roles *flow.Cases
	moves []move
	// messages are the variables that messages are put into.
	messages map[*module.Symbol]bool
	// uses are those of the names by which kinds go; see usesOfKinds.
	uses map[*module.Symbol][]syntax.Node
}

// modelledKind is a role or a message kind as the specification has it.
type modelledKind struct {
	name string
	role bool
	// mentions are where Next reaches its name, in the spelling that counts: the
	// exact one, if it is there. Of several spellings all count.
	mentions []syntax.Node
	exact    bool
	// in is where a message is sent, or the role entered; out where a message is
	// received, or the role left. No node where that is not found.
	in, out syntax.Node
	// action is an action that models the kind without messages.
	action syntax.Node
}

// met reports whether the kind is modelled in full.
func (k modelledKind) met() bool { return k.in.Valid() && k.out.Valid() || k.action.Valid() }

// move is a place where a node's role is set.
type move struct {
	from flow.Set // what the role can be before
	to   flow.Value
	at   syntax.Node
}

// modelled works out how the profile's vocabulary is modelled, once.
func (s *shared) modelled() *modelled {
	if s.model != nil {
		return s.model
	}
	m := &modelled{profileNames: namesOf(s.Profile), messages: map[*module.Symbol]bool{}}
	s.model = m
	for i, name := range m.spellings.names {
		m.kinds = append(m.kinds, modelledKind{name: name, role: i < len(s.Profile.Vocabulary.Roles)})
	}
	next := s.nextAction()
	if !next.Valid() {
		return m
	}
	m.flow = flow.New(s.Names, next, m.spellings.value)
	initial := s.initialRoles()
	m.readMentions(initial)
	m.readMessages()
	m.readNetwork()
	m.readRoles(initial)
	for i := range m.kinds {
		k := &m.kinds[i]
		k.action = m.actionFor(m.actions[k.name], s.Profile.Vocabulary.Actions[k.name])
	}
	return m
}

// nextAction returns the A of [][A]_v in the behaviour, or else the body of
// Next; no node where there is neither.
func (s *shared) nextAction() syntax.Node {
	b, d := s.theBehaviour(), s.table()
	spec := b.spec
	if spec == nil {
		spec = b.likeliest()
	}
	if spec != nil {
		if always := d.partsOf(spec.Body()).always; len(always) > 0 {
			return always[0].Child(0)
		}
	}
	if next := d.byName["Next"]; next != nil {
		return next.Body()
	}
	return syntax.Node{}
}

// initialRoles returns where Init gives nodes their roles.
func (s *shared) initialRoles() []flow.Mention {
	init := s.table().byName["Init"]
	if init == nil {
		return nil
	}
	return flow.New(s.Names, init.Body(), s.model.spellings.value).Mentions
}

// readMentions sorts what Next mentions, and of roles Init, by kind. Where a
// kind is there by its exact name, other spellings are taken for something else.
func (m *modelled) readMentions(initial []flow.Mention) {
	for i := range m.kinds {
		k := &m.kinds[i]
		mentions := m.flow.Mentions
		if k.role {
			mentions = slices.Concat(mentions, initial)
		}
		var others []syntax.Node
		for _, mention := range mentions {
			switch {
			case mention.Value != flow.Value(i):
			case m.isExact(mention.Node, k.name):
				k.mentions = append(k.mentions, mention.Node)
			default:
				others = append(others, mention.Node)
			}
		}
		if k.exact = len(k.mentions) > 0; !k.exact {
			k.mentions = others
		}
	}
}

// isExact reports whether a mention has the exact name, or stands for a string
// that is.
func (m *modelled) isExact(n syntax.Node, name string) bool {
	switch n.Kind() {
	case syntax.KindString:
		return n.Name() == `"`+name+`"`
	case syntax.KindIdentifier:
		if n.Name() == name {
			return true
		}
		def, ok := m.flow.DefinitionOf(n)
		return ok && m.isExact(def.Body().Unparen(), name)
	}
	return false
}

// readMessages finds where messages are sent and received.
func (m *modelled) readMessages() {
	for i := range m.kinds {
		k := &m.kinds[i]
		for _, mention := range k.mentions {
			if k.role || k.in.Valid() && k.out.Valid() {
				break
			}
			m.flow.Follow(mention, func(sink flow.Sink) {
				switch {
				case sink.Kind == flow.Assigned && sink.Composite:
					m.messages[sink.Variable] = true
					if !k.in.Valid() {
						k.in = mention
					}
				case sink.Kind == flow.Tested && !k.out.Valid():
					k.out = sink.At
				}
			})
		}
	}
}

// readNetwork adds the variables that messages go on to: those set to what is
// made of such a variable by the operators that put things together.
func (m *modelled) readNetwork() {
	for again := true; again; {
		again = false
		for _, p := range m.flow.Primes {
			if !p.Set.Valid() || m.messages[p.Variable] {
				continue
			}
			switch e := p.Set.Child(1).Unparen(); e.Token().Kind() {
			case syntax.OpCup, syntax.OpOplus, syntax.OpConcat:
				if m.flow.Within(e, func(n syntax.Node) bool { return m.messages[m.flow.Symbol(n)] }) {
					m.messages[p.Variable], again = true, true
				}
			}
		}
	}
}

// readRoles finds the variable that holds the roles, and how steps set it.
func (m *modelled) readRoles(initial []flow.Mention) {
	type setting struct {
		flow.Sink
		to flow.Value
		at syntax.Node
	}
	settings := map[*module.Symbol][]setting{}
	all := flow.Other
	for i, k := range m.kinds {
		if !k.role {
			continue
		}
		all |= flow.Of(flow.Value(i))
		for _, mention := range k.mentions {
			m.flow.Follow(mention, func(sink flow.Sink) {
				if sink.Kind == flow.Assigned {
					settings[sink.Variable] = append(settings[sink.Variable], setting{sink, flow.Value(i), mention})
				}
			})
		}
	}
	most := 0
	for variable, ss := range settings {
		different := flow.Set(0)
		for _, s := range ss {
			different |= flow.Of(s.to)
		}
		n := different.Len()*1000 + len(ss)
		if n > most || n == most && variable.NameSpan().Start < m.state.NameSpan().Start {
			most, m.state = n, variable
		}
	}
	if m.state == nil {
		return
	}
	m.roles = m.flow.Cases(flow.Subject{Values: all, Variable: m.state})
	for _, s := range settings[m.state] {
		if from := m.roles.Of(s.Sink); from != 0 {
			m.moves = append(m.moves, move{from, s.to, s.at})
		}
	}
	for i := range m.kinds {
		m.readRole(flow.Value(i), initial)
	}
}

// readRole finds where a role is entered and left.
func (m *modelled) readRole(v flow.Value, initial []flow.Mention) {
	k := &m.kinds[v]
	if !k.role || len(k.mentions) == 0 {
		return
	}
	for _, move := range m.moves {
		if move.to == v && !k.in.Valid() {
			k.in = move.at
		}
		if move.to != v && move.from.Has(v) && !k.out.Valid() {
			k.out = move.at
		}
	}
	for _, mention := range initial {
		if mention.Value == v && !k.in.Valid() {
			k.in = mention.Node
		}
	}
}

// actionFor returns what Next reaches that models a kind without messages: an
// action or a condition that has one of the names, or the action that takes one
// of the steps "A -> B". It is no node where there is none.
func (m *modelled) actionFor(called globs, names []string) syntax.Node {
	if len(names) == 0 {
		return syntax.Node{}
	}
	wanted := called.match
	if n := m.flow.Condition(wanted); n.Valid() {
		return n
	}
	if n := m.flow.VariableRead(wanted); n.Valid() {
		return n
	}
	for _, name := range names {
		if from, to, ok := strings.Cut(name, " -> "); ok {
			if s := m.wantedSteps([]string{from, to})[0]; s.at.Valid() {
				return s.at.Ancestor(syntax.KindDefinition)
			}
		}
	}
	return syntax.Node{}
}

// takesAnyKind reports whether some step takes a message without asking for its
// kind: it says \E m \in messages, and what it then does sets another variable
// and compares nothing with a kind.
func (m *modelled) takesAnyKind() bool {
	asks := map[syntax.Node]bool{}
	for i := range m.kinds {
		if k := &m.kinds[i]; !k.role {
			for _, mention := range k.mentions {
				m.flow.Follow(mention, func(sink flow.Sink) {
					if sink.Kind != flow.Assigned {
						asks[sink.At] = true
					}
				})
			}
		}
	}
	for _, p := range m.flow.Primes {
		if !m.messages[p.Variable] {
			continue
		}
		q := p.Node.Ancestor(syntax.KindQuantifier)
		if !q.Valid() || !m.flow.Within(q.Child(0), func(n syntax.Node) bool { return m.messages[m.flow.Symbol(n)] }) {
			continue
		}
		sets := m.flow.Within(q, func(n syntax.Node) bool {
			return n.Token().Kind() == syntax.OpPrime && !m.messages[m.flow.Symbol(n.Child(0))]
		})
		if sets && !m.flow.Within(q, func(n syntax.Node) bool { return asks[n] }) {
			return true
		}
	}
	return false
}

// wantedStep is one step of the way through the roles.
type wantedStep struct {
	from, to flow.Value
	at       syntax.Node // where it is taken; no node where it is not
}

// name returns "A → B".
func (s wantedStep) name(core *modelled) string {
	return core.kinds[s.from].name + " → " + core.kinds[s.to].name
}

// wantedSteps returns the steps from each of the roles to the next.
func (m *modelled) wantedSteps(roles []string) []wantedStep {
	var wanted []wantedStep
	for i := 1; i < len(roles); i++ {
		s := wantedStep{from: m.spellings.exact[roles[i-1]], to: m.spellings.exact[roles[i]]}
		for _, move := range m.moves {
			if move.to == s.to && move.from.Has(s.from) {
				s.at = move.at
				break
			}
		}
		wanted = append(wanted, s)
	}
	return wanted
}
