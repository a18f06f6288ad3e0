import { argumentError, limpidError } from './errors.js';
import { DEFAULT_LIMITS, type Limits } from './generated.js';
import { pixelsOfImageData } from './image-data.js';
import { checkPixels } from './options.js';
import type { Platform } from './platform.js';
import type { SentSource } from './protocol.js';
import { fetchBytes, streamBytes, urlBytes } from './read.js';
import type { Pixels } from './types.js';

// What images can be given as, and how their bytes or pixels are had.

/** What is known of an input before it is read. */
export type Input =
  | { readonly kind: 'blob'; readonly value: Blob }
  | { readonly kind: 'bytes'; readonly value: Uint8Array }
  | { readonly kind: 'url'; readonly value: URL }
  | { readonly kind: 'request'; readonly value: Request }
  | { readonly kind: 'response'; readonly value: Response }
  | { readonly kind: 'stream'; readonly value: ReadableStream<unknown> }
  | { readonly kind: 'bitmap'; readonly value: ImageBitmap }
  | { readonly kind: 'imageData' | 'pixels'; readonly value: Pixels };

const FILE_KINDS = 'a Blob, ArrayBuffer, typed array, URL, Request, Response or ReadableStream';
const ALL_KINDS = `${FILE_KINDS.replace(' or ', ', ')}, ImageData, ImageBitmap or pixels`;

/** Also right for objects of other windows and of test environments, which instanceof is not. */
function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/** An input of any kind, checked as far as it can be without reading it. @throws LimpidError argument.invalid */
export function inputOf(image: unknown, platform: Pick<Platform, 'resolveImage'>): Input {
  const input = kindOf(image, platform);
  if (input) return input;
  throw argumentError(ALL_KINDS, 'image', image);
}

/** An input that is a file. */
export function fileInputOf(image: unknown, platform: Pick<Platform, 'resolveImage'>): Input {
  const input = kindOf(image, platform);
  if (input && !hasPixels(input)) return input;
  throw argumentError(FILE_KINDS, 'image', image);
}

export function hasPixels({ kind }: Input): boolean {
  return kind === 'bitmap' || kind === 'imageData' || kind === 'pixels';
}

function kindOf(image: unknown, platform: Pick<Platform, 'resolveImage'>): Input | undefined {
  if (typeof image === 'string') return { kind: 'url', value: addressOf(image, platform) };
  if (typeof image !== 'object' || image === null) return undefined;
  if (ArrayBuffer.isView(image)) return { kind: 'bytes', value: viewOf(image) };
  switch (tagOf(image)) {
    case 'Blob':
    case 'File':
      return { kind: 'blob', value: image as Blob };
    case 'ArrayBuffer':
      return { kind: 'bytes', value: viewOf(image as ArrayBuffer) };
    case 'URL':
      return { kind: 'url', value: image as URL };
    case 'Request':
      return { kind: 'request', value: image as Request };
    case 'Response':
      return { kind: 'response', value: image as Response };
    case 'ReadableStream':
      return { kind: 'stream', value: image as ReadableStream<unknown> };
    case 'ImageBitmap':
      return { kind: 'bitmap', value: image as ImageBitmap };
  }
  if (!('data' in image)) return undefined;
  return 'width_px' in image
    ? { kind: 'pixels', value: checkPixels(image as Pixels) }
    : { kind: 'imageData', value: checkPixels(pixelsOfImageData(image as ImageData)) };
}

/** Memory that was handed over to somebody is empty, and can be looked at by nobody. */
function viewOf(bytes: ArrayBuffer | ArrayBufferView): Uint8Array {
  if (bytes.byteLength === 0) return new Uint8Array(0);
  return ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);
}

/** A string names no file of this machine: what comes from outside as text must not reach one. */
const FETCHED = ['http:', 'https:', 'data:', 'blob:'];

function addressOf(text: string, platform: Pick<Platform, 'resolveImage'>): URL {
  try {
    const url = platform.resolveImage(text);
    if (FETCHED.includes(url.protocol)) return url;
  } catch {
    // Said below.
  }
  throw argumentError(`a URL that begins with ${FETCHED.join(', ').replace(/, (?=[^,]*$)/, ' or ')}`, 'image', text);
}

/** Refuse what is known to be above the limits, before a byte is read or copied. @throws LimpidError */
export function checkSize(input: Input, limits: Partial<Limits> | undefined): void {
  const { max_file_bytes, max_pixels, max_width_px, max_height_px } = { ...DEFAULT_LIMITS, ...limits };
  if (input.kind === 'blob' || input.kind === 'bytes') {
    const size = input.kind === 'blob' ? input.value.size : input.value.byteLength;
    if (size > max_file_bytes)
      throw limpidError('image.too_large', `${size} bytes; max_file_bytes is ${max_file_bytes}`);
  }
  const size = sizeOf(input);
  if (!size) return;
  const [width_px, height_px] = size;
  // A bitmap that was closed.
  if (width_px < 1 || height_px < 1) throw argumentError('at least one pixel', 'image', input.value);
  if (width_px > max_width_px)
    throw limpidError('image.too_large', `width ${width_px}; max_width_px is ${max_width_px}`);
  if (height_px > max_height_px)
    throw limpidError('image.too_large', `height ${height_px}; max_height_px is ${max_height_px}`);
  if (width_px * height_px > max_pixels)
    throw limpidError('image.too_large', `${width_px * height_px} pixels; max_pixels is ${max_pixels}`);
}

function sizeOf(input: Input): readonly [number, number] | undefined {
  if (input.kind === 'bitmap') return [input.value.width, input.value.height];
  if (input.kind === 'imageData' || input.kind === 'pixels') return [input.value.width_px, input.value.height_px];
  return undefined;
}

/** Gives bytes that the caller may change without changing them. */
export type Copy = (bytes: Uint8Array) => Uint8Array;

export interface ReadOptions {
  readonly platform: Platform;
  readonly limits: Partial<Limits> | undefined;
  /** Hand memory over instead of copying it. */
  readonly transfer: boolean;
  /** How pixels are copied; by default to memory of their own. */
  readonly copy?: Copy | undefined;
  readonly signal: AbortSignal;
}

/** Bytes of a file, in memory that may be handed to the worker. @throws LimpidError */
export async function readFile(input: Input, options: ReadOptions): Promise<Uint8Array> {
  const { platform, signal, transfer } = options;
  const max_bytes = options.limits?.max_file_bytes ?? DEFAULT_LIMITS.max_file_bytes;
  switch (input.kind) {
    case 'bytes':
      return ownBytes(input.value, transfer);
    case 'blob':
      return blobBytes(input.value);
    case 'url':
      return urlBytes(input.value, { platform, max_bytes, signal });
    case 'request':
      return fetchBytes(input.value, { max_bytes, signal });
    case 'response':
    case 'stream':
      return streamBytes(input.value, { max_bytes, signal });
    default:
      throw argumentError(FILE_KINDS, 'image', input.value);
  }
}

/** The same of any input. */
export async function readSource(input: Input, options: ReadOptions): Promise<SentSource> {
  if (input.kind === 'bitmap') return options.transfer ? input.value : copyOfBitmap(input.value);
  if (input.kind === 'imageData' || input.kind === 'pixels') {
    return sentPixels(input.value, options.transfer, options.copy);
  }
  return readFile(input, options);
}

/** Bytes that may be moved to the worker: a copy of exactly these, or with `transfer` the very buffer. */
export function ownBytes(bytes: Uint8Array, transfer = false, copy: Copy = copyOf): Uint8Array {
  // Who gives a part of a buffer keeps the rest.
  const isWhole = bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength;
  return transfer && isWhole ? bytes : copy(viewOf(bytes));
}

function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

/** The same of pixels. */
export function ownPixels(pixels: Pixels, transfer = false, copy?: Copy): Pixels {
  return { ...pixels, data: ownBytes(pixels.data, transfer, copy) };
}

/** Pixels for one call: what is shared memory already stays where it is, and the worker reads it there, once. */
export function sentPixels(pixels: Pixels, transfer: boolean | undefined, copy?: Copy): Pixels {
  // One that grows is given as long as it is now.
  return isShared(pixels.data) ? { ...pixels, data: viewOf(pixels.data) } : ownPixels(pixels, transfer, copy);
}

/** A page that is not isolated may hold shared memory, but not hand it on. */
function isShared({ buffer }: Uint8Array): boolean {
  return typeof SharedArrayBuffer === 'function' && buffer instanceof SharedArrayBuffer;
}

async function blobBytes(blob: Blob): Promise<Uint8Array> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (cause) {
    throw limpidError('io.unreadable', 'the Blob cannot be read', { cause });
  }
}

export async function copyOfBitmap(bitmap: ImageBitmap): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(bitmap);
  } catch (cause) {
    throw limpidError('io.unreadable', 'the ImageBitmap cannot be read', { cause });
  }
}
