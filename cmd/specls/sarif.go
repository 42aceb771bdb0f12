package main

import (
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/analysis/text"
	"github.com/specls/specls/commands"
)

// The types below are the part of SARIF 2.1.0 that specls writes. Section numbers
// are those of the OASIS standard of 28 August 2023.

const sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

// sarifRoot stands for the directory in which specls was started, which URIs are
// relative to (3.14.14).
const sarifRoot = "SRCROOT"

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool       sarifTool                        `json:"tool"`
	ColumnKind string                           `json:"columnKind"` // 3.14.17
	BaseIDs    map[string]sarifArtifactLocation `json:"originalUriBaseIds"`
	Artifacts  []sarifArtifact                  `json:"artifacts"`
	Results    []sarifResult                    `json:"results"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name           string      `json:"name"`
	Version        string      `json:"version"`
	InformationURI string      `json:"informationUri"`
	Rules          []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID               string       `json:"id"`
	ShortDescription sarifMessage `json:"shortDescription"`
	Help             sarifMessage `json:"help"`
	HelpURI          string       `json:"helpUri"`
}

type sarifMessage struct {
	Text string `json:"text"`
}

type sarifArtifact struct {
	Location sarifArtifactLocation `json:"location"`
	Language string                `json:"sourceLanguage"`
}

type sarifArtifactLocation struct {
	URI         string        `json:"uri,omitempty"`
	BaseID      string        `json:"uriBaseId,omitempty"`
	Description *sarifMessage `json:"description,omitempty"`
}

type sarifResult struct {
	RuleID    string          `json:"ruleId"`
	RuleIndex int             `json:"ruleIndex"`
	Level     string          `json:"level"` // 3.27.10
	Message   sarifMessage    `json:"message"`
	Locations []sarifLocation `json:"locations"`
	Related   []sarifLocation `json:"relatedLocations,omitempty"`
	Fixes     []sarifFix      `json:"fixes,omitempty"`
}

type sarifLocation struct {
	Physical *sarifPhysical `json:"physicalLocation,omitempty"`
	Message  *sarifMessage  `json:"message,omitempty"`
}

type sarifPhysical struct {
	Artifact sarifArtifactLocation `json:"artifactLocation"`
	Region   sarifRegion           `json:"region"`
}

// sarifRegion counts lines and columns from 1, columns in UTF-16 units; the end
// is the place behind the last of them (3.30).
type sarifRegion struct {
	StartLine   int `json:"startLine"`
	StartColumn int `json:"startColumn,omitempty"`
	EndLine     int `json:"endLine,omitempty"`
	EndColumn   int `json:"endColumn,omitempty"`
}

type sarifFix struct {
	Description sarifMessage  `json:"description"`
	Changes     []sarifChange `json:"artifactChanges"`
}

type sarifChange struct {
	Artifact     sarifArtifactLocation `json:"artifactLocation"`
	Replacements []sarifReplacement    `json:"replacements"`
}

type sarifReplacement struct {
	Deleted  sarifRegion  `json:"deletedRegion"`
	Inserted sarifMessage `json:"insertedContent"`
}

// writeSARIF writes all findings as one run.
func writeSARIF(w io.Writer, checked []commands.Checked) error {
	run := sarifRun{
		Tool: sarifTool{sarifDriver{
			Name: "specls", Version: version(), InformationURI: "https://github.com/specls/specls", Rules: sarifRules(),
		}},
		ColumnKind: "utf16CodeUnits",
		BaseIDs: map[string]sarifArtifactLocation{
			sarifRoot: {Description: &sarifMessage{"The directory in which specls was started"}},
		},
		Artifacts: []sarifArtifact{},
		Results:   []sarifResult{}, // none is [], which says that there was a check
	}
	for _, c := range checked {
		file := sarifFile{c.Profile, artifactLocation(c.Path), text.NewMapper(c.Text)}
		run.Artifacts = append(run.Artifacts, sarifArtifact{file.location, "tlaplus"})
		for _, f := range c.Findings {
			run.Results = append(run.Results, file.result(f))
		}
	}
	return encode(w, sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{run}})
}

// sarifRules are all rules, broken or not, so that their indices do not depend
// on what was found.
func sarifRules() []sarifRule {
	var rules []sarifRule
	for _, r := range analysis.Rules() {
		page := finding.Page(r.ID)
		rules = append(rules, sarifRule{r.ID, sarifMessage{sentence(r.Title)}, sarifMessage{sentence(r.Title) + " See " + page}, page})
	}
	return rules
}

// sentence makes a sentence of a text that ends without a full stop.
func sentence(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:] + "."
}

// sarifFile is a file of which results are written.
type sarifFile struct {
	profile  *profile.Profile // nil for none
	location sarifArtifactLocation
	mapper   *text.Mapper
}

func (file sarifFile) result(f finding.Finding) sarifResult {
	result := sarifResult{
		RuleID:    f.Rule,
		RuleIndex: slices.Index(analysis.RuleIDs(), f.Rule),
		Level:     levelOr(f.Severity, "note"),
		Message:   sarifMessage{sentence(f.Message)},
		Locations: []sarifLocation{{Physical: file.place(f.Span)}},
	}
	for _, r := range f.Related {
		result.Related = append(result.Related, file.related(r))
	}
	for _, fix := range f.Fixes {
		change := sarifChange{Artifact: file.location}
		for _, e := range fix.Edits {
			change.Replacements = append(change.Replacements, sarifReplacement{file.region(e.Span), sarifMessage{e.NewText}})
		}
		result.Fixes = append(result.Fixes, sarifFix{sarifMessage{sentence(fix.Title)}, []sarifChange{change}})
	}
	return result
}

// related returns a place in the file or in the profile's prompt. The prompt of
// a built-in profile is no file that a viewer could open.
func (file sarifFile) related(r finding.Related) sarifLocation {
	message := &sarifMessage{sentence(r.Message)}
	switch {
	case r.PromptLine == 0:
		return sarifLocation{Physical: file.place(r.Span), Message: message}
	case file.profile == nil:
		return sarifLocation{Message: message}
	case file.profile.Origin == profile.OriginBuiltin:
		message.Text += fmt.Sprintf(" (line %d of the built-in prompt %s)", r.PromptLine, file.profile.Name)
		return sarifLocation{Message: message}
	}
	return sarifLocation{Physical: &sarifPhysical{artifactLocation(file.profile.PromptPath), sarifRegion{StartLine: r.PromptLine}}, Message: message}
}

func (file sarifFile) place(span finding.Span) *sarifPhysical {
	return &sarifPhysical{file.location, file.region(span)}
}

func (file sarifFile) region(span finding.Span) sarifRegion {
	start, end := file.mapper.Position(span.Start, text.UTF16), file.mapper.Position(span.End, text.UTF16)
	return sarifRegion{start.Line + 1, start.Character + 1, end.Line + 1, end.Character + 1}
}

// artifactLocation returns where a file is: relative to the directory in which
// specls was started, or else absolute.
func artifactLocation(path string) sarifArtifactLocation {
	relative := relativePath(path)
	if filepath.IsLocal(filepath.FromSlash(relative)) {
		// A path that begins with a name and a colon would be read as a scheme.
		return sarifArtifactLocation{URI: strings.TrimPrefix((&url.URL{Path: "./" + relative}).String(), "./"), BaseID: sarifRoot}
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		absolute = path
	}
	return sarifArtifactLocation{URI: (&url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(filepath.ToSlash(absolute), "/")}).String()}
}
