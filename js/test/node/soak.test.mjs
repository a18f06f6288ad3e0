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
    for (const file of files) {
      await api.enhance(file);
      engine.run({ method: 'compare', source: file, max_side_px: 32, options: {} });
    }
    await assert.rejects(api.enhance(hostile));
  };
  await round();
  const before = engine.module.memoryUse();
  for (let i = 0; i < 20; i++) await round();
  assert.deepEqual(engine.module.memoryUse(), before);
  t.diagnostic(`${before.heap_bytes} bytes of heap, ${before.allocated_bytes} of them handed out`);
});

test('AThousandImagesThroughAnEnhancerLeaveTheProcessAsItWas', async (t) => {
  const program = fileURLToPath(new URL('../support/soak.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', program], { timeout: 120_000 });
  const { images, first, last } = JSON.parse(stdout);
  assert.equal(images, 1000);
  t.diagnostic(`resident: ${first} MiB after 200 images, ${last} MiB after 1,000`);
  // What 800 images left behind, had each kept but a fiftieth of its pixels, would be more.
  assert.ok(last < first + 16, `${first} MiB, then ${last} MiB`);
});
