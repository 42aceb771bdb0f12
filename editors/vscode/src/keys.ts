// The keys of models. They are in the editor's secret store and in the
// server's memory, and nowhere else.

import { type ExtensionContext, window } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { SetKeyNotification } from './protocol';
import type { Server } from './server';

/** The back ends that take a key, by their names before the colon of a model's. */
const backends = [
  { label: 'openai', description: 'OpenAI, and servers that speak its protocol' },
  { label: 'anthropic', description: 'Anthropic' },
];

const secretOf = (backend: string): string => `specls.key.${backend}`;

/** Hands the keys there are to a server that has just started. */
export async function sendKeys(context: ExtensionContext, client: LanguageClient): Promise<void> {
  for (const { label: backend } of backends) {
    const key = await context.secrets.get(secretOf(backend));
    if (key !== undefined) await client.sendNotification(SetKeyNotification, { backend, key });
  }
}

export async function setKey(context: ExtensionContext, server: Server): Promise<void> {
  const backend = await window.showQuickPick(backends, { title: 'Set the key of which back end?' });
  if (backend === undefined) return;
  const key = await window.showInputBox({
    title: `The key of ${backend.label}`,
    prompt: 'It is kept in this editor\'s secret store and handed to the server, never to a setting or a file.',
    password: true,
    ignoreFocusOut: true,
  });
  if (key === undefined || key.trim() === '') return;
  await context.secrets.store(secretOf(backend.label), key.trim());
  await server.running?.sendNotification(SetKeyNotification, { backend: backend.label, key: key.trim() });
  void window.showInformationMessage(`The key of ${backend.label} is in the secret store.`);
}

export async function forgetKey(context: ExtensionContext, server: Server): Promise<void> {
  const backend = await window.showQuickPick(backends, { title: 'Forget the key of which back end?' });
  if (backend === undefined) return;
  await context.secrets.delete(secretOf(backend.label));
  await server.running?.sendNotification(SetKeyNotification, { backend: backend.label, key: null });
  void window.showInformationMessage(`The key of ${backend.label} is forgotten.`);
}
