// Serves the folders a page needs on loopback, with chosen headers.

import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, normalize } from 'node:path';
import { root } from './paths.mjs';

const SERVED = [
  '/js/dist/',
  '/js/wasm/',
  '/js/test/',
  '/examples/',
  '/tests/data/',
  '/tests/parity/',
  '/build/test-data/',
  '/build/wasm-simd/tests/security/',
];

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

export const STRICT_CSP = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' blob:";

const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

function fileOf(url, folders) {
  let path;
  try {
    path = normalize(decodeURIComponent(new URL(url, 'http://localhost').pathname));
  } catch {
    return undefined;
  }
  if (!folders.some((folder) => path.startsWith(folder))) return undefined;
  const stats = statSync(root + path, { throwIfNoEntry: false });
  return stats?.isFile() ? { path: root + path, size: stats.size } : undefined;
}

/** @param folders  served beside the usual ones; @returns `{ origin, close() }` */
export async function serve({ isolated, csp = STRICT_CSP, folders = [] }) {
  const served = [...SERVED, ...folders];
  const server = createServer((request, response) => {
    const headers = { 'Content-Security-Policy': csp, 'Cache-Control': 'no-store', ...(isolated ? ISOLATION : {}) };
    const file = fileOf(request.url, served);
    if (!file) {
      response.writeHead(404, headers).end();
      return;
    }
    const type = TYPES[extname(file.path)] ?? 'application/octet-stream';
    response.writeHead(200, { ...headers, 'Content-Type': type, 'Content-Length': file.size });
    createReadStream(file.path).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
