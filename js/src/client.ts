import { errorFieldsOf, LimpidError, limpidError } from './errors.js';
import type { Analysed, ImageInfo, Limits, RecipeInput } from './generated.js';
import type { Call, FromWorker, ModuleOptions, ToWorker, Variant } from './protocol.js';
import { buffersOf } from './transfer.js';
import type {
  BytesLike,
  CallOptions,
  Decoded,
  EncodeOptions,
  Enhanced,
  EnhanceOptions,
  Enhancer,
  EnhancerOptions,
  Pixels,
} from './types.js';
import {
  callOptions,
  checkEnhancerOptions,
  checkImage,
  checkLimits,
  checkPixels,
  checkThreads,
  checkUrl,
  encodeOptions,
  enhanceOptions,
  recipeJson,
} from './validate.js';

/** A running worker. */
export interface Channel {
  post(message: ToWorker, transfer: ArrayBuffer[]): void;
  terminate(): void;
  /** Whether the worker keeps the process alive. */
  keepAlive(alive: boolean): void;
}

/** What browsers and Node do differently. */
export interface Platform {
  spawn(variant: Variant, onMessage: (message: FromWorker) => void, onFailure: (cause: unknown) => void): Channel;
  /** Absolute form of the wasmUrl option. */
  resolveUrl(url: string | URL): string;
  hasThreads(): boolean;
  cores(): number;
}

interface Job {
  readonly id: number;
  readonly prepare: () => Promise<Call>;
  readonly onProgress: CallOptions['onProgress'];
  /** Each does nothing once the job is settled. */
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A module of one function that returns a v128: valid only where there is SIMD. */
const SIMD_PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

/** More than this many threads gain little: codecs are serial. */
const MAX_AUTO_THREADS = 8;

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

/** The createEnhancer of a platform. */
export async function createEnhancerOn(platform: Platform, options: EnhancerOptions = {}): Promise<Enhancer> {
  checkEnhancerOptions(options);
  if (typeof WebAssembly !== 'object' || !WebAssembly.validate(SIMD_PROBE)) {
    throw limpidError('environment.unsupported', 'there is no WebAssembly SIMD here');
  }
  const wasmUrl = checkUrl(options.wasmUrl, 'wasmUrl');
  const threads = chooseThreads(platform, checkThreads(options.threads));
  const url = wasmUrl === undefined ? undefined : platform.resolveUrl(wasmUrl);
  return new WorkerEnhancer(platform, threads, url, checkLimits(options.limits));
}

// Older engines lack the symbols; then the members exist but `using` does not.
const disposeSymbol: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose');
const asyncDisposeSymbol: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');

/**
 * A queue in front of one worker. Only one call is in the worker at a time, so ending the worker,
 * which is the only way to stop a call at once, ends that call and no other.
 */
class WorkerEnhancer implements Enhancer {
  readonly variant: Variant;
  readonly threads: number;
  readonly #platform: Platform;
  readonly #wasmUrl: string | undefined;
  readonly #limits: Partial<Limits>;
  readonly #waiting: Job[] = [];
  #active: Job | undefined;
  #worker: Channel | undefined;
  #disposed = false;
  #lastId = 0;

  constructor(platform: Platform, threads: number, wasmUrl: string | undefined, limits: Partial<Limits>) {
    this.#platform = platform;
    this.threads = threads;
    this.variant = threads > 1 ? 'simd-threads' : 'simd';
    this.#wasmUrl = wasmUrl;
    this.#limits = limits;
  }

  async inspect(image: BytesLike, options: Omit<CallOptions, 'onProgress'> = {}): Promise<ImageInfo> {
    return this.#callWithFile('inspect', image, options, callOptions(options, this.#limits));
  }

  async analyse(image: BytesLike, options: CallOptions = {}): Promise<Analysed> {
    return this.#callWithFile('analyse', image, options, callOptions(options, this.#limits));
  }

  async enhance(image: BytesLike, options: EnhanceOptions = {}): Promise<Enhanced> {
    return this.#callWithFile('enhance', image, options, enhanceOptions(options, this.#limits));
  }

  async decode(image: BytesLike, options: CallOptions = {}): Promise<Decoded> {
    return this.#callWithFile('decode', image, options, callOptions(options, this.#limits));
  }

  async render(pixels: Pixels, recipe: RecipeInput | string, options: CallOptions = {}): Promise<Pixels> {
    const checked = checkPixels(pixels);
    const json = recipeJson(recipe);
    const moduleOptions = callOptions(options, this.#limits);
    return this.#call(options, async () => ({
      method: 'render',
      pixels: { ...checked, data: ownBytes(checked.data, options) },
      recipe: json,
      options: moduleOptions,
    }));
  }

  async encode(pixels: Pixels, options: EncodeOptions): Promise<Uint8Array<ArrayBuffer>> {
    const checked = checkPixels(pixels);
    const moduleOptions = encodeOptions(options, this.#limits);
    return this.#call(options, async () => ({
      method: 'encode',
      pixels: { ...checked, data: ownBytes(checked.data, options) },
      options: withOwnBlocks(moduleOptions),
    }));
  }

  dispose(): void {
    this.#disposed = true;
    this.#endWorker();
    const jobs = [...(this.#active ? [this.#active] : []), ...this.#waiting.splice(0)];
    this.#active = undefined;
    for (const job of jobs) job.reject(limpidError('run.cancelled', 'the enhancer was disposed'));
  }

  [disposeSymbol](): void {
    this.dispose();
  }

  async [asyncDisposeSymbol](): Promise<void> {
    this.dispose();
  }

  #callWithFile<Result>(
    method: 'inspect' | 'analyse' | 'enhance' | 'decode',
    image: BytesLike,
    options: CallOptions,
    moduleOptions: ModuleOptions,
  ): Promise<Result> {
    checkImage(image, moduleOptions.limits);
    return this.#call(options, async () => ({ method, file: await readImage(image, options), options: moduleOptions }));
  }

  #call<Result>(options: CallOptions, prepare: () => Promise<Call>): Promise<Result> {
    if (this.#disposed)
      throw limpidError('argument.invalid', 'Expected an enhancer in use but received one that was disposed');
    const { signal, onProgress } = options;
    if (signal?.aborted) throw cancelled(signal);
    return new Promise((resolve, reject) => {
      const onAbort = () => signal && this.#cancel(job, cancelled(signal));
      const settled = () => signal?.removeEventListener('abort', onAbort);
      const job: Job = {
        id: ++this.#lastId,
        prepare,
        onProgress,
        resolve: (result) => {
          settled();
          resolve(result as Result);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      };
      signal?.addEventListener('abort', onAbort);
      this.#waiting.push(job);
      this.#next();
    });
  }

  /** Start the first waiting job, when no other is active. */
  #next(): void {
    if (this.#active) return;
    const job = this.#waiting.shift();
    if (!job) {
      this.#worker?.keepAlive(false);
      return;
    }
    this.#active = job;
    job.prepare().then(
      (call) => this.#send(job, call),
      (thrown) => this.#finish(job, () => job.reject(new LimpidError(errorFieldsOf(thrown), { cause: thrown }))),
    );
  }

  #send(job: Job, call: Call): void {
    // Cancelled while a Blob was being read.
    if (this.#active !== job) return;
    try {
      this.#worker ??= this.#startWorker();
      this.#worker.keepAlive(true);
      this.#worker.post({ type: 'call', id: job.id, call, progress: job.onProgress !== undefined }, buffersOf(call));
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  #startWorker(): Channel {
    const worker = this.#platform.spawn(
      this.variant,
      (message) => worker === this.#worker && this.#receive(message),
      (cause) => worker === this.#worker && this.#fail(cause),
    );
    worker.post({ type: 'start', variant: this.variant, wasmUrl: this.#wasmUrl, threads: this.threads }, []);
    return worker;
  }

  #endWorker(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  #receive(message: FromWorker): void {
    const job = this.#active;
    if (message.type === 'failed' && message.unusable) this.#endWorker();
    if (!job || (message.id !== job.id && message.type !== 'failed')) return;
    switch (message.type) {
      case 'progress':
        this.#report(job, message);
        break;
      case 'done':
        this.#finish(job, () => job.resolve(message.result));
        break;
      case 'failed':
        this.#finish(job, () => job.reject(new LimpidError(message.error)));
        break;
    }
  }

  #report(job: Job, { stage, fraction }: Extract<FromWorker, { type: 'progress' }>): void {
    try {
      job.onProgress?.({ stage, fraction });
    } catch (thrown) {
      this.#cancel(job, thrown);
    }
  }

  /** The worker broke: its call fails, the next one gets a new worker. */
  #fail(cause: unknown): void {
    this.#endWorker();
    const job = this.#active;
    if (job) this.#finish(job, () => job.reject(new LimpidError(errorFieldsOf(cause), { cause })));
  }

  #cancel(job: Job, reason: unknown): void {
    if (this.#active === job) {
      this.#endWorker();
      this.#finish(job, () => job.reject(reason));
      return;
    }
    const index = this.#waiting.indexOf(job);
    if (index >= 0) this.#waiting.splice(index, 1);
    job.reject(reason);
  }

  #finish(job: Job, settle: () => void): void {
    if (this.#active === job) this.#active = undefined;
    settle();
    this.#next();
  }
}

function cancelled(signal: AbortSignal): LimpidError {
  return limpidError('run.cancelled', '', { cause: signal.reason });
}

async function readImage(image: BytesLike, options: CallOptions): Promise<Uint8Array> {
  if (image instanceof Blob) {
    try {
      return new Uint8Array(await image.arrayBuffer());
    } catch (cause) {
      throw limpidError('io.unreadable', 'the Blob cannot be read', { cause });
    }
  }
  return ownBytes(image instanceof Uint8Array ? image : new Uint8Array(image), options);
}

/** Bytes that may be moved to the worker: a copy of exactly these, or with `transfer` the very buffer. */
function ownBytes(bytes: Uint8Array, { transfer }: CallOptions): Uint8Array {
  return transfer === true && bytes.buffer instanceof ArrayBuffer ? bytes : new Uint8Array(bytes);
}

function withOwnBlocks(options: ModuleOptions): ModuleOptions {
  if (!options.blocks) return options;
  const blocks = Object.entries(options.blocks).map(([name, block]) => [name, new Uint8Array(block)]);
  return { ...options, blocks: Object.fromEntries(blocks) };
}
