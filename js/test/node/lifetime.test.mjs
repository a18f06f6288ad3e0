// When workers start and end, what they may hold, and which .wasm file they run.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createEnhancer, createPool } from 'limpid';
import { blank, picture } from '../support/pictures.mjs';
import { use } from '../support/use.mjs';
import { countedWorkers, eventually } from '../support/workers.mjs';

const MEBIBYTE = 1024 * 1024;
const wasmFile = fileURLToPath(new URL('../../wasm/limpid-simd.wasm', import.meta.url));
const photo = await createEnhancer().then(async (enhancer) => {
  const file = await enhancer.encode(picture(320, 240), { format: 'jpeg' });
  enhancer.dispose();
  return file;
});
const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const found = (promise) =>
  promise.then(
    () => assert.fail('it was accepted'),
    ({ code, found: text }) => [code, text],
  );

test('AWorkerStartsWithTheFirstCallAndEndsWhenIdle', async (t) => {
  const { counts, worker } = countedWorkers();
  const enhancer = use(t, await createEnhancer({ worker, idle_ms: 60 }));
  assert.deepEqual(counts, { started: 0, ended: 0 });
  await enhancer.inspect(photo);
  await enhancer.inspect(photo);
  assert.deepEqual(counts, { started: 1, ended: 0 });
  await eventually(() => counts.ended === 1, 'the idle worker ends');
  await enhancer.inspect(photo);
  assert.deepEqual(counts, { started: 2, ended: 1 });
});

test('AWorkerThatIsUsedDoesNotEnd', async (t) => {
  const { counts, worker } = countedWorkers();
  const enhancer = use(t, await createEnhancer({ worker, idle_ms: 1000 }));
  for (let i = 0; i < 8; i++) {
    await enhancer.inspect(photo);
    await wait(200);
  }
  assert.deepEqual(counts, { started: 1, ended: 0 });
  const lasting = use(t, await createEnhancer({ worker, idle_ms: 0 }));
  await lasting.inspect(photo);
  await eventually(() => counts.ended === 1, 'the first one ends');
  await wait(100);
  assert.deepEqual(counts, { started: 2, ended: 1 });
});

test('AnOpenPreviewKeepsItsWorker', async (t) => {
  const { counts, worker } = countedWorkers();
  const enhancer = use(t, await createEnhancer({ worker, idle_ms: 30 }));
  const preview = await enhancer.preview(photo, { max_side_px: 100 });
  await wait(120);
  assert.deepEqual(counts, { started: 1, ended: 0 });
  await preview.render(preview.recipe);
  preview.dispose();
  await eventually(() => counts.ended === 1, 'the worker ends when the preview is closed');
});

test('DisposeEndsTheWorkers', async () => {
  const { counts, worker } = countedWorkers();
  const enhancer = await createEnhancer({ worker });
  await enhancer.inspect(photo);
  enhancer[Symbol.dispose]();
  await eventually(() => counts.ended === 1, 'its worker ends');
  const pool = await createPool({ worker, size: 3 });
  await Promise.all([1, 2, 3].map(() => pool.enhance(photo)));
  assert.equal(counts.started, 4);
  await pool[Symbol.asyncDispose]();
  await eventually(() => counts.ended === 4, 'those of a pool end');
});

test('AbortAtEveryStageEndsTheCallAndTheNextOneWorks', async (t) => {
  const { counts, worker } = countedWorkers();
  const enhancer = use(t, await createEnhancer({ worker }));
  const large = await enhancer.encode(picture(2000, 1500), { format: 'jpeg' });
  const calls = {
    analyse: ['decode', 'analyse'],
    enhance: ['inspect', 'decode', 'analyse', 'render', 'encode'],
    decode: ['decode'],
    preview: ['decode', 'analyse'],
    compare: ['decode', 'analyse', 'render'],
  };
  let aborts = 0;
  for (const [method, stages] of Object.entries(calls)) {
    for (const wanted of stages) {
      const controller = new AbortController();
      let abortedAt;
      const onProgress = ({ stage }) => {
        if (stage !== wanted || controller.signal.aborted) return;
        abortedAt = performance.now();
        controller.abort();
      };
      const [code] = await found(enhancer[method](large, { signal: controller.signal, onProgress }));
      assert.equal(code, 'run.cancelled', `${method}, ${wanted}`);
      assert.ok(performance.now() - abortedAt < 250, `${method}, ${wanted}`);
      aborts++;
      await eventually(() => counts.ended === aborts, `${method}, ${wanted}: its worker ends`);
      await enhancer.inspect(photo);
    }
  }
});

for (const threads of [1, 2]) {
  test(`TheHeapStaysBelowItsCeiling, ${threads} thread(s)`, async (t) => {
    const { counts, worker } = countedWorkers();
    const limited = use(t, await createEnhancer({ worker, threads, max_memory_bytes: 48 * MEBIBYTE }));
    const expected = (await limited.enhance(photo)).bytes;
    const large = blank(5000, 4000);
    const [code] = await found(limited.encode(large, { format: 'png' }));
    assert.equal(code, 'memory.exhausted');
    assert.deepEqual((await limited.enhance(photo)).bytes, expected);
    assert.equal(counts.started, 1, 'a refused allocation is no reason for another worker');
    const ample = use(t, await createEnhancer({ threads, max_memory_bytes: 512 * MEBIBYTE }));
    assert.ok((await ample.encode(large, { format: 'png' })).length > 0);
  });
}

test('TheWasmFileMayBeGivenInEveryForm', async (t) => {
  const bytes = await readFile(wasmFile);
  const module = await WebAssembly.compile(bytes);
  const inside = new Uint8Array(bytes.length + 20);
  inside.set(bytes, 10);
  for (const options of [
    { wasmUrl: wasmFile },
    { wasmBinary: bytes },
    { wasmBinary: new Uint8Array(bytes).buffer },
    { wasmBinary: inside.subarray(10, -10) },
    { wasmModule: module },
  ]) {
    const enhancer = use(t, await createEnhancer({ ...options, idle_ms: 10 }));
    assert.equal((await enhancer.inspect(photo)).width_px, 320);
    await wait(60);
    assert.equal((await enhancer.inspect(photo)).width_px, 320, 'and again, after the worker ended');
  }
  assert.equal((await found(createEnhancer({ wasmBinary: bytes, wasmModule: module })))[0], 'argument.invalid');
  assert.equal((await found(createEnhancer({ wasmBinary: 'bytes' })))[0], 'argument.invalid');
  assert.equal((await found(createEnhancer({ wasmModule: bytes })))[0], 'argument.invalid');
  const wrong = use(t, await createEnhancer({ wasmBinary: bytes.subarray(0, 1000) }));
  assert.equal((await found(wrong.inspect(photo)))[0], 'environment.unsupported');
});

test('AnAlteredWasmFileIsRefusedWhenAsked', async (t) => {
  const bytes = await readFile(wasmFile);
  const digest = `sha256-${createHash('sha256').update(bytes).digest('base64')}`;
  const altered = new Uint8Array(bytes);
  // In a custom section or data at the end: it would still run.
  altered[altered.length - 1] ^= 1;
  const alteredDigest = `sha256-${createHash('sha256').update(altered).digest('base64')}`;
  for (const options of [
    { integrity: true },
    { integrity: digest },
    { integrity: true, wasmBinary: bytes },
    { integrity: alteredDigest, wasmBinary: altered },
    { integrity: true, threads: 2 },
  ]) {
    const enhancer = use(t, await createEnhancer(options));
    const outcome = await enhancer.inspect(photo).then(
      () => 'ok',
      ({ code }) => code,
    );
    // Whether the altered file runs is not the question here: it had the digest that was asked for.
    assert.notEqual(outcome, 'signature.mismatch');
    if (!options.wasmBinary) assert.equal(outcome, 'ok');
  }
  for (const options of [
    { integrity: true, wasmBinary: altered },
    { integrity: digest, wasmBinary: altered },
    { integrity: alteredDigest },
  ]) {
    const enhancer = use(t, await createEnhancer(options));
    const [code, text] = await found(enhancer.inspect(photo));
    assert.equal(code, 'signature.mismatch');
    assert.match(text, /^the \.wasm file has sha256-\S{44}; expected sha256-\S{44}$/);
    assert.equal((await found(enhancer.inspect(photo)))[0], 'signature.mismatch', 'and again');
  }
  const module = await WebAssembly.compile(bytes);
  for (const options of [
    { integrity: 'sha256-short' },
    { integrity: 'sha512-x' },
    { integrity: 1 },
    { integrity: true, wasmModule: module },
  ]) {
    assert.equal((await found(createEnhancer(options)))[0], 'argument.invalid');
  }
});

test('WrongOptionsAreRefused', async (t) => {
  const cases = [
    [{ idle_ms: -1 }, 'Expected an integer from 0 to 2147483647 for idle_ms but received -1 of type number'],
    [
      { max_memory_bytes: 1000 },
      'Expected an integer from 33554432 to 4294967296 for max_memory_bytes but received 1000 of type number',
    ],
    [{ worker: 'worker.js' }, 'Expected a function for worker but received "worker.js"'],
  ];
  for (const [options, text] of cases) {
    assert.deepEqual(await found(createEnhancer(options)), ['argument.invalid', text]);
  }
  const worker = () => {
    throw new Error('no workers here');
  };
  const enhancer = use(t, await createEnhancer({ worker }));
  assert.deepEqual(await found(enhancer.inspect(photo)), ['internal.failure', 'no workers here']);
});

test('WhatIsDroppedWithoutDisposeIsCollected', async () => {
  const program = fileURLToPath(new URL('../support/dropped.mjs', import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--expose-gc', program], { timeout: 30_000 });
  assert.equal(stderr, '');
  assert.deepEqual(stdout.trim().split('\n'), [
    'a dropped enhancer ends its worker',
    'a dropped pool ends its workers',
    'a call whose enhancer is dropped is finished: 320 px',
    'a dropped preview lets the worker go',
    'a preview keeps its dropped enhancer',
  ]);
});
