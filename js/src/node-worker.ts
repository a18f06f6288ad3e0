// The worker of a Node process, both variants. Also the entry limpid/worker.

import { parentPort } from 'node:worker_threads';
import type { ModuleFactory } from './engine.js';
import { compileNodeSource } from './node-compile.js';
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
  // The types of Node and of pages name the same things.
  { post: (message, transfer) => port.postMessage(message, transfer as ArrayBuffer[]) },
  async ({ variant, wasm, threads }) => ({
    factory: await glueOf(variant),
    wasm: await compileNodeSource(wasm, () => new URL(`../wasm/limpid-${variant}.wasm`, import.meta.url)),
    threads,
  }),
);
port.on('message', (message: ToWorker) => void handle(message));
