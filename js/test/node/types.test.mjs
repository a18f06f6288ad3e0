// What the compiler of a user says to the package's types.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const pathOf = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

test('TypesFollowTheOptions', async () => {
  const compiler = pathOf('node_modules/typescript/bin/tsc');
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [compiler, '-p', pathOf('test/types')]).catch(
    (failure) => failure,
  );
  assert.deepEqual([stdout, stderr], ['', '']);
});
