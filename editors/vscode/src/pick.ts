// The questions before a conversion: by which profile, and by which model.

import { type QuickPickItem, Uri, window } from 'vscode';
import { type Estimate, type Model, ServerCommand } from './protocol';
import type { Server } from './server';

const number = (n: number): string => n.toLocaleString('en');

/** Asks for a profile, the one that fits best first. Undefined: the person chose none. */
export async function pickProfile(server: Server, uri: Uri, title: string): Promise<Estimate | undefined> {
  const best = await estimate(server, uri);
  const estimates = await Promise.all(best.profiles.map(async (profile) => profile === best.profile ? best : estimate(server, uri, profile)));
  const items = estimates.map((e) => ({
    label: e.profile,
    description: e === best ? 'fits best' : '',
    detail: `about ${number(e.tokens)} tokens`,
    estimate: e,
  }));
  return (await window.showQuickPick(items, { title, placeHolder: 'The profile: the prompt, and the contract its output must keep' }))?.estimate;
}

async function estimate(server: Server, uri: Uri, profile?: string): Promise<Estimate> {
  return server.execute<Estimate>(ServerCommand.estimate, { uri: uri.toString(), ...(profile === undefined ? {} : { profile }) });
}

/** Asks for a model, the configured one first. Undefined: the person chose none, or one that cannot be used yet. */
export async function pickModel(server: Server, title: string, configured: string, tokens?: number): Promise<string | undefined> {
  const { models } = await server.execute<{ models: Model[] }>(ServerCommand.models, {});
  models.sort((a, b) => Number(b.name === configured) - Number(a.name === configured));
  const items = models.map((model) => modelItem(model, configured, tokens));
  const placeHolder = tokens === undefined ? 'The model' : `The model: about ${number(tokens)} tokens are sent to it`;
  const chosen = await window.showQuickPick(items, { title, placeHolder, matchOnDescription: true });
  if (chosen === undefined || chosen.model.usable) return chosen?.model.name;
  void window.showWarningMessage(`${chosen.model.name} cannot be used: ${chosen.model.problem ?? 'it does not answer'}`);
  return undefined;
}

function destination({ host, usable }: Model): string {
  if (host !== undefined && host !== '') return host;
  return usable ? 'sends nothing' : '';
}

function modelItem(model: Model, configured: string, tokens: number | undefined): QuickPickItem & { model: Model } {
  const limits: string[] = [];
  if (model.contextWindow) limits.push(`reads ${number(model.contextWindow)} tokens`);
  if (model.outputLimit) limits.push(`writes ${number(model.outputLimit)}`);
  if (tokens !== undefined && model.contextWindow && tokens > model.contextWindow) limits.unshift('$(warning) the prompt is too long for it');
  return {
    label: model.usable ? model.name : `$(warning) ${model.name}`,
    description: [destination(model), model.name === configured ? 'configured' : ''].filter((part) => part !== '').join(' · '),
    detail: model.usable ? [model.title, ...limits].join(' · ') : model.problem ?? '',
    model,
  };
}
