// limpid/security in Node: signatures, webhooks, tokens, licences.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as limpid from 'limpid/security';
import { picture } from '../support/pictures.mjs';
import { edDsaToken, licence, nodeKey, openSecurity, revocations, utf8 } from '../support/security.mjs';
import { GITHUB_WEBHOOK, HS256, WEBHOOK } from '../support/security-cases.mjs';

const RECIPE = { version: 1, exposure: { exposure_ev: 0.5 } };
const ISSUED = new Date('2026-01-01T00:00:00Z');
const EXPIRES = new Date('2027-01-01T00:00:00Z');
const NOW = new Date('2026-06-01T00:00:00Z');

let security;
let pair;
before(async () => {
  ({ security } = await openSecurity());
  pair = security.generateKeys();
});

const refusedWith = (verdict, code) => {
  assert.equal(verdict.ok, false, 'it was accepted');
  assert.equal(verdict.code, code);
  assert.ok(verdict.message.startsWith(`${code}: `), verdict.message);
};
const signed = (options = {}) =>
  security.signRecipe(RECIPE, { secretKey: pair.secretKey, issuedAt: ISSUED, expiresAt: EXPIRES, ...options });
const verified = (document, options = {}) =>
  security.verifyRecipe(document, { keys: [pair.publicKey], now: NOW, ...options });

// --- recipes, manifests, files

test('ASignedRecipeComesBackFrozenAndSaysWhoSignedIt', () => {
  const { ok, recipe, signature } = verified(signed({ counter: 7 }));
  assert.equal(ok, true);
  assert.equal(recipe.exposure.exposure_ev, 0.5);
  assert.equal(Object.getPrototypeOf(recipe.exposure), null);
  assert.ok(Object.isFrozen(recipe.exposure.evidence));
  assert.deepEqual(signature, {
    keyId: pair.keyId,
    purpose: 'limpid.recipe',
    issuedAt: ISSUED,
    expiresAt: EXPIRES,
    counter: 7,
  });
});

test('EveryChangedByteOfASignedRecipeIsRefused', () => {
  const document = utf8(signed());
  for (let i = 0; i < document.length; i++) {
    const changed = Uint8Array.from(document);
    changed[i] ^= 1;
    assert.equal(verified(changed).ok, false, `byte ${i}`);
  }
});

test('ARefusalSaysWhich', () => {
  const document = signed({ counter: 7 });
  refusedWith(verified(document, { keys: [] }), 'signature.unknown_key');
  refusedWith(verified(document, { keys: [security.generateKeys().publicKey] }), 'signature.unknown_key');
  refusedWith(verified(document, { keys: [{ key: pair.publicKey, purposes: ['other'] }] }), 'signature.wrong_purpose');
  refusedWith(verified(document, { now: new Date('2027-01-01T00:01:01Z') }), 'signature.expired');
  refusedWith(verified(document, { now: new Date('2025-12-31T23:58:59Z') }), 'signature.not_yet_valid');
  refusedWith(verified(document, { minCounter: 8 }), 'signature.rolled_back');
  refusedWith(verified('{}'), 'signature.malformed');
  assert.equal(verified(document, { minCounter: 7 }).ok, true);
});

test('ALoneSurrogateIsNotTakenForTheReplacementCharacter', () => {
  const recipe = { version: 1, exposure: { exposure_ev: 0.5, reason: '\ufffd' } };
  const document = security.signRecipe(recipe, { secretKey: pair.secretKey, issuedAt: ISSUED });
  assert.equal(verified(document).ok, true);
  refusedWith(verified(document.replace('\ufffd', '\ud800')), 'signature.malformed');
});

test('TheClockIsTheMachinesUnlessOneIsGiven', () => {
  const document = security.signRecipe(RECIPE, { secretKey: pair.secretKey });
  const { signature } = security.verifyRecipe(document, { keys: [pair.publicKeyFile] });
  assert.ok(Math.abs(signature.issuedAt.getTime() - Date.now()) < 60_000);
  assert.equal(signature.expiresAt, undefined);
});

test('AManifestIsAboutItsTwoFiles', async () => {
  const { createEnhancer } = await import('limpid');
  const enhancer = await createEnhancer();
  const input = await enhancer.encode(picture(64, 48), { format: 'jpeg' });
  const { bytes: output, recipe } = await enhancer.enhance(input);
  enhancer.dispose();

  const document = security.signManifest({ input, output, recipe }, { secretKey: pair.secretKey, issuedAt: ISSUED });
  const verify = (files) => security.verifyManifest(document, { keys: [pair.publicKey], now: NOW, files });
  const { ok, manifest } = verify({ input, output });
  assert.equal(ok, true);
  assert.equal(manifest.output.bytes, output.length);
  assert.equal(manifest.output.format, 'jpeg');
  assert.deepEqual(JSON.parse(JSON.stringify(manifest.recipe)), recipe);
  refusedWith(verify({ input: output, output }), 'manifest.input_mismatch');
  refusedWith(verify({ input, output: input }), 'manifest.output_mismatch');
  refusedWith(verified(document), 'signature.wrong_purpose');
});

test('AFileIsSignedAsMinisignDoes', () => {
  const file = utf8('a file');
  const text = security.signFile(file, { secretKey: pair.secretKey, trustedComment: 'version 3' });
  const check = (bytes, signature, key = pair.publicKey) => security.verifyFile(bytes, { key, signature });
  assert.deepEqual(check(file, text), { ok: true, keyId: pair.keyId, trustedComment: 'version 3' });
  refusedWith(check(utf8('a fill'), text), 'signature.mismatch');
  refusedWith(check(file, text.replace('version 3', 'version 4')), 'signature.mismatch');
  refusedWith(check(file, text, security.generateKeys().publicKey), 'signature.unknown_key');
  refusedWith(check(file, ''), 'signature.malformed');
});

test('TwoKeysAreNeverTheSame', () => {
  assert.notEqual(security.generateKeys().publicKey, security.generateKeys().publicKey);
});

// --- webhooks

const standard = (changes = {}, headers = WEBHOOK.headers, body = WEBHOOK.body) =>
  security.verifyWebhook(body, headers, {
    dialect: 'standard',
    keys: [{ secret: utf8(WEBHOOK.secret), id: 'example' }],
    now: WEBHOOK.now,
    ...changes,
  });

test('AcceptsTheExamplesOfStandardWebhooksAndGitHub', () => {
  assert.deepEqual(standard(), {
    ok: true,
    messageId: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: WEBHOOK.now,
    keyId: 'example',
    keyIndex: 0,
    replayId: 'standard:msg_p5jXN8AQM9LWM0D4loKWxJek',
  });
  const { ok, timestamp } = security.verifyWebhook(GITHUB_WEBHOOK.body, GITHUB_WEBHOOK.headers, {
    dialect: 'github',
    keys: [{ secret: utf8(GITHUB_WEBHOOK.secret) }],
  });
  assert.deepEqual({ ok, timestamp }, { ok: true, timestamp: undefined });
});

test('TakesHeadersInEveryFormNodeAndFetchHaveThem', () => {
  assert.equal(standard({}, new Headers(WEBHOOK.headers)).ok, true);
  assert.equal(standard({}, Object.entries(WEBHOOK.headers)).ok, true);
  assert.equal(standard({}, new Map(Object.entries(WEBHOOK.headers))).ok, true);
  const distinct = Object.fromEntries(Object.entries(WEBHOOK.headers).map(([name, value]) => [name, [value]]));
  assert.equal(standard({}, { ...distinct, cookie: undefined }).ok, true);
  distinct['webhook-id'].push('another');
  refusedWith(standard({}, distinct), 'webhook.malformed_header');
});

test('AWebhookThatIsNotGenuineIsRefusedWithItsReason', () => {
  refusedWith(standard({}, WEBHOOK.headers, '{"test": 2432232315}'), 'webhook.signature_mismatch');
  refusedWith(standard({}, {}), 'webhook.missing_header');
  refusedWith(standard({ now: NOW }), 'webhook.timestamp_out_of_tolerance');
  refusedWith(standard({}, { ...WEBHOOK.headers, 'webhook-signature': 'v1,' }), 'webhook.malformed_header');
});

test('AReplayIsRefusedAndSoIsAStoreThatCannotAnswer', () => {
  const asked = [];
  const store = (answer) => ({
    seen: (id, expires) => {
      asked.push([id, expires.getTime() > WEBHOOK.now.getTime()]);
      return answer();
    },
  });
  assert.equal(standard({ replays: store(() => 'fresh') }).ok, true);
  assert.deepEqual(asked, [['standard:msg_p5jXN8AQM9LWM0D4loKWxJek', true]]);
  refusedWith(standard({ replays: store(() => 'replayed') }), 'webhook.replayed');
  for (const answer of [() => 'unavailable', () => undefined, () => true, () => Promise.resolve('fresh')]) {
    refusedWith(standard({ replays: store(answer) }), 'webhook.replay_store_unavailable');
  }
  const broken = store(() => {
    throw new Error('the database is down');
  });
  refusedWith(standard({ replays: broken }), 'webhook.replay_store_unavailable');
  asked.length = 0;
  standard({ replays: store(() => 'fresh') }, WEBHOOK.headers, 'forged');
  assert.deepEqual(asked, [], 'only those who hold a key can fill a store');
});

test('TheCallThatLoadsTheModuleWaitsForAStore', async () => {
  const options = { dialect: 'standard', keys: [{ secret: utf8(WEBHOOK.secret) }], now: WEBHOOK.now };
  const verify = (seen) => limpid.verifyWebhook(WEBHOOK.body, WEBHOOK.headers, { ...options, replays: { seen } });
  assert.equal((await verify(async () => 'fresh')).ok, true);
  refusedWith(await verify(async () => 'replayed'), 'webhook.replayed');
  refusedWith(await verify(() => Promise.reject(new Error('down'))), 'webhook.replay_store_unavailable');
});

test('WhatIsSignedIsAcceptedInEveryDialect', () => {
  const secret = utf8('0123456789abcdef0123456789abcdef');
  const text = utf8(WEBHOOK.secret);
  for (const [dialect, key, extra] of [
    ['standard', text, { messageId: 'm1' }],
    ['svix', text, { messageId: 'm1' }],
    ['github', secret, {}],
    ['stripe', secret, {}],
    ['hex', secret, { signatureHeader: 'X-Signature' }],
  ]) {
    const headers = security.signWebhook('a body', { dialect, keys: [{ secret: key }], now: NOW, ...extra });
    assert.equal(Object.getPrototypeOf(headers), null);
    const { messageId, ...options } = extra;
    const check = (body) =>
      security.verifyWebhook(body, headers, { dialect, keys: [{ secret: key }], now: NOW, ...options });
    assert.equal(check('a body').ok, true, dialect);
    refusedWith(check('a bodY'), 'webhook.signature_mismatch');
  }
});

// --- tokens

const jwt = (token, options) => security.verifyJwt(token, { now: NOW, issuer: 'limpid', audience: 'demo', ...options });
const CLAIMS = { iss: 'limpid', aud: 'demo', exp: 1_790_000_000, sub: 'ada' };

test('AcceptsTheExampleOfRfc7515', () => {
  const { ok, claims, header } = security.verifyJwt(HS256.token, {
    ...HS256.options,
    keys: [{ jwk: utf8(HS256.jwk) }],
  });
  assert.equal(ok, true);
  assert.equal(claims['http://example.com/is_root'], true);
  assert.equal(Object.getPrototypeOf(claims), null);
  assert.ok(Object.isFrozen(claims));
  assert.equal(header['alg'], 'HS256');
});

test('AcceptsWhatNodesEd25519SignedInEveryFormOfKey', () => {
  const key = nodeKey(3);
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(key.publicBytes).toString('base64url'), kid: 'k1' };
  const token = edDsaToken(CLAIMS, key, { kid: 'k1' });
  for (const one of [
    { ed25519: key.publicBytes, id: 'k1' },
    { jwk },
    { jwk: JSON.stringify(jwk) },
    { jwks: { keys: [jwk, { kty: 'EC', crv: 'P-521', x: 'AA', y: 'AA' }] } },
  ]) {
    const verdict = jwt(token, { keys: [one] });
    assert.equal(verdict.ok, true, verdict.message);
    assert.equal(verdict.keyId, 'k1');
    assert.equal(verdict.claims['sub'], 'ada');
  }
});

test('ATokenIsRefusedWithItsReason', () => {
  const key = nodeKey(3);
  const keys = [{ ed25519: key.publicBytes }];
  const token = (claims, header) => edDsaToken({ ...CLAIMS, ...claims }, key, header);
  refusedWith(jwt(token({ exp: 1_700_000_000 }), { keys }), 'jwt.expired');
  refusedWith(jwt(token({ nbf: 1_790_000_000 }), { keys }), 'jwt.not_yet_valid');
  refusedWith(jwt(token({ iss: 'other' }), { keys }), 'jwt.wrong_issuer');
  refusedWith(jwt(token({ aud: ['other'] }), { keys }), 'jwt.wrong_audience');
  refusedWith(jwt(token({ exp: undefined }), { keys }), 'jwt.missing_claim');
  refusedWith(jwt(token({}, { typ: 'at+jwt' }), { keys }), 'jwt.wrong_type');
  refusedWith(jwt(token({}, { alg: 'none' }), { keys }), 'jwt.wrong_algorithm');
  refusedWith(jwt(token(), { keys: [{ ed25519: nodeKey(4).publicBytes }] }), 'jwt.signature_mismatch');
  refusedWith(jwt(token(), { keys, requiredClaims: ['jti'] }), 'jwt.missing_claim');
  refusedWith(jwt('a.b.c', { keys }), 'jwt.malformed');
  assert.equal(jwt(token({ exp: undefined }), { keys, requireExpiry: false }).ok, true);
});

test('APublicKeyIsNeverTakenForAnHmacSecret', async () => {
  const { createHmac } = await import('node:crypto');
  const key = nodeKey(3);
  const head = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url');
  const body = Buffer.from(JSON.stringify(CLAIMS)).toString('base64url');
  const mac = createHmac('sha256', key.publicBytes).update(`${head}.${body}`).digest('base64url');
  refusedWith(jwt(`${head}.${body}.${mac}`, { keys: [{ ed25519: key.publicBytes }] }), 'jwt.wrong_algorithm');
});

test('AlgorithmsThatOnlyANativeBuildVerifiesAreRefused', () => {
  const rsa = { kty: 'RSA', alg: 'RS256', e: 'AQAB', n: Buffer.alloc(256, 0xff).toString('base64url') };
  const head = Buffer.from('{"alg":"RS256","typ":"JWT"}').toString('base64url');
  const token = `${head}.${Buffer.from(JSON.stringify(CLAIMS)).toString('base64url')}.${Buffer.alloc(256, 1).toString('base64url')}`;
  refusedWith(jwt(token, { keys: [{ jwk: rsa }] }), 'jwt.unsupported_algorithm');
});

// --- licences

const issuer = nodeKey(9);
const license = (text, options = {}) =>
  security.verifyLicense(text, { issuers: [issuer.publicKey], now: NOW, ...options });

test('ALicenceIsActiveThenInGraceThenExpired', () => {
  const text = licence({ expires_at: 1_782_864_000 }, issuer); // 2026-07-01
  const at = (day) => license(text, { now: new Date(`${day}T00:00:00Z`) });
  const active = at('2026-06-01');
  assert.equal(active.ok, true);
  assert.equal(active.state, 'active');
  assert.equal(active.daysLeft, 30);
  assert.equal(active.license.licensee, 'Ada Lovelace');
  assert.deepEqual(active.license.features, ['enhance']);
  assert.equal(at('2026-07-20').state, 'grace');
  assert.equal(at('2026-07-20').ok, true);
  const expired = at('2026-09-01');
  refusedWith(expired, 'license.expired');
  assert.equal(expired.state, 'expired');
  assert.equal(expired.license.id, '4e8f35ab-7f72-4b1e-a1fd-2b5e9c58e9d3');
  refusedWith(at('2025-12-01'), 'license.not_yet_valid');
});

test('EveryChangedByteOfALicenceIsRefused', () => {
  const text = utf8(licence({}, issuer));
  for (let i = 0; i < text.length; i++) {
    const changed = Uint8Array.from(text);
    changed[i] ^= 1;
    assert.equal(license(changed).ok, false, `byte ${i}`);
  }
});

test('ALicenceIsBoundWithdrawnAndGuardedAgainstTheClock', () => {
  const bound = licence({ fingerprint: 'ab'.repeat(32) }, issuer);
  assert.equal(license(bound, { fingerprint: 'ab'.repeat(32) }).ok, true);
  refusedWith(license(bound, { fingerprint: 'cd'.repeat(32) }), 'license.machine_mismatch');
  refusedWith(license(bound), 'license.machine_mismatch');

  const text = licence({}, issuer);
  refusedWith(license(text, { feature: 'batch' }), 'license.feature_not_licensed');
  refusedWith(license(text, { issuers: [] }), 'license.not_genuine');
  refusedWith(
    license(text, { revocations: revocations(['4e8f35ab-7f72-4b1e-a1fd-2b5e9c58e9d3'], issuer) }),
    'license.revoked',
  );
  const forgedList = license(text, { revocations: revocations([], nodeKey(10)) });
  refusedWith(forgedList, 'license.not_genuine');
  assert.equal(forgedList.state, undefined);

  const { memory } = license(text);
  const stored = JSON.parse(JSON.stringify(memory));
  refusedWith(license(text, { memory: stored, now: new Date('2026-05-01T00:00:00Z') }), 'license.clock_rollback');
  assert.equal(license(text, { memory: stored }).ok, true);
});
