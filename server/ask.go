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
// it fails and says so, and the next time the answer is the first choice.
func (s *Server) confirm(ctx context.Context, message string, choices ...string) (string, error) {
	answer, err := s.ask(ctx, message, choices...)
	switch {
	case !cannotAsk(err):
		return answer, err
	case s.shy.take(message):
		return choices[0], nil
	}
	s.shy.tell(message)
	return "", fmt.Errorf("not yet, since this editor cannot ask; do the same again to agree: %s", message)
}

// shy is what is known of an editor that shows no questions: those that were
// told instead.
type shy struct {
	mu   sync.Mutex
	told map[string]bool
}

// is reports whether the editor is known to be one.
func (s *shy) is() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.told != nil
}

// tell notes that a question was told.
func (s *shy) tell(message string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.told == nil {
		s.told = make(map[string]bool)
	}
	s.told[message] = true
}

// was reports whether a question was told and not answered since.
func (s *shy) was(message string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.told[message]
}

// take is was, and notes the answer: the question is told anew the next time.
func (s *shy) take(message string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	told := s.told[message]
	delete(s.told, message)
	return told
}
