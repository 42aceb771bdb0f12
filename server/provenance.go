package server

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/specls/specls/analysis/gosource"
	"github.com/specls/specls/analysis/text"
	"github.com/specls/specls/commands"
)

// codeSourceChanged is the code of the diagnostic on a specification whose
// source has changed since. It is no rule: nothing in the text breaks one.
const codeSourceChanged = "source-changed"

// provenance remembers which record each specification came from, since looking
// that up reads the user's whole history.
type provenance struct {
	mu      sync.Mutex
	records map[uri.URI]*commands.Record // nil for one that was not converted
	// changes are the last ones, and the sources for which they hold.
	changes map[uri.URI]*sourceChange
}

// of returns the record of the conversion that a specification came from, nil
// where none did.
func (p *provenance) of(doc *document) *commands.Record {
	if !doc.uri.IsFile() {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	record, known := p.records[doc.uri]
	if known {
		return record
	}
	if r, ok := commands.FindRecord("", doc.uri.FsPath(), ""); ok {
		record = &r
	}
	if p.records == nil {
		p.records = make(map[uri.URI]*commands.Record)
	}
	p.records[doc.uri] = record
	return record
}

// forget is for a specification that was opened, closed or written: it may come
// from another conversion now.
func (p *provenance) forget(u uri.URI) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.records, u)
	delete(p.changes, u)
}

// hasSource reports whether a known specification came from a file of that name.
func (p *provenance) hasSource(name string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, record := range p.records {
		if record != nil && slices.ContainsFunc(record.Sources, func(s commands.RecordedSource) bool { return path.Base(s.Path) == name }) {
			return true
		}
	}
	return false
}

// sourceChange is how the sources of a specification differ from what they were
// when it was made.
type sourceChange struct {
	record  *commands.Record
	now     []gosource.File
	sources []uri.URI // where the files are, as now has them
	changes []commands.FunctionChange
}

// sourceChange returns how the sources of a specification have changed; nil
// where they have not, or where nothing is known of them.
func (s *Server) sourceChange(snap *snapshot, doc *document) *sourceChange {
	record := s.provenance.of(doc)
	if record == nil || s.untrusted {
		return nil
	}
	c := &sourceChange{record: record}
	for _, source := range record.Sources {
		if file, u, ok := snap.findSource(doc, source.Path); ok {
			c.now, c.sources = append(c.now, file), append(c.sources, u)
		}
	}
	p := &s.provenance
	p.mu.Lock()
	defer p.mu.Unlock()
	if last := p.changes[doc.uri]; last != nil && last.record == record && slices.Equal(last.now, c.now) {
		c = last
	} else {
		c.changes = commands.Changes("", *record, c.now)
		if p.changes == nil {
			p.changes = make(map[uri.URI]*sourceChange)
		}
		p.changes[doc.uri] = c
	}
	if len(c.changes) == 0 {
		return nil
	}
	return c
}

// findSource returns a source of a specification as it is now: in the editor if
// it is open there, else on disk. Its path is as it was recorded.
func (snap *snapshot) findSource(doc *document, recorded string) (gosource.File, uri.URI, bool) {
	local := filepath.FromSlash(recorded)
	candidates := []string{filepath.Join(snap.rootOf(pathOf(doc.uri)), local), filepath.Join(filepath.Dir(doc.uri.FsPath()), filepath.Base(local))}
	if filepath.IsAbs(local) {
		candidates = []string{local}
	}
	for _, candidate := range candidates {
		u := uri.File(candidate)
		if open, ok := snap.documents[u]; ok {
			return gosource.File{Path: recorded, Text: open.text()}, u, true
		}
		if content, err := os.ReadFile(candidate); err == nil {
			return gosource.File{Path: recorded, Text: text.Sanitise(string(content))}, u, true
		}
	}
	return gosource.File{}, "", false
}

// sentence says what has changed: "raft.go, which has changed since (12
// functions)".
func (c *sourceChange) sentence() string {
	var files []string
	what := "function"
	for _, change := range c.changes {
		if name := path.Base(change.File); !slices.Contains(files, name) {
			files = append(files, name)
		}
		if change.Kind != gosource.Function && change.Kind != gosource.Method {
			what = "declaration"
		}
	}
	have := "has"
	if len(files) > 1 {
		have = "have"
	}
	return fmt.Sprintf("%s, which %s changed since (%s)", strings.Join(files, ", "), have, plural(len(c.changes), what))
}

// changeDiagnostic tells of a changed source where the client shows no lenses
// and where it does; nil where nothing has changed.
func (s *Server) changeDiagnostic(snap *snapshot, doc *document) *protocol.Diagnostic {
	change := s.sourceChange(snap, doc)
	p := s.specificationOf(snap, doc)
	if change == nil || p == nil {
		return nil
	}
	return &protocol.Diagnostic{
		Range:    p.rangeOf(p.headerLine()),
		Severity: protocol.DiagnosticSeverityInformation,
		Code:     protocol.String(codeSourceChanged),
		Source:   protocol.NewOptional(section),
		Message:  protocol.String("This specification was generated from " + change.sentence()),
	}
}

// updateActions offer to convert a changed source again, and to show what has
// changed.
func (s *Server) updateActions(snap *snapshot, doc *document) []protocol.CodeAction {
	change := s.sourceChange(snap, doc)
	if change == nil {
		return nil
	}
	again := argument{URI: change.sources[0], Profile: change.record.Profile, Focus: change.record.Focus}
	return []protocol.CodeAction{
		commandAction("Update from "+change.sentence(), kindConvert, commandConvert, again),
		commandAction("Show what has changed in "+path.Base(change.changes[0].File), kindReport, commandChanges, argument{URI: doc.uri}),
	}
}

// showChanges shows what has changed in the sources since a specification was
// made, by function.
func (s *Server) showChanges(ctx context.Context, i *invocation) (any, error) {
	p, err := s.specificationFor(i)
	if err != nil {
		return nil, err
	}
	name := uri.Basename(p.doc.uri)
	change := s.sourceChange(p.snap, p.doc)
	if change == nil {
		if s.provenance.of(p.doc) == nil {
			return nil, fmt.Errorf("there is no record of a conversion that wrote %s", name)
		}
		s.showMessage(ctx, protocol.MessageTypeInfo, fmt.Sprintf("The source of %s has not changed since it was generated.", name))
		return outcome{Kept: true}, nil
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# %s was generated from %s\n", name, change.sentence())
	for _, c := range change.changes {
		fmt.Fprintf(&b, "\n## %s %s: %s\n", c.Kind, c.Name, c.Change)
		if c.Line > 0 {
			fmt.Fprintf(&b, "%s, line %d\n", c.File, c.Line)
		}
		if diff := text.Unified("then", "now", c.Old, c.New); c.Old != "" || c.Change == commands.Added {
			fmt.Fprintf(&b, "\n```diff\n%s```\n", diff)
		}
	}
	return s.showText(ctx, name+", changes in the source.md", b.String(), "The changes are in")
}

// sourceSaved checks again what came from a Go file that has changed.
func (s *Server) sourceSaved(u uri.URI) {
	if strings.HasSuffix(u.Path(), ".go") && s.provenance.hasSource(path.Base(u.Path())) {
		s.recheck()
	}
}
