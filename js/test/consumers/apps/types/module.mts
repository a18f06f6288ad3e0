import { createEnhancer, type LimpidError } from 'limpid';
import { createCodec } from 'limpid/codecs/jpeg';
import { createCore } from 'limpid/core';
import * as node from 'limpid/node';
import { createSecurity, type Security } from 'limpid/security';

export const enhancer = await createEnhancer();
export const again = await node.createEnhancer({ wasmUrl: 'limpid.wasm' });
export const security: Security = await createSecurity();
export const code: LimpidError['code'] = 'io.unreadable';
// @ts-expect-error no such call
await enhancer.improve(new Uint8Array());

export const core = await createCore({ limits: { max_pixels: 1_000_000 } });
export const jpeg = await createCodec();
export const { pixels } = jpeg.decode(new Uint8Array());
export const file: Uint8Array = jpeg.encode(core.enhance(pixels, { output: 'pixels' }).pixels, { quality: 80 });
// @ts-expect-error one format only
jpeg.encode(pixels, { format: 'png' });
