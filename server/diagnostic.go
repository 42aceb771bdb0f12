package server

import (
	"context"
	"fmt"
	"hash/fnv"
	"strings"
	"sync"
	"time"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
	"go.uber.org/zap"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/profile"
)

// publisher pushes diagnostics to clients that do not pull them. Each document
// has at most one check running, always of its newest version; edits that come
// meanwhile cause one more run, however many they are. Diagnostics are
// therefore published in the order of the versions, and superseded work is
// never started.
type publisher struct {
	server *Server
	mu     sync.Mutex
	// again holds the documents that are being checked, and whether they or what
	// they depend on have changed since that check began.
	again map[uri.URI]bool
	// shown holds what was published last for a document, by version and result
	// id: what has not changed is not published again.
	shown map[uri.URI]string
	// refresh asks a client that pulls to do so again; nil before the first time.
	refresh *time.Timer
}

func newPublisher(s *Server) *publisher {
	return &publisher{server: s, again: make(map[uri.URI]bool), shown: make(map[uri.URI]string)}
}

// scheduleAll publishes, soon, the findings of a specification that was opened,
// changed or closed, and of all others that are open, which may depend on it, or
// on the .cfg file that it is.
func (p *publisher) scheduleAll(snap *snapshot, changed *document) {
	if changed.language != tlaLanguage && changed.language != cfgLanguage {
		return
	}
	if p.server.caps.pullDiagnostics {
		p.refreshReaders(snap, changed)
		return
	}
	p.schedule(changed)
	for _, doc := range snap.documents {
		if doc.uri != changed.uri {
			p.schedule(doc)
		}
	}
}

// refreshPause is how long nothing must have changed before a client that pulls
// is asked to pull again: who types need not be told at every letter.
const refreshPause = 300 * time.Millisecond

// refreshReaders asks a client that pulls to do so again, soon, where another
// open specification names the module that has changed: the client asks about
// the document that it changes, and not about those that depend on it.
func (p *publisher) refreshReaders(snap *snapshot, changed *document) {
	module := strings.TrimSuffix(strings.TrimSuffix(uri.Basename(changed.uri), ".tla"), ".cfg")
	for _, doc := range snap.documents {
		if doc.uri == changed.uri || doc.language != tlaLanguage || !strings.Contains(doc.text(), module) {
			continue
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.refresh == nil {
			p.refresh = time.AfterFunc(refreshPause, p.server.refreshDiagnostics)
		} else {
			p.refresh.Reset(refreshPause)
		}
		return
	}
}

// schedule publishes the findings of a specification soon, or that it has none
// any more if it was closed.
func (p *publisher) schedule(doc *document) {
	if doc.language != tlaLanguage || p.server.caps.pullDiagnostics {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, busy := p.again[doc.uri]; busy {
		p.again[doc.uri] = true
		return
	}
	p.again[doc.uri] = false
	p.server.inBackground("publishDiagnostics", func() { p.work(doc.uri) })
}

// work publishes a document until it has not changed meanwhile.
func (p *publisher) work(u uri.URI) {
	for changed := true; changed; {
		p.publish(u)
		p.mu.Lock()
		changed = p.again[u]
		if changed {
			p.again[u] = false
		} else {
			delete(p.again, u)
		}
		p.mu.Unlock()
	}
}

// publish publishes what holds for a document now, unless that is on the screen
// already.
func (p *publisher) publish(u uri.URI) {
	s := p.server
	defer s.recoverBackground("publishDiagnostics") // and go on with the next change
	snap := s.current.Load()
	params := &protocol.PublishDiagnosticsParams{URI: u, Diagnostics: []protocol.Diagnostic{}}
	doc, open := snap.documents[u]
	if open {
		params.Diagnostics = s.diagnostics(doc, snap)
		if s.caps.versions {
			params.Version = protocol.NewOptional(doc.version)
		}
	}
	if p.isShown(u, doc, params.Diagnostics) {
		return
	}
	if err := s.client.PublishDiagnostics(s.lifetime, params); err != nil {
		s.log.Debug("textDocument/publishDiagnostics", zap.Error(err))
	}
}

// isShown tells whether the diagnostics of a document, nil for one that is
// closed, are those that were published last, and notes that they are now.
func (p *publisher) isShown(u uri.URI, doc *document, items []protocol.Diagnostic) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if doc == nil {
		_, shown := p.shown[u]
		delete(p.shown, u)
		return !shown
	}
	id, err := resultID(items)
	if err != nil {
		p.server.log.Error("diagnostics", zap.Error(err))
		return false
	}
	id = fmt.Sprintf("%d/%s", doc.version, id)
	if p.shown[u] == id {
		return true
	}
	p.shown[u] = id
	return false
}

// recheck checks every open specification again, after a change outside them:
// by pushing, or by asking the client to pull.
func (s *Server) recheck() {
	snap := s.update(func(snap *snapshot) { snap.world = new(world) })
	s.refreshLenses()
	if !s.caps.pullDiagnostics {
		for _, doc := range snap.documents {
			s.publisher.schedule(doc)
		}
		return
	}
	s.refreshDiagnostics()
}

// refreshDiagnostics asks a client that pulls diagnostics to do so again (LSP
// 3.17, workspace/diagnostic/refresh).
func (s *Server) refreshDiagnostics() {
	if !s.caps.pullDiagnostics || !s.caps.refresh {
		return
	}
	s.inBackground("workspace/diagnostic/refresh", func() {
		if err := s.client.DiagnosticRefresh(s.lifetime); err != nil {
			s.log.Debug("workspace/diagnostic/refresh", zap.Error(err))
		}
	})
}

// Diagnostic answers a client that pulls (LSP 3.17, textDocument/diagnostic).
// A document that is not open has no diagnostics.
func (s *Server) Diagnostic(ctx context.Context, params *protocol.DocumentDiagnosticParams) (protocol.DocumentDiagnosticReport, error) {
	snap := s.snapshotOf(ctx)
	items := []protocol.Diagnostic{}
	if doc, ok := snap.documents[params.TextDocument.URI]; ok && doc.language == tlaLanguage {
		items = s.diagnostics(doc, snap)
	}
	id, err := resultID(items)
	if err != nil {
		return nil, err
	}
	if params.PreviousResultID != nil && *params.PreviousResultID == id {
		return &protocol.RelatedUnchangedDocumentDiagnosticReport{
			UnchangedDocumentDiagnosticReport: protocol.UnchangedDocumentDiagnosticReport{Kind: "unchanged", ResultID: id},
		}, nil
	}
	return &protocol.RelatedFullDocumentDiagnosticReport{
		FullDocumentDiagnosticReport: protocol.FullDocumentDiagnosticReport{Kind: "full", ResultID: &id, Items: items},
	}, nil
}

// resultID identifies a list of diagnostics by its content.
func resultID(items []protocol.Diagnostic) (string, error) {
	h := fnv.New64a()
	for i := range items {
		raw, err := protocol.Marshal(&items[i])
		if err != nil {
			return "", fmt.Errorf("encoding a diagnostic: %w", err)
		}
		h.Write(raw)
	}
	return fmt.Sprintf("%d-%x", len(items), h.Sum64()), nil
}

// diagnostics returns a document's findings as LSP wants them.
func (s *Server) diagnostics(doc *document, snap *snapshot) []protocol.Diagnostic {
	result := s.check(doc, snap)
	s.tellStatus(doc, snap, result)
	found := result.Findings
	items := make([]protocol.Diagnostic, len(found))
	for i := range found {
		items[i] = s.diagnostic(doc, &found[i], result.Profile)
	}
	if changed := s.changeDiagnostic(snap, doc); changed != nil {
		items = append(items, *changed)
	}
	return items
}

// diagnostic returns a finding as LSP wants it. p is the profile whose contract
// was checked, nil for none.
func (s *Server) diagnostic(doc *document, f *finding.Finding, p *profile.Profile) protocol.Diagnostic {
	d := protocol.Diagnostic{
		Range:    s.rangeOf(doc.mapper, f.Span),
		Severity: protocol.DiagnosticSeverity(f.Severity),
		Code:     protocol.String(f.Rule),
		Source:   protocol.NewOptional(section),
		Message:  protocol.String(f.Message),
	}
	if s.caps.codeDescription {
		d.CodeDescription.Href = uri.URI(finding.Page(f.Rule))
	}
	var tags []protocol.DiagnosticTag
	if f.Unnecessary && s.caps.unnecessaryTag {
		tags = append(tags, protocol.DiagnosticTagUnnecessary)
	}
	if f.Deprecated && s.caps.deprecatedTag {
		tags = append(tags, protocol.DiagnosticTagDeprecated)
	}
	if len(tags) > 0 {
		d.Tags = protocol.NewDiagnosticTags(tags...)
	}
	if s.caps.relatedInformation {
		d.RelatedInformation = s.relatedInformation(doc, f, p)
	}
	return d
}

// relatedInformation returns the places that explain a finding: in the document,
// and in the profile's prompt.
func (s *Server) relatedInformation(doc *document, f *finding.Finding, p *profile.Profile) []protocol.DiagnosticRelatedInformation {
	var related []protocol.DiagnosticRelatedInformation
	for _, r := range f.Related {
		place, ok := protocol.Location{URI: doc.uri, Range: s.rangeOf(doc.mapper, r.Span)}, true
		if r.PromptLine > 0 {
			if ok = p != nil; ok {
				place, ok = s.promptPlace(p, r.PromptLine)
			}
		}
		if ok {
			related = append(related, protocol.DiagnosticRelatedInformation{Location: place, Message: r.Message})
		}
	}
	return related
}
