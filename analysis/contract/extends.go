// Rule extends: the modules that are asked for are extended.
//
// The EXTENDS statement names at least the modules that the contract lists. A
// module that is not named but comes with one that is counts as extended; the
// finding is then a piece of information that says by which way it comes,
// because the way depends on the release of that other module: older releases
// of SequencesExt bring in none of the modules that today's does.
//
// Extending a module brings in all that it defines, and TLA+ lets no name be
// defined twice: SequencesExt has Min, Max, Last, Contains and many more. Where
// the specification defines such a name itself, the finding says which, and
// offers no fix.
//
// Asked for by: raftkvs prompt, critical output requirement 7 ("The
// specification must extend at least these modules: TLC, Sequences,
// SequencesExt, Naturals, FiniteSets, Bags").
//
// Broken:
//
//	---- MODULE raftkvs ----
//	EXTENDS Naturals, Sequences, FiniteSets
//	VARIABLE x
//	Init == x = 0
//	Next == x' = 1 - x
//	Spec == Init /\ [][Next]_x /\ WF_x(Next)
//	====
//
// Mended:
//
//	---- MODULE raftkvs ----
//	EXTENDS Naturals, Sequences, FiniteSets, TLC, SequencesExt, Bags
//	VARIABLE x
//	Init == x = 0
//	Next == x' = 1 - x
//	Spec == Init /\ [][Next]_x /\ WF_x(Next)
//	====

package contract

import (
	"fmt"
	"slices"
	"strings"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/library"
	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/syntax"
)

func checkExtends(p *Pass) {
	m, ok := p.judged()
	if !ok || p.Profile == nil {
		return
	}
	var missing, roundabout, ways []string
	for _, wanted := range p.Profile.Extends {
		way := p.wayTo(m, wanted)
		switch len(way) {
		case 0:
			missing = append(missing, wanted)
		case 1: // named itself
		default:
			roundabout = append(roundabout, wanted)
			ways = append(ways, fmt.Sprintf("%s through %s", wanted, strings.Join(way[:len(way)-1], " and ")))
		}
	}
	place := m.Header().Span()
	if clause := m.ExtendsClause(); clause.Valid() {
		place = clause.Span()
	}
	var harmless []string
	taken := map[string][]syntax.Node{}
	for _, wanted := range missing {
		if taken[wanted] = collisions(m, wanted); len(taken[wanted]) == 0 {
			harmless = append(harmless, wanted)
		}
	}
	for _, wanted := range missing {
		f := finding.Finding{
			Span: place,
			Message: fmt.Sprintf("The module %s is not extended. The contract wants EXTENDS with at least %s",
				wanted, strings.Join(p.Profile.Extends, ", ")),
		}
		if own := taken[wanted]; len(own) == 0 {
			f.Fixes = []finding.Fix{extend(m, harmless)}
		} else {
			f.Message += fmt.Sprintf(". It brings in %s, which this module defines too: rename or remove that first", listed(own))
			for _, n := range own {
				f.Related = append(f.Related, finding.Related{Span: n.NameSpan(), Message: n.Name() + " would be defined twice"})
			}
		}
		p.Report(f)
	}
	if len(roundabout) > 0 {
		p.Report(finding.Finding{
			Span: place, Severity: p.atMost(finding.Information),
			Message: fmt.Sprintf("Not named here but extended on the way: %s. That keeps the contract with today's library modules; to name them keeps it with any",
				strings.Join(ways, ", ")),
			Fixes: []finding.Fix{extend(m, roundabout)},
		})
	}
}

// collisions returns what the module declares or defines under a name that it
// would get by extending another module, and does not get already.
func collisions(m syntax.Module, another string) []syntax.Node {
	comes := map[string]bool{}
	for _, s := range library.Exports(another) {
		comes[s.Name] = true
	}
	for _, e := range m.Extends() {
		for _, s := range library.Exports(e.Name()) {
			delete(comes, s.Name)
		}
	}
	var own []syntax.Node
	add := func(n syntax.Node) {
		if comes[operatorName(n.Token())] {
			own = append(own, n)
		}
	}
	for _, c := range m.Constants() {
		add(c.Node)
	}
	for _, v := range m.Variables() {
		add(v)
	}
	for _, d := range m.Definitions() {
		add(d.Node)
	}
	return own
}

// listed lists names as a sentence does.
func listed(nodes []syntax.Node) string {
	var names []string
	for _, n := range nodes {
		names = append(names, n.Name())
	}
	return listNames(names)
}

// wayTo returns the modules by which m gets the one that is wanted, by the shortest
// way, through the library's modules and others: only that one where it is named
// itself, and none where m does not get it.
func (p *Pass) wayTo(m syntax.Module, wanted string) []string {
	for _, e := range m.Extends() {
		if e.Name() == wanted {
			return []string{wanted}
		}
	}
	type step struct {
		module *module.Module
		way    []string
	}
	var queue []step
	for _, e := range p.Names.Module.Extends {
		queue = append(queue, step{e, []string{e.Name}})
	}
	for seen := map[*module.Module]bool{}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		if at.module.Name == wanted {
			return at.way
		}
		if seen[at.module] {
			continue
		}
		seen[at.module] = true
		for _, e := range at.module.Extends {
			queue = append(queue, step{e, append(slices.Clip(at.way), e.Name)})
		}
	}
	return nil
}

// extend returns the fix that adds modules to EXTENDS, behind those that are
// there.
func extend(m syntax.Module, names []string) finding.Fix {
	list := strings.Join(names, ", ")
	fix := finding.Fix{Title: "Extend " + list, Preferred: true, Safe: true}
	at := m.Header().Span().End
	text := newline(m.Tree().Text()) + "EXTENDS " + list
	if extended := m.Extends(); len(extended) > 0 {
		at = extended[len(extended)-1].Span().End
		text = ", " + list
	} else if clause := m.ExtendsClause(); clause.Valid() {
		at = clause.Token().Span().End
		text = " " + list
	}
	fix.Edits = []finding.Edit{{Span: finding.Span{Start: at, End: at}, NewText: text}}
	return fix
}
