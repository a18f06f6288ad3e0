// The package as a program in Node uses it.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createEnhancer, DEFAULT_LIMITS, LimpidError, VERSION } from 'limpid';
import { picture } from '../support/pictures.mjs';

let enhancer;
let photo;

before(async () => {
  enhancer = await createEnhancer();
  photo = await enhancer.encode(picture(320, 240), { format: 'jpeg' });
});
after(() => enhancer.dispose());

test('EnhanceGivesAFileItsRecipeAndAReport', async () => {
  const { bytes, mediaType, recipe, report } = await enhancer.enhance(photo);
  assert.equal(mediaType, 'image/jpeg');
  assert.equal(report.output_bytes, bytes.byteLength);
  assert.equal(report.output_format, 'jpeg');
  assert.equal(report.pixels_unchanged, false);
  assert.ok(report.peak_pixel_bytes >= 2 * 320 * 240 * 3);
  assert.equal(recipe.version, 1);
  const info = await enhancer.inspect(bytes);
  assert.deepEqual([info.width_px, info.height_px, info.format], [320, 240, 'jpeg']);
});

test('AnalyseGivesTheRecipeThatEnhanceApplies', async () => {
  const { info, analysis, recipe } = await enhancer.analyse(photo);
  assert.equal(info.width_px, 320);
  assert.ok(analysis.cast_deg > 1, 'the picture is bluish');
  const decided = await enhancer.enhance(photo);
  const given = await enhancer.enhance(photo, { recipe });
  assert.deepEqual(given.bytes, decided.bytes);
  assert.deepEqual(given.recipe, decided.recipe);
  assert.equal(given.report.analysis ?? null, null);
  assert.deepEqual((await enhancer.enhance(photo, { recipe: JSON.stringify(recipe) })).bytes, decided.bytes);
});

test('OptionsReachTheEncoder', async () => {
  const inspect = async (options) => {
    const { bytes } = await enhancer.enhance(photo, options);
    return { ...(await enhancer.inspect(bytes)), size: bytes.length };
  };
  assert.equal((await inspect({ format: 'png' })).format, 'png');
  assert.equal((await inspect({ progressive: true })).progressive, true);
  assert.equal((await inspect({})).chroma_subsampling, '4:2:0');
  assert.equal((await inspect({ chroma: '4:4:4' })).chroma_subsampling, '4:4:4');
  assert.equal((await inspect({ format: 'webp', lossless: true })).lossless, true);
  assert.ok((await inspect({ quality: 50 })).size < (await inspect({ quality: 95 })).size);
});

test('StrengthZeroChangesNoPixel', async () => {
  const { bytes, report } = await enhancer.enhance(photo, { strength: 0, format: 'png' });
  assert.equal(report.pixels_unchanged, true);
  const { pixels } = await enhancer.decode(photo);
  assert.deepEqual((await enhancer.decode(bytes)).pixels, pixels);
});

test('DecodeRenderAndEncodeAreThePartsOfEnhance', async () => {
  const { pixels, metadata } = await enhancer.decode(photo);
  const { recipe } = await enhancer.analyse(photo);
  const rendered = await enhancer.render(pixels, recipe);
  const bytes = await enhancer.encode(rendered, { format: 'jpeg', blocks: metadata });
  assert.deepEqual(bytes, (await enhancer.enhance(photo)).bytes);
});

test('HostileInputIsRefusedWithACode', async () => {
  const cases = [
    [new Uint8Array(0), 'image.empty'],
    [new TextEncoder().encode('GIF89a and so on'), 'image.unrecognised'],
    [photo.slice(0, 100), 'image.truncated'],
  ];
  for (const [image, code] of cases) {
    const error = await enhancer.enhance(image).catch((thrown) => thrown);
    assert.ok(error instanceof LimpidError);
    assert.equal(error.code, code);
    assert.ok(error.message.startsWith(`${code}: `));
    assert.ok(error.hint.length > 0);
    assert.ok(!error.message.includes('\n'));
  }
});

test('LimitsHoldForTheEnhancerAndForTheCall', async () => {
  await assert.rejects(enhancer.enhance(photo, { limits: { max_pixels: 1000 } }), { code: 'image.too_large' });
  await assert.rejects(enhancer.inspect(photo, { limits: { max_width_px: 319 } }), { code: 'image.too_large' });
  const strict = await createEnhancer({ limits: { max_width_px: 100 } });
  await assert.rejects(strict.inspect(photo), { code: 'image.too_large' });
  assert.equal((await strict.inspect(photo, { limits: { max_width_px: 320 } })).width_px, 320);
  strict.dispose();
});

test('AFileOverTheLimitIsRefusedUnread', async () => {
  const unread = new Blob([new Uint8Array(2000)]);
  unread.arrayBuffer = () => assert.fail('the Blob was read');
  await assert.rejects(enhancer.inspect(unread, { limits: { max_file_bytes: 1999 } }), {
    code: 'image.too_large',
    found: '2000 bytes; max_file_bytes is 1999',
  });
  assert.equal(DEFAULT_LIMITS.max_file_bytes, 50 * 1024 * 1024);
});

test('RecipesAreCheckedByTheLibrary', async () => {
  const codeOf = (recipe) =>
    enhancer.enhance(photo, { recipe }).then(
      () => 'accepted',
      (error) => error.code,
    );
  assert.equal(await codeOf({ version: 1, exposure: { exposure_ev: 0.5 } }), 'accepted');
  assert.equal(await codeOf('{"version":1'), 'recipe.malformed');
  assert.equal(await codeOf('{"version":1,"version":1}'), 'recipe.malformed');
  assert.equal(await codeOf({}), 'recipe.missing_field');
  assert.equal(await codeOf({ version: 2 }), 'recipe.unsupported_version');
  assert.equal(await codeOf({ version: 1, blur: {} }), 'recipe.unknown_field');
  assert.equal(await codeOf({ version: 1, exposure: { exposure_ev: 'much' } }), 'recipe.wrong_type');
  assert.equal(await codeOf({ version: 1, exposure: { exposure_ev: 5 } }), 'recipe.out_of_range');
  assert.equal(await codeOf(`{"version":1,"x":"${'y'.repeat(70_000)}"}`), 'recipe.too_large');
  const circular = { version: 1 };
  circular.self = circular;
  assert.equal(await codeOf(circular), 'recipe.malformed');
});

test('WrongArgumentsSayWhatWasExpected', async () => {
  const messageOf = (call) => call().then(assert.fail, (error) => [error.code, error.found]);
  const cases = [
    [
      () => enhancer.enhance(photo, { quality: 101 }),
      'Expected an integer from 1 to 100 for quality but received 101 of type number',
    ],
    [() => enhancer.enhance(photo, { strength: '1' }), 'Expected a number from 0 to 1 for strength but received "1"'],
    [() => enhancer.enhance(photo, { format: 'gif' }), 'Expected one of jpeg, png, webp for format but received "gif"'],
    [
      () => enhancer.enhance(photo, { signal: {} }),
      'Expected an AbortSignal for signal but received an object of type Object',
    ],
    [() => enhancer.enhance(photo, null), 'Expected an object for options but received null'],
    [
      () => enhancer.analyse(photo, { limits: { max_pixels: 0.5 } }),
      'Expected an integer from 0 to 9007199254740991 for limits.max_pixels but received 0.5 of type number',
    ],
    [
      () => createEnhancer({ threads: 0 }),
      "Expected 'auto' or an integer from 1 to 256 for threads but received 0 of type number",
    ],
  ];
  for (const [call, found] of cases) assert.deepEqual(await messageOf(call), ['argument.invalid', found]);
  for (const call of [
    () => enhancer.enhance(photo, { qualty: 90 }),
    () => enhancer.inspect(photo, { limits: { max_pixel: 1 } }),
  ]) {
    assert.equal((await messageOf(call))[0], 'argument.invalid');
  }
});

test('ProgressGoesThroughTheStagesInOrder', async () => {
  const order = ['inspect', 'decode', 'analyse', 'render', 'encode'];
  const seen = [];
  await enhancer.enhance(photo, { onProgress: (progress) => seen.push(progress) });
  const steps = seen.map(({ stage, fraction }) => order.indexOf(stage) + fraction);
  assert.deepEqual(
    steps,
    steps.toSorted((a, b) => a - b),
  );
  assert.ok(seen.every(({ fraction }) => fraction >= 0 && fraction <= 1));
  for (const stage of order) {
    assert.ok(
      seen.some((progress) => progress.stage === stage && progress.fraction === 1),
      stage,
    );
  }
});

test('EveryCallThatTakesTimeReportsItsProgress', async () => {
  const { pixels } = await enhancer.decode(photo);
  const { recipe } = await enhancer.analyse(photo);
  const stagesOf = async (call) => {
    const stages = new Set();
    await call({ onProgress: ({ stage }) => stages.add(stage) });
    return [...stages].join();
  };
  assert.equal(await stagesOf((options) => enhancer.decode(photo, options)), 'decode');
  assert.equal(await stagesOf((options) => enhancer.analyse(photo, options)), 'inspect,decode,analyse');
  assert.equal(await stagesOf((options) => enhancer.analyse(pixels, options)), 'analyse');
  assert.equal(await stagesOf((options) => enhancer.enhance(pixels, options)), 'analyse,render');
  assert.equal(await stagesOf((options) => enhancer.preview(photo, options)), 'decode,analyse,render');
  assert.equal(await stagesOf((options) => enhancer.compare(photo, options)), 'decode,analyse,render');
  assert.equal(await stagesOf((options) => enhancer.render(pixels, recipe, options)), 'render');
  assert.equal(await stagesOf((options) => enhancer.resize(pixels, { width_px: 99 }, options)), 'render');
  assert.equal(await stagesOf((options) => enhancer.encode(pixels, { format: 'png', ...options })), 'encode');
});

test('AnErrorInOnProgressEndsTheCall', async () => {
  const mine = new Error('mine');
  const onProgress = () => {
    throw mine;
  };
  await assert.rejects(enhancer.enhance(photo, { onProgress }), mine);
  await enhancer.inspect(photo);
});

test('AbortRejectsAtOnceAndOtherCallsGoOn', async () => {
  const large = await enhancer.encode(picture(3000, 2000), { format: 'jpeg' });
  const controller = new AbortController();
  const reason = new Error('the user left');
  let abortedAt;
  const onProgress = ({ stage }) => {
    if (stage === 'decode' && !controller.signal.aborted) {
      abortedAt = performance.now();
      controller.abort(reason);
    }
  };
  const aborted = enhancer.enhance(large, { signal: controller.signal, onProgress });
  const waiting = enhancer.enhance(photo);
  const error = await aborted.catch((thrown) => thrown);
  assert.ok(performance.now() - abortedAt < 100);
  assert.deepEqual([error.name, error.code, error.cause], ['AbortError', 'run.cancelled', reason]);
  assert.deepEqual((await waiting).bytes, (await enhancer.enhance(photo)).bytes);
});

test('AbortBeforeTheCallAndWhileWaiting', async () => {
  await assert.rejects(enhancer.inspect(photo, { signal: AbortSignal.abort() }), { code: 'run.cancelled' });
  const controller = new AbortController();
  const first = enhancer.enhance(photo);
  const waiting = enhancer.enhance(photo, { signal: controller.signal });
  controller.abort();
  await assert.rejects(waiting, { name: 'AbortError' });
  await first;
});

test('DisposeRejectsWhatIsUnderWayAndMayBeRepeated', async () => {
  const other = await createEnhancer();
  const calls = [other.enhance(photo), other.enhance(photo)];
  other.dispose();
  other.dispose();
  for (const call of calls) await assert.rejects(call, { code: 'run.cancelled' });
  await assert.rejects(other.inspect(photo), { code: 'argument.invalid' });
  other[Symbol.dispose]();
  await other[Symbol.asyncDispose]();
});

test('ThreadsGiveTheSameBytes', async () => {
  const threaded = await createEnhancer({ threads: 2 });
  assert.deepEqual([threaded.variant, threaded.threads], ['simd-threads', 2]);
  assert.deepEqual([enhancer.variant, enhancer.threads], ['simd', 1]);
  const [one, two] = await Promise.all([enhancer.enhance(photo), threaded.enhance(photo)]);
  assert.deepEqual(two, one);
  threaded.dispose();
  const automatic = await createEnhancer({ threads: 'auto' });
  assert.deepEqual((await automatic.enhance(photo)).bytes, one.bytes);
  automatic.dispose();
});

test('WasmUrlNamesTheFile', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'limpid-'));
  const elsewhere = join(folder, 'a b.wasm');
  await copyFile(new URL('../../wasm/limpid-simd.wasm', import.meta.url), elsewhere);
  const moved = await createEnhancer({ wasmUrl: elsewhere });
  assert.equal((await moved.inspect(photo)).width_px, 320);
  moved.dispose();
  await rm(folder, { recursive: true });
  const missing = await createEnhancer({ wasmUrl: elsewhere });
  await assert.rejects(missing.inspect(photo), { code: 'io.unreadable' });
  await assert.rejects(missing.inspect(photo), { code: 'io.unreadable' }, 'and again: it does not hang');
  missing.dispose();
  const wrong = await createEnhancer({ wasmUrl: fileURLToPath(import.meta.url) });
  await assert.rejects(wrong.inspect(photo), { code: 'environment.unsupported' });
  wrong.dispose();
});

test('WithoutSimdTheErrorSaysSo', async (t) => {
  t.mock.method(WebAssembly, 'validate', () => false);
  await assert.rejects(createEnhancer(), {
    code: 'environment.unsupported',
    found: 'there is no WebAssembly SIMD here',
  });
});

test('AnIdleEnhancerDoesNotKeepTheProcessAlive', async () => {
  const program = `
    import { createEnhancer, VERSION } from 'limpid';
    for (const threads of [1, 2]) {
      const enhancer = await createEnhancer({ threads });
      await enhancer.inspect(new Uint8Array(3)).catch((error) => console.log(error.code));
    }
    console.log(VERSION);`;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    timeout: 30_000,
  });
  assert.equal(stdout, `image.unrecognised\nimage.unrecognised\n${VERSION}\n`);
  assert.equal(stderr, '');
});
