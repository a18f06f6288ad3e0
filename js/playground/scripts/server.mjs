// A static server of the built page: loopback only, the page's headers, compressed as a real server would.

import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';

const folder = fileURLToPath(new URL('../../../build/playground', import.meta.url));

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};
const COMPRESSED = /text|javascript|json|svg|wasm/;

/** What WebAssembly needs, and nothing beyond it. */
export const PLAYGROUND_CSP = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "connect-src 'self'",
  "img-src 'self' blob:",
  "style-src 'self'",
  "worker-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS = {
  'Content-Security-Policy': PLAYGROUND_CSP,
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

function fileOf(url) {
  let path;
  try {
    path = normalize(decodeURIComponent(new URL(url, 'http://localhost').pathname));
  } catch {
    return undefined;
  }
  const file = join(folder, path.endsWith('/') ? `${path}index.html` : path);
  return file.startsWith(folder) && statSync(file, { throwIfNoEntry: false })?.isFile() ? file : undefined;
}

/** Names with a hash in them never change. */
const cacheControl = (file) => (/[/\\]assets[/\\]/.test(file) ? 'public, max-age=31536000, immutable' : 'no-cache');

/** Compressed once for as long as the file is the same. */
const known = new Map();

function compressed(file) {
  const { mtimeMs } = statSync(file);
  const last = known.get(file);
  if (last?.mtimeMs === mtimeMs) return last.bytes;
  const bytes = brotliCompressSync(readFileSync(file), { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });
  known.set(file, { mtimeMs, bytes });
  return bytes;
}

function respond(request, response, headers) {
  const file = ['GET', 'HEAD'].includes(request.method) ? fileOf(request.url) : undefined;
  if (!file) {
    response.writeHead(404, headers).end();
    return;
  }
  const type = TYPES[extname(file)] ?? 'application/octet-stream';
  const brotli = COMPRESSED.test(type) && /\bbr\b/.test(request.headers['accept-encoding'] ?? '');
  response.writeHead(200, {
    ...headers,
    'Content-Type': type,
    'Cache-Control': cacheControl(file),
    ...(brotli ? { 'Content-Encoding': 'br', Vary: 'Accept-Encoding' } : {}),
  });
  if (request.method === 'HEAD') {
    response.end();
  } else {
    response.end(brotli ? compressed(file) : readFileSync(file));
  }
}

/** @returns `{ origin, close() }`; port 0 takes any that is free. */
export async function servePlayground({ port = 0, isolated = false } = {}) {
  if (!existsSync(join(folder, 'index.html'))) throw new Error('build/playground is missing: run make playground');
  const headers = { ...HEADERS, ...(isolated ? ISOLATION : {}) };
  const server = createServer((request, response) => respond(request, response, headers));
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
