// Package gosource reads what a Go file implements: the roles a node can be
// in, the kinds of message it exchanges, and the functions that handle them.
// It reads with go/parser, so a file that is half written still yields what
// can be read of it, and with go/types where the file's own declarations
// suffice; imports are never loaded, because a file is read as it is typed.
//
// The facts serve two purposes: ranking the profiles that fit a file, and the
// builtin model, which writes its specification in the file's own vocabulary.
package gosource

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// File is one Go source file.
type File struct {
	// Path is relative to the workspace, or as given on the command line, with
	// forward slashes.
	Path string
	Text string
}

// Facts is what was read of one or more Go files.
type Facts struct {
	// Package is the name in the package clause of the first file that has one.
	Package string
	// Generated says that the source carries the "Code generated … DO NOT EDIT."
	// marker, or another generator's unmistakable mark.
	Generated bool
	// Imports are the import paths, sorted, without duplicates.
	Imports []string
	// Declared are the names of package-level types, constants, variables,
	// functions, and methods (the bare method name), sorted, without duplicates.
	Declared []string
	// Roles are the constants that name the role a node is in, in declaration
	// order: StateFollower, StateCandidate, …
	Roles []Name
	// Messages are the message kinds that the source mentions: constants such
	// as MsgApp (also through a package, as pb.MsgApp), or request and response
	// types such as RequestVoteArgs.
	Messages []Name
	// Handlers are the functions and methods that change a node's role, term,
	// vote, log or commit index, or that consume or send a message kind.
	Handlers []Handler
	// Errors are the syntax errors of the source, as go/parser words them.
	Errors []string
}

// Name is an identifier found in the source.
type Name struct {
	Name string
	// File and Line (1-based) say where it stands first.
	File string
	Line int
}

// Handler is a function or method of interest.
type Handler struct {
	Name
	// Receiver is the bare type name of the receiver, empty for a function.
	Receiver string
	// Consumes are the message kinds the handler tests for, Sends those it
	// builds, Enters the roles it assigns.
	Consumes, Sends, Enters []string
}

// Read reads what files implement. It never fails and never panics: a file
// that is empty, half written or no Go at all gives fewer facts, and Errors
// says why. The same files always give the same facts.
func Read(files []File) Facts {
	r := &reader{fset: token.NewFileSet()}
	for _, f := range files {
		r.sources = append(r.sources, parseFile(r.fset, f, parser.ParseComments|parser.SkipObjectResolution))
	}
	var facts Facts
	for i := range r.sources {
		src := &r.sources[i]
		if facts.Package == "" {
			facts.Package = src.pkg
		}
		facts.Generated = facts.Generated || src.generated()
		facts.Imports = append(facts.Imports, src.imports()...)
		facts.Declared = append(facts.Declared, src.declared()...)
		facts.Errors = append(facts.Errors, src.errors...)
	}
	facts.Imports = sortedUnique(facts.Imports)
	facts.Declared = sortedUnique(facts.Declared)
	facts.Roles = r.roles()
	facts.Messages = r.messages()
	facts.Handlers = r.handlers(facts.Roles, facts.Messages)
	return facts
}

// reader holds the files that one call of Read is about.
type reader struct {
	fset    *token.FileSet
	sources []source
}

var errNotLoaded = errors.New("imports are not loaded")

// inspect calls visit for every identifier of every file, with the nodes it
// stands in, outermost first.
func (r *reader) inspect(visit func(src *source, p piece, id *ast.Ident, parents []ast.Node)) {
	for i := range r.sources {
		src := &r.sources[i]
		for _, p := range src.pieces {
			walk(p.ast, func(id *ast.Ident, parents []ast.Node) { visit(src, p, id, parents) })
		}
	}
}

// find returns where id, an identifier of one of the trees, stands.
func (r *reader) find(id *ast.Ident) (place, bool) {
	for i := range r.sources {
		for _, p := range r.sources[i].pieces {
			if p.ast.FileStart <= id.Pos() && id.Pos() <= p.ast.FileEnd {
				return place{&r.sources[i], p, id}, true
			}
		}
	}
	return place{}, false
}

// generatorMark matches what generators leave in the code they write besides
// the marker that go/ast knows: PGo's guards against unused imports.
var generatorMark = regexp.MustCompile(`(?m)^var _ = distsys\.ErrDone|unconditionally prevent go compiler from reporting unused`)

func (s *source) generated() bool {
	for _, p := range s.pieces {
		if ast.IsGenerated(p.ast) {
			return true
		}
	}
	return generatorMark.MatchString(s.file.Text)
}

func (s *source) imports() []string {
	var paths []string
	for _, p := range s.pieces {
		for _, spec := range p.ast.Imports {
			if path, err := strconv.Unquote(spec.Path.Value); err == nil && path != "" {
				paths = append(paths, path)
			}
		}
	}
	return paths
}

// declared returns the names of the package-level declarations and methods.
func (s *source) declared() []string {
	var names []string
	for _, p := range s.pieces {
		for _, decl := range p.ast.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				names = append(names, decl.Name.Name)
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					switch spec := spec.(type) {
					case *ast.TypeSpec:
						names = append(names, spec.Name.Name)
					case *ast.ValueSpec:
						for _, id := range spec.Names {
							names = append(names, id.Name)
						}
					}
				}
			}
		}
	}
	return slices.DeleteFunc(names, func(n string) bool { return strings.Trim(n, "_") == "" })
}

func sortedUnique(s []string) []string {
	slices.Sort(s)
	return slices.Compact(s)
}
