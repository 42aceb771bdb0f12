package server

import (
	"fmt"

	"go.lsp.dev/protocol"
	"go.uber.org/zap"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/finding"
)

// kindFixAll is the kind of the action that makes all safe fixes. Editors run
// it when a file is saved, for those who want that.
const kindFixAll protocol.CodeActionKind = "source.fixAll.specls"

// fixAllAction offers to make all fixes that are safe; nil where there is none.
func (s *Server) fixAllAction(snap *snapshot, doc *document) *protocol.CodeAction {
	safe := 0
	for _, f := range s.check(doc, snap).Findings {
		for _, fix := range f.Fixes {
			if fix.Safe {
				safe++
			}
		}
	}
	if safe == 0 {
		return nil
	}
	action := &protocol.CodeAction{Title: "Fix all that is mechanical (specls)", Kind: ptr(kindFixAll)}
	if s.caps.resolveEdit {
		action.Data = mustEncode(fixID{URI: doc.uri, Version: doc.version, All: true})
		return action
	}
	edit, err := s.fixAllEdit(snap, doc)
	if err != nil {
		s.log.Error("fix all", zap.Error(err))
		return nil
	}
	action.Edit = edit
	return action
}

// fixAllEdit returns the edit that makes all safe fixes.
func (s *Server) fixAllEdit(snap *snapshot, doc *document) (*protocol.WorkspaceEdit, error) {
	in := s.inputFor(snap, doc.uri)
	in.Text = doc.text()
	fixed, _, err := analysis.FixAll(in)
	if err != nil {
		return nil, fmt.Errorf("fixing: %w", err)
	}
	return s.documentEdit(doc, difference(doc.text(), fixed)), nil
}

// difference returns the edits that make one text of another: those of the
// lines between what both begin and end with.
func difference(before, after string) []finding.Edit {
	start := 0
	for start < len(before) && start < len(after) && before[start] == after[start] {
		start++
	}
	end, newEnd := len(before), len(after)
	for end > start && newEnd > start && before[end-1] == after[newEnd-1] {
		end, newEnd = end-1, newEnd-1
	}
	if start == end && start == newEnd {
		return nil
	}
	// An edit begins and ends between lines, where it splits no character.
	for start > 0 && before[start-1] != '\n' {
		start--
	}
	for end < len(before) && (end == 0 || before[end-1] != '\n') {
		end, newEnd = end+1, newEnd+1
	}
	return []finding.Edit{{Span: finding.Span{Start: start, End: end}, NewText: after[start:newEnd]}}
}
