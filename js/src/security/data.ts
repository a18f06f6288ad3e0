import type { ImageInfo } from '../generated.js';
import { checkChoice, checkLimits, checkMembers } from '../validate.js';
import {
  checkArray,
  checkBytes,
  checkSecret,
  checkString,
  checkText,
  optionalInteger,
  optionalString,
  optionalStrings,
} from './arguments.js';
import { refusal, type Tools, type Verifier } from './module.js';
import { parsePlain } from './plain.js';
import type { JsonValue, LimitsOptions, RedactOptions, TextLike, UploadOptions, Verdict } from './types.js';

// Data from outside.

const TEXT_KINDS = ['text', 'json', 'query', 'url', 'header'] as const;

/** As far as a signature reaches: what a file goes on with is not copied. */
const MAX_SIGNATURE_BYTES = 1024;

export function inspect(module: Tools, file: Uint8Array, options: LimitsOptions): Verdict<{ info: ImageInfo }> {
  checkMembers(options, ['limits']);
  const bytes = checkBytes(file, 'file');
  const limits = checkLimits(options.limits);
  const reply = module.call((wasm) => wasm.inspect(bytes, { limits }));
  if (reply.refused) return refusal(reply.refused);
  return { ok: true, info: parsePlain(reply.info) as unknown as ImageInfo };
}

export function sniff(module: Tools, content: Uint8Array): string {
  const bytes = checkBytes(content, 'content').subarray(0, MAX_SIGNATURE_BYTES);
  return module.call((wasm) => wasm.sniff(bytes)).media_type;
}

export function checkUpload(
  module: Tools,
  content: Uint8Array,
  options: UploadOptions,
): Verdict<{ mediaType: string }> {
  checkMembers(options, ['declaredType', 'allowed', 'maxBytes']);
  const bytes = checkBytes(content, 'content');
  const call = {
    declared_type: optionalString(options.declaredType, 'declaredType'),
    allowed: optionalStrings(options.allowed, 'allowed'),
    max_bytes: optionalInteger(options.maxBytes, 'maxBytes', 0, Number.MAX_SAFE_INTEGER),
  };
  const reply = module.call((wasm) => wasm.checkUpload(bytes, call));
  if (reply.refused) return refusal(reply.refused);
  return { ok: true, mediaType: reply.media_type };
}

function canonical(module: Verifier, text: TextLike, options: LimitsOptions) {
  checkMembers(options, ['limits']);
  const bytes = checkText(text, 'text');
  const limits = checkLimits(options.limits);
  return module.call((wasm) => wasm.parseJson(bytes, { limits }));
}

export function parseJsonStrict(
  module: Verifier,
  text: TextLike,
  options: LimitsOptions,
): Verdict<{ value: JsonValue }> {
  const reply = canonical(module, text, options);
  if (reply.refused) return refusal(reply.refused);
  // Its canonical text, not the one that came: what is read here is what the library has read.
  return { ok: true, value: parsePlain(reply.canonical) };
}

export function canonicalJson(module: Verifier, text: TextLike, options: LimitsOptions): Verdict<{ json: string }> {
  const reply = canonical(module, text, options);
  return reply.refused ? refusal(reply.refused) : { ok: true, json: reply.canonical };
}

export function redact(module: Tools, text: TextLike, options: RedactOptions): string {
  checkMembers(options, ['as', 'header', 'secrets']);
  const kind = options.as === undefined ? 'text' : checkChoice(options.as, 'as', TEXT_KINDS);
  const header = kind === 'header' ? checkString(options.header, 'header') : optionalString(options.header, 'header');
  const secrets =
    options.secrets === undefined
      ? undefined
      : checkArray(options.secrets, 'secrets').map((secret, i) => checkSecret(secret, `secrets[${i}]`));
  const bytes = checkText(text, 'text');
  return module.call((wasm) => wasm.redact(bytes, { kind, header, secrets })).text;
}
