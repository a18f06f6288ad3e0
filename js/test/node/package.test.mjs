// What `npm publish` would ship.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const packageFolder = fileURLToPath(new URL('../../', import.meta.url));
const repository = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path, encoding) => readFileSync(packageFolder + path, encoding);
const manifest = JSON.parse(read('package.json', 'utf8'));

function packedFiles() {
  const json = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: packageFolder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return JSON.parse(json)[0].files.map((file) => file.path);
}

test('TheTarballHoldsCodeTypesAndTheShippedVariants', () => {
  const files = packedFiles();
  for (const name of [
    'dist/index.js',
    'dist/index.d.ts',
    'dist/worker.js',
    'dist/node-worker.js',
    'dist/integrity.js',
    'dist/node.cjs',
    'dist/node.d.cts',
    'dist/service/index.js',
    'dist/service/index.d.ts',
    'dist/service/index.cjs',
    'dist/service/index.d.cts',
    'dist/security/index.js',
    'dist/security/index.d.ts',
    'dist/security/node.cjs',
    'dist/security/node.js',
    'wasm/limpid-security.wasm',
    'wasm/limpid-security-tools.wasm',
    'wasm/limpid-security.node.mjs',
    'wasm/limpid-simd.wasm',
    'wasm/limpid-simd-threads.web.mjs',
    'wasm/integrity.json',
    'LICENSE',
    'THIRD-PARTY-NOTICES.md',
  ]) {
    assert.ok(files.includes(name), name);
  }
  assert.deepEqual(
    files.filter((name) => /base|test|src\//.test(name)),
    [],
  );
});

test('ExportsPointAtFilesThatExist', () => {
  const targets = (entry) => (typeof entry === 'string' ? [entry] : Object.values(entry).flatMap(targets));
  for (const target of targets(manifest.exports)) assert.ok(existsSync(packageFolder + target), target);
});

test('OnlyWorkersDoSomethingWhenTheyAreImported', () => {
  assert.deepEqual(manifest.sideEffects, ['./dist/worker.js', './dist/worker-threads.js', './dist/node-worker.js']);
});

test('TheLicencesAreThoseOfTheRepository', () => {
  for (const name of ['LICENSE', 'THIRD-PARTY-NOTICES.md'])
    assert.equal(read(name, 'utf8'), read(`../${name}`, 'utf8'));
});

test('ThereAreNoRuntimeDependencies', () => {
  assert.equal(manifest.dependencies, undefined);
  assert.equal(manifest.peerDependencies, undefined);
  for (const hook of ['preinstall', 'install', 'postinstall']) assert.equal(manifest.scripts[hook], undefined);
});

/** Every lock file of the repository, with what npm installs by it. */
const LOCKS = ['js', 'js/playground', 'js/test/consumers', 'tests/security/interop', 'bench/compare'].map((folder) => {
  const { packages, lockfileVersion } = JSON.parse(read(`../${folder}/package-lock.json`, 'utf8'));
  const { '': rootOfLock, ...installed } = packages;
  return { folder, lockfileVersion, rootOfLock, installed: Object.entries(installed).filter(([, one]) => !one.link) };
});

test('W16_EveryLockNamesWhatItInstallsByDigest', () => {
  for (const { folder, lockfileVersion, installed } of LOCKS) {
    assert.equal(lockfileVersion, 3, folder);
    assert.ok(installed.length > 0, folder);
    for (const [name, one] of installed.filter(([path]) => path.includes('node_modules/'))) {
      // A package inside another one's tarball is covered by that one's digest.
      if (one.inBundle) continue;
      assert.match(one.integrity ?? '', /^sha512-[A-Za-z0-9+/]{86}==$/, `${folder}: ${name}`);
      assert.match(one.version ?? '', /^\d+\.\d+\.\d+/, `${folder}: ${name}`);
      assert.doesNotMatch(one.resolved ?? '', /^(http:|git)/, `${folder}: ${name}`);
    }
  }
});

test('W16_ThePackageBringsNoOther', () => {
  const { rootOfLock, installed } = LOCKS[0];
  assert.deepEqual(Object.keys(rootOfLock.dependencies ?? {}), []);
  assert.deepEqual(Object.keys(rootOfLock.optionalDependencies ?? {}), []);
  for (const [name, one] of installed) assert.ok(one.dev || one.devOptional || one.peer, `${name} would be installed`);
});

test('W16_NpmAuditFindsNothing', (t) => {
  const audit = (...args) => {
    const command = ['audit', '--json', '--fetch-retries=0', '--fetch-timeout=20000', ...args];
    const { stdout } = spawnSync('npm', command, { cwd: packageFolder, encoding: 'utf8' });
    return stdout.startsWith('{') ? JSON.parse(stdout) : {};
  };
  // Of what the package brings, which is nothing: npm answers that without a registry.
  assert.equal(audit('--omit=dev').metadata.vulnerabilities.total, 0);
  const all = audit();
  // Not every registry answers: a mirror refuses the question. Then the two tests above are what there is.
  if (all.metadata === undefined) {
    t.diagnostic(`this registry has no audit: ${all.message ?? 'no answer'}`);
    return;
  }
  const { high, critical } = all.metadata.vulnerabilities;
  assert.deepEqual({ high, critical }, { high: 0, critical: 0 });
});

test('TheLockNamesNoRegistry', () => {
  assert.doesNotMatch(read('package-lock.json', 'utf8'), /"resolved"/);
});

test('IntegrityIsTheDigestOfEveryWasmFile', async () => {
  const integrity = JSON.parse(read('wasm/integrity.json', 'utf8'));
  const { INTEGRITY } = await import('../../dist/integrity.js');
  assert.deepEqual(INTEGRITY, integrity);
  assert.deepEqual(Object.keys(integrity), [
    'limpid-simd.wasm',
    'limpid-simd-threads.wasm',
    'limpid-core.wasm',
    'limpid-jpeg.wasm',
    'limpid-png.wasm',
    'limpid-webp.wasm',
    'limpid-security.wasm',
    'limpid-security-tools.wasm',
  ]);
  for (const [name, digest] of Object.entries(integrity)) {
    assert.equal(
      digest,
      `sha256-${createHash('sha256')
        .update(read(`wasm/${name}`))
        .digest('base64')}`,
    );
  }
});

test('NothingShippedEvaluatesTextOrNamesAnotherHost', () => {
  for (const name of packedFiles().filter((path) => /\.[mc]?js$/.test(path))) {
    const source = read(name, 'utf8');
    assert.ok(!source.includes(repository), `${name} names a folder of this machine`);
    assert.doesNotMatch(source, /\beval\(|new Function\(|https?:\/\/(?!www\.w3\.org|example\.org)/, name);
  }
});
