// What a page loads, and what a photo takes. The budgets are part of what the package promises: raise one only with a reason.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { createSyncEngine } from 'limpid/sync';
import { rolldown } from 'rolldown';
import { picture } from '../support/pictures.mjs';

const packageFolder = fileURLToPath(new URL('../../', import.meta.url));

const BUDGETS_BYTES = {
  /** Core, JPEG, PNG and WebP. */
  engine: 750_000,
  /** Without codecs. */
  core: 400_000,
  /** One codec. */
  codec: 250_000,
  /** The default entry, its worker and emcc's glue. */
  scripts: 25_000,
  /** limpid/client, which loads nothing else. */
  client: 8_000,
  /** Of the heap, for a JPEG of 12 megapixels: what js/README.md says of runtimes with 128 MB. */
  heap: 100_000_000,
};

/** What any server can do in passing: the highest quality takes ten times as long, and saves some percent. */
const compressed = (content) => brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }).length;

/** As bundlers deliver it. */
async function minified(name) {
  const bundle = await rolldown({ input: `${packageFolder}dist/${name}`, platform: 'browser' });
  const { output } = await bundle.generate({ format: 'esm', minify: true, codeSplitting: false });
  await bundle.close();
  return output[0].code;
}

test('TheEngineIsWithinItsBudget', (t) => {
  const size = compressed(readFileSync(`${packageFolder}wasm/limpid-simd.wasm`));
  t.diagnostic(`limpid-simd.wasm: ${size} bytes of ${BUDGETS_BYTES.engine}, brotli`);
  assert.ok(size <= BUDGETS_BYTES.engine);
});

test('ThePartsAreWithinTheirBudgets', (t) => {
  for (const [name, budget] of Object.entries({ core: 'core', jpeg: 'codec', png: 'codec', webp: 'codec' })) {
    const size = compressed(readFileSync(`${packageFolder}wasm/limpid-${name}.wasm`));
    t.diagnostic(`limpid-${name}.wasm: ${size} bytes of ${BUDGETS_BYTES[budget]}, brotli`);
    assert.ok(size <= BUDGETS_BYTES[budget], name);
  }
});

test('TheScriptsAreWithinTheirBudget', async (t) => {
  let sum = 0;
  for (const name of ['index.js', 'worker.js']) {
    const size = compressed(await minified(name));
    t.diagnostic(`${name}: ${size} bytes, minified, brotli`);
    sum += size;
  }
  t.diagnostic(`together ${sum} bytes of ${BUDGETS_BYTES.scripts}`);
  assert.ok(sum <= BUDGETS_BYTES.scripts);
});

test('TheClientOfTheServiceIsWithinItsBudget', async (t) => {
  const size = compressed(await minified('service/index.js'));
  t.diagnostic(`service/index.js: ${size} bytes of ${BUDGETS_BYTES.client}, minified, brotli`);
  assert.ok(size <= BUDGETS_BYTES.client);
});

test('TwelveMegapixelsAreWithinTheBudgetOfSmallRuntimes', async (t) => {
  const maker = await createSyncEngine();
  const file = maker.encode(picture(4000, 3000), { format: 'jpeg' });
  const engine = await createSyncEngine({ max_memory_bytes: BUDGETS_BYTES.heap });
  engine.enhance(file);
  t.diagnostic(`${engine.memoryUse().heap_bytes} bytes of ${BUDGETS_BYTES.heap}`);
  assert.ok(engine.memoryUse().heap_bytes <= BUDGETS_BYTES.heap);
  const larger = maker.encode(picture(6000, 4000), { format: 'jpeg' });
  assert.throws(() => engine.enhance(larger), { code: 'memory.exhausted' });
});
