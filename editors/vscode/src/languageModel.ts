// The model `editor`: what other extensions, such as GitHub Copilot, bring to
// VS Code. The editor itself asks the person whether specls may use it.

import { type CancellationToken, LanguageModelChatMessage, type LanguageModelChat, LanguageModelError, lm, window, workspace } from 'vscode';
import { ErrorCodes, type LanguageClient, LSPErrorCodes, ResponseError } from 'vscode-languageclient/node';
import { GenerateProgressNotification, type GenerateParams, GenerateRequest, type GenerateResult } from './protocol';

/** Serves the server's requests for text from the editor's language model. */
export function serveGenerate(client: LanguageClient): void {
  client.onRequest(GenerateRequest, async (params, token) => {
    try {
      return await generate(client, params, token);
    } catch (error) {
      return failure(error, token);
    }
  });
}

async function generate(client: LanguageClient, params: GenerateParams, token: CancellationToken): Promise<GenerateResult> {
  const model = await chooseModel(token);
  const messages = [LanguageModelChatMessage.User(params.prompt)];
  for (const { fromModel, text } of params.turns ?? []) {
    messages.push(fromModel ? LanguageModelChatMessage.Assistant(text) : LanguageModelChatMessage.User(text));
  }
  const options = { justification: 'specls sends the conversion prompt with the Go source that you chose to convert.' };
  const response = await model.sendRequest(messages, options, token);
  for await (const text of response.text) {
    await client.sendNotification(GenerateProgressNotification, { id: params.id, text });
  }
  // The API tells nothing of why a reply ended.
  return { finish: '', model: model.name };
}

async function chooseModel(token: CancellationToken): Promise<LanguageModelChat> {
  const models = await lm.selectChatModels();
  const configured = workspace.getConfiguration('specls').get<string>('editorModel', '');
  const match = configured === '' ? undefined : models.find((model) => model.id === configured);
  if (match !== undefined) return match;
  if (configured !== '') {
    throw new Error(`the setting specls.editorModel names ${configured}, and the editor has ${models.map((model) => model.id).join(', ') || 'no language model'}`);
  }
  const [first, second] = models;
  if (first === undefined) throw new Error('the editor has no language model; install an extension that brings one, such as GitHub Copilot');
  if (second === undefined) return first;
  const items = models.map((model) => ({ label: model.name, description: `${model.vendor} ${model.id}`, detail: `reads ${model.maxInputTokens.toLocaleString('en')} tokens`, model }));
  const chosen = await window.showQuickPick(items, { title: 'Ask which of the editor\'s language models?' }, token);
  if (chosen === undefined) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'no model was chosen');
  return chosen.model;
}

function failure(error: unknown, token: CancellationToken): ResponseError {
  if (error instanceof ResponseError) return error as ResponseError;
  if (token.isCancellationRequested) return new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
  if (error instanceof LanguageModelError) return new ResponseError(ErrorCodes.InternalError, `the editor's language model: ${error.message} (${error.code})`);
  return new ResponseError(ErrorCodes.InternalError, error instanceof Error ? error.message : String(error));
}
