// Package builtin is the embedded default model. It is no language model and
// says so: for each profile it knows there is a TLA+ specification of Raft,
// written by hand and kept beside this file as a template, and all that it
// takes from the Go source is names. So it needs no network, answers at once,
// keeps every rule of the profile's contract, and its answer has been model
// checked; and so it cannot tell a source that gets Raft wrong from one that
// gets it right.
//
// The templates are TLA+ but for the names in guillemets: «MsgApp» stands for
// what the source calls that message. A name that the source does not have, or
// that TLA+ or the template has another use for, is the profile's own. What was
// read and is not in the specification is told in the report.
package builtin

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"strings"
	"text/template"

	"github.com/specls/specls/analysis/gosource"
	"github.com/specls/specls/commands/model"
)

//go:embed *.tla.tmpl
var templateFiles embed.FS

// New returns the builtin model.
func New() model.Model { return builtin{} }

type builtin struct{}

// Name is what selects the model.
func (builtin) Name() string { return "builtin" }

// Title says that no language model is at work.
func (builtin) Title() string { return "built-in template (no language model)" }

// Host is empty: nothing leaves the process.
func (builtin) Host() string { return "" }

// Generate writes the specification of req.Profile in the names of req.Sources
// and hands it to progress definition by definition. req.Prompt is not read. A
// profile that there is no template for is a model.Error of kind Config;
// sources without anything of Raft are none, but the report says so.
func (b builtin) Generate(ctx context.Context, req model.Request, progress func(delta string)) (model.Reply, error) {
	reply := model.Reply{Model: b.Title()}
	if err := ctx.Err(); err != nil {
		return reply, err
	}
	spec, err := specificationFor(req)
	if err != nil {
		return reply, err
	}
	facts := gosource.Read(req.Sources)
	words := spec.vocabulary(facts)
	text, err := spec.render(words)
	if err != nil {
		return reply, fmt.Errorf("writing module %s: %w", spec.module, err)
	}
	var sent strings.Builder
	for _, piece := range strings.SplitAfter(text, "\n\n") {
		if err := ctx.Err(); err != nil {
			reply.Text = sent.String()
			return reply, err
		}
		sent.WriteString(piece)
		if progress != nil {
			progress(piece)
		}
	}
	reply.Text = sent.String()
	reply.Finish = model.Stop
	reply.Report = report(req, spec, facts, words)
	return reply, nil
}

// specificationFor returns the specification of the module that the profile
// asks for.
func specificationFor(req model.Request) (specification, error) {
	var modules []string
	for _, s := range specifications {
		if req.Profile != nil && req.Profile.Module == s.module {
			return s, nil
		}
		modules = append(modules, s.module)
	}
	asked := "no profile was given"
	if req.Profile != nil {
		asked = fmt.Sprintf("the profile %s asks for module %s", req.Profile.Name, req.Profile.Module)
	}
	return specification{}, &model.Error{
		Kind:    model.Config,
		Model:   "builtin",
		Message: asked + ", and there are built-in templates for " + strings.Join(modules, " and ") + " only",
		Advice:  "choose a language model for this profile",
	}
}

// specification is a template and the names in it that a source may give.
type specification struct {
	module string
	slots  []slot
}

// templateText returns the specification's template.
func (s specification) templateText() (string, error) {
	text, err := templateFiles.ReadFile(s.module + ".tla.tmpl")
	return string(text), err
}

// render fills words into the template.
func (s specification) render(words []word) (string, error) {
	text, err := s.templateText()
	if err != nil {
		return "", err
	}
	// A template cannot be parsed without the names it uses as functions.
	names := template.FuncMap{}
	for _, w := range words {
		names[w.slot.name] = func() string { return w.name }
	}
	t, err := template.New(s.module).Delims("«", "»").Funcs(names).Parse(text)
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	if err := t.Execute(&out, nil); err != nil {
		return "", err
	}
	return out.String(), nil
}
