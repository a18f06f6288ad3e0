// limpid/core and limpid/codecs/*: the library in parts, which together give what the whole gives.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { createCodec as createJpeg } from 'limpid/codecs/jpeg';
import { createCodec as createPng } from 'limpid/codecs/png';
import { createCodec as createWebp } from 'limpid/codecs/webp';
import { createCore } from 'limpid/core';
import { createSyncEngine } from 'limpid/sync';
import { picture } from '../support/pictures.mjs';
import { use } from '../support/use.mjs';

const CREATE = { jpeg: createJpeg, png: createPng, webp: createWebp };
const wasmFile = (name) => readFileSync(new URL(`../../wasm/limpid-${name}.wasm`, import.meta.url));

let whole;
let core;
let files;
before(async () => {
  [whole, core] = await Promise.all([createSyncEngine(), createCore({ integrity: true })]);
  const pixels = picture(317, 211);
  files = Object.fromEntries(Object.keys(CREATE).map((format) => [format, whole.encode(pixels, { format })]));
});
after(() => {
  whole.dispose();
  core.dispose();
});

describe('core', () => {
  test('GivesWhatTheWholeGives', () => {
    const pixels = picture(317, 211);
    const { recipe } = whole.analyse(pixels);
    assert.deepEqual(core.analyse(pixels), whole.analyse(pixels));
    assert.deepEqual(core.render(pixels, recipe), whole.render(pixels, recipe));
    assert.deepEqual(core.resize(pixels, { width_px: 100 }), whole.resize(pixels, { width_px: 100 }));
    const options = { output: 'pixels', preset: 'vivid', resize: { height_px: 99 } };
    assert.deepEqual(core.enhance(pixels, options), whole.enhance(pixels, options));
    assert.deepEqual(core.compare(pixels), whole.compare(pixels));
  });

  test('ReadsHeadersAndRefusesFiles', () => {
    for (const [format, file] of Object.entries(files)) {
      assert.deepEqual(core.inspect(file), whole.inspect(file));
      for (const call of [core.decode, core.enhance, core.analyse, core.preview])
        assert.throws(() => call.call(core, file), { code: 'image.unsupported' });
      assert.throws(() => core.encode(picture(8, 8), { format }), { code: 'encode.unsupported' });
    }
    const pixels = picture(64, 48);
    assert.deepEqual(core.analyse(pixels), whole.analyse(pixels), 'it goes on');
  });
});

for (const [format, create] of Object.entries(CREATE)) {
  describe(`codecs/${format}`, () => {
    test('DecodesAndEncodesAsTheWholeDoes', async (t) => {
      const codec = use(t, await create({ integrity: true }));
      assert.deepEqual(codec.inspect(files[format]), whole.inspect(files[format]));
      assert.deepEqual(codec.decode(files[format]), whole.decode(files[format]));
      const pixels = picture(120, 90);
      assert.deepEqual(codec.encode(pixels), whole.encode(pixels, { format }));
      const options = { quality: 55, metadata: 'strip' };
      assert.deepEqual(codec.encode(pixels, options), whole.encode(pixels, { ...options, format }));
    });

    test('RefusesTheFilesOfOthers', async (t) => {
      const codec = use(t, await create());
      for (const [other, file] of Object.entries(files)) {
        if (other === format) continue;
        assert.throws(() => codec.decode(file), { code: 'image.unsupported' });
        assert.throws(() => codec.encode(picture(8, 8), { format: other }), { code: 'argument.invalid' });
      }
      assert.throws(() => codec.decode(new Uint8Array(9)), { code: 'image.unrecognised' });
      assert.deepEqual(codec.decode(files[format]), whole.decode(files[format]), 'it goes on');
      codec.dispose();
      assert.throws(() => codec.decode(files[format]), { code: 'argument.invalid' });
    });

    test('TakesNoOtherModule', async () => {
      await assert.rejects(create({ wasmBinary: wasmFile('core'), integrity: true }), { code: 'signature.mismatch' });
    });
  });
}

test('PartsTogetherMakeTheWhole', async (t) => {
  const jpeg = use(t, await createJpeg());
  const { pixels } = jpeg.decode(files.jpeg);
  const enhanced = core.enhance(pixels, { output: 'pixels', recipe: whole.analyse(files.jpeg).recipe });
  assert.deepEqual(jpeg.encode(enhanced.pixels), whole.enhance(files.jpeg).bytes);
});
