// limpid/sync in Node.

import createLimpid from '../wasm/limpid-simd.node.mjs';
import { compileNodeSource, resolveUrl } from './node-compile.js';
import { createSyncEngineOn } from './sync-engine.js';
import type { SyncEngine, SyncEngineOptions } from './sync-types.js';

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
      compile: (source) => compileNodeSource(source, () => new URL('../wasm/limpid-simd.wasm', import.meta.url)),
      resolveUrl,
    },
    options,
  );
}
