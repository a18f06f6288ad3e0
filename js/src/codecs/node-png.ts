// limpid/codecs/png in Node.

import createLimpid from '../../wasm/limpid-png.node.mjs';
import { compileNodeSource, resolveUrl } from '../node-compile.js';
import type { SyncEngineOptions } from '../sync-types.js';
import { type Codec, createCodecOn } from './codec.js';

export * from '../public.js';
export type * from '../sync-types.js';
export type { Codec, CodecEncodeOptions } from './codec.js';

/**
 * A decoder and encoder of PNG, with a .wasm file of its own.
 * @throws LimpidError environment.unsupported, io.unreadable, signature.mismatch, argument.invalid
 */
export function createCodec(options?: SyncEngineOptions): Promise<Codec> {
  return createCodecOn(
    {
      factory: createLimpid,
      wasmFile: 'limpid-png.wasm',
      compile: (source) => compileNodeSource(source, () => new URL('../../wasm/limpid-png.wasm', import.meta.url)),
      resolveUrl,
    },
    'png',
    options,
  );
}
