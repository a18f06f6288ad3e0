// The worker of a page, one thread.

import createLimpid from '../wasm/limpid-simd.web.mjs';
import { compileWasm } from './web-compile.js';
import { serveWebWorker } from './web-worker.js';

serveWebWorker(async ({ wasmUrl }) => ({
  factory: createLimpid,
  wasm: await compileWasm(wasmUrl ?? new URL('../wasm/limpid-simd.wasm', import.meta.url).href),
  threads: 1,
}));
