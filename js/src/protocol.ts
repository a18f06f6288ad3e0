import type { ErrorFields } from './errors.js';
import type { FileFormat, Stage } from './generated.js';
import type { MetadataBlocks, Pixels } from './types.js';

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
}

export type Call =
  | {
      readonly method: 'inspect' | 'analyse' | 'enhance' | 'decode';
      readonly file: Uint8Array;
      readonly options: ModuleOptions;
    }
  | { readonly method: 'render'; readonly pixels: Pixels; readonly recipe: Uint8Array; readonly options: ModuleOptions }
  | { readonly method: 'encode'; readonly pixels: Pixels; readonly options: ModuleOptions };

export type ToWorker =
  | {
      readonly type: 'start';
      readonly variant: Variant;
      readonly wasmUrl: string | undefined;
      readonly threads: number;
    }
  | { readonly type: 'call'; readonly id: number; readonly call: Call; readonly progress: boolean };

export type FromWorker =
  | { readonly type: 'progress'; readonly id: number; readonly stage: Stage; readonly fraction: number }
  | { readonly type: 'done'; readonly id: number; readonly result: unknown }
  /** The worker cannot start, or (`unusable`) must not be used again. */
  | { readonly type: 'failed'; readonly id: number; readonly error: ErrorFields; readonly unusable: boolean };

/** `id` of a failure that belongs to no call. */
export const NO_CALL = 0;

export type Variant = 'simd' | 'simd-threads';
