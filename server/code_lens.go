package server

import (
	"context"
	"fmt"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
	"go.uber.org/zap"

	"github.com/specls/specls/analysis/finding"
)

// CodeLens says above the module's header how many requirements of the contract
// are met, and whether the source has changed since the module was made of it
// (LSP 3.17, textDocument/codeLens).
func (s *Server) CodeLens(ctx context.Context, params *protocol.CodeLensParams) ([]protocol.CodeLens, error) {
	p := s.specification(ctx, params.TextDocument.URI)
	if p == nil {
		return nil, nil
	}
	lenses := []protocol.CodeLens{}
	add := func(title, command string) {
		lenses = append(lenses, protocol.CodeLens{
			Range:   p.rangeOf(p.headerLine()),
			Command: protocol.Command{Title: title, Command: command, Arguments: []protocol.LSPAny{mustEncode(argument{URI: p.doc.uri})}},
		})
	}
	if met, all := p.requirementsMet(); all > 0 {
		add(fmt.Sprintf("%s: %d of %d requirements met", p.result.Profile.Name, met, all), commandRequirements)
	}
	if change := s.sourceChange(p.snap, p.doc); change != nil {
		add("generated from "+change.sentence(), commandChanges)
	}
	return lenses, nil
}

// headerLine returns the place of the module's header; the start of the text
// where there is none.
func (p *specification) headerLine() finding.Span {
	if m, ok := p.result.Tree.Module(); ok && m.Header().Valid() {
		return m.Header().Span()
	}
	return finding.Span{}
}

// requirementsMet counts what the contract asks to be modelled, and what of it
// is.
func (p *specification) requirementsMet() (met, all int) {
	for _, r := range p.result.Requirements {
		if r.Met {
			met++
		}
	}
	return met, len(p.result.Requirements)
}

// refreshLenses asks the client to ask for the lenses again (LSP 3.17,
// workspace/codeLens/refresh).
func (s *Server) refreshLenses() {
	if !s.caps.refreshLenses {
		return
	}
	s.inBackground("workspace/codeLens/refresh", func() {
		if err := s.client.CodeLensRefresh(s.lifetime); err != nil {
			s.log.Debug("workspace/codeLens/refresh", zap.Error(err))
		}
	})
}

// showRequirements shows what the contract asks to be modelled, and where it is
// or what was looked for in vain.
func (s *Server) showRequirements(ctx context.Context, i *invocation) (any, error) {
	p, err := s.specificationFor(i)
	if err != nil {
		return nil, err
	}
	met, all := p.requirementsMet()
	if all == 0 {
		return nil, fmt.Errorf("no contract asks for anything to be modelled in %s", uri.Basename(p.doc.uri))
	}
	text := fmt.Sprintf("# %s: %d of %d requirements met\n\nBy the contract of the profile %s.\n\n", uri.Basename(p.doc.uri), met, all, p.result.Profile.Name)
	for _, r := range p.result.Requirements {
		mark, place := " ", ""
		if r.Met {
			mark = "x"
		}
		if r.Span != (finding.Span{}) {
			line, _ := p.doc.mapper.LineColumn(r.Span.Start)
			place = fmt.Sprintf(" (line %d)", line)
		}
		text += fmt.Sprintf("- [%s] %s `%s`: %s%s\n", mark, r.Kind, r.Name, r.Why, place)
	}
	return s.showText(ctx, uri.Basename(p.doc.uri)+", requirements.md", text, "The requirements are in")
}

// specificationFor returns the open specification that a command is about.
func (s *Server) specificationFor(i *invocation) (*specification, error) {
	doc, open := i.snap.documents[i.argument.URI]
	if !open || doc.language != tlaLanguage {
		return nil, fmt.Errorf("%s is not open as a specification; open it", uri.Basename(i.argument.URI))
	}
	p := s.specificationOf(i.snap, doc)
	if p == nil {
		return nil, fmt.Errorf("%s could not be checked; the log says why", uri.Basename(doc.uri))
	}
	return p, nil
}

// showText opens a read-only document with a text.
func (s *Server) showText(ctx context.Context, name, text, where string) (any, error) {
	u, err := s.promptDocument(ctx, name, text)
	if err != nil {
		return nil, fmt.Errorf("showing %s: %w", name, err)
	}
	s.show(ctx, u, where)
	return outcome{URI: u}, nil
}
