// Package config reads the configuration file of TLC, the model checker: the .cfg
// beside a module, which says what its constants are and what is to be checked.
//
// It reads the file as TLC's own parser does (class ModelConfig): statements begin
// with a keyword, in capitals, and hold whatever follows up to the next one.
// Comments are those of TLA+. It is only read, never judged: what is malformed is
// a [Problem], and the rest is read on.
package config

import (
	"fmt"
	"strings"

	"github.com/specls/specls/analysis/finding"
)

// Config is what a configuration file says.
type Config struct {
	// Constants are what CONSTANT and CONSTANTS assign or substitute.
	Constants []Constant
	// Names are what the other statements name, in order.
	Names []Name
	// Problems are what TLC would not accept.
	Problems []Problem
}

// Constant is one assignment, N = 3, or substitution, N <- Three.
type Constant struct {
	Name string
	// Substitute is the definition behind <-; empty for an assignment.
	Substitute string
	// Module is the module in brackets, as in N <- [M]Three: only there the
	// definition takes the other's place.
	Module string
	Span   finding.Span // of the name, in bytes of the text
}

// Name is a definition that a statement names.
type Name struct {
	// Statement is the keyword in the singular, such as INVARIANT.
	Statement string
	Name      string
	Span      finding.Span
}

// Problem is what TLC would not accept.
type Problem struct {
	Span    finding.Span
	Message string
}

// Of returns the names of the statements of a keyword, in the singular.
func (c *Config) Of(statement string) []string {
	var names []string
	for _, n := range c.Names {
		if n.Statement == statement {
			names = append(names, n.Name)
		}
	}
	return names
}

// Binds reports whether the file says what a constant, or a definition, is.
func (c *Config) Binds(name string) bool {
	for _, k := range c.Constants {
		if k.Name == name && k.Module == "" {
			return true
		}
	}
	return false
}

// statements has the keywords, each with its singular, and whether it takes any
// number of names.
var statements = map[string]struct {
	singular string
	many     bool
}{
	"CONSTANT": {"CONSTANT", true}, "CONSTANTS": {"CONSTANT", true},
	"INIT": {"INIT", false}, "NEXT": {"NEXT", false}, "SPECIFICATION": {"SPECIFICATION", false},
	"INVARIANT": {"INVARIANT", true}, "INVARIANTS": {"INVARIANT", true},
	"PROPERTY": {"PROPERTY", true}, "PROPERTIES": {"PROPERTY", true},
	"CONSTRAINT": {"CONSTRAINT", true}, "CONSTRAINTS": {"CONSTRAINT", true},
	"ACTION_CONSTRAINT": {"ACTION_CONSTRAINT", true}, "ACTION_CONSTRAINTS": {"ACTION_CONSTRAINT", true},
	"SYMMETRY": {"SYMMETRY", false}, "VIEW": {"VIEW", false}, "ALIAS": {"ALIAS", false},
	"POSTCONDITION": {"POSTCONDITION", true}, "POSTCONDITIONS": {"POSTCONDITION", true},
	"CHECK_DEADLOCK": {"CHECK_DEADLOCK", false},
	"_PERIODIC":      {"_PERIODIC", false}, "_RL_REWARD": {"_RL_REWARD", false}, "_POSSIBLE": {"_POSSIBLE", true},
}

// Parse reads a configuration file. An empty text is an empty configuration.
func Parse(text string) *Config {
	p := &parser{text: text, config: &Config{}}
	p.next()
	for p.token != "" {
		statement, ok := statements[p.token]
		if !ok {
			p.problem("%s begins no statement: a statement begins with CONSTANTS, SPECIFICATION, INIT, NEXT, INVARIANTS, PROPERTIES or another keyword of TLC", p.token)
			p.next()
			continue
		}
		keyword := p.token
		p.next()
		switch {
		case statement.singular == "CONSTANT":
			p.constants()
		case statement.many:
			for p.token != "" && !p.atStatement() {
				p.name(statement.singular)
			}
		case p.token == "":
			p.problem("%s names nothing", keyword)
		case len(p.config.Of(statement.singular)) > 0:
			p.problem("There is a second %s", keyword)
			p.next()
		default:
			p.name(statement.singular)
		}
	}
	return p.config
}

// parser goes through the tokens of a file.
type parser struct {
	text   string
	config *Config
	token  string       // the present one, empty at the end
	span   finding.Span // and its place
}

func (p *parser) problem(format string, args ...any) {
	p.config.Problems = append(p.config.Problems, Problem{p.span, fmt.Sprintf(format, args...)})
}

func (p *parser) atStatement() bool {
	_, ok := statements[p.token]
	return ok
}

// name reads a name that a statement gives, which may be qualified: M!Inv.
func (p *parser) name(statement string) {
	span := p.span
	name := p.qualified()
	span.End = span.Start + len(name)
	p.config.Names = append(p.config.Names, Name{statement, name, span})
}

func (p *parser) qualified() string {
	name := p.token
	p.next()
	for p.token == "!" {
		p.next()
		name += "!" + p.token
		p.next()
	}
	return name
}

// constants reads assignments and substitutions up to the next statement.
func (p *parser) constants() {
	for p.token != "" && !p.atStatement() {
		c := Constant{Span: p.span}
		c.Name = p.qualified()
		if p.token == "(" { // F(a, b) = v
			p.skipTo(")")
		}
		switch p.token {
		case "<-":
			p.next()
			if p.token == "[" {
				p.next()
				c.Module = p.token
				p.next()
				if p.token == "]" {
					p.next()
				}
			}
			if p.token == "" || p.atStatement() {
				p.problem("Behind <- stands the definition that %s is to be", c.Name)
				continue
			}
			c.Substitute = p.token
			p.next()
		case "=":
			p.next()
			if p.token == "" || p.atStatement() {
				p.problem("Behind = stands the value that %s is to have", c.Name)
				continue
			}
			p.value()
		default:
			p.problem("Behind %s stands = and a value, or <- and a definition", c.Name)
			continue
		}
		p.config.Constants = append(p.config.Constants, c)
	}
}

// value passes by a value: a name, a number, a string or a set of such.
func (p *parser) value() {
	switch p.token {
	case "{":
		p.skipTo("}")
	case "-":
		p.next()
		p.next()
	default:
		p.next()
	}
}

// skipTo passes by everything up to the token that closes the present one.
func (p *parser) skipTo(closing string) {
	opening := p.token
	for depth := 0; p.token != ""; {
		switch p.token {
		case opening:
			depth++
		case closing:
			depth--
		}
		p.next()
		if depth == 0 {
			return
		}
	}
}

// next goes on to the next token.
func (p *parser) next() {
	at := skipBlanks(p.text, p.span.End)
	end := at
	switch {
	case at == len(p.text):
	case strings.HasPrefix(p.text[at:], "<-"):
		end = at + 2
	case p.text[at] == '"':
		end = at + 1
		for end < len(p.text) && p.text[end] != '"' && p.text[end] != '\n' {
			end++
		}
		end = min(end+1, len(p.text))
	default:
		for end < len(p.text) && isWord(p.text[end]) {
			end++
		}
		end = max(end, at+1)
	}
	p.token, p.span = p.text[at:end], finding.Span{Start: at, End: end}
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c >= 0x80
}

// skipBlanks returns the offset behind white space and comments.
func skipBlanks(text string, at int) int {
	for at < len(text) {
		switch {
		case strings.HasPrefix(text[at:], `\*`):
			if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
				at += i
			} else {
				at = len(text)
			}
		case strings.HasPrefix(text[at:], "(*"):
			at = skipBlock(text, at)
		case strings.IndexByte(" \t\r\n\f\v", text[at]) >= 0:
			at++
		default:
			return at
		}
	}
	return at
}

// skipBlock returns the offset behind a block comment, in which others may be.
func skipBlock(text string, at int) int {
	for depth := 0; at < len(text); at++ {
		switch {
		case strings.HasPrefix(text[at:], "(*"):
			depth++
			at++
		case strings.HasPrefix(text[at:], "*)"):
			depth--
			at++
			if depth == 0 {
				return at + 1
			}
		}
	}
	return len(text)
}
