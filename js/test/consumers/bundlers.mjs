// Each bundler as its own manual says, with no setting but the ones written here.

import { copyFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import * as vite from 'vite';
import webpack from 'webpack';
import { root } from '../support/paths.mjs';
import { run } from './support.mjs';

/** Puts what a bundler does not know of beside the scripts. */
async function addFiles(folder, out, page) {
  await copyFile(join(folder, page), join(out, 'index.html'));
  await copyFile(join(folder, 'photo.jpg'), join(out, 'photo.jpg'));
}

export async function buildWithVite(folder) {
  const out = join(folder, 'dist');
  const warnings = [];
  const customLogger = { ...vite.createLogger('warn'), warn: (text) => warnings.push(text) };
  await vite.build({ root: folder, logLevel: 'warn', customLogger });
  await copyFile(join(folder, 'photo.jpg'), join(out, 'photo.jpg'));
  return { out, warnings };
}

/** @returns `{ origin, close() }` */
export async function serveWithVite(folder, headers) {
  const server = await vite.createServer({
    root: folder,
    logLevel: 'warn',
    server: { host: '127.0.0.1', port: 0, headers },
  });
  await server.listen();
  const { port } = server.httpServer.address();
  return { origin: `http://127.0.0.1:${port}`, close: () => server.close() };
}

export async function buildWithWebpack(folder) {
  const out = join(folder, 'dist');
  const stats = await new Promise((resolve, reject) => {
    webpack({ context: folder, mode: 'production', entry: './main.js', output: { path: out } }, (error, result) =>
      error ? reject(error) : resolve(result),
    );
  });
  if (stats.hasErrors()) throw new Error(stats.toString('errors-only'));
  await addFiles(folder, out, 'webpack.html');
  // Its advice on the size of any file is not about how it is used.
  const warnings = stats.compilation.warnings.filter(({ name }) => name !== 'AssetsOverSizeLimitWarning');
  return { out, warnings };
}

/** Next.js with its own bundler, Turbopack. */
export async function buildWithNext(folder) {
  const out = join(folder, 'out');
  await copyFile(join(folder, '../../../../js/test/consumers/apps/web/report.js'), join(folder, 'report.js'));
  const next = createRequire(import.meta.url).resolve('next/dist/bin/next');
  // Vite sets NODE_ENV in this process, to what it needs itself.
  const { NODE_ENV: _, ...inherited } = process.env;
  const env = { ...inherited, LIMPID_ROOT: root, NEXT_TELEMETRY_DISABLED: '1' };
  const { stderr } = await run(process.execPath, [next, 'build'], { cwd: folder, env });
  await copyFile(join(folder, 'photo.jpg'), join(out, 'photo.jpg'));
  return { out, warnings: stderr === '' ? [] : [stderr] };
}

/** By the build script that js/README.md shows. */
export async function buildWithEsbuild(folder) {
  const out = join(folder, 'dist');
  const { stderr } = await run(process.execPath, ['build.mjs'], { cwd: folder });
  await addFiles(folder, out, 'index.html');
  return { out, warnings: stderr === '' ? [] : [stderr] };
}

/** One script for Cloudflare's runtime, which gets the .wasm file as a module of its own. */
export async function buildForWorkerd(folder) {
  const { outputFiles, warnings } = await esbuild.build({
    absWorkingDir: folder,
    entryPoints: ['main.js'],
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['*.wasm'],
    write: false,
  });
  return { script: outputFiles[0].text, warnings };
}
