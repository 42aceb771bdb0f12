// The extension: commands, the status bar, and a server that is started when a
// Go or TLA+ file is open. What is done with the files is done by the server.

import * as path from 'node:path';
import { commands, ConfigurationTarget, env, type ExtensionContext, type TextDocument, Uri, window, workspace } from 'vscode';
import { LSPErrorCodes, ResponseError } from 'vscode-languageclient/node';
import { forgetKey, setKey } from './keys';
import { pickModel, pickProfile } from './pick';
import { type Conversion, ServerCommand } from './protocol';
import { registerRepair } from './repair';
import { Server } from './server';
import { StatusBar } from './status';

export function activate(context: ExtensionContext): void {
  const status = new StatusBar();
  const server = new Server(context, status);
  context.subscriptions.push(server, status, ...registerRepair());

  const register = (name: string, run: (uri?: Uri) => unknown): void => {
    context.subscriptions.push(commands.registerCommand(`specls.${name}`, async (uri?: unknown) => {
      try {
        await run(uri instanceof Uri ? uri : undefined);
      } catch (error) {
        // Who cancels knows of it.
        if (error instanceof ResponseError && error.code === LSPErrorCodes.RequestCancelled) return;
        await server.report(error);
      }
    }));
  };
  register('convertFile', (uri) => convert(server, uri));
  register('previewFile', (uri) => withProfile(server, ServerCommand.preview, uri));
  register('copyFile', (uri) => withProfile(server, ServerCommand.copy, uri));
  register('pasteReply', async (uri) => useReply(server, await env.clipboard.readText(), 'The clipboard', uri));
  register('openReply', (uri) => openReply(server, uri));
  register('repairFile', (uri) => repair(server, uri));
  register('fixAll', () => commands.executeCommand('editor.action.sourceAction', { kind: 'source.fixAll.specls', apply: 'first' }));
  register('showFileReport', (uri) => onSpecification(server, ServerCommand.report, uri));
  register('showFileRequirements', (uri) => onSpecification(server, ServerCommand.requirements, uri));
  register('showFileChanges', (uri) => onSpecification(server, ServerCommand.changes, uri));
  register('chooseModel', () => chooseModel(server));
  register('setKey', () => setKey(context, server));
  register('forgetKey', () => forgetKey(context, server));
  register('clearKeptReplies', () => clearReplies(server));
  register('restart', () => server.restart());
  register('showLog', () => { server.showLog(); });

  const startFor = (document: TextDocument): void => {
    if (['go', 'tlaplus'].includes(document.languageId)) server.startAloud();
  };
  context.subscriptions.push(workspace.onDidOpenTextDocument(startFor));
  if (!workspace.isTrusted) {
    // The server learns at its start what it may do.
    context.subscriptions.push(workspace.onDidGrantWorkspaceTrust(() => { server.restart().catch((error: unknown) => { void server.report(error); }); }));
  }
  workspace.textDocuments.forEach(startFor);
}

/** The file that a command is about: the one it was called on in a menu, else the one in the active editor. */
function fileOf(uri: Uri | undefined, language: 'go' | 'tlaplus'): Uri {
  if (uri !== undefined) return uri;
  const document = window.activeTextEditor?.document;
  if (document?.languageId === language) return document.uri;
  throw new Error(language === 'go' ? 'Open a Go file first: conversions start from one.' : 'Open a specification, a .tla file, first.');
}

async function convert(server: Server, uri?: Uri): Promise<void> {
  const file = fileOf(uri, 'go');
  const title = `Convert ${path.basename(file.path)} to TLA+`;
  const estimate = await pickProfile(server, file, title);
  if (estimate === undefined) return;
  const model = await pickModel(server, `${title} (${estimate.profile})`, estimate);
  if (model === undefined) return;
  await server.execute(ServerCommand.convert, { uri: file.toString(), profile: estimate.profile, model } satisfies Conversion);
}

async function withProfile(server: Server, command: string, uri?: Uri): Promise<void> {
  const file = fileOf(uri, 'go');
  const estimate = await pickProfile(server, file, `The prompt for ${path.basename(file.path)}`);
  if (estimate === undefined) return;
  await server.execute(command, { uri: file.toString(), profile: estimate.profile } satisfies Conversion);
}

async function useReply(server: Server, text: string, where: string, uri?: Uri): Promise<void> {
  const file = fileOf(uri, 'go');
  if (text.trim() === '') throw new Error(`${where} holds no text.`);
  const estimate = await pickProfile(server, file, `${where} as the reply for ${path.basename(file.path)}`);
  if (estimate === undefined) return;
  await server.execute(ServerCommand.useReply, { uri: file.toString(), profile: estimate.profile, text });
}

async function openReply(server: Server, uri?: Uri): Promise<void> {
  const file = fileOf(uri, 'go');
  const [reply] = await window.showOpenDialog({ title: 'The file with the reply', canSelectMany: false }) ?? [];
  if (reply === undefined) return;
  const text = new TextDecoder().decode(await workspace.fs.readFile(reply));
  await useReply(server, text, path.basename(reply.path), file);
}

async function repair(server: Server, uri?: Uri): Promise<void> {
  const file = fileOf(uri, 'tlaplus');
  const model = await pickModel(server, `Repair ${path.basename(file.path)}`);
  if (model === undefined) return;
  await server.execute(ServerCommand.repair, { uri: file.toString(), model });
}

async function onSpecification(server: Server, command: string, uri?: Uri): Promise<void> {
  await server.execute(command, { uri: fileOf(uri, 'tlaplus').toString() });
}

async function chooseModel(server: Server): Promise<void> {
  const model = await pickModel(server, 'The model to convert with');
  if (model === undefined) return;
  await workspace.getConfiguration('specls').update('model', model, ConfigurationTarget.Global);
}

async function clearReplies(server: Server): Promise<void> {
  const { removed } = await server.execute<{ removed: number }>(ServerCommand.clearReplies, {});
  void window.showInformationMessage(`${removed} kept replies were removed.`);
}
