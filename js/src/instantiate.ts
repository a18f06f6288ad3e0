import { type ErrorFields, errorFields, errorFieldsOf, limpidError } from './errors.js';
import { VERSION } from './generated.js';

// How a compiled module is started, whichever it is.

/** An error as a module gives it: what its code means is in ERRORS. */
export type ModuleError = Pick<ErrorFields, 'code' | 'found'>;

/** What the glue of a module is started with. */
export interface GlueOptions {
  instantiateWasm(
    imports: WebAssembly.Imports,
    receive: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ): object;
  print(text: string): void;
  printErr(text: string): void;
  /** What a module of several threads runs in. */
  wasmMemory?: WebAssembly.Memory;
  poolSize?: number;
  mainScriptUrlOrBlob?: string;
}

/** The function emcc's glue exports, whichever module it is for. */
export type GlueFactory = <Module>(options: GlueOptions) => Promise<Module>;

export interface InstantiateOptions extends Pick<GlueOptions, 'poolSize' | 'mainScriptUrlOrBlob'> {
  /** Of the heap, in bytes. */
  readonly max_memory_bytes?: number | undefined;
}

/** Start a compiled module through its glue. @throws whatever keeps it from starting */
export function instantiate<Module extends { version(): string }>(
  factory: (options: GlueOptions) => Promise<Module>,
  wasm: WebAssembly.Module,
  { max_memory_bytes, ...extra }: InstantiateOptions = {},
): Promise<Module> {
  const silent = () => {};
  const wasmMemory = max_memory_bytes === undefined ? undefined : sharedMemory(wasm, max_memory_bytes);
  const memory = wasmMemory === undefined ? {} : { wasmMemory };
  return new Promise<Module>((resolve, reject) => {
    const instantiateWasm: GlueOptions['instantiateWasm'] = (imports, receive) => {
      // The glue does not see this promise fail: without `reject` it would wait for ever.
      WebAssembly.instantiate(wasm, imports).then((instance) => {
        if (max_memory_bytes !== undefined && !wasmMemory) limitMemory(memoryOf(instance), max_memory_bytes);
        receive(instance, wasm);
      }, reject);
      return {};
    };
    factory({ instantiateWasm, print: silent, printErr: silent, ...memory, ...extra }).then(resolve, reject);
  }).then((module) => {
    if (module.version() === VERSION) return module;
    throw limpidError(
      'environment.unsupported',
      `the .wasm file is version ${module.version()}; this package is ${VERSION}`,
    );
  });
}

const PAGE_BYTES = 65_536;
/** Of the module with threads, as wasm/CMakeLists.txt has them; another size would not fit its import. */
const SHARED_BYTES = { initial: 2 ** 24, maximum: 2 ** 31 };

/**
 * A module of several threads imports its memory. Every thread grows it through an object of its own, so the ceiling has to be
 * the memory's.
 */
function sharedMemory(wasm: WebAssembly.Module, max_bytes: number): WebAssembly.Memory | undefined {
  if (!WebAssembly.Module.imports(wasm).some(({ kind }) => kind === 'memory')) return undefined;
  return new WebAssembly.Memory({
    initial: SHARED_BYTES.initial / PAGE_BYTES,
    maximum: Math.floor(Math.min(max_bytes, SHARED_BYTES.maximum) / PAGE_BYTES),
    shared: true,
  });
}

function memoryOf({ exports }: WebAssembly.Instance): WebAssembly.Memory | undefined {
  return Object.values(exports).find((value) => value instanceof WebAssembly.Memory);
}

/**
 * The glue grows memory through this very object, and takes a refusal as it takes one of the engine:
 * malloc fails, and the library says memory.exhausted.
 */
function limitMemory(memory: WebAssembly.Memory | undefined, max_bytes: number): void {
  if (!memory) throw limpidError('internal.failure', 'the module has no memory that could be limited');
  const grow = memory.grow.bind(memory);
  memory.grow = (pages) => {
    if (memory.buffer.byteLength + pages * PAGE_BYTES > max_bytes) throw new RangeError('max_memory_bytes is reached');
    return grow(pages);
  };
}

/** What a failure to compile or start the module means. */
export function startFailure(thrown: unknown): ErrorFields {
  if (thrown instanceof WebAssembly.CompileError || thrown instanceof WebAssembly.LinkError) {
    return errorFields('environment.unsupported', `the .wasm file does not load: ${thrown.message.split('\n', 1)[0]}`);
  }
  return errorFieldsOf(thrown);
}
