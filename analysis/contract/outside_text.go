// Rule outside-text: no text before or after the module.
//
// Everything in the text belongs to the module, from the first dash of its
// header to the last sign of its footer. Explanations, greetings and a
// model's own reasoning (between tags such as <think> and </think>) do not.
// TLA+ tools pass over such text, but a reply with it is not what was asked for,
// and whoever feeds it to a tool by way of a script must first take it apart.
//
// Markdown fences are the business of the rule fence, further modules that of
// the rule one-module.
//
// Asked for by: etcd prompt, critical output requirements 2, 3 and 5 ("Do not
// include any explanations"); raftkvs prompt, the same.
//
// Broken:
//
//	Here is the specification:
//
//	---- MODULE etcdraft ----
//	EXTENDS Naturals
//	VARIABLE x
//	Init == x = 0
//	Next == x' = 1 - x
//	Spec == Init /\ [][Next]_x /\ WF_x(Next)
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

func checkOutsideText(p *Pass) {
	segments := p.outside()
	removeAll := finding.Fix{
		Title: "Remove all text outside the module",
		Edits: cutAll(segments, func(s segment) bool { return s.kind != otherModule }),
	}
	for _, s := range segments {
		if s.kind != prose && s.kind != reasoning {
			continue
		}
		f := finding.Finding{Span: s.span, Unnecessary: true, Message: outsideMessage(s)}
		f.Fixes = []finding.Fix{{Title: "Remove this text", Preferred: true, Safe: true, Edits: []finding.Edit{{Span: s.cut}}}}
		if len(removeAll.Edits) > 1 {
			f.Fixes = append(f.Fixes, removeAll)
		}
		p.Report(f)
	}
}

func outsideMessage(s segment) string {
	where, wants := "before the module header", "to start with the module header"
	if s.after {
		where, wants = "behind the module's closing ====", "to end there"
	}
	what := "text"
	if s.kind == reasoning {
		what = "a model's reasoning"
	}
	return fmt.Sprintf("This is %s %s. The contract wants the text %s, without explanations", what, where, wants)
}
