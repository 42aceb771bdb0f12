// Replies that did not come whole, or not from a model.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { Code, newWorkspace } from './editor.mjs';
import { ScriptedModel } from './model.mjs';

test('in VS Code', async (t) => {
  const model = await ScriptedModel.start(t);
  const code = await Code.start(t, { environment: model.environment });
  const specification = code.specification('etcd');
  const scenario = (name, run) => t.test(name, async (t) => run(await code.window(t, newWorkspace(), 'raft.go')));

  await scenario('paste a reply', async (window) => {
    await window.page.evaluate((text) => navigator.clipboard.writeText(text), `Here you are:\n\n\`\`\`tla\n${specification}\`\`\`\n`);
    await window.command('specls: Use the Reply in the Clipboard');
    await window.pick('The clipboard as the reply for raft.go', 'etcd');
    await window.editor('etcdraft.tla').getByText('MODULE etcdraft').waitFor();
    assert.equal(await window.save('etcdraft.tla'), specification);
  });

  await scenario('use a reply from a file', async (window) => {
    fs.writeFileSync(path.join(window.directory, 'reply.txt'), specification);
    await window.command('specls: Use a Reply from a File');
    await window.pick('The file with the reply', 'reply.txt');
    await window.pick('reply.txt as the reply for raft.go', 'etcd');
    await window.editor('etcdraft.tla').getByText('MODULE etcdraft').waitFor();
    assert.equal(await window.save('etcdraft.tla'), specification);
  });

  await scenario('a reply that was cut off is continued', async (window) => {
    const half = specification.indexOf('BecomeLeader') + 'Become'.length;
    const pieces = [[specification.slice(0, half), 'length'], [specification.slice(half), 'stop']];
    model.answer = (exchange) => exchange.send(...pieces.shift());
    await window.convert('etcd', 'openai', 'brief');
    await window.agree(model.host);
    await window.notifications.getByRole('button', { name: 'Continue the reply' }).waitFor();
    await window.screenshot('cut off');
    await window.notifications.getByRole('button', { name: 'Continue the reply' }).click();
    await window.editor('etcdraft.tla').getByText('MODULE etcdraft').waitFor();
    assert.equal(await window.save('etcdraft.tla'), specification);
  });
});
