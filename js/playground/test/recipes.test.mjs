// Recipes from elsewhere: believed when a trusted key signed exactly them, refused plainly otherwise.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { createEnhancer } from 'limpid';
import { generateKeys, signRecipe } from 'limpid/security';
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
  servePlayground,
  sha256,
  slide,
} from './support.mjs';

const PHOTO = 'lake-sherburne.jpg';
const RECIPE = { version: 1, exposure: { exposure_ev: 0.5 }, vibrance: { vibrance: 0.3 } };

let browser;
let server;
let opened;
let page;
let keys;
let signed;

before(async () => {
  [browser, server, keys] = await Promise.all([launchChromium(), servePlayground(), generateKeys()]);
  signed = await signRecipe(RECIPE, { secretKey: keys.secretKey, expiresAt: new Date(Date.now() + 86_400_000) });
  opened = await openPage(browser, { origin: server.origin });
  page = opened.page;
  await addPhotos(page, [await photoFile(PHOTO)]);
  await page.waitForSelector(`.facts h2:text("${PHOTO}")`);
  await rendered(page);
});
after(async () => {
  await opened?.close();
  await server?.close();
  await browser?.close();
});

/** As dropped on the page. */
async function drop(files) {
  await page.evaluate((list) => {
    const dataTransfer = new DataTransfer();
    for (const { name, text } of list) dataTransfer.items.add(new File([text], name));
    window.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
  }, files);
}

/** As pasted outside of every field. */
const paste = (text) =>
  page.evaluate((pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', pasted);
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, text);

const exposureShown = () => page.textContent('.adjustment[data-correction="exposure"] .amount');

test('ASignedRecipeOfAnUnknownKeyIsRefusedAndNotApplied', async () => {
  await drop([{ name: 'recipe.json', text: signed }]);
  await page.waitForSelector('.problem-title:text("Signed recipe refused. It was not applied.")');
  assert.match(await page.textContent('.problem .code'), /^(signature\.unknown_key|key\.none)$/);
  assert.equal(await page.locator('.badge').count(), 0);
  assert.equal(await page.locator('.preset').count(), 6);
});

test('ASignedRecipeIsAppliedWithItsBadgeWhenItsKeyIsTrusted', async () => {
  await drop([
    { name: 'recipe.json', text: signed },
    { name: 'release.pub', text: keys.publicKeyFile },
  ]);
  const badge = page.locator('.badge.verified');
  await badge.waitFor();
  assert.match(await badge.textContent(), new RegExp(`Verified\\. Signed with key ${keys.keyId} on .*, valid until`));
  assert.equal(await page.locator('.problem').count(), 0);
  await page.waitForSelector('.adjustment[data-correction="exposure"]');
  assert.equal(await exposureShown(), '+0.50\u00a0EV');
});

test('WhatItGivesIsWhatTheNativeProgramGivesThatAppliesOnlySignedRecipes', async () => {
  await rendered(page);
  const photo = await readFile(`${dataFolder}photos/${PHOTO}`);
  const enhancer = await createEnhancer();
  const { bytes } = await enhancer.enhance(photo, { recipe: RECIPE });
  enhancer.dispose();
  const { shown } = await save(page);
  assert.equal(shown, sha256(bytes));

  const command = await copied(page, 'Copy CLI command');
  assert.match(command, /--require-signed lake-sherburne\.recipe\.json --trusted-key /);
  const folder = await mkdtemp(join(tmpdir(), 'limpid-'));
  await writeFile(join(folder, PHOTO), photo);
  const env = { ...process.env, PATH: `${root}build/bin:${process.env.PATH}` };
  await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', command], { cwd: folder, env });
  assert.equal(sha256(await readFile(join(folder, 'lake-sherburne-limpid.jpg'))), shown);
  await rm(folder, { recursive: true });
  await compiles(await copied(page, 'Copy C++'));
});

test('AMovedSliderTakesTheBadgeAway', async () => {
  await slide(page, correctionSlider('exposure'), 40);
  await page.waitForSelector('.badge.unsigned:has-text("No longer what was signed.")');
  assert.equal(await page.locator('.badge.verified').count(), 0);
  assert.doesNotMatch(await copied(page, 'Copy CLI command'), /--require-signed/);
});

test('AnAlteredRecipeIsRefusedPlainlyAndChangesNothing', async () => {
  await page.click('text=Let limpid decide');
  await page.waitForSelector('.badge', { state: 'detached' });
  const altered = signed.replace('"exposure_ev":0.5', '"exposure_ev":0.6');
  assert.notEqual(altered, signed);
  await paste(altered);
  await page.waitForSelector('.problem-title:text("Signed recipe refused. It was not applied.")');
  assert.equal(await page.textContent('.problem .code'), 'signature.mismatch');
  assert.match(await page.textContent('.problem'), /The signature does not fit/);
  assert.equal(await page.locator('.badge').count(), 0);
  assert.match(
    await copied(page, 'Copy CLI command'),
    /^limpid enhance lake-sherburne\.jpg -o lake-sherburne-limpid\.jpg$/,
  );
});

test('AnAlteredSignatureIsStillTakenForASignedRecipe', async () => {
  await paste(signed.replace('"algorithm":"ed25519"', '"algorithm":"none"'));
  await page.waitForFunction(() => document.querySelector('.problem .code')?.textContent !== 'signature.mismatch');
  assert.match(await page.textContent('.problem .code'), /^signature\./);
  assert.equal(await page.locator('.badge').count(), 0);
});

test('APlainRecipeSaysThatNobodySignedIt', async () => {
  await page.click('.disclosure summary');
  if (!(await page.isVisible('.load-form textarea'))) await page.click('.disclosure summary');
  await page.fill('.load-form textarea', JSON.stringify(RECIPE));
  await page.click('text=Load the recipe');
  await page.waitForSelector('.badge.unsigned:has-text("Recipe without a signature.")');
  assert.equal(await page.locator('.problem').count(), 0);
});

test('ARecipeThatIsNoneIsRefusedWithTheLibrarysWords', async () => {
  for (const [text, code] of [
    ['{"version":1,"exposure":{"exposure_ev":99}}', 'recipe.out_of_range'],
    ['{"version":1,"glow":{}}', 'recipe.unknown_field'],
    ['{"version":9}', 'recipe.unsupported_version'],
    ['{', 'recipe.malformed'],
  ]) {
    await paste(text);
    await page.waitForFunction((wanted) => document.querySelector('.problem .code')?.textContent === wanted, code);
    assert.match(await page.textContent('.problem-title'), /^Recipe refused/);
  }
});

test('NothingWasWrongAndNobodyElseWasAsked', () => opened.assertNothingWrong());
