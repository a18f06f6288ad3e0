// Failures as a person reads them.

import { LimpidError } from 'limpid';

export interface Problem {
  readonly code: string;
  /** One sentence. */
  readonly what: string;
  /** What was found; may be empty. */
  readonly found: string;
  /** What to do about it. */
  readonly hint: string;
}

const sentence = (text: string) => (text === '' ? '' : `${text[0]?.toUpperCase()}${text.slice(1)}.`);

/** A message is `code: what is wrong: what was found; what to do`. */
export function problemOfMessage(code: string, found: string, message: string, hint?: string): Problem {
  const rest = message.startsWith(`${code}: `) ? message.slice(code.length + 2) : message;
  const end = found === '' ? rest.indexOf('; ') : rest.indexOf(`: ${found}`);
  const what = end < 0 ? rest : rest.slice(0, end);
  const said = hint ?? (rest.includes('; ') ? rest.slice(rest.lastIndexOf('; ') + 2) : '');
  return { code, what: sentence(what), found, hint: sentence(said) };
}

export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof LimpidError) return problemOfMessage(thrown.code, thrown.found, thrown.message, thrown.hint);
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    code: 'page.failure',
    what: 'The page failed in a way it should not.',
    found: message,
    hint: 'Reload the page; if it happens again, report it.',
  };
}

/** Whether somebody asked for it to end: nothing to complain about. */
export function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'AbortError';
}
