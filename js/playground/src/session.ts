// The selected photograph, open: its preview follows the sliders.

import { effect, signal, untracked } from '@preact/signals';
import type { Histogram, Pixels, Preview, Recipe, Stage } from 'limpid';
import { withShares } from './corrections.js';
import { screenEnhancer } from './engine.js';
import type { Photo, Settings } from './photo.js';
import { isAbort, type Problem, problemOf } from './problem.js';
import { refuse, selected } from './queue.js';

/** A rendering, and how long it took from the change that asked for it. */
export interface Shown {
  readonly after: Pixels;
  readonly histogram: Histogram;
  /** As rendered, and the sliders that led to it. */
  readonly recipe: Recipe;
  readonly settings: Settings;
  readonly askedAt: number;
}

export type Session =
  | { readonly kind: 'none' }
  | { readonly kind: 'opening'; readonly photo: Photo; readonly stage: Stage | undefined; readonly fraction: number }
  | { readonly kind: 'refused'; readonly photo: Photo; readonly problem: Problem }
  | { readonly kind: 'open'; readonly photo: Photo; readonly preview: Preview };

export const session = signal<Session>({ kind: 'none' });
export const shown = signal<Shown | undefined>(undefined);
/** The recipe that the sliders scale: decided for the preset, or loaded. */
export const base = signal<Recipe | undefined>(undefined);
/** Why the newest change is not shown. */
export const trouble = signal<Problem | undefined>(undefined);

/** The longer side of what is shown: enough for a large screen, small enough to follow a slider. */
const PREVIEW_PX = 1600;

/** Open whatever gets selected, and render whatever is asked of it. */
export function followSelection(): void {
  effect(() => {
    const photo = selected.value;
    const opening = new AbortController();
    const opened = untracked(() => open(photo, opening.signal));
    return () => {
      opening.abort();
      void opened.then((close) => close?.());
    };
  });
}

/** @returns what closes it again */
async function open(photo: Photo | undefined, signal: AbortSignal): Promise<(() => void) | undefined> {
  shown.value = undefined;
  base.value = undefined;
  trouble.value = undefined;
  if (!photo) {
    session.value = { kind: 'none' };
    return undefined;
  }
  session.value = { kind: 'opening', photo, stage: undefined, fraction: 0 };
  try {
    const [enhancer, file] = await Promise.all([screenEnhancer(), photo.read()]);
    if (signal.aborted) return undefined;
    const preview = await enhancer.preview(file, {
      max_side_px: PREVIEW_PX,
      signal,
      onProgress: ({ stage, fraction }) => {
        if (!signal.aborted) session.value = { kind: 'opening', photo, stage, fraction };
      },
    });
    if (signal.aborted) {
      preview.dispose();
      return undefined;
    }
    session.value = { kind: 'open', photo, preview };
    return follow(photo, preview);
  } catch (thrown) {
    if (!signal.aborted && !isAbort(thrown)) {
      session.value = { kind: 'refused', photo, problem: problemOf(thrown) };
      refuse(photo, thrown);
    }
    return undefined;
  }
}

/** Render at every change. While one rendering is under way only the newest change waits. */
function follow(photo: Photo, preview: Preview): () => void {
  let wanted: { settings: Settings; askedAt: number } | undefined;
  let busy = false;
  let closed = false;
  const recipes = decisionsOf(preview);

  const work = async () => {
    if (busy) return;
    busy = true;
    while (wanted && !closed) {
      const { settings, askedAt } = wanted;
      wanted = undefined;
      try {
        const decided = settings.loaded?.recipe ?? (await recipes(settings));
        const recipe = scaled(decided, settings);
        const { pixels, histogram } = await preview.render(recipe);
        if (closed) break;
        base.value = decided;
        shown.value = { after: pixels, histogram, recipe, settings, askedAt };
        trouble.value = undefined;
      } catch (thrown) {
        if (!closed && !isAbort(thrown)) trouble.value = problemOf(thrown);
      }
    }
    busy = false;
  };

  const stop = effect(() => {
    wanted = { settings: photo.settings.value, askedAt: performance.now() };
    void work();
  });
  return () => {
    closed = true;
    stop();
    preview.dispose();
  };
}

/** What limpid decides for a preset and strength, asked for once each. */
function decisionsOf(preview: Preview): (settings: Settings) => Promise<Recipe> {
  let key = '';
  let last: Promise<Recipe> | undefined;
  return ({ preset, strength }) => {
    const wanted = `${preset} ${strength}`;
    if (!last || key !== wanted) {
      key = wanted;
      last = preview.recipeFor(preset, strength);
      last.catch(() => {
        last = undefined;
      });
    }
    return last;
  };
}

/** The recipe as the sliders have it. A decided one has its strength already. */
export function scaled(recipe: Recipe, { shares, strength, loaded }: Settings): Recipe {
  if (!loaded) return withShares(recipe, shares);
  return withShares(
    withShares(recipe, shares),
    Object.fromEntries(Object.keys(recipe).map((name) => [name, strength])),
  );
}
