// tools/generate: a table it does not fully understand is refused.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readEnum, readStruct } from '../../../tools/generate/declarations.mjs';
import { readErrors, readLimits, readRecipe } from '../../../tools/generate/tables.mjs';
import { root } from '../support/paths.mjs';

const folder = mkdtempSync(join(tmpdir(), 'limpid-'));
after(() => rmSync(folder, { recursive: true }));

function fileOf(text) {
  const path = join(folder, 'table.def');
  writeFileSync(path, text);
  return path;
}

const ERROR = 'LIMPID_ERROR(a_b, "a.b", "it, broke", "say \\"so\\"", 400, 3, client)';
const OP = 'LIMPID_RECIPE_OP(tone, "bends")';
const FIELD = 'LIMPID_RECIPE_FIELD(tone, contrast, "fraction", -1, 1, 0, "curve")';

test('RowsAreReadWithCommasAndQuotesInStrings', () => {
  assert.deepEqual(readErrors(fileOf(`// note\n\n${ERROR}\n`)), [
    {
      id: 'a_b',
      code: 'a.b',
      sentence: 'it, broke',
      hint: 'say "so"',
      httpStatus: 400,
      exitCode: 3,
      visibility: 'client',
    },
  ]);
  assert.deepEqual(readLimits(fileOf('LIMPID_LIMIT(max_x, 5, "bytes", "x")')), [
    { name: 'max_x', value: 5, unit: 'bytes', doc: 'x' },
  ]);
  assert.equal(readRecipe(fileOf(`${OP}\n${FIELD}`))[0].fields[0].min, -1);
});

test('MalformedRowsAreRefusedWithTheirLine', () => {
  for (const [text, why] of [
    ['', /no rows/],
    ['LIMPID_ERROR(a_b, "a.b")', /:1: expected 7 arguments but found 2/],
    [`${ERROR}\nLIMPID_EROR(x)`, /:2: expected a row/],
    [`${ERROR};`, /expected a row/],
    [ERROR.replace('client', 'public'), /expected visibility but found public/],
    [ERROR.replace('400', '"400"'), /expected number/],
    [ERROR.replace('"a.b"', 'a.b'), /expected string/],
    [`${ERROR}\n${ERROR}`, /a\.b appears twice/],
  ]) {
    assert.throws(() => readErrors(fileOf(text)), why, text);
  }
  assert.throws(() => readRecipe(fileOf(FIELD)), /outside its correction/);
  assert.throws(() => readRecipe(fileOf(`${OP}\n${FIELD.replace(' 0, "curve"', ' 2, "curve"')}`)), /out of range/);
  assert.throws(() => readRecipe(fileOf(`${OP}\n${FIELD}\n${FIELD}`)), /contrast appears twice/);
});

test('UnknownDeclarationsAreRefused', () => {
  const known = new Set();
  assert.throws(() => readStruct(fileOf('struct A {\n    float x;\n};'), 'A', known), /unknown type float/);
  assert.throws(() => readStruct(fileOf('struct A {\n    int x() const;\n};'), 'A', known), /unexpected declarator/);
  assert.throws(() => readStruct(fileOf('struct B {\n    int x;\n};'), 'A', known), /no struct A/);
  assert.throws(() => readEnum(fileOf('enum class A : int { one = 1 };'), 'A'), /unexpected enumerator/);
  assert.deepEqual(
    readStruct(fileOf('struct A {\n    /// Why.\n    int x = 1, y{};\n    bool z;  ///< Z.\n};'), 'A', known),
    [
      { name: 'x', type: 'number', optional: false, doc: 'Why.' },
      { name: 'y', type: 'number', optional: false, doc: 'Why.' },
      { name: 'z', type: 'boolean', optional: false, doc: 'Z.' },
    ],
  );
});

test('TheTablesOfThisRepositoryAreRead', () => {
  const headers = `${root}core/include/limpid/`;
  assert.ok(readErrors(`${headers}errors.def`).some((error) => error.code === 'image.truncated'));
  assert.ok(readLimits(`${headers}limits.def`).some((limit) => limit.name === 'max_pixels'));
  assert.ok(readRecipe(`${headers}recipe.def`).some((op) => op.name === 'exposure'));
});
