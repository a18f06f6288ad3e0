import { ERRORS, type ErrorCode } from './generated.js';

/** A failure as it travels between threads and out of the module. */
export interface ErrorFields {
  readonly code: ErrorCode;
  readonly found: string;
  readonly hint: string;
  readonly message: string;
}

export type ErrorTexts = Readonly<Partial<Record<ErrorCode, { readonly sentence: string; readonly hint: string }>>>;

/** Everything limpid rejects with. The codes are listed in docs/errors.md. */
export class LimpidError extends Error {
  /** Stable: never renamed once released. */
  readonly code: ErrorCode;
  /** What was found; empty when the message says it all. */
  readonly found: string;
  /** What the limit is or what to do. */
  readonly hint: string;

  /** @internal */
  constructor(fields: ErrorFields, options?: ErrorOptions) {
    super(fields.message, options);
    // As fetch() does, so that code which treats aborted requests apart treats these alike.
    this.name = fields.code === 'run.cancelled' ? 'AbortError' : 'LimpidError';
    this.code = fields.code;
    this.found = fields.found;
    this.hint = fields.hint;
  }
}

/** Of a code that none of ours has: the texts of limpid/security are not loaded here. */
const UNKNOWN = { sentence: 'the library refused', hint: 'see docs/errors.md' };

/** The one form of a message: `code: sentence: what was found; hint`. */
export function errorFields(code: ErrorCode, found = '', texts: ErrorTexts = ERRORS): ErrorFields {
  const { sentence, hint } = texts[code] ?? UNKNOWN;
  return { code, found, hint, message: `${code}: ${sentence}${found && `: ${found}`}; ${hint}` };
}

export function limpidError(code: ErrorCode, found?: string, options?: ErrorOptions): LimpidError {
  return new LimpidError(errorFields(code, found), options);
}

const MAX_SHOWN = 40;

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'string') {
    return JSON.stringify(value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN)}…` : value);
  }
  if (typeof value === 'object') return `an object of type ${value.constructor?.name ?? 'Object'}`;
  if (typeof value === 'function') return 'a function';
  return `${String(value)} of type ${typeof value}`;
}

/** The one form of a complaint about an argument. */
export function argumentError(expected: string, name: string, received: unknown): LimpidError {
  return limpidError('argument.invalid', `Expected ${expected} for ${name} but received ${describe(received)}`);
}

/** The same for an argument that is a secret, or near one: says what kind of value came, never what is in it. */
export function secretArgumentError(expected: string, name: string, received: unknown): LimpidError {
  const kind = typeof received === 'string' ? 'a string' : describe(received).replace(/^.* of type/, 'a value of type');
  return limpidError('argument.invalid', `Expected ${expected} for ${name} but received ${kind}`);
}

/**
 * What a thrown value means. RangeError is what engines throw when memory cannot be had; the rest
 * should not happen.
 */
export function errorFieldsOf(thrown: unknown): ErrorFields {
  if (thrown instanceof LimpidError) {
    const { code, found, hint, message } = thrown;
    return { code, found, hint, message };
  }
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const outOfMemory = thrown instanceof RangeError || /memory|allocation/i.test(text);
  return errorFields(outOfMemory ? 'memory.exhausted' : 'internal.failure', text.split('\n', 1)[0]);
}
