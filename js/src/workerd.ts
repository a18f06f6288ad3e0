/**
 * limpid for Cloudflare's runtime, which starts no worker and compiles no module that comes as bytes.
 * @module limpid/workerd
 */

import createLimpid from '../wasm/limpid-simd.web.mjs';
import type { Enhancer, Pool } from './api.js';
import { argumentError, limpidError } from './errors.js';
import { createSyncEngineOn } from './sync-engine.js';
import type { SyncEngine, SyncEngineOptions } from './sync-types.js';
import { checkMembers } from './validate.js';

export type { MemoryUse } from './engine.js';
export * from './public.js';
export type * from './sync-types.js';

export type WorkerdEngineOptions = Pick<SyncEngineOptions, 'limits' | 'max_memory_bytes'>;

/**
 * The library in this thread. Make one in the global scope, and use it for every request.
 * @param wasmModule  what `import wasm from 'limpid/wasm/limpid-simd.wasm'` gives there
 * @throws LimpidError environment.unsupported, argument.invalid
 */
export async function createEngine(
  wasmModule: WebAssembly.Module,
  options: WorkerdEngineOptions = {},
): Promise<SyncEngine> {
  if (!(wasmModule instanceof WebAssembly.Module))
    throw argumentError('a WebAssembly.Module', 'wasmModule', wasmModule);
  checkMembers(options, ['limits', 'max_memory_bytes']);
  return createSyncEngineOn(
    { factory: createLimpid, wasmFile: 'limpid-simd.wasm', compile: async () => wasmModule, resolveUrl: String },
    { ...options, wasmModule },
  );
}

const noWorkers = async (): Promise<never> => {
  throw limpidError(
    'environment.unsupported',
    'no worker can be started in this runtime: use createEngine of limpid/workerd',
  );
};

/** Is there so that a program for several runtimes is told what to do in this one. @throws LimpidError environment.unsupported */
export const createEnhancer: () => Promise<Enhancer> = noWorkers;

/** As createEnhancer. @throws LimpidError environment.unsupported */
export const createPool: () => Promise<Pool> = noWorkers;
