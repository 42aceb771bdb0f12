package server

import (
	"context"
	"fmt"
	"hash/fnv"
	"sync"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
	"go.uber.org/zap"

	"github.com/specls/specls/analysis/finding"
)

// publisher pushes diagnostics to clients that do not pull them. Each document
// has at most one check running, always of its newest version; edits that come
// meanwhile cause one more run, however many they are. Diagnostics are
// therefore published in the order of the versions, and superseded work is
// never started.
type publisher struct {
	server *Server
	mu     sync.Mutex
	// again holds the documents that are being checked, and whether they have
	// changed since that check began.
	again map[uri.URI]bool
}

func newPublisher(s *Server) *publisher {
	return &publisher{server: s, again: make(map[uri.URI]bool)}
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
	go p.work(doc.uri)
}

// work publishes a document until it has not changed meanwhile.
func (p *publisher) work(u uri.URI) {
	var last *snapshot
	for changed := true; changed; {
		last = p.publish(u, last)
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

// publish publishes what holds for a document now, unless the snapshot last has
// shown the same already. It returns the snapshot that it used.
func (p *publisher) publish(u uri.URI, last *snapshot) *snapshot {
	s := p.server
	snap := s.current.Load()
	defer s.recoverBackground("publishDiagnostics")
	doc, open := snap.documents[u]
	if last != nil && last.documents[u] == doc && last.config == snap.config {
		return snap
	}
	params := &protocol.PublishDiagnosticsParams{URI: u, Diagnostics: []protocol.Diagnostic{}}
	if open {
		params.Diagnostics = s.diagnostics(doc, snap)
		if s.caps.versions {
			params.Version = protocol.NewOptional(doc.version)
		}
	}
	if err := s.client.PublishDiagnostics(s.lifetime, params); err != nil {
		s.log.Debug("textDocument/publishDiagnostics", zap.Error(err))
	}
	return snap
}

// recheck checks every open specification again, after a change outside them:
// by pushing, or by asking the client to pull.
func (s *Server) recheck() {
	snap := s.update(func(snap *snapshot) {
		// Findings are kept per configuration; a new one makes them stale.
		renewed := *snap.config
		snap.config = &renewed
	})
	if !s.caps.pullDiagnostics {
		for _, doc := range snap.documents {
			s.publisher.schedule(doc)
		}
		return
	}
	if s.caps.refresh {
		go func() {
			defer s.recoverBackground("workspace/diagnostic/refresh")
			if err := s.client.DiagnosticRefresh(s.lifetime); err != nil {
				s.log.Debug("workspace/diagnostic/refresh", zap.Error(err))
			}
		}()
	}
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
	found := s.findings(doc, snap)
	items := make([]protocol.Diagnostic, len(found))
	for i := range found {
		items[i] = s.diagnostic(doc, &found[i])
	}
	return items
}

func (s *Server) diagnostic(doc *document, f *finding.Finding) protocol.Diagnostic {
	d := protocol.Diagnostic{
		Range:    s.rangeOf(doc.mapper, f.Span),
		Severity: protocol.DiagnosticSeverity(f.Severity),
		Code:     protocol.String(f.Rule),
		Source:   protocol.NewOptional("specls"),
		Message:  protocol.String(f.Message),
	}
	if f.Unnecessary && s.caps.unnecessaryTag {
		d.Tags = protocol.NewDiagnosticTags(protocol.DiagnosticTagUnnecessary)
	}
	if s.caps.relatedInformation {
		for _, r := range f.Related {
			d.RelatedInformation = append(d.RelatedInformation, protocol.DiagnosticRelatedInformation{
				Location: protocol.Location{URI: doc.uri, Range: s.rangeOf(doc.mapper, r.Span)},
				Message:  r.Message,
			})
		}
	}
	return d
}
