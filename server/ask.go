package server

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
)

// ask shows a message with choices (LSP 3.17, window/showMessageRequest) and
// returns the title of the one chosen, empty where the person chose none.
func (s *Server) ask(ctx context.Context, message string, choices ...string) (string, error) {
	items := make([]protocol.MessageActionItem, len(choices))
	for i, choice := range choices {
		items[i] = protocol.MessageActionItem{Title: choice}
	}
	chosen, err := s.client.ShowMessageRequest(ctx, &protocol.ShowMessageRequestParams{
		Type: protocol.MessageTypeInfo, Message: message, Actions: items,
	})
	if err != nil {
		return "", fmt.Errorf("asking the editor: %w", err)
	}
	if chosen == nil {
		return "", nil
	}
	return chosen.Title, nil
}

// cannotAsk reports whether an error of ask means that the editor shows no
// questions. LSP has no capability that says so.
func cannotAsk(err error) bool {
	var wire *jsonrpc2.Error
	return errors.As(err, &wire) && wire.Code == jsonrpc2.MethodNotFound
}

// confirm asks a question whose first choice is to go on. In an editor that
// shows no questions the person agrees by doing the same again: the first time
// it fails and says so, and from then on the answer is the first choice.
func (s *Server) confirm(ctx context.Context, message string, choices ...string) (string, error) {
	answer, err := s.ask(ctx, message, choices...)
	switch {
	case !cannotAsk(err):
		return answer, err
	case s.told.again(message):
		return choices[0], nil
	}
	return "", fmt.Errorf("not yet, since this editor cannot ask; do the same again to agree: %s", message)
}

// told are the questions that were told because they could not be asked.
type told struct {
	mu       sync.Mutex
	messages map[string]bool
}

// again reports whether a message was told before, and notes that it is now.
func (t *told) again(message string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.messages == nil {
		t.messages = make(map[string]bool)
	}
	was := t.messages[message]
	t.messages[message] = true
	return was
}
