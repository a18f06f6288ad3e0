// The module itself, without worker and queue, in every variant.

import { readFile } from 'node:fs/promises';
import { Engine } from '../../dist/engine.js';

export const VARIANTS = ['simd', 'simd-threads'];

export async function openEngine(variant, threads = variant === 'simd-threads' ? 2 : 1) {
  const wasmFolder = new URL('../../wasm/', import.meta.url);
  const glue = await import(new URL(`limpid-${variant}.node.mjs`, wasmFolder));
  const wasm = await WebAssembly.compile(await readFile(new URL(`limpid-${variant}.wasm`, wasmFolder)));
  return Engine.start({ factory: glue.default, wasm, threads });
}

/** The calls of an Enhancer, answered by an engine in this thread. */
export function apiOf(engine) {
  const json = (recipe) => new TextEncoder().encode(JSON.stringify(recipe));
  const withJson = ({ recipe, ...options }) => (recipe === undefined ? options : { ...options, recipe: json(recipe) });
  return {
    inspect: async (file, options = {}) => engine.run({ method: 'inspect', source: file, options }),
    analyse: async (file, options = {}) => engine.run({ method: 'analyse', source: file, options }),
    decode: async (file, options = {}) => engine.run({ method: 'decode', source: file, options }),
    enhance: async (file, options = {}) => engine.run({ method: 'enhance', source: file, options: withJson(options) }),
    render: async (pixels, recipe, options = {}) =>
      engine.run({ method: 'render', pixels, recipe: json(recipe), options }),
    encode: async (pixels, options) => engine.run({ method: 'encode', pixels, options }),
  };
}
