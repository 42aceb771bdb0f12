package module

import (
	"strconv"
	"strings"
	"sync"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/syntax"
)

// usualDefinitions are the ways in which specifications define, under the names of
// the library, what the library defines too, by the module that does. The library's
// definition means the same wherever the other one means anything.
var usualDefinitions = map[string]string{
	"FiniteSetsExt": `
Min(S) == CHOOSE x \in S : \A y \in S : x <= y
Min(S) == CHOOSE x \in S : \A y \in S : y >= x
Max(S) == CHOOSE x \in S : \A y \in S : x >= y
Max(S) == CHOOSE x \in S : \A y \in S : y <= x
`,
	"Functions": `
Range(f) == {f[x] : x \in DOMAIN f}
`,
	"SequencesExt": `
ToSet(s) == {s[i] : i \in DOMAIN s}
ToSet(s) == {s[i] : i \in 1..Len(s)}
Last(s) == s[Len(s)]
Front(s) == SubSeq(s, 1, Len(s) - 1)
Cons(e, s) == <<e>> \o s
Contains(s, e) == \E i \in 1..Len(s) : s[i] = e
Contains(s, e) == \E i \in DOMAIN s : s[i] = e
Reverse(s) == [i \in 1..Len(s) |-> s[Len(s) - i + 1]]
Reverse(s) == [i \in 1..Len(s) |-> s[(Len(s) - i) + 1]]
Reverse(s) == [i \in 1..Len(s) |-> s[Len(s) + 1 - i]]
IsPrefix(s, t) == Len(s) <= Len(t) /\ SubSeq(s, 1, Len(s)) = SubSeq(t, 1, Len(s))
IsPrefix(s, t) == Len(s) <= Len(t) /\ s = SubSeq(t, 1, Len(s))
`,
}

// usualForms has the shapes of the usual definitions, by "module.name".
var usualForms = sync.OnceValue(func() map[string][]string {
	forms := map[string][]string{}
	for module, definitions := range usualDefinitions {
		for line := range strings.Lines(strings.TrimSpace(definitions)) {
			tree := syntax.Parse("---- MODULE Usual ----\n" + line + "====\n")
			m, _ := tree.Module()
			for _, d := range m.Definitions() {
				key := module + "." + d.Name()
				forms[key] = append(forms[key], shape(d))
			}
		}
	}
	return forms
})

// shape returns a definition with its own names replaced by numbers, so that two
// which differ in those alone are the same.
func shape(d syntax.Definition) string {
	own := map[string]string{}
	for n := range d.Walk() {
		parent := n.Parent().Kind()
		if k := n.Kind(); k == syntax.KindParameter || k == syntax.KindName && (parent == syntax.KindBound || parent == syntax.KindPattern) {
			if _, ok := own[n.Name()]; !ok {
				own[n.Name()] = "$" + strconv.Itoa(len(own))
			}
		}
	}
	var b strings.Builder
	for t := range d.Body().Tokens() {
		text := t.Text()
		if op := t.Operator(); op != "" {
			text = op
		}
		if number, ok := own[text]; ok {
			text = number
		}
		b.WriteString(text + " ")
	}
	return b.String()
}

// sameMeaning reports whether a definition is known to mean what one of the library
// of the same name means.
func sameMeaning(node syntax.Node, was *Symbol) bool {
	d, ok := syntax.AsDefinition(node)
	if !ok || d.Kind() != syntax.KindDefinition || was.Module == nil || was.Module.text != nil || d.Arity() != was.Arity {
		return false
	}
	own := shape(d)
	for _, known := range usualForms()[was.Module.Name+"."+was.Name] {
		if own == known {
			return true
		}
	}
	return false
}

// dropFix returns the fix that removes a definition because another module's takes
// its place, with its line and the blank ones behind it where it has them for
// itself.
func (b *builder) dropFix(node syntax.Node, was *Symbol) finding.Fix {
	text, span := b.tree.Text(), node.Span()
	start := strings.LastIndexByte(text[:span.Start], '\n') + 1
	end := span.End
	if i := strings.IndexByte(text[end:], '\n'); i >= 0 && strings.TrimSpace(text[end:end+i]) == "" && strings.TrimSpace(text[start:span.Start]) == "" {
		end += i + 1
	} else {
		start = span.Start
	}
	return finding.Fix{Title: "Remove it: " + was.Module.Name + " defines the same", Preferred: true, Safe: true,
		Edits: []finding.Edit{{Span: finding.Span{Start: start, End: end}}}}
}
