import { readFile } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { limpidError } from './errors.js';
import { compileSource, type WasmSource } from './wasm-source.js';

async function readWasm(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readFile(fileURLToPath(url)));
  } catch (cause) {
    throw limpidError('io.unreadable', `${url.href} cannot be read`, { cause });
  }
}

/** Read and compile. @throws LimpidError io.unreadable */
export async function compileWasm(url: URL): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await readWasm(url));
}

/** @param beside  the file's address when the source names none */
export function compileNodeSource(source: WasmSource, beside: () => URL): Promise<WebAssembly.Module> {
  return compileSource(source, () => readWasm(source.url === undefined ? beside() : new URL(source.url)));
}

/** Absolute form of a wasmUrl option, which may be a path. */
export function resolveUrl(url: string | URL): string {
  const text = String(url);
  return isAbsolute(text) || !URL.canParse(text) ? pathToFileURL(resolve(text)).href : text;
}
