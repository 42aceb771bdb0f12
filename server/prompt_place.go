package server

import (
	"path/filepath"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
	"go.uber.org/zap"

	"github.com/specls/specls/analysis/profile"
	"github.com/specls/specls/analysis/text"
)

// promptPlace returns the place of a line, 1-based, of a profile's prompt: in
// its file, or for a built-in profile in a read-only document that holds the
// prompt. It is false where no such document can be made.
func (s *Server) promptPlace(p *profile.Profile, line int) (protocol.Location, bool) {
	u, err := s.profilePrompt(p)
	if err != nil {
		s.log.Warn("the prompt of a profile", zap.String("profile", p.Name), zap.Error(err))
		return protocol.Location{}, false
	}
	m := text.NewMapper(p.Template.Text())
	start := s.positionOf(m, m.LineStart(line-1))
	// The end of a line is a place that positions stop at.
	end := m.Offset(text.Position{Line: line - 1, Character: 1 << 30}, s.encoding)
	return protocol.Location{URI: u, Range: protocol.Range{Start: start, End: s.positionOf(m, end)}}, true
}

// profilePrompt returns the document that holds a profile's prompt as its
// author wrote it. One that has to be made is made once.
func (s *Server) profilePrompt(p *profile.Profile) (uri.URI, error) {
	if p.Origin != profile.OriginBuiltin {
		return uri.File(filepath.FromSlash(p.PromptPath)), nil
	}
	s.prompts.mu.Lock()
	defer s.prompts.mu.Unlock()
	if u, ok := s.prompts.ofProfiles[p.Name]; ok {
		return u, nil
	}
	name := p.Name + " profile prompt.txt"
	u, err := promptURI(name)
	if !s.caps.virtualDocuments {
		u, err = keepPrompt(name, p.Template.Text())
	}
	if err != nil {
		return "", err
	}
	if s.prompts.ofProfiles == nil {
		s.prompts.ofProfiles = make(map[string]uri.URI)
	}
	s.prompts.ofProfiles[p.Name] = u
	return u, nil
}

// profileOfPrompt returns the text of the built-in profile whose prompt stands
// under a URI.
func (s *Server) profileOfPrompt(u uri.URI) (string, bool) {
	for _, p := range profile.Builtin() {
		if known, err := s.profilePrompt(p); err == nil && known == u {
			return p.Template.Text(), true
		}
	}
	return "", false
}
