package commands

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/specls/specls/analysis/finding"
	"github.com/specls/specls/analysis/gosource"
	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/commands/model"
	"github.com/specls/specls/commands/reply"
)

// ConvertRequest is what a person asked to have converted.
type ConvertRequest struct {
	Profile *profile.Profile
	Focus   string // empty for the profile's default
	Files   []gosource.File
	Model   model.Model
	// Progress, where not nil, is called as the reply arrives with the number
	// of characters so far, from the calling goroutine.
	Progress func(characters int)
	// Check returns the findings on the module under the profile; nil where none
	// are wanted. It is the caller's, for what the module extends is looked up
	// where the caller is going to write it.
	Check func(file, text string, p *profile.Profile) []finding.Finding
	// ReplyDir is where the raw reply is kept; empty for the user's own.
	ReplyDir string
}

// Conversion is a module, ready to be written. Nothing has been written yet but
// the raw reply.
type Conversion struct {
	// Module is the text of the module, ending in a line end.
	Module string
	// FileName is the module's file name, without directory: "etcdraft.tla".
	FileName string
	Findings []finding.Finding
	// Report are sentences for the person who asked, without full stops: what
	// the model remarked, and what was removed around the module.
	Report []string
	// ReplyPath is the file that holds the raw reply, empty where it could not
	// be kept; Report then says why.
	ReplyPath string
	// ReportPath is the file beside it that holds Report, empty where there is
	// nothing to report or it could not be kept.
	ReportPath string
	Finish     model.Finish
	// AnsweredBy is the model as the service names it, or else its title.
	AnsweredBy string
	// PromptTokens and ReplyTokens are as the service counted them, 0 where it
	// did not say.
	PromptTokens, ReplyTokens int
}

// ConvertError says why a conversion gave no module that may be written. Its
// text says what happened, where the raw reply is kept, and what to do next.
type ConvertError struct {
	// Message says what happened. Advice says what to do next; may be empty.
	Message, Advice string
	// ReplyPath is the file that holds what had arrived of the reply; empty
	// where nothing had, or where it could not be kept, as KeepErr then says.
	ReplyPath string
	KeepErr   error
	// Err is the cause, such as a *model.Error or context.Canceled; may be nil.
	Err error
}

// Error returns the message, where the reply is, and the advice.
func (e *ConvertError) Error() string {
	s := e.Message
	switch {
	case e.KeepErr != nil:
		s += "; what arrived of the reply is lost: " + e.KeepErr.Error()
	case e.ReplyPath != "":
		s += "; the raw reply is kept in " + e.ReplyPath
	}
	if e.Advice != "" {
		s += "; " + e.Advice
	}
	return s
}

// Unwrap returns the cause.
func (e *ConvertError) Unwrap() error { return e.Err }

// Convert renders the profile's prompt over the files, sends it to the model,
// keeps the raw reply in the user's state directory, takes the module out of it
// and checks it. A reply that is cut off, empty, refused or without a module
// gives an error and no module. The error is a *ConvertError; it wraps
// ctx's error where ctx was cancelled.
func Convert(ctx context.Context, req ConvertRequest) (*Conversion, error) {
	answer, err := req.generate(ctx)
	kept, keepErr := req.keep(answer)
	if err != nil {
		return nil, modelFailure(err, answer, kept, keepErr)
	}
	result := reply.Extract(answer.Text, req.Profile.Module, answer.Finish)
	if result.Status != reply.Whole && result.Status != reply.NoFooter {
		e := replyFailure(result, answer, req.Model)
		e.ReplyPath, e.KeepErr = kept, keepErr
		return nil, e
	}
	c := &Conversion{
		Module:       endLine(result.Module),
		FileName:     req.Profile.FileName(),
		Report:       append(answer.Report, result.Dropped...),
		ReplyPath:    kept,
		Finish:       answer.Finish,
		AnsweredBy:   answer.Model,
		PromptTokens: answer.PromptTokens,
		ReplyTokens:  answer.ReplyTokens,
	}
	if c.AnsweredBy == "" {
		c.AnsweredBy = req.Model.Title()
	}
	if keepErr != nil {
		c.Report = append(c.Report, "the raw reply could not be kept: "+keepErr.Error())
	}
	if answer.Finish == model.Length {
		c.Report = append(c.Report, "the reply met the model's output limit, but only behind the end of the module")
	}
	if c.ReplyPath != "" && len(c.Report) > 0 {
		if c.ReportPath, err = keepReport(c.ReplyPath, c.Report); err != nil {
			c.Report = append(c.Report, err.Error())
		}
	}
	if req.Check != nil {
		c.Findings = req.Check(c.FileName, c.Module, req.Profile)
	}
	return c, nil
}

// generate asks the model, and counts characters as they come.
func (req ConvertRequest) generate(ctx context.Context) (model.Reply, error) {
	characters := 0
	progress := func(delta string) {
		characters += utf8.RuneCountInString(delta)
		if req.Progress != nil {
			req.Progress(characters)
		}
	}
	return req.Model.Generate(ctx, model.Request{
		Prompt:  Render(req.Profile, req.Focus, req.Files),
		Profile: req.Profile,
		Focus:   req.Focus,
		Sources: req.Files,
	}, progress)
}

// keep keeps what arrived of a reply, if anything did.
func (req ConvertRequest) keep(answer model.Reply) (string, error) {
	if answer.Text == "" {
		return "", nil
	}
	dir := req.ReplyDir
	if dir == "" {
		dir = ReplyDir()
	}
	return keepReply(dir, req.Profile.Name+"-"+strings.ToLower(req.Model.Name()), answer.Text)
}

// modelFailure words the error of a model that did not finish its reply.
func modelFailure(err error, answer model.Reply, kept string, keepErr error) error {
	e := &ConvertError{Message: err.Error(), ReplyPath: kept, KeepErr: keepErr, Err: err}
	var me *model.Error
	switch {
	case errors.Is(err, context.Canceled):
		e.Message = "cancelled" + after(answer.Text)
	case errors.As(err, &me):
		e.Message, e.Advice = me.Model+": "+me.Message, me.Advice
	}
	return e
}

func after(text string) string {
	if text == "" {
		return " before anything of the reply arrived"
	}
	return fmt.Sprintf(" after %d characters of the reply", utf8.RuneCountInString(text))
}

// replyFailure words why a finished reply gives no module to write.
func replyFailure(r reply.Result, answer model.Reply, m model.Model) *ConvertError {
	e := &ConvertError{}
	switch r.Status {
	case reply.CutOff:
		e.Message = fmt.Sprintf("the reply is cut off after %d characters, before the end of the module, so nothing was written", utf8.RuneCountInString(answer.Text))
		e.Advice = "raise the output limit of the model's server, choose a model with a larger one, or narrow the focus"
		if answer.Finish != model.Length {
			e.Advice = "try again, or choose another model"
		}
	case reply.Withheld:
		e.Message = "the service withheld the reply or part of it (content filter), so nothing was written"
		e.Advice = "try again, or choose another model"
	case reply.Refused:
		e.Message = fmt.Sprintf("the model declined: %q", r.Excerpt)
		e.Advice = "choose another model, or another focus"
	case reply.Empty:
		e.Message = "the reply is empty"
		if strings.TrimSpace(answer.Text) != "" {
			e.Message = "the reply holds reasoning and nothing else"
		}
		e.Advice = "try again, or choose another model"
		if answer.Finish == model.Length {
			e.Advice = "the output limit was spent on reasoning: raise it, or lower the model's reasoning effort"
		}
	case reply.NoModule:
		e.Message = fmt.Sprintf("the reply holds no TLA+ module; it begins %q", r.Excerpt)
		e.Advice = "try again, or choose another model"
	}
	e.Message = m.Name() + ": " + e.Message
	return e
}

// endLine ends a text with a line end, of the kind that it has elsewhere.
func endLine(text string) string {
	switch {
	case strings.HasSuffix(text, "\n"):
		return text
	case strings.Contains(text, "\r\n"):
		return text + "\r\n"
	}
	return text + "\n"
}
