// Package syntax reads TLA+: a lexer, a parser and the tree they make. It
// accepts what SANY, the reference parser, accepts, and differs from it in
// what it does with the rest: every text has a tree, and every fault is one
// finding where it stands.
//
// Its errors are not quite SANY's. Some of what SANY's grammar lets pass and its
// semantic analysis then refuses is an error here: an operator without operands
// where an expression should be, and [x] that follows no function. And two
// accidents of SANY are not repeated: it reads one token beyond the footer of a
// module whose last unit is a nested module, and it misses a definition behind
// a field whose name is THEOREM or the like.
//
// The shape serves an editor, which parses at each keystroke. Tokens are one
// slice and nodes another; a [Node] is a pointer to the tree and an index, and
// walking allocates nothing. Nothing of the text is lost: what lies between two
// tokens is white space or a comment of [Tree.Comments], and what lies before
// the first token or after the last is outside the modules, which TLA+ leaves
// to prose.
//
// All places are byte offsets into the text, as [finding.Span]s.
package syntax

import (
	"iter"

	"github.com/specls/specls/analysis/finding"
)

// Rule is the id of the rule under which the parser's findings stand.
const Rule = "syntax"

// Tree is the syntax of one text. It is immutable, and safe to read from
// several goroutines.
type Tree struct {
	text        string
	tokens      []token // the last is EndOfText
	comments    []Comment
	nodes       []node
	children    []int32
	identifiers nameTable
	findings    []finding.Finding
	modules     []int32 // in the order of their headers
	root        int32
	// start and end bound what was read as TLA+. The rest is prose.
	start, end int
}

// node is a node of the tree. Its tokens are [first, last); its children are
// count indices from Tree.children[from].
type node struct {
	first, last int32
	from, count int32
	parent      int32
	// token is the index of the token that the node is about, such as the
	// operator of an application or the name of a definition; -1 for none.
	token int32
	kind  NodeKind
}

// Comment is one comment, with its delimiters but without a line's end.
type Comment struct {
	Span finding.Span
	// Block says that the comment is (* … *) rather than \* … .
	Block bool
}

// Text returns the text that was parsed.
func (t *Tree) Text() string { return t.text }

// Root returns the node of kind KindText that holds everything.
func (t *Tree) Root() Node { return Node{t, t.root} }

// Node returns the node of a number; see [Node.ID]. The numbers are those from
// 0 to the root's.
func (t *Tree) Node(id int) Node { return Node{t, int32(id)} }

// Findings returns what is wrong, in the order of the text. Without an error
// among them SANY's parser accepts the text; warnings are of what it accepts and
// its later phases refuse unless another module defines it.
func (t *Tree) Findings() []finding.Finding { return t.findings }

// Comments returns the comments inside the outermost module, in order.
func (t *Tree) Comments() []Comment { return t.comments }

// NumTokens returns the number of tokens, that of the end of text not counted.
func (t *Tree) NumTokens() int { return len(t.tokens) - 1 }

// Token returns token number i, 0-based. Beyond the last it is the end of text.
func (t *Tree) Token(i int) Token { return Token{t, int32(min(max(i, 0), len(t.tokens)-1))} }

// TokenAt returns the token that covers the byte at offset, or else the first
// one behind it.
func (t *Tree) TokenAt(offset int) Token {
	low, high := 0, len(t.tokens)-1
	for low < high {
		mid := (low + high) / 2
		if int(t.tokens[mid].end) > offset {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return Token{t, int32(low)}
}

// Before returns the span of the text before the outermost module's header,
// which is empty where the header opens the text.
func (t *Tree) Before() finding.Span { return finding.Span{Start: 0, End: t.start} }

// After returns the span of the text behind the outermost module's footer,
// beginning right after its last "=". Without a footer it is empty.
func (t *Tree) After() finding.Span { return finding.Span{Start: t.end, End: len(t.text)} }

// Modules returns all modules, nested ones too, in the order of their headers.
// There is at most one outermost module: what follows it is prose to TLA+.
func (t *Tree) Modules() []Module {
	found := make([]Module, len(t.modules))
	for i, id := range t.modules {
		found[i] = Module{Node{t, id}}
	}
	return found
}

// Module returns the outermost module. It is false where the text has nothing
// that looks like one.
func (t *Tree) Module() (Module, bool) {
	if len(t.modules) == 0 {
		return Module{}, false
	}
	return Module{Node{t, t.modules[0]}}, true
}

// Token is one token of a tree. The zero value is no token: its text is empty.
type Token struct {
	tree  *Tree
	index int32
}

// Valid reports whether there is a token.
func (t Token) Valid() bool { return t.tree != nil }

// Kind returns what the token is; EndOfText for no token.
func (t Token) Kind() Kind {
	if t.tree == nil {
		return EndOfText
	}
	return t.tree.tokens[t.index].kind
}

// Index returns the token's number, 0-based.
func (t Token) Index() int { return int(t.index) }

// Span returns the token's bytes; an empty span for no token.
func (t Token) Span() finding.Span {
	if t.tree == nil {
		return finding.Span{}
	}
	tok := &t.tree.tokens[t.index]
	return finding.Span{Start: int(tok.start), End: int(tok.end)}
}

// Text returns the token as written.
func (t Token) Text() string {
	if t.tree == nil {
		return ""
	}
	tok := &t.tree.tokens[t.index]
	return t.tree.text[tok.start:tok.end]
}

// Column returns the column that counts for junction lists: 0-based, in UTF-16
// units, a tab reaching to the next multiple of eight. So SANY counts.
func (t Token) Column() int {
	if t.tree == nil {
		return 0
	}
	return int(t.tree.tokens[t.index].column)
}

// Next returns the token behind this one; the end of text has itself.
func (t Token) Next() Token { return t.tree.Token(int(t.index) + 1) }

// Operator returns the canonical spelling of an operator token, such as "#"
// for "/=", or the empty string.
func (t Token) Operator() string { return t.Kind().Operator() }

// Operator returns the canonical spelling of an operator, or the empty string
// for a kind that is none.
func (k Kind) Operator() string { return operators[k].name }

// Node is one node of a tree. The zero value is no node: it has the kind
// KindNone, no children and an empty span.
type Node struct {
	tree *Tree
	id   int32
}

func (n Node) node() *node { return &n.tree.nodes[n.id] }

// Valid reports whether there is a node.
func (n Node) Valid() bool { return n.tree != nil }

// Tree returns the tree that the node is of.
func (n Node) Tree() *Tree { return n.tree }

// ID returns a number that no other node of the tree has: 0-based, and
// children have smaller ones than their parent.
func (n Node) ID() int { return int(n.id) }

// Kind returns what the node is.
func (n Node) Kind() NodeKind {
	if n.tree == nil {
		return KindNone
	}
	return n.node().kind
}

// Span returns the bytes from the node's first token to its last. A node
// without tokens, which stands for something missing, has an empty span right
// behind the token before it.
func (n Node) Span() finding.Span {
	if n.tree == nil {
		return finding.Span{}
	}
	return n.tree.span(n.node().first, n.node().last)
}

func (t *Tree) span(first, last int32) finding.Span {
	if first < last {
		return finding.Span{Start: int(t.tokens[first].start), End: int(t.tokens[last-1].end)}
	}
	if first == 0 {
		return finding.Span{Start: t.start, End: t.start}
	}
	at := int(t.tokens[first-1].end)
	return finding.Span{Start: at, End: at}
}

// Text returns the bytes of Span.
func (n Node) Text() string {
	if n.tree == nil {
		return ""
	}
	s := n.Span()
	return n.tree.text[s.Start:s.End]
}

// NumChildren returns the number of children.
func (n Node) NumChildren() int {
	if n.tree == nil {
		return 0
	}
	return int(n.node().count)
}

// Child returns child number i, 0-based, or no node.
func (n Node) Child(i int) Node {
	if n.tree == nil || i < 0 || i >= int(n.node().count) {
		return Node{}
	}
	return Node{n.tree, n.tree.children[n.node().from+int32(i)]}
}

// Last returns the last child, or no node.
func (n Node) Last() Node { return n.Child(n.NumChildren() - 1) }

// Children goes through the children in order.
func (n Node) Children() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		for i := range n.NumChildren() {
			if !yield(n.Child(i)) {
				return
			}
		}
	}
}

// Parent returns the node whose child this is; no node for the root.
func (n Node) Parent() Node {
	if n.tree == nil || n.node().parent < 0 {
		return Node{}
	}
	return Node{n.tree, n.node().parent}
}

// Walk goes through the node and all below it, parents first, in the order of
// the text. It does not recurse, so no text can overflow it.
func (n Node) Walk() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		if n.tree == nil {
			return
		}
		stack := []int32{n.id}
		for len(stack) > 0 {
			id := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if !yield(Node{n.tree, id}) {
				return
			}
			nd := &n.tree.nodes[id]
			for i := nd.from + nd.count - 1; i >= nd.from; i-- {
				stack = append(stack, n.tree.children[i])
			}
		}
	}
}

// Ancestor returns the nearest node above this one that is of one of the
// kinds, or no node.
func (n Node) Ancestor(kinds ...NodeKind) Node {
	for p := n.Parent(); p.Valid(); p = p.Parent() {
		for _, k := range kinds {
			if p.Kind() == k {
				return p
			}
		}
	}
	return Node{}
}

// Token returns the token that the node is about; see [NodeKind] for which
// that is. It is no token where there is none, or where it is missing.
func (n Node) Token() Token {
	if n.tree == nil || n.node().token < 0 {
		return Token{}
	}
	return Token{n.tree, n.node().token}
}

// FirstToken returns the node's first token, or no token for an empty node.
func (n Node) FirstToken() Token {
	if n.tree == nil || n.node().first >= n.node().last {
		return Token{}
	}
	return Token{n.tree, n.node().first}
}

// LastToken returns the node's last token, or no token for an empty node.
func (n Node) LastToken() Token {
	if n.tree == nil || n.node().first >= n.node().last {
		return Token{}
	}
	return Token{n.tree, n.node().last - 1}
}

// Tokens goes through all tokens of the node, those of its children too.
func (n Node) Tokens() iter.Seq[Token] {
	return func(yield func(Token) bool) {
		if n.tree == nil {
			return
		}
		for i := n.node().first; i < n.node().last; i++ {
			if !yield(Token{n.tree, i}) {
				return
			}
		}
	}
}

// NodeAt returns the innermost node whose span holds offset, its end included.
// Where two nodes meet at offset it is the one that begins there.
func (t *Tree) NodeAt(offset int) Node {
	n := t.Root()
descend:
	for {
		for i := n.NumChildren() - 1; i >= 0; i-- {
			c := n.Child(i)
			if s := c.Span(); s.Start <= offset && offset <= s.End {
				n = c
				continue descend
			}
		}
		return n
	}
}
