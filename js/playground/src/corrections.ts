// The corrections of a recipe in words. The types make sure that none is missing.

import type { Evidence, Recipe } from 'limpid';
import { number, percent, signed } from './words.js';

export type CorrectionName = Exclude<keyof Recipe, 'version'>;

interface Amount {
  readonly field: string;
  /** The value that changes nothing. */
  readonly identity: number;
  /** The amount, scaled by the strength, in words. */
  readonly text: (value: number) => string;
}

interface Words {
  readonly title: string;
  readonly amounts: readonly Amount[];
}

// Spaces that do not break keep an amount on one line.
const share = (label: string) => (value: number) => `${label}\u00a0${percent(value)}`;
const signedShare = (label: string) => (value: number) => `${label}\u00a0${signed(value * 100, 0)}\u00a0%`;
const gain = (label: string) => (value: number) => `${label}\u00a0×\u202f${number(value, 2)}`;

/** In the order of application. */
const WORDS: Record<CorrectionName, Words> = {
  deblock: { title: 'Compression artefacts', amounts: [{ field: 'amount', identity: 0, text: share('smoothed') }] },
  denoise: {
    title: 'Noise',
    amounts: [
      { field: 'luma_sigma', identity: 0, text: share('grain') },
      { field: 'chroma_sigma', identity: 0, text: share('colour specks') },
    ],
  },
  white_balance: {
    title: 'White balance',
    amounts: [
      { field: 'red_gain', identity: 1, text: gain('red') },
      { field: 'green_gain', identity: 1, text: gain('green') },
      { field: 'blue_gain', identity: 1, text: gain('blue') },
    ],
  },
  exposure: {
    title: 'Exposure',
    amounts: [{ field: 'exposure_ev', identity: 0, text: (value) => `${signed(value, 2)}\u00a0EV` }],
  },
  tone: {
    title: 'Tone',
    amounts: [
      { field: 'black_point', identity: 0, text: share('black at') },
      { field: 'white_point', identity: 1, text: share('white at') },
      { field: 'contrast', identity: 0, text: signedShare('contrast') },
    ],
  },
  dehaze: { title: 'Haze', amounts: [{ field: 'amount', identity: 0, text: share('taken off') }] },
  shadows_highlights: {
    title: 'Shadows and highlights',
    amounts: [
      { field: 'shadows', identity: 0, text: signedShare('shadows') },
      { field: 'highlights', identity: 0, text: signedShare('highlights held') },
    ],
  },
  local_contrast: {
    title: 'Structure',
    amounts: [{ field: 'amount', identity: 0, text: signedShare('local contrast') }],
  },
  vibrance: { title: 'Vibrance', amounts: [{ field: 'vibrance', identity: 0, text: signedShare('muted colours') }] },
  memory_colours: {
    title: 'Familiar colours',
    amounts: [
      { field: 'skin', identity: 0, text: share('skin') },
      { field: 'sky', identity: 0, text: share('sky') },
      { field: 'foliage', identity: 0, text: share('foliage') },
    ],
  },
  sharpen: { title: 'Sharpness', amounts: [{ field: 'amount', identity: 0, text: gain('detail') }] },
};

export const CORRECTION_NAMES = Object.keys(WORDS) as CorrectionName[];

export const titleOf = (name: CorrectionName) => WORDS[name].title;

function amountsOf(recipe: Recipe, name: CorrectionName) {
  const correction = Object.entries(recipe[name]);
  return WORDS[name].amounts.map((amount) => ({
    ...amount,
    value: Number(correction.find(([field]) => field === amount.field)?.[1] ?? amount.identity),
  }));
}

/** Whether the recipe does anything here, whatever its strength. */
export function isMade(recipe: Recipe, name: CorrectionName): boolean {
  return amountsOf(recipe, name).some(({ value, identity }) => value !== identity);
}

/** e.g. "red × 1.06, blue × 0.91" as applied, `share` of it; nothing where nothing of it can be read off. */
export function amountText(recipe: Recipe, name: CorrectionName, share: number): string {
  const strength = recipe[name].strength * share;
  return amountsOf(recipe, name)
    .map(({ value, identity, text }) => ({ now: text(identity + (value - identity) * strength), none: text(identity) }))
    .filter(({ now, none }) => now !== none)
    .map(({ now }) => now)
    .join(', ');
}

const FOUR_DIGITS = 10_000;

/** A recipe knows four digits after the point. */
const rounded = (value: number) => Math.round(value * FOUR_DIGITS) / FOUR_DIGITS;

/** The recipe with each correction at its share of the strength it has. */
export function withShares(recipe: Recipe, shares: Partial<Record<CorrectionName, number>>): Recipe {
  const scaled = CORRECTION_NAMES.map((name) => {
    const correction = recipe[name];
    return [name, { ...correction, strength: rounded(correction.strength * (shares[name] ?? 1)) }];
  });
  return { version: recipe.version, ...Object.fromEntries(scaled) } as Recipe;
}

/** A measured number as a person reads it. */
export function evidenceText({ value, unit }: Evidence): string {
  switch (unit) {
    case 'fraction':
    case 'level':
      return percent(value, 1);
    case 'degrees':
      return `${number(value, 1)}°`;
    case 'ratio':
      return `${number(value, 1)} : 1`;
    case 'pixels':
      return `${number(value, 2)} px`;
    default:
      return unit === '' ? number(value, 2) : `${number(value, 2)} ${unit}`;
  }
}
