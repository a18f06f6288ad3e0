// security.mjs RESULTS: prints what limpid_bench measured of the security layer (RESULTS/security-native.json and
// security-wasm.json, by bench/security.sh) beside npm packages that do the same, measured here: libsodium-wrappers-sumo,
// jose, and Node's own JSON.parse. The packages are those of tests/security/interop.

import { createSecretKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const REPETITIONS = 5;
const MIN_MICROSECONDS = 200_000;

const require = createRequire(new URL('../../tests/security/interop/package.json', import.meta.url));

async function load(name) {
  let path;
  try {
    path = require.resolve(name);
  } catch {
    console.error(`bench: the npm package ${name} is missing: run tools/interop.sh`);
    process.exit(1);
  }
  return import(pathToFileURL(path).href);
}

/** Bytes as security_bench.cpp makes them. */
const message = (size) => Uint8Array.from({ length: size }, (_, i) => (i * 167 + (i >> 8)) & 255);
const filled = (size, value) => new Uint8Array(size).fill(value);

const KILOBYTE = 1024;
const MEGABYTE = 1024 * 1024;
const NOW = 1_800_000_000;

async function contestants() {
  const { default: sodium } = await load('libsodium-wrappers-sumo');
  await sodium.ready;
  const jose = await load('jose');

  const { publicKey, privateKey } = sodium.crypto_sign_seed_keypair(filled(32, 7));
  const short = message(KILOBYTE);
  const long = message(MEGABYTE);
  const signature = sodium.crypto_sign_detached(short, privateKey);
  const key = filled(32, 7);
  const nonce = filled(24, 9);
  const password = message(16);
  const salt = filled(16, 9);

  const check = { issuer: 'limpid', audience: 'demo', currentDate: new Date(NOW * 1000), typ: 'JWT' };
  const token = async (alg, signer) =>
    new jose.SignJWT({ sub: 'ada' })
      .setProtectedHeader({ alg, typ: 'JWT' })
      .setIssuer('limpid')
      .setAudience('demo')
      .setIssuedAt(NOW)
      .setExpirationTime(NOW + 604_800)
      .sign(signer);
  const b64 = (bytes) => Buffer.from(bytes).toString('base64url');
  const publicJwk = { kty: 'OKP', crv: 'Ed25519', x: b64(publicKey) };
  const edSigner = await jose.importJWK({ ...publicJwk, d: b64(privateKey.subarray(0, 32)) }, 'EdDSA');
  const edVerifier = await jose.importJWK(publicJwk, 'EdDSA');
  const hsKey = createSecretKey(key);
  const hsToken = await token('HS256', hsKey);
  const edToken = await token('EdDSA', edSigner);
  const text = jsonText();

  return {
    'security/ed25519_verify/1kb': [
      'libsodium',
      () => sodium.crypto_sign_verify_detached(signature, short, publicKey) || failed(),
    ],
    'security/hmac_sha256/1kb': ['libsodium', () => sodium.crypto_auth_hmacsha256(short, key)],
    'security/hmac_sha256/1mb': ['libsodium', () => sodium.crypto_auth_hmacsha256(long, key)],
    'security/xchacha20poly1305/1mb': [
      'libsodium',
      () => sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(long, null, null, nonce, key),
    ],
    'security/argon2id/64mib_2_passes': [
      'libsodium',
      () => sodium.crypto_pwhash(32, password, salt, 2, 64 * MEGABYTE, sodium.crypto_pwhash_ALG_ARGON2ID13),
    ],
    'security/verify_jwt/hs256': ['jose', () => jose.jwtVerify(hsToken, hsKey, check)],
    'security/verify_jwt/eddsa': ['jose', () => jose.jwtVerify(edToken, edVerifier, check)],
    'security/strict_json/10kb': ['JSON.parse', () => JSON.parse(text)],
  };
}

function failed() {
  throw new Error('not verified');
}

/** As security_bench.cpp writes it. */
function jsonText() {
  const objects = [];
  let length = 1;
  for (let i = 0; length < 10 * KILOBYTE - 120; i++) {
    const object = `{"id":${i},"name":"photo-${i}.jpg","done":true,"exposure_ev":0.25,"tags":["a","b"]}`;
    length += object.length + (i === 0 ? 0 : 1);
    objects.push(object);
  }
  return `[${objects.join()}]`;
}

/** Microseconds a call: the median of some runs of a fifth of a second each. */
async function measure(run) {
  const now = () => performance.now() * 1000;
  const times = async (count) => {
    const start = now();
    for (let i = 0; i < count; i++) await run();
    return now() - start;
  };
  let count = 1;
  while ((await times(count)) < MIN_MICROSECONDS / 4) count *= 2;
  count = Math.max(1, Math.round(count * (MIN_MICROSECONDS / (await times(count)))));
  const all = [];
  for (let i = 0; i < REPETITIONS; i++) all.push((await times(count)) / count);
  return all.toSorted((a, b) => a - b)[REPETITIONS >> 1];
}

/** Medians that limpid_bench wrote, in microseconds. */
function medians(path) {
  const { benchmarks } = JSON.parse(readFileSync(path, 'utf8'));
  const rows = benchmarks.filter((row) => row.aggregate_name === 'median' && !row.error_occurred);
  return Object.fromEntries(rows.map((row) => [row.run_name.replace(/\/real_time$/, ''), row.real_time]));
}

const cell = (value, width, digits = 1) => (value === undefined ? '-' : value.toFixed(digits)).padStart(width);

const results = process.argv[2] ?? fileURLToPath(new URL('../../build/bench-results', import.meta.url));
const native = medians(join(results, 'security-native.json'));
const wasm = medians(join(results, 'security-wasm.json'));
console.log(`\nmicroseconds, median of ${REPETITIONS}; node ${process.versions.node}\n`);
console.log(
  `${''.padEnd(36)}${'native'.padStart(12)}${'wasm'.padStart(12)}${'npm'.padStart(12)}${'wasm/native'.padStart(13)}${'wasm/npm'.padStart(10)}`,
);
for (const [id, [name, run]] of Object.entries(await contestants())) {
  const npm = await measure(run);
  const ratio = (a, b, width) => cell(a === undefined || b === undefined ? undefined : a / b, width, 2);
  console.log(
    `${id.padEnd(36)}${cell(native[id], 12)}${cell(wasm[id], 12)}${cell(npm, 12)}${ratio(wasm[id], native[id], 13)}${ratio(wasm[id], npm, 10)}  ${name}`,
  );
}
