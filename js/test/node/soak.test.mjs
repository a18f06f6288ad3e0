// A thousand images one after the other: memory is flat.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { apiOf, openEngine } from '../support/engines.mjs';
import { picture } from '../support/pictures.mjs';

test('AThousandImagesOfManySizesLeaveTheHeapAsItWas', async (t) => {
  const engine = await openEngine('simd');
  const api = apiOf(engine);
  const files = [];
  for (let i = 0; i < 50; i++) {
    const format = ['jpeg', 'png', 'webp'][i % 3];
    files.push(await api.encode(picture(40 + 7 * (i % 13), 30 + 5 * (i % 11)), { format }));
  }
  const hostile = new Uint8Array(
    await readFile(new URL('../../../tests/data/hostile/claims-more-rows.jpg', import.meta.url)),
  );
  const round = async () => {
    await assert.rejects(api.enhance(hostile));
    for (const [i, file] of files.entries()) {
      if (i % 5 === 0) engine.run({ method: 'compare', source: file, max_side_px: 32, options: {} });
      await api.enhance(file);
    }
  };
  await round();
  const before = engine.module.memoryUse();
  for (let i = 0; i < 20; i++) await round();
  const after = engine.module.memoryUse();
  assert.equal(after.heap_bytes, before.heap_bytes);
  // It goes up and down by some 10 kB with the way malloc divides its pieces.
  const left = after.allocated_bytes - before.allocated_bytes;
  assert.ok(left < 20_000, `${left} bytes are left, ${left / 1000} of each image`);
  t.diagnostic(`${before.heap_bytes} bytes of heap, ${before.allocated_bytes} of them handed out`);
});

test('AThousandImagesThroughAnEnhancerLeaveTheProcessAsItWas', async (t) => {
  const program = fileURLToPath(new URL('../support/soak.mjs', import.meta.url));
  // A small young generation: garbage that waits to be collected would hide what is left behind.
  const flags = ['--expose-gc', '--max-semi-space-size=1'];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, program], { timeout: 120_000 });
  const { images, first, last } = JSON.parse(stdout);
  assert.equal(images, 1000);
  t.diagnostic(`resident: ${first} MiB after 400 images, ${last} MiB after 1,000`);
  // 600 images that each left a seventh of their pixels behind would be more.
  assert.ok(last < first + 20, `${first} MiB, then ${last} MiB`);
});
