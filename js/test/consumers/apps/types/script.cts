import limpid = require('limpid');
import node = require('limpid/node');
import security = require('limpid/security');

export const enhancer: Promise<limpid.Enhancer> = limpid.createEnhancer();
export const again: Promise<limpid.Enhancer> = node.createEnhancer({ wasmUrl: 'limpid.wasm' });
export const layer: Promise<security.Security> = security.createSecurity();
export const code: limpid.LimpidError['code'] = 'io.unreadable';
// @ts-expect-error no such option
limpid.createEnhancer({ wasmURL: 'limpid.wasm' });
