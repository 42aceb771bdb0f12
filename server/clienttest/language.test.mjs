// What the server says of names, on the specification that the builtin model
// writes: held to the protocol's own type guards, and to the text.

import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';

import { Client, everything, lsp, newWorkspace, toURI } from './client.mjs';

const capabilities = () => {
  const all = everything();
  Object.assign(all.textDocument, {
    hover: { contentFormat: ['markdown'] },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
    rename: { prepareSupport: true },
    codeLens: {},
    semanticTokens: { requests: { full: true }, tokenTypes: [], tokenModifiers: [], formats: ['relative'] },
  });
  return all;
};

// start converts raft.go; the specification is open, its names are resolved.
async function start(t) {
  const client = new Client(t, newWorkspace(), { capabilities: capabilities() });
  const { capabilities: server } = await client.initialize();
  const source = await client.openFile('raft.go', 'go');
  await client.execute(await client.action(source, 'Convert to TLA+ (etcd)'));
  const uri = toURI(path.join(client.dir, 'etcdraft.tla'));
  const doc = () => client.documents.get(uri);
  const at = (text, offset = 0) => {
    const i = doc().getText().indexOf(text);
    assert.notEqual(i, -1, `no ${text} in the specification`);
    return { textDocument: { uri }, position: doc().positionAt(i + offset) };
  };
  const textOf = (range) => { client.checkRange(doc(), range); return doc().getText(range); };
  return { client, server, uri, doc, at, textOf, ask: (type, params) => client.connection.sendRequest(type, params) };
}

test('hover, definition, references and highlights', async (t) => {
  const { client, uri, at, textOf, ask } = await start(t);
  const hover = await ask(lsp.HoverRequest.type, at('currentTerm', 2));
  assert.ok(lsp.Hover.is(hover));
  assert.match(hover.contents.value, /VARIABLE currentTerm/);
  assert.equal(textOf(hover.range), 'currentTerm');
  const header = await ask(lsp.HoverRequest.type, at('etcdraft', 2));
  assert.match(header.contents.value, /requirements met/);

  const definition = await ask(lsp.DefinitionRequest.type, at('Init\n', 1));
  assert.ok(lsp.Location.is(definition));
  assert.equal(definition.uri, uri);
  assert.equal(textOf(definition.range), 'Init');

  const references = await ask(lsp.ReferencesRequest.type, { ...at('currentTerm'), context: { includeDeclaration: true } });
  const highlights = await ask(lsp.DocumentHighlightRequest.type, at('currentTerm'));
  assert.ok(references.length > 5);
  assert.deepEqual(highlights.map(({ range }) => range), references.map(({ range }) => range));
  for (const reference of references) {
    assert.ok(lsp.Location.is(reference));
    assert.equal(textOf(reference.range), 'currentTerm');
  }
  await client.shutdown();
});

test('rename, and undo it', async (t) => {
  const { client, doc, at, textOf, ask, uri } = await start(t);
  const before = doc().getText();
  const prepared = await ask(lsp.PrepareRenameRequest.type, at('currentTerm', 3));
  assert.equal(prepared.placeholder, 'currentTerm');
  assert.equal(textOf(prepared.range), 'currentTerm');
  const edit = await ask(lsp.RenameRequest.type, { ...at('currentTerm', 3), newName: 'termOf' });
  client.applyEdit(edit);
  assert.equal(doc().getText(), before.replaceAll('currentTerm', 'termOf'));
  assert.deepEqual(await client.check(uri), []);
  await assert.rejects(ask(lsp.RenameRequest.type, { ...at('termOf'), newName: 'votedFor' }), { code: lsp.LSPErrorCodes.RequestFailed, message: /the name (is taken|would mean something else)/ });
  await client.shutdown();
});

test('completion and signature help while typing', async (t) => {
  const { client, uri, at, ask } = await start(t);
  await client.replace(uri, 'Spec ==', 'Typed == /\\ currentT\nSpec ==');
  const names = await ask(lsp.CompletionRequest.type, at('/\\ currentT\n', 11));
  for (const { label, kind } of names.items) assert.ok(label !== '' && kind >= 1 && kind <= 25);
  assert.ok(names.items.some(({ label }) => label === 'currentTerm'));
  await client.replace(uri, '/\\ currentT\n', '/\\ 1 \\su\n');
  const signs = await ask(lsp.CompletionRequest.type, at('\\su\n', 3));
  assert.ok(signs.items.some(({ label }) => label === '\\subseteq'));
  await client.replace(uri, '/\\ 1 \\su\n', '/\\ Len(\n');
  const help = await ask(lsp.SignatureHelpRequest.type, at('/\\ Len(\n', 7));
  assert.match(help.signatures[0].label, /^Len\(/);
  await client.shutdown();
});

test('outline, folds, selections, tokens and lenses', async (t) => {
  const { client, server, uri, doc, at, textOf, ask } = await start(t);
  const textDocument = { uri };
  const [module, ...more] = await ask(lsp.DocumentSymbolRequest.type, { textDocument });
  assert.deepEqual(more, []);
  assert.equal(module.name, 'etcdraft');
  for (const symbol of module.children) {
    assert.ok(lsp.DocumentSymbol.is(symbol));
    assert.equal(textOf(symbol.selectionRange), symbol.name);
  }
  const found = await ask(lsp.WorkspaceSymbolRequest.type, { query: 'crrntTrm' });
  assert.deepEqual(found.map(({ name }) => name), ['currentTerm']);

  for (const fold of await ask(lsp.FoldingRangeRequest.type, { textDocument })) {
    assert.ok(lsp.FoldingRange.is(fold) && fold.startLine < fold.endLine && fold.endLine < doc().lineCount);
  }
  let [selection] = await ask(lsp.SelectionRangeRequest.type, { textDocument, positions: [at('currentTerm', 3).position] });
  assert.equal(textOf(selection.range), 'currentTerm');
  for (; selection.parent; selection = selection.parent) {
    const [inner, outer] = [textOf(selection.range), textOf(selection.parent.range)];
    assert.ok(outer.includes(inner) && outer.length > inner.length);
  }

  const { data } = await ask(lsp.SemanticTokensRequest.type, { textDocument });
  const { tokenTypes } = server.semanticTokensProvider.legend;
  let [line, character] = [0, 0];
  for (let i = 0; i < data.length; i += 5) {
    character = data[i] > 0 ? data[i + 1] : character + data[i + 1];
    line += data[i];
    const text = textOf({ start: { line, character }, end: { line, character: character + data[i + 2] } });
    if (text === 'currentTerm') assert.equal(tokenTypes[data[i + 3]], 'variable');
    assert.equal(text, text.trim());
  }

  const [lens] = await ask(lsp.CodeLensRequest.type, { textDocument });
  assert.ok(lsp.CodeLens.is(lens));
  assert.match(lens.command.title, /^etcd: \d+ of \d+ requirements met$/);
  assert.equal(lens.range.start.line, 0);
  const { uri: shown } = await client.execute(lens);
  assert.equal(client.all(lsp.ShowDocumentRequest.method).at(-1).uri, shown);
  await client.shutdown();
});
