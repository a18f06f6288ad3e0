// What the security module leaves behind in its memory, and how large it is.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';
import { base64url, openSecurity, utf8 } from '../support/security.mjs';

const MODULES = [
  { name: 'limpid-security.wasm', limit: 90_000 },
  { name: 'limpid-security-tools.wasm', limit: 136_000 },
];

/** 32 bytes that nothing else has. */
const CANARY = utf8('canary:8c1f5e2b9a7d4036f1e6c3b2a');
const NOW = new Date('2026-06-01T00:00:00Z');

/** How often a secret lies in the memory: whole, or half of it, which a block that was reused in part may keep. */
function count(memories, secret) {
  const half = Math.ceil(secret.length / 2);
  let found = 0;
  for (const memory of memories) {
    const buffer = Buffer.from(memory.buffer, memory.byteOffset, memory.byteLength);
    for (const needle of [secret.subarray(0, half), secret.subarray(half)]) {
      for (let at = buffer.indexOf(needle); at >= 0; at = buffer.indexOf(needle, at + 1)) found++;
    }
  }
  return found;
}

test('TheScanFindsASecretWhileItIsThere', async (t) => {
  const { memories, security } = await openSecurity();
  let during = 0;
  t.mock.method(globalThis.crypto, 'getRandomValues', (bytes) => {
    bytes.set(CANARY.subarray(0, bytes.length));
    during += count(memories(), CANARY);
    return bytes;
  });
  const { secretKey } = security.generateKeys();
  assert.ok(during > 0, 'the seed was drawn into the module');
  assert.ok(count([Buffer.from(Buffer.from(secretKey).toString('latin1').split('\n')[1], 'base64')], CANARY) > 0);
  assert.equal(count(memories(), CANARY), 0);
});

const CALLS = {
  'an HMAC key of tokens': ({ security }) =>
    security.verifyJwt('a.b.c', { keys: [{ hmacSha256: CANARY }], issuer: 'x', audience: 'y', now: NOW }),
  'an HMAC key as JSON Web Key': ({ security }) =>
    security.verifyJwt('a.b.c', {
      keys: [{ jwk: utf8(`{"kty":"oct","k":"${base64url(CANARY)}"}`) }],
      issuer: 'x',
      audience: 'y',
      now: NOW,
    }),
  'a raw key of webhooks': ({ security }) =>
    security.signWebhook('body', { dialect: 'github', keys: [{ secret: CANARY }], now: NOW }),
  'a key of webhooks as text': ({ security }) =>
    security.signWebhook('body', {
      dialect: 'standard',
      keys: [{ secret: utf8(`whsec_${Buffer.from(CANARY).toString('base64')}`) }],
      messageId: 'm1',
      now: NOW,
    }),
  'a private key of webhooks': ({ security }) =>
    security.signWebhook('body', {
      dialect: 'standard',
      keys: [{ secret: utf8(`whsk_${Buffer.from(CANARY).toString('base64')}`) }],
      messageId: 'm1',
      now: NOW,
    }),
  'a signing key': ({ security, secretKey }) => security.signRecipe({ version: 1 }, { secretKey, issuedAt: NOW }),
  'a signing key of files': ({ security, secretKey }) => security.signFile(utf8('file'), { secretKey }),
  'a password': ({ security, secretKey }) => security.signFile(utf8('file'), { secretKey, password: CANARY }),
  'a secret to be redacted, and the text that holds it': ({ security }) =>
    assert.equal(security.redact(`it is ${Buffer.from(CANARY)}!`, { secrets: [CANARY] }), 'it is [redacted]!'),
  'a text with a secret under its name': ({ security }) =>
    assert.doesNotMatch(security.redact(`{"password":"${Buffer.from(CANARY)}"}`, { as: 'json' }), /canary/),
  'a text that is refused': ({ security }) =>
    assert.equal(security.parseJsonStrict(`{"a":"${Buffer.from(CANARY)}`).ok, false),
};

/** The forms in which the calls above are given the canary, or make it. */
const FORMS = [
  CANARY,
  utf8(base64url(CANARY)),
  utf8(Buffer.from(CANARY).toString('base64')),
  utf8(Buffer.from(CANARY).toString('hex')),
];

/** A key file whose seed is the canary. */
async function keyFileOfCanary(t) {
  const { security } = await openSecurity();
  const mock = t.mock.method(globalThis.crypto, 'getRandomValues', (bytes) => {
    bytes.set(CANARY.subarray(0, bytes.length));
    return bytes;
  });
  const { secretKey } = security.generateKeys();
  mock.mock.restore();
  return secretKey;
}

for (const [what, call] of Object.entries(CALLS)) {
  test(`V5_AfterTheCallNothingIsLeftOf: ${what}`, async (t) => {
    const secretKey = await keyFileOfCanary(t);
    const { memories, security } = await openSecurity();
    call({ security, secretKey });
    const base64OfFile = secretKey.subarray(secretKey.indexOf(0x0a) + 1, -1);
    for (const form of [...FORMS, base64OfFile]) assert.equal(count(memories(), form), 0, Buffer.from(form).toString());
  });
}

test('MemoryIsFlatOver2000Verifications', async () => {
  const { memories, security } = await openSecurity();
  const key = security.generateKeys();
  const document = security.signRecipe({ version: 1 }, { secretKey: key.secretKey, issuedAt: NOW });
  const verify = () => security.verifyRecipe(document, { keys: [key.publicKey], now: NOW });
  for (let i = 0; i < 10; i++) verify();
  const sizes = () => memories().map(({ length }) => length);
  const before = sizes();
  for (let i = 0; i < 2000; i++) verify();
  assert.deepEqual(sizes(), before);
});

for (const { name, limit } of MODULES) {
  const wasm = readFileSync(new URL(`../../wasm/${name}`, import.meta.url));

  test(`${name}: IsAtMost${limit / 1000}KilobytesCompressed`, (t) => {
    const size = brotliCompressSync(wasm).length;
    t.diagnostic(`${name}: ${wasm.length} bytes, ${size} with brotli`);
    assert.ok(size <= limit, `${size} bytes`);
  });

  test(`${name}: ImportsNoMemoryAndNoFiles`, () => {
    const imports = WebAssembly.Module.imports(new WebAssembly.Module(wasm));
    assert.ok(imports.length > 0);
    assert.ok(imports.every(({ kind }) => kind === 'function'));
    assert.ok(imports.every(({ module }) => !module.startsWith('wasi') || module === 'wasi_snapshot_preview1'));
  });
}
