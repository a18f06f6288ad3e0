import type { Items, MapContext } from './api.js';
import { cancelled } from './job.js';

interface MappedOptions {
  readonly size: number;
  readonly ordered: boolean;
  readonly signal: AbortSignal | undefined;
}

type Outcome<Result> = { readonly result: Result } | { readonly error: unknown };

/**
 * Work on items, `size` at a time, as long as no more than `size` results wait to be taken. Begins with
 * the first result that is asked for, and goes on while its taker is busy with one.
 */
export async function* mapped<Item, Result>(
  items: Items<Item>,
  work: (item: Item, context: MapContext) => Promise<Result> | Result,
  { size, ordered, signal }: MappedOptions,
): AsyncGenerator<Result, void, undefined> {
  const run = new Run(iteratorOf(items), work, size, ordered);
  const stop = () => run.stop(cancelled(signal));
  if (signal?.aborted) throw cancelled(signal);
  signal?.addEventListener('abort', stop);
  try {
    while (true) {
      const outcome = await run.next();
      if (!outcome) return;
      if ('error' in outcome) throw outcome.error;
      yield outcome.result;
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    await run.end();
  }
}

function iteratorOf<Item>(items: Items<Item>): Iterator<Item> | AsyncIterator<Item> {
  return Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
}

class Run<Item, Result> {
  readonly #items: Iterator<Item> | AsyncIterator<Item>;
  readonly #work: (item: Item, context: MapContext) => Promise<Result> | Result;
  readonly #size: number;
  readonly #ordered: boolean;
  readonly #controller = new AbortController();
  /** By index; of unordered runs, by order of completion. */
  readonly #outcomes = new Map<number, Outcome<Result>>();
  #pulling = false;
  #exhausted = false;
  #started = 0;
  #working = 0;
  #finished = 0;
  #taken = 0;
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => {};

  constructor(
    items: Iterator<Item> | AsyncIterator<Item>,
    work: (item: Item, context: MapContext) => Promise<Result> | Result,
    size: number,
    ordered: boolean,
  ) {
    this.#items = items;
    this.#work = work;
    this.#size = size;
    this.#ordered = ordered;
  }

  /** The next outcome; undefined when there are no more. */
  async next(): Promise<Outcome<Result> | undefined> {
    while (true) {
      if (this.#failure) return this.#failure;
      const outcome = this.#outcomes.get(this.#taken);
      if (outcome) {
        this.#outcomes.delete(this.#taken++);
        void this.#pull();
        return outcome;
      }
      if (this.#exhausted && !this.#pulling && this.#working === 0) return undefined;
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      void this.#pull();
      await woken;
    }
  }

  /** Give up: work under way is aborted, and the next outcome is the error. */
  stop(error: unknown): void {
    this.#failure ??= { error };
    this.#controller.abort(error);
    this.#wake();
  }

  async end(): Promise<void> {
    const wasExhausted = this.#exhausted;
    this.#exhausted = true;
    this.#controller.abort(cancelled(undefined));
    // A source that is asked for its next item right now answers return() only after that.
    if (!wasExhausted && !this.#pulling) await this.#items.return?.();
    else if (!wasExhausted) void Promise.resolve(this.#items.return?.()).catch(() => {});
  }

  /** Start work while there is room. */
  async #pull(): Promise<void> {
    if (this.#pulling || this.#exhausted) return;
    this.#pulling = true;
    try {
      while (this.#hasRoom()) {
        const { done, value } = await this.#items.next();
        if (done) this.#exhausted = true;
        else if (!this.#controller.signal.aborted) this.#begin(value);
      }
    } catch (error) {
      this.#exhausted = true;
      this.stop(error);
    } finally {
      this.#pulling = false;
      if (this.#exhausted) this.#wake();
    }
  }

  #hasRoom(): boolean {
    return (
      !this.#exhausted && !this.#failure && this.#working < this.#size && this.#started - this.#taken < 2 * this.#size
    );
  }

  #begin(item: Item): void {
    const index = this.#started++;
    this.#working++;
    const context: MapContext = { index, signal: this.#controller.signal };
    const settle = (outcome: Outcome<Result>) => {
      this.#working--;
      this.#outcomes.set(this.#ordered ? index : this.#finished, outcome);
      this.#finished++;
      this.#wake();
      void this.#pull();
    };
    Promise.resolve()
      .then(() => this.#work(item, context))
      .then(
        (result) => settle({ result }),
        (error) => settle({ error }),
      );
  }
}
