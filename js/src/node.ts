// limpid in Node.

import { open } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Enhancer, Pool, PoolOptions } from './api.js';
import { createEnhancerOn, createPoolOn } from './client.js';
import { resolveUrl } from './node-compile.js';
import type { Channel, OpenFile, Platform } from './platform.js';
import type { EnhancerOptions } from './types.js';

export * from './public.js';

/** The process's own options are for the process: --input-type, for one, keeps a worker from starting. */
const construct = () => new Worker(new URL('./node-worker.js', import.meta.url), { name: 'limpid', execArgv: [] });

const PIECE_BYTES = 1_048_576;

async function openFile(url: URL): Promise<OpenFile> {
  const file = await open(url);
  const stats = await file.stat();
  if (!stats.isFile()) {
    await file.close();
    throw new TypeError('devices and pipes may never end');
  }
  const pieces = file.createReadStream({ autoClose: false, highWaterMark: PIECE_BYTES });
  return { size_bytes: stats.size, pieces, close: () => file.close() };
}

const node: Platform = {
  spawn(_variant, given, { onMessage, onFailure }): Channel {
    const worker = given ? (given() as Worker) : construct();
    worker.on('message', onMessage);
    worker.on('messageerror', onFailure);
    worker.on('error', onFailure);
    worker.on('exit', (code) => onFailure(new Error(`the worker ended with code ${code}`)));
    return {
      post: (message, transfer) => worker.postMessage(message, transfer as ArrayBuffer[]),
      terminate: () => void worker.terminate(),
      keepAlive: (alive) => (alive ? worker.ref() : worker.unref()),
    };
  },
  resolveUrl,
  resolveImage: (url) => new URL(url),
  openFile,
  hasThreads: () => true,
  cores: () => availableParallelism(),
};

/** @throws LimpidError environment.unsupported, argument.invalid */
export function createEnhancer(options?: EnhancerOptions): Promise<Enhancer> {
  return createEnhancerOn(node, options);
}

/** Several workers behind one queue, for batches. @throws LimpidError environment.unsupported, argument.invalid */
export function createPool(options?: PoolOptions): Promise<Pool> {
  return createPoolOn(node, options);
}
