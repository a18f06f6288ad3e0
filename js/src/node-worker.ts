// The worker of a Node process, both variants.

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parentPort } from 'node:worker_threads';
import type { ModuleFactory } from './engine.js';
import { limpidError } from './errors.js';
import type { ToWorker, Variant } from './protocol.js';
import { serve } from './serve.js';

async function glueOf(variant: Variant): Promise<ModuleFactory> {
  const glue =
    variant === 'simd'
      ? await import('../wasm/limpid-simd.node.mjs')
      : await import('../wasm/limpid-simd-threads.node.mjs');
  return glue.default;
}

async function compileWasm(url: URL): Promise<WebAssembly.Module> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = new Uint8Array(await readFile(fileURLToPath(url)));
  } catch (cause) {
    throw limpidError('io.unreadable', `${url.href} cannot be read`, { cause });
  }
  return WebAssembly.compile(bytes);
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
