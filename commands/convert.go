package commands

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/contract"
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
	// Rounds is how often the model may be asked to repair its module, 0 for
	// never. TokenBudget is how many tokens, sent and received, the conversion
	// may take before no further round is begun; 0 for no limit.
	Rounds, TokenBudget int
	// Check says how the module is checked: all but its text, and its
	// configuration where the reply brings one. An empty Path is the module's file
	// name; with neither Profiles nor Profile it is checked against Profile above.
	Check analysis.Input
	// Output is the path that the caller is going to write the module to, by
	// which [FindRecord] finds it; may be empty. See [Delivered].
	Output string
	// Progress, where not nil, is called as a reply arrives with the number of
	// its characters so far, from the calling goroutine. So is Stage, with what
	// is done next, in a few words, and OnRound when a round has ended.
	Progress func(characters int)
	Stage    func(what string)
	OnRound  func(Round)
	// StateDir is where the record and the copies of the sources are kept, and
	// ReplyDir where the raw replies are; empty for the user's own.
	StateDir, ReplyDir string
	// KeepReplies is how many raw replies are kept in the user's own directory; 0
	// for the default.
	KeepReplies int
	// Resume is the record of work that was interrupted, and is taken up where
	// it ended; empty for new work. Files and Focus are then those of the record.
	Resume string
}

// Conversion is a module, ready to be written. Nothing has been written yet but
// what is kept in the user's state.
type Conversion struct {
	// Module is the text of the module, ending in a line end.
	Module string
	// FileName is the module's file name, without directory: "etcdraft.tla".
	FileName string
	// Config is the text of the model checker's configuration that came with the
	// module, empty where none did; ConfigName is its file name.
	Config, ConfigName string
	Findings           []finding.Finding
	// Requirements are what the profile asks to be modelled, and whether it is.
	Requirements []contract.Requirement
	// Before and After count the findings on the module as the reply had it, and
	// as it is now.
	Before, After Tally
	// Rounds are what was done to the module between the two.
	Rounds []Round
	// Report are sentences for the person who asked, without full stops: what
	// the model remarked, what was removed around the module, and what was mended.
	Report []string
	// Record is the id of the record, empty where it could not be kept; Report
	// then says why.
	Record string
	// ReplyPath is the file that holds the last raw reply, empty where it could
	// not be kept; Report then says why.
	ReplyPath string
	// ReportPath is the file beside it that holds Report, empty where there is
	// nothing to report or it could not be kept.
	ReportPath string
	// Finish is why the first reply ended.
	Finish model.Finish
	// AnsweredBy is the model as the service names it, or else its title.
	AnsweredBy string
	// PromptTokens and ReplyTokens are those of all calls, as the service counted
	// them, 0 where it did not say.
	PromptTokens, ReplyTokens int
	// Cost is what they cost at the configured price, in Currency; 0 where none is.
	Cost     float64
	Currency string
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
	// Record is the id of the record, empty where it could not be kept. Cut says
	// that a part of the module has arrived and the rest can be asked for, with
	// [Continue].
	Record string
	Cut    bool
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
// keeps the raw reply in the user's state directory, takes the module out of it,
// checks it, and mends it: first what can be mended mechanically, then with the
// model's help. A reply that is cut off, empty, refused or without a module
// gives an error and no module. The error is a *ConvertError; it wraps ctx's
// error where ctx was cancelled. Once there is a module, neither an error of the
// model's nor the end of ctx loses it: the best version there is is returned, and
// Report says what went wrong.
func Convert(ctx context.Context, req ConvertRequest) (*Conversion, error) {
	return req.convert(ctx, req.Model)
}

// Continue takes up a conversion whose reply was cut off, of the given record,
// and asks for the rest. The reply that has arrived is not paid for again, other
// than as part of what is sent. Of req it uses all but Files and Focus, which
// are those of the record.
func Continue(ctx context.Context, req ConvertRequest, record string) (*Conversion, error) {
	req.Resume = record
	return req.convert(ctx, req.Model)
}

// ReplyText does as Convert does with a text that the person has from elsewhere,
// such as a chat window, in place of the model's first reply. Rounds of repair ask
// req.Model; where that is nil there are none.
func ReplyText(ctx context.Context, req ConvertRequest, text string) (*Conversion, error) {
	given := givenReply{text}
	if req.Model == nil {
		req.Model, req.Rounds = given, 0
	}
	return req.convert(ctx, given)
}

// givenReply is a model that gives a reply which is there already.
type givenReply struct{ text string }

func (givenReply) Name() string  { return "file" }
func (givenReply) Title() string { return "the text that was given" }
func (givenReply) Host() string  { return "" }

func (g givenReply) Generate(ctx context.Context, _ model.Request, progress func(string)) (model.Reply, error) {
	if err := ctx.Err(); err != nil {
		return model.Reply{}, err
	}
	if progress != nil {
		progress(g.text)
	}
	return model.Reply{Text: g.text, Finish: model.Stop}, nil
}

// convert asks first for the module, and repairs it with req.Model.
func (req ConvertRequest) convert(ctx context.Context, first model.Model) (*Conversion, error) {
	w, err := req.begin(KindConversion, "")
	if err != nil {
		return nil, err
	}
	w.journal.model = first
	w.stage("asking " + first.Title())
	answer, err := w.askWhole(ctx, model.Request{Prompt: w.prompt, Profile: w.Profile, Focus: w.Focus, Sources: w.Files})
	if err != nil {
		e := modelFailure(err, answer)
		e.Cut = reply.Extract(answer.Text, w.Profile.Module, model.Length).Module != ""
		return nil, w.fail(e)
	}
	result := reply.Extract(answer.Text, w.Profile.Module, answer.Finish)
	if result.Status != reply.Whole && result.Status != reply.NoFooter {
		return nil, w.fail(replyFailure(result, answer, first))
	}
	w.answeredBy(answer, first)
	w.remark(append(answer.Report, result.Dropped...)...)
	if answer.Finish == model.Length {
		w.remark("the reply met the model's output limit, but only behind the end of the module")
	}
	w.journal.model = req.Model
	w.adopt(w.moduleOf(result), result.Config)
	w.mend()
	w.repair(ctx)
	c := w.finish()
	c.Finish = answer.Finish
	return c, nil
}

// modelFailure words the error of a model that did not finish its reply.
func modelFailure(err error, answer model.Reply) *ConvertError {
	e := &ConvertError{Message: err.Error(), Err: err}
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
		e.Cut = r.Module != ""
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

// moduleOf returns the module of a reply, ending in a line end. Where its footer is
// missing, though the model went on behind it, it gets one: the rule for footers
// cannot, since to it the module may as well be cut off.
func (w *work) moduleOf(r reply.Result) string {
	module := endLine(r.Module)
	if r.Status != reply.NoFooter {
		return module
	}
	w.remark("mended: close the module with ====, which was forgotten")
	return strings.TrimRight(module, " \t\r\n") + "\n\n====\n"
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
