/// <reference lib="esnext.disposable" preserve="true" />

import { disposeSymbol } from '../disposal.js';
import { argumentError } from '../errors.js';
import type { FileFormat } from '../generated.js';
import { createSyncEngineOn, type SyncPlatform } from '../sync-engine.js';
import type { SyncEncodeOptions, SyncEngine, SyncEngineOptions } from '../sync-types.js';
import type { Pixels } from '../types.js';

/** How to write a file of the codec's format. */
export type CodecEncodeOptions = Omit<SyncEncodeOptions, 'format'>;

/**
 * One format, in the thread that calls it: files to pixels and back, the same bytes as the whole
 * library's. Calls throw a LimpidError; the files of other formats are refused with image.unsupported.
 */
export interface Codec extends Disposable, Pick<SyncEngine, 'inspect' | 'decode' | 'memoryUse' | 'usable' | 'dispose'> {
  encode(pixels: Pixels, options?: CodecEncodeOptions): Uint8Array<ArrayBuffer>;
}

/** The createCodec of a format and a platform. */
export async function createCodecOn(
  platform: SyncPlatform,
  format: FileFormat,
  options: SyncEngineOptions | undefined,
): Promise<Codec> {
  const engine = await createSyncEngineOn(platform, options);
  return {
    inspect: (image, callOptions) => engine.inspect(image, callOptions),
    decode: (image, callOptions) => engine.decode(image, callOptions),
    encode(pixels, callOptions) {
      if (callOptions && 'format' in callOptions)
        throw argumentError('options without a format', 'a codec of one', callOptions.format);
      return engine.encode(pixels, { ...callOptions, format });
    },
    memoryUse: () => engine.memoryUse(),
    get usable() {
      return engine.usable;
    },
    dispose: () => engine.dispose(),
    [disposeSymbol]: () => engine.dispose(),
  };
}
