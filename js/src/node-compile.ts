import { readFile } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { limpidError } from './errors.js';

/** Read and compile. @throws LimpidError io.unreadable */
export async function compileWasm(url: URL): Promise<WebAssembly.Module> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = new Uint8Array(await readFile(fileURLToPath(url)));
  } catch (cause) {
    throw limpidError('io.unreadable', `${url.href} cannot be read`, { cause });
  }
  return WebAssembly.compile(bytes);
}

/** Absolute form of a wasmUrl option, which may be a path. */
export function resolveUrl(url: string | URL): string {
  const text = String(url);
  return isAbsolute(text) || !URL.canParse(text) ? pathToFileURL(resolve(text)).href : text;
}
