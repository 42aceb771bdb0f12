package server

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/specls/specls/analysis/profile"
)

// The commands that clients may execute. Each takes one argument, an
// [argument]; code actions and lenses carry them ready made.
const (
	commandConvert  = "specls.convert"
	commandPreview  = "specls.previewPrompt"
	commandCopy     = "specls.copyPrompt"
	commandChoose   = "specls.chooseProfile"
	commandReport   = "specls.showReport"
	commandModels   = "specls.models"
	commandEstimate = "specls.estimate"
	commandUseReply = "specls.useReply"
	commandContinue = "specls.continueReply"
	commandRepair   = "specls.repair"
	commandClear    = "specls.clearReplies"
	commandChanges  = "specls.showChanges"

	commandRequirements = "specls.showRequirements"
)

// argument is the argument of the commands; each takes of it what it needs.
type argument struct {
	// URI is the document: a Go file, open or on disk, to convert, and else the
	// specification.
	URI uri.URI `json:"uri,omitempty"`
	// Profile is a profile's name; where it is empty, the one that fits best.
	Profile string `json:"profile,omitempty"`
	// Focus is what the conversion concentrates on; where it is empty, the
	// profile's default.
	Focus string `json:"focus,omitempty"`
	// Model selects the model; where it is empty, the configured one.
	Model string `json:"model,omitempty"`
	// Text is the reply that specls.useReply takes.
	Text string `json:"text,omitempty"`
	// Record is that of the conversion which specls.continueReply goes on with.
	Record string `json:"record,omitempty"`
	// Range is where specls.repair mends; where it is absent, everywhere.
	Range *protocol.Range `json:"range,omitempty"`
}

// outcome is the result of the commands that do something: for programs what
// the person is told by messages. But for Record, exactly one of its fields is
// set.
type outcome struct {
	// URI is the document that was written or shown.
	URI uri.URI `json:"uri,omitempty"`
	// Kept says that the person chose to keep the file that was there.
	Kept bool `json:"kept,omitzero"`
	// Copied says that the text is in the clipboard.
	Copied bool `json:"copied,omitzero"`
	// UseReply says that the person has a reply, to be given to specls.useReply.
	UseReply bool `json:"useReply,omitzero"`
	// Error is what went wrong, as the person was told.
	Error string `json:"error,omitempty"`
	// Record comes with the error of a reply that was cut off: specls.continueReply
	// takes it.
	Record string `json:"record,omitempty"`
}

// invocation is a command as the client sent it.
type invocation struct {
	snap     *snapshot
	argument argument
	token    protocol.ProgressToken // the client's, or nil
}

// job is a Go file and what is to be done with it.
type job struct {
	snap    *snapshot
	doc     *document
	profile *profile.Profile
	focus   string
	model   string
	token   protocol.ProgressToken
	// argument is the command's, for those that need more of it.
	argument argument
}

// command is one command. Its result is an [outcome] where it does something,
// and data where it answers a question.
type command struct {
	run func(context.Context, *invocation) (any, error)
	// harmless commands neither send nor write, and so are served in a workspace
	// that is not trusted.
	harmless bool
	// global commands are about no document.
	global bool
}

func (s *Server) commands() map[string]command {
	return map[string]command{
		commandConvert:  {run: onJob(s, s.profileFor, s.convert)},
		commandPreview:  {run: onJob(s, s.profileFor, s.preview)},
		commandCopy:     {run: onJob(s, s.profileFor, s.copyPrompt)},
		commandChoose:   {run: onJob(s, s.chooseProfile, s.convert)},
		commandReport:   {run: s.showReport, harmless: true},
		commandUseReply: {run: onJob(s, s.profileFor, s.useReply)},
		commandContinue: {run: onJob(s, s.profileFor, s.continueReply)},
		commandRepair:   {run: s.repair},
		commandChanges:  {run: s.showChanges},

		commandRequirements: {run: s.showRequirements, harmless: true},

		commandClear:    {run: s.clearReplies, harmless: true, global: true},
		commandModels:   {run: s.listModels, harmless: true, global: true},
		commandEstimate: {run: onJob(s, s.anyProfile, s.estimateConversion), harmless: true},
	}
}

// onJob makes a command of what is done with a Go file by a profile.
func onJob[T any](s *Server, choose func(context.Context, *job, string) (*profile.Profile, error), run func(context.Context, *job) (T, error)) func(context.Context, *invocation) (any, error) {
	return func(ctx context.Context, i *invocation) (any, error) {
		j := &job{snap: i.snap, focus: i.argument.Focus, model: i.argument.Model, token: i.token, argument: i.argument}
		var err error
		if j.doc, err = i.snap.goDocument(i.argument.URI); err != nil {
			return nil, err
		}
		if j.profile, err = choose(ctx, j, i.argument.Profile); err != nil {
			return nil, err
		}
		return run(ctx, j)
	}
}

func commandNames() []string {
	return slices.Sorted(maps.Keys(new(Server).commands()))
}

// ExecuteCommand runs a command to its end (LSP 3.17,
// workspace/executeCommand). What goes wrong with the work itself is shown to
// the person and told in the result; errors are for commands that are unknown
// or malformed, and for those that the client cancelled.
func (s *Server) ExecuteCommand(ctx context.Context, params *protocol.ExecuteCommandParams) (protocol.LSPAny, error) {
	c, ok := s.commands()[params.Command]
	if !ok {
		return nil, jsonrpc2.Errorf(jsonrpc2.InvalidParams, "unknown command %q; there are %s", params.Command, strings.Join(commandNames(), ", "))
	}
	argument, err := decodeArgument(params, c)
	if err != nil {
		return nil, err
	}
	var result any
	if s.untrusted && !c.harmless {
		err = errUntrusted
	} else {
		result, err = c.run(ctx, &invocation{snap: s.snapshotOf(ctx), argument: argument, token: params.WorkDoneToken})
	}
	if errors.Is(err, context.Canceled) {
		return nil, protocol.ErrRequestCancelled
	}
	if err != nil {
		s.showMessage(ctx, protocol.MessageTypeError, err.Error())
		failed, _ := result.(outcome)
		failed.Error = err.Error()
		result = failed
	}
	return protocol.Marshal(result)
}

// errUntrusted is told where a person asks for what an untrusted workspace
// does not get.
var errUntrusted = errors.New("this workspace is not trusted, so specls only checks; trust it in the editor to convert and repair")

func decodeArgument(params *protocol.ExecuteCommandParams, c command) (argument, error) {
	var a argument
	if len(params.Arguments) == 0 && c.global {
		return a, nil
	}
	if len(params.Arguments) != 1 {
		return a, jsonrpc2.Errorf(jsonrpc2.InvalidParams, `%s takes one argument, an object such as {"uri": …}, and got %d`, params.Command, len(params.Arguments))
	}
	if err := protocol.Unmarshal(params.Arguments[0], &a); err != nil {
		return a, jsonrpc2.Errorf(jsonrpc2.InvalidParams, "the argument of %s: %v", params.Command, err)
	}
	if a.URI == "" && !c.global {
		return a, jsonrpc2.Errorf(jsonrpc2.InvalidParams, "the argument of %s has no uri", params.Command)
	}
	return a, nil
}

// goDocument returns a Go document: as it stands in the editor, else from
// disk.
func (snap *snapshot) goDocument(u uri.URI) (*document, error) {
	doc, open := snap.documents[u]
	if !open {
		if !u.IsFile() {
			return nil, fmt.Errorf("%s is not open", u)
		}
		content, err := os.ReadFile(u.FsPath())
		if err != nil {
			return nil, fmt.Errorf("reading the Go file: %w", err)
		}
		doc = newDocument(u, languageOf("", u), 0, string(content))
	}
	if doc.language != goLanguage {
		return nil, fmt.Errorf("%s is not a Go file; conversions start from one", uri.Basename(u))
	}
	return doc, nil
}

// profileFor returns the profile of the given name or, without a name, the one
// that fits the file best.
func (s *Server) profileFor(_ context.Context, j *job, name string) (*profile.Profile, error) {
	if name != "" {
		return profile.Lookup(j.snap.near.profiles, name)
	}
	if best := profile.Best(profile.Rank(j.snap.near.profiles, j.snap.factsOf(j.doc), j.doc.uri.Path())); best != nil {
		return best, nil
	}
	return nil, fmt.Errorf("no profile fits %s better than the others; choose one", uri.Basename(j.doc.uri))
}

// anyProfile is profileFor for questions, which need no decision: where no
// profile fits best it returns the first of those that fit, or of all.
func (s *Server) anyProfile(ctx context.Context, j *job, name string) (*profile.Profile, error) {
	if name != "" {
		return s.profileFor(ctx, j, name)
	}
	return s.ranked(j)[0], nil
}

// ranked returns all profiles, those that fit the file first.
func (s *Server) ranked(j *job) []*profile.Profile {
	var all []*profile.Profile
	for _, r := range profile.Rank(j.snap.near.profiles, j.snap.factsOf(j.doc), j.doc.uri.Path()) {
		all = append(all, r.Profile)
	}
	for _, p := range j.snap.near.profiles {
		if !slices.Contains(all, p) {
			all = append(all, p)
		}
	}
	return all
}

// chooseProfile asks the person for a profile. No answer is a cancellation.
func (s *Server) chooseProfile(ctx context.Context, j *job, _ string) (*profile.Profile, error) {
	titles := profileNames(s.ranked(j))
	name, err := s.ask(ctx, "Convert to TLA+ by which profile?", titles...)
	if err != nil {
		return nil, err
	}
	if name == "" {
		return nil, context.Canceled
	}
	return profile.Lookup(j.snap.near.profiles, name)
}

func profileNames(profiles []*profile.Profile) []string {
	names := make([]string, len(profiles))
	for i, p := range profiles {
		names[i] = p.Name
	}
	return names
}
