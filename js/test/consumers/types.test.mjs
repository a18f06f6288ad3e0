// The types as each kind of project resolves them, our declarations themselves included. None of the
// projects has the types of Node.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { consumer, run } from './support.mjs';

const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));
const ALWAYS = [
  '--noEmit',
  '--skipDefaultLibCheck',
  '--strict',
  '--exactOptionalPropertyTypes',
  '--target',
  'es2022',
  '--lib',
  'es2022,dom',
];

let folder;
before(async () => {
  const { application } = await consumer('types');
  folder = await application('types');
});

/** @returns what tsc complains of, or else the files that it looked at */
async function check(files, settings) {
  const options = [...ALWAYS, '--listFiles', ...settings];
  try {
    const { stdout } = await run(process.execPath, [tsc, ...options, ...files], { cwd: folder });
    return { complaints: '', listed: stdout };
  } catch (error) {
    return { complaints: error.stdout.replace(/^\/.*\n/gm, '') || String(error), listed: '' };
  }
}

const PROJECTS = [
  {
    name: 'a bundler for pages',
    files: ['web.ts'],
    settings: ['--module', 'preserve', '--moduleResolution', 'bundler', '--customConditions', 'browser'],
    resolved: ['dist/index.d.ts', 'dist/security/index.d.ts'],
  },
  {
    name: "a bundler for Cloudflare's runtime",
    files: ['workerd.ts'],
    settings: ['--module', 'preserve', '--moduleResolution', 'bundler', '--customConditions', 'workerd,worker,browser'],
    resolved: ['dist/workerd.d.ts'],
  },
  ...['node16', 'nodenext'].map((system) => ({
    name: `Node, ${system}`,
    files: ['module.mts', 'script.cts'],
    settings: ['--module', system, '--moduleResolution', system],
    resolved: ['dist/node.d.ts', 'dist/node.d.cts', 'dist/security/node.d.ts', 'dist/security/node.d.cts'],
  })),
];

for (const { name, files, settings, resolved } of PROJECTS) {
  test(`TypesAreThoseOf ${name}`, async () => {
    const { complaints, listed } = await check(files, settings);
    assert.equal(complaints, '');
    for (const file of resolved) assert.ok(listed.includes(`node_modules/limpid/${file}\n`), file);
  });
}

test('PublintAndAttwFindNothing', async () => {
  await run('npm', ['run', '--silent', 'lint:package'], { cwd: fileURLToPath(new URL('../../', import.meta.url)) });
});

test('AWrongUseIsComplainedOf', async () => {
  const { complaints } = await check(['wrong.ts'], PROJECTS[0].settings);
  assert.match(complaints, /wrong\.ts\(3,7\): error TS2322/);
});
