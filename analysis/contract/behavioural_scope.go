// Rule behavioural-scope: the behaviour has the parts that Raft's safety rests on.
//
// The prompt says how nodes must behave. Whether they do is for a model checker
// to say; what can be read off the text is whether the specification has a place
// for it. The parts, and what is looked for in the steps that Next allows:
//
//   - state transitions: no step sets a node's state to a later one of the
//     prompt's list past the next, or from the last to any but the first, as far
//     as the conditions on its way tell;
//   - handling by state: where a kind of messages is asked for that only nodes in
//     one state handle, that state is asked for too;
//   - term advancement: some step sets the term to one that comes from a message;
//   - one vote per term: whom a node voted for is compared with something, and
//     every action that sets the term sets the vote as well;
//   - heartbeats: some step that handles a heartbeat sets the election timer;
//   - log consistency: the previous index and the previous term of a message that
//     carries entries are compared with something;
//   - majority: a majority is part of the conditions on becoming leader, and of
//     those on the commit index or of its value;
//   - message loss: some step takes a message away and does nothing else, or
//     a message may not be put into the network. That messages are delayed
//     follows from their being kept in a variable between two steps.
//
// What is not found is information: it may be there in a form that is not
// recognised. What is found is a place to look at, not a proof. Variables and
// fields are known by names, which are in the profile, under behaviour; without
// a variable of such a name nothing is said here. The list of requirements has
// all parts, with what was found of each and where.
//
// Asked for by: etcd prompt, "required behavioral scope"; raftkvs prompt, the
// same.
//
// Broken:
//
//	---- MODULE etcdraft ----
//	EXTENDS Naturals
//	CONSTANT Server
//	VARIABLE currentTerm
//	Init == currentTerm = [i \in Server |-> 0]
//	Campaign(i) == currentTerm' = [currentTerm EXCEPT ![i] = @ + 1]
//	Next == \E i \in Server : Campaign(i)
//	Spec == Init /\ [][Next]_currentTerm /\ WF_currentTerm(Next)
//	====
//
// Mended:
//
//	---- MODULE etcdraft ----
//	EXTENDS Naturals
//	CONSTANT Server
//	VARIABLES currentTerm, messages
//	vars == <<currentTerm, messages>>
//	Init == currentTerm = [i \in Server |-> 0] /\ messages = {}
//	Campaign(i) ==
//	    /\ currentTerm' = [currentTerm EXCEPT ![i] = @ + 1]
//	    /\ messages' = messages \cup {[term |-> currentTerm[i] + 1]}
//	AdvanceTerm(i, m) ==
//	    /\ m.term > currentTerm[i]
//	    /\ currentTerm' = [currentTerm EXCEPT ![i] = m.term]
//	    /\ UNCHANGED messages
//	Next == \E i \in Server : Campaign(i) \/ \E m \in messages : AdvanceTerm(i, m)
//	Spec == Init /\ [][Next]_vars /\ WF_vars(Next)
//	====

package contract

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/flow"
	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/analysis/syntax"
)

func checkBehaviouralScope(p *Pass) {
	if _, ok := p.judged(); !ok {
		return
	}
	core := p.modelled()
	if core.flow == nil || p.isUnclear(core) {
		return
	}
	for _, part := range core.scope() {
		if part.met || !part.at.Valid() {
			continue
		}
		f := finding.Finding{Span: part.at.Span(), Severity: p.atMost(finding.Information), Message: part.why}
		if part.at.Kind() == syntax.KindInfix {
			f.Span = part.at.Child(0).Span()
		}
		for _, n := range part.related {
			f.Related = append(f.Related, finding.Related{Span: n.Span(), Message: "This was looked at"})
		}
		if line := p.lineWith(part.asked); line > 0 {
			f.Related = append(f.Related, finding.Related{PromptLine: line, Message: "The prompt asks for it here"})
		}
		p.Report(f)
	}
}

// scopePart is one part of the behavioural scope, and whether it was found.
type scopePart struct {
	name string
	// asked is how the prompts' line on it begins.
	asked string
	met   bool
	// at is where it was found, or a place that shows that it was not; no node
	// where there is nothing to go by.
	at syntax.Node
	// why says what was found, or what was looked for.
	why     string
	related []syntax.Node
}

// scopeNames are the names by which the profile knows the parts of a specification.
type scopeNames struct {
	profile.Behaviour
	term, vote, log, commit, timer, previousIndex, previousTerm, majority globs
}

func newScopeNames(behaviour profile.Behaviour) scopeNames {
	return scopeNames{
		Behaviour: behaviour, term: newGlobs(behaviour.Term), vote: newGlobs(behaviour.Vote), log: newGlobs(behaviour.Log),
		commit: newGlobs(behaviour.Commit), timer: newGlobs(behaviour.Timer), majority: newGlobs(behaviour.Majority),
		previousIndex: newGlobs(behaviour.PreviousIndex), previousTerm: newGlobs(behaviour.PreviousTerm),
	}
}

// scope returns the parts that the profile names.
func (m *modelled) scope() []scopePart {
	b := m.scopeNames
	var parts []scopePart
	add := func(wanted bool, name, asked string, judge func(*scopePart)) {
		if wanted {
			part := scopePart{name: name, asked: asked}
			judge(&part)
			parts = append(parts, part)
		}
	}
	add(len(b.Steps) > 0, "strict state transitions", "State transition constraints", func(p *scopePart) { m.judgeTransitions(p, b) })
	add(len(b.ByState) > 0, "messages handled by state", "Message processing by state", func(p *scopePart) { m.judgeByState(p, b) })
	add(len(b.Term) > 0, "terms advanced by messages", "Term advancement rules", func(p *scopePart) { m.judgeTerm(p, b) })
	add(len(b.Vote) > 0 && len(b.Term) > 0, "one vote per term", "Voting restrictions", func(p *scopePart) { m.judgeVote(p, b) })
	add(len(b.Timer) > 0 && b.Heartbeat != "", "heartbeats reset the timer", "Heartbeat mechanism", func(p *scopePart) { m.judgeHeartbeat(p, b) })
	add(len(b.PreviousIndex) > 0 && len(b.PreviousTerm) > 0, "log consistency check", "Log consistency checks", func(p *scopePart) { m.judgeLog(p, b) })
	add(len(b.Majority) > 0 && len(b.Commit) > 0, "majority elects and commits", "Majority-based", func(p *scopePart) { m.judgeMajority(p, b) })
	add(b.Loss, "messages delayed and lost", "Basic network", func(p *scopePart) { m.judgeLoss(p) })
	return parts
}

// judgeTransitions looks for steps that skip a role, or lead from the last one
// to another than the first.
func (m *modelled) judgeTransitions(p *scopePart, b scopeNames) {
	place := map[flow.Value]int{}
	for i, role := range b.Steps {
		place[m.spellings.exact[role]] = i
	}
	last := len(b.Steps) - 1
	for _, move := range m.moves {
		to, ok := place[move.to]
		if !ok {
			continue
		}
		for from, i := range place {
			skips := to > i+1 || i == last && to > 0 && to != last
			if !skips || !move.from.Has(from) || m.roles.Unsure {
				continue
			}
			p.at = move.at
			p.why = fmt.Sprintf("As far as the conditions on the way to it tell, this step takes a node from %s to %s. The prompt allows only steps from each state to the next, of %s, and back to the first",
				b.Steps[i], b.Steps[to], strings.Join(b.Steps, ", "))
			return
		}
	}
	if m.roles != nil && m.roles.Unsure {
		p.why = tooMany
		return
	}
	if p.met = len(m.moves) > 0; !p.met {
		p.why = "no step that sets the state of a node was recognised"
		return
	}
	p.at, p.why = m.moves[0].at, fmt.Sprintf("none of the %d places that set the state of a node skips one", len(m.moves))
}

// tooMany is said where the conditions were not all looked at.
const tooMany = "there are too many conditions to tell"

// judgeByState looks for a condition on the role beside what asks for a kind.
func (m *modelled) judgeByState(p *scopePart, b scopeNames) {
	for _, role := range slices.Sorted(maps.Keys(b.ByState)) {
		v := m.spellings.exact[role]
		for _, kind := range b.ByState[role] {
			k := m.kinds[m.spellings.exact[kind]]
			if !k.out.Valid() || m.roles == nil {
				continue
			}
			if at, ok := m.handledIn(k, v); ok {
				p.at = at
				continue
			}
			if p.at = k.out; m.roles.Unsure {
				p.at, p.why = syntax.Node{}, tooMany
				return
			}
			p.why = fmt.Sprintf("Here a message of the kind %s is asked for, and no condition on %s was found beside it, on the way to it or in what it leads to. The prompt wants each kind handled in the states where it is valid", k.name, role)
			return
		}
	}
	if p.met = p.at.Valid(); p.met {
		p.why = "what only nodes in one state handle is handled under a condition on it"
	} else {
		p.why = "no handler of a kind that belongs to one state was recognised"
	}
}

// handledIn returns a place where a kind is asked for under a condition on a
// role.
func (m *modelled) handledIn(k modelledKind, role flow.Value) (at syntax.Node, ok bool) {
	for _, mention := range k.mentions {
		m.flow.Follow(mention, func(sink flow.Sink) {
			if ok || sink.Kind != flow.Tested {
				return
			}
			ok = m.roles.Paths(sink.At, func(so flow.Set) bool { return so.Has(role) && so&^flow.Other != m.allRoles()&^flow.Other }) ||
				m.flow.Guarded(sink.At, func(n syntax.Node) bool { return m.flow.ValueOf(n) == role })
			at = sink.At
		})
	}
	return at, ok
}

func (m *modelled) allRoles() flow.Set {
	all := flow.Set(0)
	for i, k := range m.kinds {
		if k.role {
			all |= flow.Of(flow.Value(i))
		}
	}
	return all
}

// setting is a place that sets a variable, or a field of a record in one.
type setting struct{ at, value syntax.Node }

// settings returns what sets the variable, or the field of a node's record, that
// has one of the names.
func (m *modelled) settings(called globs) []setting {
	var found []setting
	for _, p := range m.flow.Primes {
		if p.Set.Valid() && called.match(p.Variable.Name) && m.flow.Symbol(p.Set.Child(1).Unparen()) != p.Variable {
			found = append(found, setting{p.Set, p.Set.Child(1)})
		}
	}
	for _, u := range m.flow.Updates {
		if isOfNode(u) && called.match(flow.FieldName(u)) {
			found = append(found, setting{u, u.Last()})
		}
	}
	slices.SortFunc(found, func(a, b setting) int { return a.at.Span().Start - b.at.Span().Start })
	return found
}

func places(settings []setting) []syntax.Node {
	var nodes []syntax.Node
	for _, s := range settings {
		if len(nodes) < maxShown {
			nodes = append(nodes, s.at)
		}
	}
	return nodes
}

// judgeTerm looks for a term that comes from a message.
func (m *modelled) judgeTerm(p *scopePart, b scopeNames) {
	settings := m.settings(b.term)
	if len(settings) == 0 {
		p.why = "no step sets a variable that is called like a term"
		return
	}
	for _, s := range settings {
		if m.flow.Depends(s.value, func(n syntax.Node) bool {
			name := flow.FieldName(n)
			return name != "" && n.Kind() != syntax.KindUpdate && b.term.match(name) && !m.isOwn(n, b)
		}) {
			p.met, p.at, p.why = true, s.at, "a term is set to one that comes from a message"
			return
		}
	}
	p.at, p.related = settings[0].at, places(settings[1:])
	p.why = fmt.Sprintf("A term is set here%s, but to none that comes from a message: a field of a message that is called like a term was looked for. The prompt wants nodes to advance their term on a message with a higher one", elsewhere(len(settings)-1))
}

func elsewhere(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return " and in 1 other place"
	}
	return fmt.Sprintf(" and in %d other places", n)
}

// isOwn reports whether a field is one of a node's own record or of an entry of
// its log, rather than of a message.
func (m *modelled) isOwn(n syntax.Node, b scopeNames) bool {
	sym := m.root(n.Child(0))
	return sym != nil && sym.Kind == module.KindVariable && (sym == m.state || b.log.match(sym.Name) ||
		slices.ContainsFunc(m.flow.Updates, func(u syntax.Node) bool { return isOfNode(u) && m.root(u.Parent().Child(0)) == sym }))
}

// isOfNode reports whether an update of EXCEPT sets a field of one node's record.
func isOfNode(u syntax.Node) bool { return u.Child(0).Kind() == syntax.KindUpdateIndex }

// root returns x of x[i].f.g, nil where there is none.
func (m *modelled) root(n syntax.Node) *module.Symbol {
	for n = n.Unparen(); n.Kind() == syntax.KindSelect || n.Kind() == syntax.KindIndex; n = n.Child(0).Unparen() {
	}
	return m.flow.Symbol(n)
}

// judgeVote looks for a comparison of the vote, and for actions that set the
// term and leave the vote.
func (m *modelled) judgeVote(p *scopePart, b scopeNames) {
	settings := m.settings(b.vote)
	if len(settings) == 0 {
		p.why = "no step sets a variable that is called like a vote"
		return
	}
	p.at, p.related = settings[0].at, places(settings[1:])
	compared := m.comparedVote(b)
	if !compared.Valid() {
		p.why = fmt.Sprintf("A vote is set here%s, but no step compares whom a node voted for with anything. The prompt wants one vote per term", elsewhere(len(settings)-1))
		return
	}
	isVote := func(n syntax.Node) bool {
		return slices.ContainsFunc(settings, func(s setting) bool { return s.at == n })
	}
	for _, s := range m.settings(b.term) {
		if m.flow.Guarded(s.at, isVote) || within(s.at.Span(), settings[0].at.Span()) {
			continue
		}
		p.at, p.related = s.at, places(settings)
		p.why = "The term is set here, but nothing beside it sets the vote, so that a vote of an old term would count in the new one. The prompt wants one vote per term"
		return
	}
	p.met, p.at, p.why, p.related = true, compared, "the vote is compared with something, and set with every term", nil
}

// comparedVote returns where the vote is compared with something.
func (m *modelled) comparedVote(b scopeNames) syntax.Node {
	isVote := func(n syntax.Node) bool {
		if f := flow.FieldName(n); f != "" && n.Kind() == syntax.KindSelect {
			return b.vote.match(f) && m.isOwn(n, b)
		}
		sym := m.flow.Symbol(n)
		return n.Kind() == syntax.KindIdentifier && sym != nil && sym.Kind == module.KindVariable && b.vote.match(sym.Name)
	}
	for _, c := range m.flow.Comparisons {
		if m.flow.Within(c, isVote) {
			return c
		}
	}
	for _, s := range m.settings(b.vote) {
		for n := range s.value.Walk() {
			if n.Kind() == syntax.KindIdentifier && n.Name() == "@" && slices.Contains(m.flow.Comparisons, n.Parent()) {
				return n.Parent()
			}
		}
	}
	return m.flow.VariableRead(b.vote.match) // as a set of votes, or a truth value
}

// maxHandled is how many kinds of messages may be handled together by what
// counts as handling one of them.
const maxHandled = 3

// judgeHeartbeat looks for the timer being set where a heartbeat is handled.
func (m *modelled) judgeHeartbeat(p *scopePart, b scopeNames) {
	settings := m.settings(b.timer)
	if len(settings) == 0 {
		p.why = "no step sets a variable that is called like an election timer"
		return
	}
	all := flow.Other
	for i, k := range m.kinds {
		if !k.role {
			all |= flow.Of(flow.Value(i))
		}
	}
	heartbeat := m.spellings.exact[b.Heartbeat]
	cases := m.flow.Cases(flow.Subject{Values: all})
	for _, s := range settings {
		if cases.Paths(s.at, func(so flow.Set) bool { return so.Has(heartbeat) && (so&^flow.Other).Len() <= maxHandled }) {
			p.met, p.at, p.why = true, s.at, "the timer is set where a message of the kind "+b.Heartbeat+" is handled"
			return
		}
	}
	if cases.Unsure {
		p.why = tooMany
		return
	}
	if m.kinds[heartbeat].out.Valid() {
		p.at, p.related = settings[0].at, places(settings[1:])
	}
	p.why = fmt.Sprintf("The timer is set here%s, but not where a message of the kind %s is handled. The prompt wants followers to reset the election timeout on a heartbeat", elsewhere(len(settings)-1), b.Heartbeat)
}

// judgeLog looks for comparisons of the place before the entries of a message.
func (m *modelled) judgeLog(p *scopePart, b scopeNames) {
	index, anyIndex := m.comparedField(b.previousIndex, b)
	term, anyTerm := m.comparedField(b.previousTerm, b)
	switch {
	case index.Valid() && term.Valid():
		p.met, p.at, p.why = true, term, "the previous index and the previous term are compared with something"
	case !anyIndex.Valid() && !anyTerm.Valid():
		if p.at = m.kinds[m.spellings.exact[b.Entries]].out; !p.at.Valid() {
			p.why = "no field that is called like a previous index or a previous term is read"
			return
		}
		p.why = fmt.Sprintf("Messages of the kind %s are handled here, but no field that is called like a previous index or a previous term is read in the steps that Next allows. The prompt wants both validated", b.Entries)
	case !index.Valid():
		p.at, p.why = anyIndex, "The previous index of a message is read here, but not compared with anything where a message that carries entries is handled. The prompt wants it validated"
		if !anyIndex.Valid() {
			p.at, p.why = term, "The previous term of a message is compared here, but no field that is called like a previous index is. The prompt wants both validated"
		}
	default:
		p.at, p.why = anyTerm, "The previous term of a message is read here, but not compared with anything where a message that carries entries is handled. The prompt wants it validated"
		if !anyTerm.Valid() {
			p.at, p.why = index, "The previous index of a message is compared here, but no field that is called like a previous term is. The prompt wants both validated"
		}
	}
}

// comparedField returns where a field of one of the names is compared with
// something, and where it is read at all. A name that says "prev" is enough; of
// another the message must be one that carries entries.
func (m *modelled) comparedField(called globs, b scopeNames) (compared, read syntax.Node) {
	all := flow.Other
	for i := range m.kinds {
		all |= flow.Of(flow.Value(i))
	}
	cases := m.flow.Cases(flow.Subject{Values: all})
	entries := flow.Of(m.spellings.exact[b.Entries])
	for _, f := range m.flow.Fields {
		name := flow.FieldName(f)
		if compared.Valid() || !called.match(name) {
			continue
		}
		says := strings.Contains(strings.ToLower(name), "prev")
		if !says && !cases.Paths(f, func(so flow.Set) bool { return so == entries }) {
			continue
		}
		if read = f; m.isOwn(f, b) {
			continue
		}
		m.flow.Follow(f, func(sink flow.Sink) {
			if sink.Kind != flow.Assigned && !compared.Valid() && !m.flow.OfParameters(sink) {
				compared = sink.At
			}
		})
	}
	return compared, read
}

// judgeMajority looks for a majority on the way to the last role, and in what
// sets the commit index.
func (m *modelled) judgeMajority(p *scopePart, b scopeNames) {
	isMajority := func(n syntax.Node) bool { return m.isMajority(n, b) }
	if len(b.Steps) > 0 {
		leader := m.spellings.exact[b.Steps[len(b.Steps)-1]]
		for _, move := range m.moves {
			if move.to == leader && !move.from.Has(leader) && !m.flow.Guarded(move.at, isMajority) {
				p.at = move.at
				p.why = fmt.Sprintf("Here a node becomes %s, and no condition on the way was found that speaks of a majority. The prompt wants leaders elected by one", m.kinds[leader].name)
				return
			}
		}
	}
	settings := m.settings(b.commit)
	if len(settings) == 0 {
		p.why = "no step sets a variable that is called like a commit index"
		return
	}
	for _, s := range settings {
		if m.flow.Depends(s.value, isMajority) || m.flow.Guarded(s.at, isMajority) {
			p.met, p.at, p.why = true, s.at, "a majority is a condition of election and of commitment"
			return
		}
	}
	p.at, p.related = settings[0].at, places(settings[1:])
	p.why = fmt.Sprintf("The commit index is set here%s, but a majority was found neither in its value nor in the conditions on the way. The prompt wants entries committed by one", elsewhere(len(settings)-1))
}

// isMajority reports whether a node speaks of a majority: by its name, or by
// twice something or half of it.
func (m *modelled) isMajority(n syntax.Node, b scopeNames) bool {
	switch n.Kind() {
	case syntax.KindIdentifier, syntax.KindApply:
		return b.majority.match(n.Name())
	case syntax.KindInfix:
		k := n.Token().Kind()
		two := func(i int) bool { c := n.Child(i).Unparen(); return c.Kind() == syntax.KindNumber && c.Text() == "2" }
		return k == syntax.OpStar && (two(0) || two(1)) || (k == syntax.OpDiv || k == syntax.OpSlash) && two(1)
	}
	return false
}

// judgeLoss looks for a step that only takes a message away, or one that may put
// a message into the network or not.
func (m *modelled) judgeLoss(p *scopePart) {
	if len(m.messages) == 0 {
		p.why = "no variable that messages are put into was recognised"
		return
	}
	for _, prime := range m.flow.Primes {
		if !m.messages[prime.Variable] {
			continue
		}
		if !p.at.Valid() || prime.Node.Span().Start < p.at.Span().Start {
			p.at = prime.Node
		}
		if m.mayLeave(prime) || m.takesAway(prime.Node, map[int]bool{}) {
			p.met, p.at, p.why = true, prime.Node, "messages are kept in "+prime.Variable.Name+", and a step may lose one"
			return
		}
	}
	p.why = "Messages are kept in the variable that is set here, so that they are delayed; but no step was found that takes one away and does nothing else, and none that may leave one out. The prompt wants messages lost too"
}

// mayLeave reports whether setting the network is one of several choices of
// which another leaves it.
func (m *modelled) mayLeave(prime flow.Prime) bool {
	for n := prime.Node.Parent(); n.Valid() && n.Kind() != syntax.KindDefinition; n = n.Parent() {
		if n.Kind() != syntax.KindDisjunction {
			continue
		}
		for item := range n.Children() {
			e := item.Child(0).Unparen()
			if e.Kind() == syntax.KindPrefix && e.Token().Kind() == syntax.OpUnchanged && m.flow.Symbol(e.Child(0)) == prime.Variable {
				return true
			}
		}
	}
	return false
}

// takesAway reports whether n is part of an action that only takes from the
// network: it leaves all else, and reads nothing but the network.
func (m *modelled) takesAway(n syntax.Node, seen map[int]bool) bool {
	for ; n.Valid(); n = n.Parent() {
		switch n.Kind() {
		case syntax.KindConjunction, syntax.KindInfix, syntax.KindQuantifier:
			if m.isLoss(n) {
				return true
			}
		case syntax.KindDefinition:
			if seen[n.ID()] {
				return false
			}
			seen[n.ID()] = true
			return slices.ContainsFunc(m.flow.UsesOf(n), func(use syntax.Node) bool { return m.takesAway(use, seen) })
		}
	}
	return false
}

// isLoss reports whether an action takes from the network and has no other
// effect or condition.
func (m *modelled) isLoss(n syntax.Node) bool {
	removes, leaves := false, false
	other := m.flow.WithinAction(n, func(n syntax.Node) bool {
		switch n.Kind() {
		case syntax.KindPrefix:
			leaves = leaves || n.Token().Kind() == syntax.OpUnchanged
		case syntax.KindInfix:
			k := n.Token().Kind()
			removes = removes || k == syntax.OpBackslash || k == syntax.OpOminus || k == syntax.OpMinus
		case syntax.KindApply:
			removes = removes || n.Name() == "Tail" || n.Name() == "RemoveAt" || n.Name() == "Remove" || n.Name() == "SubSeq"
		case syntax.KindRecord:
			return true
		case syntax.KindIdentifier:
			sym := m.flow.Symbol(n)
			return sym != nil && sym.Kind == module.KindVariable && !m.messages[sym]
		}
		return m.flow.ValueOf(n) != flow.None
	})
	return removes && leaves && !other
}
