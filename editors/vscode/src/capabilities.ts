// What this client can do beyond LSP.

import type { ClientCapabilities, StaticFeature } from 'vscode-languageclient/node';

export const experimental: StaticFeature = {
  fillClientCapabilities(capabilities: ClientCapabilities) {
    capabilities.experimental = { specls: { clipboard: true, generate: true, status: true } };
  },
  initialize() { /* The handlers are registered with the client. */ },
  getState: () => ({ kind: 'static' }),
  clear() { /* There is nothing to give back. */ },
};
