// The built page in Debian's Chromium, and what it must never do: break its own policy, fail silently, ask strangers.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { launchChromium } from '../../test/support/chromium.mjs';
import { dataFolder, root } from '../../test/support/paths.mjs';
import { servePlayground } from '../scripts/server.mjs';

export { dataFolder, launchChromium, root, servePlayground };

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

export const photoFile = async (name, as = name) => ({
  name: as,
  mimeType: 'image/jpeg',
  buffer: await readFile(`${dataFolder}photos/${name}`),
});

/** A page, and everything it did wrong. */
export async function openPage(browser, { origin, path = '/', ...context }) {
  const opened = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    colorScheme: 'dark',
    permissions: ['clipboard-read', 'clipboard-write'],
    ...context,
  });
  opened.setDefaultTimeout(20_000);
  const page = await opened.newPage();
  const wrongs = [];
  page.on('pageerror', (error) => wrongs.push(`error: ${error.message}`));
  page.on('console', (message) => message.type() === 'error' && wrongs.push(`console: ${message.text()}`));
  opened.on('request', (request) => {
    const url = request.url();
    if (!/^(blob|data):/.test(url) && !url.startsWith(`${origin}/`)) wrongs.push(`request: ${url}`);
  });
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) =>
      console.error(`violates ${event.violatedDirective}: ${event.blockedURI}`),
    );
  });
  await page.goto(origin + path);
  return {
    page,
    wrongs,
    close: () => opened.close(),
    assertNothingWrong: () => assert.deepEqual(wrongs, []),
  };
}

/** Until the selected photo is rendered as its sliders are. */
export async function rendered(page) {
  await page.waitForSelector('.stage[data-render-ms]', { timeout: 60_000 });
}

export async function addPhotos(page, files) {
  await page.setInputFiles('.header input[type=file]', files);
}

export const tiles = (page) =>
  page.$$eval('.filmstrip .tile[data-name]', (list) =>
    list.map(({ dataset }) => ({ name: dataset.name, state: dataset.state, code: dataset.code })),
  );

/** Until no photo waits or is being looked at. */
export async function settled(page, timeout = 120_000) {
  await page.waitForFunction(
    () => {
      const list = [...document.querySelectorAll('.filmstrip .tile[data-name]')];
      return list.length > 0 && list.every(({ dataset }) => !['waiting', 'looking'].includes(dataset.state));
    },
    undefined,
    { timeout },
  );
}

export const select = (page, name) => page.click(`.tile[data-name="${name}"] .pick`);

/** The bytes of the download that `action` starts. */
export async function download(page, action) {
  const [given] = await Promise.all([page.waitForEvent('download'), action()]);
  return { name: given.suggestedFilename(), bytes: await readFile(await given.path()) };
}

/** Save the selected photo: the file, and the digest the page shows for it. */
export async function save(page) {
  const file = await download(page, () => page.click('.save-bar .primary'));
  const shown = await page.locator('.digest').getAttribute('data-sha256', { timeout: 30_000 });
  return { ...file, shown };
}

/** What a button copies. */
export async function copied(page, label) {
  await page.click(`[aria-label="${label}"]`);
  return page.evaluate(() => navigator.clipboard.readText());
}

/** Whether a C++ compiler takes it, with this library's headers. @throws what it says */
export async function compiles(cpp) {
  const compiler = spawn('g++', ['-std=c++23', '-fsyntax-only', '-I', `${root}core/include`, '-x', 'c++', '-']);
  let said = '';
  compiler.stderr.on('data', (text) => {
    said += text;
  });
  compiler.stdin.end(cpp);
  const [code] = await once(compiler, 'close');
  assert.equal(code, 0, said);
}

/** Set a slider in one move, and wait until the page has heard of it. */
export async function slide(page, selector, percent) {
  await page.locator(selector).evaluate(async (input, value) => {
    input.value = value;
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  }, String(percent));
}

export const correctionSlider = (name) => `.adjustment[data-correction="${name}"] input[type=range]`;
