// A specification that a model repairs.

import assert from 'node:assert/strict';
import test from 'node:test';
import { breaches } from './broken.mjs';
import { Code, newWorkspace, until } from './editor.mjs';
import { ScriptedModel } from './model.mjs';

test('in VS Code, a repair', async (t) => {
  const model = await ScriptedModel.start(t);
  const code = await Code.start(t, { environment: model.environment });
  const original = code.specification('etcd');
  const broken = breaches.find(({ rule }) => rule === 'unknown-name').break(original);
  model.answer = (exchange) => exchange.send(original, 'stop');

  const repair = async (t) => {
    const window = await code.window(t, newWorkspace({ 'etcdraft.tla': broken }), 'etcdraft.tla');
    await window.statusBar(/etcd · .*builtin/).waitFor();
    await window.command('specls: Repair the Specification with a Model');
    await window.pick('Repair etcdraft.tla', 'openai:');
    await window.type('Repair etcdraft.tla', 'mender');
    await window.agree(model.host);
    await window.tab('etcdraft.tla ↔ repaired').waitFor();
    return window;
  };

  await t.test('is shown as a diff and accepted', async (t) => {
    const window = await repair(t);
    await window.page.locator('.monaco-diff-editor .line-insert').first().waitFor();
    await window.screenshot('repair');
    assert.equal(window.read('etcdraft.tla'), broken, 'nothing is changed before it is accepted');
    await window.notification('Accept it?').getByRole('button', { name: 'Accept' }).click();
    await window.tab('↔').waitFor({ state: 'detached' });
    await until('the repaired text', async () => await window.save('etcdraft.tla') === original);
  });

  await t.test('is shown as a diff and discarded', async (t) => {
    const window = await repair(t);
    await window.command('specls: Discard the Repair');
    await window.tab('↔').waitFor({ state: 'detached' });
    await window.notification('etcdraft.tla is as it was').waitFor();
    assert.equal(await window.save('etcdraft.tla'), broken);
  });
});
