// The tarball as npm would publish it, installed and used in every way that js/README.md names. Each
// enhances the same photo and has to get the file that the native program writes.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Miniflare } from 'miniflare';
import { startLimpidd } from '../support/limpidd.mjs';
import {
  buildForWorkerd,
  buildWithEsbuild,
  buildWithNext,
  buildWithVite,
  buildWithWebpack,
  serveWithVite,
} from './bundlers.mjs';
import { closeBrowser, consumer, goldenDigest, POLICY, resultOf, run, serveFolder, sha256 } from './support.mjs';

let application;
let installed;
let provide;
let expected;
before(async () => {
  ({ application, installed, provide } = await consumer('bundlers'));
  expected = { digest: await goldenDigest(), mediaType: 'image/jpeg', sniffed: 'image/jpeg', explained: true };
});
after(closeBrowser);

const allowingScripts = (source) => POLICY.replace("script-src 'self'", `script-src 'self' ${source}`);

async function assertPageOf(folder, page = '', policy = POLICY) {
  const server = await serveFolder(folder, policy);
  try {
    assert.deepEqual(await resultOf(`${server.origin}/${page}`), {
      result: { ...expected, shown: true },
      complaints: [],
    });
  } finally {
    await server.close();
  }
}

async function assertBuilt({ out, warnings }, policy = POLICY) {
  assert.deepEqual(warnings, []);
  await assertPageOf(out, '', policy);
}

test('APlainPageNeedsNoBundler', async () => {
  const folder = await application('web', 'plain');
  await symlink(installed, join(folder, 'limpid'));
  // An import map is a script in the page: the policy has to name it.
  const page = await readFile(join(folder, 'plain.html'), 'utf8');
  const [, map] = /<script type="importmap">(.*?)<\/script>/.exec(page);
  const digest = createHash('sha256').update(map).digest('base64');
  await assertPageOf(folder, 'plain.html', allowingScripts(`'sha256-${digest}'`));
});

test('ViteServesItWithoutAnySetting', async () => {
  const folder = await application('web', 'vite-dev');
  const server = await serveWithVite(folder, { 'Content-Security-Policy': POLICY });
  try {
    assert.deepEqual(await resultOf(`${server.origin}/`), { result: { ...expected, shown: true }, complaints: [] });
  } finally {
    await server.close();
  }
});

test('ViteBuildsItWithoutAnySetting', async () => {
  await assertBuilt(await buildWithVite(await application('web', 'vite')));
});

test('WebpackBuildsItWithoutAnySetting', async () => {
  await assertBuilt(await buildWithWebpack(await application('web', 'webpack')));
});

test('NextBuildsItForAClientComponent', async () => {
  for (const name of ['next', 'react', 'react-dom']) await provide(name);
  // Next.js itself writes scripts into its pages.
  await assertBuilt(await buildWithNext(await application('next')), allowingScripts("'unsafe-inline'"));
});

test('EsbuildBuildsItWhenToldWhereTheFilesAre', async () => {
  await provide('esbuild');
  await assertBuilt(await buildWithEsbuild(await application('esbuild')));
});

for (const script of ['main.mjs', 'main.cjs']) {
  test(`NodeRuns ${script}`, async () => {
    const folder = await application('node', script.replace('.', '-'));
    const { stdout, stderr } = await run(process.execPath, [script], { cwd: folder });
    assert.equal(stderr, '');
    assert.deepEqual(JSON.parse(stdout), { ...expected, oneClass: true, sameInThisThread: true });
  });
}

test('CloudflaresRuntimeRunsItInOneThread', async (t) => {
  const folder = await application('workerd');
  const { script, warnings } = await buildForWorkerd(folder);
  assert.deepEqual(warnings, []);
  const miniflare = new Miniflare({
    compatibilityDate: '2026-04-01',
    modules: [
      { type: 'ESModule', path: 'main.js', contents: script },
      {
        type: 'CompiledWasm',
        path: 'limpid/wasm/limpid-simd.wasm',
        contents: await readFile(join(installed, 'wasm/limpid-simd.wasm')),
      },
    ],
  });
  t.after(() => miniflare.dispose());
  const send = (body) => miniflare.dispatchFetch('http://localhost/', { method: 'POST', body });

  const enhanced = await send(await readFile(join(folder, 'photo.jpg')));
  assert.equal(enhanced.headers.get('content-type'), 'image/jpeg');
  assert.equal(sha256(Buffer.from(await enhanced.arrayBuffer())), expected.digest);

  const refused = await send('no photo');
  assert.deepEqual([refused.status, await refused.json()], [422, { code: 'image.unrecognised' }]);
});

test('NodeWorksOffABatch', async () => {
  const folder = await application('node', 'batch');
  assert.equal((await run(process.execPath, ['batch.mjs'], { cwd: folder })).stdout, '3\n');
  const [first, second] = await Promise.all(['1.webp', '2.webp'].map((name) => readFile(join(folder, name))));
  assert.equal(first.toString('latin1', 8, 12), 'WEBP');
  assert.equal(sha256(first), sha256(second));
});

test('W20_NodeAsksTheService', async (t) => {
  const folder = await application('node', 'service');
  const { url, apiKey } = await startLimpidd(t);
  const { stdout } = await run(process.execPath, ['service.mjs', url, apiKey], { cwd: folder });
  assert.match(stdout, /done\n$/);
  assert.equal(sha256(await readFile(join(folder, 'later.jpg'))), expected.digest);
  assert.equal((await readFile(join(folder, 'now.webp'))).toString('latin1', 8, 12), 'WEBP');
});

test('EveryBlockOfTheReadmeIsPartOfWhatRunsHere', async () => {
  const readme = await readFile(join(installed, 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/(?:<!-- from: (\S+) -->\n)?```js\n(.*?)```/gs)];
  assert.ok(blocks.length >= 6, `${blocks.length} blocks`);
  for (const [, source, block] of blocks) {
    assert.ok(source, `a block names no file:\n${block}`);
    const text = await readFile(join(import.meta.dirname, 'apps', source), 'utf8');
    // A block may be the inside of a function.
    const lines = (code) =>
      code
        .split('\n')
        .map((line) => line.trim())
        .join('\n');
    assert.ok(lines(text).includes(lines(block)), `not in ${source}:\n${block}`);
  }
});
