package server

import (
	"reflect"
	"slices"

	"go.lsp.dev/protocol"

	"github.com/specls/specls/analysis/text"
)

// clientCapabilities is what the client declared of the things that specls
// uses. A capability that is not declared is not used.
type clientCapabilities struct {
	applyEdit       bool // workspace/applyEdit
	documentChanges bool // WorkspaceEdit.documentChanges
	createFile      bool // WorkspaceEdit may create files
	// changeAnnotations: changes that are marked so are confirmed by the person.
	changeAnnotations bool
	configuration     bool // workspace/configuration
	watchFiles        bool // may be asked to watch files
	relativePatterns  bool // in directories outside the workspace, too
	refresh           bool // workspace/diagnostic/refresh
	virtualDocuments  bool // workspace/textDocumentContent (LSP 3.18)
	workDoneProgress  bool // window/workDoneProgress/create
	showDocument      bool // window/showDocument

	pullDiagnostics    bool // textDocument/diagnostic
	versions           bool // PublishDiagnosticsParams.version
	relatedInformation bool // Diagnostic.relatedInformation
	codeDescription    bool // Diagnostic.codeDescription
	unnecessaryTag     bool // DiagnosticTag.Unnecessary
	deprecatedTag      bool // DiagnosticTag.Deprecated

	markdown            bool // MarkupContent may be Markdown
	hierarchicalSymbols bool // DocumentSymbol, not only SymbolInformation
	semanticTokens      bool // textDocument/semanticTokens/full
	refreshLenses       bool // workspace/codeLens/refresh
	prepareRename       bool // textDocument/prepareRename

	codeActionLiterals bool // CodeAction, not only Command
	isPreferred        bool // CodeAction.isPreferred
	resolveEdit        bool // codeAction/resolve may fill in the edit

	// What a client declares as experimental.specls.
	clipboard bool // serves specls/copyToClipboard
	generate  bool // serves specls/generate
	status    bool // takes specls/status
}

// readCapabilities digests the client's capabilities. Nil structures count as
// not declared.
func readCapabilities(c *protocol.ClientCapabilities) clientCapabilities {
	var caps clientCapabilities
	if w := c.Workspace; w != nil {
		caps.applyEdit = is(w.ApplyEdit)
		caps.configuration = is(w.Configuration)
		if e := w.WorkspaceEdit; e != nil {
			caps.documentChanges = is(e.DocumentChanges)
			caps.changeAnnotations = caps.documentChanges && e.ChangeAnnotationSupport != nil
			caps.createFile = caps.documentChanges && slices.Contains(e.ResourceOperations, protocol.ResourceOperationKindCreate)
		}
		if f := w.DidChangeWatchedFiles; f != nil {
			caps.watchFiles = is(f.DynamicRegistration)
			caps.relativePatterns = is(f.RelativePatternSupport)
		}
		if d := w.Diagnostics; d != nil {
			caps.refresh = is(d.RefreshSupport)
		}
		caps.virtualDocuments = w.TextDocumentContent != nil
		caps.refreshLenses = w.CodeLens != nil && is(w.CodeLens.RefreshSupport)
	}
	if w := c.Window; w != nil {
		caps.workDoneProgress = is(w.WorkDoneProgress)
		caps.showDocument = w.ShowDocument != nil && w.ShowDocument.Support
	}
	if t := c.TextDocument; t != nil {
		caps.pullDiagnostics = t.Diagnostic != nil
		if p := t.PublishDiagnostics; p != nil {
			caps.versions = is(p.VersionSupport)
			caps.readDiagnostics(p.DiagnosticsCapabilities)
		}
		if d := t.Diagnostic; d != nil {
			caps.readDiagnostics(d.DiagnosticsCapabilities)
		}
		caps.markdown = t.Hover != nil && slices.Contains(t.Hover.ContentFormat, protocol.MarkupKindMarkdown)
		caps.hierarchicalSymbols = t.DocumentSymbol != nil && is(t.DocumentSymbol.HierarchicalDocumentSymbolSupport)
		caps.semanticTokens = t.SemanticTokens.Requests.Full != nil
		caps.prepareRename = t.Rename != nil && is(t.Rename.PrepareSupport)
		if a := t.CodeAction; a != nil {
			caps.codeActionLiterals = a.CodeActionLiteralSupport.CodeActionKind.ValueSet != nil
			caps.isPreferred = is(a.IsPreferredSupport)
			caps.resolveEdit = is(a.DataSupport) && slices.Contains(a.ResolveSupport.Properties, "edit")
		}
	}
	caps.readExperimental(c.Experimental)
	return caps
}

// readDiagnostics adds what the client can show of a diagnostic. A client
// declares it for pushed and for pulled diagnostics separately; specls uses
// one of the two ways, so either declaration serves.
func (caps *clientCapabilities) readDiagnostics(d protocol.DiagnosticsCapabilities) {
	caps.relatedInformation = caps.relatedInformation || is(d.RelatedInformation)
	caps.codeDescription = caps.codeDescription || is(d.CodeDescriptionSupport)
	caps.deprecatedTag = caps.deprecatedTag || slices.Contains(d.TagSupport.ValueSet, protocol.DiagnosticTagDeprecated)
	caps.unnecessaryTag = caps.unnecessaryTag || slices.Contains(d.TagSupport.ValueSet, protocol.DiagnosticTagUnnecessary)
}

// readExperimental reads {"specls": {"clipboard": true, …}}, by which a client
// says which of specls's own messages it knows. What cannot be decoded counts
// as not declared.
func (caps *clientCapabilities) readExperimental(raw protocol.LSPAny) {
	var experimental struct {
		Specls struct {
			Clipboard bool `json:"clipboard"`
			Generate  bool `json:"generate"`
			Status    bool `json:"status"`
		} `json:"specls"`
	}
	if len(raw) > 0 && protocol.Unmarshal(raw, &experimental) == nil {
		e := experimental.Specls
		caps.clipboard, caps.generate, caps.status = e.Clipboard, e.Generate, e.Status
	}
}

// negotiateEncoding picks the first position encoding on the client's list
// that LSP knows, and UTF-16, which every client must support, where there is
// none (LSP 3.17, general.positionEncodings).
func negotiateEncoding(c *protocol.ClientCapabilities) (protocol.PositionEncodingKind, text.Encoding) {
	if c.General != nil {
		for _, kind := range c.General.PositionEncodings {
			switch kind {
			case protocol.PositionEncodingKindUTF8:
				return kind, text.UTF8
			case protocol.PositionEncodingKindUTF16:
				return kind, text.UTF16
			case protocol.PositionEncodingKindUTF32:
				return kind, text.UTF32
			}
		}
	}
	return protocol.PositionEncodingKindUTF16, text.UTF16
}

func is(b *bool) bool { return b != nil && *b }

// names lists the capabilities that the client declared, for the log.
func (caps clientCapabilities) names() []string {
	var names []string
	v := reflect.ValueOf(caps)
	for i := range v.NumField() {
		if v.Field(i).Bool() {
			names = append(names, v.Type().Field(i).Name)
		}
	}
	return names
}
