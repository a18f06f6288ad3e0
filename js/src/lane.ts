import { LimpidError } from './errors.js';
import { asLimpidError, cancelled, type Job } from './job.js';
import type { Channel, Platform } from './platform.js';
import type { FromWorker, SentCall, Variant } from './protocol.js';
import { Staging } from './staging.js';
import { buffersOf } from './transfer.js';
import type { WorkerLike } from './types.js';
import type { WasmSource } from './wasm-source.js';

/** What workers are started with. */
export interface WorkerConfig {
  readonly platform: Platform;
  readonly variant: Variant;
  readonly threads: number;
  readonly construct: (() => WorkerLike) | undefined;
  /** 0: never. */
  readonly idle_ms: number;
  readonly max_memory_bytes: number | undefined;
  /** Replaced by the compiled module once a worker has it. */
  wasm: WasmSource;
}

interface Pending {
  readonly id: number;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One worker, and the job it has. There is one job at a time, so ending the worker, which is the
 * only way to stop a call at once, ends that job and no other.
 */
export class Lane {
  readonly #config: WorkerConfig;
  readonly #onFree: (lane: Lane) => void;
  #worker: Channel | undefined;
  #active: Job | undefined;
  #pending: Pending | undefined;
  #idleTimer: ReturnType<typeof setTimeout> | undefined;
  #lastId = 0;
  #generation = 0;
  #holds = 0;
  #staging: Staging | undefined;

  constructor(config: WorkerConfig, onFree: (lane: Lane) => void) {
    this.#config = config;
    this.#onFree = onFree;
  }

  /** Copies input for the next call. With several threads memory can be shared, or they could not be. */
  readonly copy = (bytes: Uint8Array): Uint8Array => {
    if (this.#config.variant === 'simd') return new Uint8Array(bytes);
    this.#staging ??= new Staging();
    return this.#staging.copy(bytes);
  };

  get active(): Job | undefined {
    return this.#active;
  }

  /** Another number for every worker; undefined while there is none. */
  get generation(): number | undefined {
    return this.#worker && this.#generation;
  }

  /** Keep an idle worker: it holds something. Undone by release(). */
  hold(): void {
    this.#holds++;
    clearTimeout(this.#idleTimer);
  }

  release(): void {
    this.#holds--;
    if (!this.#active) this.rest();
  }

  run(job: Job): void {
    clearTimeout(this.#idleTimer);
    this.#active = job;
    const { signal } = job.controller;
    job.task.work({ lane: this, signal, send: (call) => this.#send(job, call) }).then(
      (result) => this.#finish(job, () => job.resolve(result)),
      (thrown) => this.#finish(job, () => job.reject(asLimpidError(thrown))),
    );
  }

  /** Nothing is to be done. */
  rest(): void {
    this.#worker?.keepAlive(false);
    clearTimeout(this.#idleTimer);
    if (!this.#worker || this.#holds > 0 || this.#config.idle_ms === 0) return;
    this.#idleTimer = setTimeout(() => this.endWorker(), this.#config.idle_ms);
    // Node would wait for it before it ends.
    (this.#idleTimer as { unref?: () => void }).unref?.();
  }

  /** Stop the job at once. */
  cancel(job: Job, reason: unknown): void {
    job.cancel(reason);
    if (this.#pending && job.task.sparesWorker) return;
    if (this.#pending) this.endWorker(reason);
    this.#finish(job, () => {});
  }

  endWorker(reason: unknown = cancelled(undefined)): void {
    clearTimeout(this.#idleTimer);
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#staging = undefined;
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.reject(reason);
  }

  async #send(job: Job, call: SentCall): Promise<unknown> {
    // Cancelled while its input was read, or spared and now at its next step.
    if (this.#active !== job || job.controller.signal.aborted) throw cancelled(job.controller.signal);
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      this.#pending = { id, resolve, reject };
      try {
        this.#worker ??= this.#startWorker();
        this.#worker.keepAlive(true);
        const progress = job.task.onProgress !== undefined;
        this.#worker.post({ type: 'call', id, call, progress }, buffersOf(call));
      } catch (thrown) {
        this.#fail(thrown);
      }
    });
  }

  #startWorker(): Channel {
    const { platform, variant, threads, construct, wasm, max_memory_bytes } = this.#config;
    const worker = platform.spawn(variant, construct, {
      onMessage: (message) => worker === this.#worker && this.#receive(message),
      onFailure: (cause) => worker === this.#worker && this.#fail(cause),
    });
    this.#generation++;
    worker.post({ type: 'start', variant, wasm, threads, max_memory_bytes }, []);
    return worker;
  }

  #receive(message: FromWorker): void {
    if (message.type === 'started') {
      this.#config.wasm = { module: message.module };
      return;
    }
    const pending = this.#pending;
    if (message.type === 'progress') {
      if (message.id === pending?.id) this.#report(message);
      return;
    }
    if (message.id === pending?.id || message.type === 'failed') {
      this.#pending = undefined;
      if (message.type === 'done') pending?.resolve(message.result);
      else pending?.reject(new LimpidError(message.error));
    }
    if (message.type === 'failed' && message.unusable) this.endWorker();
  }

  #report({ stage, fraction }: Extract<FromWorker, { type: 'progress' }>): void {
    const job = this.#active;
    if (!job || job.controller.signal.aborted) return;
    try {
      job.task.onProgress?.({ stage, fraction });
    } catch (thrown) {
      this.cancel(job, thrown);
    }
  }

  /** The worker broke: its call fails, the next one gets a new worker. */
  #fail(cause: unknown): void {
    this.endWorker(asLimpidError(cause));
  }

  #finish(job: Job, settle: () => void): void {
    settle();
    if (this.#active !== job) return;
    this.#active = undefined;
    this.#onFree(this);
  }
}
