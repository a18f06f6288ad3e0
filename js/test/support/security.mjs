// The security module without the package around it, and documents that others signed: Node's own
// crypto stands in for issuers of licences and tokens, so that no signature here is judged by its maker.

import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { instantiate } from '../../dist/instantiate.js';
import { ModuleCaller } from '../../dist/security/module.js';
import { securityOn } from '../../dist/security/security.js';
import createVerifier from '../../wasm/limpid-security.node.mjs';
import createTools from '../../wasm/limpid-security-tools.node.mjs';

async function open(factory, name) {
  const wasm = await readFile(new URL(`../../wasm/${name}`, import.meta.url));
  return instantiate(factory, await WebAssembly.compile(wasm));
}

/** Modules of one's own: `{ memories(), security }`. */
export async function openSecurity() {
  const modules = await Promise.all([
    open(createVerifier, 'limpid-security.wasm'),
    open(createTools, 'limpid-security-tools.wasm'),
  ]);
  const [verifier, tools] = modules.map((module) => new ModuleCaller(module));
  return { memories: () => modules.map(({ HEAPU8 }) => HEAPU8), security: securityOn(verifier, tools) };
}

export const base64url = (bytes) => Buffer.from(bytes).toString('base64url');
export const utf8 = (text) => new TextEncoder().encode(text);

/** PKCS #8 of an Ed25519 seed (RFC 8410 section 7). */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_BYTES_BEFORE_KEY = 12;

/** An Ed25519 key of Node's, of 32 times the same byte. */
export function nodeKey(byte) {
  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8_HEAD, Buffer.alloc(32, byte)]),
    format: 'der',
    type: 'pkcs8',
  });
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(SPKI_BYTES_BEFORE_KEY);
  const id = Buffer.alloc(8, byte);
  return {
    publicBytes: new Uint8Array(publicKey),
    /** In the text form of minisign, with an id of its own. */
    publicKey: Buffer.concat([Buffer.from('Ed'), id, publicKey]).toString('base64'),
    sign: (message) => sign(null, message, privateKey),
  };
}

/** The texts one after another, each after its length as four big-endian bytes. */
function lengthPrefixed(...texts) {
  return Buffer.concat(
    texts.flatMap((text) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(Buffer.byteLength(text));
      return [length, Buffer.from(text)];
    }),
  );
}

const canonical = (object) => JSON.stringify(object, Object.keys(object).sort());

function licenceText(prefix, payload, issuer) {
  const json = canonical(payload);
  const signature = issuer.sign(lengthPrefixed('limpid-license-v1', prefix, json));
  return `${prefix}${base64url(json)}.${base64url(signature)}`;
}

/** As docs/security.md describes them. */
export const licence = (changes, issuer) =>
  licenceText(
    'LIMPID-LICENSE-',
    {
      features: ['enhance'],
      grace_days: 45,
      id: '4e8f35ab-7f72-4b1e-a1fd-2b5e9c58e9d3',
      issued_at: 1_767_225_600,
      licensee: 'Ada Lovelace',
      max_instances: 0,
      not_before: 1_767_225_600,
      product: 'limpid',
      version: 1,
      ...changes,
    },
    issuer,
  );

export const revocations = (ids, issuer) =>
  licenceText('LIMPID-REVOKED-', { ids, issued_at: 1_767_225_600, sequence: 3, version: 1 }, issuer);

/** A token signed with Ed25519. */
export function edDsaToken(claims, key, header = {}) {
  const signed = [{ alg: 'EdDSA', typ: 'JWT', ...header }, claims]
    .map((part) => base64url(JSON.stringify(part)))
    .join('.');
  return `${signed}.${base64url(key.sign(Buffer.from(signed)))}`;
}
