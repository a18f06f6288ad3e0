import { createEnhancer, type LimpidError } from 'limpid';
import * as node from 'limpid/node';
import { createSecurity, type Security } from 'limpid/security';

export const enhancer = await createEnhancer();
export const again = await node.createEnhancer({ wasmUrl: 'limpid.wasm' });
export const security: Security = await createSecurity();
export const code: LimpidError['code'] = 'io.unreadable';
// @ts-expect-error no such call
await enhancer.improve(new Uint8Array());
