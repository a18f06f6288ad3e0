// Puts the WebAssembly files of build/wasm-*/wasm into js/wasm, one .wasm per module for both
// kinds of glue.

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const buildFolder = new URL('../../build/', import.meta.url);
const wasmFolder = new URL('../wasm/', import.meta.url);

const MODULES = [
  { name: 'simd', preset: 'wasm-simd' },
  { name: 'simd-threads', preset: 'wasm-simd-threads' },
  { name: 'core', preset: 'wasm-simd' },
  { name: 'jpeg', preset: 'wasm-simd' },
  { name: 'png', preset: 'wasm-simd' },
  { name: 'webp', preset: 'wasm-simd' },
  { name: 'security', preset: 'wasm-simd' },
  { name: 'security-tools', preset: 'wasm-simd' },
];

function read(url) {
  if (existsSync(url)) return readFileSync(url);
  throw new Error(`${fileURLToPath(url)} is missing: run make build`);
}

/** The glue names the .wasm it was linked with; the shared file has another name. */
function withSharedName(glue, from, to) {
  return glue.toString('utf8').replaceAll(from, to);
}

function copyModule({ name, preset }) {
  const built = (place, extension) => read(new URL(`${preset}/wasm/limpid-${name}.${place}.${extension}`, buildFolder));
  const wasm = built('web', 'wasm');
  if (!wasm.equals(built('node', 'wasm'))) throw new Error(`${name}: web and node glue need different .wasm files`);
  writeFileSync(new URL(`limpid-${name}.wasm`, wasmFolder), wasm);
  for (const place of ['web', 'node']) {
    const glue = withSharedName(built(place, 'mjs'), `limpid-${name}.${place}.wasm`, `limpid-${name}.wasm`);
    writeFileSync(new URL(`limpid-${name}.${place}.mjs`, wasmFolder), glue);
  }
}

try {
  rmSync(wasmFolder, { recursive: true, force: true });
  mkdirSync(wasmFolder, { recursive: true });
  MODULES.forEach(copyModule);
} catch (error) {
  console.error(`copy-wasm: ${error.message}`);
  process.exitCode = 1;
}
