// limpid in browsers.

import { type Channel, createEnhancerOn, type Platform } from './client.js';
import type { Enhancer, EnhancerOptions } from './types.js';

export * from './public.js';

const browser: Platform = {
  spawn(variant, onMessage, onFailure): Channel {
    // Written out twice: bundlers find workers by this very form, and webpack names the file by `name`.
    const worker =
      variant === 'simd'
        ? new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'limpid' })
        : new Worker(new URL('./worker-threads.js', import.meta.url), { type: 'module', name: 'limpid-threads' });
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
  resolveUrl: (url) => new URL(url, globalThis.document?.baseURI ?? globalThis.location.href).href,
  hasThreads: () => globalThis.crossOriginIsolated === true && typeof SharedArrayBuffer === 'function',
  cores: () => navigator.hardwareConcurrency ?? 1,
};

/** @throws LimpidError environment.unsupported, argument.invalid */
export function createEnhancer(options?: EnhancerOptions): Promise<Enhancer> {
  return createEnhancerOn(browser, options);
}
