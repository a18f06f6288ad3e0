import { argumentError, limpidError } from './errors.js';
import { DEFAULT_LIMITS, type Limits, type RecipeInput } from './generated.js';
import type { Resize } from './types.js';

// Checks that both entries of the package use.

const FITS = ['inside', 'cover', 'exact'] as const;
const RESIZE_FILTERS = ['lanczos3', 'magic_kernel_sharp_2021'] as const;
export const MAX_SIDE_PX = 65_535;

/** A misspelt option must not be silently without effect. */
export function checkMembers(options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) throw argumentError('an object', 'options', options);
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw argumentError(`one of ${known.join(', ')}`, 'the name of an option', name);
  }
}

export function checkInteger(value: unknown, name: string, min: number, max: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  throw argumentError(`an integer from ${min} to ${max}`, name, value);
}

export function checkBoolean(value: unknown, name: string): boolean {
  if (typeof value === 'boolean') return value;
  throw argumentError('true or false', name, value);
}

export function checkChoice<Choice extends string>(value: unknown, name: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((candidate) => candidate === value);
  if (choice !== undefined) return choice;
  throw argumentError(`one of ${choices.join(', ')}`, name, value);
}

/** A number from 0 to 1; absent stays absent. */
export function checkShare(value: unknown, name: string): number | undefined {
  if (value === undefined || (typeof value === 'number' && value >= 0 && value <= 1)) return value;
  throw argumentError('a number from 0 to 1', name, value);
}

export function checkUrl(value: unknown, name: string): string | URL | undefined {
  if (value === undefined || typeof value === 'string' || value instanceof URL) return value;
  throw argumentError('a URL or string', name, value);
}

export function checkResize(resize: unknown): Resize {
  if (typeof resize !== 'object' || resize === null) throw argumentError('an object', 'resize', resize);
  checkMembers(resize, ['width_px', 'height_px', 'fit', 'filter', 'enlarge']);
  const { width_px, height_px, fit, filter, enlarge } = resize as Resize;
  return {
    ...(width_px === undefined ? {} : { width_px: checkInteger(width_px, 'resize.width_px', 1, MAX_SIDE_PX) }),
    ...(height_px === undefined ? {} : { height_px: checkInteger(height_px, 'resize.height_px', 1, MAX_SIDE_PX) }),
    ...(fit === undefined ? {} : { fit: checkChoice(fit, 'resize.fit', FITS) }),
    ...(filter === undefined ? {} : { filter: checkChoice(filter, 'resize.filter', RESIZE_FILTERS) }),
    ...(enlarge === undefined ? {} : { enlarge: checkBoolean(enlarge, 'resize.enlarge') }),
  };
}

export function checkLimits(limits: unknown): Partial<Limits> {
  if (limits === undefined) return {};
  if (typeof limits !== 'object' || limits === null) throw argumentError('an object', 'limits', limits);
  const checked: Record<string, number> = {};
  for (const [name, value] of Object.entries(limits)) {
    if (!Object.hasOwn(DEFAULT_LIMITS, name)) {
      throw argumentError(`one of ${Object.keys(DEFAULT_LIMITS).join(', ')}`, 'the name of a limit', name);
    }
    if (value !== undefined) checked[name] = checkInteger(value, `limits.${name}`, 0, Number.MAX_SAFE_INTEGER);
  }
  return checked;
}

/** Recipe as UTF-8 JSON. What is in it is checked by the library, which is the one place that knows. */
export function recipeJson(recipe: RecipeInput | string): Uint8Array {
  if (typeof recipe === 'string') return new TextEncoder().encode(recipe);
  if (typeof recipe !== 'object' || recipe === null) throw argumentError('a recipe', 'recipe', recipe);
  try {
    return new TextEncoder().encode(JSON.stringify(recipe));
  } catch (cause) {
    throw limpidError('recipe.malformed', 'the object cannot be written as JSON', { cause });
  }
}
