// Rule unbounded-choose: CHOOSE chooses from a set.
//
// CHOOSE v : P without a set stands for some value that P holds of, out of all there
// are. TLC cannot look for one. Models like to make a value for "nothing" by it, as in
// Nil == CHOOSE v : v \notin Server. The way to have one that TLC understands is a
// constant, and a model value for it in the .cfg file; where that file puts something
// in the place of the definition, there is nothing to report.
//
// The fix, for a definition of that kind, declares the constant and assumes of it what
// CHOOSE said. Without a profile, modules that do not say what a system does are left
// alone: TLC has code of its own for much of what the library defines by CHOOSE.
//
// Asked for by: no requirement of its own; a specification that models the system's
// behaviour must run (etcd prompt, "Generate a TLA+ specification that accurately
// models etcd's distributed behavior"; raftkvs prompt, the same).
//
// Broken:
//
//	---- MODULE etcdraft ----
//	EXTENDS Naturals
//	CONSTANT Server
//	VARIABLE x
//	Nil == CHOOSE v : v \notin Server
//	Init == x = Nil
//	Next == x' \in Server
//	Spec == Init /\ [][Next]_x /\ WF_x(Next)
//	====
//
// Mended:
//
//	---- MODULE etcdraft ----
//	EXTENDS Naturals
//	CONSTANT Server
//	VARIABLE x
//	CONSTANT Nil
//	ASSUME Nil \notin Server
//	Init == x = Nil
//	Next == x' \in Server
//	Spec == Init /\ [][Next]_x /\ WF_x(Next)
//	====

package contract

import (
	"fmt"
	"strings"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/syntax"
)

func checkUnboundedChoose(p *Pass) {
	if p.Profile == nil && !p.saysWhatTheSystemDoes() {
		return
	}
	for id := range p.Tree.Root().ID() {
		n := p.Tree.Node(id)
		if n.Kind() != syntax.KindChoose || n.NumChildren() < 2 || (syntax.Bound{Node: n.Child(0)}).Set().Valid() || p.table().hasErrors(n) {
			continue
		}
		def, defined := syntax.AsDefinition(n.Ancestor(syntax.KindDefinition, syntax.KindFunction))
		if defined && p.theConfig().Binds(def.Name()) {
			continue
		}
		f := finding.Finding{
			Span:    n.Token().Span(),
			Message: "This chooses from all values there are, which TLC cannot do. Choose from a set: CHOOSE x \\in S : …",
		}
		if defined && def.Body().Unparen() == n && def.Arity() == 0 {
			f.Message = fmt.Sprintf("%s is chosen from all values there are, which TLC cannot do. Declare CONSTANT %s instead, and make it a model value in the .cfg file", def.Name(), def.Name())
			if fix, ok := p.declareChosen(def, n); ok {
				f.Fixes = []finding.Fix{fix}
			}
		}
		p.Report(f)
	}
}

// declareChosen returns the fix that makes a constant of what a definition chooses.
// It is false where the definition is no unit of a module, where the .cfg file would
// have to be changed with it, or where it says nothing of the value.
func (p *Pass) declareChosen(def syntax.Definition, choose syntax.Node) (finding.Fix, bool) {
	predicate, names := choose.Last(), syntax.Bound{Node: choose.Child(0)}.Names()
	if def.Parent().Kind() != syntax.KindModule || def.Local() || p.Config != "" || len(names) != 1 ||
		p.table().levelOfExpression(predicate) != module.Constant || strings.ContainsAny(predicate.Text(), "\r\n") {
		return finding.Fix{}, false
	}
	chosen := p.Names.Symbol(names[0])
	var edits []finding.Edit
	offset := predicate.Span().Start
	for c := range predicate.Walk() {
		if c.Kind() == syntax.KindIdentifier && p.Names.Symbol(c) == chosen {
			edits = append(edits, replace(c.Span().Start-offset, c.Span().End-offset, def.Name()))
		}
	}
	assumption, err := finding.Apply(predicate.Text(), edits)
	if err != nil || len(edits) == 0 {
		return finding.Fix{}, false
	}
	return finding.Fix{
		Title: "Declare CONSTANT " + def.Name(), Preferred: true,
		Edits: []finding.Edit{replace(def.Span().Start, def.Span().End, "CONSTANT "+def.Name()+newline(p.text())+"ASSUME "+assumption)},
	}, true
}
