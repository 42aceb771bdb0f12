package gosource

import (
	"go/ast"
	"go/parser"
	"go/token"
)

// Kind says what a Declaration declares.
type Kind string

// The kinds of declaration that a conversion can be focused on.
const (
	Function Kind = "function"
	Method   Kind = "method"
	Type     Kind = "type"
)

// Declaration is a package-level declaration.
type Declaration struct {
	Kind Kind
	// Name is the declared name; Receiver is the bare type name of a method's
	// receiver, else empty.
	Name, Receiver string
	// Start and End are byte offsets, 0-based and half-open, of the declaration
	// and its doc comment.
	Start, End int
}

// String returns the name as a person writes it: stepLeader for a function or
// type, raft.becomeCandidate for a method, without the pointer's star.
func (d Declaration) String() string {
	if d.Receiver == "" {
		return d.Name
	}
	return d.Receiver + "." + d.Name
}

// Enclosing returns the function, method or type declaration of f that holds
// the whole of [start, end), byte offsets, 0-based; start == end is a cursor,
// and one that stands just behind a declaration's last byte still counts as in
// it. A doc comment belongs to what it documents. ok is false where the range
// lies outside every such declaration, spans several, or is no range of f.
func Enclosing(f File, start, end int) (d Declaration, ok bool) {
	if start < 0 || end < start || end > len(f.Text) {
		return Declaration{}, false
	}
	src := parseFile(token.NewFileSet(), f, parser.ParseComments|parser.SkipObjectResolution)
	for _, p := range src.pieces {
		for _, decl := range p.ast.Decls {
			for _, d := range declarations(p, decl) {
				if d.Start <= start && end <= d.End {
					return d, true
				}
			}
		}
	}
	return Declaration{}, false
}

// declarations returns the function, method or types that decl declares.
func declarations(p piece, decl ast.Decl) []Declaration {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		d := Declaration{Kind: Function, Name: decl.Name.Name, Receiver: receiver(decl)}
		if d.Receiver != "" {
			d.Kind = Method
		}
		return named(d, p, decl, decl.Doc)
	case *ast.GenDecl:
		if decl.Tok != token.TYPE {
			return nil
		}
		var ds []Declaration
		for _, spec := range decl.Specs {
			spec, ok := spec.(*ast.TypeSpec)
			if !ok {
				continue
			}
			// An ungrouped declaration's extent includes the keyword, and its
			// comment hangs on the outer node.
			node, doc := ast.Node(spec), spec.Doc
			if !decl.Lparen.IsValid() {
				node, doc = decl, decl.Doc
			}
			ds = append(ds, named(Declaration{Kind: Type, Name: spec.Name.Name}, p, node, doc)...)
		}
		return ds
	}
	return nil
}

// named returns d with its extent, or nothing if the parser, recovering, gave
// it no name.
func named(d Declaration, p piece, node ast.Node, doc *ast.CommentGroup) []Declaration {
	if d.Name == "" || d.Name == "_" {
		return nil
	}
	start := node.Pos()
	if doc != nil {
		start = doc.Pos()
	}
	d.Start, d.End = p.offset(start), p.offset(node.End())
	return []Declaration{d}
}

// receiver returns the bare type name of fn's receiver: raft for (r *raft),
// List for (l *List[T]); empty if fn has none.
func receiver(fn *ast.FuncDecl) string {
	if fn.Recv == nil || len(fn.Recv.List) == 0 {
		return ""
	}
	return bareType(fn.Recv.List[0].Type)
}

// bareType returns the name of a type expression without pointers, type
// arguments and package, or "" if it has none.
func bareType(t ast.Expr) string {
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.ParenExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.SelectorExpr:
			return x.Sel.Name
		case *ast.Ident:
			return x.Name
		default:
			return ""
		}
	}
}
