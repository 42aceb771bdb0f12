package server

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.lsp.dev/protocol"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/library"
	"github.com/specls/specls/analysis/module"
	"github.com/specls/specls/analysis/navigate"
	"github.com/specls/specls/analysis/syntax"
	"github.com/specls/specls/commands"
)

// completionTriggers are the characters behind which something can be completed
// that is no name: \in, I!Op.
var completionTriggers = []string{"\\", "!"}

// keywords are those that begin something worth completing.
var keywords = []string{
	"ASSUME", "CASE", "CHOOSE", "CONSTANT", "CONSTANTS", "DOMAIN", "ELSE", "ENABLED", "EXCEPT", "EXTENDS", "FALSE", "IF", "IN", "INSTANCE",
	"LAMBDA", "LET", "LOCAL", "MODULE", "OTHER", "RECURSIVE", "SF_", "SUBSET", "THEN", "THEOREM", "TRUE", "UNCHANGED", "UNION", "VARIABLE",
	"VARIABLES", "WF_", "WITH",
}

// Completion returns what can stand at a place: modules after EXTENDS and
// INSTANCE, an instance's operators after "!", signs after "\", and else the
// names in scope and keywords (LSP 3.17, textDocument/completion).
func (s *Server) Completion(ctx context.Context, params *protocol.CompletionParams) (protocol.CompletionResult, error) {
	p := s.specification(ctx, params.TextDocument.URI)
	if p == nil {
		return nil, nil
	}
	offset := p.offset(params.Position)
	items := []protocol.CompletionItem{}
	switch {
	case navigate.InProse(p.result.Tree, offset):
	case navigate.WantsModule(p.result.Tree, offset):
		items = p.moduleItems()
	default:
		if sign, ok := backslashBefore(p.doc.text(), offset); ok {
			items = p.signItems(sign, offset)
			break
		}
		if navigate.BehindBang(p.result.Tree, offset) {
			items = p.symbolItems(navigate.Members(p.result.Tree, p.result.Names, offset))
			break
		}
		items = append(p.symbolItems(navigate.InScope(p.result.Tree, p.result.Names, offset)), keywordItems()...)
	}
	return &protocol.CompletionList{Items: items}, nil
}

// moduleItems are the modules that there are: those on disk, and the library's.
func (p *specification) moduleItems() []protocol.CompletionItem {
	details := map[string]string{}
	for name := range library.Names() {
		details[name] = originInProse(library.OriginOf(name))
	}
	for _, dir := range p.snap.moduleDirectories(p.doc.uri) {
		for _, name := range commands.ModulesIn(dir) {
			details[name] = "module in " + name + ".tla"
		}
	}
	if own, ok := p.result.Tree.Module(); ok {
		delete(details, own.Name())
	}
	var items []protocol.CompletionItem
	for _, name := range slices.Sorted(maps.Keys(details)) {
		item := protocol.CompletionItem{Label: name, Kind: protocol.CompletionItemKindModule, Detail: protocol.NewOptional(details[name])}
		if m, ok := library.Lookup(name); ok && m.Doc != "" {
			item.Documentation = protocol.String(m.Doc)
		}
		items = append(items, item)
	}
	return items
}

// symbolItems are names, the nearest first.
func (p *specification) symbolItems(symbols []*module.Symbol) []protocol.CompletionItem {
	items := []protocol.CompletionItem{}
	for i, s := range symbols {
		if !isIdentifier(s.Name) {
			continue
		}
		item := protocol.CompletionItem{
			Label: s.Name, Kind: completionKind(s.Kind),
			Detail: protocol.NewOptional(signature(s)), SortText: protocol.NewOptional(fmt.Sprintf("%05d", i)),
		}
		if entry := libraryEntry(s.Source()); entry != nil && entry.Doc != "" {
			item.Documentation = protocol.String(entry.Doc)
		}
		items = append(items, item)
	}
	return items
}

// signature returns how a symbol is applied, and what it is.
func signature(s *module.Symbol) string {
	if len(s.Params) == 0 {
		return kindInProse(s)
	}
	label, _ := applied(s)
	return label + ": " + kindInProse(s)
}

func completionKind(k module.Kind) protocol.CompletionItemKind {
	switch k {
	case module.KindVariable, module.KindBound, module.KindParameter:
		return protocol.CompletionItemKindVariable
	case module.KindConstant:
		return protocol.CompletionItemKindConstant
	case module.KindInstance:
		return protocol.CompletionItemKindModule
	case module.KindTheorem, module.KindAssumption:
		return protocol.CompletionItemKindReference
	}
	return protocol.CompletionItemKindFunction
}

func keywordItems() []protocol.CompletionItem {
	items := make([]protocol.CompletionItem, len(keywords))
	for i, k := range keywords {
		items[i] = protocol.CompletionItem{Label: k, Kind: protocol.CompletionItemKindKeyword, SortText: protocol.NewOptional("~" + k)}
	}
	return items
}

// backslashBefore returns the offset of the "\" that the letters before an
// offset begin with.
func backslashBefore(text string, offset int) (int, bool) {
	i := offset
	for i > 0 && isLetter(text[i-1]) {
		i--
	}
	if i == 0 || text[i-1] != '\\' {
		return 0, false
	}
	return i - 1, true
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

// signItems are what is written with a "\". The edit says what is replaced,
// since editors differ in whether "\" belongs to a word.
func (p *specification) signItems(start, end int) []protocol.CompletionItem {
	meanings := map[string]string{`\A`: "for all", `\E`: "there is", `\AA`: "for all, temporal", `\EE`: "there is, temporal"}
	for name, others := range syntax.Operators() {
		for _, spelling := range append(others, name) {
			if len(spelling) > 1 && spelling[0] == '\\' && isLetter(spelling[1]) {
				meanings[spelling] = strings.Join(slices.DeleteFunc(append(others, name), func(o string) bool { return o == spelling }), " ")
			}
		}
	}
	at := p.rangeOf(finding.Span{Start: start, End: end})
	items := []protocol.CompletionItem{}
	for _, sign := range slices.Sorted(maps.Keys(meanings)) {
		items = append(items, protocol.CompletionItem{
			Label: sign, Kind: protocol.CompletionItemKindOperator, FilterText: protocol.NewOptional(sign),
			Detail: protocol.NewOptional(meanings[sign]), TextEdit: &protocol.TextEdit{Range: at, NewText: sign},
		})
	}
	return items
}
