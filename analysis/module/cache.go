package module

import (
	"slices"
	"strings"
	"sync"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/syntax"
)

// maxCached is about how many bytes a cache holds. Beyond it, all is dropped:
// what is in use comes back at once, and what is not does not stay.
const maxCached = 64 << 20

// What a cache holds in bytes for a byte of a module's text, and for a symbol of
// imports; both were measured on the public examples.
const (
	heldPerByte   = 10
	heldPerSymbol = 50
)

// Cache keeps modules that have been analysed, by their text. It may be used by
// several goroutines, and the zero value is ready to use.
type Cache struct {
	mu      sync.Mutex
	entries map[cacheKey][]*cached
	imports importNode
	held    int // bytes, about
}

// cacheKey is the name of a module and how long its text is in bytes; -1 for a
// module of the library. There are few texts of one key, so that they can be
// compared.
type cacheKey struct {
	name string
	size int
}

// cached is a module, and the modules it was found to depend on. It holds for
// as long as their names still lead to them.
type cached struct {
	text   string
	module *Module
	uses   []dependency
}

type dependency struct {
	name   string
	module *Module // nil for a module that was not found
}

func (c *Cache) get(key cacheKey) []*cached {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.entries[key]
}

func (c *Cache) put(key cacheKey, entry *cached) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hold(heldPerByte*len(entry.text) + heldPerSymbol*len(entry.module.Symbols))
	if c.entries == nil {
		c.entries = map[cacheKey][]*cached{}
	}
	// One text in two surroundings makes two modules; few more are worth keeping.
	kept := c.entries[key]
	c.entries[key] = append(kept[max(0, len(kept)-3):len(kept):len(kept)], entry)
}

// hold counts bytes that are going to be kept, and drops all that is if they are
// too many.
func (c *Cache) hold(bytes int) {
	if c.held += bytes; c.held > maxCached {
		c.entries, c.imports, c.held = nil, importNode{}, bytes
	}
}

// importsOf returns what modules export together.
func (c *Cache) importsOf(modules []*Module) *imports {
	if len(modules) == 0 {
		return noImports
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.imports.at(modules)
	if n.imports == nil {
		n.imports = newImports(modules)
		c.hold(heldPerSymbol * len(n.imports.symbols))
	}
	return n.imports
}

// session is one call of Analyze: what names of modules mean during it.
type session struct {
	cache  *Cache
	source Source
	loaded map[string]*Module
	// text is the one that Analyze was called for: it may hold other modules
	// behind the first.
	text string
	// path has the names of the modules being analysed, the outermost first.
	path []string
}

// Analyze analyses a text. The modules it depends on are taken from the source
// or the embedded library; a nil source has none.
func Analyze(tree *syntax.Tree, source Source) *Result {
	return new(Cache).Analyze(tree, source)
}

// Analyze is like the function Analyze, and keeps the modules that the text
// depends on.
func (c *Cache) Analyze(tree *syntax.Tree, source Source) *Result {
	s := &session{cache: c, source: source, loaded: map[string]*Module{}, text: tree.Text()}
	name := ""
	if m, ok := tree.Module(); ok {
		name = m.Name()
	}
	s.path = append(s.path, name)
	b := s.build(tree)
	r := &Result{Module: b.root, Findings: b.findings, tree: tree, refs: b.refs}
	for _, use := range b.uses {
		r.others = use.module.gather(r.others)
	}
	return r
}

// build analyses a tree.
func (s *session) build(tree *syntax.Tree) *builder {
	b := newBuilder(s, tree)
	if m, ok := tree.Module(); ok {
		b.root = b.module(m, nil)
		b.root.setText(&analysed{tree: tree, refs: b.refs, uses: b.uses})
		b.offerRenames()
	}
	finding.Sort(b.findings)
	b.close()
	return b
}

// load returns the module of a name. It is nil where there is none; the cycle
// is not empty where the module is being analysed already.
func (s *session) load(name string) (module *Module, cycle []string) {
	if i := slices.Index(s.path, name); i >= 0 {
		return nil, append(slices.Clone(s.path[i:]), name)
	}
	if m, ok := s.loaded[name]; ok {
		return m, nil
	}
	m := s.fetch(name)
	s.loaded[name] = m
	return m, nil
}

func (s *session) fetch(name string) *Module {
	text, ok := "", false
	if s.source != nil {
		text, ok = s.source(name)
	}
	if !ok {
		if m := s.fromLibrary(name); m != nil {
			return m
		}
		if text, ok = Extract(s.text, name); !ok {
			return nil
		}
	}
	key := cacheKey{name, len(text)}
	for _, entry := range s.cache.get(key) {
		if entry.text == text && s.holds(name, entry) {
			return entry.module
		}
	}
	s.path = append(s.path, name)
	tree := syntax.Parse(text)
	b := s.build(tree)
	s.path = s.path[:len(s.path)-1]
	m := b.root
	if m == nil {
		m = &Module{Name: name, incomplete: true}
	}
	m.fault = firstError(tree, b)
	if m.cycle == nil {
		s.cache.put(key, &cached{text: text, module: m, uses: b.uses})
	}
	return m
}

// holds reports whether the names that a module depends on still mean what they
// did.
func (s *session) holds(name string, entry *cached) bool {
	s.path = append(s.path, name)
	defer func() { s.path = s.path[:len(s.path)-1] }()
	for _, use := range entry.uses {
		m, cycle := s.load(use.name)
		if cycle != nil || m != use.module {
			return false
		}
	}
	return true
}

// firstError returns the first error of a text, or nil.
func firstError(tree *syntax.Tree, b *builder) *finding.Finding {
	for _, list := range [][]finding.Finding{tree.Findings(), b.findings} {
		for i := range list {
			if list[i].Severity == finding.Error {
				return &list[i]
			}
		}
	}
	return nil
}

// Extract returns the module of that name out of a text that holds several one
// after the other, from its header's line to its footer's. SANY looks there for
// a module that has no file.
func Extract(text, name string) (string, bool) {
	start := -1
	offset := 0
	for line := range strings.Lines(text) {
		switch {
		case start < 0 && isHeaderOf(line, name):
			start = offset
		case start >= 0 && strings.HasPrefix(line, "===="):
			return text[start : offset+len(line)], true
		}
		offset += len(line)
	}
	if start < 0 {
		return "", false
	}
	return text[start:], true
}

// isHeaderOf reports whether a line is the header of the module of that name,
// and nothing else.
func isHeaderOf(line, name string) bool {
	line = strings.TrimRight(line, "\r\n")
	inner := strings.TrimLeft(line, "-")
	if len(line)-len(inner) < 4 {
		return false
	}
	fields := strings.Fields(strings.TrimRight(inner, "-"))
	return strings.HasSuffix(line, "---") && len(fields) == 2 && fields[0] == "MODULE" && fields[1] == name
}
