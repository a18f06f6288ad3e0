import * as limpid from 'limpid';
import { createEngine, type Enhanced } from 'limpid/workerd';

declare const compiled: WebAssembly.Module;
const engine = await createEngine(compiled);
export const enhanced: Enhanced = engine.enhance(new Uint8Array());
export const same: typeof createEngine = limpid.createEngine;
