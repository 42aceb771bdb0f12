package profile

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// The placeholders of a template. Each must occur at least once.
const (
	focusPlaceholder  = "{focus}"
	pathPlaceholder   = "{file_path}"
	sourcePlaceholder = "{source_code}"
)

var placeholders = []string{focusPlaceholder, pathPlaceholder, sourcePlaceholder}

// placeholder matches what a template's author must have meant as a
// placeholder: a lower-case identifier between braces. Every other brace, as
// in "{}", "{ x }" or "{1, 2}", is text.
var placeholder = regexp.MustCompile(`\{[a-z][a-z0-9_]*\}`)

// Template is a prompt with the placeholders {focus}, {file_path} and
// {source_code}. It is immutable.
type Template struct {
	text string
	// parts alternates between text and placeholders: even elements are text,
	// odd ones are one of the placeholders.
	parts []string
}

// Values are what the placeholders stand for in one rendering.
type Values struct {
	Focus      string
	FilePath   string
	SourceCode string
}

// PlaceholderError says that a template names a placeholder that does not
// exist, or lacks one that it needs.
type PlaceholderError struct {
	Placeholder string // with its braces
	Line        int    // 1-based; 0 where the placeholder is lacking
}

// Error names the placeholder and those that are allowed.
func (e *PlaceholderError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("the template lacks the placeholder %s; it needs %s", e.Placeholder, strings.Join(placeholders, ", "))
	}
	return fmt.Sprintf("line %d: unknown placeholder %s; a template has %s", e.Line, e.Placeholder, strings.Join(placeholders, ", "))
}

// ParseTemplate reads a template. Its error joins a *PlaceholderError for each
// unknown placeholder, in the order of the text, and for each lacking one.
func ParseTemplate(text string) (*Template, error) {
	t := &Template{text: text}
	var errs []error
	done := 0
	for _, at := range placeholder.FindAllStringIndex(text, -1) {
		name := text[at[0]:at[1]]
		if !slices.Contains(placeholders, name) {
			line := 1 + strings.Count(text[:at[0]], "\n")
			errs = append(errs, &PlaceholderError{Placeholder: name, Line: line})
			continue
		}
		t.parts = append(t.parts, text[done:at[0]], name)
		done = at[1]
	}
	t.parts = append(t.parts, text[done:])
	for _, name := range placeholders {
		if !slices.Contains(t.parts, name) {
			errs = append(errs, &PlaceholderError{Placeholder: name})
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return t, nil
}

// Text returns the template as it was written.
func (t *Template) Text() string { return t.text }

// Render returns the template with its placeholders replaced by values, in one
// pass: a placeholder inside a value stays as it is.
func (t *Template) Render(v Values) string {
	value := map[string]string{
		focusPlaceholder:  v.Focus,
		pathPlaceholder:   v.FilePath,
		sourcePlaceholder: v.SourceCode,
	}
	var out strings.Builder
	for i, part := range t.parts {
		if i%2 == 1 {
			part = value[part]
		}
		out.WriteString(part)
	}
	return out.String()
}
