package commands

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// TableFormats are the names of the forms in which a table of runs is written.
var TableFormats = []string{"md", "json", "csv"}

// WriteTable writes what came of the runs of a batch in one of TableFormats. The
// Markdown table has a line for each model too, with the means of its runs.
func WriteTable(w io.Writer, format string, runs []Run) error {
	switch format {
	case "json":
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		return encoder.Encode(append([]Run{}, runs...))
	case "csv":
		out := csv.NewWriter(w)
		if err := out.WriteAll(append([][]string{columnNames()}, cells(runs, csvCell)...)); err != nil {
			return err
		}
		return out.Error()
	case "md":
		return writeMarkdown(w, runs)
	}
	return fmt.Errorf("unknown format %q; the formats are %s", format, strings.Join(TableFormats, ", "))
}

// column is a column of a table: its name, and its value for a run, a string, an
// int or a float64.
type column struct {
	name  string
	value func(Run) any
}

var columns = []column{
	{"model", func(r Run) any { return r.Model }},
	{"sample", func(r Run) any { return r.Sample }},
	{"result", func(r Run) any { return r.result() }},
	{"errors before", func(r Run) any { return r.Before.Errors }},
	{"warnings before", func(r Run) any { return r.Before.Warnings }},
	{"errors", func(r Run) any { return r.After.Errors }},
	{"warnings", func(r Run) any { return r.After.Warnings }},
	{"requirements met", func(r Run) any { return fmt.Sprintf("%d/%d", r.After.Met, r.After.Required) }},
	{"rounds", func(r Run) any { return fmt.Sprintf("%d/%d", r.Kept, r.Rounds) }},
	{"tokens sent", func(r Run) any { return r.PromptTokens }},
	{"tokens received", func(r Run) any { return r.ReplyTokens }},
	{"cost", func(r Run) any { return strings.TrimSpace(fmt.Sprintf("%.4f %s", r.Cost, r.Currency)) }},
	{"seconds", func(r Run) any { return r.Seconds }},
	{"finish", func(r Run) any { return r.Finish }},
}

// result says in a word what came of a run.
func (r Run) result() string {
	switch {
	case r.Status == "":
		return "not begun"
	case r.Status != Written:
		return string(r.Status)
	case r.After.Clean():
		return "clean"
	}
	return "findings"
}

func columnNames() []string {
	var names []string
	for _, c := range columns {
		names = append(names, c.name)
	}
	return names
}

// cells returns a row for each run.
func cells(runs []Run, format func(any) string) [][]string {
	var rows [][]string
	for _, run := range runs {
		var row []string
		for _, c := range columns {
			row = append(row, format(c.value(run)))
		}
		rows = append(rows, row)
	}
	return rows
}

func csvCell(value any) string {
	if f, ok := value.(float64); ok {
		return strconv.FormatFloat(f, 'f', 1, 64)
	}
	return fmt.Sprint(value)
}

// markdownCell keeps a value in its cell.
func markdownCell(value any) string {
	return strings.NewReplacer("|", `\|`, "\n", " ").Replace(csvCell(value))
}

func writeMarkdown(w io.Writer, runs []Run) error {
	var out strings.Builder
	row := func(cells []string) { out.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	row(columnNames())
	row(strings.Split(strings.TrimSuffix(strings.Repeat("---,", len(columns)), ","), ","))
	for _, cells := range cells(runs, markdownCell) {
		row(cells)
	}
	out.WriteString("\n")
	row([]string{"model", "clean", "errors before", "errors", "requirements met", "cost", "seconds"})
	row([]string{"---", "---", "---", "---", "---", "---", "---"})
	for _, s := range summaries(runs) {
		row([]string{
			markdownCell(s.model), fmt.Sprintf("%d of %d", s.clean, s.runs), s.mean(s.before), s.mean(s.after),
			fmt.Sprintf("%s of %d", s.mean(s.met), s.required), strings.TrimSpace(fmt.Sprintf("%.4f %s", s.cost, s.currency)), s.mean(s.seconds),
		})
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// summary adds up the runs of a model. Findings and requirements are those of the
// runs that gave a module, as many as written.
type summary struct {
	model                       string
	runs, written, clean        int
	before, after, met, seconds float64
	required                    int
	cost                        float64
	currency                    string
}

// mean returns the mean over the runs that gave a module.
func (s summary) mean(sum float64) string {
	if s.written == 0 {
		return "–"
	}
	return strconv.FormatFloat(sum/float64(s.written), 'f', 1, 64)
}

// summaries returns a summary for each model, in their order.
func summaries(runs []Run) []summary {
	var all []summary
	for _, r := range runs {
		if len(all) == 0 || all[len(all)-1].model != r.Model {
			all = append(all, summary{model: r.Model})
		}
		s := &all[len(all)-1]
		s.runs++
		s.cost += r.Cost
		if r.Currency != "" {
			s.currency = r.Currency
		}
		if r.Status != Written {
			continue
		}
		s.written++
		if r.After.Clean() {
			s.clean++
		}
		s.before += float64(r.Before.Errors)
		s.after += float64(r.After.Errors)
		s.met += float64(r.After.Met)
		s.seconds += r.Seconds
		s.required = r.After.Required
	}
	return all
}
