// What passes between the server and an editor that knows specls: its model,
// its keys, its status bar, a reply pasted, a repair confirmed.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';

import { Client, everything, lsp, newWorkspace, toURI } from './client.mjs';
import { SlowModel } from './openai.mjs';

const module = '---- MODULE etcdraft ----\nEXTENDS Naturals\nVARIABLE x\nInit == x = 0\nNext == x\' = x + 1\nSpec == Init /\\ [][Next]_x /\\ WF_x(Next)\n====\n';

const knowing = (...names) => ({
  ...everything(), experimental: { specls: Object.fromEntries(names.map((name) => [name, true])) },
});

test('the editor\'s own model, with a question first', async (t) => {
  const questions = [];
  const client = new Client(t, newWorkspace(), {
    capabilities: knowing('generate'), settings: { model: 'editor', repair: { rounds: 0 } },
    answer: ({ message }) => { questions.push(message); return 'Send, and don\'t ask again in this workspace'; },
  });
  const asked = [];
  client.connection.onRequest('specls/generate', async ({ id, prompt, turns }) => {
    asked.push({ prompt, turns });
    for (const text of [module.slice(0, 50), module.slice(50)]) {
      await client.connection.sendNotification('specls/generateProgress', { id, text });
    }
    return { finish: 'stop', model: 'the test\'s' };
  });
  await client.initialize();
  const source = await client.openFile('raft.go', 'go');
  const convert = await client.action(source, 'Convert to TLA+ (etcd)');
  const spec = toURI(path.join(client.dir, 'etcdraft.tla'));
  assert.deepEqual(await client.execute(convert), { uri: spec });
  assert.equal(client.text(spec), module);
  assert.equal(asked.length, 1);
  assert.deepEqual(asked[0].turns, []);
  assert.ok(asked[0].prompt.includes(fs.readFileSync(path.join(client.dir, 'raft.go'), 'utf8')));
  await client.execute(convert);
  assert.equal(questions.length, 1, 'asked again');
  await client.shutdown();
});

test('a key from the editor, and the models it makes usable', async (t) => {
  const model = new SlowModel(t, module);
  const { OPENAI_BASE_URL } = await model.listen();
  const client = new Client(t, newWorkspace(), {
    capabilities: everything(), settings: { model: 'openai:slow', repair: { rounds: 0 } }, answer: () => 'Send',
    environment: { OPENAI_BASE_URL, OPENAI_API_KEY: '' },
  });
  await client.initialize();
  await client.connection.sendNotification('specls/setKey', { backend: 'openai', key: 'key-of-the-editor' });
  const source = await client.openFile('raft.go', 'go');
  const { models } = await client.execute({ title: '', command: 'specls.models', arguments: [{}] });
  assert.ok(models.some(({ name, usable }) => name === 'builtin' && usable));
  const estimate = await client.execute({ title: '', command: 'specls.estimate', arguments: [{ uri: source }] });
  assert.equal(estimate.host, new URL(OPENAI_BASE_URL).host);
  assert.deepEqual([estimate.profile, ...estimate.profiles], ['etcd', 'etcd', 'raftkvs']);
  model.finish();
  await client.execute(await client.action(source, 'Convert to TLA+ (etcd)'));
  assert.equal(model.requests[0].authorization, 'Bearer key-of-the-editor');
  assert.ok(!client.complaint('').includes('key-of-the-editor'), 'the key was said or logged');
  await client.shutdown();
});

test('the status of a specification', async (t) => {
  const client = new Client(t, newWorkspace(), { capabilities: knowing('status') });
  client.notified('specls/status', () => {});
  await client.initialize();
  const uri = toURI(path.join(client.dir, 'etcdraft.tla'));
  await client.open(uri, 'tlaplus', module.replace('====', ''));
  const told = await client.until('the status', () => client.all('specls/status').at(-1));
  assert.deepEqual(Object.keys(told).sort(), ['errors', 'model', 'profile', 'requirements', 'requirementsMet', 'uri', 'warnings']);
  assert.deepEqual([told.uri, told.profile, told.model], [uri, 'etcd', 'builtin']);
  assert.ok(told.errors > 0 && told.requirements > 0);
  await client.replace(uri, 'WF_x(Next)\n', 'WF_x(Next)\n====');
  await client.until('fewer errors', () => client.all('specls/status').at(-1).errors < told.errors);
  await client.shutdown();
});

test('a reply that was pasted', async (t) => {
  // Other tests have replies of their own, which are not to be cleared.
  const state = fs.mkdtempSync(path.join(os.tmpdir(), 'specls-state-'));
  t.after(() => fs.rmSync(state, { recursive: true, force: true }));
  const client = new Client(t, newWorkspace(), { capabilities: everything(), environment: { XDG_STATE_HOME: state } });
  await client.initialize();
  const source = await client.openFile('raft.go', 'go');
  const paste = { title: '', command: 'specls.useReply', arguments: [{ uri: source, profile: 'etcd', text: `Sure!\n\`\`\`tla\n${module}\`\`\`\n` }] };
  const spec = toURI(path.join(client.dir, 'etcdraft.tla'));
  assert.deepEqual(await client.execute(paste), { uri: spec });
  assert.equal(client.text(spec), module);
  assert.deepEqual(await client.execute({ title: '', command: 'specls.clearReplies', arguments: [{}] }), { removed: 1 });
  await client.shutdown();
});

test('a repair that is confirmed', async (t) => {
  const model = new SlowModel(t, module);
  const environment = await model.listen();
  const capabilities = everything();
  capabilities.workspace.workspaceEdit.changeAnnotationSupport = {};
  const client = new Client(t, newWorkspace(), { capabilities, settings: { model: 'openai:slow' }, environment, answer: () => 'Send' });
  await client.initialize();
  const uri = toURI(path.join(client.dir, 'etcdraft.tla'));
  await client.open(uri, 'tlaplus', module.replace('x = 0', 'x = Zero'));
  const [finding] = (await client.check(uri)).filter(({ code }) => code !== 'source-changed');
  model.finish();
  const actions = await client.actions(uri, finding.range);
  assert.ok(actions.some(({ title, kind }) => title.startsWith('Ask the model to fix this: ') && kind === 'quickfix'));
  assert.deepEqual(await client.execute(actions.find(({ title }) => title === 'Repair with the model')), { uri });
  assert.equal(client.text(uri), module);
  const [{ edit }] = client.all(lsp.ApplyWorkspaceEditRequest.method);
  for (const { annotationId } of edit.documentChanges[0].edits) {
    assert.equal(edit.changeAnnotations[annotationId].needsConfirmation, true);
  }
  await client.shutdown();
});
