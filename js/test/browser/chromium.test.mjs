// The package in a page of Debian's Chromium: strict Content-Security-Policy, with and without
// cross-origin isolation.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { createEnhancer } from 'limpid';
import { parseGolden } from '../parity/check.mjs';
import { launchChromium } from '../support/chromium.mjs';
import { root } from '../support/paths.mjs';
import { picture } from '../support/pictures.mjs';
import { serve } from '../support/server.mjs';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

let browser;
before(async () => {
  browser = await launchChromium();
});
after(() => browser?.close());

/** A page of this server, and every request it made elsewhere. */
async function open(server, path) {
  const page = await browser.newPage();
  const strangers = [];
  page.on('request', (request) => {
    if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(`${server.origin}/`))
      strangers.push(request.url());
  });
  await page.goto(server.origin + path);
  await page.waitForFunction(() => document.readyState === 'complete');
  return { page, strangers };
}

const call = (page, name, ...args) => page.evaluate(([method, given]) => window.limpid[method](...given), [name, args]);

/** Workers end a moment after they are told to; Chromium gives one that waits for a lock two seconds. */
async function assertNoWorkers(page) {
  for (let i = 0; i < 100 && page.workers().length > 0; i++) await page.waitForTimeout(100);
  assert.equal(page.workers().length, 0);
}

const SETTINGS = [
  { name: 'simd, page not isolated', isolated: false, options: {}, variant: 'simd', threads: 1 },
  { name: 'simd, page isolated', isolated: true, options: {}, variant: 'simd', threads: 1 },
  { name: 'simd-threads, page isolated', isolated: true, options: { threads: 2 }, variant: 'simd-threads', threads: 2 },
];

for (const { name, isolated, options, variant, threads } of SETTINGS) {
  describe(name, () => {
    let server;
    let page;
    let strangers;

    before(async () => {
      server = await serve({ isolated });
      ({ page, strangers } = await open(server, '/js/test/browser/page.html'));
    });
    after(async () => {
      await page?.close();
      await server?.close();
    });

    test('UsesTheVariantThatWasAskedFor', async () => {
      assert.deepEqual(await call(page, 'describe', options), { variant, threads, isolated });
    });

    test('GivesTheBytesThatNodeGives', async () => {
      const enhancer = await createEnhancer();
      const file = await enhancer.encode(picture(317, 211), { format: 'jpeg' });
      const { bytes } = await enhancer.enhance(file);
      enhancer.dispose();
      const { stages, ...result } = await call(page, 'enhancePicture', options, 317, 211);
      assert.deepEqual(result, { file: sha256(file), enhanced: sha256(bytes), width: 317 });
      assert.deepEqual(stages.slice(-4), ['decode', 'analyse', 'render', 'encode']);
    });

    // Isolation changes nothing for one thread: once is enough.
    if (isolated === threads > 1) {
      test('EveryDigestOfGoldenTxt', async (t) => {
        const rows = parseGolden(await readFile(`${root}tests/parity/golden.txt`, 'utf8'));
        const { checked, differences } = await call(page, 'parity', options);
        assert.deepEqual(differences, []);
        assert.equal(checked, rows.length);
        t.diagnostic(`${checked} digests agree`);
      });
    }

    test('AbortRejectsAtOnceAndTheNextCallWorks', async () => {
      const { error, milliseconds, width_px } = await call(page, 'abort', options);
      assert.equal(error.code, 'run.cancelled');
      assert.equal(error.name, 'AbortError');
      assert.ok(milliseconds < 100, `${milliseconds} ms`);
      assert.equal(width_px, 3000);
    });

    test('AMissingWasmFileIsAnError', async () => {
      const error = await call(page, 'failure', { ...options, wasmUrl: '/js/wasm/nowhere.wasm' });
      assert.equal(error.code, 'io.unreadable');
      assert.match(error.found, /nowhere\.wasm answered with status 404/);
    });

    test('LeavesNoWorkerBreaksNoPolicyAndAsksNobodyElse', async () => {
      await assertNoWorkers(page);
      assert.deepEqual(await call(page, 'violations'), []);
      assert.deepEqual(strangers, []);
    });
  });
}

test('WithoutIsolationThreadsAreRefusedAndAutoDoesWithout', async () => {
  const server = await serve({ isolated: false });
  const { page } = await open(server, '/js/test/browser/page.html');
  assert.equal((await call(page, 'failure', { threads: 2 })).code, 'environment.unsupported');
  assert.deepEqual(await call(page, 'describe', { threads: 'auto' }), { variant: 'simd', threads: 1, isolated: false });
  await page.close();
  await server.close();
});

test('APolicyThatForbidsWebAssemblyIsAnErrorNotAHang', async () => {
  const server = await serve({ isolated: false, csp: "default-src 'self'" });
  const { page } = await open(server, '/js/test/browser/page.html');
  assert.equal((await call(page, 'failure', {})).code, 'environment.unsupported');
  await page.close();
  await server.close();
});

test('TheExamplePageEnhancesAPhoto', async () => {
  const enhancer = await createEnhancer();
  const file = await enhancer.encode(picture(640, 480), { format: 'jpeg' });
  const { bytes } = await enhancer.enhance(file);
  enhancer.dispose();

  const server = await serve({ isolated: false });
  const { page, strangers } = await open(server, '/examples/browser/index.html');
  await page.setInputFiles('input[type=file]', {
    name: 'holiday.jpg',
    mimeType: 'image/jpeg',
    buffer: Buffer.from(file),
  });
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('a[download]')]);
  assert.equal(download.suggestedFilename(), 'holiday-limpid.jpg');
  assert.equal(sha256(await readFile(await download.path())), sha256(bytes));

  await page.setInputFiles('input[type=file]', {
    name: 'note.jpg',
    mimeType: 'image/jpeg',
    buffer: Buffer.from('not a photo'),
  });
  await page.waitForFunction(() => document.querySelector('output').textContent.startsWith('image.unrecognised'));
  assert.deepEqual(strangers, []);
  await page.close();
  await server.close();
});
