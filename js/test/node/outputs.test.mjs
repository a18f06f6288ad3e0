// What an enhanced image is given back as, and in which size and colours.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createEnhancer, toImageData } from 'limpid';
import { apiOf, openEngine } from '../support/engines.mjs';
import { picture } from '../support/pictures.mjs';

/** What a page has. */
class PageImageData {
  constructor(data, width, height) {
    assert.ok(data instanceof Uint8ClampedArray);
    assert.equal(data.length, 4 * width * height);
    Object.assign(this, { data, width, height, colorSpace: 'srgb' });
  }
}

let enhancer;
let photo;

before(async () => {
  enhancer = await createEnhancer();
  photo = await enhancer.encode(picture(320, 240), { format: 'jpeg' });
});
after(() => {
  enhancer.dispose();
  delete globalThis.ImageData;
});

const found = (promise) =>
  promise.then(
    () => assert.fail('it was accepted'),
    ({ code, found: text }) => [code, text],
  );

test('AllOutputsAreTheSameImage', async () => {
  const { bytes, mediaType, report } = await enhancer.enhance(photo, { format: 'png' });
  const { pixels } = await enhancer.decode(bytes);

  const asBlob = await enhancer.enhance(photo, { format: 'png', output: 'blob' });
  assert.equal(asBlob.blob.type, mediaType);
  assert.deepEqual(new Uint8Array(await asBlob.blob.arrayBuffer()), bytes);
  assert.deepEqual([asBlob.recipe, asBlob.bytes], [report.recipe, undefined]);

  const asPixels = await enhancer.enhance(photo, { output: 'pixels' });
  assert.deepEqual(asPixels.pixels, pixels);
  assert.deepEqual(asPixels.recipe, report.recipe);

  globalThis.ImageData = PageImageData;
  const { imageData } = await enhancer.enhance(photo, { output: 'imageData' });
  assert.deepEqual(imageData.data, toImageData(pixels).data);
  assert.deepEqual([imageData.width, imageData.height], [320, 240]);
  assert.deepEqual((await enhancer.enhance(imageData, { strength: 0 })).imageData.data, imageData.data);
  delete globalThis.ImageData;
});

test('WithoutImageDataItIsRefusedBeforeTheWork', async () => {
  const expected = ['environment.unsupported', 'there is no ImageData here'];
  assert.deepEqual(await found(enhancer.enhance(photo, { output: 'imageData' })), expected);
  assert.throws(() => toImageData(picture(2, 2)), { code: 'environment.unsupported' });
});

test('ImageDataSharesTheMemoryOfRgba8AndConvertsTheRest', async () => {
  globalThis.ImageData = PageImageData;
  const rgba = picture(5, 3, 'rgba8');
  assert.equal(toImageData(rgba).data.buffer, rgba.data.buffer);
  const { module } = await openEngine('simd');
  for (const format of ['gray8', 'rgb8', 'rgba8', 'gray16', 'rgb16', 'rgba16']) {
    const channels = { gray: 1, rgb: 3, rgba: 4 }[format.replace(/\d+/, '')];
    const sampleBytes = format.endsWith('16') ? 2 : 1;
    // 256 x 256: every value that 16 bits have.
    const data = new Uint8Array(256 * 256 * channels * sampleBytes);
    for (let i = 0; i < data.length; i++) data[i] = sampleBytes === 2 ? (i % 2 ? i >> 9 : i >> 1) : i * 7;
    const pixels = { width_px: 256, height_px: 256, format, data };
    const expected = module.toRgba8(pixels).pixels.data;
    assert.deepEqual(new Uint8Array(toImageData(pixels).data.buffer), expected, format);
  }
  for (const wrong of [{ format: 'rgb32' }, { data: new Uint8Array(3) }, { width_px: 6 }, { format: '__proto__' }]) {
    assert.throws(() => toImageData({ ...rgba, ...wrong }), { code: 'argument.invalid' }, JSON.stringify(wrong));
  }
  delete globalThis.ImageData;
});

test('ImagesAreResizedAsTheLibraryDoes', async () => {
  const sizeOf = async (resize) => {
    const { report, bytes } = await enhancer.enhance(photo, { resize });
    const { width_px, height_px } = await enhancer.inspect(bytes);
    assert.deepEqual([report.output_width_px, report.output_height_px], [width_px, height_px]);
    return [width_px, height_px];
  };
  assert.deepEqual(await sizeOf({ width_px: 100 }), [100, 75]);
  assert.deepEqual(await sizeOf({ width_px: 100, height_px: 100 }), [100, 75]);
  assert.deepEqual(await sizeOf({ width_px: 100, height_px: 100, fit: 'cover' }), [100, 100]);
  assert.deepEqual(await sizeOf({ width_px: 60, height_px: 100, fit: 'exact' }), [60, 100]);
  assert.deepEqual(await sizeOf({ width_px: 640, enlarge: false }), [320, 240]);
  assert.deepEqual(await sizeOf({ width_px: 640, filter: 'magic_kernel_sharp_2021' }), [640, 480]);

  const { pixels } = await enhancer.enhance(photo, { output: 'pixels', recipe: { version: 1 } });
  const small = await enhancer.resize(pixels, { height_px: 60 });
  assert.deepEqual([small.width_px, small.height_px, small.format], [80, 60, 'rgb8']);
  const both = await enhancer.enhance(photo, { output: 'pixels', recipe: { version: 1 }, resize: { height_px: 60 } });
  assert.deepEqual(both.pixels, small);
});

test('WrongSizesAreRefused', async () => {
  assert.deepEqual(await found(enhancer.enhance(photo, { resize: { width_px: 0 } })), [
    'argument.invalid',
    'Expected an integer from 1 to 65535 for resize.width_px but received 0 of type number',
  ]);
  assert.deepEqual(await found(enhancer.enhance(photo, { resize: { width: 5 } })), [
    'argument.invalid',
    'Expected one of width_px, height_px, fit, filter, enlarge for the name of an option but received "width"',
  ]);
  assert.equal(
    (await found(enhancer.enhance(photo, { resize: { fit: 'contain', width_px: 5 } })))[0],
    'argument.invalid',
  );
  assert.equal((await found(enhancer.enhance(photo, { resize: {} })))[0], 'resize.out_of_range');
  assert.equal((await found(enhancer.resize(picture(320, 240), { width_px: 2 })))[0], 'resize.out_of_range');
  assert.equal((await found(enhancer.resize(picture(32, 24), null)))[0], 'argument.invalid');
});

const INVERTING = 'LUT_1D_SIZE 2\n1 1 1\n0 0 0\n';

test('ATableChangesTheColours', async () => {
  const look = async (options) =>
    (await enhancer.enhance(photo, { recipe: { version: 1 }, output: 'pixels', ...options })).pixels.data;
  const plain = await look({});
  const inverted = await look({ lut: INVERTING });
  assert.deepEqual(
    inverted,
    plain.map((level) => 255 - level),
  );
  assert.deepEqual(await look({ lut: new TextEncoder().encode(INVERTING) }), inverted);
  assert.deepEqual(await look({ lut: INVERTING, lutStrength: 0 }), plain);
  assert.deepEqual(await found(enhancer.enhance(photo, { lut: 5 })), [
    'argument.invalid',
    'Expected the text of a .cube file, a string or Uint8Array for lut but received 5 of type number',
  ]);
  assert.equal((await found(enhancer.enhance(photo, { lut: 'LUT_1D_SIZE two' })))[0], 'lut.malformed');
  assert.equal((await found(enhancer.enhance(photo, { lut: INVERTING, lutStrength: 2 })))[0], 'argument.invalid');
});

test('EveryVariantGivesTheSamePixels', async () => {
  const options = { output: 'rgba8', resize: { width_px: 150 }, lut: new TextEncoder().encode(INVERTING) };
  const results = await Promise.all(
    ['simd', 'simd-threads'].map(async (variant) => apiOf(await openEngine(variant)).enhance(photo, options)),
  );
  for (const result of results.slice(1)) assert.deepEqual(result, results[0]);
});
