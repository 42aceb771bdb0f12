package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/text"
	"github.com/specls/specls/commands"
)

// format is a way of writing findings.
type format struct {
	name  string
	write func(io.Writer, []commands.Checked) error
}

// formats are the words for --format.
var formats = []format{{"text", writeText}, {"json", writeJSON}, {"sarif", writeSARIF}, {"github", writeGitHub}}

func formatNames() []string {
	var names []string
	for _, f := range formats {
		names = append(names, f.name)
	}
	return names
}

func formatNamed(name string) (func(io.Writer, []commands.Checked) error, error) {
	for _, f := range formats {
		if f.name == name {
			return f.write, nil
		}
	}
	return nil, fmt.Errorf("--format: unknown format %q; the formats are %s", name, strings.Join(formatNames(), ", "))
}

// writeText writes a line for each finding.
func writeText(w io.Writer, checked []commands.Checked) error {
	var out strings.Builder
	for _, c := range checked {
		mapper := text.NewMapper(c.Text)
		for _, f := range c.Findings {
			line, column := mapper.LineColumn(f.Span.Start)
			fmt.Fprintf(&out, "%s:%d:%d: %s: %s [%s]\n", filepath.ToSlash(c.Path), line, column, f.Severity, f.Message, f.Rule)
		}
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// jsonFinding is a finding as --format json writes it.
type jsonFinding struct {
	File     string        `json:"file"`
	Rule     string        `json:"rule"`
	Severity string        `json:"severity"`
	Message  string        `json:"message"`
	Help     string        `json:"help"`
	Range    jsonRange     `json:"range"`
	Related  []jsonRelated `json:"related,omitempty"`
	Fixes    []jsonFix     `json:"fixes,omitempty"`
}

type jsonRange struct {
	Start jsonPlace `json:"start"`
	End   jsonPlace `json:"end"`
}

// jsonPlace is 1-based, its column in characters.
type jsonPlace struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

// jsonRelated is a place in the file, or a line of the profile's prompt.
type jsonRelated struct {
	Message    string     `json:"message"`
	Range      *jsonRange `json:"range,omitempty"`
	PromptLine int        `json:"promptLine,omitempty"` // 1-based
}

type jsonFix struct {
	Title string     `json:"title"`
	Safe  bool       `json:"safe"`
	Edits []jsonEdit `json:"edits"`
}

type jsonEdit struct {
	Range   jsonRange `json:"range"`
	NewText string    `json:"newText"`
}

func writeJSON(w io.Writer, checked []commands.Checked) error {
	list := []jsonFinding{} // none is [], not null
	for _, c := range checked {
		mapper := text.NewMapper(c.Text)
		for _, f := range c.Findings {
			j := jsonFinding{
				File: filepath.ToSlash(c.Path), Rule: f.Rule, Severity: f.Severity.String(), Message: f.Message,
				Help: finding.Page(f.Rule), Range: jsonRangeOf(mapper, f.Span),
			}
			for _, r := range f.Related {
				related := jsonRelated{Message: r.Message, PromptLine: r.PromptLine}
				if r.PromptLine == 0 {
					place := jsonRangeOf(mapper, r.Span)
					related.Range = &place
				}
				j.Related = append(j.Related, related)
			}
			for _, fix := range f.Fixes {
				edits := []jsonEdit{}
				for _, e := range fix.Edits {
					edits = append(edits, jsonEdit{jsonRangeOf(mapper, e.Span), e.NewText})
				}
				j.Fixes = append(j.Fixes, jsonFix{fix.Title, fix.Safe, edits})
			}
			list = append(list, j)
		}
	}
	return encode(w, list)
}

func jsonRangeOf(mapper *text.Mapper, span finding.Span) (r jsonRange) {
	r.Start.Line, r.Start.Column = mapper.LineColumn(span.Start)
	r.End.Line, r.End.Column = mapper.LineColumn(span.End)
	return r
}

// What GitHub's workflow commands want escaped, in a message and in a property.
// https://docs.github.com/actions/reference/workflow-commands-for-github-actions
var (
	gitHubMessage  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	gitHubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// writeGitHub writes a workflow command for each finding. Columns count from 1,
// in characters, and include the last; GitHub takes them only where the finding
// is within one line.
func writeGitHub(w io.Writer, checked []commands.Checked) error {
	var out strings.Builder
	for _, c := range checked {
		mapper := text.NewMapper(c.Text)
		for _, f := range c.Findings {
			r := jsonRangeOf(mapper, f.Span)
			columns := ""
			if r.Start.Line == r.End.Line {
				columns = fmt.Sprintf(",col=%d,endColumn=%d", r.Start.Column, max(r.Start.Column, r.End.Column-1))
			}
			fmt.Fprintf(&out, "::%s file=%s,line=%d,endLine=%d%s,title=%s::%s\n", levelOr(f.Severity, "notice"),
				gitHubProperty.Replace(relativePath(c.Path)), r.Start.Line, r.End.Line, columns,
				gitHubProperty.Replace("specls: "+f.Rule), gitHubMessage.Replace(f.Message+" ["+f.Rule+"]"))
		}
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// levelOr returns error or warning for a finding that is one, and lesser for
// what is less than that.
func levelOr(s finding.Severity, lesser string) string {
	if s > finding.Warning {
		return lesser
	}
	return s.String()
}

// relativePath returns a path relative to the directory in which specls was
// started, with forward slashes, and as it is where it does not lie below that.
func relativePath(path string) string {
	absolute, err := filepath.Abs(path)
	if err == nil {
		var here string
		if here, err = filepath.Abs("."); err == nil {
			if relative, err := filepath.Rel(here, absolute); err == nil && filepath.IsLocal(relative) {
				path = relative
			}
		}
	}
	return filepath.ToSlash(path)
}
