import { errorFieldsOf, LimpidError, limpidError } from './errors.js';
import type { Analysed, Analysis, ImageInfo, Recipe, Report, Stage } from './generated.js';
import { histogramOf } from './histogram.js';
import { type GlueOptions, instantiate, type ModuleError } from './instantiate.js';
import type { Comparison, Histogram, Rendered } from './preview-types.js';
import type { Call, ModuleOptions, Source } from './protocol.js';
import type { Decoded, MetadataBlocks, Pixels, Resize } from './types.js';

// One instance of the WebAssembly module. Everything here is synchronous: copy in, call, copy out.
// Copies and frees happen in wasm/src; no address ever reaches JavaScript.

interface ModuleReply {
  error?: ModuleError;
  unusable?: boolean;
}

interface ModuleCallOptions extends ModuleOptions {
  onProgress?: OnProgress;
}
type EnhanceReply = ModuleReply & { bytes?: Uint8Array<ArrayBuffer>; pixels?: Pixels; report: string };
type OpenReply = ModuleReply & { preview: number; opened: string; original: Pixels; histogram: Uint32Array };
type RenderReply = ModuleReply & { pixels: Pixels; histogram: Uint32Array };

/** What wasm/src/bindings.cpp exports. */
export interface LimpidModule {
  version(): string;
  cpuTier(): string;
  recipeSchema(): string;
  memoryUse(): MemoryUse;
  setThreads(threads: number): ModuleReply;
  inspect(file: Uint8Array, options: ModuleCallOptions): ModuleReply & { info: string };
  analyse(source: Source, options: ModuleCallOptions): ModuleReply & { analysed: string };
  enhance(source: Source, options: ModuleCallOptions): EnhanceReply;
  decode(
    file: Uint8Array,
    options: ModuleCallOptions,
  ): ModuleReply & { info: string; pixels: Pixels; metadata: MetadataBlocks };
  render(pixels: Pixels, recipe: Uint8Array, options: ModuleCallOptions): ModuleReply & { pixels: Pixels };
  encode(pixels: Pixels, options: ModuleCallOptions): ModuleReply & { bytes: Uint8Array<ArrayBuffer> };
  resize(pixels: Pixels, resize: Resize, options: ModuleCallOptions): ModuleReply & { pixels: Pixels };
  openPreview(source: Source, max_side_px: number, options: ModuleCallOptions): OpenReply;
  previewRecipe(preview: number, options: ModuleCallOptions): ModuleReply & { recipe: string };
  renderPreview(preview: number, recipe: Uint8Array, options: ModuleCallOptions): RenderReply;
  closePreview(preview: number): void;
}

/** Bytes of WebAssembly memory: what is handed out, and the whole heap, which never shrinks. */
export interface MemoryUse {
  readonly allocated_bytes: number;
  readonly heap_bytes: number;
}

/** What the module gives for `enhance`: a file or pixels. */
export interface EnhancedByModule {
  readonly bytes?: Uint8Array<ArrayBuffer>;
  readonly pixels?: Pixels;
  readonly report: Report;
}

/** A preview that was opened: its number, and what never changes of it. */
export interface OpenedPreview {
  readonly preview: number;
  readonly info?: ImageInfo;
  readonly full_width_px: number;
  readonly full_height_px: number;
  readonly analysis: Analysis;
  readonly recipe: Recipe;
  readonly original: Pixels;
  readonly original_histogram: Histogram;
}

export type ModuleFactory = (options: GlueOptions) => Promise<LimpidModule>;

export interface EngineOptions {
  readonly factory: ModuleFactory;
  readonly wasm: WebAssembly.Module;
  readonly threads: number;
  /** Where the glue itself is, for the workers of the threads variant. */
  readonly glueUrl?: string;
  /** Ceiling of the heap. */
  readonly max_memory_bytes?: number | undefined;
}

/** Reports where a call is; returning false cancels it. */
export type OnProgress = (stage: Stage, fraction: number) => boolean;

/** One pixel, to ask what a recipe comes to. */
const ONE_PIXEL: Pixels = { width_px: 1, height_px: 1, format: 'rgb8', data: new Uint8Array(3) };

export class Engine {
  readonly module: LimpidModule;
  #usable = true;

  private constructor(module: LimpidModule) {
    this.module = module;
  }

  static async start({ factory, wasm, threads, glueUrl, max_memory_bytes }: EngineOptions): Promise<Engine> {
    const module = await instantiate(factory, wasm, {
      poolSize: threads - 1,
      max_memory_bytes,
      ...(glueUrl === undefined ? {} : { mainScriptUrlOrBlob: glueUrl }),
    });
    const reply = module.setThreads(threads);
    if (reply.error) throw limpidError(reply.error.code, reply.error.found);
    return new Engine(module);
  }

  /** False once something was thrown through the module: drop the engine. */
  get usable(): boolean {
    return this.#usable;
  }

  /**
   * @param spare  as the option of that name, for calls without it: memory nobody else uses, such as that of their pixels
   * @throws LimpidError
   */
  run(call: Call, onProgress?: OnProgress, spare?: Uint8Array): unknown {
    if (!this.#usable) throw limpidError('internal.failure', 'the module has failed before');
    const options: ModuleCallOptions = { ...(spare && { spare }), ...call.options, ...(onProgress && { onProgress }) };
    const { module } = this;
    switch (call.method) {
      case 'inspect':
        return JSON.parse(this.#checked(() => module.inspect(call.source, options)).info) as ImageInfo;
      case 'analyse':
        return JSON.parse(this.#checked(() => module.analyse(call.source, options)).analysed) as Analysed;
      case 'enhance':
        return this.#enhance(call.source, options);
      case 'decode':
        return decoded(this.#checked(() => module.decode(call.source, options)));
      case 'render':
        return this.#checked(() => module.render(call.pixels, call.recipe, options)).pixels;
      case 'encode':
        return this.#checked(() => module.encode(call.pixels, options)).bytes;
      case 'resize':
        return this.#checked(() => module.resize(call.pixels, call.resize, options)).pixels;
      case 'openPreview':
        return this.#openPreview(call.source, call.max_side_px, options);
      case 'previewRecipe':
        return this.#previewRecipe(call.preview, options);
      case 'renderPreview':
        return this.#renderPreview(call.preview, call.recipe, options);
      case 'closePreview':
        return module.closePreview(call.preview);
      case 'compare':
        return this.#compare(call.source, call.max_side_px, options);
    }
  }

  #enhance(source: Source, options: ModuleCallOptions): EnhancedByModule {
    const { bytes, pixels, report } = this.#checked(() => this.module.enhance(source, options));
    return { ...(bytes && { bytes }), ...(pixels && { pixels }), report: JSON.parse(report) as Report };
  }

  #openPreview(source: Source, max_side_px: number, options: ModuleCallOptions): OpenedPreview {
    const reply = this.#checked(() => this.module.openPreview(source, max_side_px, options));
    return {
      ...(JSON.parse(reply.opened) as Omit<OpenedPreview, 'preview' | 'original' | 'original_histogram'>),
      preview: reply.preview,
      original: reply.original,
      original_histogram: histogramOf(reply.histogram),
    };
  }

  #previewRecipe(preview: number, options: ModuleCallOptions): Recipe {
    return JSON.parse(this.#checked(() => this.module.previewRecipe(preview, options)).recipe) as Recipe;
  }

  #renderPreview(preview: number, recipe: Uint8Array, options: ModuleCallOptions): Rendered {
    const { pixels, histogram } = this.#checked(() => this.module.renderPreview(preview, recipe, options));
    return { pixels, histogram: histogramOf(histogram) };
  }

  #compare(source: Source, max_side_px: number, options: ModuleCallOptions): Comparison {
    const { onProgress, ...quiet } = options;
    const opened = this.#openPreview(source, max_side_px, options);
    try {
      // A given recipe comes back from the library complete, and with its strengths scaled.
      const recipe = quiet.recipe
        ? this.#enhance(ONE_PIXEL, { ...quiet, output: 'pixels' }).report.recipe
        : this.#previewRecipe(opened.preview, quiet);
      const text = new TextEncoder().encode(JSON.stringify(recipe));
      const { pixels, histogram } = this.#renderPreview(opened.preview, text, options);
      return {
        info: opened.info,
        analysis: opened.analysis,
        recipe,
        before: opened.original,
        after: pixels,
        histograms: { before: opened.original_histogram, after: histogram },
      };
    } finally {
      if (this.#usable) this.module.closePreview(opened.preview);
    }
  }

  #checked<Reply extends ModuleReply>(call: () => Reply): Reply {
    let reply: Reply;
    try {
      reply = call();
    } catch (thrown) {
      // A trap: the instance's memory may be in any state.
      this.#usable = false;
      throw new LimpidError(errorFieldsOf(thrown), { cause: thrown });
    }
    if (reply.unusable) this.#usable = false;
    if (reply.error) throw limpidError(reply.error.code, reply.error.found);
    return reply;
  }
}

function decoded(reply: { info: string; pixels: Pixels; metadata: MetadataBlocks }): Decoded {
  return { info: JSON.parse(reply.info) as ImageInfo, pixels: reply.pixels, metadata: reply.metadata };
}
