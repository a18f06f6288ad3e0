import type { Retirable } from './disposal.js';
import { limpidError } from './errors.js';
import { cancelled, Job, type Task } from './job.js';
import { Lane, type WorkerConfig } from './lane.js';

/** One queue in front of one or several workers. Knows nothing of the enhancer that people hold. */
export class Scheduler implements Retirable {
  readonly #lanes: readonly Lane[];
  readonly #waiting: Job[] = [];
  #disposed = false;
  #retired = false;

  constructor(config: WorkerConfig, lanes: number) {
    this.#lanes = Array.from({ length: lanes }, () => new Lane(config, (lane) => this.#next(lane)));
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  /** @throws LimpidError at once when disposed or aborted; the job's promise rejects otherwise */
  start<Result>(task: Task<Result>): { readonly job: Job; readonly result: Promise<Result> } {
    if (this.#disposed)
      throw limpidError('argument.invalid', 'Expected an enhancer in use but received one that was disposed');
    if (task.signal?.aborted) throw cancelled(task.signal);
    const job = new Job(task, (cancelledJob, reason) => this.cancel(cancelledJob, reason));
    this.#waiting.push(job);
    const free = this.#freeLane(task.lane);
    if (free) this.#next(free);
    return { job, result: job.promise as Promise<Result> };
  }

  cancel(job: Job, reason: unknown): void {
    const index = this.#waiting.indexOf(job);
    if (index >= 0) {
      this.#waiting.splice(index, 1);
      job.cancel(reason);
      return;
    }
    const lane = this.#lanes.find(({ active }) => active === job);
    if (lane) lane.cancel(job, reason);
  }

  dispose(): void {
    this.#disposed = true;
    const reason = limpidError('run.cancelled', 'the enhancer was disposed');
    for (const job of this.#waiting.splice(0)) job.cancel(reason);
    for (const lane of this.#lanes) {
      if (lane.active) lane.cancel(lane.active, reason);
      lane.endWorker(reason);
    }
  }

  retire(): void {
    this.#retired = true;
    this.#endIfRetired();
  }

  /** A lane whose worker runs already, if one is free: starting another costs time and memory. */
  #freeLane(wanted: Lane | undefined): Lane | undefined {
    const free = this.#lanes.filter((lane) => !lane.active && (wanted === undefined || lane === wanted));
    return free.find(({ generation }) => generation !== undefined) ?? free[0];
  }

  #next(lane: Lane): void {
    const index = this.#waiting.findIndex(({ task }) => task.lane === undefined || task.lane === lane);
    const [job] = index < 0 ? [] : this.#waiting.splice(index, 1);
    if (job) {
      lane.run(job);
      return;
    }
    lane.rest();
    this.#endIfRetired();
  }

  #endIfRetired(): void {
    if (this.#retired && this.#waiting.length === 0 && this.#lanes.every(({ active }) => !active)) this.dispose();
  }
}
