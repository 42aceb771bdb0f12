package main

import (
	"fmt"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/specls/specls/analysis"
)

// page is a rule's page as it stands in the source: a comment that begins with
// "Rule <id>: <title>.", has paragraphs and, indented, pieces of code, then a
// paragraph "Asked for by: …", and ends with the examples under "Broken:" and
// "Mended:". Where an example needs a .cfg file beside it, that stands under
// "Config:" in front of them.
type page struct {
	title, body, askedBy   string
	config, broken, mended string
}

// ruleFolders hold the rules' pages.
var ruleFolders = []string{"analysis/contract", "analysis/module"}

var pageStart = regexp.MustCompile(`^Rule ([a-z0-9-]+): (.+)\.\n`)

// readPages reads the pages of all rules, by their ids.
func readPages(root string) (map[string]page, error) {
	pages := map[string]page{}
	for _, folder := range ruleFolders {
		files, err := filepath.Glob(filepath.Join(root, folder, "*.go"))
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			if err := readPagesOf(file, pages); err != nil {
				return nil, err
			}
		}
	}
	for _, r := range analysis.Rules() {
		p, ok := pages[r.ID]
		switch {
		case !ok:
			return nil, fmt.Errorf("the rule %s has no page: a comment that begins with %q", r.ID, "Rule "+r.ID+":")
		case p.title != r.Title:
			return nil, fmt.Errorf("the page of the rule %s begins with %q, but the rule's title is %q", r.ID, p.title, r.Title)
		}
	}
	if len(pages) != len(analysis.Rules()) {
		return nil, fmt.Errorf("there are %d pages, for %d rules", len(pages), len(analysis.Rules()))
	}
	return pages, nil
}

func readPagesOf(file string, pages map[string]page) error {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	for _, comment := range parsed.Comments {
		text := comment.Text()
		m := pageStart.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		p, err := parsePage(m[2], text[len(m[0]):])
		if err != nil {
			return fmt.Errorf("%s: the page of the rule %s %w", file, m[1], err)
		}
		pages[m[1]] = p
	}
	return nil
}

// parsePage takes a page apart behind its title.
func parsePage(title, text string) (page, error) {
	p := page{title: title}
	text = "\n" + text
	for _, part := range []struct {
		heading  string
		code     bool
		into     *string
		optional bool
	}{
		{"\nMended:\n\n", true, &p.mended, false},
		{"\nBroken:\n\n", true, &p.broken, false},
		{"\nConfig:\n\n", true, &p.config, true},
		{"\nAsked for by: ", false, &p.askedBy, false},
	} {
		before, after, ok := strings.Cut(text, part.heading)
		switch {
		case !ok && part.optional:
			continue
		case !ok:
			return p, fmt.Errorf("has no %q", strings.TrimSpace(part.heading))
		case part.code:
			after = unindent(after)
		}
		text, *part.into = before, strings.TrimSpace(after)
	}
	p.body = strings.TrimSpace(text)
	return p, nil
}

// unindent returns the indented lines that s begins with, without their tab.
func unindent(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		rest, ok := strings.CutPrefix(line, "\t")
		if !ok && strings.TrimSpace(line) != "" {
			break
		}
		b.WriteString(rest)
	}
	return b.String()
}
