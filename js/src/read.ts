import { argumentError, LimpidError, limpidError } from './errors.js';
import type { OpenFile, Platform } from './platform.js';

// Bytes that come in pieces: none is kept once the limit is passed, and each is copied once.

interface Bounds {
  readonly max_bytes: number;
  readonly signal: AbortSignal;
}

function tooLarge(found: string, max_bytes: number): Error {
  return limpidError('image.too_large', `${found}; max_file_bytes is ${max_bytes}`);
}

/** Bytes at an address. @throws LimpidError io.unreadable, image.too_large, argument.invalid */
export async function urlBytes(url: URL, bounds: Bounds & { readonly platform: Platform }): Promise<Uint8Array> {
  if (url.protocol !== 'file:' || !bounds.platform.openFile) return fetchBytes(url, bounds);
  let file: OpenFile;
  try {
    file = await bounds.platform.openFile(url);
  } catch (cause) {
    throw limpidError('io.unreadable', `${url.href} cannot be opened`, { cause });
  }
  try {
    if (file.size_bytes > bounds.max_bytes) throw tooLarge(`${file.size_bytes} bytes`, bounds.max_bytes);
    return await gather(file.pieces, bounds, file.size_bytes, `${url.href} cannot be read`);
  } finally {
    await file.close();
  }
}

/** Bytes of what a request is answered with. */
export async function fetchBytes(request: URL | Request, bounds: Bounds): Promise<Uint8Array> {
  const isRequest = !(request instanceof URL) && 'headers' in request;
  const name = shortened(isRequest ? request.url : request.href);
  if (isRequest && request.bodyUsed) throw limpidError('io.unreadable', `the body of the request to ${name} was used`);
  const signal = isRequest ? either(request.signal, bounds.signal) : bounds.signal;
  let response: Response;
  try {
    response = await fetch(request, { signal, ...(isRequest ? {} : { credentials: 'same-origin' }) });
  } catch (cause) {
    if (signal.aborted) throw limpidError('run.cancelled', '', { cause: signal.reason });
    throw limpidError('io.unreadable', `${name} cannot be fetched`, { cause });
  }
  return streamBytes(response, { ...bounds, signal }, name);
}

/** Bytes of an answer or of a stream, which is cancelled when it is too long. */
export async function streamBytes(
  source: Response | ReadableStream<unknown>,
  bounds: Bounds,
  name = 'the response',
): Promise<Uint8Array> {
  if (!('getReader' in source)) {
    if (source.bodyUsed) throw limpidError('io.unreadable', `the body of ${name} was used`);
    if (!source.ok) {
      await source.body?.cancel().catch(() => {});
      throw limpidError('io.unreadable', `${name} answered with status ${source.status}`);
    }
    if (!source.body) return new Uint8Array(0);
    const declared = declaredBytes(source.headers);
    if (declared > bounds.max_bytes) {
      await source.body.cancel().catch(() => {});
      throw tooLarge(`${declared} bytes`, bounds.max_bytes);
    }
    return gather(piecesOf(source.body, bounds.signal), bounds, declared, `${name} cannot be read`);
  }
  if (source.locked) throw limpidError('io.unreadable', 'the stream is locked: somebody else reads it');
  return gather(piecesOf(source, bounds.signal), bounds, 0, 'the stream cannot be read');
}

/** 0 where the answer does not say, or says it of something else. */
function declaredBytes(headers: Headers): number {
  const declared = Number(headers.get('content-length') ?? 0);
  return headers.has('content-encoding') || !Number.isSafeInteger(declared) || declared < 0 ? 0 : declared;
}

async function* piecesOf(stream: ReadableStream<unknown>, signal: AbortSignal): AsyncGenerator<unknown> {
  const reader = stream.getReader();
  const stop = () => void reader.cancel(signal.reason).catch(() => {});
  signal.addEventListener('abort', stop);
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    // Says to the source that no more is wanted; nothing when it ended by itself.
    await reader.cancel(signal.reason).catch(() => {});
    reader.releaseLock();
  }
}

async function gather(
  pieces: AsyncIterable<unknown>,
  { max_bytes, signal }: Bounds,
  expected_bytes: number,
  failed: string,
): Promise<Uint8Array> {
  const gathered = new Gathered(expected_bytes);
  try {
    for await (const piece of pieces) {
      if (signal.aborted) break;
      if (!ArrayBuffer.isView(piece)) throw argumentError('a stream of Uint8Array', 'image', piece);
      if (gathered.size + piece.byteLength > max_bytes) throw tooLarge(`more than ${max_bytes} bytes`, max_bytes);
      gathered.add(new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength));
    }
  } catch (cause) {
    if (cause instanceof LimpidError) throw cause;
    if (!signal.aborted) throw limpidError('io.unreadable', failed, { cause });
  }
  if (signal.aborted) throw limpidError('run.cancelled', '', { cause: signal.reason });
  return gathered.bytes;
}

const FIRST_BYTES = 65_536;

/**
 * One buffer that grows. A list of the pieces would hold many times the limit when they are tiny. Where
 * the size was known nothing is copied twice.
 */
class Gathered {
  size = 0;
  #buffer: Uint8Array<ArrayBuffer>;

  constructor(expected_bytes: number) {
    this.#buffer = new Uint8Array(expected_bytes > 0 ? expected_bytes : FIRST_BYTES);
  }

  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.size);
  }

  add(piece: Uint8Array): void {
    const needed = this.size + piece.byteLength;
    if (needed > this.#buffer.byteLength) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#buffer.byteLength));
      larger.set(this.bytes);
      this.#buffer = larger;
    }
    this.#buffer.set(piece, this.size);
    this.size = needed;
  }
}

/** Aborted when one of two is. */
function either(first: AbortSignal, second: AbortSignal): AbortSignal {
  const controller = new AbortController();
  for (const signal of [first, second]) {
    if (signal.aborted) controller.abort(signal.reason);
    signal.addEventListener('abort', () => controller.abort(signal.reason), { signal: controller.signal });
  }
  return controller.signal;
}

const MAX_SHOWN = 200;

/** A data: URL holds the whole file. */
function shortened(url: string): string {
  return url.length > MAX_SHOWN ? `${url.slice(0, MAX_SHOWN)}…` : url;
}
