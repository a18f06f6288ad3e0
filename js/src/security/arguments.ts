import { argumentError, secretArgumentError } from '../errors.js';
import { checkInteger } from '../validate.js';
import type { HeaderLines, JsonLike, TextLike } from './types.js';

const encoder = new TextEncoder();

/**
 * UTF-8. A lone surrogate becomes three bytes that no reader of UTF-8 accepts, so that the text is
 * refused; TextEncoder would write U+FFFD, another text.
 */
function utf8(text: string): Uint8Array {
  if (!/\p{Surrogate}/u.test(text)) return encoder.encode(text);
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.charCodeAt(0);
    const lone = character.length === 1 && code >= 0xd800 && code <= 0xdfff;
    bytes.push(...(lone ? [0xed, 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)] : encoder.encode(character)));
  }
  return Uint8Array.from(bytes);
}

export function checkBytes(value: unknown, name: string): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw argumentError('a Uint8Array', name, value);
}

/** Of a text that may hold secrets: a complaint does not show it. */
export function checkText(value: unknown, name: string): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'string') return utf8(value);
  throw secretArgumentError('a string or Uint8Array', name, value);
}

export function checkSecret(value: unknown, name: string): Uint8Array {
  if (value instanceof Uint8Array) return value;
  // A string could be overwritten by nobody.
  throw secretArgumentError('a Uint8Array', name, value);
}

export function checkJson(value: JsonLike, name: string): Uint8Array {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return checkText(value, name);
  try {
    return utf8(JSON.stringify(value));
  } catch {
    throw secretArgumentError('an object that can be written as JSON', name, value);
  }
}

export function checkString(value: unknown, name: string): string {
  if (typeof value === 'string') return value;
  throw argumentError('a string', name, value);
}

export function optionalString(value: unknown, name: string): string | undefined {
  return value === undefined ? undefined : checkString(value, name);
}

export function optionalStrings(value: unknown, name: string): readonly string[] | undefined {
  if (value === undefined) return undefined;
  return checkArray(value, name).map((element, i) => checkString(element, `${name}[${i}]`));
}

export function optionalInteger(value: unknown, name: string, min: number, max: number): number | undefined {
  return value === undefined ? undefined : checkInteger(value, name, min, max);
}

export function checkArray(value: unknown, name: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw secretArgumentError('an array', name, value);
}

export function checkObject(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw secretArgumentError('an object', name, value);
}

/** Unix seconds. */
export function optionalMoment(value: unknown, name: string): number | undefined {
  if (value === undefined) return undefined;
  if (value instanceof Date && !Number.isNaN(value.getTime())) return Math.floor(value.getTime() / 1000);
  throw argumentError('a valid Date', name, value);
}

export function momentOrNow(value: unknown, name: string): number {
  return optionalMoment(value, name) ?? Math.floor(Date.now() / 1000);
}

export function dateOf(seconds: number): Date {
  return new Date(seconds * 1000);
}

/** Name, value, name, value. Two lines of one name stay two: the library refuses them where it matters. */
export function checkHeaders(headers: HeaderLines): string[] {
  const lines: string[] = [];
  const add = (name: unknown, value: unknown) => {
    if (typeof name !== 'string' || typeof value !== 'string') {
      throw secretArgumentError('pairs of strings', 'headers', value);
    }
    lines.push(name, value);
  };
  if (typeof headers !== 'object' || headers === null) throw secretArgumentError('headers', 'headers', headers);
  if (Symbol.iterator in headers) {
    for (const line of headers) {
      if (!Array.isArray(line) || line.length !== 2) throw secretArgumentError('pairs of strings', 'headers', line);
      add(line[0], line[1]);
    }
    return lines;
  }
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) add(name, one);
  }
  return lines;
}

export type { TextLike };
