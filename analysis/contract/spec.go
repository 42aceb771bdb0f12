// Rule spec: Spec defines the behaviour.
//
// The module defines Spec, without parameters, as the formula that says what
// the system does: how it starts (Init), and that every step is a step of Next
// or leaves all variables as they are ([][Next]_vars). Model checkers are told
// to check Spec, so a behaviour that goes by another name is not found.
//
// Asked for by: etcd prompt, critical output requirement 7 ("MANDATORY Spec
// Definition with Fairness"); raftkvs prompt, requirement 8.
//
// Broken:
//
//	---- MODULE etcdraft ----
//	EXTENDS Naturals
//	VARIABLE x
//	Init == x = 0
//	Next == x' = 1 - x
//	Behaviour == Init /\ [][Next]_x /\ WF_x(Next)
//	====
//
// Mended:
//
//	---- MODULE etcdraft ----
//	EXTENDS Naturals
//	VARIABLE x
//	Init == x = 0
//	Next == x' = 1 - x
//	Spec == Init /\ [][Next]_x /\ WF_x(Next)
//	====

package contract

import (
	"fmt"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/syntax"
)

const specForm = "Spec == Init /\\ [][Next]_vars with fairness, such as /\\ WF_vars(Next)"

func checkSpec(p *Pass) {
	m, ok := p.judged()
	if !ok {
		return
	}
	b := p.theBehaviour()
	switch {
	case b.spec != nil:
		p.checkForm(b.spec)
	case specIsWritten(m) || p.breaksOff():
		// It could not be read, or the text ends before it.
	case len(b.alternatives) > 0:
		p.reportOtherName(b.likeliest())
	case p.Names.Module.Lookup(specName) != nil:
		// It comes from a module that is extended, whose business it is.
	case !p.table().foreign && !p.swallowed(m):
		p.Report(finding.Finding{
			Span:    m.Header().Span(),
			Message: fmt.Sprintf("The module does not define Spec, so nothing says how the system starts and which steps it takes. The contract wants %s", specForm),
		})
	}
}

// swallowed reports whether the outermost module lacks its footer because a
// module inside it lacks one, and took the definitions that follow.
func (p *Pass) swallowed(m syntax.Module) bool {
	return !m.Footer().Valid() && p.table().byName[specName] != nil
}

// specIsWritten reports whether the module defines Spec somewhere, read or not.
func specIsWritten(m syntax.Module) bool {
	for _, unit := range m.Units() {
		if unit.Kind() == syntax.KindModule {
			continue
		}
		for t := range unit.Tokens() {
			if t.Kind() != syntax.Identifier || t.Text() != specName {
				continue
			}
			switch t.Next().Kind() {
			case syntax.Define, syntax.OpEquals, syntax.LeftParen, syntax.LeftBracket:
				return true
			}
		}
	}
	return false
}

// reportOtherName reports a behaviour that is not called Spec.
func (p *Pass) reportOtherName(def *definition) {
	f := finding.Finding{
		Span:    def.NameSpan(),
		Message: fmt.Sprintf("The behaviour is defined by %s. The contract wants it to be called Spec, under which tools look for it", def.Name()),
	}
	edits := []finding.Edit{{Span: def.NameSpan(), NewText: specName}}
	for n := range p.Tree.Root().Walk() {
		switch n.Kind() {
		case syntax.KindIdentifier:
			if n.Name() == def.Name() {
				edits = append(edits, finding.Edit{Span: n.Span(), NewText: specName})
			}
		case syntax.KindSelection, syntax.KindError:
			// The name may be meant, or one of another module.
			if n.Span().Start < n.Span().End && mentions(n, def.Name()) {
				p.Report(f)
				return
			}
		}
	}
	f.Fixes = []finding.Fix{{Title: fmt.Sprintf("Rename %s to Spec", def.Name()), Preferred: true, Safe: true, Edits: edits}}
	p.Report(f)
}

func mentions(n syntax.Node, name string) bool {
	for t := range n.Tokens() {
		if t.Text() == name {
			return true
		}
	}
	return false
}

// checkForm checks that Spec has the form of a specification.
func (p *Pass) checkForm(spec *definition) {
	f := finding.Finding{Span: spec.NameSpan()}
	if !spec.parameterless() {
		f.Message = "Spec has parameters, so it is not one behaviour that a tool could check. The contract wants " + specForm
		if spec.Kind() != syntax.KindDefinition {
			f.Message = "Spec is not a formula. The contract wants " + specForm
		}
		p.Report(f)
		return
	}
	found := p.table().partsOf(spec.Body())
	if found.opaque || found.isSpecification() || p.breaksOff() && spec.Span().End == lastToken(p.Tree).End {
		return
	}
	switch {
	case len(found.always) == 0 && len(found.bare) > 0:
		f.Span = found.bare[0].Span()
		f.Message = "Here Spec speaks of the first step alone: only behind [] does an action hold for every step. The contract wants [][Next]_vars in Spec"
		if !within(f.Span, spec.Span()) {
			f.Related = []finding.Related{{Span: spec.NameSpan(), Message: "Spec"}}
		}
	case len(found.always) == 0:
		f.Message = "Spec does not say which steps the system takes. The contract wants [][Next]_vars in it, as in " + specForm
	default:
		f.Message = "Spec does not say how the system starts. The contract wants Init in it, as in " + specForm
	}
	p.Report(f)
}
