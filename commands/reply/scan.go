package reply

import (
	"regexp"
	"strings"
)

// scanner finds module headers and footers in TLA+ text, passing over comments
// and strings. It reads bytes: what it looks for is ASCII.
type scanner struct {
	text   string
	offset int
	// brackets is the number of brackets open so far.
	brackets int
	// open says that the text ended inside a comment or string.
	open bool
}

type token uint8

const (
	endToken    token = iota
	moduleToken       // ---- MODULE
	footerToken       // ====
)

// dashes is the shortest run of - or = that separates or closes modules.
const dashes = 4

// next moves past the next module header or footer and says which it is.
func (s *scanner) next() token {
	for s.offset < len(s.text) {
		rest := s.text[s.offset:]
		switch c := rest[0]; {
		case strings.HasPrefix(rest, "(*"):
			s.comment()
		case strings.HasPrefix(rest, `\*`):
			s.offset += len(lineAt(rest, 0))
		case c == '"':
			s.string()
		case c == '-' || c == '=':
			run := len(rest) - len(strings.TrimLeft(rest, string(c)))
			s.offset += run
			if run >= dashes && c == '=' {
				return footerToken
			}
			if run >= dashes && strings.HasPrefix(strings.TrimLeft(rest[run:], " \t\r\n"), "MODULE") {
				return moduleToken
			}
		case strings.IndexByte("([{", c) >= 0:
			s.brackets++
			s.offset++
		case strings.IndexByte(")]}", c) >= 0:
			s.brackets--
			s.offset++
		default:
			s.offset++
		}
	}
	return endToken
}

// comment passes over a block comment, which may hold others.
func (s *scanner) comment() {
	for depth := 0; s.offset < len(s.text); {
		switch rest := s.text[s.offset:]; {
		case strings.HasPrefix(rest, "(*"):
			depth++
			s.offset += 2
		case strings.HasPrefix(rest, "*)"):
			s.offset += 2
			if depth--; depth == 0 {
				return
			}
		default:
			s.offset++
		}
	}
	s.open = true
}

// string passes over a string, which ends at its quote or else at the end of
// its line.
func (s *scanner) string() {
	for s.offset++; s.offset < len(s.text); s.offset++ {
		switch s.text[s.offset] {
		case '\\':
			s.offset++
		case '"':
			s.offset++
			return
		case '\n':
			return
		}
	}
	s.offset = len(s.text)
	s.open = true
}

// unfinished matches a text whose last word cannot end a definition.
var unfinished = regexp.MustCompile(`(==|/\\|\\/|=>|=|#|:|,|\+|\*|<|>|\\[a-z]+|\b(IF|THEN|ELSE|LET|IN|CASE|OTHER|EXCEPT|EXTENDS|VARIABLES?|CONSTANTS?|UNCHANGED|ENABLED|DOMAIN|SUBSET|UNION|CHOOSE))\s*$`)

// breaksOff reports whether a module without footer ends in mid-expression.
func breaksOff(module string) bool {
	s := scanner{text: module}
	for s.next() != endToken {
	}
	return s.open || s.brackets > 0 || unfinished.MatchString(module)
}
