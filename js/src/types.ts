/// <reference lib="esnext.disposable" preserve="true" />

import type {
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

/** Rows top to bottom without padding; channels interleaved; 16-bit samples little-endian. Encoded as sRGB. */
export interface Pixels {
  readonly width_px: number;
  readonly height_px: number;
  readonly format: PixelFormat;
  readonly data: Uint8Array;
}

/**
 * One encoded JPEG, PNG or WebP file, or where to get it. A File is a Blob.
 *
 * A string is an address that is fetched, relative to the page in browsers: never give one that others
 * wrote to a program in Node. A URL is fetched too; in Node a `file:` URL (an object, not a string) is
 * read. Fetching sends credentials to the own origin only. What comes in pieces is cut off at
 * `limits.max_file_bytes`.
 */
export type FileInput =
  | Blob
  | ArrayBuffer
  | ArrayBufferView
  | URL
  | string
  | Request
  | Response
  | ReadableStream<Uint8Array>;

/**
 * Pixels instead of a file. An ImageData must be sRGB with 8 bits. An ImageBitmap is drawn to an
 * OffscreenCanvas to get at its pixels: its alpha is premultiplied on the way, so colours below
 * transparency are rounded, and some browsers add noise against fingerprinting. Who needs the same
 * bytes everywhere gives the file.
 */
export type PixelInput = ImageData | ImageBitmap | Pixels;

/** What an image can be given as. */
export type ImageInput = FileInput | PixelInput;

/** What an enhanced image is given back as. */
export type OutputKind = 'bytes' | 'blob' | 'imageData' | 'pixels';

export type ChromaSubsampling = '4:2:0' | '4:2:2' | '4:4:4';

/** The part of a Worker, of browsers or of Node, that is used. */
export interface WorkerLike {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  terminate(): unknown;
}

export interface EnhancerOptions {
  /**
   * 1, the default, needs nothing of the page. More threads need a cross-origin isolated page (COOP
   * and COEP headers); `'auto'` uses them where that is so, and one elsewhere. 1 to 256.
   */
  readonly threads?: 'auto' | number | undefined;
  /** Where the .wasm file is; by default beside this module. Nothing is ever fetched from elsewhere. */
  readonly wasmUrl?: string | URL | undefined;
  /** The .wasm file itself, instead. */
  readonly wasmBinary?: ArrayBuffer | ArrayBufferView | undefined;
  /** The .wasm file compiled, instead. */
  readonly wasmModule?: WebAssembly.Module | undefined;
  /**
   * Refuse a .wasm file whose SHA-256 is not the one that this package was published with (true), or
   * not this one (`'sha256-…'`, in base64). Needs a secure context. Default false.
   */
  readonly integrity?: boolean | string | undefined;
  /**
   * Starts the worker, for set-ups that must construct it themselves: one that runs `limpid/worker`. In
   * browsers that has one thread.
   */
  readonly worker?: (() => WorkerLike) | undefined;
  /**
   * The worker ends after this many milliseconds without a call and without an open preview, which gives
   * its memory back; the next call starts one again. 0: never. Default 30,000.
   */
  readonly idle_ms?: number | undefined;
  /**
   * Ceiling of the WebAssembly heap of each worker, in bytes, at least 32 MiB. A call that needs more
   * fails with memory.exhausted. Default: none but that of WebAssembly, 4 GiB, with threads 2 GiB.
   */
  readonly max_memory_bytes?: number | undefined;
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
   * afterwards. Default false. Pixels in a SharedArrayBuffer are read where they are.
   */
  readonly transfer?: boolean | undefined;
}

/** What calls that make pixels take. */
export interface SpareOption {
  /**
   * Memory that is no longer needed, such as `data` of an earlier result: pixels of its size are written to it instead of
   * to new memory, whose first use costs more than the copying. An enhancer's worker is handed it, so it is empty
   * afterwards. Otherwise it is not to be touched until the call ends, and holds anything when that fails. What is of
   * another size, is part of a larger buffer, or is shared memory is left alone.
   */
  readonly spare?: Uint8Array | undefined;
}

export interface RenderOptions extends CallOptions, SpareOption {}

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

/** A size to bring an image to. */
export interface Resize {
  /** Of the box, 1 to 65,535; absent means: whatever keeps the proportions. One must be given. */
  readonly width_px?: number | undefined;
  readonly height_px?: number | undefined;
  /**
   * inside: as large as fits. cover: fills the box, what overhangs is cut off evenly. exact:
   * stretched. Default inside.
   */
  readonly fit?: 'inside' | 'cover' | 'exact' | undefined;
  /** lanczos3, the default, is the sharpest; magic_kernel_sharp_2021 has next to no ringing. */
  readonly filter?: 'lanczos3' | 'magic_kernel_sharp_2021' | undefined;
  /** False leaves an image that is smaller than its result would be as it is. Default true. */
  readonly enlarge?: boolean | undefined;
}

/** What decides how an image is corrected. */
export interface Taste {
  /** Apply this recipe, an object or JSON text, instead of deciding one. */
  readonly recipe?: RecipeInput | string | undefined;
  /** Taste, for a recipe that is decided; a given one takes none. Default natural. */
  readonly preset?: Preset | undefined;
  /** 0 to 1, scales every correction. 0 changes no pixel. Default 1. */
  readonly strength?: number | undefined;
}

export interface EnhanceOptions extends RenderOptions, OutputOptions, Taste {
  /** Default: bytes of a file for a file; for pixels without `format`, pixels of the same kind. */
  readonly output?: OutputKind | undefined;
  /** Before the file is written. */
  readonly resize?: Resize | undefined;
  /** A look-up table, the text of a .cube file, applied after the corrections. */
  readonly lut?: string | Uint8Array | undefined;
  /** 0 to 1, between the corrected colours and the table's. Default 1. */
  readonly lutStrength?: number | undefined;
}

interface EnhancedImage {
  /** As applied. */
  readonly recipe: Recipe;
  readonly report: Report;
}

/** An enhanced file. */
export interface Enhanced extends EnhancedImage {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** e.g. image/jpeg, for `new Blob([bytes], { type: mediaType })`. */
  readonly mediaType: string;
}

/** The same as a Blob, whose type is `mediaType`. */
export interface EnhancedBlob extends EnhancedImage {
  readonly blob: Blob;
  readonly mediaType: string;
}

export interface EnhancedImageData extends EnhancedImage {
  readonly imageData: ImageData;
}

/** Upright, in the format that decode() gives for the same image. */
export interface EnhancedPixels extends EnhancedImage {
  readonly pixels: Pixels;
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

/** The input and the options of a file or pixels, and what comes back for them. */
export interface Enhance {
  (image: ImageData | ImageBitmap, options?: WithoutOutput): Promise<EnhancedImageData>;
  (image: Pixels, options?: WithoutOutput): Promise<EnhancedPixels>;
  (image: FileInput, options?: EnhanceOptions & { readonly output?: 'bytes' | undefined }): Promise<Enhanced>;
  (
    image: ImageInput,
    options: EnhanceOptions & { readonly format: FileFormat; readonly output?: 'bytes' | undefined },
  ): Promise<Enhanced>;
  (image: ImageInput, options: EnhanceOptions & { readonly output: 'bytes' }): Promise<Enhanced>;
  (image: ImageInput, options: EnhanceOptions & { readonly output: 'blob' }): Promise<EnhancedBlob>;
  (image: ImageInput, options: EnhanceOptions & { readonly output: 'imageData' }): Promise<EnhancedImageData>;
  (image: ImageInput, options: EnhanceOptions & { readonly output: 'pixels' }): Promise<EnhancedPixels>;
  (image: ImageInput, options?: EnhanceOptions): Promise<AnyEnhanced>;
}

export type AnyEnhanced = Enhanced | EnhancedBlob | EnhancedImageData | EnhancedPixels;

/** What enhance() gives for an `output`. */
export type EnhancedAs<Output extends OutputKind> = {
  bytes: Enhanced;
  blob: EnhancedBlob;
  imageData: EnhancedImageData;
  pixels: EnhancedPixels;
}[Output];

type WithoutOutput = EnhanceOptions & { readonly output?: undefined; readonly format?: undefined };
