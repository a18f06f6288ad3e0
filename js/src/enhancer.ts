import type { AnalysedFile, AnalysedPixels, Enhancer } from './api.js';
import { asyncDisposeSymbol, disposed, disposeSymbol, retireWhenDropped } from './disposal.js';
import type { EnhancedByModule } from './engine.js';
import type { ImageInfo, Limits, RecipeInput } from './generated.js';
import {
  checkSize,
  fileInputOf,
  type Input,
  inputOf,
  type ReadOptions,
  readFile,
  readSource,
  sentPixels,
} from './input.js';
import type { Work } from './job.js';
import type { WorkerConfig } from './lane.js';
import {
  callOptions,
  checkPixels,
  compareOptions,
  encodeOptions,
  enhanceOptions,
  previewOptions,
  renderOptions,
  sentOptions,
} from './options.js';
import { enhancedAs } from './output.js';
import { OpenPreview, PreviewCore } from './preview.js';
import type { CompareOptions, Comparison, Preview, PreviewOptions } from './preview-types.js';
import type { ModuleOptions, SentCall } from './protocol.js';
import { Scheduler } from './scheduler.js';
import type {
  AnyEnhanced,
  CallOptions,
  Decoded,
  EncodeOptions,
  Enhance,
  EnhanceOptions,
  FileInput,
  ImageInput,
  Pixels,
  RenderOptions,
  Resize,
} from './types.js';
import { checkResize, recipeJson } from './validate.js';

/** How the call of a file or source is completed once its bytes are there. */
type Completed = (work: Work) => Promise<SentCall>;

/** Checks arguments, and hands calls to the workers of its scheduler. */
export class WorkerEnhancer implements Enhancer {
  readonly variant: 'simd' | 'simd-threads';
  readonly threads: number;
  /** As a member, for the overloads of its type. */
  readonly enhance = ((image: ImageInput, options?: EnhanceOptions) => this.#enhance(image, options)) as Enhance;
  readonly #config: WorkerConfig;
  readonly #limits: Partial<Limits>;
  readonly #scheduler: Scheduler;

  constructor(config: WorkerConfig, limits: Partial<Limits>, lanes = 1) {
    this.variant = config.variant;
    this.threads = config.threads;
    this.#config = config;
    this.#limits = limits;
    this.#scheduler = new Scheduler(config, lanes);
    retireWhenDropped(this, this.#scheduler);
  }

  async inspect(image: FileInput, options: Omit<CallOptions, 'onProgress'> = {}): Promise<ImageInfo> {
    return this.#callWithFile('inspect', image, options);
  }

  async analyse(image: ImageInput, options: CallOptions = {}): Promise<AnalysedFile & AnalysedPixels> {
    const moduleOptions = callOptions(options, this.#limits);
    const { input, reading } = this.#source(image, options, moduleOptions);
    return this.#call(options, async ({ signal, lane }) => ({
      method: 'analyse',
      source: await readSource(input, { ...reading, signal, copy: lane.copy }),
      options: moduleOptions,
    }));
  }

  async decode(image: FileInput, options: CallOptions = {}): Promise<Decoded> {
    return this.#callWithFile('decode', image, options);
  }

  async preview(image: ImageInput, options: PreviewOptions = {}): Promise<Preview> {
    const call = previewOptions(options, this.#limits);
    const { input, reading } = this.#source(image, options, call.moduleOptions);
    const core = new PreviewCore(this.#scheduler, call);
    const { result } = this.#scheduler.start({
      signal: options.signal,
      onProgress: options.onProgress,
      work: (work) => core.open(input, { ...reading, signal: work.signal }, work),
    });
    return new OpenPreview(await result, core, this);
  }

  async compare(image: ImageInput, options: CompareOptions = {}): Promise<Comparison> {
    const { max_side_px, moduleOptions } = compareOptions(options, this.#limits);
    const { input, reading } = this.#source(image, options, moduleOptions);
    return this.#call(options, async ({ signal }) => ({
      method: 'compare',
      source: await readSource(input, { ...reading, signal }),
      max_side_px,
      options: moduleOptions,
    }));
  }

  async render(pixels: Pixels, recipe: RecipeInput | string, options: RenderOptions = {}): Promise<Pixels> {
    const checked = checkPixels(pixels);
    const json = recipeJson(recipe);
    const moduleOptions = renderOptions(options, this.#limits);
    const { transfer } = options;
    return this.#call(options, async ({ lane }) => ({
      method: 'render',
      pixels: sentPixels(checked, transfer, lane.copy),
      recipe: json,
      options: sentOptions(moduleOptions),
    }));
  }

  async resize(pixels: Pixels, resize: Resize, options: CallOptions = {}): Promise<Pixels> {
    const checked = checkPixels(pixels);
    const size = checkResize(resize);
    const moduleOptions = callOptions(options, this.#limits);
    const { transfer } = options;
    return this.#call(options, async ({ lane }) => ({
      method: 'resize',
      pixels: sentPixels(checked, transfer, lane.copy),
      resize: size,
      options: moduleOptions,
    }));
  }

  async encode(pixels: Pixels, options: EncodeOptions): Promise<Uint8Array<ArrayBuffer>> {
    const checked = checkPixels(pixels);
    const moduleOptions = encodeOptions(options, this.#limits);
    const { transfer } = options;
    return this.#call(options, async ({ lane }) => ({
      method: 'encode',
      pixels: sentPixels(checked, transfer, lane.copy),
      options: moduleOptions,
    }));
  }

  dispose(): void {
    disposed(this);
    this.#scheduler.dispose();
  }

  [disposeSymbol](): void {
    this.dispose();
  }

  async [asyncDisposeSymbol](): Promise<void> {
    this.dispose();
  }

  async #enhance(image: ImageInput, options: EnhanceOptions = {}): Promise<AnyEnhanced> {
    const input = inputOf(image, this.#config.platform);
    const { moduleOptions, output } = enhanceOptions(options, this.#limits, input);
    checkSize(input, moduleOptions.limits);
    const reading = this.#reading(options, moduleOptions);
    const enhanced = await this.#call<EnhancedByModule>(options, async ({ signal, lane }) => ({
      method: 'enhance',
      source: await readSource(input, { ...reading, signal, copy: lane.copy }),
      options: sentOptions(moduleOptions),
    }));
    return enhancedAs(output, enhanced);
  }

  async #callWithFile<Result>(method: 'inspect' | 'decode', image: unknown, options: CallOptions): Promise<Result> {
    const moduleOptions = callOptions(options, this.#limits);
    const input = fileInputOf(image, this.#config.platform);
    checkSize(input, moduleOptions.limits);
    const reading = this.#reading(options, moduleOptions);
    return this.#call(options, async ({ signal }) => ({
      method,
      source: await readFile(input, { ...reading, signal }),
      options: moduleOptions,
    }));
  }

  #source(image: unknown, options: CallOptions, moduleOptions: ModuleOptions) {
    const input: Input = inputOf(image, this.#config.platform);
    checkSize(input, moduleOptions.limits);
    return { input, reading: this.#reading(options, moduleOptions) };
  }

  #reading({ transfer = false }: CallOptions, { limits }: ModuleOptions): Omit<ReadOptions, 'signal'> {
    return { platform: this.#config.platform, limits, transfer };
  }

  #call<Result>({ signal, onProgress }: CallOptions, complete: Completed): Promise<Result> {
    return this.#scheduler.start<Result>({
      signal,
      onProgress,
      work: async (work) => work.send(await complete(work)) as Promise<Result>,
    }).result;
  }
}
