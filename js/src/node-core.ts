// limpid/core in Node.

import createLimpid from '../wasm/limpid-core.node.mjs';
import { compileNodeSource, resolveUrl } from './node-compile.js';
import { createSyncEngineOn } from './sync-engine.js';
import type { SyncEngine, SyncEngineOptions } from './sync-types.js';

export * from './public.js';
export type * from './sync-types.js';

/**
 * The calls of limpid/sync on pixels, with a .wasm file of half the size. Headers of files are read;
 * decoding one throws image.unsupported, writing one encode.unsupported. limpid/codecs/* do both.
 * @throws LimpidError environment.unsupported, io.unreadable, signature.mismatch, argument.invalid
 */
export function createCore(options?: SyncEngineOptions): Promise<SyncEngine> {
  return createSyncEngineOn(
    {
      factory: createLimpid,
      wasmFile: 'limpid-core.wasm',
      compile: (source) => compileNodeSource(source, () => new URL('../wasm/limpid-core.wasm', import.meta.url)),
      resolveUrl,
    },
    options,
  );
}
