package gosource

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// function is a function or method declaration.
type function struct {
	src  *source
	p    piece
	decl *ast.FuncDecl
}

// functions returns every function and method that has a body.
func (r *reader) functions() []function {
	var fns []function
	for i := range r.sources {
		src := &r.sources[i]
		for _, p := range src.pieces {
			for _, decl := range p.ast.Decls {
				if decl, ok := decl.(*ast.FuncDecl); ok && decl.Body != nil && decl.Name.Name != "" {
					fns = append(fns, function{src, p, decl})
				}
			}
		}
	}
	return fns
}

// messages returns the message kinds that the source mentions, each where it
// stands first.
func (r *reader) messages() []Name {
	seen := map[string]bool{}
	var names []Name
	add := func(a place) {
		if !seen[a.name.Name] {
			seen[a.name.Name] = true
			names = append(names, a.toName())
		}
	}
	for _, fn := range r.functions() {
		if isMessage(fn.decl.Name.Name) && returnsConstant(fn.decl) {
			add(place{fn.src, fn.p, fn.decl.Name})
		}
	}
	r.inspect(func(src *source, p piece, id *ast.Ident, parents []ast.Node) {
		if isMessage(id.Name) && (isReference(id, parents, src.imported) || declaresMessage(id, parents)) {
			add(place{src, p, id})
		}
	})
	return names
}

// declaresMessage reports whether id is declared, by the node it stands in, as
// a type or constant.
func declaresMessage(id *ast.Ident, parents []ast.Node) bool {
	switch parent := last(parents).(type) {
	case *ast.TypeSpec:
		return parent.Name == id
	case *ast.ValueSpec:
		decl, ok := parents[len(parents)-2].(*ast.GenDecl)
		return ok && decl.Tok == token.CONST && slices.Contains(parent.Names, id)
	}
	return false
}

// isReference reports whether id stands for a type or value declared at
// package level, here or elsewhere, as far as that can be told without types:
// not the name of a declaration, a field, a key, a method or a called function.
// imported are the names under which the file knows other packages.
func isReference(id *ast.Ident, parents []ast.Node, imported map[string]bool) bool {
	switch parent := last(parents).(type) {
	case *ast.SelectorExpr:
		pkg, ok := parent.X.(*ast.Ident)
		called := len(parents) > 1 && isCalled(parent, parents[len(parents)-2])
		return parent.X == ast.Expr(id) || ok && imported[pkg.Name] && !called
	case *ast.CallExpr:
		return parent.Fun != ast.Expr(id)
	case *ast.KeyValueExpr:
		if parent.Key != ast.Expr(id) {
			return true
		}
		// A key may be a field or, in a map, a value. Only the constants are
		// worn as keys of maps.
		return messageConstant.MatchString(id.Name)
	case *ast.FuncDecl, *ast.File, *ast.ImportSpec, *ast.LabeledStmt, *ast.BranchStmt:
		return false
	case *ast.TypeSpec:
		return parent.Name != id
	case *ast.ValueSpec:
		return !slices.Contains(parent.Names, id)
	case *ast.Field:
		return !slices.Contains(parent.Names, id)
	case *ast.AssignStmt:
		return slices.Contains(parent.Rhs, ast.Expr(id))
	}
	return true
}

func isCalled(fun ast.Expr, parent ast.Node) bool {
	call, ok := parent.(*ast.CallExpr)
	return ok && call.Fun == fun
}

// handlers returns the functions that consume or send a message kind, enter a
// role, or change a node's term, vote, log or commit index.
func (r *reader) handlers(roles, messages []Name) []Handler {
	isRole, isKind := setOf(roles), setOf(messages)
	var hs []Handler
	for _, fn := range r.functions() {
		h := Handler{Name: place{fn.src, fn.p, fn.decl.Name}.toName(), Receiver: receiver(fn.decl)}
		if isKind[h.Name.Name] || isRole[h.Name.Name] {
			continue // a constant in the guise of a function
		}
		h.readParameters(fn.decl, isKind)
		changes := false
		tested := testedVariables(fn.decl.Body)
		walk(fn.decl.Body, func(id *ast.Ident, parents []ast.Node) {
			changes = changes || changesField(id, parents)
			if !(isKind[id.Name] || isRole[id.Name]) || !isReference(id, parents, fn.src.imported) {
				return
			}
			if isKind[id.Name] {
				h.readKind(id, parents, tested)
			}
			if isRole[id.Name] && entersRole(id, parents) {
				h.Enters = appendNew(h.Enters, id.Name)
			}
		})
		if changes || len(h.Consumes)+len(h.Sends)+len(h.Enters) > 0 {
			hs = append(hs, h)
		}
	}
	return hs
}

// readParameters reads what a handler of requests and responses takes: it
// consumes the request, and fills in a response that stands beside it.
func (h *Handler) readParameters(fn *ast.FuncDecl, isKind map[string]bool) {
	var responses []string
	for _, field := range fn.Type.Params.List {
		switch name := bareType(field.Type); {
		case !isKind[name]:
		case isResponse(name):
			responses = appendNew(responses, name)
		default:
			h.Consumes = appendNew(h.Consumes, name)
		}
	}
	for _, name := range responses {
		if len(h.Consumes) > 0 {
			h.Sends = appendNew(h.Sends, name)
		} else {
			h.Consumes = appendNew(h.Consumes, name)
		}
	}
}

// testedVariables returns the variables that the cases of body's switches
// stand for: a kind assigned to one of them is consumed, not sent.
func testedVariables(body *ast.BlockStmt) map[string]bool {
	tested := map[string]bool{}
	ast.Inspect(body, func(n ast.Node) bool {
		if clause, ok := n.(*ast.CaseClause); ok {
			for _, e := range clause.List {
				if id, ok := e.(*ast.Ident); ok {
					tested[id.Name] = true
				}
			}
		}
		return true
	})
	return tested
}

// readKind classes one mention of a message kind in h's body by what it is
// part of, from the inside out.
func (h *Handler) readKind(id *ast.Ident, parents []ast.Node, tested map[string]bool) {
	child := ast.Node(id)
	for i := len(parents) - 1; i >= 0; i-- {
		switch parent := parents[i].(type) {
		case *ast.CaseClause, *ast.TypeAssertExpr:
			h.Consumes = appendNew(h.Consumes, id.Name)
			return
		case *ast.BinaryExpr:
			if (parent.Op == token.EQL || parent.Op == token.NEQ) && !senderName.MatchString(h.Name.Name) {
				h.Consumes = appendNew(h.Consumes, id.Name)
			}
			return
		case *ast.KeyValueExpr:
			if parent.Key == child {
				h.Consumes = appendNew(h.Consumes, id.Name)
			} else {
				h.Sends = appendNew(h.Sends, id.Name)
			}
			return
		case *ast.CompositeLit:
			// An empty literal is what a message is decoded into.
			if parent.Type == child && len(parent.Elts) == 0 {
				h.Consumes = appendNew(h.Consumes, id.Name)
			} else {
				h.Sends = appendNew(h.Sends, id.Name)
			}
			return
		case *ast.AssignStmt:
			switch {
			case !messageConstant.MatchString(id.Name):
			case assignsTested(parent, tested):
				h.Consumes = appendNew(h.Consumes, id.Name)
			default:
				h.Sends = appendNew(h.Sends, id.Name)
			}
			return
		case *ast.ValueSpec:
			if isResponse(id.Name) {
				h.Consumes = appendNew(h.Consumes, id.Name)
			}
			return
		case *ast.CallExpr:
			if isResponse(id.Name) && isNew(parent) {
				h.Consumes = appendNew(h.Consumes, id.Name)
				return
			}
			if !isCalled(asExpr(child), parent) {
				return
			}
		case ast.Stmt:
			return
		}
		child = parents[i]
	}
}

func assignsTested(assign *ast.AssignStmt, tested map[string]bool) bool {
	return slices.ContainsFunc(assign.Lhs, func(e ast.Expr) bool {
		id, ok := e.(*ast.Ident)
		return ok && tested[id.Name]
	})
}

func isNew(call *ast.CallExpr) bool {
	fun, ok := call.Fun.(*ast.Ident)
	return ok && fun.Name == "new"
}

func asExpr(n ast.Node) ast.Expr {
	e, _ := n.(ast.Expr)
	return e
}

// entersRole reports whether a mention of a role puts a node into it: by an
// assignment, or as an argument of a call such as setState(Leader).
func entersRole(id *ast.Ident, parents []ast.Node) bool {
	for i := len(parents) - 1; i >= 0; i-- {
		switch parent := parents[i].(type) {
		case *ast.AssignStmt:
			return parent.Tok == token.ASSIGN && id.Pos() > parent.TokPos
		case *ast.CallExpr:
			if setterName.MatchString(calledName(parent)) && id.Pos() > parent.Lparen {
				return true
			}
		case *ast.CaseClause, *ast.BinaryExpr, ast.Stmt:
			return false
		}
	}
	return false
}

func calledName(call *ast.CallExpr) string {
	switch fun := call.Fun.(type) {
	case *ast.Ident:
		return fun.Name
	case *ast.SelectorExpr:
		return fun.Sel.Name
	}
	return ""
}

// changesField reports whether id is the field in an assignment to a node's
// term, vote, log or commit index.
func changesField(id *ast.Ident, parents []ast.Node) bool {
	if len(parents) < 2 || !fieldWords.MatchString(id.Name) {
		return false
	}
	sel, ok := last(parents).(*ast.SelectorExpr)
	if !ok || sel.Sel != id {
		return false
	}
	switch parent := parents[len(parents)-2].(type) {
	case *ast.AssignStmt:
		return slices.Contains(parent.Lhs, ast.Expr(sel))
	case *ast.IncDecStmt:
		return true
	}
	return false
}

// walk calls visit for every identifier under root, with the nodes it stands
// in, outermost first.
func walk(root ast.Node, visit func(id *ast.Ident, parents []ast.Node)) {
	var parents []ast.Node
	ast.Inspect(root, func(n ast.Node) bool {
		if n == nil {
			parents = parents[:len(parents)-1]
			return true
		}
		if id, ok := n.(*ast.Ident); ok && len(parents) > 0 {
			visit(id, parents)
		}
		parents = append(parents, n)
		return true
	})
}

func setOf(names []Name) map[string]bool {
	set := map[string]bool{}
	for _, n := range names {
		set[n.Name] = true
	}
	return set
}

func appendNew(list []string, s string) []string {
	if strings.TrimSpace(s) == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

func last(nodes []ast.Node) ast.Node {
	if len(nodes) == 0 {
		return nil
	}
	return nodes[len(nodes)-1]
}
