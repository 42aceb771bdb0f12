// A server that dies.

import assert from 'node:assert/strict';
import test from 'node:test';
import { breaches } from './broken.mjs';
import { Code, newWorkspace, until } from './editor.mjs';

test('in VS Code, the server is killed', async (t) => {
  const code = await Code.start(t);
  const original = code.specification('etcd');
  const window = await code.window(t, newWorkspace({ 'etcdraft.tla': original }), 'etcdraft.tla');
  await window.statusBar(/etcd · .*builtin/).waitFor();
  const kill = async () => {
    const [pid, ...others] = code.servers();
    assert.deepEqual(others, []);
    process.kill(pid, 'SIGKILL');
    await until('a new server', () => code.servers().length === 1 && code.servers()[0] !== pid);
    await window.statusBar(/etcd · .*builtin/).waitFor();
  };
  const crashed = window.notification('The server of specls crashed');

  await t.test('and comes back, with one message', async () => {
    await kill();
    await crashed.waitFor();
    await kill();
    assert.deepEqual(await window.notifications.count(), 1, 'the second crash is not told, nor what failed meanwhile');
    await crashed.getByRole('button', { name: 'Show Log' }).click();
    await window.page.locator('.monaco-editor[data-uri^="output:specls"]').waitFor();
    await window.screenshot('killed');
  });

  await t.test('and then checks as before', async () => {
    await window.show('etcdraft.tla');
    await window.write('etcdraft.tla', breaches.find(({ rule }) => rule === 'fairness').break(original));
    await window.command('Problems: Focus on Problems View');
    await window.problem('fairness').waitFor();
  });
});
