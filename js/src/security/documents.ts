import { argumentError } from '../errors.js';
import type { Recipe, RecipeInput } from '../generated.js';
import { checkLimits, checkMembers, recipeJson } from '../validate.js';
import {
  checkArray,
  checkBytes,
  checkObject,
  checkSecret,
  checkString,
  checkText,
  dateOf,
  momentOrNow,
  optionalInteger,
  optionalMoment,
  optionalString,
  optionalStrings,
} from './arguments.js';
import {
  type DocumentCall,
  type KeyCall,
  type KeyEntry,
  refusal,
  type SignatureReply,
  type SigningCall,
  type Tools,
  type Verifier,
} from './module.js';
import { parseFrozen } from './plain.js';
import type {
  DocumentOptions,
  KeyPair,
  Manifest,
  ManifestContents,
  ManifestOptions,
  SignatureInfo,
  SigningKeyOptions,
  SigningOptions,
  TextLike,
  VerifiedFile,
  VerifiedManifest,
  VerifiedRecipe,
} from './types.js';

// Signed recipes, manifests and files.

const DOCUMENT_MEMBERS = ['keys', 'now', 'leewaySeconds', 'minCounter', 'limits'] as const;
const KEY_MEMBERS = ['secretKey', 'password'] as const;
const MAX_LEEWAY_SECONDS = 86_400;

/** What crypto.getRandomValues() fills at once. */
const MAX_RANDOM_BYTES = 65_536;

function fillRandom(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += MAX_RANDOM_BYTES) {
    crypto.getRandomValues(bytes.subarray(at, at + MAX_RANDOM_BYTES) as Uint8Array<ArrayBuffer>);
  }
}

function keyEntry(key: unknown, name: string): KeyEntry {
  if (typeof key === 'string') return { key };
  const given = checkObject(key, name);
  const purposes = optionalStrings(given['purposes'], `${name}.purposes`);
  if (purposes === undefined) throw argumentError('an array of strings', `${name}.purposes`, purposes);
  return { key: checkString(given['key'], `${name}.key`), purposes };
}

function documentCall(options: DocumentOptions): DocumentCall {
  return {
    keys: checkArray(options.keys, 'keys').map((key, i) => keyEntry(key, `keys[${i}]`)),
    now: momentOrNow(options.now, 'now'),
    leeway_s: optionalInteger(options.leewaySeconds, 'leewaySeconds', 0, MAX_LEEWAY_SECONDS),
    min_counter: optionalInteger(options.minCounter, 'minCounter', 0, Number.MAX_SAFE_INTEGER),
    limits: checkLimits(options.limits),
  };
}

function keyCall(options: SigningKeyOptions): KeyCall {
  return {
    secret_key: checkSecret(options.secretKey, 'secretKey'),
    password: options.password === undefined ? undefined : checkSecret(options.password, 'password'),
  };
}

function signingCall(options: SigningOptions): SigningCall {
  checkMembers(options, [...KEY_MEMBERS, 'issuedAt', 'expiresAt', 'counter']);
  return {
    ...keyCall(options),
    issued_at: momentOrNow(options.issuedAt, 'issuedAt'),
    expires_at: optionalMoment(options.expiresAt, 'expiresAt'),
    counter: optionalInteger(options.counter, 'counter', 0, Number.MAX_SAFE_INTEGER),
  };
}

function signatureInfo(signature: SignatureReply): SignatureInfo {
  return Object.freeze({
    keyId: signature.key_id,
    purpose: signature.purpose,
    issuedAt: dateOf(signature.issued_at),
    ...(signature.expires_at === undefined ? {} : { expiresAt: dateOf(signature.expires_at) }),
    ...(signature.counter === undefined ? {} : { counter: signature.counter }),
  });
}

export function generateKeys(module: Tools, options: { readonly comment?: string | undefined }): KeyPair {
  checkMembers(options, ['comment']);
  const comment = optionalString(options.comment, 'comment');
  const reply = module.call((wasm) => wasm.generateKeys({ comment, random: fillRandom }));
  return {
    keyId: reply.key_id,
    publicKey: reply.public_key,
    publicKeyFile: reply.public_key_file,
    secretKey: reply.secret_key,
  };
}

export function verifyRecipe(module: Verifier, document: TextLike, options: DocumentOptions): VerifiedRecipe {
  checkMembers(options, DOCUMENT_MEMBERS);
  const text = checkText(document, 'document');
  const call = documentCall(options);
  const reply = module.call((wasm) => wasm.verifyRecipe(text, call));
  if (reply.refused) return refusal(reply.refused);
  const recipe = parseFrozen(reply.recipe) as unknown as Recipe;
  return { ok: true, recipe, signature: signatureInfo(reply.signature) };
}

export function signRecipe(module: Tools, recipe: RecipeInput | string, options: SigningOptions): string {
  const json = recipeJson(recipe);
  const call = signingCall(options);
  return module.call((wasm) => wasm.signRecipe(json, call)).document;
}

export function verifyManifest(module: Verifier, document: TextLike, options: ManifestOptions): VerifiedManifest {
  checkMembers(options, [...DOCUMENT_MEMBERS, 'files']);
  const text = checkText(document, 'document');
  const { files } = options;
  if (files !== undefined) checkMembers(files, ['input', 'output']);
  const call: DocumentCall = {
    ...documentCall(options),
    ...(files === undefined
      ? {}
      : { input: checkBytes(files.input, 'files.input'), output: checkBytes(files.output, 'files.output') }),
  };
  const reply = module.call((wasm) => wasm.verifyManifest(text, call));
  if (reply.refused) return refusal(reply.refused);
  const manifest = parseFrozen(reply.manifest) as unknown as Manifest;
  return { ok: true, manifest, signature: signatureInfo(reply.signature) };
}

export function signManifest(module: Tools, contents: ManifestContents, options: SigningOptions): string {
  checkMembers(contents, ['input', 'output', 'recipe']);
  const call = signingCall(options);
  const files = {
    input: checkBytes(contents.input, 'input'),
    output: checkBytes(contents.output, 'output'),
    recipe: recipeJson(contents.recipe),
    created_at: call.issued_at,
  };
  return module.call((wasm) => wasm.signManifest(files, call)).document;
}

export function verifyFile(
  module: Verifier,
  file: Uint8Array,
  options: { readonly key: string; readonly signature: TextLike },
): VerifiedFile {
  checkMembers(options, ['key', 'signature']);
  const bytes = checkBytes(file, 'file');
  const call = { key: checkString(options.key, 'key'), signature: checkText(options.signature, 'signature') };
  const reply = module.call((wasm) => wasm.verifyFile(bytes, call));
  if (reply.refused) return refusal(reply.refused);
  return { ok: true, keyId: reply.key_id, trustedComment: reply.trusted_comment };
}

export function signFile(
  module: Tools,
  file: Uint8Array,
  options: SigningKeyOptions & { readonly trustedComment?: string | undefined },
): string {
  checkMembers(options, [...KEY_MEMBERS, 'trustedComment']);
  const bytes = checkBytes(file, 'file');
  const call = { ...keyCall(options), trusted_comment: optionalString(options.trustedComment, 'trustedComment') };
  return module.call((wasm) => wasm.signFile(bytes, call)).signature;
}
