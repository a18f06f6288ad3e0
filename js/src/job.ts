import { errorFieldsOf, LimpidError, limpidError } from './errors.js';
import type { Lane } from './lane.js';
import type { SentCall } from './protocol.js';
import type { CallOptions } from './types.js';

/** What a job may use while it is worked on. */
export interface Work {
  readonly lane: Lane;
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal;
  /** Ask the worker; one call at a time. @throws LimpidError */
  send(call: SentCall): Promise<unknown>;
}

/** What somebody wants done. */
export interface Task<Result> {
  /** Must not hold on to the enhancer: it may be collected meanwhile. */
  readonly work: (work: Work) => Promise<Result>;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: CallOptions['onProgress'];
  /** Only there. */
  readonly lane?: Lane | undefined;
  /** Cancelling while the worker is at it drops the result and leaves the worker alone. */
  readonly sparesWorker?: boolean;
}

/** A task on its way, and its promise. Settles once; what comes later is ignored. */
export class Job {
  readonly task: Task<unknown>;
  readonly promise: Promise<unknown>;
  readonly controller = new AbortController();
  #resolve!: (result: unknown) => void;
  #reject!: (error: unknown) => void;
  readonly #onAbort: () => void;

  /** @param cancel  called when the task's signal is aborted */
  constructor(task: Task<unknown>, cancel: (job: Job, reason: unknown) => void) {
    this.task = task;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#onAbort = () => cancel(this, cancelled(task.signal));
    task.signal?.addEventListener('abort', this.#onAbort);
  }

  resolve(result: unknown): void {
    this.#settled();
    this.#resolve(result);
  }

  reject(error: unknown): void {
    this.#settled();
    this.#reject(error);
  }

  /** Reject, and tell the work. */
  cancel(reason: unknown): void {
    this.reject(reason);
    this.controller.abort(reason);
  }

  #settled(): void {
    this.task.signal?.removeEventListener('abort', this.#onAbort);
  }
}

export function cancelled(signal: AbortSignal | undefined): LimpidError {
  return limpidError('run.cancelled', '', { cause: signal?.reason });
}

/** What was thrown, as what calls reject with. */
export function asLimpidError(thrown: unknown): LimpidError {
  return thrown instanceof LimpidError ? thrown : new LimpidError(errorFieldsOf(thrown), { cause: thrown });
}
