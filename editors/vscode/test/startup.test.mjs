// When the extension is activated, and what it does where it may not do all.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { breaches } from './broken.mjs';
import { Code, newWorkspace, until } from './editor.mjs';

const breach = breaches.find(({ rule }) => rule === 'fairness');

test('in VS Code', async (t) => {
  const code = await Code.start(t);
  const running = async (window) => {
    await window.command('Developer: Show Running Extensions');
    await window.page.locator('.runtime-extensions-editor .extension').filter({ hasText: 'Activation' }).first().waitFor();
    return window.page.locator('.runtime-extensions-editor .extension').filter({ hasText: 'specls' });
  };

  await t.test('nothing is started where no Go or TLA+ file is open', async (t) => {
    const window = await code.window(t, newWorkspace({ 'notes.txt': 'Nothing to convert.\n' }), 'notes.txt');
    assert.equal(await (await running(window)).count(), 0);
    assert.deepEqual(code.servers(), []);
  });

  await t.test('a Go file activates the extension', async (t) => {
    const window = await code.window(t, newWorkspace(), 'raft.go');
    await until('the server', () => code.servers().length === 1);
    const [activation] = await (await running(window)).filter({ hasText: 'Activation' }).allInnerTexts();
    t.diagnostic(`activation: ${/\d+ms/.exec(activation)?.[0]}`);
    await window.screenshot('activation');
  });

  await t.test('the settings are those of the server', async (t) => {
    const window = await code.window(t, newWorkspace(), 'raft.go');
    await window.command('Preferences: Open Settings (UI)');
    await window.page.locator('.settings-editor .suggest-input-container .monaco-editor').first().click();
    await window.page.keyboard.type('specls.');
    await window.page.locator('.settings-editor').getByText('Library Paths').waitFor();
  });
});

test('in an untrusted workspace there are findings and nothing else', async (t) => {
  const code = await Code.start(t, { settings: { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never' } });
  const window = await code.window(t, newWorkspace({ 'etcdraft.tla': breach.break(code.specification('etcd')) }), 'etcdraft.tla');
  await window.command('Problems: Focus on Problems View');
  await window.problem('fairness').waitFor();
  const commands = await window.commands('specls:');
  assert.ok(commands.some((title) => title.includes('Show the Log')), commands.join());
  assert.ok(!commands.some((title) => /Repair|Set a Key|Choose the Model/.test(title)), commands.join());
  await window.screenshot('untrusted');
});

test('the universal package', async (t) => {
  const other = await Code.start(t);
  const universal = process.env.SPECLS_TEST_UNIVERSAL_VSIX;
  const broken = breach.break(other.specification('etcd'));
  const show = async (t, code) => code.window(t, newWorkspace({ 'etcdraft.tla': broken }), 'etcdraft.tla');

  await t.test('takes the server on the path', async (t) => {
    // VS Code asks the login shell for the path.
    const code = await Code.start(t, { package: universal, profile: `PATH=${path.dirname(other.binary)}:$PATH\n` });
    const window = await show(t, code);
    await window.command('Problems: Focus on Problems View');
    await window.problem('fairness').waitFor();
  });

  await t.test('takes the server that a setting names, but not a workspace\'s', async (t) => {
    const code = await Code.start(t, { package: universal, profile: 'PATH=/usr/bin:/bin\n', settings: { 'specls.server.path': other.binary } });
    const directory = newWorkspace({ 'etcdraft.tla': broken });
    fs.mkdirSync(path.join(directory, '.vscode'));
    fs.writeFileSync(path.join(directory, '.vscode', 'settings.json'), JSON.stringify({ 'specls.server.path': '/bin/false' }));
    const window = await code.window(t, directory, 'etcdraft.tla');
    await window.command('Problems: Focus on Problems View');
    await window.problem('fairness').waitFor();
  });

  await t.test('says where there is no server', async (t) => {
    const window = await show(t, await Code.start(t, { package: universal, profile: 'PATH=/usr/bin:/bin\n' }));
    await window.notification('There is no specls on the path').getByRole('button', { name: 'Open Settings' }).waitFor();
  });
});
