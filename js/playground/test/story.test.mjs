// What a photographer does with the page, from the first look to the saved files.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { createEnhancer } from 'limpid';
import {
  addPhotos,
  compiles,
  copied,
  correctionSlider,
  dataFolder,
  launchChromium,
  openPage,
  photoFile,
  rendered,
  root,
  save,
  select,
  servePlayground,
  settled,
  sha256,
  slide,
  tiles,
} from './support.mjs';

const run = promisify(execFile);
const PHOTO = 'canyon-wren.jpg';

let browser;
let enhancer;
let server;
let opened;
let page;
let photo;
before(async () => {
  [browser, enhancer, server, photo] = await Promise.all([
    launchChromium(),
    createEnhancer(),
    servePlayground(),
    readFile(`${dataFolder}photos/${PHOTO}`),
  ]);
  opened = await openPage(browser, { origin: server.origin });
  page = opened.page;
});
after(async () => {
  enhancer?.dispose();
  await opened?.close();
  await server?.close();
  await browser?.close();
});

/** The native program runs a command that the page gave, beside the photo. @returns the digest of what it wrote */
async function digestOfCommand(command, photo, result) {
  const folder = await mkdtemp(join(tmpdir(), 'limpid-'));
  try {
    await writeFile(join(folder, photo), await readFile(`${dataFolder}photos/${PHOTO}`));
    const env = { ...process.env, PATH: `${root}build/bin:${process.env.PATH}` };
    await run('bash', ['-euo', 'pipefail', '-c', command], { cwd: folder, env });
    return sha256(await readFile(join(folder, result)));
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('AVisitorSeesASamplePhotoEnhancedAtOnce', async () => {
  assert.equal(await page.evaluate(() => crossOriginIsolated), false);
  await rendered(page);
  const [was, is] = await page.$$eval('.stage canvas', (canvases) =>
    canvases.map((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return { width: canvas.width, sum: data.reduce((sum, value) => sum + value, 0) };
    }),
  );
  assert.ok(was.width >= 800 && was.width <= 1600);
  assert.equal(is.width, was.width);
  assert.notEqual(was.sum, is.sum);
  await settled(page);
  const samples = await tiles(page);
  assert.equal(samples.length, 4);
  assert.ok(samples.every(({ state }) => state === 'ready'));
});

test('TheirOwnPhotosTakeThePlaceOfTheSamples', async () => {
  await addPhotos(page, [
    await photoFile(PHOTO),
    await photoFile('lake-sherburne.jpg'),
    await photoFile(PHOTO, "it's a copy.jpg"),
  ]);
  await settled(page);
  assert.deepEqual(
    (await tiles(page)).map(({ name, state }) => [name, state]),
    [
      [PHOTO, 'ready'],
      ['lake-sherburne.jpg', 'ready'],
      ["it's a copy.jpg", 'ready'],
    ],
  );
  assert.equal(await page.locator('.tile img').count(), 3);
  await rendered(page);
  assert.equal(await page.textContent('.facts h2'), PHOTO);
});

test('EveryAdjustmentIsTheLibrarysOwnInWords', async () => {
  const { recipe } = await enhancer.analyse(photo);
  const shown = await page.$$eval('.adjustment', (list) =>
    list.map((item) => [item.dataset.correction, item.querySelector('.reason')?.textContent]),
  );
  assert.ok(shown.length >= 3);
  for (const [name, reason] of shown) assert.equal(reason, recipe[name].reason);
  await page.click('.adjustment .why summary');
  const evidence = await page.$$eval('.adjustment .why[open] dt', (list) => list.map((term) => term.textContent));
  assert.deepEqual(
    evidence,
    recipe[shown[0][0]].evidence.map(({ name }) => name),
  );
  assert.match(await page.textContent('.adjustment .confidence'), /^\d+\u00a0% sure$/);
});

test('TheFileIsWhatNodeWritesAndTheDigestSaysSo', async () => {
  const { bytes } = await enhancer.enhance(photo);
  const { name, bytes: saved, shown } = await save(page);
  assert.equal(name, 'canyon-wren-limpid.jpg');
  assert.equal(sha256(saved), sha256(bytes));
  assert.equal(shown, sha256(bytes));
  assert.match(
    await page.textContent('.result'),
    /The native program, Node and every browser give exactly these bytes/,
  );
});

test('TheCommandLineGivesTheSameBytes', async () => {
  const command = await copied(page, 'Copy CLI command');
  assert.equal(command, 'limpid enhance canyon-wren.jpg -o canyon-wren-limpid.jpg');
  const { shown } = await save(page);
  assert.equal(await digestOfCommand(command, PHOTO, 'canyon-wren-limpid.jpg'), shown);
});

test('PresetAndStrengthGoIntoTheCommand', async () => {
  await page.check('.preset input[value=vivid]', { force: true });
  await slide(page, '.section:has(#look) input[type=range]', 60);
  assert.equal(await page.locator('.digest').count(), 0, 'a digest of what is no longer shown');
  await rendered(page);
  const { shown } = await save(page);
  const command = await copied(page, 'Copy CLI command');
  assert.match(command, /--preset vivid --strength 0\.6$/);
  await compiles(await copied(page, 'Copy C++'));
  assert.equal(await digestOfCommand(command, PHOTO, 'canyon-wren-limpid.jpg'), shown);
});

test('ASliderOfOneAdjustmentChangesThePictureAndTheRecipe', async () => {
  await rendered(page);
  const histogram = () => page.getAttribute('.chart:last-child .plot', 'aria-label');
  const before = await histogram();
  await slide(page, correctionSlider('tone'), 0);
  await slide(page, correctionSlider('local_contrast'), 50);
  await rendered(page);
  await page.waitForFunction((was) => document.querySelector('.chart:last-child .plot').ariaLabel !== was, before);
  const recipe = JSON.parse(await copied(page, 'Copy recipe'));
  assert.equal(recipe.tone.strength, 0);
  assert.equal(recipe.local_contrast.strength, 0.3);
  const { shown } = await save(page);
  await compiles(await copied(page, 'Copy C++'));
  const command = await copied(page, 'Copy CLI command');
  assert.match(command, /--recipe canyon-wren\.recipe\.json$/);
  assert.equal(await digestOfCommand(command, PHOTO, 'canyon-wren-limpid.jpg'), shown);
});

test('TheJavaScriptThatIsCopiedGivesTheSameBytes', async () => {
  const code = await copied(page, 'Copy JavaScript');
  const shown = await page.getAttribute('.digest', 'data-sha256');
  const body = code.replace(/^import .*$/gm, '');
  const write = new Function(
    'createEnhancer',
    'photo',
    `return (async () => {${body}; enhancer.dispose(); return bytes; })()`,
  );
  assert.equal(sha256(await write(createEnhancer, photo)), shown);
});

test('ANameWithAQuoteIsStillOneWordOfTheShell', async () => {
  await select(page, "it's a copy.jpg");
  await rendered(page);
  const { name, shown } = await save(page);
  assert.equal(name, "it's a copy-limpid.jpg");
  const command = await copied(page, 'Copy CLI command');
  assert.equal(await digestOfCommand(command, "it's a copy.jpg", name), shown);
});

test('AllAreSavedOneAfterTheOther', async () => {
  await page.evaluate(() => {
    window.showDirectoryPicker = undefined;
  });
  const downloads = [];
  page.on('download', (file) => downloads.push(file.suggestedFilename()));
  await page.click('.save-buttons button:last-child');
  await page.waitForFunction(() => document.querySelectorAll('.tile[data-state=saved]').length === 3);
  for (let i = 0; i < 50 && downloads.length < 3; i++) await page.waitForTimeout(50);
  assert.deepEqual(downloads, ['canyon-wren-limpid.jpg', 'lake-sherburne-limpid.jpg', "it's a copy-limpid.jpg"]);
});

test('AFolderTakesAllAndLosesNothing', async () => {
  // The private file system of the origin stands in for the folder that a person would pick.
  const names = await page.evaluate(async () => {
    const folder = await navigator.storage.getDirectory();
    const old = await (await folder.getFileHandle('canyon-wren-limpid.jpg', { create: true })).createWritable();
    await old.write('kept');
    await old.close();
    window.showDirectoryPicker = async () => folder;
    document.querySelector('.save-buttons button:last-child').click();
    for (let i = 0; i < 200; i++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      const found = await Array.fromAsync(folder.keys());
      if (found.length === 4 && !document.querySelector('.saving')) break;
    }
    const kept = await (await (await folder.getFileHandle('canyon-wren-limpid.jpg')).getFile()).text();
    const found = await Array.fromAsync(folder.keys());
    return { kept, found: found.sort() };
  });
  assert.deepEqual(names, {
    kept: 'kept',
    found: [
      'canyon-wren-limpid-2.jpg',
      'canyon-wren-limpid.jpg',
      "it's a copy-limpid.jpg",
      'lake-sherburne-limpid.jpg',
    ],
  });
});

test('TheDividerAnswersKeysAndThePointer', async () => {
  const divider = page.locator('.divider');
  const value = async () => Number(await divider.getAttribute('aria-valuenow'));
  assert.equal(await divider.getAttribute('role'), 'slider');
  await divider.focus();
  await page.keyboard.press('Home');
  assert.equal(await value(), 0);
  await page.keyboard.press('PageUp');
  await page.keyboard.press('ArrowRight');
  assert.equal(await value(), 12);
  const box = await divider.boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 + 200, box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
  assert.ok((await value()) > 25);
});

test('ZoomAndPanAnswerKeysWheelAndPointer', async () => {
  const canvas = page.locator('.stage canvas').first();
  const fitting = await canvas.boundingBox();
  await page.focus('.stage');
  await page.keyboard.press('+');
  await page.keyboard.press('+');
  const zoomed = await canvas.boundingBox();
  assert.ok(zoomed.width > fitting.width * 2);
  await page.keyboard.press('ArrowLeft');
  assert.ok((await canvas.boundingBox()).x > zoomed.x + 40);
  const stage = await page.locator('.stage').boundingBox();
  await page.mouse.move(stage.x + 100, stage.y + 100);
  await page.mouse.wheel(0, -400);
  await page.waitForFunction((width) => document.querySelector('.stage canvas').offsetWidth > width, zoomed.width);
  const now = await canvas.boundingBox();
  await page.mouse.down();
  await page.mouse.move(stage.x + 40, stage.y + 60, { steps: 3 });
  await page.mouse.up();
  assert.ok((await canvas.boundingBox()).x < now.x);
  await page.keyboard.press('0');
  assert.equal((await canvas.boundingBox()).width, fitting.width);
});

test('WithoutAnyPhotoThePageSaysWhatToDo', async () => {
  await page.click('text=Remove all');
  assert.equal(await page.textContent('.empty h2'), 'Drop photos or folders here');
  await page.click('text=Show the samples');
  await rendered(page);
});

test('NothingWasWrongAndNobodyElseWasAsked', () => opened.assertNothingWrong());

test('WithThreadsOnAnIsolatedPageItIsTheSame', async () => {
  const isolated = await servePlayground({ isolated: true });
  const { page, close, assertNothingWrong } = await openPage(browser, { origin: isolated.origin });
  assert.equal(await page.evaluate(() => crossOriginIsolated), true);
  await addPhotos(page, [await photoFile(PHOTO)]);
  await page.waitForSelector(`.facts h2:text("${PHOTO}")`);
  await rendered(page);
  await slide(page, correctionSlider('tone'), 30);
  await rendered(page);
  await page.click('text=Reset');
  await rendered(page);
  const { shown } = await save(page);
  const { bytes } = await enhancer.enhance(photo);
  assert.equal(shown, sha256(bytes));
  // Two enhancers, and the threads of each.
  assert.ok(page.workers().length > 2, `${page.workers().length} workers`);
  assertNothingWrong();
  await close();
  await isolated.close();
});

test('ACloserLookIsSharperThanThePreview', async () => {
  const large = await enhancer.enhance(photo, { strength: 0, resize: { width_px: 3000 } });
  const { page, close, assertNothingWrong } = await openPage(browser, { origin: server.origin });
  await addPhotos(page, [{ name: 'large.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(large.bytes) }]);
  await page.waitForSelector('.facts h2:text("large.jpg")');
  await rendered(page);
  const widths = () => page.$$eval('.stage canvas', (list) => list.map(({ width }) => width));
  assert.ok((await widths()).every((width) => width <= 1600));
  await page.focus('.stage');
  for (let i = 0; i < 3; i++) await page.keyboard.press('+');
  await page.waitForFunction(() =>
    [...document.querySelectorAll('.stage canvas')].every(({ width }) => width === 3000),
  );
  await slide(page, '.section:has(#look) input[type=range]', 50);
  await rendered(page);
  await page.waitForFunction(() =>
    [...document.querySelectorAll('.stage canvas')].every(({ width }) => width === 3000),
  );
  assertNothingWrong();
  await close();
});
