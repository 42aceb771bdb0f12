// A real VS Code, code-server's, in a real browser. Everything here waits for
// what is on the screen or on the disk; nothing waits for a time to pass, and
// nothing is tried again that failed.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { chromium } from 'playwright-core';

const environment = (name) => process.env[name] ?? assert.fail(`${name} is not set: run these tests by go test`);

/** How long to wait for what must come, in milliseconds. No measure of speed. */
export const patience = 60_000;

const settings = {
  'files.autoSave': 'off',
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'extensions.ignoreRecommendations': true,
  'extensions.autoCheckUpdates': false,
  'security.workspace.trust.enabled': false,
  'editor.fontFamily': 'JetBrains Mono, DejaVu Sans Mono, monospace',
  'editor.minimap.enabled': false,
  'window.commandCenter': false,
  'workbench.reduceMotion': 'on',
  'workbench.editor.useModal': 'off',
  'git.enabled': false,
};

/** until waits for a condition, and fails saying what did not come. */
export async function until(what, condition) {
  for (const start = Date.now(); Date.now() - start < patience;) {
    const value = await condition();
    if (value) return value;
    await pause(50);
  }
  return assert.fail(`${what} did not come`);
}

/** newWorkspace returns a directory with etcd's raft.go, and other files by name. */
export function newWorkspace(files = {}) {
  const directory = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'specls-vscode-')));
  for (const name of ['raft.go', 'go.mod']) {
    fs.copyFileSync(path.join(environment('SPECLS_TEST_WORKSPACE'), name), path.join(directory, name));
  }
  for (const [name, content] of Object.entries(files)) fs.writeFileSync(path.join(directory, name), content);
  return directory;
}

/** The server of VS Code. Options: settings (beside those above), environment, profile (of the login shell), package (of specls), vsix (more extensions). */
export class Code {
  static async start(t, options = {}) {
    const code = new Code();
    code.home = fs.mkdtempSync(path.join(os.tmpdir(), 'specls-code-'));
    const data = path.join(code.home, 'data');
    fs.mkdirSync(path.join(data, 'User'), { recursive: true });
    fs.writeFileSync(path.join(data, 'User', 'settings.json'), JSON.stringify({ ...settings, ...options.settings }));
    fs.writeFileSync(path.join(code.home, '.profile'), options.profile ?? '');
    code.environment = {
      ...process.env, SHELL: '/bin/bash', HOME: code.home,
      XDG_CONFIG_HOME: path.join(code.home, 'config'), XDG_STATE_HOME: path.join(code.home, 'state'),
      XDG_DATA_HOME: path.join(code.home, 'share'), XDG_CACHE_HOME: path.join(code.home, 'cache'),
      ...options.environment,
    };
    code.common = ['--user-data-dir', data, '--extensions-dir', path.join(code.home, 'extensions'), '--disable-telemetry', '--disable-update-check'];
    for (const vsix of [options.package ?? environment('SPECLS_TEST_VSIX'), ...options.vsix ?? []]) await code.install(vsix);
    await code.listen(t);
    code.browser = await chromium.launch({ executablePath: environment('SPECLS_TEST_CHROMIUM'), args: ['--no-sandbox'] });
    t.after(() => code.stop());
    return code;
  }

  /** The path of the packaged server. */
  get binary() {
    const extensions = path.join(this.home, 'extensions');
    const name = fs.readdirSync(extensions).find((entry) => entry.startsWith('specls.specls-'));
    return path.join(extensions, name, 'server', 'specls');
  }

  /** Returns the specification that the packaged server makes of etcd's raft.go on the command line. */
  specification(profile) {
    const directory = newWorkspace();
    execFileSync(this.binary, ['convert', '--profile', profile, '--model', 'builtin', '--out', directory, 'raft.go'], { cwd: directory, env: this.environment, stdio: 'pipe' });
    const text = fs.readFileSync(path.join(directory, fs.readdirSync(directory).find((name) => name.endsWith('.tla'))), 'utf8');
    fs.rmSync(directory, { recursive: true });
    return text;
  }

  /** The process ids of the servers of specls that run in this VS Code. */
  servers() {
    return fs.readdirSync('/proc').filter((pid) => /^\d+$/.test(pid)).filter((pid) => {
      try {
        const [program, command] = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return path.basename(program) === 'specls' && command === 'serve' && fs.readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`HOME=${this.home}`);
      } catch {
        return false; // It has just ended.
      }
    }).map(Number);
  }

  run(args) {
    const entry = path.join(environment('SPECLS_TEST_CODE_SERVER'), 'out', 'node', 'entry.js');
    const child = spawn(process.execPath, [entry, ...this.common, ...args], { env: this.environment });
    this.output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => { this.output += data; });
    return child;
  }

  async install(vsix) {
    const [status] = await once(this.run(['--install-extension', vsix]), 'exit');
    assert.equal(status, 0, `installing ${vsix}: ${this.output}`);
  }

  async listen() {
    this.server = this.run(['--auth', 'none', '--bind-addr', '127.0.0.1:0']);
    for await (const line of createInterface(this.server.stdout)) {
      const match = /HTTP server listening on http:\/\/(\S+?)\/?$/.exec(line.trim());
      if (match) {
        this.address = match[1];
        return;
      }
    }
    assert.fail(`code-server did not start: ${this.output}`);
  }

  async stop() {
    await this.browser?.close();
    if (this.server.exitCode === null) {
      this.server.kill();
      await once(this.server, 'exit');
    }
    fs.rmSync(this.home, { recursive: true, force: true });
  }

  /** Opens a window on a workspace, with a file of it. */
  async window(t, directory, file) {
    const context = await this.browser.newContext({ viewport: { width: 1400, height: 900 }, permissions: ['clipboard-read', 'clipboard-write'] });
    const page = await context.newPage();
    page.setDefaultTimeout(patience);
    const window = new Window(page, directory);
    t.after(async () => {
      if (!t.passed) await window.screenshot(`failed ${t.name}`).catch(() => undefined);
      await context.close();
      fs.rmSync(directory, { recursive: true, force: true });
    });
    const query = new URLSearchParams({ folder: directory });
    if (file !== undefined) query.set('payload', JSON.stringify([['openFile', `vscode-remote://${this.address}${path.join(directory, file)}`]]));
    await page.goto(`http://${this.address}/?${query}`);
    await page.locator('.monaco-workbench').waitFor();
    if (file !== undefined) await page.locator(`.monaco-editor[data-uri$="/${file}"] .view-line`).first().waitFor();
    return window;
  }
}

/** A window of VS Code: what a person sees and does. */
export class Window {
  constructor(page, directory) {
    this.page = page;
    this.directory = directory;
  }

  /** Makes the editor of a file the active one. */
  async show(name) {
    await this.tab(name).click();
    await this.page.locator(`.monaco-editor.focused[data-uri$="/${name}"]`).waitFor();
  }

  tab(name) {
    return this.page.locator('.tabs-container .tab').filter({ hasText: name });
  }

  /** The editor that shows a file. */
  editor(name) {
    return this.page.locator(`.monaco-editor[data-uri$="/${name}"]`).first();
  }

  squiggles(name, kind = 'error') {
    return this.editor(name).locator(`.squiggly-${kind}`);
  }

  /** The rows of the Problems view that hold findings. */
  get problems() {
    return this.page.locator('.markers-panel .monaco-list-row:has(.marker-code)');
  }

  get notifications() {
    return this.page.locator('.notification-list-item');
  }

  notification(text) {
    return this.notifications.filter({ hasText: text });
  }

  get quickInput() {
    return this.page.locator('.quick-input-widget');
  }

  row(label) {
    return this.quickInput.locator('.monaco-list-row').filter({ hasText: label });
  }

  statusBar(text) {
    return this.page.locator('.statusbar-item[id*="specls"]').filter({ hasText: text });
  }

  /** Runs a command by its title, from the palette. */
  async command(title) {
    await this.page.keyboard.press('F1');
    const input = this.quickInput.locator('.quick-input-box input');
    await input.and(this.page.locator(':focus')).waitFor();
    // The palette does not show what is registered while it is open, as all is
    // while a window starts.
    const row = this.quickInput.locator('.monaco-list-row.focused').filter({ hasText: title });
    await until(`the command ${title}`, async () => {
      await input.fill('>');
      await input.fill(`>${title}`);
      return row.waitFor({ timeout: 2_000 }).then(() => true, () => false);
    });
    await this.page.keyboard.press('Enter');
  }

  /** The titles of the commands that the palette has for what is typed; at least one of them is awaited. */
  async commands(typed) {
    await this.page.keyboard.press('F1');
    await this.quickInput.locator('.quick-input-box input').fill(`>${typed}`);
    await this.row(typed).first().waitFor();
    const titles = await this.row(typed).locator('.label-name').allInnerTexts();
    await this.page.keyboard.press('Escape');
    return titles;
  }

  /** Chooses a row of the quick pick that is shown under a title. */
  async pick(title, label) {
    await this.quickInput.getByText(title, { exact: false }).first().waitFor();
    await this.row(label).first().click();
  }

  /** Types into the input box that is shown under a title. */
  async type(title, text) {
    await this.quickInput.getByText(title, { exact: false }).first().waitFor();
    await this.quickInput.locator('.quick-input-box input').fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Converts the Go file at hand by a profile, with a model of a back end. */
  async convert(profile, backend, model) {
    await this.command('specls: Convert Go File to TLA+');
    await this.pick('Convert raft.go to TLA+', profile);
    await this.pick(`(${profile})`, `${backend}:`);
    await this.type(`(${profile})`, model);
  }

  /** The row of the Problems view with a finding of a rule. It is clicked at its message, since it has a link too. */
  problem(rule) {
    return this.problems.filter({ has: this.page.locator('.marker-code', { hasText: new RegExp(`^${rule}$`) }) });
  }

  /** Opens the file at a finding, and the menu of its fixes, and applies one. */
  async applyFix(name, rule, title) {
    await this.problem(rule).first().locator('.marker-message').dblclick({ position: { x: 5, y: 5 } });
    await this.page.locator(`.monaco-editor.focused[data-uri$="/${name}"]`).waitFor();
    // VS Code asks for the fixes when the key is pressed, and shows no menu where
    // the server has not seen the last change yet: then one presses it again.
    const fix = this.page.locator('.action-widget .monaco-list-row').filter({ hasText: title }).first();
    await until(`the fix "${title}"`, async () => {
      await this.page.keyboard.press('Escape');
      await this.page.keyboard.press('Control+.');
      return fix.waitFor({ timeout: 5000 }).then(() => true, () => false);
    });
    await fix.click();
  }

  /** Agrees to send the source to a host. */
  async agree(host) {
    await this.notification(host).getByRole('button', { name: 'Send', exact: true }).click();
  }

  /** Puts the file as it is on the disk into its editor, which must be the active one. */
  async write(name, content) {
    fs.writeFileSync(path.join(this.directory, name), content);
    await this.command('File: Revert File');
  }

  async save(name) {
    await this.page.keyboard.press('Control+s');
    await this.tab(name).and(this.page.locator(':not(.dirty)')).waitFor();
    return this.read(name);
  }

  read(name) {
    return fs.readFileSync(path.join(this.directory, name), 'utf8');
  }

  exists(name) {
    return fs.existsSync(path.join(this.directory, name));
  }

  async screenshot(name) {
    const directory = environment('SPECLS_TEST_SCREENSHOTS');
    fs.mkdirSync(directory, { recursive: true });
    await this.page.screenshot({ path: path.join(directory, `${name.replaceAll(/[^A-Za-z0-9-]+/g, '-')}.png`) });
  }
}
