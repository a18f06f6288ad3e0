// The whole client of the package in a page of Debian's Chromium, under a strict Content-Security-Policy.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { createEnhancer } from 'limpid';
import { launchChromium } from '../support/chromium.mjs';
import { dataFolder } from '../support/paths.mjs';
import { picture } from '../support/pictures.mjs';
import { STRICT_CSP, serve } from '../support/server.mjs';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const MEBIBYTE = 1024 * 1024;
/** Strings that name a Blob are fetched, which a page has to allow. */
const BLOB_CSP = `${STRICT_CSP}; connect-src 'self' blob:`;

let browser;
let enhancer;
let photo;
before(async () => {
  browser = await launchChromium(['--js-flags=--expose-gc', '--enable-precise-memory-info']);
  enhancer = await createEnhancer();
  photo = await readFile(`${dataFolder}photos/lake-sherburne.jpg`);
});
after(async () => {
  enhancer?.dispose();
  await browser?.close();
});

async function openClient(server) {
  const page = await browser.newPage();
  await page.goto(`${server.origin}/js/test/browser/client.html`);
  await page.waitForFunction(() => window.limpid !== undefined);
  return page;
}

for (const { name, isolated, options } of [
  { name: 'simd', isolated: false, options: {} },
  { name: 'simd-threads', isolated: true, options: { threads: 2 } },
]) {
  describe(name, () => {
    let server;
    let page;
    const call = (method, ...args) =>
      page.evaluate(([called, given]) => window.limpid[called](...given), [method, args]);

    before(async () => {
      server = await serve({ isolated, csp: BLOB_CSP });
      page = await openClient(server);
    });
    after(async () => {
      await page?.close();
      await server?.close();
    });

    test('AFileMayComeInEveryFormAndGivesTheBytesThatNodeGives', async () => {
      const expected = sha256((await enhancer.enhance(photo)).bytes);
      const digests = await call('fileInputs', options);
      assert.equal(Object.keys(digests).length, 12);
      for (const [form, digest] of Object.entries(digests)) assert.equal(digest, expected, form);
    });

    test('PixelsMayComeInEveryForm', async () => {
      const pixels = picture(120, 90, 'rgba8');
      for (let i = 3; i < pixels.data.length; i += 4) pixels.data[i] = 255;
      const file = sha256((await enhancer.enhance(pixels, { format: 'png' })).bytes);
      const data = sha256((await enhancer.enhance(pixels)).pixels.data);
      const { files, outputs, kinds, kept, closed, preview } = await call('pixelInputs', options);
      assert.deepEqual(files, {
        pixels: file,
        imageData: file,
        bitmap: file,
        bitmapAgain: file,
        bitmapTransferred: file,
      });
      assert.deepEqual(outputs, [data, data, data]);
      assert.deepEqual(kinds, [true, true, true]);
      assert.equal(kept, true);
      assert.equal(closed, 'argument.invalid', 'a bitmap that was handed over is closed');
      assert.deepEqual(preview, [60, 45]);
    });

    test('EveryOutputIsTheSameImage', async () => {
      const { type, blob, bytes, imageData, pixels, decoded } = await call('outputs', options);
      assert.equal(type, 'image/png');
      assert.equal(bytes, sha256((await enhancer.enhance(photo, { format: 'png' })).bytes));
      assert.equal(blob, bytes);
      assert.deepEqual([pixels, decoded], [imageData, imageData]);
    });

    test('WhatCannotBeReadHasACode', async () => {
      assert.deepEqual(await call('unreadable', options), {
        missing: 'io.unreadable',
        used: 'io.unreadable',
        locked: 'io.unreadable',
        revoked: 'io.unreadable',
        opaque: 'io.unreadable',
        file: 'argument.invalid',
        nothing: 'argument.invalid',
        tooLarge: 'image.too_large',
      });
    });

    test('AbortEndsReading', async () => {
      assert.deepEqual(await call('abortReading', options), { code: 'run.cancelled', stopped: true, next: 'ok' });
    });

    test('APreviewSurvivesItsWorkerAndLooksAsInNode', async () => {
      const expected = await enhancer.preview(photo, { max_side_px: 300 });
      const rendered = sha256((await expected.render(expected.recipe)).pixels.data);
      assert.deepEqual(await call('preview', options), {
        code: 'run.cancelled',
        original: sha256(expected.original.data),
        before: rendered,
        after: rendered,
        compared: rendered,
        recipe: JSON.stringify(expected.recipe),
        vivid: JSON.stringify(await expected.recipeFor('vivid', 0.5)),
      });
      expected.dispose();
    });

    test('APoolKeepsTheOrder', async () => {
      assert.deepEqual(
        await call('pool', options, 12),
        Array.from({ length: 12 }, (_, i) => 40 + i),
      );
    });

    test('HostileFilesGetTheirAnswerAndThePageLivesOn', async (t) => {
      const { wrong, checked, after: format } = await call('hostile', options);
      assert.deepEqual(wrong, []);
      assert.equal(format, 'jpeg');
      t.diagnostic(`${checked} hostile files`);
    });

    test('AThousandImagesLeaveTheHeapOfThePageAsItWas', async (t) => {
      const { before: first, after: last, collects } = await call('soak', options, { first: 100, all: 1000 });
      assert.equal(collects, true);
      t.diagnostic(`${first} bytes after 100 images, ${last} after 1,000`);
      assert.ok(last < first + MEBIBYTE, `${first}, then ${last}`);
    });

    test('NoPolicyWasBroken', async () => assert.deepEqual(await call('violations'), []));

    // What has one thread in either page.
    if (isolated) return;

    test('AThousandImagesLeaveTheHeapOfTheModuleAsItWas', async (t) => {
      const { bytes, before: first, after: last } = await call('syncSoak', 1000);
      assert.equal(last.heap_bytes, first.heap_bytes);
      const left = last.allocated_bytes - first.allocated_bytes;
      assert.ok(left < 20_000, `${left} bytes are left`);
      assert.equal(bytes, await call('enhanceSmall', options));
      t.diagnostic(`${first.heap_bytes} bytes of heap`);
    });

    test('CoreAndCodecsGiveTheBytesOfTheWhole', async () => {
      const digests = await call('parts');
      for (const format of ['jpeg', 'png', 'webp']) {
        const { pixels } = await enhancer.decode(await enhancer.encode(picture(120, 90), { format }));
        assert.equal(digests[format], sha256((await enhancer.enhance(pixels, { format })).bytes), format);
      }
    });

    test('TheWasmFileAndTheWorkerMayBeGiven', async () => {
      assert.deepEqual(await call('wasmForms'), {
        binary: 'ok',
        module: 'ok',
        url: 'ok',
        altered: 'signature.mismatch',
        otherDigest: 'signature.mismatch',
        ownWorker: 'ok',
        missingWorker: 'internal.failure',
      });
    });

    test('IdleAndDroppedEnhancersEndTheirWorkers', async () => {
      await call('drop');
      for (let i = 0; i < 100 && page.workers().length > 0; i++) {
        await page.evaluate(() => globalThis.gc());
        await page.waitForTimeout(50);
      }
      assert.equal(page.workers().length, 0);
      assert.equal((await call('inspectAgain')).format, 'jpeg');
    });
  });
}

test('ABlobAddressThatThePolicyForbidsIsAnErrorNotAHang', async () => {
  const server = await serve({ isolated: false });
  const page = await openClient(server);
  const code = await page.evaluate(() => window.limpid.blobAddress());
  assert.equal(code, 'io.unreadable');
  await page.close();
  await server.close();
});
