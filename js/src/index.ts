/**
 * limpid in browsers. In Node the same calls are there.
 * @module limpid
 */

import type { Enhancer, Pool, PoolOptions } from './api.js';
import { createEnhancerOn, createPoolOn } from './client.js';
import type { Channel, Platform } from './platform.js';
import type { EnhancerOptions, WorkerLike } from './types.js';
import { resolvePageUrl } from './web-url.js';

export * from './public.js';

function construct(variant: 'simd' | 'simd-threads'): Worker {
  // Written out twice: bundlers find workers by this very form, and webpack names the file by `name`.
  return variant === 'simd'
    ? new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'limpid' })
    : new Worker(new URL('./worker-threads.js', import.meta.url), { type: 'module', name: 'limpid-threads' });
}

const browser: Platform = {
  spawn(variant, given: (() => WorkerLike) | undefined, { onMessage, onFailure }): Channel {
    const worker = given ? (given() as Worker) : construct(variant);
    worker.onmessage = (event) => onMessage(event.data);
    worker.onerror = (event) => {
      event.preventDefault();
      onFailure(new Error(event.message ?? 'the worker cannot be loaded'));
    };
    worker.onmessageerror = () => onFailure(new Error('a message of the worker cannot be read'));
    return {
      post: (message, transfer) => worker.postMessage(message, transfer),
      terminate: () => worker.terminate(),
      keepAlive: () => {},
    };
  },
  resolveUrl: (url) => resolvePageUrl(url).href,
  resolveImage: resolvePageUrl,
  hasThreads: () => globalThis.crossOriginIsolated === true && typeof SharedArrayBuffer === 'function',
  cores: () => navigator.hardwareConcurrency ?? 1,
};

/** @throws LimpidError environment.unsupported, argument.invalid */
export function createEnhancer(options?: EnhancerOptions): Promise<Enhancer> {
  return createEnhancerOn(browser, options);
}

/** Several workers behind one queue, for batches. @throws LimpidError environment.unsupported, argument.invalid */
export function createPool(options?: PoolOptions): Promise<Pool> {
  return createPoolOn(browser, options);
}
