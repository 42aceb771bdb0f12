// What specls says beyond LSP: the commands of its server with their arguments
// and results, and its own messages. The server's side is server/.

import { NotificationType, RequestType } from 'vscode-languageclient/node';

/** The commands that the server executes, each with one object as its argument. */
export const ServerCommand = {
  convert: 'specls.convert',
  preview: 'specls.previewPrompt',
  copy: 'specls.copyPrompt',
  useReply: 'specls.useReply',
  repair: 'specls.repair',
  report: 'specls.showReport',
  requirements: 'specls.showRequirements',
  changes: 'specls.showChanges',
  models: 'specls.models',
  estimate: 'specls.estimate',
  clearReplies: 'specls.clearReplies',
} as const;

/** What a conversion is about. */
export interface Conversion {
  uri: string;
  profile?: string;
  model?: string;
}

/** One model that the server knows of. Limits are in tokens; 0 or none: unknown. */
export interface Model {
  name: string;
  title: string;
  /** Where prompts are sent to; none where nothing leaves the server. */
  host?: string;
  usable: boolean;
  problem?: string;
  contextWindow?: number;
  outputLimit?: number;
}

/** What a conversion would send, and where to. */
export interface Estimate {
  profile: string;
  tokens: number;
  model: string;
  host?: string;
  profiles: string[];
}

/** How a document stands. */
export interface Status {
  uri: string;
  profile: string;
  errors: number;
  warnings: number;
  model: string;
  requirementsMet: number;
  requirements: number;
}

export const StatusNotification = new NotificationType<Status>('specls/status');

/** A key from the secret store; null: there is none any more. */
export const SetKeyNotification = new NotificationType<{ backend: string; key: string | null }>('specls/setKey');

/** Asks this editor's own language model, which the server calls `editor`. */
export interface GenerateParams {
  id: string | number;
  prompt: string;
  turns?: { fromModel: boolean; text: string }[];
}

export interface GenerateResult {
  finish: string;
  model: string;
}

export const GenerateRequest = new RequestType<GenerateParams, GenerateResult, void>('specls/generate');

export const GenerateProgressNotification =
  new NotificationType<{ id: string | number; text: string }>('specls/generateProgress');

export const CopyRequest = new RequestType<{ text: string }, null, void>('specls/copyToClipboard');
