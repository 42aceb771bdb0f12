package server

import (
	"sync"

	"go.lsp.dev/uri"
	"go.uber.org/zap"

	"github.com/specls/specls/analysis"
	"github.com/specls/specls/analysis/finding"
)

// methodStatus is the notification by which the server tells how a
// specification stands, for a status bar. A client declares that it takes it by
// the capability experimental.specls.status.
const methodStatus = "specls/status"

// status is what methodStatus tells.
type status struct {
	URI      uri.URI `json:"uri"`
	Profile  string  `json:"profile"` // empty for no contract
	Errors   int     `json:"errors"`
	Warnings int     `json:"warnings"`
	Model    string  `json:"model"` // the configured one
	// RequirementsMet and Requirements count those of the contract.
	RequirementsMet int `json:"requirementsMet"`
	Requirements    int `json:"requirements"`
}

// statuses are what was told last of each document, and for which version.
type statuses struct {
	mu   sync.Mutex
	last map[uri.URI]toldStatus
}

type toldStatus struct {
	status
	version int32
}

// tellStatus tells how a document stands, unless that was told already or a
// newer version's was.
func (s *Server) tellStatus(doc *document, snap *snapshot, result *analysis.Result) {
	if !s.caps.status {
		return
	}
	now := status{URI: doc.uri, Model: snap.modelName()}
	if result.Profile != nil {
		now.Profile = result.Profile.Name
	}
	for _, f := range result.Findings {
		switch f.Severity {
		case finding.Error:
			now.Errors++
		case finding.Warning:
			now.Warnings++
		}
	}
	now.Requirements = len(result.Requirements)
	for _, r := range result.Requirements {
		if r.Met {
			now.RequirementsMet++
		}
	}
	// Sent under the lock, so that two do not overtake each other.
	s.statuses.mu.Lock()
	defer s.statuses.mu.Unlock()
	last, told := s.statuses.last[doc.uri]
	if told && (last.version > doc.version || last.status == now) {
		return
	}
	if s.statuses.last == nil {
		s.statuses.last = make(map[uri.URI]toldStatus)
	}
	s.statuses.last[doc.uri] = toldStatus{now, doc.version}
	if err := s.conn.Notify(s.lifetime, methodStatus, &now); err != nil {
		s.log.Debug(methodStatus, zap.Error(err))
	}
}

// forgetStatus is for a document that is closed: its versions may begin anew.
func (s *Server) forgetStatus(u uri.URI) {
	s.statuses.mu.Lock()
	defer s.statuses.mu.Unlock()
	delete(s.statuses.last, u)
}
