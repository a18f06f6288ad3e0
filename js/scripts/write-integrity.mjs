// Writes the SHA-256 of each packed .wasm file to wasm/integrity.json, for programs that check files
// themselves, and to dist/integrity.js, for the package's own check.

import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);
const { files } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));

/** package.json names each module as `wasm/NAME.*`; what it does not name is not packed. */
const packed = files.flatMap((pattern) => /^wasm\/(.+)\.\*$/.exec(pattern)?.[1] ?? []);

const digestOf = (name) =>
  `sha256-${createHash('sha256')
    .update(readFileSync(new URL(`wasm/${name}.wasm`, root)))
    .digest('base64')}`;

const integrity = Object.fromEntries(packed.map((name) => [`${name}.wasm`, digestOf(name)]));
const json = JSON.stringify(integrity, null, 2);
writeFileSync(new URL('wasm/integrity.json', root), `${json}\n`);
writeFileSync(new URL('dist/integrity.js', root), `export const INTEGRITY = Object.freeze(${json});\n`);
copyFileSync(new URL('src/integrity.d.ts', root), new URL('dist/integrity.d.ts', root));
