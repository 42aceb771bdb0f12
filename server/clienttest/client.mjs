// An editor without a screen, on VS Code's protocol library. It keeps its
// documents as an editor does and holds all that the server sends to the
// protocol: values must satisfy the library's own type guards, ranges must lie
// in the document, edits must name its version, and a request or notification
// that the client's capabilities do not allow for fails the test.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const require = createRequire(path.join(process.env.SPECLS_TEST_NODE_MODULES, 'any.js'));
export const lsp = require('vscode-languageserver-protocol/node');
const { TextDocument } = require('vscode-languageserver-textdocument');

// How long to wait for what must come, in milliseconds. No measure of speed.
const patience = 120_000;

// The capabilities of an editor that can do everything specls makes use of.
export const everything = () => ({
  general: { positionEncodings: ['utf-16'] },
  workspace: {
    applyEdit: true,
    workspaceEdit: { documentChanges: true, resourceOperations: ['create'] },
    configuration: true,
    didChangeConfiguration: {},
  },
  window: { workDoneProgress: true, showDocument: { support: true } },
  textDocument: {
    publishDiagnostics: { versionSupport: true, relatedInformation: true, tagSupport: { valueSet: [1, 2] } },
    codeAction: {
      codeActionLiteralSupport: { codeActionKind: { valueSet: ['', 'quickfix'] } },
      isPreferredSupport: true,
      dataSupport: true,
      resolveSupport: { properties: ['edit'] },
    },
  },
});

// newWorkspace returns a directory with a copy of etcd's raft.go.
export function newWorkspace() {
  const dir = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'specls-client-')));
  for (const name of ['raft.go', 'go.mod']) {
    fs.copyFileSync(path.join(process.env.SPECLS_TEST_WORKSPACE, name), path.join(dir, name));
  }
  return dir;
}

export const toURI = (file) => pathToFileURL(file).toString();
export const toPath = (uri) => fileURLToPath(uri);

export class Client {
  // Starts the server on a workspace. Options: capabilities (none), settings
  // (specls's section; the builtin model), environment, answer (a function from
  // a showMessageRequest's params to the title chosen).
  constructor(t, dir, options = {}) {
    this.dir = dir;
    this.capabilities = options.capabilities ?? {};
    this.settings = options.settings ?? { model: 'builtin' };
    this.answer = options.answer ?? (() => undefined);
    this.documents = new Map(); // by URI: what the editor has open
    this.diagnostics = new Map(); // by URI: the newest that were pushed
    this.events = []; // [method, params] of all that the server sent
    this.faults = []; // what broke the protocol
    this.waiting = new Set();
    this.stderr = '';

    this.process = spawn(process.env.SPECLS_TEST_BINARY, ['serve'], {
      cwd: dir, env: { ...process.env, ...options.environment },
    });
    this.process.stderr.on('data', (data) => { this.stderr += data; });
    this.process.on('exit', (code, signal) => {
      this.exitStatus = code ?? signal;
      this.wake();
    });
    this.connection = lsp.createProtocolConnection(this.process.stdout, this.process.stdin, {
      error: (message) => this.faults.push(message), warn() {}, info() {}, log() {},
    });
    this.serve();
    this.connection.listen();
    t.after(() => {
      this.process.kill();
      this.connection.dispose();
      fs.rmSync(dir, { recursive: true, force: true });
    });
  }

  // What the server may ask of this client, by its capabilities.
  serve() {
    const { window: w = {}, workspace: s = {}, experimental: e = {} } = this.capabilities;
    this.notified(lsp.PublishDiagnosticsNotification.method, (params) => this.published(params));
    this.notified(lsp.ShowMessageNotification.method, () => {});
    this.requested(lsp.ShowMessageRequest.method, (params) => {
      const title = this.answer(params);
      const choice = params.actions.find((action) => action.title === title);
      assert.ok(title === undefined || choice, `"${title}" is not among ${JSON.stringify(params.actions)}`);
      return choice ?? null;
    });
    if (s.applyEdit) {
      this.requested(lsp.ApplyWorkspaceEditRequest.method, (params) => {
        this.applyEdit(params.edit);
        return { applied: true };
      });
    }
    if (s.configuration) {
      this.requested(lsp.ConfigurationRequest.method, (params) => {
        return params.items.map((item) => (item.section === 'specls' ? this.settings : null));
      });
    }
    if (w.showDocument?.support) {
      this.requested(lsp.ShowDocumentRequest.method, () => ({ success: true }));
    }
    if (w.workDoneProgress) {
      this.requested(lsp.WorkDoneProgressCreateRequest.method, ({ token }) => { this.followProgress(token); return null; });
    }
    if (e.specls?.clipboard) {
      this.requested('specls/copyToClipboard', (params) => { this.clipboard = params.text; return null; });
    }
    this.connection.onRequest((method) => {
      this.fault(`the server sent ${method}, which this client has not declared`);
      throw new lsp.ResponseError(lsp.ErrorCodes.MethodNotFound, method);
    });
    this.connection.onUnhandledNotification(({ method }) => {
      if (method !== 'window/logMessage') this.fault(`unexpected notification ${method}`);
    });
    this.connection.onUnhandledProgress(({ token }) => this.fault(`progress on the unknown token ${token}`));
  }

  requested(method, handle) {
    this.connection.onRequest(method, (params) => {
      try {
        return handle(params);
      } catch (error) {
        this.fault(`${method}: ${error.message}`);
        throw error;
      } finally {
        this.record(method, params);
      }
    });
  }

  notified(method, handle) {
    this.connection.onNotification(method, (params) => {
      try {
        handle(params);
      } catch (error) {
        this.fault(`${method}: ${error.message}`);
      }
      this.record(method, params);
    });
  }

  followProgress(token) {
    this.connection.onProgress(lsp.WorkDoneProgress.type, token, (value) => {
      this.record('$/progress', { token, value });
    });
  }

  fault(what) {
    this.faults.push(what);
    this.wake();
  }

  record(method, params) {
    this.events.push([method, params]);
    this.wake();
  }

  wake() {
    for (const check of [...this.waiting]) check();
  }

  // all returns the params of the events of a method so far.
  all(method) {
    return this.events.filter(([m]) => m === method).map(([, params]) => params);
  }

  // until waits for find to return something other than undefined or false.
  // It is asked again whenever the server has sent something.
  until(what, find) {
    return new Promise((resolve, reject) => {
      const done = (settle, value) => {
        clearTimeout(timer);
        this.waiting.delete(check);
        settle(value);
      };
      const check = () => {
        const found = find();
        if (found !== undefined && found !== false) done(resolve, found);
        else if (this.faults.length > 0) done(reject, new Error(this.complaint(`waiting for ${what}`)));
      };
      const timer = setTimeout(() => done(reject, new Error(this.complaint(`waited in vain for ${what}`))), patience);
      this.waiting.add(check);
      check();
    });
  }

  complaint(what) {
    const seen = this.events.map(([method, params]) => `${method} ${JSON.stringify(params).slice(0, 300)}`);
    return [what, ...this.faults, 'The server sent:', ...seen, 'Its log:', this.stderr].join('\n');
  }

  async initialize() {
    const result = await this.connection.sendRequest(lsp.InitializeRequest.type, {
      processId: process.pid,
      clientInfo: { name: 'clienttest' },
      rootUri: toURI(this.dir),
      workspaceFolders: [{ uri: toURI(this.dir), name: 'workspace' }],
      capabilities: this.capabilities,
      initializationOptions: this.settings,
    });
    await this.connection.sendNotification(lsp.InitializedNotification.type, {});
    return result;
  }

  // shutdown ends the session as LSP wants it. The exit code must be 0, and
  // nothing may have broken the protocol on the way.
  async shutdown() {
    assert.equal(await this.connection.sendRequest(lsp.ShutdownRequest.type), null);
    await this.connection.sendNotification(lsp.ExitNotification.type);
    assert.equal(await this.exited(), 0, this.complaint('the exit code'));
    assert.deepEqual(this.faults, [], this.complaint('faults'));
  }

  // exited waits for the end of the process and returns its exit code, or the
  // signal that killed it.
  exited() {
    return this.until('the end of the process', () => this.exitStatus);
  }

  // Documents.

  open(uri, languageId, text) {
    this.documents.set(uri, TextDocument.create(uri, languageId, 1, text));
    return this.connection.sendNotification(lsp.DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId, version: 1, text },
    });
  }

  openFile(name, languageId) {
    const file = path.join(this.dir, name);
    const uri = toURI(file);
    return this.open(uri, languageId, fs.readFileSync(file, 'utf8')).then(() => uri);
  }

  // edit applies text edits as one change, the last in the document first, so
  // that each range holds for the text that the server has then.
  edit(uri, edits) {
    const doc = this.documents.get(uri);
    for (const { range } of edits) this.checkRange(doc, range);
    const changes = edits
      .map(({ range, newText }) => ({ range, text: newText }))
      .sort((a, b) => doc.offsetAt(b.range.start) - doc.offsetAt(a.range.start));
    const want = TextDocument.applyEdits(doc, edits);
    TextDocument.update(doc, changes, doc.version + 1);
    assert.equal(doc.getText(), want);
    return this.connection.sendNotification(lsp.DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version: doc.version }, contentChanges: changes,
    });
  }

  // replace replaces the first occurrence of a text.
  replace(uri, old, replacement) {
    const doc = this.documents.get(uri);
    const at = doc.getText().indexOf(old);
    assert.notEqual(at, -1, `no ${JSON.stringify(old)} in ${uri}`);
    const range = { start: doc.positionAt(at), end: doc.positionAt(at + old.length) };
    return this.edit(uri, [{ range, newText: replacement }]);
  }

  checkRange(doc, range) {
    assert.ok(lsp.Range.is(range), `not a range: ${JSON.stringify(range)}`);
    const [start, end] = [doc.offsetAt(range.start), doc.offsetAt(range.end)];
    assert.ok(start <= end, `range ends before it starts: ${JSON.stringify(range)}`);
    // positionAt is offsetAt's inverse on the positions that exist.
    assert.deepEqual(doc.positionAt(start), range.start, 'a range starts outside the document');
    assert.deepEqual(doc.positionAt(end), range.end, 'a range ends outside the document');
  }

  checkDiagnostics(uri, diagnostics) {
    for (const diagnostic of diagnostics) {
      assert.ok(lsp.Diagnostic.is(diagnostic), `not a diagnostic: ${JSON.stringify(diagnostic)}`);
      assert.equal(diagnostic.source, 'specls');
      assert.equal(typeof diagnostic.code, 'string', 'a diagnostic without the id of its rule');
      assert.notEqual(diagnostic.message.trim(), '');
      this.checkRange(this.documents.get(uri), diagnostic.range);
    }
  }

  published(params) {
    const doc = this.documents.get(params.uri);
    assert.ok(!this.capabilities.textDocument?.diagnostic, 'pushed to a client that pulls');
    if (this.capabilities.textDocument?.publishDiagnostics?.versionSupport && doc) {
      assert.equal(typeof params.version, 'number');
      assert.ok(params.version >= (this.diagnostics.get(params.uri)?.version ?? 0), 'versions fell');
    }
    // Ranges can be held against the text only if it is the text they are of.
    if (doc && params.version === doc.version) this.checkDiagnostics(params.uri, params.diagnostics);
    this.diagnostics.set(params.uri, params);
  }

  // check returns the diagnostics of the document as it stands: pushed ones of
  // its version, or pulled ones where the client pulls.
  async check(uri) {
    if (!this.capabilities.textDocument?.diagnostic) {
      const { diagnostics } = await this.until(`diagnostics of ${uri}`, () => {
        const newest = this.diagnostics.get(uri);
        return newest?.version === this.documents.get(uri).version && newest;
      });
      return diagnostics;
    }
    const report = await this.connection.sendRequest(lsp.DocumentDiagnosticRequest.type, { textDocument: { uri } });
    assert.equal(report.kind, lsp.DocumentDiagnosticReportKind.Full);
    this.checkDiagnostics(uri, report.items);
    return report.items;
  }

  applyEdit(edit) {
    assert.ok(lsp.WorkspaceEdit.is(edit), 'not a workspace edit');
    if (!this.capabilities.workspace.workspaceEdit?.documentChanges) {
      assert.equal(edit.documentChanges, undefined, 'documentChanges were not declared');
      for (const [uri, edits] of Object.entries(edit.changes)) this.applyTextEdits(uri, null, edits);
      return;
    }
    for (const change of edit.documentChanges) {
      if (lsp.CreateFile.is(change)) {
        assert.ok(this.capabilities.workspace.workspaceEdit.resourceOperations?.includes('create'));
        const file = toPath(change.uri);
        if (!fs.existsSync(file)) fs.writeFileSync(file, '');
      } else {
        assert.ok(lsp.TextDocumentEdit.is(change), `neither create nor edit: ${JSON.stringify(change).slice(0, 300)}`);
        this.applyTextEdits(change.textDocument.uri, change.textDocument.version, change.edits);
      }
    }
  }

  // Like VS Code, applyTextEdits opens a document that an edit touches and
  // leaves it unsaved.
  applyTextEdits(uri, version, edits) {
    for (const edit of edits) assert.ok(lsp.TextEdit.is(edit), 'not a text edit');
    if (!this.documents.has(uri)) {
      assert.ok(version === null, 'a version for a document that is not open');
      this.open(uri, 'tlaplus', fs.readFileSync(toPath(uri), 'utf8'));
    } else if (version !== null) {
      assert.equal(version, this.documents.get(uri).version, 'an edit of another version');
    }
    this.edit(uri, edits);
  }

  text(uri) {
    return this.documents.get(uri)?.getText();
  }

  // Code actions.

  async actions(uri, range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, context = {}) {
    const actions = await this.connection.sendRequest(lsp.CodeActionRequest.type, {
      textDocument: { uri }, range, context: { diagnostics: [], ...context },
    });
    for (const action of actions) {
      if (this.capabilities.textDocument?.codeAction?.codeActionLiteralSupport) {
        // The library's guard knows no action whose edit is still to be resolved.
        const complete = action.data === undefined ? action : { edit: { changes: {} }, ...action };
        assert.ok(lsp.CodeAction.is(complete), `not a code action: ${JSON.stringify(action)}`);
      } else {
        assert.ok(lsp.Command.is(action) && !('kind' in action), `not a command: ${JSON.stringify(action)}`);
      }
    }
    return actions;
  }

  async action(uri, title, range) {
    const actions = await this.actions(uri, range);
    const found = actions.find((action) => action.title === title);
    assert.ok(found, `no action "${title}" among ${actions.map((action) => `"${action.title}"`).join(', ')}`);
    return found;
  }

  async resolve(action) {
    const resolved = await this.connection.sendRequest(lsp.CodeActionResolveRequest.type, action);
    assert.ok(lsp.CodeAction.is(resolved), `not a code action: ${JSON.stringify(resolved)}`);
    assert.equal(resolved.title, action.title);
    return resolved;
  }

  // execute runs a command, or the command of a code action, to its end.
  execute(action, token) {
    const command = typeof action.command === 'string' ? action : action.command;
    assert.ok(lsp.Command.is(command), `not a command: ${JSON.stringify(command)}`);
    return this.connection.sendRequest(
      lsp.ExecuteCommandRequest.type, { command: command.command, arguments: command.arguments }, token,
    );
  }
}
