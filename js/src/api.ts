/// <reference lib="esnext.disposable" preserve="true" />

import type { Analysed, ImageInfo, RecipeInput } from './generated.js';
import type { CompareOptions, Comparison, Preview, PreviewOptions } from './preview-types.js';
import type {
  AnyEnhanced,
  CallOptions,
  Decoded,
  EncodeOptions,
  Enhance,
  EnhancedAs,
  EnhanceOptions,
  EnhancerOptions,
  FileInput,
  ImageInput,
  OutputKind,
  PixelInput,
  Pixels,
  RenderOptions,
  Resize,
} from './types.js';

// What createEnhancer() and createPool() give.

/** Numbers of a file, and the recipe they lead to. */
export type AnalysedFile = Analysed & { readonly info: ImageInfo };
/** The same of pixels. */
export type AnalysedPixels = Omit<Analysed, 'info'>;

/** The calls that an enhancer and a pool of them have. Every call rejects with a LimpidError and gives its memory back. */
export interface Calls {
  /** Headers only; no pixel is decoded. */
  inspect(image: FileInput, options?: Omit<CallOptions, 'onProgress'>): Promise<ImageInfo>;
  /** Numbers and the recipe they lead to; changes nothing. */
  analyse(image: FileInput, options?: CallOptions): Promise<AnalysedFile>;
  analyse(image: PixelInput, options?: CallOptions): Promise<AnalysedPixels>;
  analyse(image: ImageInput, options?: CallOptions): Promise<AnalysedFile | AnalysedPixels>;
  /** Apply `options.recipe`, or decide one. */
  readonly enhance: Enhance;
  /** Hold an image small, to render it again and again. */
  preview(image: ImageInput, options?: PreviewOptions): Promise<Preview>;
  /** One image before and after, small, with histograms. */
  compare(image: ImageInput, options?: CompareOptions): Promise<Comparison>;
  /** Pixels of a file. */
  decode(image: FileInput, options?: CallOptions): Promise<Decoded>;
  /** Apply a recipe to pixels. */
  render(pixels: Pixels, recipe: RecipeInput | string, options?: RenderOptions): Promise<Pixels>;
  /** Bring pixels to another size. */
  resize(pixels: Pixels, resize: Resize, options?: CallOptions): Promise<Pixels>;
  /** Write pixels as a file. */
  encode(pixels: Pixels, options: EncodeOptions): Promise<Uint8Array<ArrayBuffer>>;

  /** Ends the workers; calls under way reject with run.cancelled. May be called again. */
  dispose(): void;
}

/**
 * One enhancer owns one worker, which the first call starts. Create once, reuse, dispose. Calls are
 * worked off one after the other. One that is dropped without dispose() ends its worker once it is
 * collected.
 *
 * Input is read when the call's turn comes: do not change it before the call settles.
 */
export interface Enhancer extends Calls, Disposable, AsyncDisposable {
  readonly variant: 'simd' | 'simd-threads';
  readonly threads: number;
}

export interface PoolOptions extends EnhancerOptions {
  /**
   * Workers, 1 to 64. `'auto'`, the default, is one for each processor that `threads` leaves, at most
   * 8: each holds its own images in memory.
   */
  readonly size?: 'auto' | number | undefined;
}

export interface MapOptions {
  /** False gives results as they are finished. Default true: in the order of the items. */
  readonly ordered?: boolean | undefined;
  /** Aborting ends the iteration, and the work under way, with run.cancelled. */
  readonly signal?: AbortSignal | undefined;
}

/** What a function that is mapped gets beside the item. */
export interface MapContext {
  /** Of the item, from 0. */
  readonly index: number;
  /** Aborted when the iteration ends early: pass it to calls. */
  readonly signal: AbortSignal;
}

/** The signal of an iteration is in MapOptions. */
export type MapEnhanceOptions = Omit<EnhanceOptions, 'signal'>;

export type Items<Item> = Iterable<Item> | AsyncIterable<Item>;

/** Several workers behind one queue. */
export interface Pool extends Enhancer {
  /** Workers. */
  readonly size: number;
  /**
   * Enhance images, or call a function for each of any items, `size` at a time. Items are asked for
   * only when there is room: never are more than `size` in work, and no more than `size` results wait
   * to be taken. A failure ends the iteration; a function that catches it goes on. Leaving the loop
   * early ends the work under way.
   */
  map<Item, Result>(
    items: Items<Item>,
    work: (item: Item, context: MapContext) => Promise<Result> | Result,
    mapOptions?: MapOptions,
  ): AsyncGenerator<Result, void, undefined>;
  map<Output extends OutputKind = 'bytes'>(
    images: Items<FileInput>,
    options?: MapEnhanceOptions & { readonly output?: Output | undefined },
    mapOptions?: MapOptions,
  ): AsyncGenerator<EnhancedAs<Output>, void, undefined>;
  map(
    images: Items<ImageInput>,
    options?: MapEnhanceOptions,
    mapOptions?: MapOptions,
  ): AsyncGenerator<AnyEnhanced, void, undefined>;
}
