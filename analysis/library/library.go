// Package library knows the modules that a specification can extend or
// instantiate without having them as files: the standard modules of the TLA+
// tools, the CommunityModules, and those that come with the TLA+ proof system
// and with Apalache. For each it has what the module extends and instantiates
// and what it declares: names, parameters, levels, and the meaning in a sentence
// or two. Bodies are not here; the modules themselves are not, either.
//
// The CommunityModules are those of July 2026. They change from release to
// release: SequencesExt, for one, extends Bags, TLC and others since 2025, and
// instantiated them locally before, so that a specification got none of their
// names through it. A file on the search path is to be preferred to what is
// said here.
//
// Each module is a text file in the directory modules, embedded in the program
// and read when somebody first asks for it; nothing happens at start-up. A file
// consists of lines such as these, in the order of the module itself:
//
//	module SequencesExt community       its name, and what it is delivered with
//	extends Sequences Naturals          what it EXTENDS, in order
//	local instance TLC                  an INSTANCE without a name or a WITH
//	constant C
//	variable now
//	def Append(s, e)                    a definition: name, infix, prefix,
//	def d :> e:3                        or with the arguments of a function;
//	def -. a                            operators in the spelling that package
//	def factorial[n]                    syntax takes for canonical
//	local def Sum(f)
//	recursive def Repeat(F(F N x, N), N, x)
//	def RTnow(v:1i) level 3 uses now:1
//	theorem WFMin sequent               named; sequent: an ASSUME/PROVE
//
// An indented line continues the prose on what stands above it.
//
// What the prose cannot change is said with the parameters. Behind a name and a
// colon stand the highest level that an argument may have, which is 2 (action)
// where no digit stands, and an i where the argument's level is ignored: it does
// not raise the level of the whole. A parameter that is itself an operator has
// its arguments behind it: for each, the parameters of the definition that occur
// in it, so that SelectSeq(s, Test(s)) may only be given a Test that takes an
// argument of the level of s; an underscore stands for none. "level" is the
// level of the whole when all arguments are constants, 0 (constant) where it is
// not given, and "uses" lists the module's own constants and variables on which
// the level depends or which restrict what may be substituted for them, with the
// same marks as parameters. Before both, "parts" is how many operands the body
// has that a selector such as Append(s, e)!2 can name; it is left out where the
// body binds names or is a CASE. All of it is what SANY says, and a test asks it:
// see "Specifying Systems", chapter 17, for levels.
package library

import (
	"embed"
	"iter"
	"slices"
	"strings"
	"sync"
)

//go:embed modules/*.txt
var files embed.FS

// read holds the modules that have been asked for, by name.
var read sync.Map

// Lookup returns a module of the library. The module is shared: it is not to be
// changed.
func Lookup(name string) (*Module, bool) {
	if m, ok := read.Load(name); ok {
		return m.(*Module), true
	}
	text, err := files.ReadFile("modules/" + name + ".txt")
	if err != nil {
		return nil, false
	}
	m, err := parse(string(text))
	if err != nil {
		// It can't happen: a test has read every file.
		panic("library: module " + name + ": " + err.Error())
	}
	shared, _ := read.LoadOrStore(name, m)
	return shared.(*Module), true
}

// Has reports whether the library has the module.
func Has(name string) bool {
	_, ok := Lookup(name)
	return ok
}

// OriginOf returns with what a module is delivered.
func OriginOf(name string) Origin {
	if m, ok := Lookup(name); ok {
		return m.Origin
	}
	return Unknown
}

// Extends returns the modules that a module names in its EXTENDS, in order;
// nil for a module that extends none or is not in the library.
func Extends(name string) []string {
	if m, ok := Lookup(name); ok {
		return slices.Clone(m.Extends)
	}
	return nil
}

// Exports returns the symbols that a module gets by extending the one named: its
// own, and those of the modules that it extends or instantiates, but for what is
// local to one of them. A module's symbols come behind those of the modules it
// extends, and no symbol comes twice, however many ways lead to it; two symbols
// of the same name are two definitions. The result is nil for a module that is
// not in the library.
func Exports(name string) []*Symbol {
	var symbols []*Symbol
	seen := map[string]bool{}
	var visit func(name string)
	visit = func(name string) {
		m, ok := Lookup(name)
		if !ok || seen[name] {
			return
		}
		seen[name] = true
		for _, extended := range m.Extends {
			visit(extended)
		}
		for _, instance := range m.Instances {
			if !instance.Local {
				visit(instance.Module)
			}
		}
		for i := range m.Symbols {
			if s := &m.Symbols[i]; !s.Local {
				symbols = append(symbols, s)
			}
		}
	}
	visit(name)
	return symbols
}

// Path returns how extending the module from brings in the module to: the
// modules from from to to, each of which extends the next, by the shortest
// way. It is nil where it does not.
func Path(from, to string) []string {
	came := map[string]string{from: ""}
	for queue := []string{from}; len(queue) > 0; queue = queue[1:] {
		name := queue[0]
		if name == to {
			var path []string
			for ; name != ""; name = came[name] {
				path = append(path, name)
			}
			slices.Reverse(path)
			return path
		}
		m, ok := Lookup(name)
		if !ok {
			continue
		}
		for _, next := range m.Extends {
			if _, seen := came[next]; !seen {
				came[next] = name
				queue = append(queue, next)
			}
		}
	}
	return nil
}

// Names returns the names of all modules, in no order.
func Names() iter.Seq[string] {
	return func(yield func(string) bool) {
		entries, err := files.ReadDir("modules")
		if err != nil {
			return // it can't happen: the directory is part of the program
		}
		for _, entry := range entries {
			if !yield(strings.TrimSuffix(entry.Name(), ".txt")) {
				return
			}
		}
	}
}
