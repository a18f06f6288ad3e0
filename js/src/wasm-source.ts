import { limpidError } from './errors.js';

/** Where the .wasm file comes from: the first of these that is there; none: from beside the package. */
export interface WasmSource {
  readonly module?: WebAssembly.Module | undefined;
  readonly binary?: ArrayBuffer | ArrayBufferView | undefined;
  /** Absolute. */
  readonly url?: string | undefined;
  /** `sha256-…` in base64: what the file must have. */
  readonly integrity?: string | undefined;
}

/** Compile the source, reading a file with `read` and, where nothing is to be checked, `stream`. */
export async function compileSource(
  { module, binary, integrity }: WasmSource,
  read: () => Promise<BufferSource>,
  stream?: () => Promise<WebAssembly.Module>,
): Promise<WebAssembly.Module> {
  if (module) return module;
  if (!binary && integrity === undefined && stream) return stream();
  // A copy: what was checked is what is compiled, whatever others do to their buffer meanwhile.
  const bytes = binary ? copied(binary) : await read();
  if (integrity !== undefined) await checkDigest(bytes, integrity);
  return WebAssembly.compile(bytes);
}

function copied(binary: ArrayBuffer | ArrayBufferView): Uint8Array<ArrayBuffer> {
  const view = ArrayBuffer.isView(binary)
    ? new Uint8Array(binary.buffer, binary.byteOffset, binary.byteLength)
    : new Uint8Array(binary);
  return new Uint8Array(view);
}

async function checkDigest(bytes: BufferSource, expected: string): Promise<void> {
  // Pages have it only in secure contexts. What cannot be checked is refused.
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) {
    throw limpidError('environment.unsupported', 'the .wasm file cannot be checked: that needs a page served by HTTPS');
  }
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes));
  const found = `sha256-${btoa(String.fromCharCode(...digest))}`;
  if (found !== expected) throw limpidError('signature.mismatch', `the .wasm file has ${found}; expected ${expected}`);
}
