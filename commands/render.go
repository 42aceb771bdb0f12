// Package commands holds what a person triggers, from an editor or on the
// command line: render a prompt, convert with a model. Each is a function over
// plain values, so that the server and the command line do the same thing and
// differ only in how they show it. Unlike package analysis it does I/O.
package commands

import (
	"strings"

	"github.com/specls/specls/analysis/gosource"
	"github.com/specls/specls/analysis/profile"
)

// Render returns the profile's prompt over the files. An empty focus is the
// profile's default. One file goes in as its text; several go in each under a
// line "===== FILE: <path> =====", and {file_path} is then the list of their
// paths.
func Render(p *profile.Profile, focus string, files []gosource.File) string {
	if focus == "" {
		focus = p.DefaultFocus
	}
	paths := make([]string, len(files))
	for i, f := range files {
		paths[i] = f.Path
	}
	return p.Template.Render(profile.Values{
		Focus:      focus,
		FilePath:   strings.Join(paths, ", "),
		SourceCode: sourceCode(files),
	})
}

// sourceCode returns the text of one file as it is, and of several each under
// a line that names it.
func sourceCode(files []gosource.File) string {
	if len(files) == 1 {
		return files[0].Text
	}
	var out strings.Builder
	for _, f := range files {
		if s := out.String(); s != "" && !strings.HasSuffix(s, "\n") {
			out.WriteByte('\n')
		}
		out.WriteString("===== FILE: " + f.Path + " =====\n" + f.Text)
	}
	return out.String()
}
