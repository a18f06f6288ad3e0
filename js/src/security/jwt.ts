import { argumentError } from '../errors.js';
import { checkBoolean, checkMembers } from '../validate.js';
import {
  checkArray,
  checkBytes,
  checkJson,
  checkObject,
  checkSecret,
  checkText,
  momentOrNow,
  optionalInteger,
  optionalString,
  optionalStrings,
} from './arguments.js';
import { type JwtCall, type JwtKeyEntry, refusal, type Verifier } from './module.js';
import { parseFrozen } from './plain.js';
import type { JsonLike, JsonObject, VerifiedJwt, VerifyJwtOptions } from './types.js';

const MEMBERS = [
  'keys',
  'now',
  'issuer',
  'audience',
  'type',
  'requireIssuer',
  'requireAudience',
  'requireExpiry',
  'requiredClaims',
  'leewaySeconds',
  'maxAgeSeconds',
] as const;
const MAX_LEEWAY_SECONDS = 600;

function keyEntry(key: unknown, name: string): JwtKeyEntry {
  const given = checkObject(key, name);
  checkMembers(given, ['hmacSha256', 'ed25519', 'jwk', 'jwks', 'id']);
  const id = optionalString(given['id'], `${name}.id`);
  const { hmacSha256, ed25519, jwk, jwks } = given;
  if ([hmacSha256, ed25519, jwk, jwks].filter((one) => one !== undefined).length !== 1) {
    throw argumentError('one of hmacSha256, ed25519, jwk, jwks', `the members of ${name}`, Object.keys(given).join());
  }
  if (hmacSha256 !== undefined) return { hmac_sha256: checkSecret(hmacSha256, `${name}.hmacSha256`), id };
  if (ed25519 !== undefined) return { ed25519: checkBytes(ed25519, `${name}.ed25519`), id };
  if (jwk !== undefined) return { jwk: checkJson(jwk as JsonLike, `${name}.jwk`) };
  return { jwks: checkJson(jwks as JsonLike, `${name}.jwks`) };
}

function oneOrMore(value: unknown, name: string): readonly string[] | undefined {
  return typeof value === 'string' ? [value] : optionalStrings(value, name);
}

function optionalBoolean(value: unknown, name: string): boolean | undefined {
  return value === undefined ? undefined : checkBoolean(value, name);
}

function jwtCall(options: VerifyJwtOptions): JwtCall {
  checkMembers(options, MEMBERS);
  return {
    keys: checkArray(options.keys, 'keys').map((key, i) => keyEntry(key, `keys[${i}]`)),
    now: momentOrNow(options.now, 'now'),
    type: optionalString(options.type, 'type'),
    issuers: oneOrMore(options.issuer, 'issuer'),
    audiences: oneOrMore(options.audience, 'audience'),
    require_issuer: optionalBoolean(options.requireIssuer, 'requireIssuer'),
    require_audience: optionalBoolean(options.requireAudience, 'requireAudience'),
    require_expiry: optionalBoolean(options.requireExpiry, 'requireExpiry'),
    required_claims: optionalStrings(options.requiredClaims, 'requiredClaims'),
    leeway_s: optionalInteger(options.leewaySeconds, 'leewaySeconds', 0, MAX_LEEWAY_SECONDS),
    max_age_s: optionalInteger(options.maxAgeSeconds, 'maxAgeSeconds', 1, Number.MAX_SAFE_INTEGER),
  };
}

export function verifyJwt(module: Verifier, token: string, options: VerifyJwtOptions): VerifiedJwt {
  const call = jwtCall(options);
  const text = checkText(token, 'token');
  const reply = module.call((wasm) => wasm.verifyJwt(text, call));
  if (reply.refused) return refusal(reply.refused);
  return {
    ok: true,
    claims: parseFrozen(reply.claims) as JsonObject,
    header: parseFrozen(reply.header) as JsonObject,
    keyId: reply.key_id,
  };
}
