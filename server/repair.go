package server

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/gosource"
	"github.com/specls/specls/analysis/text"
	"github.com/specls/specls/commands"
	"github.com/specls/specls/commands/model"
)

// The answers to the question whether a repair is to be taken, in editors that
// cannot show a change before it is made.
const (
	answerApply   = "Apply it"
	answerDiscard = "Discard it"
)

// repairAnnotation is the id of the change annotation on a repair.
const repairAnnotation = "specls-repair"

// repairActions offer to ask the model about the findings in a range, one by
// one, and about all. There are none where no language model is configured, or
// nothing is to be mended by the profile's prompt.
func (s *Server) repairActions(snap *snapshot, doc *document, at finding.Span) []protocol.CodeAction {
	result := s.check(doc, snap)
	name, chosen := snap.near.registry.Selected(snap.settings.Model)
	if s.untrusted || result.Profile == nil || !chosen || name == commands.DefaultModel {
		return nil
	}
	var actions []protocol.CodeAction
	all := 0
	for _, f := range result.Findings {
		if f.Severity > finding.Warning {
			continue
		}
		all++
		if !doc.touches(f.Span, at) {
			continue
		}
		action := commandAction("Ask the model to fix this: "+f.Message, protocol.CodeActionKindQuickFix, commandRepair,
			argument{URI: doc.uri, Range: ptr(s.rangeOf(doc.mapper, f.Span))})
		action.Diagnostics = []protocol.Diagnostic{s.diagnostic(doc, &f, result.Profile)}
		actions = append(actions, action)
	}
	if all > 0 {
		actions = append(actions, commandAction("Repair with the model", kindRepair, commandRepair, argument{URI: doc.uri}))
	}
	return actions
}

// repair has the model mend a specification, and offers what comes of it.
func (s *Server) repair(ctx context.Context, i *invocation) (any, error) {
	doc, open := i.snap.documents[i.argument.URI]
	if !open || doc.language != tlaLanguage {
		return nil, fmt.Errorf("%s is not open as a specification; open it", uri.Basename(i.argument.URI))
	}
	result := s.check(doc, i.snap)
	if result.Profile == nil {
		return nil, fmt.Errorf("%s belongs to no profile, so there is no prompt to repair it by; name one in %s.profile", uri.Basename(doc.uri), section)
	}
	if _, chosen := i.snap.near.registry.Selected(selector(i.argument.Model, i.snap)); !chosen {
		return nil, fmt.Errorf("no language model is configured; name one in %s.model, see %s", section, modelsPage)
	}
	m, err := s.newModel(i.argument.Model, i.snap)
	if err != nil {
		return nil, err
	}
	if commands.AnswersOnce(m) {
		return nil, fmt.Errorf("%s cannot repair; choose a language model", m.Title())
	}
	j := &job{snap: i.snap, doc: doc, profile: result.Profile, token: i.token}
	req, err := s.repairRequest(j, m, i.argument.Range)
	if err != nil {
		return nil, err
	}
	// What is sent is the specification, and the source that it came from.
	if err := s.consent(ctx, j, m, append([]gosource.File{{Path: i.snap.relativePath(doc.uri), Text: doc.text()}}, req.Files...)); err != nil {
		return nil, err
	}
	working, progress := s.beginProgress(ctx, j.token, fmt.Sprintf("Repair %s with %s", uri.Basename(doc.uri), m.Title()))
	progress.follow(&req.ConvertRequest)
	c, err := commands.Repair(working, req)
	progress.endWith(c, err)
	if err != nil {
		return nil, err
	}
	return s.proposeRepair(ctx, doc, c)
}

// repairRequest says what is to be repaired: all, or what lies in a range.
func (s *Server) repairRequest(j *job, m model.Model, at *protocol.Range) (commands.RepairRequest, error) {
	path := pathOf(j.doc.uri)
	req := commands.RepairRequest{ConvertRequest: s.request(j, m, nil, path), Module: j.doc.text(), Config: j.snap.modelConfig(j.doc.uri)}
	if req.Rounds == 0 {
		req.Rounds = 1 // somebody has just asked for one
	}
	if record, ok := commands.FindRecord("", path, req.Module); ok {
		req.Files, _ = commands.KeptSources("", record)
		req.Focus = record.Focus
	}
	if at == nil {
		return req, nil
	}
	span := s.spanOf(j.doc.mapper, *at)
	for _, f := range s.check(j.doc, j.snap).Findings {
		if f.Span.Start <= span.End && span.Start <= f.Span.End {
			req.Only = append(req.Only, f)
		}
	}
	if len(req.Only) == 0 {
		return req, errors.New("there are no findings here any more")
	}
	return req, nil
}

// proposeRepair shows what a repair would change, and changes it where the
// person agrees.
func (s *Server) proposeRepair(ctx context.Context, doc *document, c *commands.Conversion) (any, error) {
	name := uri.Basename(doc.uri)
	if c.Module == doc.text() {
		s.showMessage(ctx, protocol.MessageTypeInfo, fmt.Sprintf("%s is as it was: no repair was better. %s", name, whereKept(c)))
		return outcome{Kept: true}, nil
	}
	now, open := s.current.Load().documents[doc.uri]
	if !open || now.text() != doc.text() {
		return nil, keptAnyway(fmt.Errorf("%s has changed while the model wrote, so the repair was not applied", name), c)
	}
	applied, err := s.applyRepair(ctx, now, c)
	if err != nil {
		return nil, keptAnyway(err, c)
	}
	if !applied {
		s.showMessage(ctx, protocol.MessageTypeInfo, fmt.Sprintf("%s is as it was. %s", name, whereKept(c)))
		return outcome{Kept: true}, nil
	}
	path := pathOf(doc.uri)
	if err := commands.Delivered("", c.Record, path); err != nil {
		return nil, err
	}
	s.reports.put(doc.uri, c.ReportPath)
	s.provenance.forget(doc.uri)
	s.tell(ctx, filepath.Base(path), "repaired", c)
	return outcome{URI: doc.uri}, nil
}

// applyRepair changes the document, once the person has agreed: in the editor's
// own preview of changes where it has one, else when asked about a diff.
func (s *Server) applyRepair(ctx context.Context, doc *document, c *commands.Conversion) (applied bool, err error) {
	edits := difference(doc.text(), c.Module)
	label := fmt.Sprintf("Repair by %s: %s before, %s after", c.AnsweredBy, describeTally(c.Before), describeTally(c.After))
	if s.caps.changeAnnotations {
		result, err := s.client.ApplyEdit(ctx, &protocol.ApplyWorkspaceEditParams{Label: &label, Edit: *s.annotatedEdit(doc, edits, label)})
		return err == nil && result.Applied, err
	}
	name := uri.Basename(doc.uri)
	diff, err := s.promptDocument(ctx, name+", repaired.diff", text.Unified(name, name+", repaired", doc.text(), c.Module))
	if err != nil {
		return false, fmt.Errorf("showing the repair: %w", err)
	}
	s.show(ctx, diff, "What the repair changes is in")
	answer, err := s.confirm(ctx, label+". Apply it?", answerApply, answerDiscard)
	if err != nil || answer != answerApply {
		return false, err
	}
	now, open := s.current.Load().documents[doc.uri]
	if !open || now.text() != doc.text() {
		return false, fmt.Errorf("%s has changed meanwhile", name)
	}
	target, err := s.current.Load().readTarget(doc.uri.FsPath())
	if err != nil {
		return false, err
	}
	return true, s.write(ctx, target, "Repair", c.Module)
}

// annotatedEdit returns an edit that the person confirms change by change.
func (s *Server) annotatedEdit(doc *document, edits []finding.Edit, label string) *protocol.WorkspaceEdit {
	change := &protocol.TextDocumentEdit{TextDocument: protocol.OptionalVersionedTextDocumentIdentifier{
		TextDocumentIdentifier: protocol.TextDocumentIdentifier{URI: doc.uri}, Version: &doc.version,
	}}
	for _, e := range s.textEdits(doc.mapper, edits) {
		change.Edits = append(change.Edits, &protocol.AnnotatedTextEdit{TextEdit: e, AnnotationID: repairAnnotation})
	}
	return &protocol.WorkspaceEdit{
		DocumentChanges: []protocol.DocumentChange{change},
		ChangeAnnotations: map[protocol.ChangeAnnotationIdentifier]protocol.ChangeAnnotation{
			repairAnnotation: {Label: label, NeedsConfirmation: ptr(true)},
		},
	}
}

func describeTally(t commands.Tally) string {
	return fmt.Sprintf("%s and %s", plural(t.Errors, "error"), plural(t.Warnings, "warning"))
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
