// The generated types and the JSON the library writes name the same members.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, test } from 'node:test';
import { readEnum, readStruct } from '../../../tools/generate/declarations.mjs';
import { readAnalysis, readRecipe } from '../../../tools/generate/tables.mjs';
import { apiOf, openEngine } from '../support/engines.mjs';
import { root } from '../support/paths.mjs';
import { picture } from '../support/pictures.mjs';

const headers = `${root}core/include/limpid/`;
const everything = new Set([
  'Evidence',
  'ImageInfo',
  'Percentiles',
  'Illuminant',
  'Analysis',
  'Recipe',
  'FileFormat',
  'ColorModel',
  'PixelFormat',
]);
const membersOf = (name, file) =>
  readStruct(headers + file, name, everything)
    .map((member) => member.name)
    .sort();
const namesOf = (members) => members.map((member) => member.name).sort();
const keysOf = (object) => Object.keys(object).sort();

let engine;
let analysed;
let report;

before(async () => {
  engine = await openEngine('simd');
  const api = apiOf(engine);
  const file = await api.encode(picture(64, 48), { format: 'jpeg' });
  analysed = await api.analyse(file);
  ({ report } = await api.enhance(file));
});

test('ImageInfoAnalysisAndReport', () => {
  assert.deepEqual(keysOf(analysed), membersOf('Analysed', 'pipeline.hpp'));
  assert.deepEqual(keysOf(analysed.info), membersOf('ImageInfo', 'inspect.hpp'));
  assert.deepEqual(keysOf(analysed.analysis), namesOf(readAnalysis(`${headers}analysis.def`).members));
  assert.deepEqual(keysOf(analysed.analysis.luma), membersOf('Percentiles', 'analysis.hpp'));
  assert.deepEqual(keysOf(analysed.analysis.illuminant_pca), membersOf('Illuminant', 'analysis.hpp'));
  assert.deepEqual(keysOf(report), membersOf('Report', 'pipeline.hpp'));
});

test('EnumeratorsAreSpeltAsInCpp', () => {
  assert.ok(readEnum(`${headers}inspect.hpp`, 'FileFormat').includes(analysed.info.format));
  assert.ok(readEnum(`${headers}inspect.hpp`, 'ColorModel').includes(analysed.info.color_model));
  assert.ok(readEnum(`${headers}image.hpp`, 'PixelFormat').includes(analysed.info.pixel_format));
});

test('RecipeHasEveryCorrectionAndAmount', () => {
  const ops = readRecipe(`${headers}recipe.def`);
  assert.deepEqual(keysOf(analysed.recipe), ['version', ...ops.map((op) => op.name)].sort());
  const common = membersOf('Correction', 'recipe.hpp');
  for (const op of ops) {
    const correction = analysed.recipe[op.name];
    assert.deepEqual(keysOf(correction), [...common, ...op.fields.map((field) => field.name)].sort());
    for (const item of correction.evidence) assert.deepEqual(keysOf(item), membersOf('Evidence', 'recipe.hpp'));
  }
});

test('RecipeSchemaInDocsIsTheLibrarysOwn', async () => {
  const documented = await readFile(`${root}docs/recipe.schema.json`, 'utf8');
  assert.equal(
    documented,
    `${JSON.stringify(JSON.parse(engine.module.recipeSchema()), null, 2)}\n`,
    'run npm run schema --prefix js',
  );
});
