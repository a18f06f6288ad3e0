// The worker of a cross-origin isolated page; it starts the module's own threads.

import type { ModuleFactory } from './engine.js';
import { compileWasm } from './web-compile.js';
import { serveWebWorker } from './web-worker.js';

serveWebWorker(async ({ wasmUrl, threads }) => {
  // A URL, not an import: each thread loads the same file again as its own worker, so bundlers must
  // copy it as it is.
  const glueUrl = new URL('../wasm/limpid-simd-threads.web.mjs', import.meta.url).href;
  const glue: { default: ModuleFactory } = await import(/* webpackIgnore: true */ /* @vite-ignore */ glueUrl);
  return {
    factory: glue.default,
    wasm: await compileWasm(wasmUrl ?? new URL('../wasm/limpid-simd-threads.wasm', import.meta.url).href),
    threads,
    glueUrl,
  };
});
