import { limpidError } from './errors.js';

/** Fetch and compile; streams where the server sends the right type. */
export async function compileWasm(url: string): Promise<WebAssembly.Module> {
  let response: Response;
  try {
    response = await fetch(url, { credentials: 'same-origin' });
  } catch (cause) {
    throw limpidError('io.unreadable', `${url} cannot be fetched`, { cause });
  }
  if (!response.ok) throw limpidError('io.unreadable', `${url} answered with status ${response.status}`);
  const type = response.headers.get('content-type') ?? '';
  return type.startsWith('application/wasm')
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}
