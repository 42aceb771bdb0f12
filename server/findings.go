package server

import (
	"path/filepath"
	"strings"

	"go.lsp.dev/uri"
	"go.uber.org/zap"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/gosource"
	"github.com/specls/specls/commands"
)

// check returns what the check says of a specification. It is computed once
// for a version and a world, whoever asks first.
func (s *Server) check(doc *document, snap *snapshot) *analysis.Result {
	doc.checkMu.Lock()
	defer doc.checkMu.Unlock()
	if doc.checked == snap.world {
		return doc.result
	}
	in := s.inputFor(snap, doc.uri)
	in.Text = doc.text()
	result, err := analysis.Check(in)
	if err != nil {
		// profileName lets no profile through that there is not.
		s.log.Error("check", zap.Error(err))
	}
	doc.checked, doc.result = snap.world, &result
	return doc.result
}

// inputFor says how a specification is checked: all but its text.
func (s *Server) inputFor(snap *snapshot, u uri.URI) analysis.Input {
	return analysis.Input{
		Path:       u.Path(),
		Profiles:   snap.near.profiles,
		Profile:    snap.profileName(u),
		Source:     snap.source(u),
		Config:     snap.modelConfig(u),
		Severities: snap.severities(u),
		Modules:    &s.modules,
	}
}

// modelConfig returns the text of the .cfg file beside a specification, as it is
// open in the editor or else on disk; empty for none.
func (snap *snapshot) modelConfig(u uri.URI) string {
	beside, isTLA := strings.CutSuffix(string(u), ".tla")
	if !isTLA || !u.IsFile() {
		return ""
	}
	if doc, open := snap.documents[uri.URI(beside+".cfg")]; open {
		return doc.text()
	}
	return commands.FindConfig(u.FsPath())
}

// source finds modules for a specification.
func (snap *snapshot) source(of uri.URI) analysis.Source {
	directories := snap.moduleDirectories(of)
	return func(name string) (string, bool) {
		doc, ok := snap.findModule(directories, name)
		if !ok {
			return "", false
		}
		return doc.text(), true
	}
}

// moduleDirectories returns where the modules are looked up that a
// specification extends: beside it, and in the configured directories.
func (snap *snapshot) moduleDirectories(of uri.URI) []string {
	var directories []string
	if of.IsFile() {
		directories = append(directories, filepath.Dir(of.FsPath()))
	}
	for _, dir := range snap.libraryPaths(pathOf(of)) {
		if dir = snap.resolveDirectory(dir, pathOf(of)); dir != "" {
			directories = append(directories, dir)
		}
	}
	return directories
}

// findModule returns the module of a name out of the first directory that has
// it: as it is open there, else as it is on disk.
func (snap *snapshot) findModule(directories []string, name string) (*document, bool) {
	for i, dir := range directories {
		u := uri.File(filepath.Join(dir, name+".tla"))
		if doc, open := snap.documents[u]; open {
			return doc, true
		}
		if text, ok := commands.FindModule(directories[i:i+1], name); ok {
			return newDocument(u, tlaLanguage, 0, text), true
		}
	}
	return nil, false
}

// goFile returns a Go document as the analysis takes it, under the path that
// the prompt and the person see: relative to the workspace, with forward
// slashes, or the bare name outside of it, since the directories of a home are
// nobody's business.
func (snap *snapshot) goFile(doc *document) gosource.File {
	return gosource.File{Path: snap.relativePath(doc.uri), Text: doc.text()}
}

func (snap *snapshot) relativePath(u uri.URI) string {
	if u.IsFile() {
		path := u.FsPath()
		if root := snap.rootOf(path); root != "" {
			if rel, err := filepath.Rel(root, path); err == nil && filepath.IsLocal(rel) {
				return filepath.ToSlash(rel)
			}
		}
	}
	return uri.Basename(u)
}

// factsOf returns what a Go document implements, read once for a version.
func (snap *snapshot) factsOf(doc *document) gosource.Facts {
	doc.factsOnce.Do(func() { doc.facts = gosource.Read([]gosource.File{snap.goFile(doc)}) })
	return doc.facts
}
