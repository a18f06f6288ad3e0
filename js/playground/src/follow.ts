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
  /** When they were moved. */
  readonly askedAt: number;
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

/** The same photograph in other sizes, each opened when it is first wanted. */
export interface OtherSizes {
  /** Small, for a slider on the move. */
  readonly draft: Open;
  /** Large, for who zooms in; absent where the preview is as large already. */
  readonly closer: Open | undefined;
}

interface Change {
  readonly settings: Settings;
  readonly askedAt: number;
}

/** Where a preview takes longer, a slider would lag: it gets a draft first, and the preview when it rests. */
const SLOW_MS = 60;
/** A slider that is not moved for so long rests. */
const REST_MS = 120;

/**
 * Render at every change. While one rendering is under way only the newest change waits.
 * @returns what ends it, and closes the preview
 */
export function follow(photo: Photo, preview: Preview, sizes: OtherSizes): () => void {
  let wanted: Change | undefined;
  let busy = false;
  let slow = false;
  let wake = () => {};
  const end = new AbortController();
  const { signal } = end;
  const recipes = decisionsOf(preview);
  const draft = once(sizes.draft, signal);
  const closer = once(sizes.closer, signal);
  // Until the first rendering; so that the words are there with the picture.
  base.value = photo.settings.peek().loaded?.recipe ?? preview.recipe;

  const resting = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
      setTimeout(resolve, REST_MS);
    });
  const overtaken = () => wanted !== undefined || signal.aborted;

  /** The histogram stays the preview's: one for every size. */
  const show = async (other: Promise<Preview> | undefined, recipe: Recipe, { settings, askedAt }: Change) => {
    const open = (await other) ?? preview;
    const { pixels, histogram } = await open.render(recipe);
    if (signal.aborted) return;
    const known = open === preview ? histogram : (shown.peek()?.histogram ?? preview.original_histogram);
    const before = open.original.width_px < preview.original.width_px ? preview.original : open.original;
    shown.value = { before, after: pixels, histogram: known, recipe, settings, askedAt };
    trouble.value = undefined;
  };

  const render = async (change: Change) => {
    const { settings } = change;
    const decided = settings.loaded?.recipe ?? (await recipes(settings));
    if (signal.aborted) return;
    base.value = decided;
    const recipe = scaled(decided, settings);
    if (slow) {
      await show(draft.open(), recipe, change);
      if (!overtaken()) await resting();
    }
    if (overtaken()) return;
    const start = performance.now();
    await show(undefined, recipe, change);
    slow = performance.now() - start > SLOW_MS;
    // Without memory for a closer look, the preview has to do.
    if (!overtaken() && magnified.peek()) await show(closer.open(), recipe, change).catch(() => {});
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
    }
    busy = false;
  };

  const stopSettings = effect(() => {
    wanted = { settings: photo.settings.value, askedAt: performance.now() };
    wake();
    void work();
  });
  const stopMagnified = effect(() => {
    if (!magnified.value) return;
    wanted ??= { settings: photo.settings.peek(), askedAt: performance.now() };
    void work();
  });
  return () => {
    end.abort();
    stopSettings();
    stopMagnified();
    preview.dispose();
    draft.close();
    closer.close();
  };
}

/** A preview that is opened when it is first wanted, and closed if it was. */
function once(open: Open | undefined, signal: AbortSignal) {
  let opened: Promise<Preview> | undefined;
  return {
    open: () => {
      opened ??= open?.(signal);
      return opened;
    },
    close: () =>
      void opened?.then(
        (preview) => preview.dispose(),
        () => {},
      ),
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
