/**
 * limpid/sync in browsers and what is like them. In Node the same calls are there.
 * @module limpid/sync
 */

import createLimpid from '../wasm/limpid-simd.web.mjs';
import { createSyncEngineOn } from './sync-engine.js';
import type { SyncEngine, SyncEngineOptions } from './sync-types.js';
import { compileWebSource } from './web-compile.js';
import { resolvePageUrl } from './web-url.js';

export * from './public.js';
export type * from './sync-types.js';

/**
 * The library in this thread, which every call blocks: for a worker of one's own.
 * @throws LimpidError environment.unsupported, io.unreadable, signature.mismatch, argument.invalid
 */
export function createSyncEngine(options?: SyncEngineOptions): Promise<SyncEngine> {
  return createSyncEngineOn(
    {
      factory: createLimpid,
      wasmFile: 'limpid-simd.wasm',
      compile: (source) => compileWebSource(source, () => new URL('../wasm/limpid-simd.wasm', import.meta.url).href),
      resolveUrl: (url) => resolvePageUrl(url).href,
    },
    options,
  );
}
