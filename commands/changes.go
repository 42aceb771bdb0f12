package commands

import (
	"path"

	"github.com/specls/specls/analysis/gosource"
	"github.com/specls/specls/analysis/text"
)

// FunctionChange is a difference between the source that a module was made from
// and the source as it is now: a function, method, type, constant or variable
// that is new, gone, or written otherwise. Comments, white space and line breaks
// make no difference, for they make none to what a program does.
type FunctionChange struct {
	File   string        // as it is called now, or was
	Kind   gosource.Kind // what is declared
	Name   string        // raft.step for a method
	Change Change
	// Old and New are the declaration's text, empty where there is none. Old is
	// empty too where no copy of the old source is kept any more.
	Old, New string
	// Line is that of the declaration in the source as it is now, 1-based; 0 for
	// one that is gone.
	Line int
}

// Change says what became of a declaration.
type Change string

// The changes.
const (
	Added   Change = "added"
	Removed Change = "removed"
	Altered Change = "changed"
)

// Changes returns how the sources of a record differ from the files as they are
// now: those that changed or are new in the order in which they stand now, and
// behind those of each file what is gone from it. Files are matched by path, or
// by name where only one has it. Of a source that is not among now nothing is
// said. stateDir is where the copies of the sources are; empty for the user's
// own.
func Changes(stateDir string, r Record, now []gosource.File) []FunctionChange {
	s := recordsIn(stateDir)
	var changes []FunctionChange
	for _, file := range now {
		if old, ok := r.sourceOf(file.Path); ok && old.Hash != hashOf(file.Text) {
			changes = append(changes, s.changesOf(old, file)...)
		}
	}
	return changes
}

// sourceOf returns the source that a file was.
func (r Record) sourceOf(file string) (RecordedSource, bool) {
	var found RecordedSource
	n := 0
	for _, source := range r.Sources {
		if source.Path == file {
			return source, true
		}
		if path.Base(source.Path) == path.Base(file) {
			found = source
			n++
		}
	}
	return found, n == 1
}

func (s records) changesOf(source RecordedSource, file gosource.File) []FunctionChange {
	old := map[string]gosource.Outlined{}
	for _, o := range source.Declarations {
		old[o.Name] = o
	}
	oldText, _ := s.keptSource(source.Hash)
	extent := map[string][2]int{}
	for _, o := range gosource.Outline(gosource.File{Path: source.Path, Text: oldText}) {
		extent[o.Name] = [2]int{o.Start, o.End}
	}
	textOf := func(name string) string { return oldText[extent[name][0]:extent[name][1]] }

	var changes []FunctionChange
	mapper := text.NewMapper(file.Text)
	is := map[string]bool{}
	for _, o := range gosource.Outline(file) {
		is[o.Name] = true
		was, known := old[o.Name]
		if known && was.Hash == o.Hash {
			continue
		}
		line, _ := mapper.LineColumn(o.Start)
		c := FunctionChange{File: file.Path, Kind: o.Kind, Name: o.Name, Change: Added, New: file.Text[o.Start:o.End], Line: line}
		if known {
			c.Change, c.Old = Altered, textOf(o.Name)
		}
		changes = append(changes, c)
	}
	for _, o := range source.Declarations {
		if !is[o.Name] {
			changes = append(changes, FunctionChange{File: file.Path, Kind: o.Kind, Name: o.Name, Change: Removed, Old: textOf(o.Name)})
		}
	}
	return changes
}
