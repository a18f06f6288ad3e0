/// <reference lib="esnext.disposable" preserve="true" />

import type { Analysis, ImageInfo, Preset, Recipe, RecipeInput } from './generated.js';
import type { CallOptions, Pixels, Taste } from './types.js';

// Small images before and after.

/** How often each of the 256 levels of 8 bits occurs. */
export interface Histogram {
  readonly red: Uint32Array;
  readonly green: Uint32Array;
  readonly blue: Uint32Array;
  readonly luma: Uint32Array;
}

export interface PreviewOptions extends CallOptions {
  /** Sides of the small image, 16 to 16,384; smaller images are not enlarged. Default 1600. */
  readonly max_side_px?: number | undefined;
}

/** A preview's picture: rgba8, for toImageData(). */
export interface Rendered {
  readonly pixels: Pixels;
  readonly histogram: Histogram;
}

/**
 * An image held small in the worker, to be rendered again and again while somebody chooses a recipe.
 * A rendering is close to shrinking the full image enhanced by the same recipe.
 *
 * The worker stays while a preview is open. Where it has to end, because another call was aborted,
 * the next call here opens the preview again, from a copy of the input that is kept for that.
 */
export interface Preview extends Disposable, AsyncDisposable {
  /** Absent for pixels. */
  readonly info: ImageInfo | undefined;
  /** Of the image, upright. */
  readonly full_width_px: number;
  readonly full_height_px: number;
  /** Of the full image, and the recipe that it leads to: natural, at strength 1. */
  readonly analysis: Analysis;
  readonly recipe: Recipe;
  /** The small image before any correction, rgba8. */
  readonly original: Pixels;
  readonly original_histogram: Histogram;
  /** What enhance() would decide with these. */
  recipeFor(preset: Preset, strength?: number): Promise<Recipe>;
  /**
   * The small image, corrected by a recipe for the full one. Aborting rejects at once and leaves the
   * worker alone: a slider aborts its last rendering and asks for the next, and those that were
   * still waiting cost nothing.
   */
  render(recipe: RecipeInput | string, options?: Pick<CallOptions, 'signal'>): Promise<Rendered>;
  /** Gives the memory back; calls under way reject with run.cancelled. May be called again. */
  dispose(): void;
}

export interface CompareOptions extends PreviewOptions, Taste {}

/** An image before and after, small. */
export interface Comparison {
  /** Absent for pixels. */
  readonly info: ImageInfo | undefined;
  readonly analysis: Analysis;
  /** As applied. */
  readonly recipe: Recipe;
  readonly before: Pixels;
  readonly after: Pixels;
  readonly histograms: { readonly before: Histogram; readonly after: Histogram };
}
