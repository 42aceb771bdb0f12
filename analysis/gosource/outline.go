package gosource

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
)

// The kinds of declaration that an outline has besides functions, methods and
// types.
const (
	Constant Kind = "constant"
	Variable Kind = "variable"
)

// Outlined is a package-level declaration with what identifies its meaning.
type Outlined struct {
	Kind Kind `json:"kind"`
	// Name is the name as a person writes it, raft.becomeCandidate for a method.
	// Where a file declares a name again, as it may init, "#2" and so on follows.
	Name string `json:"name"`
	// Hash is that of the declaration's tokens. Comments, white space and line
	// breaks do not count.
	Hash string `json:"hash"`
	// Start and End are byte offsets, 0-based and half-open, of the declaration
	// without its doc comment.
	Start int `json:"-"`
	End   int `json:"-"`
}

// Outline returns the package-level declarations of a file: functions, methods,
// types, constants and variables, in the order of the text. Of a file that is
// half written it returns what can be read. A constant that repeats the
// expression above it counts by its name alone.
func Outline(f File) []Outlined {
	src := parseFile(token.NewFileSet(), f, parser.SkipObjectResolution)
	var all []Outlined
	seen := map[string]int{}
	for _, p := range src.pieces {
		for _, decl := range p.ast.Decls {
			for _, o := range outlined(p, decl) {
				if o.Start < 0 || o.End < o.Start || o.End > len(f.Text) {
					continue // in the clause that stands before a piece
				}
				if seen[o.Name]++; seen[o.Name] > 1 {
					o.Name = fmt.Sprintf("%s#%d", o.Name, seen[o.Name])
				}
				o.Hash = hashOfTokens(f.Text[o.Start:o.End])
				all = append(all, o)
			}
		}
	}
	return all
}

// outlined returns what decl declares, without the hashes.
func outlined(p piece, decl ast.Decl) []Outlined {
	var all []Outlined
	for _, d := range declarations(p, decl) {
		all = append(all, Outlined{Kind: d.Kind, Name: d.String(), Start: d.Start, End: d.End})
	}
	values, ok := decl.(*ast.GenDecl)
	if !ok || values.Tok != token.CONST && values.Tok != token.VAR {
		return all
	}
	kind := Variable
	if values.Tok == token.CONST {
		kind = Constant
	}
	for _, spec := range values.Specs {
		spec, ok := spec.(*ast.ValueSpec)
		if !ok {
			continue
		}
		for _, name := range spec.Names {
			all = append(all, Outlined{Kind: kind, Name: name.Name, Start: p.offset(spec.Pos()), End: p.offset(spec.End())})
		}
	}
	return all
}

// hashOfTokens returns the hash of the tokens of a piece of Go.
func hashOfTokens(text string) string {
	hash := sha256.New()
	var s scanner.Scanner
	fset := token.NewFileSet()
	s.Init(fset.AddFile("", fset.Base(), len(text)), []byte(text), func(token.Position, string) {}, 0)
	separator := ""
	for {
		_, tok, literal := s.Scan()
		switch tok {
		case token.EOF:
			return hex.EncodeToString(hash.Sum(nil))
		case token.SEMICOLON, token.COMMA:
			separator += tok.String()
			continue
		case token.RPAREN, token.RBRACE, token.RBRACK:
			separator = "" // before these it depends on the line breaks
		}
		fmt.Fprintf(hash, "%s%s %q\n", separator, tok, literal)
		separator = ""
	}
}
