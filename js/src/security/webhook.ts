import { argumentError } from '../errors.js';
import { WEBHOOK_DIALECTS, type WebhookDialect } from '../generated.js';
import { checkChoice, checkMembers } from '../validate.js';
import {
  checkArray,
  checkHeaders,
  checkObject,
  checkSecret,
  checkText,
  dateOf,
  momentOrNow,
  optionalInteger,
  optionalString,
} from './arguments.js';
import { securityErrorFields } from './errors.js';
import { refusal, type Tools, type Verifier, type WebhookCall } from './module.js';
import type {
  HeaderLines,
  ReplayAnswer,
  ReplayStore,
  SignWebhookOptions,
  TextLike,
  VerifiedWebhook,
  VerifyWebhookOptions,
  WebhookOptions,
} from './types.js';

const MEMBERS = ['dialect', 'keys', 'now', 'signatureHeader'] as const;
const MAX_TOLERANCE_SECONDS = 86_400;
const MAX_REPLAY_MEMORY_SECONDS = 31_536_000;

function keyEntry(key: unknown, name: string, dialect: WebhookDialect): WebhookCall['keys'][number] {
  const given = checkObject(key, name);
  checkMembers(given, ['secret', 'form', 'id']);
  const usual = dialect === 'standard' || dialect === 'svix' ? 'text' : 'raw';
  return {
    secret: checkSecret(given['secret'], `${name}.secret`),
    form: given['form'] === undefined ? usual : checkChoice(given['form'], `${name}.form`, ['text', 'raw']),
    id: optionalString(given['id'], `${name}.id`),
  };
}

function webhookCall(options: WebhookOptions): WebhookCall {
  const dialect = checkChoice(options.dialect, 'dialect', WEBHOOK_DIALECTS);
  return {
    dialect,
    keys: checkArray(options.keys, 'keys').map((key, i) => keyEntry(key, `keys[${i}]`, dialect)),
    now: momentOrNow(options.now, 'now'),
    signature_header: optionalString(options.signatureHeader, 'signatureHeader'),
  };
}

/** A delivery whose signature and time are right, and what a store has to be asked about it. */
interface Candidate {
  readonly verdict: VerifiedWebhook;
  readonly question?: { readonly id: string; readonly expires: Date };
}

function candidate(module: Verifier, body: TextLike, headers: HeaderLines, options: VerifyWebhookOptions): Candidate {
  checkMembers(options, [...MEMBERS, 'toleranceSeconds', 'replayMemorySeconds', 'replays']);
  const { replays, toleranceSeconds, replayMemorySeconds } = options;
  if (replays !== undefined && typeof replays?.seen !== 'function') {
    throw argumentError('an object with a method seen()', 'replays', replays);
  }
  const bytes = checkText(body, 'body');
  const lines = checkHeaders(headers);
  const call: WebhookCall = {
    ...webhookCall(options),
    tolerance_s: optionalInteger(toleranceSeconds, 'toleranceSeconds', 0, MAX_TOLERANCE_SECONDS),
    replay_memory_s: optionalInteger(replayMemorySeconds, 'replayMemorySeconds', 1, MAX_REPLAY_MEMORY_SECONDS),
  };
  const reply = module.call((wasm) => wasm.verifyWebhook(bytes, lines, call));
  if (reply.refused) return { verdict: refusal(reply.refused) };
  return {
    verdict: {
      ok: true,
      ...(reply.message_id === '' ? {} : { messageId: reply.message_id }),
      ...(reply.timestamp === undefined ? {} : { timestamp: dateOf(reply.timestamp) }),
      keyId: reply.key_id,
      keyIndex: reply.key_index,
      replayId: reply.replay_id,
    },
    ...(replays === undefined ? {} : { question: { id: reply.replay_id, expires: dateOf(reply.replay_expires) } }),
  };
}

/** Only the one right answer lets a delivery in. */
function settle(verdict: VerifiedWebhook, answer: ReplayAnswer | undefined): VerifiedWebhook {
  if (answer === 'fresh') return verdict;
  return refusal(securityErrorFields(answer === 'replayed' ? 'webhook.replayed' : 'webhook.replay_store_unavailable'));
}

export function verifyWebhook(
  module: Verifier,
  body: TextLike,
  headers: HeaderLines,
  options: VerifyWebhookOptions,
): VerifiedWebhook {
  const { verdict, question } = candidate(module, body, headers, options);
  if (!question) return verdict;
  let answer: ReplayAnswer | Promise<ReplayAnswer> | undefined;
  try {
    answer = options.replays?.seen(question.id, question.expires);
  } catch {
    answer = 'unavailable';
  }
  // A promise is no answer yet: verifyWebhook() of the package waits for it, this one cannot.
  return settle(verdict, typeof answer === 'string' ? answer : 'unavailable');
}

/** As verifyWebhook(), with a store that may take its time. */
export async function verifyWebhookLater(
  module: Verifier,
  body: TextLike,
  headers: HeaderLines,
  options: VerifyWebhookOptions<ReplayStore>,
): Promise<VerifiedWebhook> {
  const { verdict, question } = candidate(module, body, headers, options);
  if (!question) return verdict;
  try {
    return settle(verdict, await options.replays?.seen(question.id, question.expires));
  } catch {
    return settle(verdict, 'unavailable');
  }
}

export function signWebhook(module: Tools, body: TextLike, options: SignWebhookOptions): Record<string, string> {
  checkMembers(options, [...MEMBERS, 'messageId']);
  const bytes = checkText(body, 'body');
  const call = { ...webhookCall(options), message_id: optionalString(options.messageId, 'messageId') };
  const { headers } = module.call((wasm) => wasm.signWebhook(bytes, call));
  return Object.assign(Object.create(null), Object.fromEntries(headers));
}
