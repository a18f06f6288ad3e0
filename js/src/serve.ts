import { Engine, type EngineOptions, startFailure } from './engine.js';
import { errorFieldsOf } from './errors.js';
import { type FromWorker, NO_CALL, type ToWorker } from './protocol.js';
import { buffersOf } from './transfer.js';

/** The other side of a worker, in browsers and in Node. */
export interface Port {
  post(message: FromWorker, transfer: ArrayBuffer[]): void;
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
      engine = load(message).then((options) => Engine.start(options));
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

function answer(port: Port, engine: Engine, { id, call, progress }: Extract<ToWorker, { type: 'call' }>): void {
  const onProgress = progress
    ? (stage: Extract<FromWorker, { type: 'progress' }>['stage'], fraction: number) => {
        port.post({ type: 'progress', id, stage, fraction }, []);
        return true;
      }
    : undefined;
  try {
    const result = engine.run(call, onProgress);
    port.post({ type: 'done', id, result }, buffersOf(result));
  } catch (thrown) {
    port.post({ type: 'failed', id, error: errorFieldsOf(thrown), unusable: !engine.usable }, []);
  }
}
