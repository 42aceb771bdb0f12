package server

import (
	"context"
	"maps"
	"strings"
	"sync"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/gosource"
	"github.com/specls/specls/analysis/text"
)

// language is what specls does with a document.
type language uint8

const (
	otherLanguage language = iota
	goLanguage
	tlaLanguage
	cfgLanguage // a configuration of the model checker
)

// languageOf tells by the id that the client gives, and else by the file's
// name: VS Code says "tlaplus", Neovim "tla". A .cfg file goes by its name alone,
// since some give it the id of TLA+.
func languageOf(id string, u uri.URI) language {
	switch {
	case strings.HasSuffix(u.Path(), ".cfg"):
		return cfgLanguage
	case id == "go" || strings.HasSuffix(u.Path(), ".go"):
		return goLanguage
	case id == "tla" || id == "tlaplus" || strings.HasSuffix(u.Path(), ".tla"):
		return tlaLanguage
	}
	return otherLanguage
}

// pathOf returns a document's path: that of the file system where it is a file,
// and else that of the URI.
func pathOf(u uri.URI) string {
	if u.IsFile() {
		return u.FsPath()
	}
	return u.Path()
}

// document is one version of an open file. It is immutable but for what is
// computed from it on demand.
type document struct {
	uri      uri.URI
	language language
	version  int32
	mapper   *text.Mapper

	factsOnce sync.Once
	facts     gosource.Facts

	checkMu sync.Mutex
	checked *world // what the result holds for
	result  *analysis.Result
}

// newDocument makes a version of a document. Text that is not valid UTF-8, as
// a lone surrogate in JSON is not, is made so.
func newDocument(u uri.URI, lang language, version int32, content string) *document {
	return &document{uri: u, language: lang, version: version, mapper: text.NewMapper(text.Sanitise(content))}
}

func (d *document) text() string { return d.mapper.Text() }

// snapshot is the state of the workspace at one place on the wire. It is
// immutable: an edit makes a new one.
type snapshot struct {
	documents map[uri.URI]*document
	folders   []folder
	settings  *settings
	near      *surroundings
	world     *world
}

// world stands for all that the findings on a specification depend on besides
// its own text: the other specifications and the .cfg files, open or on disk,
// the profiles and the settings.
// Whoever changes any of that sets a new one, and what was found for another
// world is stale.
type world struct{ _ byte } // not empty, so that no two have one address

// folder is a workspace folder.
type folder struct {
	uri  uri.URI
	path string // file system path, empty for a folder that is not a file
}

type snapshotKey struct{}

// snapshotOf returns the snapshot that stood when the request arrived.
func (s *Server) snapshotOf(ctx context.Context) *snapshot {
	if snap, ok := ctx.Value(snapshotKey{}).(*snapshot); ok {
		return snap
	}
	return s.current.Load()
}

// update replaces the current snapshot by a changed copy. Edits come from the
// read loop and settings from elsewhere, so it takes a lock; readers do not.
func (s *Server) update(change func(*snapshot)) *snapshot {
	s.updateMu.Lock()
	defer s.updateMu.Unlock()
	next := *s.current.Load()
	change(&next)
	s.current.Store(&next)
	return &next
}

// put adds a version of a document to a snapshot that is being made.
func (snap *snapshot) put(d *document) {
	snap.documents = maps.Clone(snap.documents)
	snap.documents[d.uri] = d
	snap.changed(d)
}

// drop removes a document from a snapshot that is being made.
func (snap *snapshot) drop(d *document) {
	snap.documents = maps.Clone(snap.documents)
	delete(snap.documents, d.uri)
	snap.changed(d)
}

// changed notes that a document is another one now.
func (snap *snapshot) changed(d *document) {
	if d.language == tlaLanguage || d.language == cfgLanguage {
		snap.world = new(world)
	}
}

// rangeOf converts a span of a document to an LSP range.
func (s *Server) rangeOf(m *text.Mapper, span finding.Span) protocol.Range {
	return protocol.Range{Start: s.positionOf(m, span.Start), End: s.positionOf(m, span.End)}
}

func (s *Server) positionOf(m *text.Mapper, offset int) protocol.Position {
	p := m.Position(offset, s.encoding)
	return protocol.Position{Line: uint32(p.Line), Character: uint32(p.Character)}
}

// spanOf converts an LSP range to a span. A range that ends before it starts
// is taken as the empty one at its start.
func (s *Server) spanOf(m *text.Mapper, r protocol.Range) finding.Span {
	start := m.Offset(fromLSP(r.Start), s.encoding)
	end := m.Offset(fromLSP(r.End), s.encoding)
	return finding.Span{Start: start, End: max(start, end)}
}

func fromLSP(p protocol.Position) text.Position {
	return text.Position{Line: int(min(p.Line, 1<<31-1)), Character: int(min(p.Character, 1<<31-1))}
}
