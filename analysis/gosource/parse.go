package gosource

import (
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// maxErrors bounds Facts.Errors per file: a person mends the first few, and a
// file that is not Go at all would give thousands.
const maxErrors = 10

// source is one parsed file: the syntax trees of its pieces. A file without
// syntax errors is one piece. In a file with errors the declarations are parsed
// one by one, because go/parser, having met an unclosed brace, takes all that
// follows for the body of that function.
type source struct {
	file   File
	pkg    string // name in the package clause, empty if it has none
	pieces []piece
	errors []string
	// imported are the names under which the file knows other packages, as far
	// as an import path tells the name.
	imported map[string]bool
}

// piece is a syntax tree and where its text stands in the file.
type piece struct {
	ast   *ast.File
	tok   *token.File
	shift int // byte offset in the file = offset in the piece + shift
}

// topLevel matches the lines at which a declaration starts in formatted Go.
var topLevel = regexp.MustCompile(`(?m)^(?:func|type|const|var)\b`)

// parseFile reads f with recovery. It never fails: what cannot be read is not
// in the pieces.
func parseFile(fset *token.FileSet, f File, mode parser.Mode) source {
	src := source{file: f}
	whole, err := parser.ParseFile(fset, f.Path, f.Text, mode)
	if whole != nil && whole.Name != nil && whole.Name.Name != "_" {
		src.pkg = whole.Name.Name
	}
	if err == nil {
		src.add(fset, whole, 0)
		return src
	}
	src.errors = errorTexts(err)

	head := "package " + src.pkg + ";"
	if src.pkg == "" {
		head = "package p;"
	}
	starts := topLevel.FindAllStringIndex(f.Text, -1)
	ends := append(make([]int, 0, len(starts)+1), 0)
	for _, s := range starts {
		ends = append(ends, s[0])
	}
	ends = append(ends, len(f.Text))
	for i := range len(ends) - 1 {
		text, shift := f.Text[ends[i]:ends[i+1]], ends[i]
		if i > 0 {
			// Comments above a declaration belong to it, but end up in the piece
			// before; only their place is lost.
			text, shift = head+text, shift-len(head)
		}
		tree, _ := parser.ParseFile(fset, f.Path, text, mode|parser.AllErrors)
		src.add(fset, tree, shift)
	}
	return src
}

func (s *source) add(fset *token.FileSet, tree *ast.File, shift int) {
	if tree == nil {
		return
	}
	if tok := fset.File(tree.FileStart); tok != nil {
		s.pieces = append(s.pieces, piece{ast: tree, tok: tok, shift: shift})
	}
	for _, spec := range tree.Imports {
		if s.imported == nil {
			s.imported = map[string]bool{}
		}
		if spec.Name != nil {
			s.imported[spec.Name.Name] = true
		} else if path, err := strconv.Unquote(spec.Path.Value); err == nil {
			s.imported[packageName(path)] = true
		}
	}
}

// majorVersion matches the end of a module path that is no package's name.
var majorVersion = regexp.MustCompile(`[/.]v[0-9]+$`)

// packageName guesses a package's name from its import path.
func packageName(importPath string) string {
	return path.Base(majorVersion.ReplaceAllString(importPath, ""))
}

// offset returns the byte offset of pos in the file that p is a piece of.
func (p piece) offset(pos token.Pos) int {
	if !pos.IsValid() {
		return -1
	}
	at := int(pos) - p.tok.Base()
	return min(max(at, 0), p.tok.Size()) + p.shift
}

// line returns the line of pos, 1-based.
func (s *source) line(p piece, pos token.Pos) int {
	if p.shift == 0 {
		return p.tok.PositionFor(pos, false).Line
	}
	at := min(max(p.offset(pos), 0), len(s.file.Text))
	return 1 + strings.Count(s.file.Text[:at], "\n")
}

// errorTexts words a parser error line by line, at most maxErrors of them.
func errorTexts(err error) []string {
	list, ok := err.(scanner.ErrorList)
	if !ok {
		return []string{err.Error()}
	}
	var texts []string
	for _, e := range list[:min(len(list), maxErrors)] {
		texts = append(texts, e.Error())
	}
	return texts
}
