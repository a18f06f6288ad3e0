import { pixelsOfBitmap } from './bitmap.js';
import type { EngineOptions } from './engine.js';
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
  const port: Port = { post: (message, transfer) => scope.postMessage(message, transfer), pixelsOf: pixelsOfBitmap };
  const handle = serve(port, load);
  scope.onmessage = (event) => void handle(event.data);
}
