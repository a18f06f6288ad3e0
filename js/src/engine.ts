import { type ErrorFields, errorFields, errorFieldsOf, LimpidError, limpidError } from './errors.js';
import { type Analysed, type ImageInfo, type Report, type Stage, VERSION } from './generated.js';
import type { Call, ModuleOptions } from './protocol.js';
import type { Decoded, Enhanced, MetadataBlocks, Pixels } from './types.js';

// One instance of the WebAssembly module. Everything here is synchronous and single-file: copy in,
// call, copy out. Copies and frees happen in wasm/src; no address ever reaches JavaScript.

/** An error as a module gives it: what its code means is in ERRORS. */
export type ModuleError = Pick<ErrorFields, 'code' | 'found'>;

interface ModuleReply {
  error?: ModuleError;
  unusable?: boolean;
}

type ModuleCallOptions = ModuleOptions & { onProgress?: (stage: Stage, fraction: number) => boolean };

/** What wasm/src/bindings.cpp exports. */
export interface LimpidModule {
  version(): string;
  cpuTier(): string;
  recipeSchema(): string;
  memoryUse(): { allocated_bytes: number; heap_bytes: number };
  setThreads(threads: number): ModuleReply;
  inspect(file: Uint8Array, options: ModuleCallOptions): ModuleReply & { info: string };
  analyse(file: Uint8Array, options: ModuleCallOptions): ModuleReply & { analysed: string };
  enhance(
    file: Uint8Array,
    options: ModuleCallOptions,
  ): ModuleReply & { bytes: Uint8Array<ArrayBuffer>; report: string };
  decode(
    file: Uint8Array,
    options: ModuleCallOptions,
  ): ModuleReply & { info: string; pixels: Pixels; metadata: MetadataBlocks };
  render(pixels: Pixels, recipe: Uint8Array, options: ModuleCallOptions): ModuleReply & { pixels: Pixels };
  encode(pixels: Pixels, options: ModuleCallOptions): ModuleReply & { bytes: Uint8Array<ArrayBuffer> };
}

/** What the glue of a module is started with. */
export interface GlueOptions {
  instantiateWasm(
    imports: WebAssembly.Imports,
    receive: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ): object;
  print(text: string): void;
  printErr(text: string): void;
  poolSize?: number;
  mainScriptUrlOrBlob?: string;
}

/** The function emcc's glue exports, whichever module it is for. */
export type GlueFactory = <Module>(options: GlueOptions) => Promise<Module>;
export type ModuleFactory = (options: GlueOptions) => Promise<LimpidModule>;

/** Start a compiled module through its glue. @throws whatever keeps it from starting */
export function instantiate<Module extends { version(): string }>(
  factory: (options: GlueOptions) => Promise<Module>,
  wasm: WebAssembly.Module,
  extra: Partial<GlueOptions> = {},
): Promise<Module> {
  const silent = () => {};
  return new Promise<Module>((resolve, reject) => {
    const instantiateWasm: GlueOptions['instantiateWasm'] = (imports, receive) => {
      // The glue does not see this promise fail: without `reject` it would wait for ever.
      WebAssembly.instantiate(wasm, imports).then((instance) => receive(instance, wasm), reject);
      return {};
    };
    factory({ instantiateWasm, print: silent, printErr: silent, ...extra }).then(resolve, reject);
  }).then((module) => {
    if (module.version() === VERSION) return module;
    throw limpidError(
      'environment.unsupported',
      `the .wasm file is version ${module.version()}; this package is ${VERSION}`,
    );
  });
}

export interface EngineOptions {
  readonly factory: ModuleFactory;
  readonly wasm: WebAssembly.Module;
  readonly threads: number;
  /** Where the glue itself is, for the workers of the threads variant. */
  readonly glueUrl?: string;
}

/** Reports where a call is; returning false cancels it. */
export type OnProgress = (stage: Stage, fraction: number) => boolean;

export class Engine {
  readonly module: LimpidModule;
  #usable = true;

  private constructor(module: LimpidModule) {
    this.module = module;
  }

  static async start({ factory, wasm, threads, glueUrl }: EngineOptions): Promise<Engine> {
    const module = await instantiate(factory, wasm, {
      poolSize: threads - 1,
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

  /** @throws LimpidError */
  run(call: Call, onProgress?: OnProgress): unknown {
    if (!this.#usable) throw limpidError('internal.failure', 'the module has failed before');
    const options: ModuleCallOptions = onProgress ? { ...call.options, onProgress } : call.options;
    switch (call.method) {
      case 'inspect':
        return JSON.parse(this.#checked(() => this.module.inspect(call.file, options)).info) as ImageInfo;
      case 'analyse':
        return JSON.parse(this.#checked(() => this.module.analyse(call.file, options)).analysed) as Analysed;
      case 'enhance':
        return enhanced(this.#checked(() => this.module.enhance(call.file, options)));
      case 'decode':
        return decoded(this.#checked(() => this.module.decode(call.file, options)));
      case 'render':
        return this.#checked(() => this.module.render(call.pixels, call.recipe, options)).pixels;
      case 'encode':
        return this.#checked(() => this.module.encode(call.pixels, options)).bytes;
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

function enhanced(reply: { bytes: Uint8Array<ArrayBuffer>; report: string }): Enhanced {
  const report = JSON.parse(reply.report) as Report;
  return { bytes: reply.bytes, mediaType: `image/${report.output_format}`, recipe: report.recipe, report };
}

function decoded(reply: { info: string; pixels: Pixels; metadata: MetadataBlocks }): Decoded {
  return { info: JSON.parse(reply.info) as ImageInfo, pixels: reply.pixels, metadata: reply.metadata };
}

/** What a failure to compile or start the module means. */
export function startFailure(thrown: unknown): ErrorFields {
  if (thrown instanceof WebAssembly.CompileError || thrown instanceof WebAssembly.LinkError) {
    return errorFields('environment.unsupported', `the .wasm file does not load: ${thrown.message.split('\n', 1)[0]}`);
  }
  return errorFieldsOf(thrown);
}
