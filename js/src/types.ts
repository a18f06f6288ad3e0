/// <reference lib="esnext.disposable" preserve="true" />

import type {
  Analysed,
  FileFormat,
  ImageInfo,
  Limits,
  MetadataPolicy,
  PixelFormat,
  Preset,
  Recipe,
  RecipeInput,
  Report,
  Stage,
} from './generated.js';

/** One encoded JPEG, PNG or WebP file. A File is a Blob. */
export type BytesLike = Uint8Array | ArrayBuffer | Blob;

export type ChromaSubsampling = '4:2:0' | '4:2:2' | '4:4:4';

export interface EnhancerOptions {
  /**
   * 1, the default, needs nothing of the page. More threads need a cross-origin isolated page (COOP
   * and COEP headers); `'auto'` uses them where that is so, and one elsewhere. 1 to 256.
   */
  readonly threads?: 'auto' | number | undefined;
  /** Where the .wasm file is; by default beside this module. Nothing is ever fetched from elsewhere. */
  readonly wasmUrl?: string | URL | undefined;
  /** Limits of every call; those of a call take precedence. */
  readonly limits?: Partial<Limits> | undefined;
}

/** Where a call is: `fraction`, 0 to 1, of `stage`. */
export interface Progress {
  readonly stage: Stage;
  readonly fraction: number;
}

export interface CallOptions {
  readonly limits?: Partial<Limits> | undefined;
  /** Aborting rejects the call with the code run.cancelled (name AbortError) at once. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /**
   * Hand the input's memory over instead of copying it: faster for large input, which is empty
   * afterwards. Default false.
   */
  readonly transfer?: boolean | undefined;
}

/** How to write a file; see EncodeOptions in codec.hpp for the defaults. */
export interface OutputOptions {
  /** Default: the format of the input. */
  readonly format?: FileFormat | undefined;
  /** 1 to 100, for JPEG and lossy WebP. Default 90. */
  readonly quality?: number | undefined;
  /** Of a JPEG. Default 4:2:0. */
  readonly chroma?: ChromaSubsampling | undefined;
  /** Progressive JPEG. Default false. */
  readonly progressive?: boolean | undefined;
  /** WebP without loss. Default false. */
  readonly lossless?: boolean | undefined;
  /** Default minimal: orientation, ICC profile and copyright. GPS is written only by keep. */
  readonly metadata?: MetadataPolicy | undefined;
}

export interface EnhanceOptions extends CallOptions, OutputOptions {
  /** Apply this recipe, an object or JSON text, instead of deciding one. */
  readonly recipe?: RecipeInput | string | undefined;
  /** Taste, for a recipe that is decided; a given one takes none. Default natural. */
  readonly preset?: Preset | undefined;
  /** 0 to 1, scales every correction. 0 changes no pixel. Default 1. */
  readonly strength?: number | undefined;
}

/** An enhanced file. */
export interface Enhanced {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** e.g. image/jpeg, for `new Blob([bytes], { type: mediaType })`. */
  readonly mediaType: string;
  /** As applied. */
  readonly recipe: Recipe;
  readonly report: Report;
}

/** Rows top to bottom without padding; channels interleaved; 16-bit samples little-endian. */
export interface Pixels {
  readonly width_px: number;
  readonly height_px: number;
  readonly format: PixelFormat;
  readonly data: Uint8Array;
}

/** Metadata beside the pixels, as opaque blocks; empty when absent. */
export interface MetadataBlocks {
  readonly icc: Uint8Array;
  /** A TIFF structure, without the prefix JPEG gives it. */
  readonly exif: Uint8Array;
  readonly xmp: Uint8Array;
}

export interface Decoded {
  readonly info: ImageInfo;
  /** Upright: the orientation has been applied. */
  readonly pixels: Pixels;
  readonly metadata: MetadataBlocks;
}

export interface EncodeOptions extends CallOptions, Omit<OutputOptions, 'format'> {
  readonly format: FileFormat;
  readonly blocks?: Partial<MetadataBlocks> | undefined;
}

/**
 * One enhancer owns one worker, which the first call starts. Create once, reuse, dispose. Calls are
 * worked off one after the other. Every call rejects with a LimpidError and gives its memory back.
 *
 * Input bytes are read when the call's turn comes: do not change them before it settles.
 */
export interface Enhancer extends Disposable, AsyncDisposable {
  readonly variant: 'simd' | 'simd-threads';
  readonly threads: number;

  /** Headers only; no pixel is decoded. */
  inspect(image: BytesLike, options?: Omit<CallOptions, 'onProgress'>): Promise<ImageInfo>;
  /** Numbers and the recipe they lead to; changes nothing. */
  analyse(image: BytesLike, options?: CallOptions): Promise<Analysed>;
  /** Apply `options.recipe`, or decide one. */
  enhance(image: BytesLike, options?: EnhanceOptions): Promise<Enhanced>;
  /** Pixels of a file. */
  decode(image: BytesLike, options?: CallOptions): Promise<Decoded>;
  /** Apply a recipe to pixels. */
  render(pixels: Pixels, recipe: RecipeInput | string, options?: CallOptions): Promise<Pixels>;
  /** Write pixels as a file. */
  encode(pixels: Pixels, options: EncodeOptions): Promise<Uint8Array<ArrayBuffer>>;

  /** Ends the worker; calls under way reject with run.cancelled. May be called again. */
  dispose(): void;
}
