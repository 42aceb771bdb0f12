// Beside other extensions. The one for TLA+ is not to be had from a package
// registry, so a stand-in contributes what it does: the same languages, a
// grammar of the same scope, and commands.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { breaches } from './broken.mjs';
import { Code, newWorkspace } from './editor.mjs';

const vsce = fileURLToPath(new URL('../node_modules/@vscode/vsce/vsce', import.meta.url));

// pack makes a package of an extension.
function pack(manifest, files) {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'specls-stand-in-'));
  const complete = { version: '1.0.0', engines: { vscode: '^1.91.0' }, main: './main.js', ...manifest };
  for (const [name, content] of Object.entries({ 'package.json': JSON.stringify(complete), 'README.md': 'A stand-in.', LICENSE: 'None.', ...files })) {
    fs.writeFileSync(path.join(directory, name), content);
  }
  const out = path.join(directory, 'stand-in.vsix');
  execFileSync(process.execPath, [vsce, 'package', '--no-dependencies', '--allow-missing-repository', '--out', out], { cwd: directory, stdio: 'pipe' });
  return out;
}

const tlaplus = () => pack({
  name: 'vscode-ide', publisher: 'tlaplus', activationEvents: [],
  contributes: {
    languages: [
      { id: 'tlaplus', aliases: ['TLA+'], extensions: ['.tla'], configuration: './language.json' },
      { id: 'tlaplus_cfg', extensions: ['.cfg'], configuration: './language.json' },
    ],
    grammars: [{ language: 'tlaplus', scopeName: 'source.tlaplus', path: './grammar.json' }],
    commands: [{ command: 'tlaplus.parse', title: 'Parse module', category: 'TLA+' }],
  },
}, {
  'main.js': 'const { commands, window } = require("vscode"); exports.activate = () => commands.registerCommand("tlaplus.parse", () => window.showInformationMessage("parsed by the other one"));',
  'language.json': JSON.stringify({ comments: { lineComment: '\\*', blockComment: ['(*', '*)'] }, brackets: [['(', ')']] }),
  'grammar.json': JSON.stringify({ scopeName: 'source.tlaplus', patterns: [{ name: 'keyword.other.tlaplus', match: '\\b(MODULE|EXTENDS|VARIABLES|CONSTANTS)\\b' }] }),
});

// A language model as other extensions bring it; it writes what a file holds.
const languageModel = () => pack({
  name: 'model', publisher: 'stand-in', engines: { vscode: '^1.104.0' }, activationEvents: [],
  contributes: { languageModelChatProviders: [{ vendor: 'stand-in', displayName: 'Stand-in' }] },
}, {
  'main.js': `
    const fs = require('node:fs');
    const { LanguageModelTextPart, lm } = require('vscode');
    exports.activate = (context) => context.subscriptions.push(lm.registerLanguageModelChatProvider('stand-in', {
      provideLanguageModelChatInformation: () => [{ id: 'one', name: 'The One', family: 'one', version: '1', maxInputTokens: 1_000_000, maxOutputTokens: 100_000, capabilities: {}, isUserSelectable: true }],
      provideLanguageModelChatResponse: async (model, messages, options, progress) => {
        for (const piece of fs.readFileSync(process.env.STAND_IN_REPLY, 'utf8').match(/[^]{1,2000}/g)) progress.report(new LanguageModelTextPart(piece));
      },
      provideTokenCount: async () => 1,
    }));`,
});

test('the model of the editor is another extension\'s', async (t) => {
  const reply = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'specls-reply-')), 'reply.txt');
  const code = await Code.start(t, { vsix: [languageModel()], settings: { 'chat.disableAIFeatures': false }, environment: { STAND_IN_REPLY: reply } });
  const specification = code.specification('etcd');
  fs.writeFileSync(reply, specification);
  const window = await code.window(t, newWorkspace(), 'raft.go');
  await window.command('specls: Convert Go File to TLA+');
  await window.pick('Convert raft.go to TLA+', 'etcd');
  await window.pick('(etcd)', 'editor');
  await window.agree('the editor');
  await window.editor('etcdraft.tla').getByText('MODULE etcdraft').waitFor();
  assert.equal(await window.save('etcdraft.tla'), specification);
});

test('beside the extension for TLA+ nothing is doubled', async (t) => {
  const code = await Code.start(t, { vsix: [tlaplus()] });
  const broken = breaches.find(({ rule }) => rule === 'fairness').break(code.specification('etcd'));
  const window = await code.window(t, newWorkspace({ 'etcdraft.tla': broken, 'etcdraft.cfg': 'SPECIFICATION Spec\n' }), 'etcdraft.tla');
  await window.command('Problems: Focus on Problems View');
  await window.problem('fairness').waitFor();
  assert.equal(await window.problem('fairness').count(), 1);

  assert.equal((await window.commands('TLA+: Parse module')).length, 1);
  assert.equal((await window.commands('specls: Apply All Safe Fixes')).length, 1);
  await window.show('etcdraft.tla');
  await window.command('TLA+: Parse module');
  await window.notification('parsed by the other one').waitFor();

  await window.command('Change Language Mode');
  await window.quickInput.locator('.quick-input-box input').fill('TLA+');
  await window.row('TLA+').first().waitFor();
  assert.deepEqual((await window.row('TLA+').locator('.label-name').allInnerTexts()).filter((name) => name.startsWith('TLA+')), ['TLA+']);
  await window.page.keyboard.press('Escape');

  // One of the two grammars colours a keyword: it has a class beside the plain one's.
  const token = window.editor('etcdraft.tla').locator('.view-line span[class^="mtk"]').filter({ hasText: /^EXTENDS$/ });
  await token.waitFor();
  assert.ok(!(await token.getAttribute('class')).split(' ').includes('mtk1'));
  await window.screenshot('beside the extension for TLA+');
});
