// Writes service-worker.js with the names of everything that was built. By hand, not by vite-plugin-pwa: one cache and
// one rule are forty lines to read, where Workbox would be a hundred packages and a second script on the page.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const NAME = 'service-worker.js';
const source = fileURLToPath(new URL('../src/service-worker.js', import.meta.url));
const publicFolder = fileURLToPath(new URL('../public', import.meta.url));

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Changes whenever a byte of what is kept changes, and only then. */
function versionOf(contents) {
  const hash = createHash('sha256');
  for (const [name, bytes] of contents) hash.update(name).update('\0').update(bytes).update('\0');
  return hash.digest('hex').slice(0, 16);
}

export function serviceWorker() {
  return {
    name: 'limpid-service-worker',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const built = Object.values(bundle).map((part) => [
          part.fileName,
          part.type === 'chunk' ? part.code : part.source,
        ]);
        const copied = filesBelow(publicFolder).map((file) => [
          relative(publicFolder, file).split(sep).join('/'),
          readFileSync(file),
        ]);
        const contents = [...built, ...copied].sort(([a], [b]) => (a < b ? -1 : 1));
        const names = contents.map(([name]) => (name === 'index.html' ? './' : name));
        const text = readFileSync(source, 'utf8')
          .replace("'VERSION'", JSON.stringify(versionOf(contents)))
          .replace("['FILES']", JSON.stringify(names, null, 2));
        this.emitFile({ type: 'asset', fileName: NAME, source: text });
      },
    },
  };
}
