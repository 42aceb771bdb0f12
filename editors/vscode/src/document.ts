// Where documents appear that the server wants shown.

import { Range, Uri, ViewColumn, window } from 'vscode';
import type { CancellationToken, HandlerResult, ShowDocumentParams, ShowDocumentResult } from 'vscode-languageclient/node';

type Next = (params: ShowDocumentParams, token: CancellationToken) => HandlerResult<ShowDocumentResult, void>;

/** Opens a specification or a prompt beside the Go file it came from, and leaves other documents to the client library. */
export async function showBeside(params: ShowDocumentParams, token: CancellationToken, next: Next): Promise<ShowDocumentResult> {
  const uri = Uri.parse(params.uri);
  const beside = uri.scheme === 'specls-prompt' || uri.path.endsWith('.tla');
  if (params.external === true || !beside) return await next(params, token) as ShowDocumentResult;
  const editor = await window.showTextDocument(uri, {
    viewColumn: columnFor(uri),
    preserveFocus: params.takeFocus !== true,
    preview: uri.scheme === 'specls-prompt',
  });
  if (params.selection !== undefined) {
    const { start, end } = params.selection;
    editor.revealRange(new Range(start.line, start.character, end.line, end.character));
  }
  return { success: true };
}

function columnFor(uri: Uri): ViewColumn {
  const there = window.visibleTextEditors.find((editor) => editor.document.uri.toString() === uri.toString());
  if (there?.viewColumn !== undefined) return there.viewColumn;
  return window.activeTextEditor?.document.languageId === 'go' ? ViewColumn.Beside : ViewColumn.Active;
}
