// From a Go file to a specification, and what can go wrong on the way.

import assert from 'node:assert/strict';
import test from 'node:test';
import { Code, newWorkspace, until } from './editor.mjs';
import { ScriptedModel } from './model.mjs';

const key = 'key-of-the-test';

test('in VS Code', async (t) => {
  const model = await ScriptedModel.start(t);
  const code = await Code.start(t, { environment: model.environment });
  const scenario = (name, run) => t.test(name, async (t) => run(await code.window(t, newWorkspace(), 'raft.go'), t));

  await scenario('convert with builtin: the specification is beside the source and has no squiggle', async (window) => {
    await window.command('specls: Convert Go File to TLA+');
    await window.pick('Convert raft.go to TLA+', 'etcd');
    await window.row('builtin').getByText('sends nothing').waitFor();
    await window.screenshot('choose a model');
    await window.pick('(etcd)', 'builtin');
    await window.notification('etcdraft.tla written by').waitFor();
    await window.editor('etcdraft.tla').getByText('MODULE etcdraft').waitFor();
    assert.ok(await window.editor('raft.go').isVisible(), 'the source is still to be seen');
    const [source, specification] = await Promise.all([window.editor('raft.go').boundingBox(), window.editor('etcdraft.tla').boundingBox()]);
    assert.ok(specification.x >= source.x + source.width, 'the specification is beside the source');
    await window.statusBar(/etcd · .*builtin/).waitFor();
    await window.command('Problems: Focus on Problems View');
    await window.page.getByText('No problems have been detected').waitFor();
    assert.equal(await window.squiggles('etcdraft.tla').count(), 0);
    await window.screenshot('converted');
    assert.match(await window.save('etcdraft.tla'), /^---- MODULE etcdraft ----\n/);
  });

  await scenario('preview the prompt, as a document that is on no disk', async (window) => {
    await window.command('specls: Preview the Conversion Prompt');
    await window.pick('The prompt for raft.go', 'etcd');
    await window.tab(/etcd prompt for raft\.go, about [\d,]+ tokens/).waitFor();
    await window.page.locator('.monaco-editor[data-uri^="specls-prompt:"] .view-line').first().waitFor();
    assert.ok(await window.editor('raft.go').isVisible(), 'the source is still to be seen');
    await window.screenshot('prompt');
  });

  await scenario('copy the prompt', async (window) => {
    await window.command('specls: Copy the Conversion Prompt');
    await window.pick('The prompt for raft.go', 'raftkvs');
    await window.notification('The raftkvs prompt for raft.go is in the clipboard').waitFor();
    const copied = await window.page.evaluate(() => navigator.clipboard.readText());
    assert.ok(copied.includes('raftkvs') && copied.includes('func (r *raft) Step'), 'the prompt with the source is in the clipboard');
  });

  await scenario('cancel a slow model', async (window) => {
    model.answer = (exchange) => exchange.send('---- MODULE etcdraft ----\n');
    await window.convert('etcd', 'openai', 'slow');
    await window.agree(model.host);
    const progress = window.notification('Convert raft.go to TLA+ (etcd)');
    await progress.getByText('characters').waitFor();
    await window.screenshot('progress');
    await progress.getByRole('button', { name: 'Cancel' }).click();
    await until('the end of the request', () => model.exchanges.at(-1).hungUp);
    await progress.waitFor({ state: 'detached' });
    assert.ok(!window.exists('etcdraft.tla'));
  });

  await scenario('a key goes from the secret store to the model, and a bad one is told', async (window) => {
    await window.command('specls: Set a Key');
    await window.pick('Set the key of which model?', 'openai');
    await window.type('The key of openai', key);
    await window.notification('The key of openai is in the secret store').waitFor();
    model.answer = (exchange) => exchange.fail(401, 'Incorrect API key provided');
    await window.convert('etcd', 'openai', 'strict');
    await window.agree(model.host);
    // A notification goes away by itself; in the list of them it stays.
    await until('the answer', () => model.exchanges.at(-1)?.authorization);
    await window.command('Notifications: Show Notifications');
    await window.notification(/key/).filter({ hasText: '401' }).waitFor();
    await window.screenshot('bad key');
    assert.equal(model.exchanges.at(-1).authorization, `Bearer ${key}`);
    assert.ok(!(await window.page.content()).includes(key), 'the key is not on the screen');
    assert.ok(!window.exists('etcdraft.tla'));
  });

  await scenario('nothing is sent where the person does not agree', async (window) => {
    const before = model.exchanges.length;
    await window.convert('etcd', 'openai', 'unwanted');
    await window.notification(model.host).getByRole('button', { name: 'Cancel' }).click();
    await window.notifications.first().waitFor({ state: 'detached' });
    assert.equal(model.exchanges.length, before);
  });
});
