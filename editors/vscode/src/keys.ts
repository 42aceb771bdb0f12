// The keys of models. They are in the editor's secret store and in the
// server's memory, and nowhere else.

import { type ExtensionContext, window } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { type Model, ServerCommand, SetKeyNotification } from './protocol';
import type { Server } from './server';

/** Where the names are kept of the back ends that have a key: the store tells none. */
const namesState = 'specls.keys';

const secretOf = (name: string): string => `specls.key.${name}`;

/** Hands the keys there are to a server that has just started. */
export async function sendKeys(context: ExtensionContext, client: LanguageClient): Promise<void> {
  for (const backend of storedNames(context)) {
    const key = await context.secrets.get(secretOf(backend));
    if (key !== undefined) await client.sendNotification(SetKeyNotification, { backend, key });
  }
}

export async function setKey(context: ExtensionContext, server: Server): Promise<void> {
  const backend = await window.showQuickPick(await backends(server), { title: 'Set the key of which model?' });
  if (backend === undefined) return;
  const key = (await window.showInputBox({
    title: `The key of ${backend}`,
    prompt: 'It is kept in this editor\'s secret store and handed to the server, never in a setting or a file.',
    password: true,
    ignoreFocusOut: true,
  }))?.trim();
  if (key === undefined || key === '') return;
  await context.secrets.store(secretOf(backend), key);
  await context.globalState.update(namesState, [...new Set([...storedNames(context), backend])]);
  await server.running?.sendNotification(SetKeyNotification, { backend, key });
  void window.showInformationMessage(`The key of ${backend} is in the secret store.`);
}

export async function forgetKey(context: ExtensionContext, server: Server): Promise<void> {
  const names = storedNames(context);
  if (names.length === 0) throw new Error('There is no key in the secret store.');
  const backend = await window.showQuickPick(names, { title: 'Forget the key of which model?' });
  if (backend === undefined) return;
  await context.secrets.delete(secretOf(backend));
  await context.globalState.update(namesState, names.filter((name) => name !== backend));
  await server.running?.sendNotification(SetKeyNotification, { backend, key: null });
  void window.showInformationMessage(`The key of ${backend} is forgotten.`);
}

const storedNames = (context: ExtensionContext): string[] => context.globalState.get<string[]>(namesState, []);

/** What takes a key: the back ends, and the models that the user's config.toml names. */
async function backends(server: Server): Promise<string[]> {
  const { models } = await server.execute<{ models: Model[] }>(ServerCommand.models, {});
  const names = models.map(({ name }) => name.split(':', 1)[0] ?? name).filter((name) => !['builtin', 'editor'].includes(name));
  return [...new Set(names)];
}
