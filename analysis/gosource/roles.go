package gosource

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"slices"
)

// place is where an identifier stands.
type place struct {
	src  *source
	p    piece
	name *ast.Ident
}

func (a place) toName() Name {
	return Name{Name: a.name.Name, File: a.src.file.Path, Line: a.src.line(a.p, a.name.Pos())}
}

// roles finds the constants that name the role of a node, by the strongest
// evidence there is: a type that the compiler would say has constants of at
// least two roles, a group of constants or variables without a type, functions
// that return a constant (as generated code has them), or, where the
// declaration is in a file that was not given, bare mentions.
func (r *reader) roles() []Name {
	for _, find := range []func() []place{r.typedRoles, r.groupedRoles, r.constantFunctions, r.mentionedRoles} {
		found := slices.DeleteFunc(find(), func(a place) bool { return countMention.MatchString(a.name.Name) })
		if distinctRoles(found) < 2 {
			continue
		}
		var names []Name
		for _, a := range found {
			names = append(names, a.toName())
		}
		return names
	}
	return nil
}

// distinctRoles counts the roles that the names speak of.
func distinctRoles(names []place) int {
	words := map[string]bool{}
	for _, a := range names {
		if w := roleWord(a.name.Name); w != "" {
			words[w] = true
		}
	}
	return len(words)
}

// typedRoles returns the constants of the type that names the most roles; of
// two such types, the one that a struct has a field of.
func (r *reader) typedRoles() []place {
	groups := map[types.Type][]place{}
	fields := map[types.Type]bool{}
	for _, pkg := range r.packages() {
		for id, obj := range r.check(pkg) {
			switch obj := obj.(type) {
			case *types.Const:
				if t, ok := obj.Type().(*types.Named); ok {
					if at, ok := r.find(id); ok {
						groups[t] = append(groups[t], at)
					}
				}
			case *types.Var:
				if obj.IsField() {
					fields[obj.Type()] = true
				}
			}
		}
	}
	var best []place
	bestScore := 0
	for t, group := range groups {
		slices.SortFunc(group, func(a, b place) int { return cmp.Compare(a.name.Pos(), b.name.Pos()) })
		score := 4*distinctRoles(group) - len(group)/4
		if fields[t] {
			score += 2
		}
		// Ties go to the type declared first, so that the answer is the same
		// every time.
		if distinctRoles(group) >= 2 && (best == nil || score > bestScore ||
			score == bestScore && group[0].name.Pos() < best[0].name.Pos()) {
			best, bestScore = group, score
		}
	}
	return best
}

// groupedRoles returns the names of the first const or var declaration that
// speaks of two roles.
func (r *reader) groupedRoles() []place {
	for i := range r.sources {
		src := &r.sources[i]
		for _, p := range src.pieces {
			for _, decl := range p.ast.Decls {
				decl, ok := decl.(*ast.GenDecl)
				if !ok || decl.Tok != token.CONST && decl.Tok != token.VAR {
					continue
				}
				var group []place
				for _, spec := range decl.Specs {
					if spec, ok := spec.(*ast.ValueSpec); ok {
						for _, id := range spec.Names {
							group = append(group, place{src, p, id})
						}
					}
				}
				if distinctRoles(group) >= 2 {
					return group
				}
			}
		}
	}
	return nil
}

// constantFunctions returns the functions named as a role that do nothing but
// return a constant.
func (r *reader) constantFunctions() []place {
	var found []place
	for _, fn := range r.functions() {
		if roleMention.MatchString(fn.decl.Name.Name) && returnsConstant(fn.decl) {
			found = append(found, place{fn.src, fn.p, fn.decl.Name})
		}
	}
	return found
}

// mentionedRoles returns the identifiers that look like roles, each where it
// stands first.
func (r *reader) mentionedRoles() []place {
	var found []place
	seen := map[string]bool{}
	r.inspect(func(src *source, p piece, id *ast.Ident, parents []ast.Node) {
		if roleMention.MatchString(id.Name) && !seen[id.Name] && isReference(id, parents, src.imported) {
			seen[id.Name] = true
			found = append(found, place{src, p, id})
		}
	})
	return found
}

// returnsConstant reports whether fn's body is one return of a literal, or of
// a call whose only argument is a literal, such as MakeString("leader").
func returnsConstant(fn *ast.FuncDecl) bool {
	if fn.Recv != nil || fn.Body == nil || len(fn.Body.List) != 1 {
		return false
	}
	ret, ok := fn.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(ret.Results) != 1 {
		return false
	}
	value := ret.Results[0]
	if call, ok := value.(*ast.CallExpr); ok && len(call.Args) == 1 {
		value = call.Args[0]
	}
	_, ok = value.(*ast.BasicLit)
	return ok
}

// packages groups the sources by directory and package name, in order.
func (r *reader) packages() [][]*source {
	var groups [][]*source
	at := map[string]int{}
	for i := range r.sources {
		src := &r.sources[i]
		key := path.Dir(src.file.Path) + "\x00" + src.pkg
		n, ok := at[key]
		if !ok {
			n = len(groups)
			at[key] = n
			groups = append(groups, nil)
		}
		groups[n] = append(groups[n], src)
	}
	return groups
}

// check type-checks the package-level declarations of one package and returns
// what the identifiers define. Imports are not loaded and function bodies not
// entered; every error is ignored, for what can be told is told all the same.
func (r *reader) check(pkg []*source) (defs map[*ast.Ident]types.Object) {
	defs = map[*ast.Ident]types.Object{}
	// go/types is meant for trees that parsed cleanly. Should a recovered one
	// trip it, what it had found by then is still of use.
	defer func() { _ = recover() }()
	var files []*ast.File
	for _, src := range pkg {
		for _, p := range src.pieces {
			files = append(files, p.ast)
		}
	}
	config := types.Config{IgnoreFuncBodies: true, Error: func(error) {}, Importer: noImporter{}}
	_, _ = config.Check("source", r.fset, files, &types.Info{Defs: defs})
	return defs
}

// noImporter refuses every import, upon which go/types takes each member of
// the package to be of unknown type.
type noImporter struct{}

func (noImporter) Import(path string) (*types.Package, error) {
	return nil, errNotLoaded
}
