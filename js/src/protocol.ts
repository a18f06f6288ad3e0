import type { ErrorFields } from './errors.js';
import type { FileFormat, Stage } from './generated.js';
import type { MetadataBlocks, Pixels, Resize } from './types.js';
import type { WasmSource } from './wasm-source.js';

// What client and worker say to each other, and what the worker hands to the module.

/** Options as the module reads them; a member that is absent has the library's default. */
export interface ModuleOptions {
  limits?: Record<string, number>;
  /** JSON as UTF-8. */
  recipe?: Uint8Array;
  preset?: string;
  strength?: number;
  format?: FileFormat;
  quality?: number;
  chroma?: string;
  progressive?: boolean;
  lossless?: boolean;
  metadata?: string;
  blocks?: Partial<MetadataBlocks>;
  output?: 'file' | 'pixels' | 'rgba8';
  resize?: Resize;
  /** Text of a .cube file. */
  lut?: Uint8Array;
  lutStrength?: number;
  /** Where pixels of this size may be written instead of to new memory. */
  spare?: Uint8Array;
}

/** What the module works on: a file, or pixels. */
export type Source = Uint8Array | Pixels;

/** A bitmap becomes pixels in the worker, for that takes its time. */
export type SentSource = Source | ImageBitmap;

/** @param Image  in the module, or as sent to the worker */
export type Call<Image = Source> =
  | { readonly method: 'inspect' | 'decode'; readonly source: Uint8Array; readonly options: ModuleOptions }
  | { readonly method: 'analyse' | 'enhance'; readonly source: Image; readonly options: ModuleOptions }
  | { readonly method: 'render'; readonly pixels: Pixels; readonly recipe: Uint8Array; readonly options: ModuleOptions }
  | { readonly method: 'encode'; readonly pixels: Pixels; readonly options: ModuleOptions }
  | { readonly method: 'resize'; readonly pixels: Pixels; readonly resize: Resize; readonly options: ModuleOptions }
  | {
      readonly method: 'openPreview';
      readonly source: Image;
      readonly max_side_px: number;
      readonly options: ModuleOptions;
    }
  | { readonly method: 'previewRecipe'; readonly preview: number; readonly options: ModuleOptions }
  | {
      readonly method: 'renderPreview';
      readonly preview: number;
      readonly recipe: Uint8Array;
      readonly options: ModuleOptions;
    }
  | { readonly method: 'closePreview'; readonly preview: number; readonly options: ModuleOptions }
  | {
      readonly method: 'compare';
      readonly source: Image;
      readonly max_side_px: number;
      readonly options: ModuleOptions;
    };

export type SentCall = Call<SentSource>;

export type ToWorker =
  | {
      readonly type: 'start';
      readonly variant: Variant;
      readonly wasm: WasmSource;
      readonly threads: number;
      readonly max_memory_bytes: number | undefined;
    }
  | { readonly type: 'call'; readonly id: number; readonly call: SentCall; readonly progress: boolean };

export type FromWorker =
  /** With the compiled module, so that the next worker need not compile it again. */
  | { readonly type: 'started'; readonly module: WebAssembly.Module }
  | { readonly type: 'progress'; readonly id: number; readonly stage: Stage; readonly fraction: number }
  | { readonly type: 'done'; readonly id: number; readonly result: unknown }
  /** The worker cannot start, or (`unusable`) must not be used again. */
  | { readonly type: 'failed'; readonly id: number; readonly error: ErrorFields; readonly unusable: boolean };

/** `id` of a failure that belongs to no call. */
export const NO_CALL = 0;

export type Variant = 'simd' | 'simd-threads';
