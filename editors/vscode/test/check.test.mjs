// What a person sees of a specification that breaks a rule, and the fixes.

import assert from 'node:assert/strict';
import test from 'node:test';
import { breaches } from './broken.mjs';
import { Code, newWorkspace, until } from './editor.mjs';

test('in VS Code', async (t) => {
  const code = await Code.start(t);
  const original = code.specification('etcd');
  const file = 'etcdraft.tla';

  await t.test('each rule of the contract, broken in turn', async (t) => {
    const window = await code.window(t, newWorkspace({ [file]: original }), file);
    await window.statusBar(/etcd · .*builtin/).waitFor();
    await window.command('Problems: Focus on Problems View');
    let done = 0;
    for (const breach of breaches) {
      await t.test(breach.rule, async () => {
        await window.show(file);
        await window.write(file, breach.break(original));
        await window.problem(breach.rule).first().waitFor();
        await window.problem(breach.rule).first().locator('.marker-message').click({ position: { x: 5, y: 5 } });
        await window.squiggles(file, breach.squiggle).first().waitFor();
        if (breach.rule === 'fairness') await window.screenshot('finding');
        if (breach.fix !== undefined) {
          await window.applyFix(file, breach.rule, breach.fix);
          await window.problem(breach.rule).first().waitFor({ state: 'detached' });
          const text = await window.save(file);
          assert.ok(breach.fixed === undefined || breach.fixed(text, original), `the fixed text:\n${text}`);
        }
        done++;
      });
      // What comes after a failure would fail for its sake.
      if (done <= breaches.indexOf(breach)) break;
    }
    assert.equal(done, breaches.length);
  });

  await t.test('all safe fixes at once', async (t) => {
    const window = await code.window(t, newWorkspace({ [file]: original }), file);
    await window.statusBar(/etcd · .*builtin/).waitFor();
    const broken = ['header', 'fence', 'comments', 'fairness'].reduce((text, rule) => breaches.find((breach) => breach.rule === rule).break(text), original);
    await window.command('Problems: Focus on Problems View');
    await window.show(file);
    await window.write(file, broken);
    await until('the findings', async () => await window.problems.count() >= 4);
    await window.command('specls: Apply All Safe Fixes');
    await window.page.getByText('No problems have been detected').waitFor();
    await window.screenshot('fixed');
    assert.match(await window.save(file), /^---- MODULE etcdraft ----\n[^]*WF_vars[^]*\n====\s*$/);
  });
});
