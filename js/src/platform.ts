import type { FromWorker, ToWorker, Variant } from './protocol.js';
import type { WorkerLike } from './types.js';

/** A running worker. */
export interface Channel {
  post(message: ToWorker, transfer: Transferable[]): void;
  terminate(): void;
  /** Whether the worker keeps the process alive. */
  keepAlive(alive: boolean): void;
}

export interface WorkerEvents {
  readonly onMessage: (message: FromWorker) => void;
  readonly onFailure: (cause: unknown) => void;
}

/** What browsers and Node do differently. */
export interface Platform {
  /** @param construct  what the user gave to construct the worker with, if anything */
  spawn(variant: Variant, construct: (() => WorkerLike) | undefined, events: WorkerEvents): Channel;
  /** Absolute form of the wasmUrl option. */
  resolveUrl(url: string | URL): string;
  /** Absolute form of an address that an image is at. @throws TypeError */
  resolveImage(url: string): URL;
  /** What a `file:` URL names, where there are files. @throws anything */
  readonly openFile?: (url: URL) => Promise<OpenFile>;
  hasThreads(): boolean;
  cores(): number;
}

export interface OpenFile {
  readonly size_bytes: number;
  readonly pieces: AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}
