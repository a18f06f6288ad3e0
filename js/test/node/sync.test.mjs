// limpid/sync: the same calls, answered at once.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { createEnhancer } from 'limpid';
import { createSyncEngine, LimpidError } from '../../dist/node-sync.js';
import { blank, picture } from '../support/pictures.mjs';
import { use } from '../support/use.mjs';

const wasmFile = new URL('../../wasm/limpid-simd.wasm', import.meta.url);

let engine;
let enhancer;
let photo;

before(async () => {
  [engine, enhancer] = await Promise.all([createSyncEngine(), createEnhancer()]);
  photo = engine.encode(picture(320, 240), { format: 'jpeg' });
});
after(() => {
  engine.dispose();
  enhancer.dispose();
});

test('ItGivesWhatAnEnhancerGives', async () => {
  assert.deepEqual(engine.inspect(photo), await enhancer.inspect(photo));
  assert.deepEqual(engine.inspect(photo.slice().buffer), await enhancer.inspect(photo));
  assert.deepEqual(engine.analyse(photo), await enhancer.analyse(photo));
  assert.deepEqual(engine.enhance(photo), await enhancer.enhance(photo));
  const options = { preset: 'vivid', strength: 0.5, resize: { width_px: 64 }, output: 'pixels' };
  assert.deepEqual(engine.enhance(photo, options), await enhancer.enhance(photo, options));
  assert.deepEqual(engine.decode(photo), await enhancer.decode(photo));
  assert.deepEqual(engine.compare(photo, { max_side_px: 64 }), await enhancer.compare(photo, { max_side_px: 64 }));
  const { pixels } = engine.decode(photo);
  const { recipe } = engine.analyse(photo);
  assert.deepEqual(engine.render(pixels, recipe), await enhancer.render(pixels, recipe));
  assert.deepEqual(engine.resize(pixels, { width_px: 99 }), await enhancer.resize(pixels, { width_px: 99 }));
  assert.deepEqual(engine.enhance(pixels, { format: 'webp' }), await enhancer.enhance(pixels, { format: 'webp' }));
  assert.equal(photo.byteLength > 0, true, 'input is only read');
});

test('ResultsComeBackInSpareMemory', () => {
  const { pixels } = engine.decode(photo);
  const { recipe } = engine.analyse(photo);
  const expected = engine.render(pixels, recipe);
  const calls = [
    (spare) => engine.render(pixels, recipe, { spare }),
    (spare) => engine.enhance(pixels, { recipe, spare }).pixels,
  ];
  for (const call of calls) {
    const spare = new Uint8Array(expected.data.length).fill(7);
    const made = call(spare);
    assert.equal(made.data, spare);
    assert.deepEqual(made, expected);
    // A part of a buffer, shared memory, or another size is left alone.
    const part = new Uint8Array(expected.data.length + 1).subarray(1);
    const shared = new Uint8Array(new SharedArrayBuffer(expected.data.length));
    for (const other of [part, shared, new Uint8Array(expected.data.length - 1), new Uint8Array(0)]) {
      assert.deepEqual(call(other), expected);
      assert.ok(other.every((byte) => byte === 0));
    }
    assert.throws(() => call([]), { code: 'argument.invalid' });
  }
  // In place: the input was read before.
  const own = pixels.data.slice();
  assert.equal(engine.render({ ...pixels, data: own }, recipe, { spare: own }).data, own);
  assert.deepEqual(own, expected.data);
});

test('PreviewsAreAnsweredAtOnceToo', async (t) => {
  const preview = use(t, engine.preview(photo, { max_side_px: 64 }));
  const other = use(t, await enhancer.preview(photo, { max_side_px: 64 }));
  assert.deepEqual(preview.original, other.original);
  assert.deepEqual(preview.info, other.info);
  assert.deepEqual(preview.render(preview.recipe), await other.render(other.recipe));
  assert.deepEqual(preview.recipeFor('vivid', 0.3), await other.recipeFor('vivid', 0.3));
  preview.dispose();
  assert.throws(() => preview.render(preview.recipe), { code: 'argument.invalid' });
});

test('PreviewsAndFailuresLeaveNoMemory', () => {
  const work = () => {
    engine.preview(photo, { max_side_px: 64 }).dispose();
    assert.throws(() => engine.preview(photo.slice(0, 1000)), { code: 'image.truncated' });
    assert.throws(() => engine.compare(photo, { recipe: '{}' }), { code: 'recipe.missing_field' });
  };
  work();
  const before = engine.memoryUse();
  for (let i = 0; i < 50; i++) work();
  assert.deepEqual(engine.memoryUse(), before);
});

test('ErrorsAreThrownWithTheirCode', () => {
  assert.throws(
    () => engine.enhance(new Uint8Array(3)),
    (error) => error instanceof LimpidError && error.code === 'image.unrecognised',
  );
  const text = 'Expected an ArrayBuffer, typed array, ImageData, ImageBitmap or pixels for image but received';
  for (const [image, received] of [
    [new Blob([photo]), 'an object of type Blob'],
    ['photo.jpg', '"photo.jpg"'],
    [new URL('file:///photo.jpg'), 'an object of type URL'],
    [undefined, 'undefined'],
  ]) {
    if (image === undefined) assert.throws(() => engine.enhance(image), { code: 'argument.invalid' });
    else assert.throws(() => engine.enhance(image), { code: 'argument.invalid', found: `${text} ${received}` });
  }
  assert.throws(() => engine.inspect(picture(4, 4)), { code: 'argument.invalid' });
  assert.throws(() => engine.enhance(photo, { limits: { max_pixels: 3 } }), { code: 'image.too_large' });
  assert.throws(() => engine.enhance(photo, { signal: 1 }), { code: 'argument.invalid' });
});

test('ProgressMayCancelAndMayThrow', () => {
  const stages = [];
  engine.enhance(photo, { onProgress: ({ stage }) => stages.push(stage) });
  assert.deepEqual([...new Set(stages)].slice(-4), ['decode', 'analyse', 'render', 'encode']);
  assert.throws(() => engine.enhance(photo, { onProgress: ({ stage }) => stage !== 'render' }), {
    code: 'run.cancelled',
  });
  const mine = new Error('mine');
  const onProgress = () => {
    throw mine;
  };
  assert.throws(
    () => engine.enhance(photo, { onProgress }),
    (error) => error === mine,
  );
  assert.equal(engine.usable, true);
  assert.equal(engine.inspect(photo).width_px, 320);
});

test('TheWasmFileMayBeGivenAndChecked', async (t) => {
  const bytes = await readFile(wasmFile);
  for (const options of [
    { wasmBinary: bytes },
    { wasmModule: await WebAssembly.compile(bytes) },
    { integrity: true },
  ]) {
    const other = use(t, await createSyncEngine(options));
    assert.equal(other.inspect(photo).width_px, 320);
  }
  const altered = new Uint8Array(bytes);
  altered[altered.length - 1] ^= 1;
  await assert.rejects(createSyncEngine({ wasmBinary: altered, integrity: true }), { code: 'signature.mismatch' });
  await assert.rejects(createSyncEngine({ wasmUrl: '/nowhere.wasm' }), { code: 'io.unreadable' });
  await assert.rejects(createSyncEngine({ wasmBinary: bytes.subarray(0, 99) }), { code: 'environment.unsupported' });
  await assert.rejects(createSyncEngine({ threads: 2 }), { code: 'argument.invalid' });
});

test('ItsHeapHasACeilingToo', async (t) => {
  const limited = use(t, await createSyncEngine({ max_memory_bytes: 48 * 1024 * 1024 }));
  limited.enhance(photo);
  assert.throws(() => limited.encode(blank(5000, 4000), { format: 'png' }), { code: 'memory.exhausted' });
  assert.ok(limited.memoryUse().heap_bytes <= 48 * 1024 * 1024);
  limited.enhance(photo);
});

test('ADisposedEngineThrows', async () => {
  const other = await createSyncEngine();
  other.dispose();
  other[Symbol.dispose]();
  assert.equal(other.usable, false);
  assert.throws(() => other.inspect(photo), { code: 'argument.invalid' });
  assert.throws(() => other.memoryUse(), { code: 'argument.invalid' });
});

test('ItRunsInAWorkerOfOnesOwn', async () => {
  const program = `
    const { parentPort, workerData } = require('node:worker_threads');
    import(workerData.entry).then(async ({ createSyncEngine }) => {
      const engine = await createSyncEngine({ wasmModule: workerData.wasmModule });
      parentPort.postMessage(engine.enhance(workerData.photo).bytes);
    });`;
  const worker = new Worker(program, {
    eval: true,
    execArgv: [],
    workerData: {
      photo,
      entry: new URL('../../dist/node-sync.js', import.meta.url).href,
      wasmModule: await WebAssembly.compile(await readFile(wasmFile)),
    },
  });
  const bytes = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  assert.deepEqual(bytes, engine.enhance(photo).bytes);
  await worker.terminate();
});
