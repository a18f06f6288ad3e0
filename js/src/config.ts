import { argumentError, limpidError } from './errors.js';
import { INTEGRITY } from './integrity.js';
import type { WorkerConfig } from './lane.js';
import type { Platform } from './platform.js';
import type { EnhancerOptions } from './types.js';
import { checkInteger, checkMembers, checkUrl } from './validate.js';
import type { WasmSource } from './wasm-source.js';

// What workers are started with, from the options of an enhancer or a pool.

const MEMBERS = [
  'threads',
  'wasmUrl',
  'wasmBinary',
  'wasmModule',
  'integrity',
  'worker',
  'idle_ms',
  'max_memory_bytes',
  'limits',
] as const;

/** A module of one function that returns a v128: valid only where there is SIMD. */
const SIMD_PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

/** More than this many threads gain little: codecs are serial. */
const MAX_AUTO_THREADS = 8;
const DEFAULT_IDLE_MS = 30_000;
/** Timers know no longer time. */
const MAX_IDLE_MS = 2_147_483_647;
/** The module starts with less, and one photo needs more. */
const MIN_MEMORY_BYTES = 33_554_432;
const MAX_MEMORY_BYTES = 4_294_967_296;

/** @throws LimpidError environment.unsupported where there is no SIMD */
export function checkEnvironment(): void {
  if (typeof WebAssembly !== 'object' || !WebAssembly.validate(SIMD_PROBE)) {
    throw limpidError('environment.unsupported', 'there is no WebAssembly SIMD here');
  }
}

/** @throws LimpidError argument.invalid, environment.unsupported */
export function workerConfig(platform: Platform, options: EnhancerOptions, more: readonly string[] = []): WorkerConfig {
  checkMembers(options, [...MEMBERS, ...more]);
  checkEnvironment();
  const { worker, idle_ms = DEFAULT_IDLE_MS } = options;
  if (worker !== undefined && typeof worker !== 'function') throw argumentError('a function', 'worker', worker);
  const threads = chooseThreads(platform, checkThreads(options.threads));
  const variant = threads > 1 ? 'simd-threads' : 'simd';
  return {
    platform,
    threads,
    variant,
    construct: worker,
    wasm: wasmSource(options, `limpid-${variant}.wasm`, (url) => platform.resolveUrl(url)),
    idle_ms: checkInteger(idle_ms, 'idle_ms', 0, MAX_IDLE_MS),
    max_memory_bytes: checkMaxMemory(options.max_memory_bytes),
  };
}

type WasmOptions = Pick<EnhancerOptions, 'wasmUrl' | 'wasmBinary' | 'wasmModule' | 'integrity'>;

/** @param name  of the .wasm file that is meant */
export function wasmSource(options: WasmOptions, name: string, resolve: (url: string | URL) => string): WasmSource {
  const { wasmBinary: binary, wasmModule: module } = options;
  const url = checkUrl(options.wasmUrl, 'wasmUrl');
  if (binary !== undefined && !(binary instanceof ArrayBuffer || ArrayBuffer.isView(binary))) {
    throw argumentError('an ArrayBuffer or typed array', 'wasmBinary', binary);
  }
  if (module !== undefined && !(module instanceof WebAssembly.Module)) {
    throw argumentError('a WebAssembly.Module', 'wasmModule', module);
  }
  if ([url, binary, module].filter((given) => given !== undefined).length > 1) {
    throw argumentError('one of wasmUrl, wasmBinary and wasmModule', 'the .wasm file', options);
  }
  const integrity = digestOf(options.integrity, name);
  if (module && integrity !== undefined) {
    throw argumentError('wasmUrl or wasmBinary, whose bytes can be checked,', 'integrity', module);
  }
  return { module, binary, integrity, url: url === undefined ? undefined : resolve(url) };
}

function digestOf(integrity: unknown, name: string): string | undefined {
  if (integrity === undefined || integrity === false) return undefined;
  if (integrity === true) {
    const published = INTEGRITY[name];
    if (published !== undefined) return published;
    throw limpidError('environment.unsupported', `this build of the package knows no SHA-256 of ${name}`);
  }
  if (typeof integrity === 'string' && /^sha256-[A-Za-z0-9+/]{43}=$/.test(integrity)) return integrity;
  throw argumentError("true, false or 'sha256-…' with 44 characters of base64", 'integrity', integrity);
}

export function checkMaxMemory(value: unknown): number | undefined {
  return value === undefined ? undefined : checkInteger(value, 'max_memory_bytes', MIN_MEMORY_BYTES, MAX_MEMORY_BYTES);
}

function checkThreads(value: unknown): 'auto' | number {
  if (value === undefined) return 1;
  if (value === 'auto') return value;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 256) return value;
  throw argumentError("'auto' or an integer from 1 to 256", 'threads', value);
}

function chooseThreads(platform: Platform, wanted: 'auto' | number): number {
  if (wanted === 'auto') return platform.hasThreads() ? Math.max(1, Math.min(platform.cores(), MAX_AUTO_THREADS)) : 1;
  if (wanted > 1 && !platform.hasThreads()) {
    throw limpidError(
      'environment.unsupported',
      `${wanted} threads need shared memory, which this page lacks: serve it with the headers ` +
        'Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp',
    );
  }
  return wanted;
}
