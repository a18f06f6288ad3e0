// Pages that only enhance load the texts of the engine's errors and no others: each has to be there.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createSyncEngine, LimpidError } from 'limpid/sync';
import { readErrors } from '../../../tools/generate/tables.mjs';
import { ERRORS, SECURITY_ERRORS } from '../../dist/generated.js';
import { root } from '../support/paths.mjs';

const table = readErrors(`${root}core/include/limpid/errors.def`);

/** Sources of limpid-simd.wasm beside those of the security layer, which give codes of their own. */
const ENGINE_SOURCES = [
  ...['base', 'image', 'inspect', 'codec', 'kernels', 'analyse', 'lut', 'recipe', 'pipeline'].map(
    (name) => `core/src/${name}/`,
  ),
  'wasm/src/',
];

/** Linked, but called by no binding of the engine. */
const NOT_BOUND = /manifest/;

function codesIn(folder) {
  const sources = readdirSync(root + folder, { recursive: true }).filter((name) => /\.[ch]pp$/.test(name));
  return sources
    .filter((name) => !NOT_BOUND.test(name))
    .flatMap((name) => [...readFileSync(root + folder + name, 'utf8').matchAll(/ErrorCode::([a-z_]+)\b/g)])
    .map(([, id]) => table.find((error) => error.id === id)?.code)
    .filter((code) => code !== undefined);
}

test('EveryCodeHasItsTextInOneOfTheTables', () => {
  const texts = [...Object.keys(ERRORS), ...Object.keys(SECURITY_ERRORS)];
  assert.deepEqual(texts.sort(), table.map(({ code }) => code).sort());
});

test('EveryCodeThatTheEngineGivesHasItsTextThere', () => {
  const codes = new Set(ENGINE_SOURCES.flatMap(codesIn));
  assert.ok(codes.size > 20, `${codes.size} codes`);
  const missing = [...codes].filter((code) => !(code in ERRORS));
  assert.deepEqual(missing, []);
});

test('ErrorsKeepTheirHintOnTheirWay', async () => {
  const engine = await createSyncEngine();
  const { hint, sentence } = ERRORS['image.empty'];
  assert.throws(
    () => engine.inspect(new Uint8Array()),
    (error) => error instanceof LimpidError && error.hint === hint && error.message.includes(sentence),
  );
});
