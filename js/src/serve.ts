import { Engine, type EngineOptions } from './engine.js';
import { errorFieldsOf } from './errors.js';
import { startFailure } from './instantiate.js';
import { type Call, type FromWorker, NO_CALL, type SentCall, type ToWorker } from './protocol.js';
import { buffersOf, isBitmap } from './transfer.js';
import type { Pixels } from './types.js';

/** The other side of a worker, in browsers and in Node. */
export interface Port {
  post(message: FromWorker, transfer: Transferable[]): void;
  /** Where there are bitmaps. */
  readonly pixelsOf?: (bitmap: ImageBitmap) => Pixels;
}

export type StartMessage = Extract<ToWorker, { type: 'start' }>;

/**
 * The life of a worker: one start message, then calls. `load` fetches what the variant needs.
 * @returns the handler of incoming messages
 */
export function serve(
  port: Port,
  load: (start: StartMessage) => Promise<EngineOptions>,
): (message: ToWorker) => Promise<void> {
  let engine: Promise<Engine> | undefined;
  return async (message) => {
    if (message.type === 'start') {
      engine = start(port, message, load);
      // Reported once, here; calls that wait for the engine see the same rejection and stay quiet.
      engine.catch((thrown) =>
        port.post({ type: 'failed', id: NO_CALL, error: startFailure(thrown), unusable: true }, []),
      );
      return;
    }
    const running = await engine?.catch(() => undefined);
    if (running) answer(port, running, message);
  };
}

async function start(
  port: Port,
  message: StartMessage,
  load: (start: StartMessage) => Promise<EngineOptions>,
): Promise<Engine> {
  const options = await load(message);
  const engine = await Engine.start({ ...options, max_memory_bytes: message.max_memory_bytes });
  if (!message.wasm.module) port.post({ type: 'started', module: options.wasm }, []);
  return engine;
}

function answer(port: Port, engine: Engine, { id, call, progress }: Extract<ToWorker, { type: 'call' }>): void {
  const onProgress = progress
    ? (stage: Extract<FromWorker, { type: 'progress' }>['stage'], fraction: number) => {
        port.post({ type: 'progress', id, stage, fraction }, []);
        return true;
      }
    : undefined;
  try {
    const own = withPixels(port, call);
    const result = engine.run(own, onProgress, spareOf(own));
    port.post({ type: 'done', id, result }, buffersOf(result));
  } catch (thrown) {
    port.post({ type: 'failed', id, error: errorFieldsOf(thrown), unusable: !engine.usable }, []);
  }
}

/** What came with a message is the worker's: pixels can go back in the memory they came in. Shared memory is not its own. */
function spareOf(call: Call): Uint8Array | undefined {
  const data = call.method === 'render' ? call.pixels.data : pixelsOf(call);
  return data?.buffer instanceof ArrayBuffer ? data : undefined;
}

function pixelsOf(call: Call): Uint8Array | undefined {
  return call.method === 'enhance' && 'data' in call.source ? call.source.data : undefined;
}

function withPixels(port: Port, call: SentCall): Call {
  if (!('source' in call) || !isBitmap(call.source)) return call as Call;
  if (!port.pixelsOf) throw new TypeError('there are no bitmaps here');
  try {
    return { ...call, source: port.pixelsOf(call.source) } as Call;
  } finally {
    call.source.close();
  }
}
