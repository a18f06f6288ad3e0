// A recipe that was pasted, dropped or typed: applied to the selected photograph, or refused.

import { signal } from '@preact/signals';
import { announce } from './announcer.js';
import type { Problem } from './problem.js';
import { selected } from './queue.js';
import { keysOf, loadRecipe, MAX_TEXT } from './signed-recipe.js';

/** As typed: public keys, one a line. */
export const trustedKeys = signal('');

/** Why the last one was not applied. */
export const refusal = signal<{ readonly signed: boolean; readonly problem: Problem } | undefined>(undefined);

export function dismiss(): void {
  refusal.value = undefined;
}

/** @returns whether it was applied. What is refused changes nothing. */
export async function offer(text: string): Promise<boolean> {
  const photo = selected.peek();
  refusal.value = undefined;
  if (!photo) return false;
  const loading = await loadRecipe(text, keysOf(trustedKeys.peek()));
  if (!loading.ok) {
    refusal.value = loading;
    announce(`The recipe was refused. ${loading.problem.what}`);
    return false;
  }
  photo.settings.value = { preset: 'natural', strength: 1, shares: {}, loaded: loading.loaded };
  announce(loading.loaded.signed ? 'The signature is genuine. The recipe was applied.' : 'The recipe was applied.');
  return true;
}

/** A text file that was dropped: a recipe, or a public key to trust. */
export async function offerFile(file: File): Promise<void> {
  const text = await file.slice(0, MAX_TEXT).text();
  if (/\.pub$/i.test(file.name)) {
    const keys = keysOf(text);
    trustedKeys.value = [...new Set([...keysOf(trustedKeys.peek()), ...keys])].join('\n');
    announce(keys.length === 1 ? 'One more key is trusted' : `${keys.length} more keys are trusted`);
    return;
  }
  await offer(text);
}
