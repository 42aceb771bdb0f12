package text

import (
	"testing"
	"unicode/utf8"
)

func TestPositions(t *testing.T) {
	const content = "ab\r\né🙂x\n\rz"
	m := NewMapper(content)
	for _, test := range []struct {
		offset              int
		line                int
		utf8, utf16, utf32  int
		peopleLine, peopleC int
	}{
		{0, 0, 0, 0, 0, 1, 1},
		{2, 0, 2, 2, 2, 1, 3},  // before \r\n
		{4, 1, 0, 0, 0, 2, 1},  // é
		{6, 1, 2, 1, 1, 2, 2},  // 🙂
		{10, 1, 6, 3, 2, 2, 3}, // x
		{11, 1, 7, 4, 3, 2, 4}, // before \n
		{12, 2, 0, 0, 0, 3, 1}, // before \r
		{13, 3, 0, 0, 0, 4, 1}, // z
		{14, 3, 1, 1, 1, 4, 2}, // end
		{99, 3, 1, 1, 1, 4, 2}, // beyond the end
		{-1, 0, 0, 0, 0, 1, 1}, // before the start
	} {
		for enc, want := range map[Encoding]int{UTF8: test.utf8, UTF16: test.utf16, UTF32: test.utf32} {
			if got := m.Position(test.offset, enc); got != (Position{test.line, want}) {
				t.Errorf("Position(%d, %d) = %v, want {%d %d}", test.offset, enc, got, test.line, want)
			}
			if test.offset < 0 || test.offset > len(content) {
				continue
			}
			if got := m.Offset(Position{test.line, want}, enc); got != test.offset {
				t.Errorf("Offset({%d %d}, %d) = %d, want %d", test.line, want, enc, got, test.offset)
			}
		}
		if line, column := m.LineColumn(test.offset); line != test.peopleLine || column != test.peopleC {
			t.Errorf("LineColumn(%d) = %d:%d, want %d:%d", test.offset, line, column, test.peopleLine, test.peopleC)
		}
	}
}

func TestOffsetClamps(t *testing.T) {
	m := NewMapper("ab\r\n🙂\n")
	for _, test := range []struct {
		position Position
		enc      Encoding
		want     int
	}{
		{Position{0, 99}, UTF16, 2}, // the line's end, before its terminator
		{Position{99, 0}, UTF16, 9}, // the end of the text
		{Position{2, 5}, UTF16, 9},  // the last, empty line
		{Position{1, 1}, UTF16, 4},  // between two surrogates
		{Position{1, 3}, UTF8, 4},   // inside a character
		{Position{-1, 5}, UTF16, 0}, // before the text
		{Position{0, -5}, UTF16, 0}, // before the line
	} {
		if got := m.Offset(test.position, test.enc); got != test.want {
			t.Errorf("Offset(%v, %d) = %d, want %d", test.position, test.enc, got, test.want)
		}
	}
}

func TestOffsetsInsideCharactersAndLineEnds(t *testing.T) {
	m := NewMapper("a\r\né")
	if got := m.Position(2, UTF16); got != (Position{0, 1}) {
		t.Errorf("between \\r and \\n: %v, want {0 1}", got)
	}
	if got := m.Position(4, UTF16); got != (Position{1, 0}) {
		t.Errorf("inside é: %v, want {1 0}", got)
	}
}

func TestSanitise(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"plain 🙂", "plain 🙂"},
		{"a\xffb", "a\uFFFDb"},
		{"a\xff\xfeb", "a\uFFFD\uFFFDb"},
		{"\xed\xa0\xbd", "\uFFFD"},                   // a lone surrogate is one UTF-16 unit
		{"\xed\xa0\xbd\xed\xa0\xbd", "\uFFFD\uFFFD"}, // two are two
		{"\xf0\x9f\x99", "\uFFFD\uFFFD\uFFFD"},       // a character cut short
	} {
		if got := Sanitise(test.in); got != test.want {
			t.Errorf("Sanitise(%q) = %q, want %q", test.in, got, test.want)
		}
	}
}

// Positions of every encoding lead back to the offset they came from, for
// offsets where a position can point.
func FuzzRoundTrip(f *testing.F) {
	f.Add("ab\r\né🙂x\n\rz")
	f.Add("\r\r\n\n")
	f.Fuzz(func(t *testing.T, content string) {
		content = Sanitise(content)
		if !utf8.ValidString(content) {
			t.Fatalf("Sanitise left invalid UTF-8 in %q", content)
		}
		m := NewMapper(content)
		for offset := range len(content) + 1 {
			if offset < len(content) && !utf8.RuneStart(content[offset]) {
				continue
			}
			if offset > 0 && offset < len(content) && content[offset-1:offset+1] == "\r\n" {
				continue
			}
			for _, enc := range []Encoding{UTF8, UTF16, UTF32} {
				if got := m.Offset(m.Position(offset, enc), enc); got != offset {
					t.Errorf("offset %d of %q came back as %d", offset, content, got)
				}
			}
		}
	})
}
