// What must not break the page: hostile files, cancelling, no network.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { createEnhancer } from 'limpid';
import {
  addPhotos,
  dataFolder,
  launchChromium,
  openPage,
  photoFile,
  rendered,
  save,
  select,
  servePlayground,
  settled,
  sha256,
  tiles,
} from './support.mjs';

let browser;
let server;
let enhancer;
before(async () => {
  [browser, server, enhancer] = await Promise.all([launchChromium(), servePlayground(), createEnhancer()]);
});
after(async () => {
  enhancer?.dispose();
  await server?.close();
  await browser?.close();
});

/** Which file must get which answer: expected.txt of a folder says it. */
async function hostileFiles(folder) {
  const lines = (await readFile(join(folder, 'expected.txt'), 'utf8')).trim().split('\n');
  return lines.map((line) => line.split(' ')).map(([name, code]) => ({ name, code, path: join(folder, name) }));
}

test('EveryHostileFileGetsItsMessageAndThePageLivesOn', async (t) => {
  const { page, close, assertNothingWrong } = await openPage(browser, { origin: server.origin });
  const bombs = await mkdtemp(join(tmpdir(), 'limpid-'));
  await promisify(execFile)('python3', ['-B', `${dataFolder}make_hostile.py`, '--large', bombs]);
  const expected = [...(await hostileFiles(`${dataFolder}hostile`)), ...(await hostileFiles(bombs))];
  await addPhotos(
    page,
    expected.map(({ path }) => path),
  );
  await settled(page);
  await rm(bombs, { recursive: true });
  const found = (await tiles(page)).map(({ name, state, code }) => `${name} ${state === 'ready' ? 'ok' : code}`);
  assert.deepEqual(
    found,
    expected.map(({ name, code }) => `${name} ${code}`),
  );
  t.diagnostic(`${found.length} hostile files, ${expected.filter(({ code }) => code !== 'ok').length} refused`);

  await select(page, 'scan-bomb.jpg');
  await page.waitForSelector('.refusal .problem-title:text("scan-bomb.jpg cannot be used")');
  assert.match(await page.textContent('.refusal'), /image\.too_many_scans/);

  const photo = await photoFile('tea-gardens.jpg');
  await addPhotos(page, [photo]);
  await page.waitForSelector('.facts h2:text("tea-gardens.jpg")');
  await rendered(page);
  const { shown } = await save(page);
  const { bytes } = await enhancer.enhance(photo.buffer);
  assert.equal(shown, sha256(bytes));
  assertNothingWrong();
  await close();
});

/** Large enough that nobody is done before it is cancelled. */
async function largePhoto() {
  const file = await readFile(`${dataFolder}photos/canyon-wren.jpg`);
  const { bytes } = await enhancer.enhance(file, { strength: 0, resize: { width_px: 5000 }, quality: 95 });
  return { name: 'large.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(bytes) };
}

test('SavingCanBeCancelledAndTheNextSaveWorks', async () => {
  const { page, close, assertNothingWrong } = await openPage(browser, { origin: server.origin });
  const photo = await largePhoto();
  await addPhotos(page, [photo]);
  await page.waitForSelector('.facts h2:text("large.jpg")', { timeout: 60_000 });
  await rendered(page);
  await settled(page);
  await page.evaluate(async () => {
    document.querySelector('.save-bar .primary').click();
    const button = () => document.querySelector('.saving button');
    while (!button()) await new Promise((resolve) => setTimeout(resolve));
    button().click();
  });
  await page.waitForSelector('.save-bar .saving', { state: 'detached', timeout: 2000 });
  assert.equal((await tiles(page))[0].state, 'ready');
  assert.equal(await page.locator('.problem').count(), 0);
  assert.equal(await page.locator('.digest').count(), 0);
  const { shown } = await save(page);
  const { bytes } = await enhancer.enhance(photo.buffer);
  assert.equal(shown, sha256(bytes));
  assertNothingWrong();
  await close();
});

test('AnotherPhotoCanBeChosenWhileOneIsOpening', async () => {
  const { page, close, assertNothingWrong } = await openPage(browser, { origin: server.origin });
  await addPhotos(page, [await largePhoto(), await photoFile('casa-mila.jpg')]);
  await select(page, 'casa-mila.jpg');
  await page.waitForSelector('.facts h2:text("casa-mila.jpg")', { timeout: 60_000 });
  await rendered(page);
  await settled(page);
  assert.deepEqual(
    (await tiles(page)).map(({ state }) => state),
    ['ready', 'ready'],
  );
  assertNothingWrong();
  await close();
});

test('WorksWithoutANetworkAfterTheFirstLoad', async () => {
  const first = await servePlayground();
  const { page, close, wrongs } = await openPage(browser, { origin: first.origin });
  await page.waitForSelector('.promise[data-offline=ready]', { timeout: 30_000 });
  await first.close();
  await page.context().setOffline(true);
  await page.reload();
  await rendered(page);
  const photo = await photoFile('roman-colosseum.jpg');
  await addPhotos(page, [photo]);
  await page.waitForSelector('.facts h2:text("roman-colosseum.jpg")');
  await rendered(page);
  const { shown } = await save(page);
  const { bytes } = await enhancer.enhance(photo.buffer);
  assert.equal(shown, sha256(bytes));
  // What asks for the newest service worker finds nobody: that alone may be said.
  assert.deepEqual(
    wrongs.filter((wrong) => !/service-worker\.js|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED/.test(wrong)),
    [],
  );
  await close();
});

test('TheServerGivesOnlyWhatWasBuilt', async () => {
  for (const path of ['/../package.json', '/%2e%2e/%2e%2e/README.md', '/nothing', '/assets/', '/%ff']) {
    assert.equal((await fetch(`${server.origin}${path}`)).status, 404, path);
  }
  assert.equal((await fetch(server.origin, { method: 'POST' })).status, 404);
  const { headers } = await fetch(server.origin);
  assert.match(
    headers.get('content-security-policy'),
    /^default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'/,
  );
});
