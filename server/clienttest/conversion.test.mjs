// The whole path: from a Go file to a specification and a repaired mistake.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';

import { Client, everything, lsp, newWorkspace, toPath, toURI } from './client.mjs';

const pulling = () => {
  const capabilities = everything();
  capabilities.textDocument.diagnostic = {};
  delete capabilities.textDocument.publishDiagnostics;
  return capabilities;
};

for (const [name, capabilities] of [['pushed', everything()], ['pulled', pulling()]]) {
  test(`from raft.go to a repaired specification, diagnostics ${name}`, async (t) => {
    const client = new Client(t, newWorkspace(), { capabilities });
    const { capabilities: server, serverInfo } = await client.initialize();
    assert.equal(serverInfo.name, 'specls');
    assert.equal(server.positionEncoding, 'utf-16');
    assert.equal(server.codeActionProvider.resolveProvider, true);
    assert.equal(server.diagnosticProvider !== undefined, name === 'pulled');

    const source = await client.openFile('raft.go', 'go');
    const offered = await client.action(source, 'Convert to TLA+ (etcd)');
    const action = await client.resolve(offered);
    assert.ok(server.executeCommandProvider.commands.includes(action.command.command));

    const spec = toURI(path.join(client.dir, 'etcdraft.tla'));
    assert.deepEqual(await client.execute(action), { uri: spec });
    assertUndoable(client, spec);
    assertProgress(client);
    assert.equal(client.all(lsp.ShowDocumentRequest.method).at(-1).uri, spec);
    assert.match(client.text(spec), /^-{4,} *MODULE etcdraft *-{4,}\n[^]*\n={4,}\n$/);
    assert.deepEqual(await client.check(spec), [], 'the new specification has diagnostics');
    assert.match(client.all(lsp.ShowMessageNotification.method).at(-1).message, /^etcdraft\.tla written by /);

    const whole = client.text(spec);
    await client.replace(spec, 'MODULE etcdraft', 'MODULE etcdraff');
    const [diagnostic, ...others] = await client.check(spec);
    assert.equal(diagnostic?.code, 'module-name');
    assert.deepEqual(others, []);
    assert.equal(diagnostic.severity, lsp.DiagnosticSeverity.Error);
    assert.equal(client.documents.get(spec).getText(diagnostic.range), 'etcdraff');

    const fixes = (await client.actions(spec, diagnostic.range, { diagnostics: [diagnostic], only: ['quickfix'] }));
    const fix = fixes.find((f) => f.isPreferred);
    assert.ok(fix, `no preferred fix in ${JSON.stringify(fixes)}`);
    assert.deepEqual(fix.diagnostics, [diagnostic]);
    assert.equal(fix.edit, undefined, 'the edit was to be left to resolve');
    client.applyEdit((await client.resolve(fix)).edit);
    assert.deepEqual(await client.check(spec), []);
    assert.equal(client.text(spec), whole);

    await assert.rejects(client.resolve(fix), { code: lsp.LSPErrorCodes.ContentModified });
    await client.shutdown();
  });
}

// The specification must come as an edit that an editor can take back: a file
// is made, and text is put into it, in one workspace edit.
function assertUndoable(client, spec) {
  const edits = client.all(lsp.ApplyWorkspaceEditRequest.method);
  assert.equal(edits.length, 1);
  const [create, insert, ...more] = edits[0].edit.documentChanges;
  assert.deepEqual(more, []);
  assert.ok(lsp.CreateFile.is(create) && create.uri === spec);
  assert.ok(lsp.TextDocumentEdit.is(insert) && insert.textDocument.uri === spec);
  assert.ok(edits[0].label, 'undo has no name');
  assert.equal(fs.readFileSync(toPath(spec), 'utf8'), '', 'the text went to the disk and not through the editor');
}

function assertProgress(client) {
  const progress = client.all('$/progress');
  assert.equal(new Set(progress.map(({ token }) => token)).size, 1);
  const values = progress.map(({ value }) => value);
  assert.equal(values[0].kind, 'begin');
  assert.match(values[0].title, /raft\.go.*etcd/);
  assert.equal(values[0].cancellable, true);
  assert.equal(values.at(-1).kind, 'end');
  for (const report of values.slice(1, -1)) assert.match(report.message, /^([\d,]+ characters|asking .*|mechanical fixes: .*)$/);
}

test('a client that declares nothing gets a file on disk', async (t) => {
  const client = new Client(t, newWorkspace());
  const { capabilities: server } = await client.initialize();
  assert.equal(server.codeActionProvider, true);
  assert.equal(server.diagnosticProvider, undefined);
  const source = await client.openFile('raft.go', 'go');
  const command = await client.action(source, 'Convert to TLA+ (etcd)');
  const file = path.join(client.dir, 'etcdraft.tla');
  assert.deepEqual(await client.execute(command), { uri: toURI(file) });

  const messages = client.all(lsp.ShowMessageNotification.method).map(({ message }) => message);
  assert.ok(messages.includes(`The specification is in ${file}`), messages.join('\n'));
  const spec = await client.openFile('etcdraft.tla', 'tla');
  await client.until('diagnostics', () => client.diagnostics.has(spec));
  assert.deepEqual(client.diagnostics.get(spec), { uri: spec, diagnostics: [] });
  await client.shutdown();
});

test('a client that knows edits but no document changes', async (t) => {
  const capabilities = everything();
  capabilities.workspace.workspaceEdit = {};
  const client = new Client(t, newWorkspace(), { capabilities });
  await client.initialize();
  const source = await client.openFile('raft.go', 'go');
  const spec = toURI(path.join(client.dir, 'etcdraft.tla'));
  assert.deepEqual(await client.execute(await client.action(source, 'Convert to TLA+ (etcd)')), { uri: spec });
  assert.deepEqual(await client.check(spec), []);
  await client.shutdown();
});

test('a file that differs is replaced only if the person says so', async (t) => {
  let answer;
  const client = new Client(t, newWorkspace(), { capabilities: everything(), answer: () => answer });
  await client.initialize();
  const old = '---- MODULE etcdraft ----\n\\* mine\n====\n';
  fs.writeFileSync(path.join(client.dir, 'etcdraft.tla'), old);
  const source = await client.openFile('raft.go', 'go');
  const spec = await client.openFile('etcdraft.tla', 'tlaplus');
  const convert = async () => client.execute(await client.action(source, 'Convert to TLA+ (etcd)'));

  for (answer of ['Keep the old one', undefined]) {
    assert.deepEqual(await convert(), { kept: true });
    assert.equal(client.text(spec), old);
    const kept = /The model's reply is kept in (.*)$/.exec(client.all(lsp.ShowMessageNotification.method).at(-1).message);
    assert.match(fs.readFileSync(kept[1], 'utf8'), /MODULE etcdraft/);
  }

  answer = 'Replace it';
  assert.deepEqual(await convert(), { uri: spec });
  assert.notEqual(client.text(spec), old);
  assert.deepEqual(await client.check(spec), []);
  assert.equal(client.all(lsp.ShowMessageRequest.method).length, 3);

  assert.deepEqual(await convert(), { uri: spec });
  assert.equal(client.all(lsp.ShowMessageRequest.method).length, 3, 'asked about a file that is the same');
  await client.shutdown();
});

test('any profile can be chosen, or none', async (t) => {
  let answer;
  const client = new Client(t, newWorkspace(), { capabilities: everything(), answer: () => answer });
  await client.initialize();
  const source = await client.openFile('raft.go', 'go');
  const action = await client.action(source, 'Convert to TLA+: choose a profile…');

  await assert.rejects(client.execute(action), { code: lsp.LSPErrorCodes.RequestCancelled });
  const question = client.all(lsp.ShowMessageRequest.method).at(-1);
  assert.deepEqual(question.actions.map(({ title }) => title).sort(), ['etcd', 'raftkvs']);
  assert.deepEqual(client.all(lsp.ApplyWorkspaceEditRequest.method), []);

  answer = 'etcd';
  assert.deepEqual(await client.execute(action), { uri: toURI(path.join(client.dir, 'etcdraft.tla')) });
  await client.shutdown();
});
