// Rule one-module: one module and no other.
//
// The text holds one module: none inside it, and none behind it. What follows
// the module's ==== is not read by TLA+ tools at all, so a second module there
// is lost. A nested module is legal TLA+, but the specification that was asked
// for is a single module that begins with its header and ends with its footer.
//
// Asked for by: etcd prompt, critical output requirements 1, 4 and 5; raftkvs
// prompt, the same.
//
// Broken:
//
//	---- MODULE etcdraft ----
//	EXTENDS Naturals
//	VARIABLE x
//	Init == x = 0
//	Next == x' = 1 - x
//	Spec == Init /\ [][Next]_x /\ WF_x(Next)
//	====
//	---- MODULE MCetcdraft ----
//	EXTENDS etcdraft
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
)

func checkOneModule(p *Pass) {
	outermost, ok := p.Tree.Module()
	if !ok {
		return
	}
	here := []finding.Related{{Span: outermost.NameSpan(), Message: "The first module"}}
	for _, m := range p.Tree.Modules() {
		if m.Nested() {
			p.Report(finding.Finding{
				Span:    m.Header().Span(),
				Message: fmt.Sprintf("The module %s stands inside %s. The contract wants a single module", m.Name(), outermost.Name()),
				Related: here,
			})
		}
	}
	for _, s := range p.outside() {
		if s.kind != otherModule {
			continue
		}
		m, _ := s.tree.Module()
		header := m.Header().Span()
		f := finding.Finding{
			Span:    finding.Span{Start: s.offset + header.Start, End: s.offset + header.End},
			Message: fmt.Sprintf("A second module, %s, follows the first, where TLA+ tools do not read it. The contract wants a single module", m.Name()),
			Related: here,
		}
		if m.Name() != p.moduleName() {
			f.Fixes = []finding.Fix{{
				Title: "Remove the module " + m.Name(), Preferred: true,
				Edits: []finding.Edit{{Span: s.cut}},
			}}
		}
		p.Report(f)
	}
}
