// Folders, chosen and dropped, with what lies in them beside photographs.

import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { dataFolder, launchChromium, openPage, rendered, servePlayground, settled, tiles } from './support.mjs';

let browser;
let server;
let folder;
before(async () => {
  [browser, server, folder] = await Promise.all([
    launchChromium(),
    servePlayground(),
    mkdtemp(join(tmpdir(), 'limpid-')),
  ]);
  await mkdir(join(folder, 'trip', 'day 2'), { recursive: true });
  const small = (name) => `${dataFolder}sizes/${name}`;
  await copyFile(small('257x129.jpg'), join(folder, 'trip', '10.jpg'));
  await copyFile(small('257x129.jpg'), join(folder, 'trip', '9.JPEG'));
  await copyFile(small('257x129.jpg'), join(folder, 'trip', 'day 2', '1.jpg'));
  await writeFile(join(folder, 'trip', 'notes.txt'), 'no photo');
  await writeFile(join(folder, 'trip', 'day 2', 'broken.png'), 'no photo either');
});
after(async () => {
  await server?.close();
  await browser?.close();
  if (folder) await rm(folder, { recursive: true });
});

const EXPECTED = [
  { name: '9.JPEG', state: 'ready', code: undefined },
  { name: '10.jpg', state: 'ready', code: undefined },
  { name: '1.jpg', state: 'ready', code: undefined },
  { name: 'broken.png', state: 'refused', code: 'image.unrecognised' },
];

test('AFolderIsChosenWithThoseInIt', async () => {
  const { page, close, assertNothingWrong } = await openPage(browser, { origin: server.origin });
  await rendered(page);
  await page.setInputFiles('.filmstrip-actions input[type=file]', join(folder, 'trip'));
  await settled(page);
  assert.deepEqual(await tiles(page), EXPECTED);
  assertNothingWrong();
  await close();
});

test('AFolderIsDropped', async () => {
  const { page, close, assertNothingWrong } = await openPage(browser, { origin: server.origin });
  await rendered(page);
  const input = await page.context().newCDPSession(page);
  const data = { items: [], files: [join(folder, 'trip')], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'])
    await input.send('Input.dispatchDragEvent', { type, x: 300, y: 300, data });
  await page.waitForSelector('.tile[data-name="1.jpg"]');
  await settled(page);
  assert.deepEqual(await tiles(page), EXPECTED);
  assertNothingWrong();
  await close();
});

test('AnEmptyFolderChangesNothing', async () => {
  const { page, close } = await openPage(browser, { origin: server.origin });
  await rendered(page);
  const before = await tiles(page);
  await mkdir(join(folder, 'empty'));
  await writeFile(join(folder, 'empty', 'notes.txt'), 'no photo');
  await page.setInputFiles('.filmstrip-actions input[type=file]', join(folder, 'empty'));
  await page.waitForFunction(() => document.body.textContent.includes('No photos there'));
  assert.deepEqual(
    (await tiles(page)).map(({ name }) => name),
    before.map(({ name }) => name),
  );
  await close();
});
