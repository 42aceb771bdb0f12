package contract

import (
	"regexp"
	"strings"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/syntax"
)

// segmentKind says what a stretch of text outside the module is.
type segmentKind uint8

const (
	prose segmentKind = iota
	reasoning
	fence
	otherModule
)

// segment is a stretch of text outside the module.
type segment struct {
	kind segmentKind
	// span is the text without the white space around it; cut is what goes
	// with it when it is removed. The cuts of all segments leave no white space
	// before the module, and a line's end behind it.
	span, cut finding.Span
	// tree holds the module of an otherModule.
	tree   *syntax.Tree
	offset int // of tree's text in the whole one
	after  bool
}

// outside returns the segments before and after the outermost module, in
// order; none where there is no module.
func (s *shared) outside() []segment {
	if s.segmented {
		return s.segments
	}
	s.segmented = true
	if _, ok := s.Tree.Module(); !ok {
		return nil
	}
	text := s.Tree.Text()
	before := split(text, s.Tree.Before(), nil)
	for i := range before {
		before[i].cut = finding.Span{Start: 0, End: s.Tree.Before().End}
		if i > 0 {
			before[i].cut.Start = before[i].span.Start
			before[i-1].cut.End = before[i].span.Start
		}
	}
	after := splitModules(text, s.Tree.After())
	for i := range after {
		after[i].after = true
		after[i].cut = finding.Span{Start: s.Tree.After().Start, End: after[i].span.End}
		if i > 0 {
			after[i].cut.Start = after[i-1].span.End
		}
	}
	s.segments = append(before, after...)
	return s.segments
}

// maxModules bounds how many modules behind the first are told apart. Each
// costs a parse of what is left.
const maxModules = 16

// splitModules splits a stretch that may hold modules.
func splitModules(text string, stretch finding.Span) []segment {
	var found []segment
	for range maxModules {
		if isBlank(text[stretch.Start:stretch.End]) || !hasHeader.MatchString(text[stretch.Start:stretch.End]) {
			break
		}
		tree := syntax.Parse(text[stretch.Start:stretch.End])
		m, ok := tree.Module()
		if !ok || !isHeader(m.Header()) {
			break
		}
		found = split(text, finding.Span{Start: stretch.Start, End: stretch.Start + tree.Before().End}, found)
		found = append(found, segment{
			kind: otherModule, tree: tree, offset: stretch.Start,
			span: finding.Span{Start: stretch.Start + m.Span().Start, End: stretch.Start + m.Span().End},
		})
		stretch.Start += m.Span().End
	}
	return split(text, stretch, found)
}

var hasHeader = regexp.MustCompile(`-{4} *MODULE`)

// split appends the segments of a stretch without modules to found: a fence
// line each, reasoning between its tags, and runs of other lines.
func split(text string, stretch finding.Span, found []segment) []segment {
	add := func(kind segmentKind, start, end int) {
		line := text[start:end]
		start += leadingBlank(line)
		end = start + len(strings.Trim(line, blanks))
		if n := len(found); kind == prose && n > 0 && found[n-1].kind == prose && isBlank(text[found[n-1].span.End:start]) {
			found[n-1].span.End = end
			return
		}
		found = append(found, segment{kind: kind, span: finding.Span{Start: start, End: end}})
	}
	for offset := stretch.Start; offset < stretch.End; {
		end := min(offset+len(lineFrom(text, offset)), stretch.End)
		line := strings.TrimLeft(text[offset:end], blanks)
		switch {
		case line == "":
		case isFence(line):
			add(fence, offset, end)
		case reasoningOpen.MatchString(line):
			if close := reasoningClose.FindStringIndex(text[offset:stretch.End]); close != nil {
				end = offset + close[1]
			} else {
				end = stretch.End
			}
			add(reasoning, offset, end)
		default:
			add(prose, offset, end)
		}
		offset = end
	}
	return found
}

// isFence reports whether a line, without its indentation, opens or closes a
// Markdown code block.
func isFence(line string) bool {
	return strings.HasPrefix(line, "```") || strings.HasPrefix(line, "~~~")
}

// The tags between which models leave their reasoning.
var (
	reasoningOpen  = regexp.MustCompile(`(?i)^</?(think|thinking|thought|reasoning)>`)
	reasoningClose = regexp.MustCompile(`(?i)</(think|thinking|thought|reasoning)>`)
)

// lineFrom returns the rest of the line at offset, terminator included.
func lineFrom(text string, offset int) string {
	rest := text[offset:]
	i := strings.IndexAny(rest, "\r\n")
	switch {
	case i < 0:
		return rest
	case rest[i] == '\r' && i+1 < len(rest) && rest[i+1] == '\n':
		return rest[:i+2]
	}
	return rest[:i+1]
}

// cutAll returns edits that remove the segments that are wanted.
func cutAll(segments []segment, wanted func(segment) bool) []finding.Edit {
	var edits []finding.Edit
	for _, s := range segments {
		if wanted(s) {
			edits = append(edits, finding.Edit{Span: s.cut})
		}
	}
	return edits
}
