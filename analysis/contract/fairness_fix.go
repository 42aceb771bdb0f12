package contract

import (
	"fmt"
	"strings"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/syntax"
)

// conjoinNext returns the fix that conjoins WF_v(A) with a specification, for
// its own [][A]_v. It is false where the specification has none, or one whose
// names may mean nothing where the conjunct would stand.
func (p *Pass) conjoinNext(spec *definition) (finding.Fix, bool) {
	for _, always := range p.table().partsOf(spec.Body()).always {
		action, subscript := always.Child(0).Unparen(), always.Child(1)
		if always.Tree() != p.Tree || action.Kind() != syntax.KindIdentifier || p.table().usesLocals(always) ||
			p.table().hasErrors(subscript) || strings.ContainsAny(subscript.Text(), "\r\n") {
			continue
		}
		condition := fmt.Sprintf("WF_%s(%s)", subscript.Text(), action.Text())
		if edits, ok := p.table().conjoin(spec, condition); ok {
			return finding.Fix{Title: fmt.Sprintf("Add %s to %s", condition, spec.Name()), Edits: edits}, true
		}
	}
	return finding.Fix{}, false
}

// usesLocals reports whether the names in an expression may mean nothing
// outside the definition it stands in: names of LET, or parameters.
func (d *definitions) usesLocals(n syntax.Node) bool {
	if owner, ok := syntax.AsDefinition(n.Ancestor(syntax.KindDefinition)); !ok || owner.Arity() > 0 {
		return true
	}
	for c := range n.Walk() {
		if c.Kind() == syntax.KindIdentifier {
			if body, def := d.lookup(c); body.Valid() && def == nil {
				return true
			}
		}
	}
	return false
}

// hasErrors reports whether some of an expression could not be read. In most texts
// all could be, so that there is nothing to look for.
func (d *definitions) hasErrors(n syntax.Node) bool {
	if n.Tree() == d.tree && !d.broken {
		return false
	}
	for c := range n.Walk() {
		if c.Kind() == syntax.KindError {
			return true
		}
	}
	return false
}

// conjoinDefinition returns the fix that makes a specification assume the
// fairness of a definition it does not reach. The definition must stand before
// it, as TLA+ wants; otherwise the specification moves behind the definition.
// Of a definition that is itself a specification, only the fairness is taken.
func (p *Pass) conjoinDefinition(spec, fair *definition) (finding.Fix, bool) {
	fix := finding.Fix{Preferred: true, Safe: true}
	condition := fair.Name()
	d := p.table()
	if d.using(spec)[fair] || len(d.partsOf(fair.Body()).always) > 0 {
		conjunct := d.fairConjunct(fair.Body())
		if !conjunct.Valid() || !d.visibleAt(spec, conjunct) {
			return fix, false
		}
		condition = conjunct.Text()
	}
	fix.Title = fmt.Sprintf("Add %s to %s", condition, spec.Name())
	edits, ok := p.table().conjoin(spec, condition)
	if !ok {
		return fix, false
	}
	if condition == fair.Name() && fair.Span().Start > spec.Span().Start {
		edits, ok = p.moveBehind(spec, fair, edits)
	}
	fix.Edits = edits
	return fix, ok
}

// fairConjunct returns a conjunct that assumes fairness and stands on one line.
func (d *definitions) fairConjunct(n syntax.Node) syntax.Node {
	n = n.Unparen()
	var conjuncts []syntax.Node
	switch {
	case n.Kind() == syntax.KindConjunction:
		for c := range n.Children() {
			conjuncts = append(conjuncts, c.Child(0))
		}
	case n.Kind() == syntax.KindInfix && (n.Token().Kind() == syntax.OpAnd || n.Token().Kind() == syntax.OpLand):
		conjuncts = []syntax.Node{n.Child(1), n.Child(0)}
	case n.Kind() == syntax.KindFairness && !strings.ContainsAny(n.Text(), "\r\n"):
		return n
	}
	for _, c := range conjuncts {
		if found := d.fairConjunct(c); found.Valid() {
			return found
		}
	}
	return syntax.Node{}
}

// visibleAt reports whether all that an expression refers to is defined before
// a definition.
func (d *definitions) visibleAt(def *definition, n syntax.Node) bool {
	r := referrer{node: n}
	d.refer(&r)
	for _, ref := range r.refs {
		if ref.to == def || ref.to.Span().Start > def.Span().Start {
			return false
		}
	}
	return true
}

// moveBehind returns edits that move a definition, changed by edits, behind
// another one. It is false where something in between refers to it, or where
// either shares a line with something else.
func (p *Pass) moveBehind(def, target *definition, edits []finding.Edit) ([]finding.Edit, bool) {
	text := p.text()
	start, end := definitionLines(text, def.Node)
	_, behind := definitionLines(text, target.Node)
	if !isWholeLines(text, start, end) || !isWholeLines(text, behind, behind) || behind < end {
		return nil, false
	}
	for n := range p.Tree.Root().Walk() {
		if at := n.Span().Start; at >= end && at < behind && n.Kind() != syntax.KindModule && n.Name() == def.Name() {
			return nil, false
		}
	}
	moved := make([]finding.Edit, len(edits))
	for i, e := range edits {
		moved[i] = finding.Edit{Span: finding.Span{Start: e.Span.Start - start, End: e.Span.End - start}, NewText: e.NewText}
	}
	changed, err := finding.Apply(strings.TrimRight(text[start:def.Span().End], blanks), moved)
	if err != nil {
		return nil, false
	}
	return []finding.Edit{
		{Span: finding.Span{Start: start, End: end}},
		{Span: finding.Span{Start: behind, End: behind}, NewText: changed + newline(text) + newline(text)},
	}, true
}

// isWholeLines reports whether both offsets begin a line.
func isWholeLines(text string, start, end int) bool {
	begins := func(at int) bool { return at > 0 && (text[at-1] == '\n' || text[at-1] == '\r') }
	return begins(start) && begins(end)
}

// conjoin returns the edits that add a conjunct to the body of a definition,
// leaving every token of it in its column. It is false where the body is
// neither a conjunction nor may become one without parentheses.
func (d *definitions) conjoin(def *definition, conjunct string) ([]finding.Edit, bool) {
	body := def.Body()
	for body.Kind() == syntax.KindLet {
		body = body.Last()
	}
	insert := func(at int, text string) ([]finding.Edit, bool) {
		return []finding.Edit{{Span: finding.Span{Start: at, End: at}, NewText: text}}, true
	}
	end := body.Span().End
	switch {
	case d.hasErrors(body):
		return nil, false
	case body.Kind() == syntax.KindConjunction:
		bullet := body.Child(0).Token()
		return insert(end, newline(body.Tree().Text())+strings.Repeat(" ", bullet.Column())+"/\\ "+conjunct)
	case !bindsAsConjunct(body):
		return nil, false
	case endsOpen(body):
		// At its end the conjunct would become part of what is open there; in
		// front, on a line of its own, it moves nothing.
		column := body.FirstToken().Column()
		if column < len("/\\ ") {
			return nil, false
		}
		return insert(body.Span().Start, conjunct+newline(body.Tree().Text())+strings.Repeat(" ", column-len("/\\ "))+"/\\ ")
	}
	return insert(end, " /\\ "+conjunct)
}

// bindsAsConjunct reports whether an expression beside /\ stays whole: it is a
// conjunction, or binds more tightly, or has an end of its own.
func bindsAsConjunct(n syntax.Node) bool {
	switch n.Kind() {
	case syntax.KindInfix:
		switch n.Token().Kind() {
		case syntax.OpOr, syntax.OpLor, syntax.OpImplies, syntax.OpEquivalent, syntax.OpLeadsTo, syntax.OpGuarantees:
			return false
		}
	case syntax.KindDisjunction:
		return false
	}
	return true
}

// endsOpen reports whether an expression reaches as far to the right as it can,
// so that what is written behind it becomes part of it.
func endsOpen(n syntax.Node) bool {
	for n.Valid() {
		switch n.Kind() {
		case syntax.KindQuantifier, syntax.KindChoose, syntax.KindIf, syntax.KindCase, syntax.KindLet, syntax.KindLambda,
			syntax.KindConjunction, syntax.KindDisjunction, syntax.KindLabel:
			return true
		case syntax.KindInfix, syntax.KindPrefix:
			n = n.Last()
		default:
			return false
		}
	}
	return false
}
