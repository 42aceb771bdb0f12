// The prompt itself: shown and copied, without any model.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';

import { Client, everything, lsp, newWorkspace, toPath } from './client.mjs';

const focusOn = (client, uri, text) => {
  const doc = client.documents.get(uri);
  const at = doc.positionAt(doc.getText().indexOf(text));
  return { start: at, end: at };
};

function assertPrompt(client, prompt, focus) {
  assert.ok(prompt.includes(fs.readFileSync(path.join(client.dir, 'raft.go'), 'utf8')), 'the source is not in the prompt whole');
  assert.ok(prompt.includes(focus), `the prompt has no focus ${JSON.stringify(focus)}`);
  assert.doesNotMatch(prompt.slice(0, 400), /\{(focus|file_path|source_code)\}/);
}

test('preview as a document of the server', async (t) => {
  const capabilities = everything();
  capabilities.workspace.textDocumentContent = {};
  const client = new Client(t, newWorkspace(), { capabilities });
  const { capabilities: server } = await client.initialize();
  const source = await client.openFile('raft.go', 'go');
  const { uri } = await client.execute(await client.action(source, 'Preview TLA+ conversion prompt (etcd)'));
  const [scheme] = uri.split(':');
  assert.deepEqual(server.workspace.textDocumentContent.schemes, [scheme]);
  assert.match(decodeURIComponent(uri), /about \d+,\d+ tokens/);
  assert.equal(client.all(lsp.ShowDocumentRequest.method).at(-1).uri, uri);
  const { text } = await client.connection.sendRequest(lsp.TextDocumentContentRequest.type, { uri });
  assertPrompt(client, text, 'Main Raft consensus algorithm implementation');
  await client.shutdown();
});

test('preview as a file, focused on a function', async (t) => {
  const client = new Client(t, newWorkspace(), { capabilities: everything() });
  await client.initialize();
  const source = await client.openFile('raft.go', 'go');
  const cursor = focusOn(client, source, 'func stepLeader(');
  const action = await client.action(source, 'Preview TLA+ conversion prompt (etcd) focused on `stepLeader`', cursor);
  const { uri } = await client.execute(action);
  assert.equal(client.all(lsp.ShowDocumentRequest.method).at(-1).uri, uri);
  const file = toPath(uri);
  assert.ok(!file.startsWith(client.dir), 'the prompt is in the workspace');
  assert.match(path.basename(file), /about \d+,\d+ tokens/);
  if (process.platform !== 'win32') assert.equal(fs.statSync(file).mode & 0o222, 0, 'the preview can be written to');
  assertPrompt(client, fs.readFileSync(file, 'utf8'), 'stepLeader');
  await client.shutdown();
});

test('copy, where the client has a clipboard', async (t) => {
  const title = 'Copy TLA+ conversion prompt (etcd)';
  const without = new Client(t, newWorkspace(), { capabilities: everything() });
  await without.initialize();
  const titles = (await without.actions(await without.openFile('raft.go', 'go'))).map((action) => action.title);
  assert.ok(!titles.includes(title), 'copying is offered to a client without a clipboard');
  await without.shutdown();

  const capabilities = { ...everything(), experimental: { specls: { clipboard: true } } };
  const client = new Client(t, newWorkspace(), { capabilities });
  await client.initialize();
  const source = await client.openFile('raft.go', 'go');
  assert.deepEqual(await client.execute(await client.action(source, title)), { copied: true });
  assertPrompt(client, client.clipboard, 'Main Raft consensus algorithm implementation');
  await client.shutdown();
});
