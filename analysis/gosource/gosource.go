// Package gosource reads what a Go file implements: the roles a node can be
// in, the kinds of message it exchanges, and the functions that handle them.
// It reads with go/parser, so a file that is half written still yields what
// can be read of it, and with go/types where the file's own declarations
// suffice; imports are never loaded, because a file is read as it is typed.
//
// The facts serve two purposes: ranking the profiles that fit a file, and the
// builtin model, which writes its specification in the file's own vocabulary.
package gosource

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
	// vote, log or commit index, or that consume a message kind.
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
