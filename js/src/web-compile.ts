import { limpidError } from './errors.js';
import { compileSource, type WasmSource } from './wasm-source.js';

async function fetchWasm(url: string): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { credentials: 'same-origin' });
  } catch (cause) {
    throw limpidError('io.unreadable', `${url} cannot be fetched`, { cause });
  }
  if (!response.ok) throw limpidError('io.unreadable', `${url} answered with status ${response.status}`);
  return response;
}

/** Fetch and compile; streams where the server sends the right type. */
export async function compileWasm(url: string): Promise<WebAssembly.Module> {
  const response = await fetchWasm(url);
  const type = response.headers.get('content-type') ?? '';
  return type.startsWith('application/wasm')
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}

/** @param beside  the file's address when the source names none */
export function compileWebSource(source: WasmSource, beside: () => string): Promise<WebAssembly.Module> {
  const url = () => source.url ?? beside();
  return compileSource(
    source,
    async () => (await fetchWasm(url())).arrayBuffer(),
    () => compileWasm(url()),
  );
}
