import { asyncDisposeSymbol, disposed, disposeSymbol, type Retirable, retireWhenDropped } from './disposal.js';
import type { OpenedPreview } from './engine.js';
import { limpidError } from './errors.js';
import type { Analysis, ImageInfo, Preset, Recipe, RecipeInput } from './generated.js';
import { copyOfBitmap, type Input, ownPixels, type ReadOptions, readFile } from './input.js';
import type { Job, Task, Work } from './job.js';
import type { Lane } from './lane.js';
import { checkSignal, type PreviewCall, tasteOptions } from './options.js';
import type { Histogram, Preview, Rendered } from './preview-types.js';
import type { ModuleOptions, SentSource } from './protocol.js';
import type { Scheduler } from './scheduler.js';
import type { CallOptions, Pixels } from './types.js';
import { checkMembers, recipeJson } from './validate.js';

/** The input of a preview, for opening it again. */
interface Kept {
  open(): Promise<SentSource>;
  close(): void;
}

async function keep(input: Input, options: ReadOptions): Promise<Kept> {
  const close = () => {};
  if (input.kind === 'bitmap') {
    const bitmap = options.transfer ? input.value : await copyOfBitmap(input.value);
    return { open: () => copyOfBitmap(bitmap), close: () => bitmap.close() };
  }
  if (input.kind === 'imageData' || input.kind === 'pixels') {
    const pixels = ownPixels(input.value, options.transfer);
    return { open: async () => ownPixels(pixels), close };
  }
  if (input.kind === 'blob') return { open: () => readFile(input, options), close };
  // The bytes themselves are sent first; the Blob, which browsers may keep on disk, is for later.
  let bytes: Uint8Array | undefined = await readFile(input, options);
  const blob = new Blob([bytes as BlobPart]);
  const open = async () => {
    const first = bytes;
    bytes = undefined;
    return first ?? readFile({ kind: 'blob', value: blob }, options);
  };
  return { open, close };
}

/** What lives on behind a Preview that is dropped, until the worker is told. */
export class PreviewCore implements Retirable {
  readonly #scheduler: Scheduler;
  readonly #call: PreviewCall;
  readonly #jobs = new Set<Job>();
  #kept: Kept | undefined;
  #lane: Lane | undefined;
  #generation: number | undefined;
  #number = 0;
  #closed = false;

  constructor(scheduler: Scheduler, call: PreviewCall) {
    this.#scheduler = scheduler;
    this.#call = call;
  }

  /** Those of the opening hold for what follows. */
  get limits(): ModuleOptions {
    return { limits: { ...this.#call.moduleOptions.limits } };
  }

  /** The first opening: decides which worker has it. */
  async open(input: Input, options: ReadOptions, work: Work): Promise<OpenedPreview> {
    this.#kept = await keep(input, options);
    try {
      const opened = await this.#send(work);
      this.#lane = work.lane;
      work.lane.hold();
      return opened;
    } catch (thrown) {
      this.#kept.close();
      throw thrown;
    }
  }

  /** Ask for something in the worker that holds the preview. */
  ask<Result>(
    signal: AbortSignal | undefined,
    call: (preview: number) => Parameters<Work['send']>[0],
  ): Promise<Result> {
    if (this.#closed)
      throw limpidError('argument.invalid', 'Expected a preview in use but received one that was disposed');
    const task: Task<Result> = {
      signal,
      lane: this.#lane,
      sparesWorker: true,
      work: async (work) => {
        if (work.lane.generation === undefined || work.lane.generation !== this.#generation) await this.#send(work);
        return work.send(call(this.#number)) as Promise<Result>;
      },
    };
    const { job, result } = this.#scheduler.start(task);
    this.#jobs.add(job);
    const done = () => void this.#jobs.delete(job);
    result.then(done, done);
    return result;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const job of this.#jobs) this.#scheduler.cancel(job, limpidError('run.cancelled', 'the preview was disposed'));
    this.retire();
  }

  retire(): void {
    this.#closed = true;
    this.#kept?.close();
    this.#kept = undefined;
    const lane = this.#lane;
    if (!lane || this.#generation === undefined) return;
    lane.release();
    if (this.#scheduler.disposed || lane.generation !== this.#generation) return;
    const task: Task<void> = {
      lane,
      sparesWorker: true,
      work: async (work) => {
        if (lane.generation !== this.#generation) return;
        await work.send({ method: 'closePreview', preview: this.#number, options: {} });
      },
    };
    // Failing means that the worker ended, and the preview with it.
    this.#scheduler.start(task).result.catch(() => {});
  }

  async #send(work: Work): Promise<OpenedPreview> {
    if (!this.#kept) throw limpidError('run.cancelled', 'the preview was disposed');
    const { max_side_px, moduleOptions } = this.#call;
    const source = await this.#kept.open();
    const opened = (await work.send({
      method: 'openPreview',
      source,
      max_side_px,
      options: moduleOptions,
    })) as OpenedPreview;
    this.#number = opened.preview;
    this.#generation = work.lane.generation;
    return opened;
  }
}

/** A preview keeps its enhancer from being collected. */
const enhancers = new WeakMap<Preview, object>();

/** What people hold. */
export class OpenPreview implements Preview {
  readonly info: ImageInfo | undefined;
  readonly full_width_px: number;
  readonly full_height_px: number;
  readonly analysis: Analysis;
  readonly recipe: Recipe;
  readonly original: Pixels;
  readonly original_histogram: Histogram;
  readonly #core: PreviewCore;

  constructor(opened: OpenedPreview, core: PreviewCore, enhancer: object) {
    this.info = opened.info;
    this.full_width_px = opened.full_width_px;
    this.full_height_px = opened.full_height_px;
    this.analysis = opened.analysis;
    this.recipe = opened.recipe;
    this.original = opened.original;
    this.original_histogram = opened.original_histogram;
    this.#core = core;
    enhancers.set(this, enhancer);
    retireWhenDropped(this, core);
  }

  async recipeFor(preset: Preset, strength?: number): Promise<Recipe> {
    const options = { ...this.#core.limits, ...tasteOptions(preset, strength) };
    return this.#core.ask(undefined, (preview) => ({ method: 'previewRecipe', preview, options }));
  }

  async render(recipe: RecipeInput | string, options: Pick<CallOptions, 'signal'> = {}): Promise<Rendered> {
    checkMembers(options, ['signal']);
    checkSignal(options.signal);
    const json = recipeJson(recipe);
    const moduleOptions = this.#core.limits;
    return this.#core.ask(options.signal, (preview) => ({
      method: 'renderPreview',
      preview,
      recipe: json,
      options: moduleOptions,
    }));
  }

  dispose(): void {
    disposed(this);
    this.#core.close();
  }

  [disposeSymbol](): void {
    this.dispose();
  }

  async [asyncDisposeSymbol](): Promise<void> {
    this.dispose();
  }
}
