package server

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
	"go.uber.org/zap"

	"github.com/specls/specls/commands"
)

// promptScheme is the scheme of the read-only documents that hold prompts,
// for clients that ask the server for the content of documents.
const promptScheme = "specls-prompt"

// keptPrompts is how many rendered prompts the server remembers for the
// documents that show them.
const keptPrompts = 16

// methodCopy is the request by which the server hands text to the client's
// clipboard, {"text": …}; LSP has none. A client declares it by the capability
// experimental.specls.clipboard.
const methodCopy = "specls/copyToClipboard"

// promptStore keeps the newest prompts by the URI they are shown under.
type promptStore struct {
	mu    sync.Mutex
	order []uri.URI
	texts map[uri.URI]string
	// ofProfiles are the documents with the prompts of the built-in profiles, by
	// the profiles' names.
	ofProfiles map[string]uri.URI
}

// put stores a prompt and reports whether another stood under the same URI.
func (p *promptStore) put(u uri.URI, content string) (replaced bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.texts == nil {
		p.texts = make(map[uri.URI]string)
	}
	old, known := p.texts[u]
	p.order = append(slices.DeleteFunc(p.order, func(o uri.URI) bool { return o == u }), u)
	p.texts[u] = content
	if len(p.order) > keptPrompts {
		delete(p.texts, p.order[0])
		p.order = p.order[1:]
	}
	return known && old != content
}

func (p *promptStore) get(u uri.URI) (string, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	content, ok := p.texts[u]
	return content, ok
}

// render returns the prompt, with the companions that the configured model has
// room for. Those that it has none for are told.
func (s *Server) render(ctx context.Context, j *job) (string, error) {
	m, err := s.newModel(j.model, j.snap)
	if err != nil {
		// A prompt can be looked at without a model.
		if m, err = s.newModel(commands.DefaultModel, j.snap); err != nil {
			return "", err
		}
	}
	files, leftOut, err := j.files(m)
	if err != nil {
		return "", err
	}
	if len(leftOut) > 0 {
		s.showMessage(ctx, protocol.MessageTypeInfo, "There is no room in the prompt for "+strings.Join(leftOut, ", ")+".")
	}
	return commands.Render(j.profile, j.focus, files), nil
}

// preview shows the rendered prompt as a read-only document whose name tells
// its size.
func (s *Server) preview(ctx context.Context, j *job) (outcome, error) {
	prompt, err := s.render(ctx, j)
	if err != nil {
		return outcome{}, err
	}
	name := fmt.Sprintf("%s prompt for %s, about %s tokens.md", j.profile.Name, uri.Basename(j.doc.uri), commands.Thousands(commands.EstimateTokens(prompt)))
	u, err := s.promptDocument(ctx, name, prompt)
	if err != nil {
		return outcome{}, fmt.Errorf("showing the prompt: %w", err)
	}
	s.show(ctx, u, "The prompt is in")
	return outcome{URI: u}, nil
}

// promptDocument makes the prompt available under a URI: from memory where the
// client takes content from the server, else as a read-only file in the user's
// state directory, since other clients open only files.
func (s *Server) promptDocument(ctx context.Context, name, prompt string) (uri.URI, error) {
	if s.caps.virtualDocuments {
		u, err := promptURI(name)
		if err != nil {
			return "", err
		}
		if s.prompts.put(u, prompt) {
			err = s.client.TextDocumentContentRefresh(ctx, &protocol.TextDocumentContentRefreshParams{URI: u})
		}
		return u, err
	}
	return keepPrompt(name, prompt)
}

// promptURI is what the server calls a document of its own.
func promptURI(name string) (uri.URI, error) {
	return uri.From(uri.Components{Scheme: promptScheme, Path: "/" + name})
}

// keepPrompt writes a prompt to a read-only file in the user's state directory.
func keepPrompt(name, prompt string) (uri.URI, error) {
	dir := filepath.Join(commands.StateDir(), "prompts")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	path := filepath.Join(dir, name)
	// The file of an earlier preview is read-only, so it is replaced, not
	// written to.
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return "", err
	}
	if err := os.WriteFile(path, []byte(prompt), 0o400); err != nil {
		return "", err
	}
	return uri.File(path), nil
}

// show opens a document in the editor, or tells where it is.
func (s *Server) show(ctx context.Context, u uri.URI, where string) {
	if s.caps.showDocument {
		result, err := s.client.ShowDocument(ctx, &protocol.ShowDocumentParams{URI: u, TakeFocus: ptr(true)})
		if err == nil && result.Success {
			return
		}
		s.log.Warn("window/showDocument", zap.Error(err))
	}
	place := string(u)
	if u.IsFile() {
		place = u.FsPath()
	}
	s.showMessage(ctx, protocol.MessageTypeInfo, where+" "+place)
}

// showPage opens a page on the web, or tells where it is.
func (s *Server) showPage(ctx context.Context, page, message string) {
	if s.caps.showDocument {
		if _, err := s.client.ShowDocument(ctx, &protocol.ShowDocumentParams{URI: uri.URI(page), External: ptr(true)}); err != nil {
			s.log.Warn("window/showDocument", zap.Error(err))
		}
	}
	s.showMessage(ctx, protocol.MessageTypeInfo, message+" "+page)
}

// copyPrompt puts the prompt into the clipboard where the client can, and
// shows it otherwise.
func (s *Server) copyPrompt(ctx context.Context, j *job) (outcome, error) {
	if !s.caps.clipboard {
		return s.preview(ctx, j)
	}
	prompt, err := s.render(ctx, j)
	if err != nil {
		return outcome{}, err
	}
	if _, err := s.conn.Call(ctx, methodCopy, map[string]string{"text": prompt}, nil); err != nil {
		return outcome{}, fmt.Errorf("copying the prompt: %w", err)
	}
	s.showMessage(ctx, protocol.MessageTypeInfo, fmt.Sprintf("The %s prompt for %s is in the clipboard, about %s tokens.", j.profile.Name, uri.Basename(j.doc.uri), commands.Thousands(commands.EstimateTokens(prompt))))
	return outcome{Copied: true}, nil
}

// TextDocumentContent serves the prompts that preview has shown, and those of
// the built-in profiles (LSP 3.18, workspace/textDocumentContent).
func (s *Server) TextDocumentContent(_ context.Context, params *protocol.TextDocumentContentParams) (*protocol.TextDocumentContentResult, error) {
	content, ok := s.prompts.get(params.URI)
	if !ok {
		content, ok = s.profileOfPrompt(params.URI)
	}
	if !ok {
		return nil, jsonrpc2.Errorf(jsonrpc2.InvalidParams, "%s is not kept any more; preview the prompt again", params.URI)
	}
	return &protocol.TextDocumentContentResult{Text: content}, nil
}
