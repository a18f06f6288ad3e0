/// <reference lib="esnext.disposable" preserve="true" />

import type { AnalysedFile, AnalysedPixels } from './api.js';
import type { MemoryUse } from './engine.js';
import type { FileFormat, ImageInfo, Limits, Preset, Recipe, RecipeInput } from './generated.js';
import type { CompareOptions, Comparison, Preview, Rendered } from './preview-types.js';
import type {
  AnyEnhanced,
  CallOptions,
  Decoded,
  EncodeOptions,
  Enhanced,
  EnhancedAs,
  EnhanceOptions,
  EnhancerOptions,
  OutputKind,
  PixelInput,
  Pixels,
  Progress,
  RenderOptions,
  Resize,
} from './types.js';

// limpid/sync: the library in the thread that calls it.

export type SyncEngineOptions = Pick<
  EnhancerOptions,
  'wasmUrl' | 'wasmBinary' | 'wasmModule' | 'integrity' | 'max_memory_bytes' | 'limits'
>;

/** One encoded file whose bytes are there. */
export type SyncFileInput = ArrayBuffer | ArrayBufferView;
export type SyncImageInput = SyncFileInput | PixelInput;

export interface SyncCallOptions {
  readonly limits?: Partial<Limits> | undefined;
  /** Returning false cancels the call, which then throws run.cancelled. */
  readonly onProgress?: ((progress: Progress) => unknown) | undefined;
}

type Sync<Options extends CallOptions> = Omit<Options, keyof CallOptions> & SyncCallOptions;
export type SyncRenderOptions = Sync<RenderOptions>;
export type SyncEnhanceOptions = Sync<EnhanceOptions>;
export type SyncEncodeOptions = Sync<EncodeOptions>;
export type SyncCompareOptions = Sync<CompareOptions>;
export type SyncPreviewOptions = SyncCallOptions & { readonly max_side_px?: number | undefined };

/** As Preview, answered at once. */
export interface SyncPreview extends Omit<Preview, 'recipeFor' | 'render' | typeof Symbol.asyncDispose>, Disposable {
  recipeFor(preset: Preset, strength?: number): Recipe;
  render(recipe: RecipeInput | string): Rendered;
}

/**
 * The calls of an enhancer, answered at once: each blocks its thread until it is done, so this belongs
 * into a worker, or a server that does nothing else meanwhile. Every call throws a LimpidError and gives
 * its memory back. Input is only read.
 */
export interface SyncEngine extends Disposable {
  inspect(image: SyncFileInput, options?: Omit<SyncCallOptions, 'onProgress'>): ImageInfo;
  analyse(image: SyncFileInput, options?: SyncCallOptions): AnalysedFile;
  analyse(image: PixelInput, options?: SyncCallOptions): AnalysedPixels;
  enhance<Output extends OutputKind = 'bytes'>(
    image: SyncFileInput,
    options?: SyncEnhanceOptions & { readonly output?: Output | undefined },
  ): EnhancedAs<Output>;
  enhance(
    image: SyncImageInput,
    options: SyncEnhanceOptions & { readonly format: FileFormat; readonly output?: 'bytes' | undefined },
  ): Enhanced;
  enhance<Output extends OutputKind>(
    image: SyncImageInput,
    options: SyncEnhanceOptions & { readonly output: Output },
  ): EnhancedAs<Output>;
  enhance(image: SyncImageInput, options?: SyncEnhanceOptions): AnyEnhanced;
  preview(image: SyncImageInput, options?: SyncPreviewOptions): SyncPreview;
  compare(image: SyncImageInput, options?: SyncCompareOptions): Comparison;
  decode(image: SyncFileInput, options?: SyncCallOptions): Decoded;
  render(pixels: Pixels, recipe: RecipeInput | string, options?: SyncRenderOptions): Pixels;
  resize(pixels: Pixels, resize: Resize, options?: SyncCallOptions): Pixels;
  encode(pixels: Pixels, options: SyncEncodeOptions): Uint8Array<ArrayBuffer>;
  /** Of the module, now. */
  memoryUse(): MemoryUse;
  /** False once the module broke: make another engine. */
  readonly usable: boolean;
  /** Lets go of the module. Calls throw afterwards; may be called again. */
  dispose(): void;
}
