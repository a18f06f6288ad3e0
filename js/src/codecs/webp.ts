/**
 * limpid/codecs/webp: WebP files to pixels and back.
 * @module limpid/codecs/webp
 */

import createLimpid from '../../wasm/limpid-webp.web.mjs';
import type { SyncEngineOptions } from '../sync-types.js';
import { compileWebSource } from '../web-compile.js';
import { resolvePageUrl } from '../web-url.js';
import { type Codec, createCodecOn } from './codec.js';

export * from '../public.js';
export type * from '../sync-types.js';
export type { Codec, CodecEncodeOptions } from './codec.js';

/**
 * A decoder and encoder of WebP, with a .wasm file of its own.
 * @throws LimpidError environment.unsupported, io.unreadable, signature.mismatch, argument.invalid
 */
export function createCodec(options?: SyncEngineOptions): Promise<Codec> {
  return createCodecOn(
    {
      factory: createLimpid,
      wasmFile: 'limpid-webp.wasm',
      compile: (source) => compileWebSource(source, () => new URL('../../wasm/limpid-webp.wasm', import.meta.url).href),
      resolveUrl: (url) => resolvePageUrl(url).href,
    },
    'webp',
    options,
  );
}
