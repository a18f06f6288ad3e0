// The open photograph follows its sliders: at once as large as the window, and closer when somebody zooms in.

import { effect, signal } from '@preact/signals';
import type { Histogram, Pixels, Preview, Recipe } from 'limpid';
import type { Photo, Settings } from './photo.js';
import { isAbort, type Problem, problemOf } from './problem.js';
import { scaled } from './scaled.js';

/** A rendering. */
export interface Shown {
  readonly before: Pixels;
  readonly after: Pixels;
  readonly histogram: Histogram;
  /** As rendered, and the sliders that led to it. */
  readonly recipe: Recipe;
  readonly settings: Settings;
  /** When they were moved; absent from the closer look that comes later. */
  readonly askedAt?: number;
}

export const shown = signal<Shown | undefined>(undefined);
/** The recipe that the sliders scale: decided for the preset, or loaded. */
export const base = signal<Recipe | undefined>(undefined);
/** Why the newest change is not shown. */
export const trouble = signal<Problem | undefined>(undefined);
/** Whether the picture is shown larger than its preview is. */
export const magnified = signal(false);

export function forget(): void {
  shown.value = undefined;
  base.value = undefined;
  trouble.value = undefined;
  magnified.value = false;
}

type Open = (signal: AbortSignal) => Promise<Preview>;

/**
 * Render at every change. While one rendering is under way only the newest change waits.
 * @returns what ends it, and closes the preview
 */
export function follow(photo: Photo, preview: Preview, openCloser: Open | undefined): () => void {
  let wanted: { settings: Settings; askedAt: number } | undefined;
  let busy = false;
  let closer: Promise<Preview> | undefined;
  const end = new AbortController();
  const { signal } = end;
  const recipes = decisionsOf(preview);
  // Until the first rendering; so that the words are there with the picture.
  base.value = photo.settings.peek().loaded?.recipe ?? preview.recipe;

  const render = async ({ settings, askedAt }: { settings: Settings; askedAt: number }) => {
    const decided = settings.loaded?.recipe ?? (await recipes(settings));
    const recipe = scaled(decided, settings);
    const { pixels, histogram } = await preview.render(recipe);
    if (signal.aborted) return;
    base.value = decided;
    shown.value = { before: preview.original, after: pixels, histogram, recipe, settings, askedAt };
    trouble.value = undefined;
  };

  /** The histogram stays the small picture's: one for every zoom. */
  const renderCloser = async () => {
    const small = shown.peek();
    if (!small || !magnified.peek() || !openCloser || small.askedAt === undefined) return;
    closer ??= openCloser(signal);
    const close = await closer;
    if (wanted || signal.aborted) return;
    const { pixels } = await close.render(small.recipe);
    if (wanted || signal.aborted || shown.peek() !== small) return;
    const { askedAt: _, ...rest } = small;
    shown.value = { ...rest, before: close.original, after: pixels };
  };

  const work = async () => {
    if (busy) return;
    busy = true;
    while (wanted && !signal.aborted) {
      const next = wanted;
      wanted = undefined;
      try {
        await render(next);
      } catch (thrown) {
        if (!signal.aborted && !isAbort(thrown)) trouble.value = problemOf(thrown);
      }
      // Without memory for it, the small picture has to do.
      if (!wanted) await renderCloser().catch(() => {});
    }
    busy = false;
  };

  const stopSettings = effect(() => {
    wanted = { settings: photo.settings.value, askedAt: performance.now() };
    void work();
  });
  const stopMagnified = effect(() => {
    if (!magnified.value || busy) return;
    busy = true;
    void renderCloser()
      .catch(() => {})
      .then(() => {
        busy = false;
        return work();
      });
  });
  return () => {
    end.abort();
    stopSettings();
    stopMagnified();
    preview.dispose();
    void closer?.then(
      (open) => open.dispose(),
      () => {},
    );
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
