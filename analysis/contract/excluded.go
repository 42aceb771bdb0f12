// Rule excluded: nothing is modelled that is out of scope.
//
// The prompt names features that the specification must leave out. A feature
// shows itself by names: of definitions, variables, constants, fields of records
// and strings that the steps of Next use, or that are declared. Which names
// speak for which feature is in the profile, under excluded. What a definition is
// called that nothing uses says nothing, for no behaviour has it.
//
// Asked for by: etcd prompt, "explicitly excluded (do not model)".
//
// Broken:
//
//	---- MODULE etcdraft ----
//	EXTENDS Naturals
//	VARIABLE x
//	Init == x = 0
//	TakeSnapshot == x' = 1 - x
//	Next == TakeSnapshot
//	Spec == Init /\ [][Next]_x /\ WF_x(Next)
//	====
//
// Mended:
//
//	---- MODULE etcdraft ----
//	EXTENDS Naturals
//	VARIABLE x
//	Init == x = 0
//	Flip == x' = 1 - x
//	Next == Flip
//	Spec == Init /\ [][Next]_x /\ WF_x(Next)
//	====

package contract

import (
	"fmt"
	"slices"
	"strings"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/syntax"
)

func checkExcluded(p *Pass) {
	if _, ok := p.judged(); !ok || len(p.Profile.Excluded) == 0 {
		return
	}
	core := p.modelled()
	if core.flow == nil {
		return
	}
	features := core.features
	shown := make([][]syntax.Node, len(features))
	spoken := map[string][]int{} // the features that a name speaks of; few names are there only once
	for _, n := range core.flow.Names() {
		of, known := spoken[n.Name()]
		if !known {
			for i := range features {
				if core.excluded[i].match(strings.Trim(n.Name(), `"`)) {
					of = append(of, i)
				}
			}
			spoken[n.Name()] = of
		}
		for _, i := range of {
			shown[i] = append(shown[i], n)
		}
	}
	for i, feature := range features {
		p.checkFeature(feature, shown[i])
	}
}

// checkFeature reports a feature that the given nodes show, at the first.
func (p *Pass) checkFeature(feature string, shown []syntax.Node) {
	if len(shown) == 0 {
		return
	}
	slices.SortFunc(shown, func(a, b syntax.Node) int { return a.Span().Start - b.Span().Start })
	first := shown[0]
	f := finding.Finding{
		Span:    first.NameSpan(),
		Message: fmt.Sprintf("%s is modelled here, to judge by the name: it speaks of %s. The contract wants that left out", strings.Trim(first.Name(), `"`), feature),
	}
	if line := p.lineWith(feature); line > 0 {
		f.Related = append(f.Related, finding.Related{PromptLine: line, Message: "The prompt excludes it here"})
	}
	said := map[string]bool{first.Name(): true}
	for _, n := range shown[1:] {
		if !said[n.Name()] && len(said) < maxShown {
			said[n.Name()] = true
			f.Related = append(f.Related, finding.Related{Span: n.NameSpan(), Message: "So does " + strings.Trim(n.Name(), `"`)})
		}
	}
	p.Report(f)
}

// maxShown bounds how many names are given for one feature.
const maxShown = 6
