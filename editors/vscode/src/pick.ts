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

/** Asks for a model, the configured one first. Undefined: the person chose none. */
export async function pickModel(server: Server, title: string, configured?: Estimate): Promise<string | undefined> {
  const { models } = await server.execute<{ models: Model[] }>(ServerCommand.models, {});
  const items = withConfigured(models, configured).map((model) => modelItem(model, configured));
  const placeHolder = configured === undefined ? 'The model' : `The model; the prompt has about ${number(configured.tokens)} tokens`;
  const chosen = await window.showQuickPick(items, { title, placeHolder, matchOnDescription: true });
  if (chosen === undefined || chosen.model.usable) return chosen?.model.name;
  return nameModel(chosen.model, title);
}

/** The models with the configured one first, which need not be among those that the server lists. */
function withConfigured(models: Model[], configured?: Estimate): Model[] {
  if (configured === undefined) return models;
  const { model: name, host } = configured;
  const first = models.find((model) => model.name === name) ?? { name, title: 'the configured model', usable: true, ...(host === undefined ? {} : { host }) };
  return [first, ...models.filter((model) => model.name !== name)];
}

/** Asks which model of a back end is meant: the server lists one that lacks something by its name alone. */
async function nameModel({ name, problem }: Model, title: string): Promise<string | undefined> {
  const model = await window.showInputBox({ title, prompt: `The name of the model of ${name}. ${problem ?? ''}`, ignoreFocusOut: true });
  return model === undefined || model.trim() === '' ? undefined : `${name}:${model.trim()}`;
}

function modelItem(model: Model, configured?: Estimate): QuickPickItem & { model: Model } {
  const limits: string[] = [];
  if (model.contextWindow) {
    if (configured !== undefined && configured.tokens > model.contextWindow) limits.push('$(warning) the prompt is too long for it');
    limits.push(`reads ${number(model.contextWindow)} tokens`);
  }
  if (model.outputLimit) limits.push(`writes ${number(model.outputLimit)}`);
  return {
    label: model.usable ? model.name : `${model.name}:…`,
    description: [destination(model), model.name === configured?.model ? 'configured' : ''].filter((part) => part !== '').join(' · '),
    detail: model.usable ? [model.title, ...limits].join(' · ') : `$(warning) ${model.problem ?? 'it does not answer'}`,
    model,
  };
}

function destination({ host, usable }: Model): string {
  if (host !== undefined && host !== '') return host;
  return usable ? 'sends nothing' : '';
}
