// What limpid/workerd refuses; test/consumers runs it in the runtime that it is for.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { createEngine, createEnhancer, createPool, LimpidError } from 'limpid/workerd';

const wasm = await WebAssembly.compile(await readFile(new URL('../../wasm/limpid-simd.wasm', import.meta.url)));

async function assertRefused(promise, code, found) {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof LimpidError);
    assert.equal(error.code, code);
    assert.match(error.found, found);
    return true;
  });
}

test('AProgramForSeveralRuntimesIsToldWhatToDo', async () => {
  for (const create of [createEnhancer, createPool]) {
    await assertRefused(create(), 'environment.unsupported', /createEngine of limpid\/workerd/);
  }
});

test('OnlyACompiledModuleIsTaken', async () => {
  for (const given of [undefined, 'limpid-simd.wasm', new Uint8Array(8), {}]) {
    await assertRefused(createEngine(given), 'argument.invalid', /^Expected a WebAssembly\.Module for wasmModule/);
  }
});

test('OptionsForOtherRuntimesAreRefused', async () => {
  const names = ['wasmUrl', 'threads', 'wasmModule'];
  for (const name of names) {
    await assertRefused(createEngine(wasm, { [name]: 1 }), 'argument.invalid', new RegExp(`received "${name}"`));
  }
});
