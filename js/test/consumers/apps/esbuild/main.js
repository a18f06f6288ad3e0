import { createEnhancer } from 'limpid';
import wasmUrl from 'limpid/wasm/limpid-simd.wasm';

const enhancer = await createEnhancer({ wasmUrl, worker: () => new Worker('worker.js', { type: 'module' }) });
const { blob, recipe } = await enhancer.enhance('photo.jpg', { output: 'blob' });

const { report } = await import('./report.js');
window.result = await report(enhancer, blob, recipe);
enhancer.dispose();
