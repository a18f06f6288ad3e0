// The sliders, applied to a recipe.

import type { Recipe } from 'limpid';
import { withShares } from './corrections.js';
import type { Settings } from './photo.js';

/** The recipe as the sliders have it. A decided one has its strength already. */
export function scaled(recipe: Recipe, { shares, strength, loaded }: Settings): Recipe {
  if (!loaded) return withShares(recipe, shares);
  return withShares(
    withShares(recipe, shares),
    Object.fromEntries(Object.keys(recipe).map((name) => [name, strength])),
  );
}
