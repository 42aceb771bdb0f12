// A repair is shown as a diff, and nothing is changed until it is accepted.

import { commands, type Disposable, EventEmitter, Position, TabInputTextDiff, type TextDocument, type TextDocumentContentProvider, Uri, window, workspace } from 'vscode';
import {
  type ApplyWorkspaceEditParams, type ApplyWorkspaceEditResult, type HandlerResult, TextDocumentEdit, type TextEdit, type WorkspaceEdit,
} from 'vscode-languageclient/node';

type Next = (params: ApplyWorkspaceEditParams, token: never) => HandlerResult<ApplyWorkspaceEditResult, void>;

const scheme = 'specls-repair';
const shownContext = 'specls.repairShown';

/** The repair that is shown, and how to answer for it. */
interface Proposal {
  uri: Uri;
  text: string;
  answer(accepted: boolean): void;
}

let proposal: Proposal | undefined;
const changed = new EventEmitter<Uri>();

const provider: TextDocumentContentProvider = {
  onDidChange: changed.event,
  provideTextDocumentContent: () => proposal?.text ?? '',
};

/** Registers the document that holds the repaired text, and the commands to accept and to discard it. */
export function registerRepair(): Disposable[] {
  return [
    workspace.registerTextDocumentContentProvider(scheme, provider),
    commands.registerCommand('specls.acceptRepair', () => proposal?.answer(true)),
    commands.registerCommand('specls.discardRepair', () => proposal?.answer(false)),
    window.tabGroups.onDidChangeTabs(({ closed }) => {
      if (closed.some(({ input }) => isRepair(input))) proposal?.answer(false);
    }),
  ];
}

/** Applies an edit of the server's; one that wants to be confirmed is shown as a diff first. */
export async function confirmRepair(params: ApplyWorkspaceEditParams, next: Next): Promise<ApplyWorkspaceEditResult> {
  const apply = async (p: ApplyWorkspaceEditParams) => await next(p, undefined as never) as ApplyWorkspaceEditResult;
  const change = toConfirm(params.edit);
  if (change === undefined) return apply(params);
  const document = await workspace.openTextDocument(Uri.parse(change.textDocument.uri));
  const accepted = await ask(document, textAfter(document, change.edits as TextEdit[]), params.label ?? 'Repair');
  if (!accepted) return { applied: false, failureReason: 'it was discarded' };
  return apply({ ...params, edit: { documentChanges: [withoutAnnotations(change)] } });
}

/** The one document that an edit changes, where the change wants to be confirmed. */
function toConfirm(edit: WorkspaceEdit): TextDocumentEdit | undefined {
  const wanted = Object.values(edit.changeAnnotations ?? {}).some(({ needsConfirmation }) => needsConfirmation === true);
  const [change, ...others] = edit.documentChanges ?? [];
  return wanted && others.length === 0 && change !== undefined && TextDocumentEdit.is(change) ? change : undefined;
}

function withoutAnnotations(change: TextDocumentEdit): TextDocumentEdit {
  const edits = (change.edits as TextEdit[]).map(({ range, newText }) => ({ range, newText }));
  return { ...change, edits };
}

function textAfter(document: TextDocument, edits: TextEdit[]): string {
  const offset = ({ line, character }: TextEdit['range']['start']) => document.offsetAt(document.validatePosition(new Position(line, character)));
  let text = document.getText();
  const sorted = edits.map(({ range, newText }) => ({ start: offset(range.start), end: offset(range.end), newText })).sort((a, b) => b.start - a.start);
  for (const { start, end, newText } of sorted) text = text.slice(0, start) + newText + text.slice(end);
  return text;
}

/** Shows a diff until the person accepts it, discards it or closes it. */
async function ask(document: TextDocument, text: string, label: string): Promise<boolean> {
  proposal?.answer(false);
  const uri = document.uri.with({ scheme });
  const answered = new Promise<boolean>((resolve) => {
    proposal = { uri, text, answer: resolve };
  });
  changed.fire(uri);
  await commands.executeCommand('setContext', shownContext, true);
  const name = workspace.asRelativePath(document.uri);
  await commands.executeCommand('vscode.diff', document.uri, uri, `${name} ↔ repaired`, { preview: false });
  const accept = 'Accept';
  void window.showInformationMessage(`${name}: ${label}. Accept it?`, accept, 'Discard').then((choice) => {
    if (choice !== undefined) proposal?.answer(choice === accept);
  });
  const accepted = await answered;
  proposal = undefined;
  await commands.executeCommand('setContext', shownContext, false);
  await window.tabGroups.close(window.tabGroups.all.flatMap(({ tabs }) => tabs).filter(({ input }) => isRepair(input)));
  return accepted;
}

const isRepair = (input: unknown): boolean => input instanceof TabInputTextDiff && input.modified.scheme === scheme;
