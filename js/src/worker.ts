// The worker of a page, one thread. Also the entry limpid/worker, for those who construct it themselves.

import createLimpid from '../wasm/limpid-simd.web.mjs';
import { limpidError } from './errors.js';
import { compileWebSource } from './web-compile.js';
import { serveWebWorker } from './web-worker.js';

serveWebWorker(async ({ wasm, variant }) => {
  if (variant !== 'simd') throw limpidError('environment.unsupported', 'limpid/worker has one thread');
  return {
    factory: createLimpid,
    wasm: await compileWebSource(wasm, () => new URL('../wasm/limpid-simd.wasm', import.meta.url).href),
    threads: 1,
  };
});
