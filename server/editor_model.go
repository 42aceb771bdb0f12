package server

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"go.lsp.dev/protocol"

	"github.com/specls/specls/commands/model"
)

// methodGenerate is the request by which the server has the editor's own
// language model write, {"id", "prompt", "turns": [{"fromModel", "text"}]}; its
// result is {"finish", "model"}. The client streams the text before that by
// methodGenerateProgress, {"id", "text"}. It is cancelled as any request is. A
// client declares it by the capability experimental.specls.generate.
const (
	methodGenerate         = "specls/generate"
	methodGenerateProgress = "specls/generateProgress"
)

// editorModelName selects the editor's model.
const editorModelName = "editor"

type generateParams struct {
	ID     string         `json:"id"`
	Prompt string         `json:"prompt"`
	Turns  []generateTurn `json:"turns"`
}

type generateTurn struct {
	FromModel bool   `json:"fromModel"`
	Text      string `json:"text"`
}

type generateResult struct {
	Finish string `json:"finish"`
	Model  string `json:"model"`
}

type generateProgressParams struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// editorModel is the language model that the editor offers its extensions. The
// editor decides which that is, and asks for consent of its own.
type editorModel struct{ server *Server }

func (editorModel) Name() string  { return editorModelName }
func (editorModel) Title() string { return "the editor's language model" }

// Host says only that the prompt goes through the editor, which does not tell
// the server where to.
func (editorModel) Host() string { return "the editor" }

// Generate implements [model.Model].
func (m editorModel) Generate(ctx context.Context, req model.Request, progress func(string)) (model.Reply, error) {
	s := m.server
	g := s.generations.begin()
	defer s.generations.end(g)
	params := &generateParams{ID: g.id, Prompt: req.Prompt, Turns: []generateTurn{}}
	for _, t := range req.Turns {
		params.Turns = append(params.Turns, generateTurn(t))
	}
	var result generateResult
	answered := make(chan error, 1)
	go func() { answered <- protocol.Call(ctx, s.conn, methodGenerate, params, &result) }()

	var text strings.Builder
	take := func() {
		if delta := g.take(); delta != "" {
			text.WriteString(delta)
			if progress != nil {
				progress(delta)
			}
		}
	}
	for {
		select {
		case <-g.more:
			take()
		case <-ctx.Done():
			take()
			return model.Reply{Text: text.String()}, ctx.Err()
		case err := <-answered:
			// What was streamed before the answer came before it on the wire.
			take()
			reply := model.Reply{Text: text.String(), Finish: model.Finish(result.Finish), Model: result.Model}
			switch {
			case ctx.Err() != nil:
				return reply, ctx.Err()
			case err != nil:
				return reply, editorError(err)
			}
			return reply, nil
		}
	}
}

func editorError(err error) error {
	e := &model.Error{Kind: model.Service, Model: editorModelName, Message: fmt.Sprintf("the editor's language model failed: %v", err), Err: err}
	if errors.Is(err, context.Canceled) {
		e.Kind, e.Message = model.Interrupted, "the editor broke off its language model"
	}
	return e
}

// generations are the requests to the editor's model under way.
type generations struct {
	mu     sync.Mutex
	last   int
	active map[string]*generation
}

// generation collects what is streamed for one request.
type generation struct {
	id   string
	more chan struct{} // has an element where there is text to take

	mu   sync.Mutex
	text strings.Builder
}

func (gs *generations) begin() *generation {
	gs.mu.Lock()
	defer gs.mu.Unlock()
	gs.last++
	g := &generation{id: fmt.Sprintf("generate-%d", gs.last), more: make(chan struct{}, 1)}
	if gs.active == nil {
		gs.active = make(map[string]*generation)
	}
	gs.active[g.id] = g
	return g
}

func (gs *generations) end(g *generation) {
	gs.mu.Lock()
	defer gs.mu.Unlock()
	delete(gs.active, g.id)
}

// progress takes what the client streams. It runs on the read loop and never
// waits for the one that reads it.
func (gs *generations) progress(params *generateProgressParams) error {
	gs.mu.Lock()
	g := gs.active[params.ID]
	gs.mu.Unlock()
	if g == nil {
		return nil // late: the request has just ended
	}
	g.mu.Lock()
	g.text.WriteString(params.Text)
	g.mu.Unlock()
	select {
	case g.more <- struct{}{}:
	default:
	}
	return nil
}

// take returns what has come since the last call.
func (g *generation) take() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	text := g.text.String()
	g.text.Reset()
	return text
}
