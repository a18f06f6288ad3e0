import { checkBoolean, checkInteger, checkMembers } from '../validate.js';
import {
  checkArray,
  checkObject,
  checkString,
  checkText,
  dateOf,
  momentOrNow,
  optionalInteger,
  optionalString,
} from './arguments.js';
import { type LicenseCall, type LicenseReply, refusal, type Verifier } from './module.js';
import type { License, LicenseFacts, LicenseMemory, TextLike, VerifiedLicense, VerifyLicenseOptions } from './types.js';

const MEMBERS = [
  'issuers',
  'now',
  'fingerprint',
  'memory',
  'revocations',
  'otherInstances',
  'clockToleranceSeconds',
  'feature',
] as const;
const MAX_INSTANCES = 4_294_967_295;
const MAX_SECONDS = 8_640_000_000_000;

function checkMemory(memory: unknown): LicenseMemory {
  const given = checkObject(memory, 'memory');
  checkMembers(given, ['last_seen', 'issued_at', 'deactivated', 'revocations_seen']);
  return {
    last_seen: checkInteger(given['last_seen'], 'memory.last_seen', -MAX_SECONDS, MAX_SECONDS),
    issued_at: checkInteger(given['issued_at'], 'memory.issued_at', -MAX_SECONDS, MAX_SECONDS),
    deactivated: checkBoolean(given['deactivated'], 'memory.deactivated'),
    revocations_seen: checkInteger(given['revocations_seen'], 'memory.revocations_seen', 0, Number.MAX_SAFE_INTEGER),
  };
}

function licenseCall(options: VerifyLicenseOptions): LicenseCall {
  checkMembers(options, MEMBERS);
  const { memory, revocations, otherInstances, clockToleranceSeconds } = options;
  return {
    issuers: checkArray(options.issuers, 'issuers').map((key, i) => checkString(key, `issuers[${i}]`)),
    now: momentOrNow(options.now, 'now'),
    fingerprint: optionalString(options.fingerprint, 'fingerprint'),
    memory: memory === undefined ? undefined : checkMemory(memory),
    revocations: revocations === undefined ? undefined : checkText(revocations, 'revocations'),
    other_instances: optionalInteger(otherInstances, 'otherInstances', 0, MAX_INSTANCES),
    clock_tolerance_s: optionalInteger(clockToleranceSeconds, 'clockToleranceSeconds', 0, Number.MAX_SAFE_INTEGER),
    feature: optionalString(options.feature, 'feature'),
  };
}

function licenseOf(license: NonNullable<LicenseReply['license']>): License {
  const { id, product, licensee, fingerprint } = license;
  return Object.freeze({
    id,
    product,
    licensee,
    fingerprint,
    features: Object.freeze(license.features),
    maxInstances: license.max_instances,
    graceDays: license.grace_days,
    issuedAt: dateOf(license.issued_at),
    notBefore: dateOf(license.not_before),
    ...(license.expires_at === undefined ? {} : { expiresAt: dateOf(license.expires_at) }),
  });
}

function factsOf({ state, memory, days_left, grace_until }: LicenseReply): LicenseFacts {
  return {
    state,
    memory,
    ...(days_left === undefined ? {} : { daysLeft: days_left }),
    ...(grace_until === undefined ? {} : { graceUntil: dateOf(grace_until) }),
  };
}

export function verifyLicense(module: Verifier, text: TextLike, options: VerifyLicenseOptions): VerifiedLicense {
  const call = licenseCall(options);
  const bytes = checkText(text, 'text');
  const reply = module.call((wasm) => wasm.verifyLicense(bytes, call));
  const { refused, license } = reply;
  if (refused) {
    // Where the list of withdrawn licences was refused, the licence was not looked at.
    const facts = reply.state === undefined ? {} : factsOf(reply);
    return { ...refusal(refused), ...facts, ...(license === undefined ? {} : { license: licenseOf(license) }) };
  }
  return { ok: true, license: licenseOf(license as NonNullable<typeof license>), ...factsOf(reply) };
}
