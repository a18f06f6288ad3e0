// Recipes from files. What is signed is believed only when a trusted key signed exactly this; what is not signed says so.

import { screenEnhancer } from './engine.js';
import type { LoadedRecipe } from './photo.js';
import { type Problem, problemOf, problemOfMessage } from './problem.js';

export type Loading =
  | { readonly ok: true; readonly loaded: LoadedRecipe }
  | { readonly ok: false; readonly signed: boolean; readonly problem: Problem };

/** More is no recipe: `max_recipe_bytes` is a third of it. */
export const MAX_TEXT = 200_000;

/** A signed document has these two members, whatever is in them. */
function looksSigned(text: string): boolean {
  return /"payload"\s*:/.test(text) && /"signature"\s*:/.test(text);
}

/** One key a line; what minisign writes above a key is no key. */
export function keysOf(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('untrusted comment:'));
}

async function loadSigned(text: string, keys: readonly string[]): Promise<Loading> {
  // Only who has a signed recipe needs it.
  const { verifyRecipe } = await import('limpid/security');
  const verdict = await verifyRecipe(text, { keys });
  if (!verdict.ok) {
    return { ok: false, signed: true, problem: problemOfMessage(verdict.code, verdict.found, verdict.message) };
  }
  const { recipe, signature } = verdict;
  const { keyId, issuedAt, expiresAt } = signature;
  const signed = { keyId, issuedAt, ...(expiresAt ? { expiresAt } : {}), trustedKeys: keys };
  return { ok: true, loaded: { recipe, text, signed } };
}

const ONE_PIXEL = { width_px: 1, height_px: 1, format: 'rgb8', data: new Uint8Array(3) } as const;

/** The library reads it, checks every member, and gives it back whole. */
async function loadPlain(text: string): Promise<Loading> {
  const enhancer = await screenEnhancer();
  const { report } = await enhancer.enhance(
    { ...ONE_PIXEL, data: new Uint8Array(ONE_PIXEL.data) },
    { recipe: text, output: 'pixels' },
  );
  return { ok: true, loaded: { recipe: report.recipe, text } };
}

/** @param keys public keys that are believed */
export async function loadRecipe(text: string, keys: readonly string[]): Promise<Loading> {
  const signed = looksSigned(text);
  try {
    return await (signed ? loadSigned(text, keys) : loadPlain(text));
  } catch (thrown) {
    return { ok: false, signed, problem: problemOf(thrown) };
  }
}
