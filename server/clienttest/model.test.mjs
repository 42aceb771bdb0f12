// A model behind the OpenAI protocol, slow enough to be cancelled.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';

import { Client, everything, lsp, newWorkspace, toURI } from './client.mjs';
import { SlowModel } from './openai.mjs';

// The reply is a module in a fence with prose around it, as models write.
const reply = 'Here is the specification you asked for:\n```tla\n---- MODULE etcdraft ----\nVARIABLE x\n====\n```\nI hope it helps.\n';

async function start(t) {
  const model = new SlowModel(t, reply);
  const environment = await model.listen();
  const answer = ({ message }) => {
    assert.match(message, /^Send raft\.go \(about [\d,]+ tokens\) to 127\.0\.0\.1:\d+\?$/);
    return 'Send';
  };
  const client = new Client(t, newWorkspace(), { capabilities: everything(), settings: { model: 'openai:slow', repair: { rounds: 0 } }, environment, answer });
  model.onHangUp = () => client.wake();
  await client.initialize();
  const source = await client.openFile('raft.go', 'go');
  const action = await client.action(source, 'Convert to TLA+ (etcd)');
  assert.deepEqual(model.requests, [], 'something was sent before the person asked');
  return { model, client, action };
}

// firstReport waits for the first report of an execution under way.
const firstReport = (client, execution) => Promise.race([
  client.until('the first report', () => client.all('$/progress').find(({ value }) => / characters$/.test(value.message))),
  execution.then((result) => assert.fail(client.complaint(`ended too soon, with ${JSON.stringify(result)}`))),
]);

async function assertCancelled(model, client, execution) {
  await assert.rejects(execution, { code: lsp.LSPErrorCodes.RequestCancelled });
  await client.until('the model to be hung up on', () => model.hungUp);
  await client.until('the end of the progress', () => client.all('$/progress').at(-1)?.value.kind === 'end');
  const told = client.all(lsp.ShowMessageNotification.method).at(-1).message;
  const kept = /kept in ([^;]*)/.exec(told);
  assert.ok(kept, `no word of where the reply is: ${told}`);
  assert.equal(fs.readFileSync(kept[1].trim(), 'utf8'), reply.slice(0, 40));
  assert.deepEqual(fs.readdirSync(client.dir).sort(), ['go.mod', 'raft.go'], 'something half-written is in the workspace');
  assert.deepEqual(client.all(lsp.ApplyWorkspaceEditRequest.method), []);
  await client.shutdown();
}

test('cancelled by $/cancelRequest', async (t) => {
  const { model, client, action } = await start(t);
  const source = new lsp.CancellationTokenSource();
  const execution = client.execute(action, source.token);
  await firstReport(client, execution);
  source.cancel();
  await assertCancelled(model, client, execution);
});

test('cancelled by window/workDoneProgress/cancel', async (t) => {
  const { model, client, action } = await start(t);
  const execution = client.execute(action);
  const { token } = await firstReport(client, execution);
  await client.connection.sendNotification(lsp.WorkDoneProgressCancelNotification.type, { token });
  await assertCancelled(model, client, execution);
});

test('waited for', async (t) => {
  const { model, client, action } = await start(t);
  const execution = client.execute(action);
  await firstReport(client, execution);
  // Other work goes on meanwhile.
  assert.ok((await client.actions(toURI(path.join(client.dir, 'raft.go')))).length > 0);
  model.finish();
  const spec = toURI(path.join(client.dir, 'etcdraft.tla'));
  assert.deepEqual(await execution, { uri: spec });
  assert.equal(client.text(spec), '---- MODULE etcdraft ----\nVARIABLE x\n====\n');
  assert.ok((await client.check(spec)).some(({ code }) => code === 'spec'), 'a module without Spec has no diagnostic');

  const [{ url, authorization, body }, ...more] = model.requests;
  assert.deepEqual(more, [], 'the prompt was sent more than once');
  assert.equal(url, '/v1/chat/completions');
  assert.equal(authorization, 'Bearer key-of-the-test');
  assert.equal(body.model, 'slow');
  assert.equal(body.stream, true);
  const prompt = body.messages.map(({ content }) => content).join('\n');
  assert.ok(prompt.includes(fs.readFileSync(path.join(client.dir, 'raft.go'), 'utf8')), 'the source did not go in whole');
  assert.ok(!client.stderr.includes('key-of-the-test'), 'the key is in the log');
  await client.shutdown();
});

test('a vanished client ends the process', async (t) => {
  const { model, client, action } = await start(t);
  const execution = client.execute(action); // the answer may never come
  execution.catch(() => {});
  await firstReport(client, execution);
  client.process.stdin.end();
  assert.equal(await client.exited(), 1);
  await client.until('the model to be hung up on', () => model.hungUp);
});
