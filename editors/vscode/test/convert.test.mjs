// From a Go file to a specification, and what can go wrong on the way.

import assert from 'node:assert/strict';
import test from 'node:test';
import { Code, newWorkspace } from './editor.mjs';

test('in VS Code', async (t) => {
  const code = await Code.start(t);

  await t.test('convert with builtin: the specification is beside the source and has no squiggle', async (t) => {
    const window = await code.window(t, newWorkspace(), 'raft.go');
    await window.command('specls: Convert Go File to TLA+');
    await window.pick('Convert raft.go to TLA+', 'etcd');
    await window.row('builtin').getByText('sends nothing').waitFor();
    await window.screenshot('choose a model');
    await window.pick('(etcd)', 'builtin');
    await window.notification('etcdraft.tla written by').waitFor();
    await window.tab('etcdraft.tla').waitFor();
    await window.editor('etcdraft.tla').getByText('MODULE etcdraft').waitFor();
    assert.ok(await window.editor('raft.go').isVisible(), 'the source is still to be seen');
    const [source, specification] = await Promise.all([window.editor('raft.go').boundingBox(), window.editor('etcdraft.tla').boundingBox()]);
    assert.ok(specification.x >= source.x + source.width, 'the specification is beside the source');
    await window.statusBar('etcd').waitFor();
    await window.command('Problems: Focus on Problems View');
    await window.page.getByText('No problems have been detected').waitFor();
    assert.equal(await window.squiggles('etcdraft.tla').count(), 0);
    await window.screenshot('converted');
    assert.match(await window.save('etcdraft.tla'), /^---- MODULE etcdraft ----\n/);
  });
});
