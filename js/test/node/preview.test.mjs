// Small images that are rendered again and again.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createEnhancer } from 'limpid';
import { picture } from '../support/pictures.mjs';
import { use } from '../support/use.mjs';

let enhancer;
let photo;

before(async () => {
  enhancer = await createEnhancer();
  photo = await enhancer.encode(picture(800, 600), { format: 'jpeg' });
});
after(() => enhancer.dispose());

const found = (promise) =>
  promise.then(
    () => assert.fail('it was accepted'),
    ({ code, found: text }) => [code, text],
  );
const sum = (counts) => counts.reduce((total, count) => total + count, 0);

test('APreviewKnowsTheFullImageAndHoldsASmallOne', async (t) => {
  const preview = use(t, await enhancer.preview(photo, { max_side_px: 200 }));
  const { info, analysis, recipe } = await enhancer.analyse(photo);
  assert.deepEqual(preview.info, info);
  assert.deepEqual(preview.analysis, analysis);
  assert.deepEqual(preview.recipe, recipe);
  assert.deepEqual([preview.full_width_px, preview.full_height_px], [800, 600]);
  const { original, original_histogram } = preview;
  assert.deepEqual([original.width_px, original.height_px, original.format], [200, 150, 'rgba8']);
  assert.equal(original.data.length, 200 * 150 * 4);
  for (const channel of ['red', 'green', 'blue', 'luma']) {
    assert.ok(original_histogram[channel] instanceof Uint32Array);
    assert.equal(original_histogram[channel].length, 256);
    assert.equal(sum(original_histogram[channel]), 200 * 150, channel);
  }
  const reds = new Uint32Array(256);
  for (let i = 0; i < original.data.length; i += 4) reds[original.data[i]]++;
  assert.deepEqual(original_histogram.red, reds);
});

test('RenderingFollowsTheRecipe', async (t) => {
  const preview = use(t, await enhancer.preview(photo, { max_side_px: 200 }));
  const nothing = await preview.render({ version: 1 });
  assert.deepEqual(nothing.pixels, preview.original);
  assert.deepEqual(nothing.histogram, preview.original_histogram);
  const decided = await preview.render(preview.recipe);
  assert.notDeepEqual(decided.pixels.data, preview.original.data);
  assert.deepEqual(await preview.render(JSON.stringify(preview.recipe)), decided);
  const brighter = await preview.render({ version: 1, exposure: { exposure_ev: 1 } });
  const mean = ({ luma }) => luma.reduce((total, count, level) => total + level * count, 0) / sum(luma);
  assert.ok(mean(brighter.histogram) > mean(nothing.histogram) + 10);
});

test('RecipesOfOtherTastesAreThoseThatEnhanceDecides', async (t) => {
  const preview = use(t, await enhancer.preview(photo));
  for (const [preset, strength] of [
    ['vivid', undefined],
    ['natural', 0.5],
    ['restore', 1],
  ]) {
    const { recipe } = await enhancer.enhance(photo, { preset, strength });
    assert.deepEqual(await preview.recipeFor(preset, strength), recipe, preset);
  }
  assert.deepEqual(await found(preview.recipeFor('lively')), [
    'argument.invalid',
    'Expected one of natural, vivid, portrait, landscape, document, restore for preset but received "lively"',
  ]);
  assert.equal((await found(preview.recipeFor('vivid', 2)))[0], 'argument.invalid');
});

test('PreviewsOfPixelsHaveNoInfo', async (t) => {
  const { pixels } = await enhancer.decode(photo);
  const ofFile = use(t, await enhancer.preview(photo, { max_side_px: 100 }));
  const ofPixels = use(t, await enhancer.preview(pixels, { max_side_px: 100 }));
  assert.equal(ofPixels.info, undefined);
  assert.deepEqual(ofPixels.original, ofFile.original);
});

test('ComparisonIsAPreviewInOneCall', async (t) => {
  const seen = new Set();
  const onProgress = ({ stage }) => seen.add(stage);
  const comparison = await enhancer.compare(photo, { max_side_px: 200, preset: 'vivid', onProgress });
  const preview = use(t, await enhancer.preview(photo, { max_side_px: 200 }));
  const recipe = await preview.recipeFor('vivid');
  const { pixels, histogram } = await preview.render(recipe);
  assert.deepEqual(comparison, {
    info: preview.info,
    analysis: preview.analysis,
    recipe,
    before: preview.original,
    after: pixels,
    histograms: { before: preview.original_histogram, after: histogram },
  });
  assert.ok(seen.has('decode') && seen.has('render'), [...seen].join());
});

test('AGivenRecipeIsCompletedAndScaled', async (t) => {
  const given = { recipe: { version: 1, exposure: { exposure_ev: 0.5 } }, strength: 0.5 };
  const { recipe, after } = await enhancer.compare(photo, { ...given, max_side_px: 200 });
  const enhanced = await enhancer.enhance(photo, given);
  assert.deepEqual(recipe, enhanced.recipe);
  const preview = use(t, await enhancer.preview(photo, { max_side_px: 200 }));
  assert.deepEqual((await preview.render(enhanced.recipe)).pixels, after);
  const wrong = { recipe: { version: 1, exposure: { exposure_ev: 50 } } };
  assert.equal((await found(enhancer.compare(photo, wrong)))[0], 'recipe.out_of_range');
});

test('ManyComparisonsLeaveNothingOpen', async (t) => {
  // A preview that stayed open would keep its 3 MB; the ceiling of the heap notices.
  const limited = use(t, await createEnhancer({ max_memory_bytes: 80 * 1024 * 1024 }));
  for (let i = 0; i < 40; i++) {
    await limited.compare(photo, { max_side_px: 800 });
    await assert.rejects(limited.compare(photo, { recipe: '{}' }), { code: 'recipe.missing_field' });
  }
});

test('WrongPreviewsAreRefused', async (t) => {
  assert.deepEqual(await found(enhancer.preview(photo, { max_side_px: 15 })), [
    'argument.invalid',
    'Expected an integer from 16 to 16384 for max_side_px but received 15 of type number',
  ]);
  assert.equal((await found(enhancer.preview(photo.slice(0, 100))))[0], 'image.truncated');
  const preview = use(t, await enhancer.preview(photo, { max_side_px: 64 }));
  assert.equal((await found(preview.render({ version: 9 })))[0], 'recipe.unsupported_version');
  assert.equal((await found(preview.render({ version: 1 }, { onProgress() {} })))[0], 'argument.invalid');
  assert.equal((await preview.render({ version: 1 })).pixels.width_px, 64, 'it lives on');
});

test('LimitsOfTheOpeningHoldForWhatFollows', async (t) => {
  const preview = use(t, await enhancer.preview(photo, { max_side_px: 64, limits: { max_recipe_bytes: 30 } }));
  assert.equal((await preview.render({ version: 1 })).pixels.width_px, 64);
  assert.equal((await found(preview.render(preview.recipe)))[0], 'recipe.too_large');
});

test('AbortingARenderingKeepsTheWorkerAndItsPreview', async (t) => {
  const preview = use(t, await enhancer.preview(photo, { max_side_px: 800 }));
  const controllers = Array.from({ length: 20 }, () => new AbortController());
  const renderings = controllers.map(({ signal }) => found(preview.render(preview.recipe, { signal })));
  for (const { signal } of controllers) assert.equal(signal.aborted, false);
  const last = preview.render(preview.recipe);
  for (const controller of controllers) controller.abort();
  for (const rendering of renderings) assert.equal((await rendering)[0], 'run.cancelled');
  const startedAt = performance.now();
  await last;
  const first = performance.now() - startedAt;
  const again = performance.now();
  await preview.render(preview.recipe);
  // The aborted ones that waited cost nothing: what is waited for is at most one more rendering.
  assert.ok(first < 4 * (performance.now() - again) + 100, `${first} ms`);
});

test('APreviewOpensAgainWhenItsWorkerEnded', async (t) => {
  for (const image of [photo, new Blob([photo]), (await enhancer.decode(photo)).pixels]) {
    const preview = use(t, await enhancer.preview(image, { max_side_px: 200 }));
    const before = await preview.render(preview.recipe);
    const large = picture(3000, 2000);
    const controller = new AbortController();
    const onProgress = () => controller.abort();
    await assert.rejects(enhancer.enhance(large, { signal: controller.signal, onProgress }), { code: 'run.cancelled' });
    // In the new worker this one may have the number that the first had in the old one.
    const other = use(t, await enhancer.preview(large, { max_side_px: 64 }));
    assert.deepEqual(await preview.render(preview.recipe), before);
    assert.deepEqual(await preview.recipeFor('natural', 1), preview.recipe);
    assert.deepEqual((await other.render({ version: 1 })).pixels, other.original);
  }
});

test('ADisposedPreviewRefusesCallsAndEndsThoseUnderWay', async () => {
  const preview = await enhancer.preview(photo, { max_side_px: 200 });
  const other = await enhancer.preview(photo, { max_side_px: 200 });
  const renderings = [preview.render(preview.recipe), preview.render(preview.recipe)].map(found);
  preview.dispose();
  preview[Symbol.dispose]();
  for (const rendering of renderings) {
    assert.deepEqual(await rendering, ['run.cancelled', 'the preview was disposed']);
  }
  assert.deepEqual(await found(preview.render(preview.recipe)), [
    'argument.invalid',
    'Expected a preview in use but received one that was disposed',
  ]);
  assert.equal((await other.render(other.recipe)).pixels.width_px, 200, 'the other one lives on');
  await other[Symbol.asyncDispose]();
  assert.equal((await found(other.render(other.recipe)))[0], 'argument.invalid');
});

test('APreviewEndsWithItsEnhancer', async () => {
  const other = await createEnhancer();
  const preview = await other.preview(photo, { max_side_px: 200 });
  other.dispose();
  assert.equal((await found(preview.render(preview.recipe)))[0], 'argument.invalid');
  preview.dispose();
});
