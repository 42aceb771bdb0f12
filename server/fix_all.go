package server

import (
	"fmt"
	"strings"

	"go.lsp.dev/protocol"
	"go.uber.org/zap"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/text"
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

// difference returns the edits that make one text of another, line by line.
func difference(before, after string) []finding.Edit {
	old, now := text.Lines(before), text.Lines(after)
	var edits []finding.Edit
	line, offset := 0, 0
	advance := func(to int) int {
		for ; line < to; line++ {
			offset += len(old[line])
		}
		return offset
	}
	for _, h := range text.DiffLines(old, now) {
		start := advance(h.OldStart)
		end := advance(h.OldEnd)
		edits = append(edits, finding.Edit{Span: finding.Span{Start: start, End: end}, NewText: strings.Join(now[h.NewStart:h.NewEnd], "")})
	}
	return edits
}
