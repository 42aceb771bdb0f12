// Rule core-actions: the core actions are modelled.
//
// The prompt lists what the specification must model: message kinds, the states
// of a node, and the way from one to the next. Of each it is looked for whether
// it takes part in the steps that Next allows:
//
//   - a message kind is sent, that is, some variable is set to something that
//     holds a message of that kind; and received, that is, some step asks whether
//     a message is of it. A kind that a node sends to itself alone may be modelled
//     as an action instead (MsgHup as a timeout, MsgProp as a client's request);
//   - a state is entered, that is, some step sets the variable of the states to
//     it, or it is the initial one; and left, that is, some step that the
//     conditions on its way allow in that state sets the variable to another;
//   - a node goes from each state to the next one of the prompt's list, appends
//     to its log, and moves its commit index.
//
// What is defined and never used does not count, nor what stands in an action
// that Next does not include. All of it is read off the text: that a step which
// sends a message can be taken is not checked. A check that there is something to
// receive (a message of the kind is tested for) says nothing of what is then
// done.
//
// Names are known in other spellings: RequestVoteRequest, m_vote or VOTE_REQ are
// MsgVote for the etcd profile, Leader or LEADER are StateLeader. That the exact
// name is not used is information, and where it is free, a fix changes to it
// throughout.
//
// Nothing is said of what is missing while the text has errors of syntax or
// names, or where the actions are in other modules; nor of a module that has
// nothing of the list at all and fewer than eight definitions behind Next, which
// is taken for the beginning of one. That the count of requirements says.
//
// Asked for by: etcd prompt, mandatory core actions 1 to 6; raftkvs prompt,
// mandatory core actions 1 to 5.
//
// Broken:
//
//	---- MODULE etcdraft ----
//	CONSTANT Server
//	VARIABLES msgs, state
//	Requests == {"MsgHup", "MsgProp", "MsgPreVote", "MsgVote", "MsgApp", "MsgHeartbeat"}
//	Responses == {"MsgPreVoteResp", "MsgVoteResp", "MsgAppResp", "MsgHeartbeatResp"}
//	Init == msgs = {} /\ state = [i \in Server |-> "StateFollower"]
//	Send(kinds) == \E k \in kinds : msgs' = msgs \cup {[type |-> k]} /\ UNCHANGED state
//	Receive(kinds) == \E m \in msgs : m.type \in kinds /\ msgs' = msgs \ {m} /\ UNCHANGED state
//	Go(i, from, to) == state[i] = from /\ state' = [state EXCEPT ![i] = to] /\ UNCHANGED msgs
//	Next ==
//	    \/ Send(Requests) \/ Receive(Requests) \/ Receive(Responses)
//	    \/ \E i \in Server :
//	        \/ Go(i, "StateFollower", "StatePreCandidate") \/ Go(i, "StatePreCandidate", "StateCandidate")
//	        \/ Go(i, "StateCandidate", "StateLeader") \/ Go(i, "StateLeader", "StateFollower")
//	Spec == Init /\ [][Next]_<<msgs, state>> /\ WF_<<msgs, state>>(Next)
//	====
//
// Mended:
//
//	---- MODULE etcdraft ----
//	CONSTANT Server
//	VARIABLES msgs, state
//	Requests == {"MsgHup", "MsgProp", "MsgPreVote", "MsgVote", "MsgApp", "MsgHeartbeat"}
//	Responses == {"MsgPreVoteResp", "MsgVoteResp", "MsgAppResp", "MsgHeartbeatResp"}
//	Init == msgs = {} /\ state = [i \in Server |-> "StateFollower"]
//	Send(kinds) == \E k \in kinds : msgs' = msgs \cup {[type |-> k]} /\ UNCHANGED state
//	Receive(kinds) == \E m \in msgs : m.type \in kinds /\ msgs' = msgs \ {m} /\ UNCHANGED state
//	Go(i, from, to) == state[i] = from /\ state' = [state EXCEPT ![i] = to] /\ UNCHANGED msgs
//	Next ==
//	    \/ Send(Requests) \/ Send(Responses) \/ Receive(Requests) \/ Receive(Responses)
//	    \/ \E i \in Server :
//	        \/ Go(i, "StateFollower", "StatePreCandidate") \/ Go(i, "StatePreCandidate", "StateCandidate")
//	        \/ Go(i, "StateCandidate", "StateLeader") \/ Go(i, "StateLeader", "StateFollower")
//	Spec == Init /\ [][Next]_<<msgs, state>> /\ WF_<<msgs, state>>(Next)
//	====

package contract

import (
	"fmt"
	"slices"
	"strings"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/flow"
	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/syntax"
)

func checkCoreActions(p *Pass) {
	m, ok := p.judged()
	if !ok {
		return
	}
	core := p.modelled()
	if core.flow == nil {
		return // that there is no Next is said elsewhere
	}
	for i := range core.kinds {
		p.checkSpelling(core, flow.Value(i))
	}
	if p.isUnclear(core) {
		return
	}
	named := p.namedInModule(core)
	var absent []modelledKind
	begun := len(core.flow.Definitions) >= fewDefinitions
	for i, k := range core.kinds {
		begun = begun || len(k.mentions) > 0 || named[i].Valid()
		switch {
		case k.met():
		case len(k.mentions) > 0:
			p.reportHalf(core, k)
		case named[i].Valid():
			p.reportUnreached(k, named[i])
		default:
			absent = append(absent, k)
		}
	}
	if len(absent) > 0 && begun {
		p.reportAbsent(m, absent)
	}
	p.checkSteps(core)
}

// fewDefinitions is how many definitions Next must reach for a module that has
// nothing of what is asked for to be taken for more than the beginning of one.
const fewDefinitions = 8

// isUnclear reports whether what is missing may only not have been understood:
// the text has errors of syntax or names, or the actions are elsewhere.
func (p *Pass) isUnclear(core *modelled) bool {
	return core.flow.Opaque || p.table().foreign || finding.HasErrors(p.Tree.Findings()) ||
		slices.ContainsFunc(p.Names.Findings, func(f finding.Finding) bool { return f.Rule == module.RuleAlreadyDefined })
}

// asks returns the place in the prompt that asks for a kind by its name, if one
// does.
func (p *Pass) asks(kinds ...modelledKind) []finding.Related {
	for _, k := range kinds {
		if line := p.lineWith(k.name); line > 0 {
			return []finding.Related{{PromptLine: line, Message: "The prompt asks for " + k.name + " here"}}
		}
	}
	return nil
}

// lineWith returns the 1-based line of the prompt that has a text, in either
// case; 0 where none has.
func (p *Pass) lineWith(text string) int {
	prompt := p.thePrompt()
	at := strings.Index(prompt, strings.ToLower(text))
	if at < 0 {
		return 0
	}
	return 1 + strings.Count(prompt[:at], "\n")
}

// namedInModule returns, by value, a node that has the name of a kind anywhere
// in the module; no node where there is none.
func (p *Pass) namedInModule(core *modelled) []syntax.Node {
	found := make([]syntax.Node, len(core.kinds))
	if !slices.ContainsFunc(core.kinds, func(k modelledKind) bool { return !k.met() && len(k.mentions) == 0 }) {
		return found
	}
	for n := range p.Tree.Root().Walk() {
		switch n.Kind() {
		case syntax.KindString, syntax.KindDefinition, syntax.KindParameter:
			if v := core.flow.ValueOf(n); v != flow.None && !found[v].Valid() {
				found[v] = n
			}
		}
	}
	return found
}

// what says what a kind is, for a message.
func (k modelledKind) what() string {
	if k.role {
		return "state " + k.name
	}
	return "message kind " + k.name
}

// wanted says what the contract wants of a kind.
func (k modelledKind) wanted() string {
	if k.role {
		return "The contract wants this state entered and left"
	}
	return "The contract wants messages of this kind sent and received"
}

// missing says which half of a kind is not modelled.
func (k modelledKind) missing() string {
	switch {
	case k.role && !k.in.Valid() && !k.out.Valid():
		return fmt.Sprintf("No step that Next allows sets a node's state to %s, and none leaves it", k.name)
	case k.role && !k.in.Valid():
		return fmt.Sprintf("No step that Next allows sets a node's state to %s", k.name)
	case k.role:
		return fmt.Sprintf("No step that Next allows leaves the state %s", k.name)
	case !k.in.Valid() && !k.out.Valid():
		return fmt.Sprintf("No step that Next allows sends a message of the kind %s or asks for one", k.name)
	case !k.in.Valid():
		return fmt.Sprintf("No step that Next allows sends a message of the kind %s, which is asked for here", k.name)
	}
	return fmt.Sprintf("No step that Next allows asks for a message of the kind %s, which is sent here", k.name)
}

// reportHalf reports a kind that takes part in steps, but not in full.
func (p *Pass) reportHalf(core *modelled, k modelledKind) {
	at := k.mentions[0].Span()
	switch {
	case k.in.Valid():
		at = k.in.Span()
	case k.out.Valid():
		at = k.out.Span()
	}
	f := finding.Finding{Span: at, Message: k.missing() + ". " + k.wanted(), Related: p.asks(k)}
	if k.role && core.state == nil {
		f.Message = fmt.Sprintf("No variable is ever set to %s, so no step enters or leaves that state. %s", k.name, k.wanted())
	}
	if !k.role && k.in.Valid() && core.takesAnyKind() {
		f.Severity = p.atMost(finding.Warning)
		f.Message += ". Some step takes a message without asking for its kind; if that is the one, let it ask"
	}
	p.Report(f)
}

// reportUnreached reports a kind that is named where no step reaches.
func (p *Pass) reportUnreached(k modelledKind, at syntax.Node) {
	p.Report(finding.Finding{
		Span:    at.NameSpan(),
		Message: fmt.Sprintf("The %s is named here, but no step that Next allows has to do with it. %s", k.what(), k.wanted()),
		Related: p.asks(k),
	})
}

// reportAbsent reports the kinds that are not named at all.
func (p *Pass) reportAbsent(m syntax.Module, absent []modelledKind) {
	at := m.Header().Span()
	if next := p.table().byName["Next"]; next != nil {
		at = next.NameSpan()
	}
	var messages, roles []string
	for _, k := range absent {
		if k.role {
			roles = append(roles, k.name)
		} else {
			messages = append(messages, k.name)
		}
	}
	var what, wanted []string
	if len(messages) > 0 {
		what = append(what, plural("the message kind", len(messages))+" "+enumerate(messages))
		wanted = append(wanted, "messages of each kind sent and received")
	}
	if len(roles) > 0 {
		what = append(what, plural("the state", len(roles))+" "+enumerate(roles))
		wanted = append(wanted, "each state entered and left")
	}
	p.Report(finding.Finding{
		Span:    at,
		Message: fmt.Sprintf("Nothing models %s. The contract wants %s", strings.Join(what, ", or "), strings.Join(wanted, " and ")),
		Related: p.asks(absent...),
	})
}

func plural(noun string, n int) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}

// enumerate returns "a, b and c".
func enumerate(names []string) string {
	last := len(names) - 1
	if last == 0 {
		return names[0]
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// checkSteps checks that nodes go from each role to the next.
func (p *Pass) checkSteps(core *modelled) {
	for _, s := range core.wantedSteps(p.Profile.Behaviour.Steps) {
		if s.at.Valid() || !core.kinds[s.from].met() || !core.kinds[s.to].met() {
			continue
		}
		to := core.kinds[s.to]
		p.Report(finding.Finding{
			Span:    to.in.Span(),
			Message: fmt.Sprintf("No step that Next allows takes a node from %s to %s: the conditions on what sets its state to %s exclude it. The contract wants these states gone through in turn", core.kinds[s.from].name, to.name, to.name),
			Related: p.asks(to),
		})
	}
}

// checkSpelling reports a kind that goes by another name than the prompt's.
func (p *Pass) checkSpelling(core *modelled, v flow.Value) {
	k := core.kinds[v]
	if k.exact {
		return
	}
	if len(k.mentions) == 0 || k.action.Valid() && !k.in.Valid() && !k.out.Valid() {
		if k.action.Valid() && core.spellings.value(k.action.Name()) != v {
			p.Report(finding.Finding{
				Span: k.action.NameSpan(), Severity: p.atMost(finding.Information), Related: p.asks(k),
				Message: fmt.Sprintf("%s is taken for what models %s. The prompt asks for it under that name, as a message or an action", k.action.Name(), k.name),
			})
		}
		return
	}
	at := p.declaredBy(core, k.mentions[0])
	f := finding.Finding{
		Span: at.NameSpan(), Severity: p.atMost(finding.Information), Related: p.asks(k),
		Message: fmt.Sprintf("%s is taken for the %s. The prompt asks for it under that name", at.Name(), k.what()),
	}
	if fix, ok := p.rename(core, k, at); ok {
		f.Fixes = []finding.Fix{fix}
	}
	p.Report(f)
}

// declaredBy returns what declares the name that a mention has, or the mention
// itself where that is a string.
func (p *Pass) declaredBy(core *modelled, mention syntax.Node) syntax.Node {
	if sym := core.flow.Symbol(mention); sym != nil && sym.Node.Valid() {
		return sym.Node
	}
	return mention
}

// rename returns the fix that gives a kind its exact name throughout. There is
// none where that name means something already, where the kind goes by several,
// or where the configuration has the old one. Other modules may have it too, so
// that it is not made unasked.
func (p *Pass) rename(core *modelled, k modelledKind, at syntax.Node) (finding.Fix, bool) {
	fix := finding.Fix{Title: fmt.Sprintf("Rename %s to %s", strings.Trim(at.Name(), `"`), k.name), Preferred: true}
	for _, mention := range k.mentions {
		if p.declaredBy(core, mention).Name() != at.Name() {
			return fix, false
		}
	}
	if p.Tree.NameNumber(k.name) >= 0 {
		return fix, false
	}
	if strings.Contains(p.text(), `"`+k.name+`"`) { // the look is cheap, and most often in vain
		for i := range p.Tree.NumTokens() {
			if p.Tree.Token(i).Text() == `"`+k.name+`"` {
				return fix, false
			}
		}
	}
	if at.Kind() == syntax.KindString {
		for i := range p.Tree.NumTokens() {
			if t := p.Tree.Token(i); t.Kind() == syntax.String && t.Text() == at.Name() {
				fix.Edits = append(fix.Edits, finding.Edit{Span: t.Span(), NewText: `"` + k.name + `"`})
			}
		}
		return fix, true
	}
	sym := core.flow.Symbol(at)
	if sym == nil || p.Names.Module.Lookup(k.name) != nil || mentionsName(p.Config, at.Name()) {
		return fix, false
	}
	for _, use := range p.usesOfKinds(core)[sym] {
		if use.Kind() == syntax.KindSelection || use.Name() != at.Name() {
			return fix, false
		}
		fix.Edits = append(fix.Edits, finding.Edit{Span: use.NameSpan(), NewText: k.name})
	}
	slices.SortFunc(fix.Edits, func(a, b finding.Edit) int { return a.Span.Start - b.Span.Start })
	return fix, true
}

// usesOfKinds returns the nodes of the text that refer to or declare a name by
// which a kind goes, in one go through the text for all of them.
func (p *Pass) usesOfKinds(core *modelled) map[*module.Symbol][]syntax.Node {
	if core.uses != nil {
		return core.uses
	}
	core.uses = map[*module.Symbol][]syntax.Node{}
	for _, k := range core.kinds {
		for _, mention := range k.mentions {
			if sym := core.flow.Symbol(mention); sym != nil && !k.exact {
				core.uses[sym] = nil
			}
		}
	}
	for id := range p.Tree.Root().ID() {
		n := p.Tree.Node(id)
		switch n.Kind() {
		case syntax.KindIdentifier, syntax.KindParameter, syntax.KindDefinition, syntax.KindSelection, syntax.KindSelector:
			if uses, ok := core.uses[core.flow.Symbol(n)]; ok {
				core.uses[core.flow.Symbol(n)] = append(uses, n)
			}
		}
	}
	return core.uses
}

// mentionsName reports whether a configuration has a word.
func mentionsName(config, name string) bool {
	for _, word := range strings.FieldsFunc(config, func(r rune) bool {
		return r != '_' && (r < '0' || '9' < r && r < 'A' || 'Z' < r && r < 'a' || 'z' < r)
	}) {
		if word == name {
			return true
		}
	}
	return false
}
