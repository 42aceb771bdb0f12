package server

import (
	"context"
	"time"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
	"go.uber.org/zap"
)

// parentCheck is how often the server looks whether the process that started
// it still lives.
const parentCheck = 3 * time.Second

// Initialize negotiates (LSP 3.17, initialize).
func (s *Server) Initialize(_ context.Context, params *protocol.InitializeParams) (*protocol.InitializeResult, error) {
	s.caps = readCapabilities(&params.Capabilities)
	kind, encoding := negotiateEncoding(&params.Capabilities)
	s.encoding = encoding
	options := readInitializationOptions(params.InitializationOptions)
	s.untrusted = options.untrusted
	folders := foldersOf(params)
	near := s.readSurroundings(folders)
	values, problems := parseSettings(options.settings, near.profiles)
	s.update(func(snap *snapshot) { snap.folders, snap.near, snap.settings = folders, near, values })
	s.warnLater(problems)
	if params.ProcessID != nil {
		go s.watchParent(int(*params.ProcessID))
	}
	s.phase.Store(int32(running))
	s.log.Info("initialize", zap.String("client", params.ClientInfo.Name), zap.String("encoding", string(kind)), zap.Any("capabilities", s.caps.names()))
	return &protocol.InitializeResult{
		Capabilities: s.capabilities(kind),
		ServerInfo:   protocol.ServerInfo{Name: "specls", Version: protocol.NewOptional(s.options.Version)},
	}, nil
}

// capabilities says what the server does for this client.
func (s *Server) capabilities(kind protocol.PositionEncodingKind) protocol.ServerCapabilities {
	result := protocol.ServerCapabilities{
		PositionEncoding: kind,
		TextDocumentSync: &protocol.TextDocumentSyncOptions{
			OpenClose: ptr(true),
			Change:    ptr(protocol.TextDocumentSyncKindIncremental),
			Save:      protocol.Boolean(true),
		},
		ExecuteCommandProvider: protocol.ExecuteCommandOptions{
			WorkDoneProgressOptions: protocol.WorkDoneProgressOptions{WorkDoneProgress: ptr(true)},
			Commands:                commandNames(),
		},
		Workspace: &protocol.WorkspaceOptions{
			WorkspaceFolders: &protocol.WorkspaceFoldersServerCapabilities{
				Supported:           ptr(true),
				ChangeNotifications: protocol.Boolean(true),
			},
		},
		CodeActionProvider:        protocol.Boolean(true),
		HoverProvider:             protocol.Boolean(true),
		DefinitionProvider:        protocol.Boolean(true),
		ReferencesProvider:        protocol.Boolean(true),
		DocumentHighlightProvider: protocol.Boolean(true),
		DocumentSymbolProvider:    protocol.Boolean(true),
		WorkspaceSymbolProvider:   protocol.Boolean(true),
		FoldingRangeProvider:      protocol.Boolean(true),
		SelectionRangeProvider:    protocol.Boolean(true),
		RenameProvider:            protocol.Boolean(true),
		CodeLensProvider:          &protocol.CodeLensOptions{},
		CompletionProvider:        &protocol.CompletionOptions{TriggerCharacters: completionTriggers},
		SignatureHelpProvider:     &protocol.SignatureHelpOptions{TriggerCharacters: []string{"(", ","}},
	}
	if s.caps.prepareRename {
		result.RenameProvider = &protocol.RenameOptions{PrepareProvider: ptr(true)}
	}
	if s.caps.semanticTokens {
		result.SemanticTokensProvider = semanticTokensOptions()
	}
	if s.caps.codeActionLiterals {
		result.CodeActionProvider = &protocol.CodeActionOptions{
			CodeActionKinds: codeActionKinds(),
			ResolveProvider: ptr(true),
		}
	}
	if s.caps.pullDiagnostics {
		result.DiagnosticProvider = &protocol.DiagnosticOptions{
			Identifier:            ptr("specls"),
			InterFileDependencies: true,
		}
	}
	if s.caps.virtualDocuments {
		result.Workspace.TextDocumentContent = &protocol.TextDocumentContentOptions{Schemes: []string{promptScheme}}
	}
	return result
}

// Initialized starts what needs the client's answer. It must not wait for it
// here, on the read loop.
func (s *Server) Initialized(context.Context, *protocol.InitializedParams) error {
	s.inBackground("initialized", func() {
		if s.caps.watchFiles {
			s.watchFiles()
		}
		s.surroundingsMu.Lock()
		s.publishProblems(s.current.Load().near.problems)
		s.surroundingsMu.Unlock()
		s.pullConfiguration()
	})
	return nil
}

// watchFiles asks the client to tell when a file comes, changes or goes on which
// the findings depend: a module that another may extend, a .cfg file, a profile,
// a configuration, a Go file that a specification came from.
func (s *Server) watchFiles() {
	var watchers []protocol.FileSystemWatcher
	for _, pattern := range []protocol.Pattern{"**/*.{tla,cfg,go}", "**/.specls/**", "**/.vscode/settings.json"} {
		watchers = append(watchers, protocol.FileSystemWatcher{GlobPattern: pattern})
	}
	if s.caps.relativePatterns && s.options.ConfigDir != "" {
		watchers = append(watchers, protocol.FileSystemWatcher{GlobPattern: &protocol.RelativePattern{
			BaseURI: protocol.URI(uri.File(s.options.ConfigDir)), Pattern: "**",
		}})
	}
	options, err := protocol.Marshal(&protocol.DidChangeWatchedFilesRegistrationOptions{Watchers: watchers})
	if err != nil {
		s.log.Error("registration of watched files", zap.Error(err))
		return
	}
	err = s.client.RegisterCapability(s.lifetime, &protocol.RegistrationParams{Registrations: []protocol.Registration{{
		ID:              "specls-files",
		Method:          protocol.MethodWorkspaceDidChangeWatchedFiles,
		RegisterOptions: options,
	}}})
	if err != nil {
		s.log.Warn("the client does not watch files", zap.Error(err))
	}
}

// Shutdown ends the work and keeps the connection for exit.
func (s *Server) Shutdown(context.Context) error {
	s.phase.Store(int32(shutDown))
	return nil
}

// Exit ends the session; Run's result says how the process should exit.
func (s *Server) Exit(context.Context) error {
	s.exit()
	return nil
}

// SetTrace is accepted and has no effect: the log's level is set on the
// command line.
func (s *Server) SetTrace(context.Context, *protocol.SetTraceParams) error { return nil }

// DidChangeWorkspaceFolders keeps the folders that paths are told relative to.
func (s *Server) DidChangeWorkspaceFolders(_ context.Context, params *protocol.DidChangeWorkspaceFoldersParams) error {
	removed := make(map[uri.URI]bool, len(params.Event.Removed))
	for _, f := range params.Event.Removed {
		removed[f.URI] = true
	}
	s.update(func(snap *snapshot) {
		var kept []folder
		for _, f := range snap.folders {
			if !removed[f.uri] {
				kept = append(kept, f)
			}
		}
		for _, f := range params.Event.Added {
			kept = append(kept, newFolder(f.URI))
		}
		snap.folders = kept
	})
	s.refreshSurroundings()
	return nil
}

// foldersOf returns the workspace folders, from whichever of the three ways of
// naming them the client uses.
func foldersOf(params *protocol.InitializeParams) []folder {
	if folders, ok := params.WorkspaceFolders.Get(); ok && len(folders) > 0 {
		result := make([]folder, len(folders))
		for i, f := range folders {
			result[i] = newFolder(f.URI)
		}
		return result
	}
	//lint:ignore SA1019 older clients name the workspace in no other way
	if params.RootURI != nil && *params.RootURI != "" {
		//lint:ignore SA1019 as above
		return []folder{newFolder(*params.RootURI)}
	}
	//lint:ignore SA1019 as above
	if path, ok := params.RootPath.Get(); ok && path != "" {
		return []folder{newFolder(uri.File(path))}
	}
	return nil
}

func newFolder(u uri.URI) folder {
	f := folder{uri: cloneURI(u)}
	if f.uri.IsFile() {
		f.path = f.uri.FsPath()
	}
	return f
}

// watchParent ends the session when the client's process dies without closing
// the stream (LSP 3.17, InitializeParams.processId).
func (s *Server) watchParent(pid int) {
	tick := time.NewTicker(parentCheck)
	defer tick.Stop()
	for {
		select {
		case <-s.lifetime.Done():
			return
		case <-tick.C:
			if !processAlive(pid) {
				s.log.Warn("the client's process is gone", zap.Int("pid", pid))
				s.exit()
				return
			}
		}
	}
}

// inBackground does work that no request waits for. What names it in the log,
// should it panic.
func (s *Server) inBackground(what string, work func()) {
	s.background.Go(func() {
		defer s.recoverBackground(what)
		work()
	})
}

// recoverBackground keeps a panic outside any request from ending the process.
func (s *Server) recoverBackground(what string) {
	if p := recover(); p != nil {
		s.logPanic(what, p)
	}
}

func ptr[T any](v T) *T { return &v }
