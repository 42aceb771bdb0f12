package server

import (
	"sync"

	"go.lsp.dev/uri"

	"github.com/specls/specls/commands"
)

// provenance remembers which record each specification came from, since looking
// that up reads the user's whole history.
type provenance struct {
	mu      sync.Mutex
	records map[uri.URI]*commands.Record // nil for one that was not converted
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
}
