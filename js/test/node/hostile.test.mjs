// Every file that lies, through the package: a LimpidError with the code that is written beside it, and the enhancer
// lives on.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { createEnhancer, createPool, LimpidError } from 'limpid';
import { hostileFiles } from '../support/hostile.mjs';
import { picture } from '../support/pictures.mjs';
import { use } from '../support/use.mjs';
import { countedWorkers } from '../support/workers.mjs';

const files = await hostileFiles((name) => readFile(new URL(`../../../tests/data/hostile/${name}`, import.meta.url)));

const outcomeOf = (promise) =>
  promise.then(
    () => 'ok',
    (error) => {
      assert.ok(error instanceof LimpidError, String(error));
      assert.ok(error.message.startsWith(`${error.code}: `));
      assert.ok(error.hint.length > 0);
      return error.code;
    },
  );

test('HostileFilesGetTheirAnswerFromEveryCallAndTheEnhancerLivesOn', async (t) => {
  const { counts, worker } = countedWorkers();
  const enhancer = use(t, await createEnhancer({ worker }));
  const photo = await enhancer.encode(picture(64, 48), { format: 'jpeg' });
  for (const { name, bytes, answer } of files) {
    assert.equal(await outcomeOf(enhancer.enhance(bytes)), answer, `enhance ${name}`);
    assert.equal(await outcomeOf(enhancer.decode(new Blob([bytes]))), answer, `decode ${name}`);
    assert.equal(await outcomeOf(enhancer.analyse(new Response(bytes))), answer, `analyse ${name}`);
    assert.equal(await outcomeOf(enhancer.compare(bytes, { max_side_px: 16_384 })), answer, `compare ${name}`);
    const preview = enhancer.preview(bytes, { max_side_px: 16_384 });
    assert.equal(await outcomeOf(preview), answer, `preview ${name}`);
    if (answer === 'ok') (await preview).dispose();
    // Headers may be all there and the rest not.
    const inspected = await outcomeOf(enhancer.inspect(bytes));
    assert.ok(inspected === 'ok' || inspected === answer, `inspect ${name}: ${inspected}`);
  }
  assert.equal((await enhancer.inspect(photo)).width_px, 64);
  assert.equal(counts.started, 1, 'no file broke the worker');
  t.diagnostic(`${files.length} hostile files`);
});

test('ABatchOfHostileFilesIsWorkedOff', async (t) => {
  const pool = use(t, await createPool({ size: 2 }));
  const outcomes = [];
  const work = ({ bytes }, { signal }) => outcomeOf(pool.enhance(bytes, { signal }));
  for await (const outcome of pool.map(files, work)) outcomes.push(outcome);
  assert.deepEqual(
    outcomes,
    files.map(({ answer }) => answer),
  );
});
