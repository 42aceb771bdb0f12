package server

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/gosource"
	"github.com/specls/specls/analysis/profile"
)

// The kinds of the actions that are no quick fixes. They are not under "source", which
// editors keep out of their ordinary menus.
const (
	kindConvert protocol.CodeActionKind = "specls.convert"
	kindPreview protocol.CodeActionKind = "specls.preview"
	kindCopy    protocol.CodeActionKind = "specls.copy"
	kindReport  protocol.CodeActionKind = "specls.report"
	kindRepair  protocol.CodeActionKind = "specls.repair"
)

func codeActionKinds() []protocol.CodeActionKind {
	return []protocol.CodeActionKind{protocol.CodeActionKindQuickFix, kindFixAll, kindConvert, kindPreview, kindCopy, kindReport, kindRepair}
}

// CodeAction offers what can be done at a place (LSP 3.17,
// textDocument/codeAction).
func (s *Server) CodeAction(ctx context.Context, params *protocol.CodeActionParams) ([]protocol.CommandOrCodeAction, error) {
	snap := s.snapshotOf(ctx)
	doc, ok := snap.documents[params.TextDocument.URI]
	if !ok {
		return nil, jsonrpc2.Errorf(jsonrpc2.InvalidParams, "%s is not open", params.TextDocument.URI)
	}
	var actions []protocol.CodeAction
	switch doc.language {
	case goLanguage:
		if s.untrusted {
			break
		}
		actions = s.conversionActions(snap, doc, params.Range)
	case tlaLanguage:
		actions = s.quickFixes(snap, doc, params.Range)
		actions = append(actions, s.updateActions(snap, doc)...)
		actions = append(actions, s.repairActions(snap, doc, s.spanOf(doc.mapper, params.Range))...)
		if all := s.fixAllAction(snap, doc); all != nil {
			actions = append(actions, *all)
		}
		if s.reports.get(doc.uri) != "" {
			actions = append(actions, commandAction("Show the report of the conversion", kindReport, commandReport, argument{URI: doc.uri}))
		}
	}
	result := []protocol.CommandOrCodeAction{}
	for i := range actions {
		if !wanted(*actions[i].Kind, params.Context.Only) {
			continue
		}
		if item := s.presentable(&actions[i]); item != nil {
			result = append(result, item)
		}
	}
	return result, nil
}

// wanted tells whether a kind, or a kind above it, is on the client's list. An
// empty list wants all.
func wanted(kind protocol.CodeActionKind, only []protocol.CodeActionKind) bool {
	for _, o := range only {
		if o == "" || kind == o || strings.HasPrefix(string(kind), string(o)+".") {
			return true
		}
	}
	return len(only) == 0
}

// presentable cuts an action down to what the client declared. A client that
// knows no code action literals gets the command, and nothing where the action
// is an edit.
func (s *Server) presentable(action *protocol.CodeAction) protocol.CommandOrCodeAction {
	if !s.caps.codeActionLiterals {
		if action.Command.Command == "" {
			return nil
		}
		return &action.Command
	}
	if !s.caps.isPreferred {
		action.IsPreferred = nil
	}
	return action
}

// conversionActions are those on a Go file: for each profile that fits it, the
// best first, and one that lets the person choose any.
func (s *Server) conversionActions(snap *snapshot, doc *document, at protocol.Range) []protocol.CodeAction {
	var actions []protocol.CodeAction
	focus := s.focusAt(snap, doc, at)
	for _, ranked := range profile.Rank(snap.near.profiles, snap.factsOf(doc), doc.uri.Path()) {
		actions = append(actions, s.profileActions(doc.uri, ranked.Profile.Name, focus)...)
	}
	choose := argument{URI: doc.uri}
	return append(actions, commandAction("Convert to TLA+: choose a profile…", kindConvert, commandChoose, choose))
}

func (s *Server) profileActions(u uri.URI, name string, focus focus) []protocol.CodeAction {
	whole := argument{URI: u, Profile: name}
	actions := []protocol.CodeAction{
		commandAction(fmt.Sprintf("Convert to TLA+ (%s)", name), kindConvert, commandConvert, whole),
	}
	focused := argument{URI: u, Profile: name, Focus: focus.text}
	if focus.text != "" {
		actions = append(actions, commandAction(fmt.Sprintf("Convert to TLA+ (%s) focused on %s", name, focus.title), kindConvert, commandConvert, focused))
	}
	actions = append(actions, commandAction(fmt.Sprintf("Preview TLA+ conversion prompt (%s)", name), kindPreview, commandPreview, whole))
	if focus.text != "" {
		actions = append(actions, commandAction(fmt.Sprintf("Preview TLA+ conversion prompt (%s) focused on %s", name, focus.title), kindPreview, commandPreview, focused))
	}
	if s.caps.clipboard {
		actions = append(actions, commandAction(fmt.Sprintf("Copy TLA+ conversion prompt (%s)", name), kindCopy, commandCopy, whole))
	}
	return actions
}

func commandAction(title string, kind protocol.CodeActionKind, command string, argument argument) protocol.CodeAction {
	return protocol.CodeAction{
		Title:   title,
		Kind:    &kind,
		Command: protocol.Command{Title: title, Command: command, Arguments: []protocol.LSPAny{mustEncode(argument)}},
	}
}

// focus is what a conversion concentrates on: the text that the prompt gets,
// and how a menu shows it.
type focus struct{ text, title string }

// focusAt returns the declaration that holds the cursor or the selection, else
// the selected lines, else nothing.
func (s *Server) focusAt(snap *snapshot, doc *document, at protocol.Range) focus {
	span := s.spanOf(doc.mapper, at)
	if d, ok := gosource.Enclosing(snap.goFile(doc), span.Start, span.End); ok {
		return focus{text: fmt.Sprintf("the %s %s", d.Kind, d), title: "`" + d.String() + "`"}
	}
	// In Helix the cursor itself is a selection of one character.
	if utf8.RuneCountInString(doc.mapper.Text()[span.Start:span.End]) <= 1 {
		return focus{}
	}
	first, _ := doc.mapper.LineColumn(span.Start)
	last, column := doc.mapper.LineColumn(span.End)
	if column == 1 && last > first {
		last-- // a selection of whole lines ends at the start of the next
	}
	if first == last {
		return focus{text: fmt.Sprintf("line %d", first), title: fmt.Sprintf("line %d", first)}
	}
	return focus{text: fmt.Sprintf("lines %d to %d", first, last), title: fmt.Sprintf("lines %d–%d", first, last)}
}

// fixID is what a quick fix carries until it is resolved.
type fixID struct {
	URI     uri.URI `json:"uri"`
	Version int32   `json:"version"`
	Rule    string  `json:"rule,omitempty"`
	Start   int     `json:"start,omitempty"`
	Title   string  `json:"title,omitempty"`
	// All says that it is no single fix but all that are safe.
	All bool `json:"all,omitzero"`
}

// quickFixes are the fixes of the findings on the lines that a range touches.
func (s *Server) quickFixes(snap *snapshot, doc *document, at protocol.Range) []protocol.CodeAction {
	span := s.spanOf(doc.mapper, at)
	var actions []protocol.CodeAction
	for _, f := range s.check(doc, snap).Findings {
		if !doc.touches(f.Span, span) {
			continue
		}
		for _, fix := range f.Fixes {
			actions = append(actions, s.quickFix(snap, doc, &f, &fix))
		}
	}
	return actions
}

// touches reports whether two spans of a document have a line in common.
func (d *document) touches(a, b finding.Span) bool {
	firstA, _ := d.mapper.LineColumn(a.Start)
	lastA, _ := d.mapper.LineColumn(a.End)
	firstB, _ := d.mapper.LineColumn(b.Start)
	lastB, _ := d.mapper.LineColumn(b.End)
	return firstA <= lastB && firstB <= lastA
}

// quickFix returns one fix; its edit is left to codeAction/resolve where the
// client asks for it there.
func (s *Server) quickFix(snap *snapshot, doc *document, f *finding.Finding, fix *finding.Fix) protocol.CodeAction {
	action := protocol.CodeAction{
		Title:       fix.Title,
		Kind:        ptr(protocol.CodeActionKindQuickFix),
		Diagnostics: []protocol.Diagnostic{s.diagnostic(doc, f, s.check(doc, snap).Profile)},
	}
	if fix.Preferred {
		action.IsPreferred = ptr(true)
	}
	if s.caps.resolveEdit {
		action.Data = mustEncode(fixID{URI: doc.uri, Version: doc.version, Rule: f.Rule, Start: f.Span.Start, Title: fix.Title})
	} else {
		action.Edit = s.documentEdit(doc, fix.Edits)
	}
	return action
}

// CodeActionResolve fills in the edit of a quick fix (LSP 3.17,
// codeAction/resolve). An action that needs nothing filled in comes back as it
// is; one for a document that has changed since is refused with
// ContentModified.
func (s *Server) CodeActionResolve(ctx context.Context, action *protocol.CodeAction) (*protocol.CodeAction, error) {
	if len(action.Data) == 0 {
		return action, nil
	}
	var id fixID
	if err := protocol.Unmarshal(action.Data, &id); err != nil {
		return nil, jsonrpc2.Errorf(jsonrpc2.InvalidParams, "the action's data is not what specls gave it: %v", err)
	}
	snap := s.snapshotOf(ctx)
	doc, ok := snap.documents[id.URI]
	if !ok || doc.version != id.Version {
		return nil, protocol.ErrContentModified
	}
	if id.All {
		edit, err := s.fixAllEdit(snap, doc)
		if err != nil {
			return nil, err
		}
		action.Edit = edit
		return action, nil
	}
	for _, f := range s.check(doc, snap).Findings {
		if f.Rule != id.Rule || f.Span.Start != id.Start {
			continue
		}
		for _, fix := range f.Fixes {
			if fix.Title == id.Title {
				action.Edit = s.documentEdit(doc, fix.Edits)
				return action, nil
			}
		}
	}
	return nil, protocol.ErrContentModified
}

// mustEncode encodes what cannot fail to encode: structures of strings and
// numbers.
func mustEncode(v any) protocol.LSPAny {
	raw, err := protocol.Marshal(v)
	if err != nil {
		panic(err)
	}
	return raw
}
