import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { checkRows, inputsOf, parseGolden, recipesOf } from '../parity/check.mjs';
import { apiOf, openEngine } from '../support/engines.mjs';
import { dataFolder, root } from '../support/paths.mjs';

const rows = parseGolden(await readFile(`${root}tests/parity/golden.txt`, 'utf8'));
const recipes = {};
for (const name of recipesOf(rows)) {
  recipes[name] = JSON.parse(await readFile(`${root}tests/parity/recipes/${name}.json`, 'utf8'));
}
const load = async (path) => new Uint8Array(await readFile(dataFolder + path));

// What the package has; LIMPID_TEST_PRESETS=wasm-base tools/test.sh holds the library without SIMD to the same rows.
for (const [variant, threads] of [
  ['simd', 1],
  ['simd-threads', 2],
]) {
  test(`${variant}, ${threads} thread(s): every digest of golden.txt in Node`, async (t) => {
    const api = apiOf(await openEngine(variant, threads));
    const { checked, differences } = await checkRows(rows, { api, load, recipes });
    assert.deepEqual(differences, []);
    assert.equal(checked, rows.length);
    t.diagnostic(`${checked} digests of ${inputsOf(rows).length} inputs agree`);
  });
}

test('AWrongDigestIsReported', async () => {
  const api = apiOf(await openEngine('simd'));
  const [row] = rows;
  const { differences } = await checkRows([{ ...row, digest: '0'.repeat(64) }], { api, load, recipes });
  assert.equal(differences.length, 1);
  assert.match(differences[0], new RegExp(row.digest));
});

test('MalformedGoldenRowsAreRefused', () => {
  const digest = '0'.repeat(64);
  assert.throws(() => parseGolden(''), /no rows/);
  assert.throws(() => parseGolden(`${digest} decoded a.jpg`), /not a row/);
  assert.throws(() => parseGolden(`${digest} encoded a.jpg -`), /not a row/);
  assert.throws(() => parseGolden(`${digest} decoded a.jpg auto`), /does not fit/);
  assert.throws(() => parseGolden(`${digest} jpeg a.jpg -`), /does not fit/);
  assert.equal(parseGolden('error:encode.unsupported jpeg a.png auto')[0].digest, 'error:encode.unsupported');
  assert.deepEqual(parseGolden(`# note\n\n${digest} jpeg a b.jpg auto\n`), [
    { digest, stage: 'jpeg', input: 'a b.jpg', recipe: 'auto' },
  ]);
});
