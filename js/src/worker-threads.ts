// The worker of a cross-origin isolated page; it starts the module's own threads.

import type { ModuleFactory } from './engine.js';
import { limpidError } from './errors.js';
import { compileWebSource } from './web-compile.js';
import { serveWebWorker } from './web-worker.js';

serveWebWorker(async ({ wasm, variant, threads }) => {
  if (variant !== 'simd-threads') throw limpidError('environment.unsupported', 'this worker is for several threads');
  // A URL, not an import: each thread loads the same file again as its own worker, so bundlers must
  // copy it as it is.
  const glueUrl = new URL('../wasm/limpid-simd-threads.web.mjs', import.meta.url).href;
  const glue: { default: ModuleFactory } = await import(/* webpackIgnore: true */ /* @vite-ignore */ glueUrl);
  return {
    factory: glue.default,
    wasm: await compileWebSource(wasm, () => new URL('../wasm/limpid-simd-threads.wasm', import.meta.url).href),
    threads,
    glueUrl,
  };
});
