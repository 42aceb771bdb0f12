package server

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/specls/specls/analysis/navigate"
	"github.com/specls/specls/analysis/syntax"
	"github.com/specls/specls/commands"
)

// maxWorkspaceSymbols bounds an answer to workspace/symbol: nobody reads more,
// and the person goes on typing.
const maxWorkspaceSymbols = 500

// Symbols finds declarations and definitions by name, in the specifications
// that are open and in those of the directories that these, and the workspace,
// look modules up in (LSP 3.17, workspace/symbol).
func (s *Server) Symbols(ctx context.Context, params *protocol.WorkspaceSymbolParams) (protocol.WorkspaceSymbolResult, error) {
	snap := s.snapshotOf(ctx)
	found := protocol.SymbolInformationSlice{}
	for _, doc := range snap.specifications() {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		items := navigate.Outline(syntax.Parse(doc.text()))
		for _, symbol := range s.symbolList(doc.uri, doc.mapper, items, "") {
			if isSubsequence(params.Query, symbol.Name) {
				found = append(found, symbol)
			}
		}
		if len(found) >= maxWorkspaceSymbols {
			return found[:maxWorkspaceSymbols], nil
		}
	}
	return found, nil
}

// specifications returns the specifications that are open, and those on disk in
// the workspace's folders, beside the open ones and in the library directories.
// It does not descend.
func (snap *snapshot) specifications() []*document {
	var found []*document
	var directories []string
	seen := map[uri.URI]bool{}
	add := func(doc *document) {
		if doc.language == tlaLanguage && !seen[doc.uri] {
			seen[doc.uri] = true
			found = append(found, doc)
		}
	}
	addDirectory := func(dir string) {
		if dir != "" && !slices.Contains(directories, dir) {
			directories = append(directories, dir)
		}
	}
	for _, doc := range sortedDocuments(snap) {
		add(doc)
		if doc.uri.IsFile() {
			addDirectory(filepath.Dir(doc.uri.FsPath()))
		}
	}
	for _, f := range snap.folders {
		addDirectory(f.path)
	}
	for _, f := range snap.folders {
		for _, dir := range snap.libraryPaths(f.path) {
			addDirectory(snap.resolveDirectory(dir, f.path))
		}
	}
	for i, dir := range directories {
		for _, name := range commands.ModulesIn(dir) {
			if doc, ok := snap.findModule(directories[i:i+1], name); ok {
				add(doc)
			}
		}
	}
	return found
}

// sortedDocuments returns the open documents by their URIs.
func sortedDocuments(snap *snapshot) []*document {
	var documents []*document
	for _, doc := range snap.documents {
		documents = append(documents, doc)
	}
	slices.SortFunc(documents, func(a, b *document) int { return strings.Compare(string(a.uri), string(b.uri)) })
	return documents
}

// isSubsequence reports whether the characters of a query appear in a name in
// their order, whatever their case.
func isSubsequence(query, name string) bool {
	rest := strings.ToLower(name)
	for _, c := range strings.ToLower(query) {
		i := strings.IndexRune(rest, c)
		if i < 0 {
			return false
		}
		rest = rest[i+len(string(c)):]
	}
	return true
}
