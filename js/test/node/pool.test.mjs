// Several workers behind one queue.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createEnhancer, createPool } from 'limpid';
import { picture } from '../support/pictures.mjs';

let pool;
let photo;

before(async () => {
  pool = await createPool({ size: 2 });
  photo = await pool.encode(picture(320, 240), { format: 'jpeg' });
});
after(() => pool.dispose());

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function collect(iterator) {
  const results = [];
  for await (const result of iterator) results.push(result);
  return results;
}

test('APoolHasTheCallsOfAnEnhancer', async () => {
  assert.equal(pool.size, 2);
  assert.deepEqual([pool.variant, pool.threads], ['simd', 1]);
  const enhancer = await createEnhancer();
  const { bytes } = await enhancer.enhance(photo);
  enhancer.dispose();
  const results = await Promise.all(Array.from({ length: 6 }, () => pool.enhance(photo)));
  for (const result of results) assert.deepEqual(result.bytes, bytes);
});

test('ItsWorkersWorkAtTheSameTime', async () => {
  const large = await pool.encode(picture(2000, 1500), { format: 'jpeg' });
  let inWork = 0;
  let most = 0;
  const call = async () => {
    let started = false;
    const onProgress = () => {
      if (!started) most = Math.max(most, ++inWork);
      started = true;
    };
    await pool.enhance(large, { onProgress });
    inWork--;
  };
  await Promise.all([call(), call(), call(), call()]);
  assert.equal(most, 2);
});

test('MapEnhancesImagesInTheirOrder', async () => {
  const sizes = [300, 20, 250, 30, 200, 40];
  const images = [];
  for (const size of sizes) images.push(await pool.encode(picture(size, 16), { format: 'png' }));
  async function* download() {
    for (const image of images) yield new Blob([image]);
  }
  const widths = async (iterator) => (await collect(iterator)).map(({ report }) => report.output_width_px);
  assert.deepEqual(await widths(pool.map(images)), sizes);
  assert.deepEqual(await widths(pool.map(download(), { format: 'webp', output: 'blob' })), sizes);
  assert.deepEqual(
    await widths(pool.map(new Set(images), {}, { ordered: false })).then((a) => a.toSorted()),
    sizes.toSorted(),
  );
  assert.deepEqual(await collect(pool.map([])), []);
});

test('UnorderedResultsComeAsTheyAreFinished', async () => {
  const work = async (milliseconds) => {
    await wait(milliseconds);
    return milliseconds;
  };
  assert.deepEqual(await collect(pool.map([600, 10, 20], work)), [600, 10, 20]);
  assert.deepEqual(await collect(pool.map([600, 10, 20], work, { ordered: false })), [10, 20, 600]);
});

test('NoMoreThanTheSizeIsInWorkOrWaitsToBeTaken', async () => {
  let asked = 0;
  let inWork = 0;
  let most = 0;
  let taken = 0;
  let furthest = 0;
  function* items() {
    for (; asked < 50; asked++) {
      furthest = Math.max(furthest, asked - taken);
      yield asked;
    }
  }
  const work = async (item, { index }) => {
    assert.equal(item, index);
    most = Math.max(most, ++inWork);
    await wait(1);
    inWork--;
    return item;
  };
  for await (const result of pool.map(items(), work)) {
    assert.equal(result, taken++);
    // A slow taker: without back-pressure everything would be worked off meanwhile.
    if (taken % 10 === 0) await wait(30);
    assert.ok(asked - taken <= 4, `${asked} asked for, ${taken} taken`);
  }
  assert.equal(taken, 50);
  assert.equal(most, 2);
  assert.ok(furthest <= 4);
});

test('WorkGoesOnWhileATakerIsBusy', async () => {
  let finished = 0;
  const work = async () => {
    await wait(5);
    finished++;
  };
  const iterator = pool.map([1, 2, 3, 4, 5, 6, 7, 8], work);
  await iterator.next();
  await wait(100);
  // One was taken, and as many as the pool is large wait.
  assert.ok(finished >= 3 && finished <= 5, `${finished} finished`);
  await iterator.return();
});

test('AFailureEndsTheIterationUnlessItIsCaught', async () => {
  const images = [photo, new Uint8Array(3), photo, photo];
  const taken = [];
  await assert.rejects(
    async () => {
      for await (const { bytes } of pool.map(images)) taken.push(bytes);
    },
    { code: 'image.unrecognised' },
  );
  assert.equal(taken.length, 1);
  const outcomes = await collect(
    pool.map(images, (image, { signal }) =>
      pool.enhance(image, { signal }).then(
        () => 'ok',
        ({ code }) => code,
      ),
    ),
  );
  assert.deepEqual(outcomes, ['ok', 'image.unrecognised', 'ok', 'ok']);
  await assert.rejects(collect(pool.map(images, { qualty: 3 })), { code: 'argument.invalid' });
});

test('AFailingSourceEndsTheIteration', async () => {
  async function* broken() {
    yield 1;
    throw new Error('no more');
  }
  await assert.rejects(collect(pool.map(broken(), (item) => item)), { message: 'no more' });
});

test('LeavingTheLoopEndsTheWorkAndTheSource', async () => {
  let closed = false;
  const aborted = [];
  function* items() {
    try {
      for (let i = 0; ; i++) yield i;
    } finally {
      closed = true;
    }
  }
  const work = async (item, { signal }) => {
    signal.addEventListener('abort', () => aborted.push(item));
    if (item > 0) await new Promise(() => {});
    return item;
  };
  for await (const item of pool.map(items(), work)) {
    assert.equal(item, 0);
    await wait(10);
    break;
  }
  assert.equal(closed, true);
  assert.ok(aborted.includes(1) && aborted.includes(2), aborted.join());
});

test('AbortEndsAnIteration', async () => {
  const controller = new AbortController();
  const taken = [];
  await assert.rejects(
    async () => {
      for await (const item of pool.map([1, 2, 3, 4, 5], (item) => item, { signal: controller.signal })) {
        taken.push(item);
        if (item === 2) controller.abort();
      }
    },
    { code: 'run.cancelled', name: 'AbortError' },
  );
  assert.deepEqual(taken, [1, 2]);
  const waiting = new AbortController();
  const never = collect(pool.map([1], () => new Promise(() => {}), { signal: waiting.signal }));
  await wait(5);
  waiting.abort();
  await assert.rejects(never, { code: 'run.cancelled' });
  const before = collect(pool.map([1], () => 1, { signal: AbortSignal.abort() }));
  await assert.rejects(before, { code: 'run.cancelled' });
});

test('AbortOfOneCallLeavesTheOthers', async () => {
  const large = await pool.encode(picture(3000, 2000), { format: 'jpeg' });
  const controller = new AbortController();
  const aborted = pool.enhance(large, { signal: controller.signal, onProgress: () => controller.abort() });
  const others = Promise.all([pool.enhance(photo), pool.enhance(photo), pool.enhance(photo)]);
  await assert.rejects(aborted, { code: 'run.cancelled' });
  assert.equal((await others).length, 3);
});

test('APreviewStaysWithItsWorker', async () => {
  const previews = await Promise.all(Array.from({ length: 4 }, () => pool.preview(photo, { max_side_px: 100 })));
  const renderings = await Promise.all(previews.map((preview) => preview.render(preview.recipe)));
  for (const rendering of renderings) assert.deepEqual(rendering, renderings[0]);
  for (const preview of previews) preview.dispose();
});

test('WrongPoolsAndMapsAreRefused', async () => {
  const messageOf = (call) =>
    call().then(
      () => assert.fail('it was accepted'),
      ({ code, found }) => [code, found],
    );
  assert.deepEqual(await messageOf(() => createPool({ size: 0 })), [
    'argument.invalid',
    'Expected an integer from 1 to 64 for size but received 0 of type number',
  ]);
  assert.throws(() => pool.map('images'), { found: 'Expected an iterable for items but received "images"' });
  assert.throws(() => pool.map(undefined), { code: 'argument.invalid' });
  assert.throws(() => pool.map([], 5), { code: 'argument.invalid' });
  assert.throws(() => pool.map([], () => {}, { order: false }), { code: 'argument.invalid' });
  const automatic = await createPool();
  assert.ok(automatic.size >= 1 && automatic.size <= 8);
  automatic.dispose();
  await assert.rejects(collect(automatic.map([photo])), { code: 'argument.invalid' });
});
