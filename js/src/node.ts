// limpid in Node.

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type Channel, createEnhancerOn, type Platform } from './client.js';
import { resolveUrl } from './node-compile.js';
import type { Enhancer, EnhancerOptions } from './types.js';

export * from './public.js';

const node: Platform = {
  spawn(_variant, onMessage, onFailure): Channel {
    // The process's own options are for the process: --input-type, for one, keeps a worker from starting.
    const worker = new Worker(new URL('./node-worker.js', import.meta.url), { name: 'limpid', execArgv: [] });
    worker.on('message', onMessage);
    worker.on('messageerror', onFailure);
    worker.on('error', onFailure);
    worker.on('exit', (code) => onFailure(new Error(`the worker ended with code ${code}`)));
    return {
      post: (message, transfer) => worker.postMessage(message, transfer),
      terminate: () => void worker.terminate(),
      keepAlive: (alive) => (alive ? worker.ref() : worker.unref()),
    };
  },
  resolveUrl,
  hasThreads: () => true,
  cores: () => availableParallelism(),
};

/** @throws LimpidError environment.unsupported, argument.invalid */
export function createEnhancer(options?: EnhancerOptions): Promise<Enhancer> {
  return createEnhancerOn(node, options);
}
