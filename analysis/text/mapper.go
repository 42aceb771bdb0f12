// Package text owns positions. Four representations of a place in a document
// meet in specls, and this package is the only one that converts between them:
//
//   - offset: a byte index into the document's UTF-8 text, 0-based. Everything
//     below the server works on offsets.
//   - LSP position: line, 0-based, and character, 0-based, counted in the units
//     of the negotiated [Encoding] (LSP 3.17, "Position").
//   - line and column for people: both 1-based, the column counted in
//     characters (Unicode code points). The command line prints these, as SANY
//     does.
//   - column for junction lists: 0-based, in characters from the line's start.
//     Junction lists align on these (Specifying Systems, 15.2.2).
//
// A line ends at "\n", "\r\n" or "\r", as LSP says.
package text

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// Encoding is the unit in which the character of an LSP position counts.
type Encoding uint8

// The encodings of LSP 3.17, PositionEncodingKind. The zero value is LSP's
// default.
const (
	UTF16 Encoding = iota
	UTF8
	UTF32
)

// Position is an LSP position: 0-based line, 0-based character in the units of
// an Encoding.
type Position struct{ Line, Character int }

// Mapper converts positions within one immutable text.
type Mapper struct {
	text string
	// starts holds the offset of each line's first byte; starts[0] is 0.
	starts []int
	// ascii says that bytes, UTF-16 units and characters are all the same.
	ascii bool
}

// NewMapper reads text once to find its lines. The text must be valid UTF-8
// (see [Sanitise]); of one that is not, offsets stay inside the text but may
// not round-trip.
func NewMapper(text string) *Mapper {
	m := &Mapper{text: text, starts: make([]int, 1, 1+len(text)/32), ascii: true}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\n':
			m.starts = append(m.starts, i+1)
		case c == '\r':
			if i+1 < len(text) && text[i+1] == '\n' {
				i++
			}
			m.starts = append(m.starts, i+1)
		case c >= utf8.RuneSelf:
			m.ascii = false
		}
	}
	return m
}

// Sanitise returns text as valid UTF-8. An encoded surrogate, which is what a
// lone surrogate in JSON decodes to, becomes one U+FFFD, so that the number of
// its UTF-16 units stays one; so does every other byte that is not UTF-8.
func Sanitise(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if size == 1 && isSurrogate(text[i:]) {
			size = 3
		}
		b.WriteRune(r)
		i += size
	}
	return b.String()
}

// isSurrogate tells whether s begins with the three bytes of an encoded
// surrogate.
func isSurrogate(s string) bool {
	return len(s) >= 3 && s[0] == 0xED && s[1] >= 0xA0 && s[1] <= 0xBF && s[2] >= 0x80 && s[2] <= 0xBF
}

// Text returns the text that the mapper was made for.
func (m *Mapper) Text() string { return m.text }

// Lines returns the number of lines, which is one more than that of line ends.
func (m *Mapper) Lines() int { return len(m.starts) }

// Offset returns the offset of an LSP position. As LSP asks, a character
// beyond the line's end is the line's end, before its terminator; a line
// beyond the last is the end of the text; and a negative number is zero. A
// position inside a character, such as between two surrogates, is the
// character's start.
func (m *Mapper) Offset(p Position, enc Encoding) int {
	if p.Line < 0 {
		return 0
	}
	if p.Line >= len(m.starts) {
		return len(m.text)
	}
	start, end := m.lineBounds(p.Line)
	line := m.text[start:end]
	if p.Character <= 0 {
		return start
	}
	if m.ascii {
		return start + min(p.Character, len(line))
	}
	units := 0
	for i, r := range line {
		width := unitsOf(r, enc)
		if units+width > p.Character {
			return start + i
		}
		units += width
	}
	return end
}

// Position returns the LSP position of an offset. An offset outside the text
// is taken as the nearest one inside; one within a character as the
// character's start; one within "\r\n", or past it on the same line, as the
// line's end.
func (m *Mapper) Position(offset int, enc Encoding) Position {
	line, start, offset := m.locate(offset)
	if m.ascii || enc == UTF8 {
		return Position{line, offset - start}
	}
	units := 0
	for _, r := range m.text[start:offset] {
		units += unitsOf(r, enc)
	}
	return Position{line, units}
}

// LineColumn returns the place of an offset as people count: line and column
// 1-based, the column in characters.
func (m *Mapper) LineColumn(offset int) (line, column int) {
	l, start, offset := m.locate(offset)
	if m.ascii {
		return l + 1, offset - start + 1
	}
	return l + 1, utf8.RuneCountInString(m.text[start:offset]) + 1
}

// LineStart returns the offset of the first byte of a 0-based line, and the
// end of the text for a line beyond the last.
func (m *Mapper) LineStart(line int) int {
	if line >= len(m.starts) {
		return len(m.text)
	}
	return m.starts[max(line, 0)]
}

// locate returns the 0-based line that holds offset, the offset of that line's
// start, and offset itself moved to a character boundary that is not within or
// behind the line's terminator.
func (m *Mapper) locate(offset int) (line, start, clamped int) {
	offset = min(max(offset, 0), len(m.text))
	line = sort.Search(len(m.starts), func(i int) bool { return m.starts[i] > offset }) - 1
	start, end := m.lineBounds(line)
	offset = min(offset, end)
	for offset > start && offset < len(m.text) && !utf8.RuneStart(m.text[offset]) {
		offset--
	}
	return line, start, offset
}

// lineBounds returns the offsets of a line's first byte and of its end,
// terminator excluded.
func (m *Mapper) lineBounds(line int) (start, end int) {
	start = m.starts[line]
	if line+1 == len(m.starts) {
		return start, len(m.text)
	}
	end = m.starts[line+1] - 1
	if end > start && m.text[end] == '\n' && m.text[end-1] == '\r' {
		end--
	}
	return start, end
}

// unitsOf returns how many units of enc a character takes.
func unitsOf(r rune, enc Encoding) int {
	switch {
	case enc == UTF8:
		return utf8.RuneLen(r)
	case enc == UTF16 && r >= 0x10000:
		return 2
	}
	return 1
}
