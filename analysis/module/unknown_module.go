// Rule unknown-module: EXTENDS and INSTANCE name modules that exist.
//
// A module that is extended or instantiated must be a standard module of the
// TLA+ tools, one of the CommunityModules, a module inside this one, or a file
// beside this one or in a library directory. Models invent modules, such as
// Temporal: the temporal operators need none. Where a known module was probably
// meant, the finding says which.
//
// Asked for by: no requirement of its own; without its modules a specification
// cannot be read (etcd prompt, critical output requirement 2; raftkvs prompt,
// requirements 2 and 7).
//
// Broken:
//
//	---- MODULE etcdraft ----
//	EXTENDS Integer, Temporal
//	VARIABLE x
//	Init == x = 0
//	Next == x' = 1 - x
//	Spec == Init /\ [][Next]_x /\ WF_x(Next)
//	====
//
// Mended:
//
//	---- MODULE etcdraft ----
//	EXTENDS Integers
//	VARIABLE x
//	Init == x = 0
//	Next == x' = 1 - x
//	Spec == Init /\ [][Next]_x /\ WF_x(Next)
//	====

package module

import (
	"fmt"
	"slices"
	"strings"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/library"
	"github.com/specls/specls/analysis/syntax"
	"github.com/specls/specls/analysis/text"
)

// reportUnknownModule reports a module that is extended or instantiated and
// nowhere to be found.
func (b *builder) reportUnknownModule(name syntax.Node) {
	extended := name.Parent().Kind() == syntax.KindExtends
	reason, builtIn := needsNoModule[strings.ToLower(name.Name())]
	meant := likelyMeant(name.Name())
	removal := finding.Fix{Title: fmt.Sprintf("Remove %s from EXTENDS", name.Name()), Preferred: true, Safe: true}
	var message string
	var fixes []finding.Fix
	switch {
	case builtIn && extended:
		message = fmt.Sprintf("There is no module %s: %s", name.Name(), reason)
		removal.Edits = []finding.Edit{withoutExtended(name)}
		fixes = append(fixes, removal)
	case meant != "" && extended && isExtended(name.Parent(), meant):
		message = fmt.Sprintf("There is no module %s; %s, which was probably meant, is extended already", name.Name(), meant)
		removal.Edits = []finding.Edit{withoutExtended(name)}
		fixes = append(fixes, removal)
	case meant != "":
		message = fmt.Sprintf("There is no module %s; %s was probably meant", name.Name(), meant)
		fixes = append(fixes, finding.Fix{
			Title: "Replace it by " + meant, Preferred: true, Safe: true,
			Edits: []finding.Edit{{Span: name.Span(), NewText: meant}},
		})
	default:
		message = fmt.Sprintf("There is no module %s among the standard modules and the CommunityModules, nor a file %s.tla beside this one or in a library directory",
			name.Name(), name.Name())
	}
	b.report(RuleUnknownModule, name.Span(), message, fixes...)
}

// needsNoModule holds, in lower case, names that models extend for what TLA+
// has built in.
var needsNoModule = map[string]string{
	"temporal":          temporalReason,
	"temporallogic":     temporalReason,
	"temporalformulas":  temporalReason,
	"temporaloperators": temporalReason,
	"tla":               "the operators of TLA+ itself need none",
	"tlaplus":           "the operators of TLA+ itself need none",
	"boolean":           "BOOLEAN, TRUE and FALSE need none",
	"booleans":          "BOOLEAN, TRUE and FALSE need none",
	"strings":           "STRING and strings need none",
	"string":            "STRING and strings need none",
	"records":           "records need none",
	"record":            "records need none",
	"tuples":            "tuples need none",
	"sets":              "sets need none, but for Cardinality and IsFiniteSet, which FiniteSets defines",
	"set":               "sets need none, but for Cardinality and IsFiniteSet, which FiniteSets defines",
}

const temporalReason = "[], <>, ~>, WF_ and SF_ are part of TLA+ and need none"

// usuallyMeant holds, in lower case, names that spelling alone would not lead
// to the module that defines what models want of them.
var usuallyMeant = map[string]string{
	"int":               "Integers",
	"nat":               "Naturals",
	"real":              "Reals",
	"seq":               "Sequences",
	"seqext":            "SequencesExt",
	"sequenceext":       "SequencesExt",
	"sequenceextension": "SequencesExt",
	"finitesetext":      "FiniteSetsExt",
	"multisets":         "Bags",
	"multiset":          "Bags",
	"print":             "TLC",
	"json":              "Json",
}

// maxSlip bounds how long a name may be in bytes for a similar one to be looked
// for. The longest names of the library's modules are half as long.
const maxSlip = 64

// likelyMeant returns the library's module that a name is probably a slip for,
// or an empty string.
func likelyMeant(name string) string {
	lower := strings.ToLower(name)
	if meant, ok := usuallyMeant[lower]; ok {
		return meant
	}
	// One slip in a short name and two in a long one are slips.
	best, bestDistance := "", 1+min(2, len(name)/4)
	if len(name) > maxSlip {
		return ""
	}
	for _, known := range slices.Sorted(library.Names()) {
		if o := library.OriginOf(known); o != library.Standard && o != library.Community {
			continue
		}
		if d := text.Distance(lower, strings.ToLower(known)); d < bestDistance {
			best, bestDistance = known, d
		}
	}
	return best
}

func isExtended(clause syntax.Node, module string) bool {
	for c := range clause.Children() {
		if c.Kind() == syntax.KindName && c.Name() == module {
			return true
		}
	}
	return false
}

// withoutExtended returns the edit that removes a name from EXTENDS: with the
// comma before it, or else the one behind it, or else the whole clause.
func withoutExtended(name syntax.Node) finding.Edit {
	clause := name.Parent()
	token := name.Token()
	before := name.Tree().Token(token.Index() - 1)
	switch {
	case before.Kind() == syntax.Comma:
		return removal(before.Span().Start, token.Span().End)
	case token.Next().Kind() == syntax.Comma:
		return removal(token.Span().Start, token.Next().Next().Span().Start)
	}
	return removal(clause.Span().Start, clause.Span().End)
}

func removal(start, end int) finding.Edit {
	return finding.Edit{Span: finding.Span{Start: start, End: end}}
}
