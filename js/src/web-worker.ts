import type { EngineOptions } from './engine.js';
import { limpidError } from './errors.js';
import type { FromWorker, ToWorker } from './protocol.js';
import { type Port, type StartMessage, serve } from './serve.js';

/** The part of DedicatedWorkerGlobalScope that is used; its library cannot be loaded beside the page's. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker, transfer: Transferable[]): void;
}

/** Answer the page that started this worker. */
export function serveWebWorker(load: (start: StartMessage) => Promise<EngineOptions>): void {
  const scope = globalThis as unknown as WorkerScope;
  const port: Port = { post: (message, transfer) => scope.postMessage(message, transfer) };
  const handle = serve(port, load);
  scope.onmessage = (event) => void handle(event.data);
}

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
