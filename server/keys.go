package server

import (
	"fmt"
	"strings"
	"sync"
)

// methodSetKey is the notification by which an editor hands the server a key
// from its secret store, {"backend": "openai", "key": …}; a null key forgets it.
const methodSetKey = "specls/setKey"

type setKeyParams struct {
	Backend string  `json:"backend"`
	Key     *string `json:"key"`
}

// keys are the models' keys that the editor has given. They are kept in memory
// only, and neither logged nor shown.
type keys struct {
	mu        sync.Mutex
	byBackend map[string]string
}

func (s *Server) setKey(params *setKeyParams) error {
	if params.Backend == "" {
		return fmt.Errorf("%s names no backend", methodSetKey)
	}
	s.keys.mu.Lock()
	defer s.keys.mu.Unlock()
	backend := strings.Clone(params.Backend)
	if params.Key == nil || *params.Key == "" {
		delete(s.keys.byBackend, backend)
		return nil
	}
	if s.keys.byBackend == nil {
		s.keys.byBackend = make(map[string]string)
	}
	s.keys.byBackend[backend] = strings.Clone(*params.Key)
	return nil
}

// get returns the key for a back end, "" where the editor has given none.
func (k *keys) get(backend string) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.byBackend[backend]
}
