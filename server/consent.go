package server

import (
	"context"
	"fmt"
	"path/filepath"

	"go.uber.org/zap"

	"github.com/specls/specls/analysis/gosource"
	"github.com/specls/specls/commands"
	"github.com/specls/specls/commands/model"
)

// errNoConsent is told where the person does not want to send.
var errNoConsent = fmt.Errorf("nothing was sent: %w", context.Canceled)

// consent asks the person, at the first use of a host in a workspace, whether to
// send these files there. It fails where they do not agree.
func (s *Server) consent(ctx context.Context, j *job, m model.Model, files []gosource.File) error {
	workspace := j.snap.consentFolder(j.doc)
	consents := commands.Consent{}
	// Where the person agreed by doing the same again, that holds for the session.
	agreed := workspace + " sends to " + m.Host()
	if consents.Given(workspace, m.Host()) || s.shy.was(agreed) {
		return nil
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Path)
	}
	tokens := commands.EstimateTokens(commands.Render(j.profile, j.focus, files))
	// A prompt that does not fit is refused before anyone is asked about it.
	if err := commands.CheckBudget(m, tokens); err != nil {
		return err
	}
	answer, err := s.confirm(ctx, commands.ConsentQuestion(names, tokens, m.Host()), commands.ConsentSend, commands.ConsentRemember, commands.ConsentCancel)
	switch {
	case err != nil:
		return err
	case answer == commands.ConsentRemember:
		if err := consents.Give(workspace, m.Host()); err != nil {
			s.log.Warn("consent", zap.Error(err))
		}
		return nil
	case answer == commands.ConsentSend:
		if s.shy.is() {
			s.shy.tell(agreed)
		}
		return nil
	}
	return errNoConsent
}

// consentFolder returns the folder for which a consent holds: the workspace's
// that holds a document, or else the document's own.
func (snap *snapshot) consentFolder(doc *document) string {
	if root := snap.rootOf(pathOf(doc.uri)); root != "" {
		return root
	}
	return filepath.Dir(pathOf(doc.uri))
}
