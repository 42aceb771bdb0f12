package navigate

import (
	"testing"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/syntax"
)

// FuzzNavigate asks everything about a place of any text: nothing panics, and
// every span lies in the text.
func FuzzNavigate(f *testing.F) {
	for at := 0; at < len(sample); at += 13 {
		f.Add(sample, at)
		f.Add(sample[:at], at)
	}
	f.Add("", 0)
	f.Add("---- MODULE M ----\nI == INSTANCE M\nA == I!", 45)
	f.Add("---- MODULE M ----\nA == f(", 26)
	f.Add("---- MODULE M ----\nEXTENDS ,", 28)
	f.Fuzz(func(t *testing.T, text string, offset int) {
		if len(text) > 1<<12 {
			return
		}
		offset = max(0, min(offset, len(text)))
		tree := syntax.Parse(text)
		names := new(module.Cache).Analyze(tree, func(name string) (string, bool) {
			text, ok := others[name]
			return text, ok
		})
		inside := func(what string, s finding.Span) {
			if s.Start < 0 || s.End > len(text) || s.Start > s.End {
				t.Errorf("%s: the span %v in a text of %d bytes", what, s, len(text))
			}
		}
		if name, ok := At(tree, names, offset); ok {
			inside("name", name.Span)
			if name.Symbol != nil {
				Declaration(name.Symbol)
				Comment(name.Symbol)
				for _, o := range Occurrences(tree, names, OriginOf(name.Symbol)) {
					inside("occurrence", o.Span)
				}
			}
		}
		last := 0
		for _, token := range Tokens(tree, names) {
			inside("token", token.Span)
			if token.Span.Start < last {
				t.Errorf("the token %v overlaps what ends at %d", token.Span, last)
			}
			last = token.Span.End
		}
		for _, fold := range Folds(tree) {
			inside("fold", fold.Span)
		}
		for _, span := range Around(tree, offset) {
			inside("selection", span)
		}
		for _, item := range Outline(tree) {
			inside("outline", item.NameSpan())
		}
		InScope(tree, names, offset)
		CallAt(tree, names, offset)
		Members(tree, names, offset)
		InProse(tree, offset)
		WantsModule(tree, offset)
		BehindBang(tree, offset)
	})
}
