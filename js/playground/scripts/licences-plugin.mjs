// Writes licences.txt: the licence of everything of others that is in the page, as those licences ask for.

import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../', import.meta.url);
const { dependencies } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'));
// @preact/signals brings its core along.
const PACKAGES = [...Object.keys(dependencies), '@preact/signals-core'];

function licenceOf(name) {
  const own = new URL(`node_modules/${name}/`, folder);
  const { version } = JSON.parse(readFileSync(new URL('package.json', own), 'utf8'));
  // limpid's own licence, and those of the libraries in its WebAssembly, are in the root of the repository.
  const texts =
    name === 'limpid'
      ? ['../../LICENSE', '../../THIRD-PARTY-NOTICES.md'].map((path) => new URL(path, folder))
      : readdirSync(own)
          .filter((file) => /^licen[cs]e/i.test(file))
          .map((file) => new URL(file, own));
  if (texts.length === 0) throw new Error(`${name} has no licence file`);
  return [`${name} ${version}`, ...texts.map((url) => readFileSync(url, 'utf8').trim())].join('\n\n');
}

export function licences() {
  return {
    name: 'limpid-licences',
    apply: 'build',
    generateBundle() {
      const source = `${PACKAGES.map(licenceOf).join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
      this.emitFile({ type: 'asset', fileName: 'licences.txt', source });
    },
  };
}
