import { pixelsOfBitmap } from './bitmap.js';
import { checkEnvironment, checkMaxMemory, wasmSource } from './config.js';
import { disposeSymbol } from './disposal.js';
import { Engine, type EnhancedByModule, type MemoryUse, type ModuleFactory, type OpenedPreview } from './engine.js';
import { argumentError, LimpidError, limpidError } from './errors.js';
import type { ImageInfo, Limits, Preset, Recipe, RecipeInput } from './generated.js';
import { checkSize, type Input, inputOf } from './input.js';
import { startFailure } from './instantiate.js';
import {
  callOptions,
  checkPixels,
  compareOptions,
  encodeOptions,
  enhanceOptions,
  previewOptions,
  renderOptions,
  tasteOptions,
} from './options.js';
import { enhancedAs } from './output.js';
import type { Comparison, Rendered } from './preview-types.js';
import type { Call, ModuleOptions, Source } from './protocol.js';
import type {
  SyncCallOptions,
  SyncCompareOptions,
  SyncEncodeOptions,
  SyncEngine,
  SyncEngineOptions,
  SyncEnhanceOptions,
  SyncPreview,
  SyncPreviewOptions,
  SyncRenderOptions,
} from './sync-types.js';
import type { AnyEnhanced, CallOptions, Decoded, Pixels, Resize } from './types.js';
import { checkLimits, checkMembers, checkResize, recipeJson } from './validate.js';
import type { WasmSource } from './wasm-source.js';

const OPTION_MEMBERS = ['wasmUrl', 'wasmBinary', 'wasmModule', 'integrity', 'max_memory_bytes', 'limits'] as const;

/** What browsers, Node and others do differently. */
export interface SyncPlatform {
  readonly factory: ModuleFactory;
  /** Name of the .wasm file in the package. */
  readonly wasmFile: string;
  compile(source: WasmSource): Promise<WebAssembly.Module>;
  resolveUrl(url: string | URL): string;
}

/** The createSyncEngine of a platform. */
export async function createSyncEngineOn(
  { factory, wasmFile, compile, resolveUrl }: SyncPlatform,
  options: SyncEngineOptions = {},
): Promise<SyncEngine> {
  checkMembers(options, OPTION_MEMBERS);
  checkEnvironment();
  const source = wasmSource(options, wasmFile, resolveUrl);
  const max_memory_bytes = checkMaxMemory(options.max_memory_bytes);
  const limits = checkLimits(options.limits);
  try {
    const wasm = await compile(source);
    return new ModuleSyncEngine(await Engine.start({ factory, wasm, threads: 1, max_memory_bytes }), limits);
  } catch (cause) {
    if (cause instanceof LimpidError) throw cause;
    throw new LimpidError(startFailure(cause), { cause });
  }
}

/** There is no page whose address strings could be relative to, and nothing is fetched. */
const NO_ADDRESSES = { resolveImage: (url: string) => new URL(url) };

class ModuleSyncEngine implements SyncEngine {
  #engine: Engine | undefined;
  readonly #limits: Partial<Limits>;

  constructor(engine: Engine, limits: Partial<Limits>) {
    this.#engine = engine;
    this.#limits = limits;
  }

  get usable(): boolean {
    return this.#engine?.usable ?? false;
  }

  inspect(image: unknown, options: SyncCallOptions = {}): ImageInfo {
    return this.#callWithFile('inspect', image, options);
  }

  // The overloads of the type say which.
  // biome-ignore lint/suspicious/noExplicitAny: an overload's implementation
  analyse(image: unknown, options: SyncCallOptions = {}): any {
    const moduleOptions = callOptions(options as CallOptions, this.#limits);
    return this.#run({ method: 'analyse', source: sourceOf(image, moduleOptions), options: moduleOptions }, options);
  }

  // biome-ignore lint/suspicious/noExplicitAny: an overload's implementation
  enhance(image: unknown, options: SyncEnhanceOptions = {}): any {
    const input = syncInputOf(image);
    const { moduleOptions, output } = enhanceOptions(options as CallOptions, this.#limits, input);
    checkSize(input, moduleOptions.limits);
    const call: Call = { method: 'enhance', source: pixelsOrFile(input), options: moduleOptions };
    return enhancedAs(output, this.#run<EnhancedByModule>(call, options)) as AnyEnhanced;
  }

  preview(image: unknown, options: SyncPreviewOptions = {}): SyncPreview {
    const { max_side_px, moduleOptions } = previewOptions(options as CallOptions, this.#limits);
    const source = sourceOf(image, moduleOptions);
    const call: Call = { method: 'openPreview', source, max_side_px, options: moduleOptions };
    return syncPreview(
      this.#run<OpenedPreview>(call, options),
      moduleOptions.limits ?? {},
      (next) => this.#run(next, {}),
      () => this.usable,
    );
  }

  compare(image: unknown, options: SyncCompareOptions = {}): Comparison {
    const { max_side_px, moduleOptions } = compareOptions(options as CallOptions, this.#limits);
    const source = sourceOf(image, moduleOptions);
    return this.#run({ method: 'compare', source, max_side_px, options: moduleOptions }, options);
  }

  decode(image: unknown, options: SyncCallOptions = {}): Decoded {
    return this.#callWithFile('decode', image, options);
  }

  render(pixels: Pixels, recipe: RecipeInput | string, options: SyncRenderOptions = {}): Pixels {
    const moduleOptions = renderOptions(options as CallOptions, this.#limits);
    const call: Call = {
      method: 'render',
      pixels: checkPixels(pixels),
      recipe: recipeJson(recipe),
      options: moduleOptions,
    };
    return this.#run(call, options);
  }

  resize(pixels: Pixels, resize: Resize, options: SyncCallOptions = {}): Pixels {
    const moduleOptions = callOptions(options as CallOptions, this.#limits);
    const call: Call = {
      method: 'resize',
      pixels: checkPixels(pixels),
      resize: checkResize(resize),
      options: moduleOptions,
    };
    return this.#run(call, options);
  }

  encode(pixels: Pixels, options: SyncEncodeOptions): Uint8Array<ArrayBuffer> {
    const moduleOptions = encodeOptions(options as Parameters<typeof encodeOptions>[0], this.#limits);
    return this.#run({ method: 'encode', pixels: checkPixels(pixels), options: moduleOptions }, options);
  }

  memoryUse(): MemoryUse {
    return this.#started().module.memoryUse();
  }

  dispose(): void {
    this.#engine = undefined;
  }

  [disposeSymbol](): void {
    this.dispose();
  }

  #started(): Engine {
    if (this.#engine) return this.#engine;
    throw limpidError('argument.invalid', 'Expected an engine in use but received one that was disposed');
  }

  #callWithFile<Result>(method: 'inspect' | 'decode', image: unknown, options: SyncCallOptions): Result {
    const moduleOptions = callOptions(options as CallOptions, this.#limits);
    const source = sourceOf(image, moduleOptions);
    if (!(source instanceof Uint8Array)) throw argumentError('an ArrayBuffer or typed array', 'image', image);
    return this.#run({ method, source, options: moduleOptions }, options);
  }

  #run<Result>(call: Call, { onProgress }: SyncCallOptions): Result {
    const engine = this.#started();
    if (!onProgress) return engine.run(call) as Result;
    let thrown: { readonly error: unknown } | undefined;
    try {
      return engine.run(call, (stage, fraction) => {
        try {
          return onProgress({ stage, fraction }) !== false;
        } catch (error) {
          // Through the module it must not go: that would break it.
          thrown = { error };
          return false;
        }
      }) as Result;
    } catch (error) {
      throw thrown ? thrown.error : error;
    }
  }
}

function syncInputOf(image: unknown): Input {
  const input = typeof image === 'string' ? undefined : inputOf(image, NO_ADDRESSES);
  if (input && ['bytes', 'bitmap', 'imageData', 'pixels'].includes(input.kind)) return input;
  throw argumentError('an ArrayBuffer, typed array, ImageData, ImageBitmap or pixels', 'image', image);
}

function pixelsOrFile(input: Input): Source {
  return input.kind === 'bitmap' ? pixelsOfBitmap(input.value) : (input.value as Source);
}

function sourceOf(image: unknown, { limits }: ModuleOptions): Source {
  const input = syncInputOf(image);
  checkSize(input, limits);
  return pixelsOrFile(input);
}

/** @param limits  those of the opening, which hold for what follows */
function syncPreview(
  opened: OpenedPreview,
  limits: Record<string, number>,
  run: <Result>(call: Call) => Result,
  usable: () => boolean,
): SyncPreview {
  const { preview, ...fixed } = opened;
  let closed = false;
  const ask = <Result>(call: Call): Result => {
    if (closed) throw limpidError('argument.invalid', 'Expected a preview in use but received one that was disposed');
    return run(call);
  };
  const dispose = () => {
    if (closed) return;
    closed = true;
    if (usable()) run({ method: 'closePreview', preview, options: {} });
  };
  return {
    ...fixed,
    info: fixed.info,
    recipeFor: (preset: Preset, strength?: number) =>
      ask<Recipe>({ method: 'previewRecipe', preview, options: { limits, ...tasteOptions(preset, strength) } }),
    render: (recipe: RecipeInput | string) =>
      ask<Rendered>({ method: 'renderPreview', preview, recipe: recipeJson(recipe), options: { limits } }),
    dispose,
    [disposeSymbol]: dispose,
  };
}
