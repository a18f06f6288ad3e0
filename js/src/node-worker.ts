// The worker of a Node process, both variants.

import { parentPort } from 'node:worker_threads';
import type { ModuleFactory } from './engine.js';
import { compileWasm } from './node-compile.js';
import type { ToWorker, Variant } from './protocol.js';
import { serve } from './serve.js';

async function glueOf(variant: Variant): Promise<ModuleFactory> {
  const glue =
    variant === 'simd'
      ? await import('../wasm/limpid-simd.node.mjs')
      : await import('../wasm/limpid-simd-threads.node.mjs');
  return glue.default;
}

const port = parentPort;
if (!port) throw new Error('node-worker.js is started by limpid, in a worker');

const handle = serve(
  { post: (message, transfer) => port.postMessage(message, transfer) },
  async ({ variant, wasmUrl, threads }) => ({
    factory: await glueOf(variant),
    wasm: await compileWasm(
      wasmUrl === undefined ? new URL(`../wasm/limpid-${variant}.wasm`, import.meta.url) : new URL(wasmUrl),
    ),
    threads,
  }),
);
port.on('message', (message: ToWorker) => void handle(message));
