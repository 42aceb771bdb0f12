package server

import (
	"encoding/json"
	"testing"
)

// The default of every setting is of its type, and one that it allows.
func TestDefaultSettings(t *testing.T) {
	for _, s := range Settings() {
		if s.Default == nil {
			continue
		}
		raw, err := json.Marshal(s.Default)
		if err != nil {
			t.Fatal(err)
		}
		if problem := s.read(&settings{}, raw); problem != "" {
			t.Errorf("%s: the default %s", s.Name, problem)
		}
	}
}
